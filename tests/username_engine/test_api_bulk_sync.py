"""Sync for many at once over HTTP: by persons or by a list, for all or for none."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from shared.database import Database
from tests.arranging import FIRST_DAY, YEAR, add_location, add_school, add_staff, add_student
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import caller, calling, named, refused, school_with
from tests.username_engine.looking import AUTUMN, history_of, names_of, revision_of

READ, WRITE = Right.READ, Right.WRITE
TOMORROW = AUTUMN.today() + timedelta(days=1)


async def on(owner: Database, configuration: Any) -> set[str]:
    found = await names_of(owner, configuration)
    return {person for person, name in found.items() if name.sync}


async def test_persons_are_answered_with_their_versions_and_one_event_each(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    persons = sorted([await add_student(owner, configuration, place) for _ in range(3)])
    await named(engine_database, configuration)
    writer = caller(WRITE, place.school_number)

    async with calling(database, configuration) as api:
        await api.edit(persons[0], writer, username="eerste", sync=True)
        answer = await api.sync(writer, sync=True, persons=[*persons, persons[1]])
        counter = await revision_of(owner, configuration)
        again = await api.sync(writer, sync=True, persons=persons)
        off = await api.sync(writer, sync=False, persons=persons[:1])

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "items": [{"person": person, "version": 2} for person in persons[1:]],
        "total": 2,
        "selected": 3,
        "reason": None,
    }
    assert again.json() == {"items": [], "total": 0, "selected": 3, "reason": None}
    assert off.json()["items"] == [{"person": persons[0], "version": 3}]
    assert await revision_of(owner, configuration) == counter + 1
    assert (await history_of(owner, configuration, persons[1]))[1:] == [
        ("sync_set", "Els Claes <00u1>", {"sync": False}, {"sync": True})
    ]


async def test_a_list_is_meant_as_it_is_filtered(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    second = await add_location(owner, configuration, place.school_number, "2")
    wanted = await add_student(owner, configuration, place, "Mia", "Maes")
    await add_student(owner, configuration, place, "Jan", "Peters")
    await add_student(owner, configuration, second, "Mia", "Elders")
    await add_student(owner, configuration, place, "Mia", "Later", start_date=TOMORROW)
    await add_staff(owner, configuration, place.school_number, "Mia", "Leraar")
    await named(engine_database, configuration)
    writer = caller(WRITE, place.school_number)
    rows = {"group": "students", "at_location": place.sourced_id, "q": "mia", "sync": False}

    async with calling(database, configuration) as api:
        answer = await api.sync(writer, sync=True, list=rows, expected_total=1)
        repeated = await api.sync(writer, sync=True, list=rows)

    assert [each["person"] for each in answer.json()["items"]] == [wanted]
    assert await on(owner, configuration) == {wanted}
    # The filter itself asks for those whose Sync is off: there are none left.
    assert repeated.json() == {"items": [], "total": 0, "selected": 0, "reason": "no_match"}


async def test_a_list_that_has_changed_is_left_alone(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    await add_student(owner, configuration, place)
    await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    rows = {"group": "students", "at_school": place.school_number}

    async with calling(database, configuration) as api:
        for expected in (1, 3):
            answer = await api.sync(sync=True, list=rows, expected_total=expected)
            document = refused(answer, 409, "selection.changed")
            assert (document["total"], document["expected_total"]) == (2, expected)

    assert await on(owner, configuration) == set()


async def test_all_or_nothing(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    second = await add_location(owner, configuration, place.school_number, "2")
    here = await add_student(owner, configuration, place)
    there = await add_student(owner, configuration, second)
    future = await add_student(owner, configuration, place, start_date=TOMORROW)
    await named(engine_database, configuration)
    number = place.school_number
    here_only = caller(WRITE, number, place.number)
    reader_there = Principal(
        "00u5",
        "Els",
        grants=here_only.grants | {Grant(Group.STUDENTS, READ, number, second.number)},
    )

    async with calling(database, configuration) as api:
        unseen = await api.sync(here_only, sync=True, persons=[here, there])
        read = await api.sync(reader_there, sync=True, persons=[here, there])
        of_list = await api.sync(
            reader_there, sync=True, list={"group": "students", "at_school": number}
        )
        early = await api.sync(sync=True, persons=[here, future])
        nobody = await api.sync(sync=True, persons=[here, "nobody", "no\0body"])
        own = await api.sync(here_only, sync=True, list={"group": "students", "at_school": number})

    assert refused(unseen, 404, "username.unknown")["persons"] == [there]
    refused(read, 403, "auth.forbidden")
    refused(of_list, 403, "auth.forbidden")
    assert refused(early, 409, "username.not_yet_editable")["persons"] == [future]
    assert refused(nobody, 404, "username.unknown")["persons"] == ["no\0body"]
    # Whom one cannot see are not in one's list of the school.
    assert [each["person"] for each in own.json()["items"]] == [here]
    assert await on(owner, configuration) == {here}


async def test_a_place_without_right_or_configuration_changes_nobody(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    other, elsewhere = await school_with(owner)
    rows = {"group": "students", "at_school": place.school_number}

    async with calling(database, configuration) as api:
        no_right = await api.sync(caller(WRITE, elsewhere.school_number), sync=True, list=rows)
        unknown = await api.sync(sync=True, list={**rows, "at_school": elsewhere.school_number})

    assert (no_right.json()["total"], no_right.json()["reason"]) == (0, "no_right")
    assert (unknown.json()["total"], unknown.json()["reason"]) == (0, "no_configuration")
    assert await on(owner, configuration) == await on(owner, other) == set()


async def test_a_request_names_one_selection(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    rows = {"group": "students", "at_school": place.school_number}
    bodies: list[dict[str, Any]] = [
        {"sync": True},
        {"persons": [person]},
        {"sync": True, "persons": [person], "list": rows},
        {"sync": True, "persons": [person], "expected_total": 1},
        {"sync": True, "list": {**rows, "limit": 10}},
        {"sync": True, "list": {"group": "students"}},
        {"sync": "on", "list": rows},
    ]

    async with calling(database, configuration) as api:
        for body in bodies:
            refused(await api.sync(**body), 422, "request.invalid")
        assert (await api.sync(sync=True, persons=[])).json()["selected"] == 0

    assert await on(owner, configuration) == set()


async def test_a_bulk_and_edits_at_once_all_count(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    persons = [await add_student(owner, configuration, place) for _ in range(8)]
    await named(engine_database, configuration)
    rows = {"group": "students", "at_school": place.school_number}

    async with calling(database, configuration) as api, asyncio.timeout(30):
        bulk, *edits = await asyncio.gather(
            api.sync(sync=True, list=rows, expected_total=8),
            *(api.edit(person, username=f"naam{n}") for n, person in enumerate(persons)),
        )

    assert [answer.status_code for answer in (bulk, *edits)] == [200] * 9
    found = await names_of(owner, configuration)
    assert {found[person].local_part for person in persons} == {f"naam{n}" for n in range(8)}
    assert {(name.sync, name.version) for name in found.values()} == {(True, 3)}
    for person in persons:
        kinds = [kind for kind, _, _, _ in await history_of(owner, configuration, person)]
        assert sorted(kinds) == ["created", "edited", "sync_set"]


async def test_an_edit_that_did_not_see_the_bulk_is_told(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.sync(sync=True, persons=[person])
        answer = await api.edit(person, if_match='"1"', username="bert")

    document = refused(answer, 412, "version.conflict")
    assert document["present"] == {"username": "bert.ameel", "sync": True}


async def test_thousands_at_once(owner: Database, database: TestDatabase) -> None:
    configuration, _ = await school_with(owner)
    school = await add_school(owner, configuration)
    big = await add_location(owner, configuration, school)
    count, prefix = 4_000, str(uuid4())
    async with owner.transaction() as connection:
        for statement in (_PERSONS, _ENROLMENTS, _NAMES):
            await connection.execute(
                text(statement),
                {
                    "id": configuration.id,
                    "count": count,
                    "school": school,
                    "number": big.number,
                    "prefix": prefix,
                    "year": YEAR,
                    "start": FIRST_DAY,
                },
            )
    writer = caller(WRITE, school)
    rows = {"group": "students", "at_school": school}

    async with calling(database, configuration) as api:
        of_list = await api.sync(writer, sync=True, list=rows, expected_total=count)
        ids = [each["person"] for each in of_list.json()["items"]]
        of_persons = await api.sync(writer, sync=False, persons=ids)

    assert of_list.json()["total"] == of_persons.json()["total"] == count


_PERSONS = """
    insert into sis.person (configuration_id, id, given_name, family_name, revision)
    select :id, :prefix || n, 'Mia' || n, 'Maes', 1 from generate_series(1, :count) n
"""
_ENROLMENTS = """
    insert into sis.enrolment (configuration_id, person_id, school_number, location_number,
        school_year, start_date, revision)
    select :id, :prefix || n, :school, :number, :year, :start, 1
    from generate_series(1, :count) n
"""
_NAMES = """
    insert into usernames.username (configuration_id, person_id, local_part, sync, rule, revision)
    select :id, :prefix || n, 'mia' || n || '.maes', false, 'test', 1
    from generate_series(1, :count) n
"""
