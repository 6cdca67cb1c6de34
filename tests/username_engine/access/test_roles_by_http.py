"""Every role of the manual by every operation of the API, with tokens of an issuer (M4.3.2)."""

import csv
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.username_engine.access.rights import Right
from services.username_engine.access.service import Access
from services.username_engine.app import create_app
from services.username_engine.usernames.account_file import read_accounts
from services.username_engine.usernames.tenant_accounts import import_accounts
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


ACCOUNTS = b"""userPrincipalName,displayName,givenName,surname
bert.ameel@school.be,Bert Ameel,Bert,Ameel
mia.maes@school.be,Mia Maes,Mia,Maes
an.desmet@staff.be,An De Smet,An,De Smet
"""


@pytest_asyncio.fixture(scope="module")
async def school(owner: Database, engine_database: Database) -> School:
    return await _school(owner, engine_database)


@pytest_asyncio.fixture(scope="module")
async def school_with_accounts(owner: Database, engine_database: Database) -> School:
    """In whose tenant each of them has an account already."""
    return await _school(owner, engine_database, ACCOUNTS)


async def _school(
    owner: Database, engine_database: Database, accounts: bytes | None = None
) -> School:
    configuration, first = await school_with(owner)
    second = await add_location(owner, configuration, first.school_number, "2")
    students = (
        await add_student(owner, configuration, first),
        await add_student(owner, configuration, second, "Mia", "Maes"),
    )
    member_of_staff = await add_staff(owner, configuration, first.school_number)
    if accounts is not None:
        file = read_accounts(accounts)
        await import_accounts(engine_database, AUTUMN, configuration.id, file, actor="tests")
    await named(engine_database, configuration)
    return School(configuration.name, first, second, students, member_of_staff)


@dataclass
class Caller:
    """Somebody with these entries in the roles claim."""

    client: httpx.AsyncClient
    issuer: ScriptedIssuer
    school: School
    roles: list[dict[str, str]]

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        token = self.issuer.token(rosterbridge_roles=self.roles)
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.request(method, path, headers=headers, **options)

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        prefix = f"/api/v1/configurations/{self.school.configuration}/usernames"
        return await self.ask(method, f"{prefix}{path}", **options)

    async def listed(self, **parameters: str) -> tuple[set[str], str | None]:
        """Who is in the list, and why it is empty if it is."""
        answer = await self.call("GET", "", params=parameters)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        file = await self.call("GET", ".csv", params={**parameters, "columns": "username"})
        in_file = [cell for (cell,) in csv.reader(file.text.splitlines()[1:])]
        assert sorted(in_file) == sorted(row["username"] for row in document["items"])
        return {row["person"] for row in document["items"]}, document.get("reason")

    async def synced(self, **parameters: str) -> tuple[int, object]:
        """Of the list that these select: how many were selected, or why it was refused."""
        answer = await self.call("POST", "/sync", json={"list": parameters, "sync": True})
        document = answer.json()
        return answer.status_code, document.get("code", document.get("selected"))

    async def choices(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """The school's rights to students and staff, and to the students of each location."""
        answer = await self.ask("GET", "/api/v1/configurations")
        configurations = answer.json()["items"]
        assert {each["name"] for each in configurations} <= {self.school.configuration}
        return [
            (
                school["students"],
                school["staff"],
                [(each["number"], each["students"]) for each in school["locations"]],
            )
            for configuration in configurations
            for school in configuration["schools"]
        ]

    async def outcomes(self, person: str) -> dict[str, tuple[int, str | None]]:
        """Of every action on one person; none of them changes anything for the next caller."""
        asked = {"person": person, "username": "een.andere"}
        answers = {
            "history": await self.call("GET", f"/{person}/history"),
            "validate": await self.call("POST", "/validate", json=asked),
            "edit": await self.call("PATCH", f"/{person}", json={"sync": True}),
            "sync": await self.call("POST", "/sync", json={"persons": [person], "sync": True}),
            "undo": await self.call("POST", f"/{person}/history/{NO_EVENT}/undo"),
        }
        return {
            action: (answer.status_code, answer.json().get("code"))
            for action, answer in answers.items()
        }


SAVED, FORBIDDEN, HIDDEN = (200, None), (403, "auth.forbidden"), (404, "username.unknown")
NO_EVENT = 2**62
_CONFIGURATION = "/api/v1/configurations/{configuration}"
_PERSONS = f"{_CONFIGURATION}/usernames"
FOR_SCHOOLS = {
    ("GET", "/api/v1/configurations"),
    ("GET", _PERSONS),
    ("GET", f"{_PERSONS}.csv"),
    ("PATCH", f"{_PERSONS}/{{person}}"),
    ("POST", f"{_PERSONS}/validate"),
    ("POST", f"{_PERSONS}/sync"),
    ("GET", f"{_PERSONS}/{{person}}/history"),
    ("POST", f"{_PERSONS}/{{person}}/history/{{event}}/undo"),
    ("GET", f"{_CONFIGURATION}/proposals"),
    ("GET", f"{_CONFIGURATION}/proposals/sure"),
    ("POST", f"{_CONFIGURATION}/proposals/approve"),
}
"""The operations that a role of the manual may open, as the tests below ask for each of them; every
other one of the API is for operators."""


def expected(right: Right) -> dict[str, tuple[int, str | None]]:
    if right is Right.NONE:
        return dict.fromkeys(("history", "validate", "edit", "sync", "undo"), HIDDEN)
    writing = SAVED if right is Right.WRITE else FORBIDDEN
    undoing = (404, "history.unknown") if right is Right.WRITE else FORBIDDEN
    of_each = dict.fromkeys(("validate", "edit", "sync"), writing)
    return {"history": SAVED, **of_each, "undo": undoing}


def selected(right: Right, number: int) -> tuple[int, object]:
    return {Right.NONE: (200, 0), Right.READ: (403, "auth.forbidden")}.get(right, (200, number))


@pytest_asyncio.fixture(scope="module")
async def door(database: TestDatabase) -> AsyncIterator[tuple[httpx.AsyncClient, ScriptedIssuer]]:
    issuer = ScriptedIssuer()
    given = settings(database_url=database.url(Role.ENGINE), today=AUTUMN.today())
    app = create_app(given)
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
    by_list = {
        group: {"group": group, "at_school": school.number} for group in ("students", "staff")
    }
    assert await caller.synced(**by_list["students"]) == selected(on_students, 2)
    assert await caller.synced(**by_list["staff"]) == selected(on_staff, 1)
    of_students, of_staff = on_students.name.lower(), on_staff.name.lower()
    locations = [(each.number, of_students) for each in (school.first, school.second)]
    assert await caller.choices() == (
        [(of_students, of_staff, locations if on_students else [])] if right else []
    )


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
    of_school = {"group": "students", "at_school": school.number}
    assert await caller.synced(**of_school) == selected(on_students, 1)
    elsewhere = {"group": "students", "at_location": school.second.sourced_id}
    assert await caller.synced(**elsewhere) == (200, 0)
    assert await caller.synced(group="staff", at_school=school.number) == (200, 0)
    seen_here = [(school.first.number, on_students.name.lower())]
    assert await caller.choices() == (
        [(on_students.name.lower(), "none", seen_here)] if on_students else []
    )
    assert await caller.outcomes(school.member_of_staff) == expected(Right.NONE)


@pytest.mark.parametrize("whole", [True, False], ids=["school", "location"])
@pytest.mark.parametrize(("application", "role", "right"), TABLE)
async def test_the_accounts_that_a_role_sees_proposed_and_may_approve(
    door: tuple[httpx.AsyncClient, ScriptedIssuer],
    school_with_accounts: School,
    application: str,
    role: str,
    right: Right,
    whole: bool,
) -> None:
    school = school_with_accounts
    where = {} if whole else {"location": school.first.number}
    entry = {"application": application, "role": role, "school": school.number, **where}
    caller = Caller(*door, school, [entry])
    everyone = {*school.students, school.member_of_staff}
    if application == "iPersoneel":
        reached = {school.member_of_staff} if whole else set()
    else:
        reached = set(school.students) if whole else {school.students[0]}

    path = f"/api/v1/configurations/{school.configuration}/proposals"
    answer = await caller.ask("GET", path)
    seen = {each["person"]: each["can_approve"] for each in answer.json()["items"]}
    assert seen == (dict.fromkeys(reached, right is Right.WRITE) if right else {})
    assert await sure_of(caller) == (
        (len(reached), {})
        if right is Right.WRITE
        else (0, dict.fromkeys(reached if right else (), "no_right"))
    )
    for person in everyone:
        # Not the account that is proposed, so that the next caller finds the same.
        asked = {"persons": {person: "een.andere@school.be"}}
        refused = await caller.ask("POST", f"{path}/approve", json=asked)
        assert (refused.status_code, refused.json()["code"]) == (
            HIDDEN
            if person not in reached or not right
            else FORBIDDEN
            if right is Right.READ
            else (404, "proposal.unknown")
        )


async def sure_of(caller: Caller, **parameters: str) -> tuple[int, dict[str, str]]:
    """How many approving all the sure ones would approve, and why not the others."""
    path = f"/api/v1/configurations/{caller.school.configuration}/proposals/sure"
    answer = await caller.ask("GET", path, params=parameters)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    return document["total"], {each["person"]: each["reason"] for each in document["left"]}


async def test_of_another_schools_accounts_nothing_is_told(
    door: tuple[httpx.AsyncClient, ScriptedIssuer], school_with_accounts: School
) -> None:
    school = school_with_accounts
    roles = [
        {"application": application, "role": role, "school": f"9{school.number}"}
        for application, role, _ in TABLE
    ]
    for held in ([], roles):
        caller = Caller(*door, school, held)
        path = f"/api/v1/configurations/{school.configuration}/proposals"
        assert (await caller.ask("GET", path)).json() == {"items": [], "total": 0}
        for place in ({}, {"at_school": school.number}, {"at_school": "nowhere"}):
            assert await sure_of(caller, **place) == (0, {})


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


async def operations(client: httpx.AsyncClient) -> set[tuple[str, str]]:
    paths = (await client.get("/openapi.json")).json()["paths"]
    return {
        (method.upper(), path)
        for path, item in paths.items()
        for method in item
        if path.startswith("/api/v1/configurations")
    }


async def test_every_operation_that_is_not_a_schools_is_for_operators_alone(
    door: tuple[httpx.AsyncClient, ScriptedIssuer], school: School
) -> None:
    known = await operations(door[0])
    assert known >= FOR_SCHOOLS
    everything = [
        {"application": application, "role": role, "school": school.number}
        for application, role, _ in TABLE
    ]
    caller = Caller(*door, school, everything)
    for method, template in sorted(known - FOR_SCHOOLS):
        path = template.replace("{configuration}", school.configuration)
        filled = re.sub(r"\{\w+\}", "1", path)
        refused = await caller.ask(method, filled)
        found = (refused.status_code, refused.json().get("code"))
        assert found == FORBIDDEN, (method, template)


async def test_without_a_session_or_a_token_no_operation_answers(
    door: tuple[httpx.AsyncClient, ScriptedIssuer], school: School
) -> None:
    client, _ = door
    for method, template in sorted(await operations(client)):
        filled = re.sub(r"\{\w+\}", "1", template.replace("{configuration}", school.configuration))
        refused = await client.request(method, filled)
        assert (refused.status_code, refused.json()["code"]) == (401, "auth.required"), template
