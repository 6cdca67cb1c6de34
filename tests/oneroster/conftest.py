"""The OneRoster service over the real engine, both in this process, over a real database."""

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import insert, select

from services.oneroster.addresses import PublicOrigin
from services.oneroster.app import create_app
from services.oneroster.oauth.keys import ensure_signing_key
from services.oneroster.oauth.service import OAuthService
from services.oneroster.publication.engine import Engine
from services.oneroster.publication.freshness import Freshness
from services.oneroster.publication.publication import Published
from services.oneroster.publication.publisher import Publisher
from services.oneroster.publication.visibility import enter
from services.oneroster.rostering.service import Roster
from services.username_engine.app import create_app as create_engine_app
from shared.client_secrets import new_secret, secret_hmac
from shared.clock import Clock
from shared.database import Database
from shared.driver_pool import DriverPool
from shared.roles import Role
from shared.settings import EngineSettings, OneRosterSettings
from shared.tables import access, roster
from tests.arranging import Arranged
from tests.conftest import SECRET_KEY, TestDatabase

SERVICE_TOKEN = "a service token that only these tests know"
IN_OCTOBER = date(2024, 10, 15)


class EngineSwitch(httpx.AsyncBaseTransport):
    """The engine as the OneRoster service reaches it; a test can stop it, at once or half-way."""

    def __init__(self, app: FastAPI) -> None:
        self._transport = httpx.ASGITransport(app)
        self.running = True
        self.dies_while_resolving = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.running:
            raise httpx.ConnectError("Connection refused")
        response = await self._transport.handle_async_request(request)
        if self.dies_while_resolving and request.url.path.endswith("/resolve"):
            whole = await response.aread()
            lines = whole.splitlines(keepends=True)
            return httpx.Response(200, content=b"".join(lines[:-1]), request=request)
        return response


@dataclass
class Publishing:
    """A publisher whose date a test sets, and what it published."""

    database: Database
    engine: Engine
    switch: EngineSwitch

    def publisher(self, today: date = IN_OCTOBER) -> Publisher:
        return Publisher(self.database, self.engine, Clock(today))

    async def publish(self, configuration: Arranged, today: date = IN_OCTOBER) -> Published:
        return await self.publisher(today).publish(configuration.id)

    async def served(
        self, configuration: Arranged, collection: str, *, active: bool = True
    ) -> dict[str, dict[str, Any]]:
        """What the newest edition holds, by sourcedId."""
        table = _table(collection)
        async with self.database.transaction() as connection:
            await enter(connection, configuration.id)
            rows = await connection.execute(
                select(table.c.body).where(
                    table.c.configuration_id == configuration.id,
                    table.c.until_edition.is_(None),
                    table.c.active == active,
                )
            )
            objects = [orjson.loads(body.replace(b"\0", b"")) for (body,) in rows]
        return {each["sourcedId"]: each for each in objects}

    async def usernames(self, configuration: Arranged) -> dict[str, str]:
        users = await self.served(configuration, "users")
        return {sourced_id: user["username"] for sourced_id, user in users.items()}


def _table(name: str) -> Any:
    return next(table for table in roster.COLLECTIONS if table.name == name)


@pytest_asyncio.fixture
async def publishing(
    database: TestDatabase, engine_database: Database, oneroster_database: Database
) -> AsyncIterator[Publishing]:
    settings = EngineSettings(
        database_url=SecretStr(database.url(Role.ENGINE)),
        service_token=SecretStr(SERVICE_TOKEN),
        today=IN_OCTOBER,
    )
    app = create_engine_app(settings)
    # Without its lifespan: names are made when publication asks for them, and not before.
    app.state.database = engine_database
    switch = EngineSwitch(app)
    async with Engine("http://engine", SecretStr(SERVICE_TOKEN), switch) as engine:
        yield Publishing(oneroster_database, engine, switch)


@dataclass(frozen=True)
class ApiClient:
    """A consumer of one configuration, with its token."""

    http: httpx.AsyncClient
    client_id: str
    secret: str

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(f"/ims/oneroster/v1p1{path}", **options)

    async def take_token(self, scope: str | None = None) -> None:
        """Another one, for what follows."""
        basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        answer = await self.http.post(
            "/connect/token", data=form, headers={"Authorization": f"Basic {basic}"}
        )
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


@dataclass
class Time:
    """The time by which pulls end; a test lets it pass."""

    passed: timedelta = timedelta()

    def now(self) -> datetime:
        return Clock.now() + self.passed


@dataclass
class Service:
    """The OneRoster application; `client` makes consumers of it."""

    app: FastAPI
    owner: Database
    stack: AsyncExitStack
    time: Time

    async def client(
        self,
        configuration: Arranged,
        *,
        default_limit: int = 100,
        scope: str | None = None,
        name: str = "client",
        bookmarks_by_clock: bool = False,
    ) -> ApiClient:
        client_id, secret = f"{name}-of-{configuration.name}", new_secret()
        async with self.owner.transaction() as connection:
            await connection.execute(
                insert(access.client).values(
                    configuration_id=configuration.id,
                    client_id=client_id,
                    description="tests",
                    secret_hmac=secret_hmac(secret, SECRET_KEY.encode()),
                    default_limit=default_limit,
                    bookmarks_by_clock=bookmarks_by_clock,
                )
            )
        http = await self.stack.enter_async_context(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app), base_url="https://sds.example.be"
            )
        )
        client = ApiClient(http, client_id, secret)
        await client.take_token(scope)
        return client


@pytest_asyncio.fixture
async def service(
    database: TestDatabase, owner: Database, publishing: Publishing
) -> AsyncIterator[Service]:
    settings = OneRosterSettings(
        database_url=SecretStr(database.url(Role.ONEROSTER)),
        service_token=SecretStr(SERVICE_TOKEN),
        secret_key=SecretStr(SECRET_KEY),
        today=IN_OCTOBER,
        public_url="https://sds.example.be",
    )
    async with owner.transaction() as connection:
        await ensure_signing_key(connection, settings.secret_key)
    app = create_app(settings)
    time = Time()
    async with AsyncExitStack() as stack:
        # Without its lifespan: publication goes by requests, to the engine in this process.
        freshness = Freshness(publishing.publisher(), settings.opening_wait_seconds)
        stack.push_async_callback(freshness.close)
        app.state.database = publishing.database
        app.state.oauth = OAuthService.create(publishing.database, settings)
        reading = await stack.enter_async_context(
            DriverPool(database.url(Role.ONEROSTER), application="tests reading", size=5)
        )
        app.state.roster = Roster(
            reading,
            app.state.oauth.verifier,
            freshness,
            PublicOrigin(settings.public_url, settings.trusted_proxies),
            time.now,
        )
        yield Service(app, owner, stack, time)
