"""Editing one name over HTTP: the row that is answered, versions, and asking first."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from services.username_engine.access.rights import Right
from shared.database import Database
from shared.tables import usernames
from tests.arranging import (
    add_class,
    add_class_enrolment,
    add_membership,
    add_student,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, caller, calling, named, refused, school_with
from tests.username_engine.looking import AUTUMN, history_of, names_of, revision_of

WRITE = Right.WRITE
TOMORROW = AUTUMN.today() + timedelta(days=1)


async def test_the_row_is_answered_as_saved_with_its_version_as_etag(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place, birth_date=date(2012, 3, 5))
    class_id = await add_class(owner, configuration, place, "6j")
    await add_class_enrolment(owner, configuration, person, class_id)
    await named(engine_database, configuration)
    writer = caller(WRITE, place.school_number, place.number)

    async with calling(database, configuration) as api:
        answer = await api.edit(person, writer, if_match='"1"', username=" b.bal_EX ", sync=True)

    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"2"'
    assert answer.headers["cache-control"] == "no-store"
    row = answer.json()
    assert row.pop("created_on")
    assert row == {
        "person": person,
        "family_name": "Ameel",
        "given_name": "Bert",
        "sync": True,
        "username": "b.bal_EX",
        "domain": None,
        "school": "GO! atheneum",
        "location": "Hoofdvestiging",
        "class": "6j",
        "birth_date": "2012-03-05",
        "flags": [],
        "version": 2,
        "editable": True,
        "changed": True,
        "warnings": [],
    }
    name = (await names_of(owner, configuration))[person]
    assert (name.local_part, name.sync, name.version) == ("b.bal_EX", True, 2)
    events = await history_of(owner, configuration, person)
    assert [(kind, actor) for kind, actor, _, _ in events[1:]] == [
        ("sync_set", "Els Claes <00u1>"),
        ("edited", "Els Claes <00u1>"),
    ]


async def test_who_did_not_see_the_present_version_is_told_both_values(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        assert (await api.edit(person, if_match='"1"', username="first")).status_code == 200
        answer = await api.edit(person, if_match='"1"', username="second", language="en")
        weak = await api.edit(person, if_match='W/"2"', username="second")
        unknown = await api.edit(person, if_match="nonsense", username="second")
        several = await api.edit(person, if_match='"1", "2"', username="second")
        whatever = await api.edit(person, if_match="*", username="third")
        unconditional = await api.edit(person, username="fourth")

    document = refused(answer, 412, "version.conflict")
    assert document["version"] == 2
    assert document["present"] == {"username": "first", "sync": False}
    assert document["given"] == {"username": "second", "sync": False}
    assert document["detail"].startswith("Somebody else changed this meanwhile")
    assert answer.headers["etag"] == '"2"'
    refused(weak, 412, "version.conflict")
    refused(unknown, 412, "version.conflict")
    assert [several.json()["version"], whatever.json()["version"]] == [3, 4]
    assert unconditional.json()["version"] == 5


async def test_the_same_request_again_is_answered_alike(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        first = await api.edit(person, if_match='"1"', username="bert", sync=True)
        counter = await revision_of(owner, configuration)
        again = await api.edit(person, if_match='"1"', username="bert", sync=True)

    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    assert {**again.json(), "changed": True} == first.json()
    assert await revision_of(owner, configuration) == counter
    assert len(await history_of(owner, configuration, person)) == 3


async def test_validate_answers_the_row_as_it_would_be_and_saves_nothing(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    before = (await names_of(owner, configuration), await revision_of(owner, configuration))

    async with calling(database, configuration) as api:
        asked = await api.validate(person, " b.bal ")
        same = await api.validate(person, "bert.ameel")

    assert asked.status_code == 200, asked.text
    assert (asked.json()["username"], asked.json()["version"]) == ("b.bal", 1)
    assert (asked.json()["changed"], same.json()["changed"]) == (True, False)
    assert before == (await names_of(owner, configuration), await revision_of(owner, configuration))


async def test_a_future_student_waits_even_for_operators(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place, start_date=TOMORROW)
    await named(engine_database, configuration)
    writer = caller(WRITE, place.school_number)

    async with calling(database, configuration) as api:
        for who in (writer, OPERATOR):
            for answer in (
                await api.edit(person, who, username="bert"),
                await api.edit(person, who, sync=True),
                await api.validate(person, "bert", who),
                await api.sync(who, sync=True, persons=[person]),
            ):
                document = refused(answer, 409, "username.not_yet_editable")
                assert document["persons"] == [person]
        elsewhere = caller(WRITE, place.school_number, "99")
        refused(await api.edit(person, elsewhere, username="bert"), 404, "username.unknown")
        # Nothing of it was saved.
        assert (await names_of(owner, configuration))[person].version == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"sync": "yes"}, {"sync": 1}, {"username": 7}, {"username": "x", "extra": 1}, [], None],
)
async def test_a_request_that_asks_for_nothing_or_for_nonsense_is_refused(
    owner: Database, engine_database: Database, database: TestDatabase, body: Any
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        refused(await api.call("PATCH", f"/{person}", json=body), 422, "request.invalid")


async def test_an_id_with_slashes_is_a_person(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place, person_id="a/b c/history")
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        edited = await api.edit(person, username="bert")
        history = await api.history(person)

    assert edited.json()["person"] == person
    assert history["items"][0]["after"]["local_part"] == "bert"


async def test_the_row_is_of_the_list_asked_for(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await add_membership(owner, configuration, person, place.school_number)
    class_id = await add_class(owner, configuration, place, "6j")
    await add_class_enrolment(owner, configuration, person, class_id)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        as_student = await api.call(
            "PATCH",
            f"/{person}",
            json={"sync": True},
            params={"group": "students", "at_location": place.sourced_id},
        )
        as_staff = await api.call(
            "PATCH",
            f"/{person}",
            json={"sync": True},
            params={"group": "staff", "at_school": place.school_number},
        )

    assert as_student.json()["class"] == "6j"
    assert as_staff.json()["class"] != "6j"


async def test_a_configuration_without_its_school_year_edits_nothing(
    owner: Database, database: TestDatabase
) -> None:
    configuration = await new_configuration(owner, school_year=False)
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.username).values(
                configuration_id=configuration.id,
                person_id="somebody",
                local_part="somebody",
                sync=False,
                rule="by hand",
                revision=0,
            )
        )

    async with calling(database, configuration) as api:
        refused(await api.edit("somebody", sync=True), 409, "configuration.no_school_year")
