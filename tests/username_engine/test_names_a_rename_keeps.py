"""Bulk renames to the present format: whose names stay, and why."""

from datetime import timedelta
from typing import Any

import pytest

from services.username_engine.engine.usernames import Group
from services.username_engine.errors import (
    NotYetEditableError,
    NoUsernameError,
    UnknownPlaceError,
)
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.plan_rows import Reason
from services.username_engine.usernames.releasing import GroupAt, Persons
from shared.database import Database
from shared.tables import sis, usernames
from tests.arranging import (
    Arranged,
    add_location,
    add_staff,
    add_student,
    change,
    change_configuration,
)
from tests.username_engine.looking import AUTUMN
from tests.username_engine.planned import (
    REVERSED,
    add_accounts,
    planned_rename,
    rows_of,
    school,
)

LATER = AUTUMN.today() + timedelta(days=1)


async def test_names_that_follow_the_format_stay_whatever_their_number_or_case(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(
        owner, username_format="{voornaam:1}.{familienaam} | {voornaam}.{familienaam}"
    )
    persons = {
        typed: await add_student(owner, configuration, place, "Bert", "Ameel")
        for typed in ("b.ameel", "bert.ameel", "B.Ameel7", "b.ameel12", "bert.ameel2", "ameel")
    }
    await create_missing(engine_database, AUTUMN, configuration.id)
    for k, person in enumerate(persons.values()):
        await edit_username(
            engine_database, AUTUMN, configuration.id, person, f"weg{k}", actor="tests"
        )
    for typed, person in persons.items():
        await edit_username(engine_database, AUTUMN, configuration.id, person, typed, actor="tests")

    plan = await planned_rename(engine_database, configuration, include_edited=True)

    rows = await rows_of(engine_database, configuration, plan)
    renamed = {(row.before or {})["local_part"] for row in rows}
    assert renamed == {"bert.ameel2", "ameel"}
    assert plan.reasons == {"number": 2, "follows_format": 4}


async def test_what_stays_is_told_with_its_reason(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner, usernames_from_source="take_over")
    await add_accounts(engine_database, configuration, "Bertje@x.be,Bert Ameel,Bert,Ameel,acc,")
    account = await add_student(owner, configuration, place, person_id="acc")
    source = await add_student(owner, configuration, place, source_username="bertus")
    edited = await add_student(owner, configuration, place)
    plain = await add_student(owner, configuration, place)
    future = await add_student(owner, configuration, place, start_date=LATER)
    leaver = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await _approve(owner, configuration, account, "Bertje")
    await edit_username(engine_database, AUTUMN, configuration.id, edited, "Berre", actor="tests")
    await _leave(owner, configuration, leaver)
    await change_configuration(owner, configuration, username_format=REVERSED)

    plan = await planned_rename(engine_database, configuration)

    assert plan.reasons == dict.fromkeys(
        ("format", "source", "edited", "account", "not_started", "not_present"), 1
    )
    rows = await rows_of(engine_database, configuration, plan)
    assert {row.person_id: row.reason for row in rows} == {
        plain: Reason.FORMAT,
        account: Reason.ACCOUNT,
        source: Reason.SOURCE,
        edited: Reason.EDITED,
    }
    assert rows[0].person_id == plain
    assert all(row.before == row.after for row in rows[1:])

    everyone = [account, source, edited, plain, leaver]
    named = await planned_rename(engine_database, configuration, Persons(everyone))
    told = {
        row.person_id: (row.reason, row.before != row.after)
        for row in await rows_of(engine_database, configuration, named)
    }
    assert told[edited] == (Reason.EDITED, False)
    assert told[leaver] == (Reason.NOT_PRESENT, False)
    assert [told[person][1] for person in (account, source, plain)] == [True] * 3
    assert set(told) == set(everyone)
    assert future not in told


async def test_a_name_given_back_that_was_typed_once_counts_as_typed(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    person = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await edit_username(engine_database, AUTUMN, configuration.id, person, "Berre", actor="tests")
    async with owner.transaction() as connection:
        await connection.execute(
            usernames.username.update()
            .where(usernames.username.c.person_id == person)
            .values(rule="former name")
        )
    assert (await planned_rename(engine_database, configuration)).reasons == {"edited": 1}


async def test_future_students_are_left_out_refused_or_overridden(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    future = await add_student(owner, configuration, place, start_date=LATER)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await change_configuration(owner, configuration, username_format=REVERSED)

    at_place = GroupAt(Group.STUDENT, location=place.sourced_id)
    for selection in (None, at_place):
        plan = await planned_rename(engine_database, configuration, selection)
        assert (plan.changes, plan.reasons) == (0, {"not_started": 1})
    with pytest.raises(NotYetEditableError) as refused:
        await planned_rename(engine_database, configuration, Persons([future]))
    assert refused.value.members == {"persons": [future]}
    for selected in (None, at_place, Persons([future])):
        plan = await planned_rename(engine_database, configuration, selected, future_students=True)
        assert (plan.changes, plan.reasons) == (1, {"format": 1})


async def test_a_place_or_a_group_is_renamed_alone(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    second = await add_location(owner, configuration, place.school_number, "2")
    here = await add_student(owner, configuration, place, "Mia", "Maes")
    there = await add_student(owner, configuration, second, "Jan", "Peters")
    teacher = await add_staff(owner, configuration, place.school_number)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await change_configuration(owner, configuration, username_format=REVERSED)

    async def selected(selection: GroupAt) -> set[str]:
        plan = await planned_rename(engine_database, configuration, selection)
        return {row.person_id for row in await rows_of(engine_database, configuration, plan)}

    number = place.school_number
    assert await selected(GroupAt(Group.STUDENT, location=place.sourced_id)) == {here}
    assert await selected(GroupAt(Group.STUDENT, school=number)) == {here, there}
    assert await selected(GroupAt(Group.STAFF, school=number)) == {teacher}
    with pytest.raises(UnknownPlaceError):
        await selected(GroupAt(Group.STAFF, school="none"))
    with pytest.raises(NoUsernameError):
        await planned_rename(engine_database, configuration, Persons(["nobody"]))


async def _approve(owner: Database, configuration: Arranged, person: str, name: str) -> None:
    async with owner.transaction() as connection:
        await connection.execute(
            usernames.username.update()
            .where(
                usernames.username.c.configuration_id == configuration.id,
                usernames.username.c.person_id == person,
            )
            .values(local_part=name, rule="account")
        )


async def _leave(owner: Database, configuration: Arranged, person: str) -> None:
    where: dict[str, Any] = {"person_id": person}
    await change(
        owner, configuration, sis.enrolment, where, end_date=AUTUMN.today() - timedelta(days=1)
    )
