"""A browser that is signed in at the engine, without an issuer to sign in at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import Request, Response

from services.username_engine.access.principal import Principal
from services.username_engine.access.service import Access
from services.username_engine.access.sessions import CSRF_HEADER
from shared.settings import EngineSettings

_SETTINGS = {
    "engine_public_url": "http://127.0.0.1",
    "session_key": "a session key for benchmarks, long enough",
    "oidc_issuer": "https://issuer.invalid",
    "oidc_client_id": "benchmarks",
}
SIGN_IN = {f"ROSTERBRIDGE_{name.upper()}": value for name, value in _SETTINGS.items()}
"""For the environment of the engine's process, so that it takes the sessions begun here."""


@asynccontextmanager
async def browser(engine_url: str, principal: Principal) -> AsyncIterator[httpx.AsyncClient]:
    cookie, csrf_token = _session(principal)
    async with httpx.AsyncClient(
        base_url=engine_url,
        headers={"Cookie": cookie, CSRF_HEADER: csrf_token},
        timeout=120,
        trust_env=False,
    ) as client:
        yield client


def _session(principal: Principal) -> tuple[str, str]:
    """As `Cookie` takes it, and the token that goes with it in writes."""
    settings = EngineSettings.load(
        _env_file=None,
        database_url="postgresql://nowhere",
        service_token="a service token that is never shown",  # noqa: S106
        **_SETTINGS,
    )
    access = Access.of(settings)
    assert access is not None  # noqa: S101 - an issuer is set
    answer = Response()
    access.sessions.begin(answer, principal)
    cookie = answer.headers["set-cookie"].partition(";")[0]
    shown = Request({"type": "http", "method": "GET", "headers": [(b"cookie", cookie.encode())]})
    return cookie, access.sessions.csrf_token(shown) or ""
