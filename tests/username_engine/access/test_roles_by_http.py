"""Every role of the manual by every action of the API, with tokens of an issuer (M4.3.2)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.username_engine.access.rights import Right
from services.username_engine.access.service import Access
from services.username_engine.api.editing import editing_router
from services.username_engine.api.history import history_router
from services.username_engine.app import create_app
from shared.database import Database
from shared.roles import Role
from tests.arranging import Place, add_location, add_staff, add_student
from tests.conftest import TestDatabase
from tests.username_engine.access.issuing import ENGINE, ScriptedIssuer, settings
from tests.username_engine.access.test_rights import TABLE
from tests.username_engine.editing_api import named, school_with
from tests.username_engine.looking import AUTUMN


@dataclass(frozen=True)
class School:
    """With a student at each of two locations, and a member of staff."""

    configuration: str
    first: Place
    second: Place
    students: tuple[str, str]
    member_of_staff: str

    @property
    def number(self) -> str:
        return self.first.school_number


@pytest_asyncio.fixture(scope="module")
async def school(owner: Database, engine_database: Database) -> School:
    configuration, first = await school_with(owner)
    second = await add_location(owner, configuration, first.school_number, "2")
    students = (
        await add_student(owner, configuration, first),
        await add_student(owner, configuration, second, "Mia", "Maes"),
    )
    member_of_staff = await add_staff(owner, configuration, first.school_number)
    await named(engine_database, configuration)
    return School(configuration.name, first, second, students, member_of_staff)


@dataclass
class Caller:
    """Somebody with these entries in the roles claim."""

    client: httpx.AsyncClient
    issuer: ScriptedIssuer
    school: School
    roles: list[dict[str, str]]

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        token = self.issuer.token(rosterbridge_roles=self.roles)
        return await self.client.request(
            method,
            f"/api/v1/configurations/{self.school.configuration}/usernames{path}",
            headers={"Authorization": f"Bearer {token}"},
            **options,
        )

    async def listed(self, **parameters: str) -> tuple[set[str], str | None]:
        """Who is in the list, and why it is empty if it is."""
        answer = await self.call("GET", "", params=parameters)
        assert answer.status_code == 200, answer.text
        assert (await self.call("GET", ".csv", params=parameters)).status_code == 200
        document = answer.json()
        return {row["person"] for row in document["items"]}, document.get("reason")

    async def outcomes(self, person: str) -> dict[str, tuple[int, str | None]]:
        """Of every action on one person; none of them changes anything for the next caller."""
        asked = {"person": person, "username": "een.andere"}
        answers = {
            "history": await self.call("GET", f"/{person}/history"),
            "validate": await self.call("POST", "/validate", json=asked),
            "edit": await self.call("PATCH", f"/{person}", json={"sync": True}),
            "sync": await self.call("POST", "/sync", json={"persons": [person], "sync": True}),
        }
        return {
            action: (answer.status_code, answer.json().get("code"))
            for action, answer in answers.items()
        }


SAVED, FORBIDDEN, HIDDEN = (200, None), (403, "auth.forbidden"), (404, "username.unknown")


def expected(right: Right) -> dict[str, tuple[int, str | None]]:
    if right is Right.NONE:
        return dict.fromkeys(("history", "validate", "edit", "sync"), HIDDEN)
    writing = SAVED if right is Right.WRITE else FORBIDDEN
    return {"history": SAVED, **dict.fromkeys(("validate", "edit", "sync"), writing)}


@pytest_asyncio.fixture(scope="module")
async def door(database: TestDatabase) -> AsyncIterator[tuple[httpx.AsyncClient, ScriptedIssuer]]:
    issuer = ScriptedIssuer()
    given = settings(database_url=database.url(Role.ENGINE), today=AUTUMN.today())
    app = create_app(given)
    app.include_router(editing_router, prefix="/api/v1")
    app.include_router(history_router, prefix="/api/v1")
    app.state.authenticator = Access.of(given, transport=issuer.transport())
    async with Database(database.url(Role.ENGINE), application="tests") as opened:
        # No lifespan: its background work would make names while a test looks.
        app.state.database = opened
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ENGINE) as client:
            yield client, issuer


@pytest.mark.parametrize(("application", "role", "right"), TABLE)
async def test_a_role_at_a_school(
    door: tuple[httpx.AsyncClient, ScriptedIssuer],
    school: School,
    application: str,
    role: str,
    right: Right,
) -> None:
    entry = {"application": application, "role": role, "school": school.number}
    caller = Caller(*door, school, [entry])
    on_staff = right if application == "iPersoneel" else Right.NONE
    on_students = Right.NONE if application == "iPersoneel" else right

    nobody: tuple[set[str], str | None] = (set(), "no_right")
    students = await caller.listed(group="students", at_school=school.number)
    staff = await caller.listed(group="staff", at_school=school.number)
    assert students == ((set(school.students), None) if on_students else nobody)
    assert staff == (({school.member_of_staff}, None) if on_staff else nobody)
    assert await caller.outcomes(school.students[0]) == expected(on_students)
    assert await caller.outcomes(school.member_of_staff) == expected(on_staff)


@pytest.mark.parametrize(("application", "role", "right"), TABLE)
async def test_a_role_at_one_location(
    door: tuple[httpx.AsyncClient, ScriptedIssuer],
    school: School,
    application: str,
    role: str,
    right: Right,
) -> None:
    place = {"school": school.number, "location": school.first.number}
    caller = Caller(*door, school, [{"application": application, "role": role, **place}])
    on_students = Right.NONE if application == "iPersoneel" else right
    here, there = school.students

    nobody: tuple[set[str], str | None] = (set(), "no_right")
    seen = ({here}, None) if on_students else nobody
    assert await caller.listed(group="students", at_location=school.first.sourced_id) == seen
    assert await caller.listed(group="students", at_location=school.second.sourced_id) == nobody
    assert await caller.listed(group="students", at_school=school.number) == seen
    assert await caller.listed(group="staff", at_school=school.number) == nobody
    assert await caller.outcomes(here) == expected(on_students)
    assert await caller.outcomes(there) == expected(Right.NONE)
    assert await caller.outcomes(school.member_of_staff) == expected(Right.NONE)


async def test_of_several_roles_the_highest_counts_per_place(
    door: tuple[httpx.AsyncClient, ScriptedIssuer], school: School
) -> None:
    roles = [
        {"application": "iLeerlingen", "role": "Alles lezen", "school": school.number},
        {
            "application": "iBasis",
            "role": "Alles schrijven",
            "school": school.number,
            "location": school.second.number,
        },
    ]
    caller = Caller(*door, school, roles)
    assert await caller.outcomes(school.students[0]) == expected(Right.READ)
    assert await caller.outcomes(school.students[1]) == expected(Right.WRITE)


async def test_every_role_at_another_school_is_none_here(
    door: tuple[httpx.AsyncClient, ScriptedIssuer], school: School
) -> None:
    roles = [
        {"application": application, "role": role, "school": f"9{school.number}"}
        for application, role, _ in TABLE
    ]
    caller = Caller(*door, school, roles)
    for person in (*school.students, school.member_of_staff):
        assert await caller.outcomes(person) == expected(Right.NONE)
    everyone = await caller.listed(group="students", at_school=school.number)
    assert everyone == (set(), "no_right")
