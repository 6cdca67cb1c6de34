"""Plans over HTTP: for operators alone, told in numbers and rows, applied or refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Right
from services.username_engine.api import writing
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.locks import creation_session
from shared.clock import Clock
from shared.database import Database
from tests.arranging import Arranged, Place, add_location, add_student, change_configuration
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, caller, calling
from tests.username_engine.looking import AUTUMN, local_parts_of, names_of
from tests.username_engine.planned import PLAIN, REVERSED, everything, school

RENAME = {"kind": "rename", "share_limit": 1}


class Plans:
    """Calls on the plans of one configuration."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def call(
        self, method: str, path: str = "", who: Principal = OPERATOR, **more: Any
    ) -> httpx.Response:
        self._api.door.principals[who.subject] = who
        return await self._api.client.request(
            method,
            f"/api/v1/configurations/{self._api.configuration.name}/plans{path}",
            headers={"X-Caller": who.subject},
            **more,
        )

    async def make(self, **body: Any) -> Any:
        answer = await self.call("POST", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def get(self, path: str = "", **params: Any) -> Any:
        answer = await self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json()

    async def apply(self, plan: str) -> httpx.Response:
        return await self.call("POST", f"/{plan}/apply")


@asynccontextmanager
async def plans_of(
    database: TestDatabase, configuration: Arranged, clock: Clock = AUTUMN
) -> AsyncIterator[Plans]:
    async with calling(database, configuration, clock) as api:
        yield Plans(api)


async def reversed_school(
    owner: Database, engine: Database, number: int = 3
) -> tuple[Arranged, Place, list[str]]:
    """Students Bert Ameel, all of whom follow another format than the present one."""
    configuration, place = await school(owner)
    persons = [
        await add_student(owner, configuration, place, person_id=f"person-{n}")
        for n in range(number)
    ]
    await create_missing(engine, AUTUMN, configuration.id)
    await change_configuration(owner, configuration, username_format=REVERSED)
    return configuration, place, persons


async def test_a_rename_is_made_read_and_applied(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, _, persons = await reversed_school(owner, engine_database)
    async with plans_of(database, configuration) as plans:
        answer = await plans.call("POST", json={**RENAME, "include_edited": True})
        assert answer.status_code == 201, answer.text
        plan = answer.json()
        path = answer.headers["Location"].rpartition("/")[2]
        assert plan == await plans.get(f"/{path}") == (await plans.get())["items"][0]
        page = await plans.get(f"/{path}/rows", limit=1, offset=1)
        applied = await plans.apply(path)
        after = await plans.get(f"/{path}")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Location"].startswith(
        f"/api/v1/configurations/{configuration.name}/plans/"
    )
    wanted = {
        "kind": "rename",
        "made_by": "Ops <00op>",
        "reference_date": "2024-10-01",
        "asked": {"include_edited": True, "share_limit": 1.0, "future_students": False},
        "names": 3,
        "changes": 3,
        "share": 1.0,
        "share_limit": 1.0,
        "reasons": {"format": 1, "number": 2},
        "state": "ready",
        "moved": [],
        "applied_at": None,
    }
    assert {key: plan[key] for key in wanted} == wanted
    same = {"sync": True, "flags": []}
    assert page == {
        "items": [
            {
                "person": persons[1],
                "given_name": "Bert",
                "family_name": "Ameel",
                "before": {"username": "bert.ameel2", "rule": PLAIN, **same},
                "after": {"username": "ameel.bert2", "rule": REVERSED, **same},
                "reason": "number",
            }
        ],
        "total": 3,
    }
    assert applied.status_code == 200, applied.text
    assert applied.headers["Cache-Control"] == "no-store"
    done = applied.json()
    assert (done["renamed"], done["created"], done["plan"]) == (3, 0, after)
    assert (after["state"], after["applied_by"], after["moved"]) == ("applied", "Ops <00op>", [])
    found = await names_of(owner, configuration)
    assert {name.local_part for name in found.values()} == {
        "ameel.bert",
        "ameel.bert2",
        "ameel.bert3",
    }


async def test_missing_names_are_planned_and_made(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school(owner)
    person = await add_student(owner, configuration, place)
    async with plans_of(database, configuration) as plans:
        plan = await plans.make(kind="generate")
        rows = await plans.get(f"/{plan['id']}/rows")
        applied = await plans.apply(plan["id"])
        again = await plans.apply(plan["id"])

    assert (plan["asked"], plan["share_limit"]) == ({}, None)
    assert [(row["person"], row["before"], row["after"]["username"]) for row in rows["items"]] == [
        (person, None, "bert.ameel")
    ]
    assert applied.json()["created"] == 1
    assert await local_parts_of(owner, configuration) == {person: "bert.ameel"}
    assert (again.status_code, again.json()["code"]) == (409, "plan.already_applied")


async def test_a_plan_says_that_it_is_outdated_and_why(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place, _ = await reversed_school(owner, engine_database)
    async with plans_of(database, configuration) as plans:
        plan = await plans.make(**RENAME)
    await add_student(owner, configuration, place)
    before = await everything(owner, configuration)
    tomorrow = Clock(AUTUMN.today() + timedelta(days=1))
    async with plans_of(database, configuration, tomorrow) as plans:
        told = await plans.get(f"/{plan['id']}")
        refused = await plans.apply(plan["id"])

    assert (told["state"], told["moved"]) == ("outdated", ["data", "date"])
    assert refused.status_code == 409
    document = refused.json()
    assert (document["code"], document["moved"]) == ("plan.outdated", ["data", "date"])
    assert document["detail"] == (
        "Changed since the plan was made: the source's data, the reference date. "
        "Nothing was written; make the plan anew."
    )
    assert await everything(owner, configuration) == before


async def test_a_plan_over_its_limit_says_so_before_it_is_refused(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, _, _ = await reversed_school(owner, engine_database, 6)
    async with plans_of(database, configuration) as plans:
        plan = await plans.make(kind="rename")
        refused = await plans.apply(plan["id"])

    assert (plan["state"], plan["share"], plan["share_limit"]) == ("over_share_limit", 1.0, 0.1)
    assert (refused.status_code, refused.json()["code"]) == (409, "plan.over_share_limit")


async def test_a_place_or_persons_can_be_meant_and_nobody_who_has_not_started(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place, persons = await reversed_school(owner, engine_database)
    second = await add_location(owner, configuration, place.school_number, "2")
    future = await add_student(
        owner, configuration, second, start_date=AUTUMN.today() + timedelta(days=9)
    )
    await create_missing(engine_database, AUTUMN, configuration.id)
    async with plans_of(database, configuration) as plans:
        here = await plans.make(**RENAME, group="students", at_location=place.sourced_id)
        staff = await plans.make(**RENAME, group="staff", at_school=place.school_number)
        one = await plans.make(**RENAME, persons=persons[:1])
        refused = await plans.call("POST", json={**RENAME, "persons": [persons[0], future]})
        nobody = await plans.call("POST", json={**RENAME, "persons": ["nobody"]})
        nul = await plans.call("POST", json={**RENAME, "persons": ["\0"]})
        nowhere = [
            await plans.call("POST", json={**RENAME, "group": "staff", "at_school": number})
            for number in ("none", "\0")
        ]

    assert (here["changes"], staff["changes"], one["changes"]) == (3, 0, 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "username.not_yet_editable")
    assert refused.json()["persons"] == [future]
    assert (nobody.status_code, nobody.json()["code"]) == (404, "username.unknown")
    assert (nul.status_code, nul.json()["code"]) == (404, "username.unknown")
    assert {(each.status_code, each.json()["code"]) for each in nowhere} == {(404, "place.unknown")}


async def test_a_plan_is_of_its_configuration_alone(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, _, _ = await reversed_school(owner, engine_database)
    other, _ = await school(owner)
    async with plans_of(database, configuration) as plans:
        plan = await plans.make(**RENAME)
    async with plans_of(database, other) as plans:
        for method, path in _OPERATIONS[2:]:
            for unknown in (plan["id"], str(uuid4())):
                answer = await plans.call(method, path.format(plan=unknown))
                assert (answer.status_code, answer.json()["code"]) == (404, "plan.unknown")
        assert (await plans.get())["total"] == 0
    nowhere = Arranged(0, "no such configuration")
    async with plans_of(database, nowhere) as plans:
        for method, path in _OPERATIONS:
            answer = await plans.call(
                method, path.format(plan=plan["id"]), json={"kind": "generate"}
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "configuration.unknown")


_OPERATIONS = (
    ("POST", ""),
    ("GET", ""),
    ("GET", "/{plan}"),
    ("GET", "/{plan}/rows"),
    ("POST", "/{plan}/apply"),
)


@pytest.mark.parametrize(("method", "path"), _OPERATIONS)
async def test_plans_are_for_operators(
    owner: Database, engine_database: Database, database: TestDatabase, method: str, path: str
) -> None:
    configuration, place, _ = await reversed_school(owner, engine_database)
    writer = caller(Right.WRITE, place.school_number)
    async with plans_of(database, configuration) as plans:
        plan = await plans.make(**RENAME)
        before = await everything(owner, configuration)
        answer = await plans.call(method, path.format(plan=plan["id"]), writer, json=RENAME)
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")
        assert (await plans.get())["total"] == 1
    assert await everything(owner, configuration) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "delete"},
        {"kind": "generate", "persons": ["a"]},
        {"kind": "generate", "share_limit": 0.1},
        {"kind": "rename", "group": "students"},
        {"kind": "rename", "at_school": "1"},
        {"kind": "rename", "group": "staff", "at_school": "1", "at_location": "1-1"},
        {"kind": "rename", "group": "staff", "at_school": "1", "persons": ["a"]},
        {"kind": "rename", "persons": []},
        {"kind": "rename", "share_limit": 1.1},
        {"kind": "rename", "share_limit": -0.1},
        {"kind": "rename", "include_edited": "yes"},
        {"kind": "rename", "future_students": True},
    ],
)
async def test_what_does_not_fit_together_is_refused(
    owner: Database, database: TestDatabase, body: dict[str, Any]
) -> None:
    configuration, _ = await school(owner)
    async with plans_of(database, configuration) as plans:
        answer = await plans.call("POST", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
        assert (await plans.get())["items"] == []


async def test_while_names_are_made_for_everyone_one_is_asked_to_try_again(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "LOCK_TIMEOUT", "50ms")
    configuration, _, _ = await reversed_school(owner, engine_database)
    async with plans_of(database, configuration) as plans:
        plan = await plans.make(**RENAME)
        async with creation_session(engine_database, configuration.id):
            answers = [
                await plans.apply(plan["id"]),
                await plans.call("POST", json={"kind": "generate"}),
            ]
        assert (await plans.get(f"/{plan['id']}"))["state"] == "ready"

    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "username.busy")
        assert answer.headers["Retry-After"] == "1"


async def test_a_rename_by_a_plan_can_be_undone_for_one_person(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, _, persons = await reversed_school(owner, engine_database)
    async with calling(database, configuration) as api:
        plans = Plans(api)
        plan = await plans.make(**RENAME)
        await plans.apply(plan["id"])
        event = (await api.history(persons[0]))["items"][0]
        undone = await api.undo(persons[0], event["id"])

    assert (event["kind"], event["actor"], event["rule"]) == ("renamed", "Ops <00op>", REVERSED)
    assert event["after"]["plan"] == plan["id"]
    assert (event["undoable"], undone.status_code) == (True, 200), undone.text
    found = await names_of(owner, configuration)
    assert (found[persons[0]].local_part, found[persons[0]].rule) == ("bert.ameel", PLAIN)
    assert found[persons[1]].local_part == "ameel.bert2"


async def test_a_format_that_cannot_be_read_is_told(
    owner: Database, database: TestDatabase
) -> None:
    configuration, _ = await school(owner, username_format="{bijnaam}")
    async with plans_of(database, configuration) as plans:
        for body in ({"kind": "generate"}, RENAME):
            answer = await plans.call("POST", json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "format.invalid")
