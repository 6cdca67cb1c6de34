"""Proposals over HTTP: what an item says, and by rights and places who sees and approves it."""

from typing import Any

import pytest
from sqlalchemy import event

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.usernames.proposal_list import Narrowing, day_of, page_of_proposals
from services.username_engine.usernames.reach import UNLIMITED
from shared.database import Database, driver_connection
from tests.arranging import (
    Arranged,
    add_class,
    add_class_enrolment,
    add_location,
    add_school,
    add_staff,
    add_student,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, caller, calling, refused, school_with
from tests.username_engine.looking import AUTUMN, names_of
from tests.username_engine.proposals_api import approve, arranged, call, persons, proposed

READ, WRITE = Right.READ, Right.WRITE
STUDENTS, STAFF = Group.STUDENTS, Group.STAFF


async def test_an_item_says_who_and_what_and_why(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    mia = await add_student(owner, configuration, place, "Mia", "Maes")
    bert = await add_student(owner, configuration, place)
    await add_class_enrolment(
        owner, configuration, bert, await add_class(owner, configuration, place, "6j")
    )
    await arranged(
        engine_database,
        configuration,
        ("Bert.Ameel@school.be", "Bert", "Ameel"),
        ("mmaes@school.be", "Mia", "Maes"),
    )
    async with calling(database, configuration) as api:
        first, second = await proposed(api)
        page = await call(api, "GET", "proposals", params={"limit": 1, "offset": 1})

    assert first == {
        "person": bert,
        "family_name": "Ameel",
        "given_name": "Bert",
        "school": "GO! atheneum",
        "class": "6j",
        "username": "bert.ameel",
        "account": "bert.ameel@school.be",
        "display_name": None,
        "strength": "sure",
        "reason": "exact_format",
        "username_as_sent": "Bert.Ameel",
        "domain_differs": None,
        "can_approve": True,
        "why_not": None,
    }
    assert (second["person"], second["reason"], second["class"]) == (mia, "same_names", None)
    assert page.json() == {"items": [second], "total": 2}


@pytest.fixture
async def two_places(owner: Database, engine_database: Database) -> tuple[Arranged, dict[str, Any]]:
    """Two students at two locations, a student of another school, a teacher of the first."""
    configuration, place = await school_with(owner)
    second = await add_location(owner, configuration, place.school_number, "2")
    other = await add_location(owner, configuration, await add_school(owner, configuration))
    people = {
        "here": await add_student(owner, configuration, place, "An", "Aerts"),
        "there": await add_student(owner, configuration, second, "Bo", "Boons"),
        "elsewhere": await add_student(owner, configuration, other, "Cas", "Claes"),
        "teacher": await add_staff(owner, configuration, place.school_number, "Dé", "Daems"),
    }
    await arranged(
        engine_database,
        configuration,
        ("an.aerts@school.be", "An", "Aerts"),
        ("bo.boons@school.be", "Bo", "Boons"),
        ("cas.claes@school.be", "Cas", "Claes"),
        ("de.daems@school.be", "Dé", "Daems"),
    )
    return configuration, {**people, "place": place, "second": second, "other": other}


async def test_everyone_sees_the_proposals_of_his_own_lists_alone(
    database: TestDatabase, two_places: tuple[Arranged, dict[str, Any]]
) -> None:
    configuration, at = two_places
    school = at["place"].school_number
    async with calling(database, configuration) as api:
        assert await persons(api) == {at[who] for who in ("here", "there", "elsewhere", "teacher")}
        assert await persons(api, caller(READ, school)) == {at["here"], at["there"]}
        assert await persons(api, caller(READ, school, "2")) == {at["there"]}
        assert await persons(api, caller(READ, school, group=STAFF)) == {at["teacher"]}
        assert await persons(api, caller(READ, "000000")) == set()
        nobody = Principal("00u9", "Nobody")
        assert await persons(api, nobody) == set()


async def test_they_are_narrowed_by_list_place_strength_and_words(
    database: TestDatabase, two_places: tuple[Arranged, dict[str, Any]]
) -> None:
    configuration, at = two_places
    school, second = at["place"].school_number, at["second"].sourced_id
    async with calling(database, configuration) as api:
        assert await persons(api, group="staff") == {at["teacher"]}
        assert await persons(api, at_school=school) == {at["here"], at["there"], at["teacher"]}
        assert await persons(api, at_location=second) == {at["there"], at["teacher"]}
        assert await persons(api, at_location=second, group="students") == {at["there"]}
        assert await persons(api, q="DE daems@school") == {at["teacher"]}
        assert await persons(api, q="nobody") == set()
        assert len(await persons(api, strength="sure")) == 4
        assert await persons(api, strength="likely") == set()
        unknown = await call(api, "GET", "proposals", params={"at_school": "nowhere"})
        refused(unknown, 404, "place.unknown")
        # Who may not know what places there are is not told.
        assert await persons(api, caller(READ, school), at_school="nowhere") == set()
        misspelt = await call(api, "GET", "proposals", params={"locaton": second})
        refused(misspelt, 422, "request.invalid")


async def test_who_is_out_of_reach_is_unknown_and_who_may_only_look_is_forbidden(
    owner: Database, database: TestDatabase, two_places: tuple[Arranged, dict[str, Any]]
) -> None:
    configuration, at = two_places
    school = at["place"].school_number
    before = await names_of(owner, configuration)
    async with calling(database, configuration) as api:
        writer = caller(WRITE, school, "1")
        both = [at["here"], at["there"]]
        assert refused(await approve(api, writer, persons=both), 404, "username.unknown")[
            "persons"
        ] == [at["there"]]
        refused(await approve(api, writer, persons=["no\0body"]), 404, "username.unknown")
        reader = caller(READ, school)
        refused(await approve(api, reader, persons=[at["here"]]), 403, "auth.forbidden")
        listed = await proposed(api, reader)
        assert [item["can_approve"] for item in listed] == [False, False]
        assert [item["why_not"] for item in listed] == ["no_right", "no_right"]
    assert await names_of(owner, configuration) == before


async def test_all_sure_ones_are_those_of_ones_own_lists_and_say_what_was_left(
    owner: Database, database: TestDatabase, two_places: tuple[Arranged, dict[str, Any]]
) -> None:
    configuration, at = two_places
    school = at["place"].school_number
    grants = {Grant(STUDENTS, WRITE, school, "1"), Grant(STUDENTS, READ, school, "2")}
    mixed = Principal("00u2", "Mixed", grants=frozenset(grants))
    async with calling(database, configuration) as api:
        nowhere = await approve(api, mixed, all_sure=True, at_school=at["other"].school_number)
        done = await approve(api, mixed, all_sure=True)
        staff = await approve(api, OPERATOR, all_sure=True, group="staff")
        left = await persons(api)

    assert nowhere.json() == {"items": [], "total": 0, "left": []}
    document = done.json()
    assert [item["person"] for item in document["items"]] == [at["here"]]
    assert document["left"] == [{"person": at["there"], "reason": "no_right"}]
    assert [item["person"] for item in staff.json()["items"]] == [at["teacher"]]
    assert left == {at["there"], at["elsewhere"]}


async def statements_of_a_page(engine_database: Database, configuration: Arranged) -> int:
    """Those of SQLAlchemy, and those that go straight to the driver below it."""
    statements: list[Any] = []

    def note(*_: Any) -> None:
        statements.append(None)

    async with engine_database.snapshot() as connection:
        driver = await driver_connection(connection)
        day = await day_of(connection, AUTUMN, configuration.id)
        # Once before: asyncpg asks for the types of a statement once a connection.
        await page_of_proposals(connection, day, Narrowing(group=STUDENTS), UNLIMITED, limit=1_000)
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        with driver.query_logger(statements.append):
            day = await day_of(connection, AUTUMN, configuration.id)
            page = await page_of_proposals(
                connection, day, Narrowing(group=STUDENTS), UNLIMITED, limit=1_000
            )
    assert page.total
    return len(statements)


async def test_the_number_of_queries_does_not_grow_with_the_proposals(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school_with(owner)
    counts = []
    for family in ("Aerts", "Boons", "Claes"):
        for given in ("An", "Bo", "Cas"):
            await add_student(owner, configuration, place, given, family)
        addresses = [
            (f"{given}.{each}@a.be", given, each)
            for given in ("An", "Bo", "Cas")
            for each in ("Aerts", "Boons", "Claes")
        ]
        await arranged(engine_database, configuration, *addresses)
        counts.append(await statements_of_a_page(engine_database, configuration))
    assert len(set(counts)) == 1, counts
