"""A minimal app around the OAuth router, as a consumer meets it, over a real database."""

import base64
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import delete, func, insert, update

from services.oneroster.oauth.clients import find_client
from services.oneroster.oauth.errors import Unauthorized
from services.oneroster.oauth.keys import ensure_signing_key
from services.oneroster.oauth.routes import router
from services.oneroster.oauth.service import OAuthService
from shared.client_secrets import new_secret, secret_hmac
from shared.database import Database
from shared.roles import Role
from shared.settings import OneRosterSettings
from shared.tables import access
from tests.arranging import new_configuration
from tests.conftest import SECRET_KEY, TestDatabase

TOKEN_URL = "https://roster.example.org/connect/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT = {"grant_type": "client_credentials"}


@dataclass
class Clock:
    """Seconds since 1970; a test moves it."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class NewClient:
    configuration_id: int
    client_id: str
    secret: str

    def basic(self) -> str:
        return basic(self.client_id, self.secret)


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


async def new_client(
    owner: Database, client_id: str | None = None, secret: str | None = None
) -> NewClient:
    """A client of a configuration of its own."""
    configuration = await new_configuration(owner, school_year=False)
    client = NewClient(
        configuration.id, client_id or f"sds-{secrets.token_hex(6)}", secret or new_secret()
    )
    async with owner.transaction() as connection:
        await connection.execute(
            insert(access.client).values(
                configuration_id=client.configuration_id,
                client_id=client.client_id,
                description="School Data Sync",
                secret_hmac=secret_hmac(client.secret, SECRET_KEY.encode()),
                default_limit=100,
            )
        )
    return client


async def revoke(owner: Database, client: NewClient) -> None:
    async with owner.transaction() as connection:
        await connection.execute(
            update(access.client)
            .where(access.client.c.client_id == client.client_id)
            .values(revoked_at=func.now())
        )


def oneroster_settings(database: TestDatabase, public_url: str | None) -> OneRosterSettings:
    return OneRosterSettings.load(
        ROSTERBRIDGE_ONEROSTER_DATABASE_URL=database.url(Role.ONEROSTER),
        service_token="a service token that only tests ever know",
        secret_key=SECRET_KEY,
        public_url=public_url,
    )


def app_around(service: OAuthService) -> FastAPI:
    app = FastAPI()
    app.state.oauth = service
    app.include_router(router)

    @app.get("/read")
    async def read(request: Request) -> Response:
        """What a read route does before it reads."""
        try:
            token = await service.verifier.verify(request.headers.get("authorization"))
            async with service.database.transaction() as connection:
                client = await find_client(connection, token.client_id)
            if client is None:
                raise Unauthorized("The client has been revoked.")  # noqa: TRY301
        except Unauthorized as error:
            return Response(status_code=401, headers={"WWW-Authenticate": error.challenge})
        return JSONResponse(
            {"configuration": client.configuration_id, "scopes": sorted(token.scopes)}
        )

    return app


def consumer_of(app: FastAPI, base_url: str = "https://roster.example.org") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url)


@pytest_asyncio.fixture(autouse=True)
async def no_signing_keys(operator_database: Database) -> AsyncIterator[None]:
    """Keys belong to the whole database: each test begins and leaves it without one."""

    async def clear() -> None:
        async with operator_database.transaction() as connection:
            await connection.execute(delete(access.signing_key))

    await clear()
    yield
    await clear()


@pytest_asyncio.fixture
async def key_id(no_signing_keys: None, operator_database: Database) -> str:
    async with operator_database.transaction() as connection:
        return await ensure_signing_key(connection, SECRET_KEY.encode())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(
    database: TestDatabase, oneroster_database: Database, clock: Clock, key_id: str
) -> OAuthService:
    return OAuthService.create(oneroster_database, oneroster_settings(database, None), clock)


@pytest_asyncio.fixture
async def consumer(service: OAuthService) -> AsyncIterator[httpx.AsyncClient]:
    async with consumer_of(app_around(service)) as opened:
        yield opened


@pytest_asyncio.fixture
async def client(owner: Database) -> NewClient:
    return await new_client(owner)


async def token_of(consumer: httpx.AsyncClient, client: NewClient) -> str:
    response = await consumer.post(
        "/connect/token", data=GRANT, headers={"Authorization": client.basic()}
    )
    assert response.status_code == 200, response.text
    token: str = response.json()["access_token"]
    return token


async def configuration_read(consumer: httpx.AsyncClient, token: str) -> int | None:
    response = await consumer.get("/read", headers={"Authorization": f"Bearer {token}"})
    configuration: int | None = response.json()["configuration"] if response.is_success else None
    return configuration
