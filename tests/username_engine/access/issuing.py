"""An issuer that says what a test wants it to say, and an application that believes it."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
from fastapi import FastAPI, Form
from fastapi.responses import JSONResponse
from joserfc import jws
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from services.username_engine.access.principal import CurrentOperator, CurrentPrincipal
from services.username_engine.access.rights import Group, Right
from services.username_engine.access.routes import install_access
from shared.errors import install_problem_handlers
from shared.settings import EngineSettings

ENGINE = "https://engine.test"
ISSUER = "https://issuer.test"
CLIENT_ID = "usernames"
CALLBACK = f"{ENGINE}/auth/callback"
OPERATORS = "directeurs-ict"

ROLE_AT_SCHOOL = {"application": "iLeerlingen", "role": "Alles schrijven", "school": "001507"}
ROLE_AT_LOCATION = {
    "application": "iLeerlingen",
    "role": "Alles lezen",
    "school": "042168",
    "location": "3",
}


def settings(**given: Any) -> EngineSettings:
    values = {
        "database_url": "postgresql://nobody@127.0.0.1:1/nothing",
        "service_token": "a-service-token-for-tests-of-the-engine",
        "session_key": "a-session-key-for-tests-of-the-engine",
        "engine_public_url": ENGINE,
        "oidc_issuer": ISSUER,
        "oidc_client_id": CLIENT_ID,
        "oidc_operator_claim": "groups",
        "oidc_operator_value": OPERATORS,
    }
    return EngineSettings.load(_env_file=None, **{**values, **given})


def new_key(key_id: str = "first", kind: str = "EC") -> Key:
    if kind == "RSA":
        return RSAKey.generate_key(2048, {"kid": key_id, "use": "sig"})
    return ECKey.generate_key("P-256", {"kid": key_id, "use": "sig", "alg": "ES256"})


@dataclass
class ScriptedIssuer:
    """What it publishes, answers and was asked."""

    key: Key = field(default_factory=new_key)
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    """Of the token endpoint."""
    other_keys: list[Any] = field(default_factory=list)
    """Published before its own."""
    keys_read: int = 0
    asked_to_describe_itself: int = 0
    asked_for_token: dict[str, str] = field(default_factory=dict)
    reachable: bool = True

    def claims(self, **given: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": "a-person",
            "name": "Mia Maes",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 600,
            "rosterbridge_roles": [ROLE_AT_SCHOOL, ROLE_AT_LOCATION],
        }
        return {name: value for name, value in {**claims, **given}.items() if value is not None}

    def token(self, *, key: Key | None = None, header: Mapping[str, Any] = {}, **given: Any) -> str:
        key = key or self.key
        stated = {"alg": "ES256", "typ": "JWT", "kid": key.kid, **header}
        payload = orjson.dumps(self.claims(**given))
        return jws.serialize_compact(stated, payload, key, [str(stated["alg"])])

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        async def discovery() -> JSONResponse:
            self.asked_to_describe_itself += 1
            if not self.reachable:
                return JSONResponse({}, 503)
            return JSONResponse(
                {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "jwks_uri": f"{ISSUER}/keys",
                    **self.metadata,
                }
            )

        @app.get("/keys")
        async def keys() -> JSONResponse:
            self.keys_read += 1
            return JSONResponse({"keys": [*self.other_keys, self.key.as_dict(private=False)]})

        @app.post("/token")
        async def token(
            code: Annotated[str, Form()],
            code_verifier: Annotated[str, Form()],
            redirect_uri: Annotated[str, Form()],
        ) -> JSONResponse:
            self.asked_for_token = {
                "code": code,
                "code_verifier": code_verifier,
                "redirect_uri": redirect_uri,
            }
            return JSONResponse(self.answer, 400 if "error" in self.answer else 200)

        @app.get("/userinfo")
        async def userinfo() -> JSONResponse:
            return JSONResponse(self.userinfo)

        return app

    def transport(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(self.app())


def symmetric_key_of(key: Key) -> Key:
    """The public key's text as the secret of a MAC: what a confused verifier would accept."""
    return OctKey.import_key(orjson.dumps(key.as_dict(private=False)), {"kid": str(key.kid)})


def guarded_app(issuer: ScriptedIssuer, given: EngineSettings | None = None) -> FastAPI:
    """Three actions, behind the dependency that all the engine's endpoints use."""
    app = FastAPI()
    install_problem_handlers(app)
    install_access(app, given or settings(), transport=issuer.transport())

    @app.get("/list/{group}/{school}")
    @app.get("/list/{group}/{school}/{location}")
    async def read(
        principal: CurrentPrincipal, group: Group, school: str, location: str | None = None
    ) -> bool:
        return principal.places(group).covers(school, location)

    @app.patch("/list/{group}/{school}")
    @app.patch("/list/{group}/{school}/{location}")
    async def write(
        principal: CurrentPrincipal, group: Group, school: str, location: str | None = None
    ) -> bool:
        return principal.places(group, Right.WRITE).covers(school, location)

    @app.post("/plan")
    async def plan(principal: CurrentOperator) -> bool:
        return principal.operator

    return app


@asynccontextmanager
async def browser(app: FastAPI, url: str = ENGINE) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=url) as client:
        yield client


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def begin(client: httpx.AsyncClient, return_to: str = "/usernames") -> dict[str, str]:
    """What the issuer is asked with."""
    answer = await client.get("/auth/sign-in", params={"return_to": return_to})
    assert answer.status_code == 303, answer.text
    return query_of(answer.headers["location"])


async def come_back(
    client: httpx.AsyncClient, issuer: ScriptedIssuer, asked: Mapping[str, str], **claims: Any
) -> httpx.Response:
    """As the issuer sends a person back who has signed in there."""
    issuer.answer = {
        "access_token": "opaque",
        "token_type": "Bearer",
        "id_token": issuer.token(**{"nonce": asked["nonce"], **claims}),
    }
    return await client.get("/auth/callback", params={"code": "a-code", "state": asked["state"]})


async def sign_in(client: httpx.AsyncClient, issuer: ScriptedIssuer, **claims: Any) -> str:
    """The session's CSRF token."""
    answer = await come_back(client, issuer, await begin(client), **claims)
    assert answer.status_code == 303, answer.text
    return str((await client.get("/api/v1/me")).json()["csrf_token"])


def code_of(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json", response.text
    return response.status_code, response.json()["code"]
