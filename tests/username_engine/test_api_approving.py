"""Approving accounts over HTTP: all or nothing, twice, and what is told of it."""

from datetime import date
from typing import Any

import pytest

from services.username_engine.access.rights import Group, Right
from services.username_engine.usernames.creation import create_missing
from shared.database import Database
from tests.arranging import (
    add_location,
    add_school,
    add_student,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, caller, calling, refused, school_with
from tests.username_engine.looking import AUTUMN, history_of, names_of
from tests.username_engine.proposals_api import approve, arranged, call, proposed

READ, WRITE = Right.READ, Right.WRITE
STUDENTS, STAFF = Group.STUDENTS, Group.STAFF


async def test_it_answers_what_changed_and_the_same_again_without_change(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await arranged(engine_database, configuration, ("Bert.Ameel@school.be", "Bert", "Ameel"))
    editor = caller(WRITE, place.school_number)
    async with calling(database, configuration) as api:
        first = await approve(api, editor, persons={person: "BERT.ameel@school.be"})
        events = await history_of(owner, configuration, person)
        await api.sync(sync=True, persons=[person])
        again = await approve(api, editor, persons=[person])
        other = await approve(api, editor, persons={person: "bert@school.be"})
        shown = await api.call(
            "GET", "", params={"group": "students", "at_school": place.school_number}
        )

    item = {
        "person": person,
        "before": "bert.ameel",
        "username": "Bert.Ameel",
        "account": "bert.ameel@school.be",
        "changed": True,
        "domain_fixed": False,
        "version": 2,
        "warnings": [],
    }
    assert first.json() == {"items": [item], "total": 1, "left": []}
    unchanged = {**item, "before": "Bert.Ameel", "changed": False, "version": 3}
    assert again.json() == {"items": [unchanged], "total": 0, "left": []}
    refused(other, 404, "proposal.unknown")
    assert events[-1][:2] == ("linked", "Els Claes <00u1>")
    assert len(await history_of(owner, configuration, person)) == len(events) + 1
    (row,) = shown.json()["items"]
    assert (row["username"], row["sync"], row["flags"]) == ("Bert.Ameel", True, [])


async def test_of_named_ones_all_are_approved_or_none(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    fine = await add_student(owner, configuration, place)
    future = await add_student(
        owner, configuration, place, "Mia", "Maes", start_date=date(2025, 2, 1)
    )
    two = await add_student(owner, configuration, place, "Tom", "Thys")
    await arranged(
        engine_database,
        configuration,
        ("bert.ameel@school.be", "Bert", "Ameel"),
        ("mia.maes@school.be", "Mia", "Maes"),
        ("tom.thys@school.be", "Tom", "Thys"),
        ("tthys@school.be", "Tom", "Thys"),
    )
    before = await names_of(owner, configuration)
    async with calling(database, configuration) as api:
        waits = await approve(api, persons=[fine, future])
        assert refused(waits, 409, "username.not_yet_editable")["persons"] == [future]
        choose = await approve(api, persons=[fine, two])
        assert refused(choose, 409, "proposal.ambiguous")["persons"] == [two]
        assert await names_of(owner, configuration) == before
        items = await proposed(api)
        assert {item["person"]: item["can_approve"] for item in items} == {
            fine: True,
            future: False,
            two: True,
        }
        assert [item["why_not"] for item in items] == [None, "not_yet_editable", None, None]
        would = (await call(api, "GET", "proposals/sure")).json()
        assert await names_of(owner, configuration) == before
        all_sure = (await approve(api, all_sure=True)).json()
        assert would == {"total": 1, "left": all_sure["left"]}
        assert [item["person"] for item in all_sure["items"]] == [fine]
        assert all_sure["left"] == [{"person": future, "reason": "not_yet_editable"}]
        chosen = await approve(api, persons={two: "tthys@school.be"})
        assert chosen.json()["items"][0]["username"] == "tthys"


async def test_all_sure_ones_are_approved_only_as_many_as_were_seen(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    await add_student(owner, configuration, place)
    await add_student(owner, configuration, place, "Mia", "Maes", start_date=date(2025, 2, 1))
    await arranged(
        engine_database,
        configuration,
        ("bert.ameel@school.be", "Bert", "Ameel"),
        ("mia.maes@school.be", "Mia", "Maes"),
    )
    before = await names_of(owner, configuration)
    async with calling(database, configuration) as api:
        for seen in (0, 2):
            changed = await approve(api, all_sure=True, expected_total=seen)
            document = refused(changed, 409, "selection.changed")
            assert (document["total"], document["expected_total"]) == (1, seen)
        assert await names_of(owner, configuration) == before
        # Who would be left is not among them.
        (would,) = [(await call(api, "GET", "proposals/sure")).json()["total"]]
        done = await approve(api, all_sure=True, expected_total=would)
        assert (would, done.json()["total"]) == (1, 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"all_sure": False},
        {"persons": ["a"], "all_sure": True},
        {"persons": ["a"], "group": "students"},
        {"persons": {"a": 7}},
        {"all_sure": True, "strength": "sure"},
        {"all_sure": True, "expected_total": -1},
        {"persons": ["a"], "expected_total": 1},
    ],
)
async def test_what_is_neither_persons_nor_all_sure_is_refused(
    owner: Database, database: TestDatabase, body: Any
) -> None:
    configuration, _ = await school_with(owner)
    async with calling(database, configuration) as api:
        refused(await approve(api, **body), 422, "request.invalid")


async def test_half_a_character_is_refused_as_such(owner: Database, database: TestDatabase) -> None:
    configuration, _ = await school_with(owner)
    async with calling(database, configuration) as api:
        api.door.principals[OPERATOR.subject] = OPERATOR
        for body in ('{"persons": ["\\ud83d"]}', '{"persons": {"a": "\\ud83d"}}'):
            answer = await api.client.post(
                f"/api/v1/configurations/{configuration.name}/proposals/approve",
                content=body,
                headers={"X-Caller": OPERATOR.subject, "Content-Type": "application/json"},
            )
            refused(answer, 422, "request.invalid")


async def test_a_name_that_was_another_s_is_told_to_both(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    former = await add_student(owner, configuration, place, "Boris", "Ameel")
    await create_missing(engine_database, AUTUMN, configuration.id)
    async with calling(database, configuration) as api:
        await api.edit(former, username="b.ameel")
        await api.edit(former, username="boris.ameel")
        bert = await add_student(owner, configuration, place)
        await arranged(engine_database, configuration, ("b.ameel@school.be", "Bert", "Ameel"))
        done = await approve(api, persons=[bert], language="en")
    (item,) = done.json()["items"]
    assert [warning["code"] for warning in item["warnings"]] == ["username.former_of_another"]
    kind, _, before, after = (await history_of(owner, configuration, former))[-1]
    assert (kind, before, after) == ("former_name_taken", {"local_part": "b.ameel"}, None)


@pytest.mark.parametrize(
    ("policy", "warned"), [("provider", ["username.exceeds_microsoft_limit"]), ("tenant", [])]
)
async def test_the_longest_domain_that_may_be_added_counts_for_microsofts_limit(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    policy: str,
    warned: list[str],
) -> None:
    configuration = await new_configuration(owner, student_domain_policy=policy)
    school = await add_school(owner, configuration, student_domain="school.be")
    place = await add_location(owner, configuration, school)
    # Where the student may go one day.
    long = await add_school(owner, configuration, student_domain=f"{'college.' * 7}brugge.be")
    await add_location(owner, configuration, long)
    person = await add_student(owner, configuration, place)
    await arranged(engine_database, configuration, (f"{'m' * 60}@school.be", "Bert", "Ameel"))
    async with calling(database, configuration) as api:
        (item,) = (await approve(api, persons=[person])).json()["items"]
    assert item["domain_fixed"] is False
    assert [warning["code"] for warning in item["warnings"]] == warned
