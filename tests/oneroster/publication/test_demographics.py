"""Demographics: whose are served, and in which words of each version."""

from typing import Any

import orjson
from sqlalchemy import select

from services.oneroster.publication.visibility import enter
from services.oneroster.rostering.versions import Version
from shared.database import Database
from shared.tables import roster, sis
from tests.arranging import (
    Arranged,
    Place,
    add_demographics,
    add_location,
    add_school,
    add_student,
    change_configuration,
    new_configuration,
    remove,
)
from tests.oneroster.conftest import Publishing
from tests.oneroster.rostering.validating import validator


async def _school(owner: Database, **choices: Any) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner, **{"keep_demographics": True, **choices})
    school = await add_school(owner, configuration)
    return configuration, await add_location(owner, configuration, school)


async def _rows(publishing: Publishing, configuration: Arranged) -> dict[str, Any]:
    """By person: the JSON of both versions, and what can be filtered on."""
    table = roster.demographics
    async with publishing.database.transaction() as connection:
        await enter(connection, configuration.id)
        rows = await connection.execute(
            select(table.c.sourced_id, table.c.body, table.c.body_v1p2, table.c.fields).where(
                table.c.configuration_id == configuration.id,
                table.c.until_edition.is_(None),
                table.c.active,
            )
        )
        return {
            sourced_id: (orjson.loads(body), orjson.loads(later or body), fields)
            for sourced_id, body, later, fields in rows
        }


async def test_a_user_has_the_demographics_of_the_source(
    owner: Database, publishing: Publishing
) -> None:
    configuration, place = await _school(owner)
    child = await add_student(owner, configuration, place)
    without = await add_student(owner, configuration, place, "An")
    given = {
        "birthDate": "2012-03-04",
        "sex": "female",
        "asian": "true",
        "white": "false",
        "cityOfBirth": "Gent",
    }
    await add_demographics(owner, configuration, child, **given)
    await add_demographics(owner, configuration, "nobody", **given)

    await publishing.publish(configuration)

    served = await _rows(publishing, configuration)
    assert set(served) == {child}
    assert without not in served
    former, later, fields = served[child]
    stamp = former["dateLastModified"]
    common = {"sourcedId": child, "status": "active", "dateLastModified": stamp}
    assert former == later == {**common, **given}
    assert fields == {**given, "cityOfBirth": "gent"}
    for version in Version:
        validator(version, "DemographicsDType").validate(former)


async def test_what_1_1_has_no_word_for_is_left_out_there(
    owner: Database, publishing: Publishing
) -> None:
    configuration, place = await _school(owner)
    words = {"male": "male", "Unspecified": "unspecified", "non binary": "ext:non-binary"}
    persons = {}
    for word in words:
        persons[word] = await add_student(owner, configuration, place)
        await add_demographics(owner, configuration, persons[word], sex=word)
    bare = await add_student(owner, configuration, place)
    await add_demographics(owner, configuration, bare)

    await publishing.publish(configuration)

    served = await _rows(publishing, configuration)
    for word, later_word in words.items():
        former, later, _ = served[persons[word]]
        assert former.get("sex") == (word if word == "male" else None)
        assert later["sex"] == later_word
    for former, later, _ in served.values():
        validator(Version.V1P1, "DemographicsDType").validate(former)
        validator(Version.V1P2, "DemographicsDType").validate(later)
    assert bare in served


async def test_demographics_come_and_go_with_their_user_and_by_themselves(
    owner: Database, publishing: Publishing
) -> None:
    configuration, place = await _school(owner)
    child = await add_student(owner, configuration, place)
    await publishing.publish(configuration)

    await add_demographics(owner, configuration, child, sex="male")
    added = await publishing.publish(configuration)
    assert added.edition.counts == {"demographics": 1}

    await add_demographics(owner, configuration, child, sex="female")
    changed = await publishing.publish(configuration)
    assert changed.edition.counts == {"demographics": 1}
    assert (await _rows(publishing, configuration))[child][0]["sex"] == "female"

    await remove(owner, configuration, sis.enrolment, person_id=child)
    await publishing.publish(configuration)
    assert await _rows(publishing, configuration) == {}
    (gone,) = (await publishing.served(configuration, "demographics", active=False)).values()
    assert (gone["sourcedId"], gone["status"]) == (child, "tobedeleted")


async def test_they_are_served_only_while_the_configuration_keeps_them(
    owner: Database, publishing: Publishing
) -> None:
    configuration, place = await _school(owner, keep_demographics=False)
    child = await add_student(owner, configuration, place)
    await add_demographics(owner, configuration, child, sex="male")
    await publishing.publish(configuration)
    assert await _rows(publishing, configuration) == {}

    await change_configuration(owner, configuration, keep_demographics=True)
    await publishing.publish(configuration)
    assert set(await _rows(publishing, configuration)) == {child}

    await change_configuration(owner, configuration, keep_demographics=False)
    await publishing.publish(configuration)
    assert await _rows(publishing, configuration) == {}
