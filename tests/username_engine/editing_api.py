"""The public API as somebody with given rights calls it, and a school to call it for."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI, Request
from pydantic import SecretStr

from services.username_engine.access.errors import NotSignedInError
from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.app import create_app
from services.username_engine.usernames.creation import create_missing
from shared.clock import Clock
from shared.database import Database
from shared.roles import Role
from shared.settings import EngineSettings
from tests.arranging import Arranged, Place, add_location, add_school, new_configuration
from tests.conftest import TestDatabase
from tests.username_engine.looking import AUTUMN

OPERATOR = Principal("00op", "Ops", operator=True)


class _Believing:
    """Takes the caller's word, where the issuer's token would say who calls."""

    def __init__(self) -> None:
        self.principals: dict[str, Principal] = {}

    async def authenticate(self, request: Request) -> Principal:
        principal = self.principals.get(request.headers.get("X-Caller", ""))
        if principal is None:
            raise NotSignedInError
        return principal


@dataclass
class Api:
    """Calls on usernames of one configuration; each takes who calls."""

    client: httpx.AsyncClient
    door: _Believing
    configuration: Arranged
    headers: dict[str, str] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        path: str,
        caller: Principal = OPERATOR,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        self.door.principals[caller.subject] = caller
        return await self.client.request(
            method,
            f"/api/v1/configurations/{self.configuration.name}/usernames{path}",
            json=json,
            params=params,
            headers={"X-Caller": caller.subject, **(headers or {})},
        )

    async def edit(
        self,
        person: str,
        caller: Principal = OPERATOR,
        *,
        if_match: str | None = None,
        language: str = "nl",
        **body: Any,
    ) -> httpx.Response:
        headers = {"Accept-Language": language}
        if if_match is not None:
            headers["If-Match"] = if_match
        return await self.call(
            "PATCH", f"/{quote(person, safe='')}", caller, json=body, headers=headers
        )

    async def validate(
        self, person: str, username: str, caller: Principal = OPERATOR, language: str = "nl"
    ) -> httpx.Response:
        body = {"person": person, "username": username}
        headers = {"Accept-Language": language}
        return await self.call("POST", "/validate", caller, json=body, headers=headers)

    async def sync(self, caller: Principal = OPERATOR, **body: Any) -> httpx.Response:
        return await self.call("POST", "/sync", caller, json=body)

    async def history(self, person: str, caller: Principal = OPERATOR, **params: str) -> Any:
        answer = await self.call("GET", f"/{quote(person, safe='')}/history", caller, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def undo(
        self,
        person: str,
        event: int,
        caller: Principal = OPERATOR,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        return await self.call(
            "POST", f"/{quote(person, safe='')}/history/{event}/undo", caller, headers=headers
        )


@asynccontextmanager
async def calling(
    database: TestDatabase, configuration: Arranged, clock: Clock = AUTUMN, role: Role = Role.ENGINE
) -> AsyncIterator[Api]:
    app: FastAPI = create_app(
        EngineSettings(
            database_url=SecretStr(database.url(Role.ENGINE)),
            service_token=SecretStr("a-service-token-for-tests-of-the-engine"),
            today=clock.today(),
            database_pool_size=20,
        )
    )
    door = _Believing()
    app.state.authenticator = door
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    # No lifespan: its background work would make names while a test looks.
    async with Database(database.url(role), application="tests", pool_size=20) as opened:
        app.state.database = opened
        async with httpx.AsyncClient(transport=transport, base_url="http://engine") as client:
            yield Api(client, door, configuration)


async def school_with(
    owner: Database, policy: str = "tenant", **choices: Any
) -> tuple[Arranged, Place]:
    configuration = await new_configuration(
        owner, student_domain_policy=policy, staff_domain_policy=policy, **choices
    )
    school = await add_school(
        owner,
        configuration,
        staff_domain="staff.be",
        student_domain="school.be",
        sync_by_default=False,
    )
    return configuration, await add_location(owner, configuration, school)


async def named(engine_database: Database, configuration: Arranged) -> None:
    await create_missing(engine_database, AUTUMN, configuration.id)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem that is answered, which must have this status and code."""
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["code"]) == (status, code)
    return document


async def event_of(api: Api, person: str, kind: str, index: int = 0) -> dict[str, Any]:
    """Of the person's events of that kind the newest, or an older one."""
    events: list[dict[str, Any]] = (await api.history(person))["items"]
    return [event for event in events if event["kind"] == kind][index]


def caller(
    right: Right,
    school: str,
    location: str | None = None,
    group: Group = Group.STUDENTS,
    subject: str = "00u1",
) -> Principal:
    grants = frozenset({Grant(group, right, school, location)})
    return Principal(subject, "Els Claes", grants=grants)
