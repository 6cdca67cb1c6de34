"""Whose names an editor may change, over HTTP (M4.3.2)."""

from datetime import timedelta

from sqlalchemy import insert

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from shared.database import Database
from shared.tables import usernames
from tests.arranging import (
    Arranged,
    add_enrolment,
    add_location,
    add_membership,
    add_school,
    add_staff,
    add_student,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, caller, calling, named, refused, school_with
from tests.username_engine.looking import AUTUMN

READ, WRITE = Right.READ, Right.WRITE
TOMORROW = AUTUMN.today() + timedelta(days=1)


async def test_rights_by_list_and_place(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    second = await add_location(owner, configuration, place.school_number, "2")
    student = await add_student(owner, configuration, place)
    teacher = await add_staff(owner, configuration, place.school_number)
    left = await add_student(owner, configuration, place, "Weg", "Weg")
    await named(engine_database, configuration)
    number = place.school_number
    cases: list[tuple[Principal, str, int]] = [
        (caller(WRITE, number), student, 200),
        (caller(WRITE, number, place.number), student, 200),
        (caller(READ, number), student, 403),
        (caller(WRITE, number, second.number), student, 404),
        (caller(WRITE, number, group=Group.STAFF), student, 404),
        (Principal("00u2", "Nobody"), student, 404),
        (caller(WRITE, number, group=Group.STAFF), teacher, 200),
        (caller(READ, number, group=Group.STAFF), teacher, 403),
        (caller(WRITE, number), teacher, 404),
        (caller(WRITE, number, place.number, group=Group.STAFF), teacher, 404),
        (OPERATOR, left, 200),
        (OPERATOR, "nobody", 404),
        (OPERATOR, "no\u0000body", 404),
    ]

    async with calling(database, configuration) as api:
        for who, person, status in cases:
            for answer in (
                await api.edit(person, who, sync=True),
                await api.validate(person, "iets", who),
                await api.sync(who, sync=True, persons=[person]),
            ):
                assert answer.status_code == status, (who.grants, answer.text)
        read_and_write = Principal(
            "00u3",
            "Els",
            grants=frozenset(
                {
                    Grant(Group.STUDENTS, READ, number),
                    Grant(Group.STUDENTS, WRITE, number, place.number),
                }
            ),
        )
        assert (await api.edit(student, read_and_write, sync=False)).status_code == 200


async def test_a_teacher_of_several_schools_is_any_writers(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    other = await add_school(owner, configuration)
    teacher = await add_staff(owner, configuration, place.school_number)
    await add_membership(
        owner, configuration, teacher, other, end_date=AUTUMN.today() - timedelta(days=1)
    )
    await named(engine_database, configuration)
    here = caller(READ, place.school_number, group=Group.STAFF)
    # There she turned inactive this school year, and still stands in the list (G).
    there = caller(WRITE, other, group=Group.STAFF)
    both = Principal("00u4", "Els", grants=here.grants | there.grants)

    async with calling(database, configuration) as api:
        refused(await api.edit(teacher, here, username="an"), 403, "auth.forbidden")
        assert (await api.edit(teacher, there, username="an")).json()["username"] == "an"
        assert (await api.edit(teacher, both, username="an2")).json()["username"] == "an2"


async def test_a_student_is_edited_where_he_is_now(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    second = await add_location(owner, configuration, place.school_number, "2")
    mover = await add_student(owner, configuration, place, end_date=AUTUMN.today())
    await add_enrolment(owner, configuration, mover, second, start_date=TOMORROW)
    gone = await add_student(
        owner, configuration, place, "Gone", "Gone", end_date=AUTUMN.today() - timedelta(days=1)
    )
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.username).values(
                configuration_id=configuration.id,
                person_id=gone,
                local_part="gone",
                sync=True,
                rule="by hand",
                revision=1,
            )
        )
    await named(engine_database, configuration)
    number = place.school_number

    async with calling(database, configuration) as api:
        now = await api.edit(mover, caller(WRITE, number, place.number), sync=True)
        coming = await api.edit(mover, caller(WRITE, number, second.number), sync=False)
        left = await api.edit(gone, caller(WRITE, number), sync=False)
        of_operator = await api.edit(gone, sync=False)

    assert (now.status_code, now.json()["location"]) == (200, "Hoofdvestiging")
    refused(coming, 404, "username.unknown")
    refused(left, 404, "username.unknown")
    assert (of_operator.json()["sync"], of_operator.json()["family_name"]) == (False, "Gone")


async def test_other_configurations_are_out_of_reach(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    other, elsewhere = await school_with(owner)
    person = await add_student(owner, other, elsewhere)
    await named(engine_database, other)
    writer = caller(WRITE, elsewhere.school_number)

    async with calling(database, configuration) as api:
        refused(await api.edit(person, writer, username="x"), 404, "username.unknown")
        refused(await api.edit(person, username="x"), 404, "username.unknown")
    nowhere = Arranged(0, "no-such-configuration")
    async with calling(database, nowhere) as api:
        answer = await api.edit(person, username="x", language="fr")
    refused(answer, 404, "configuration.unknown")
    assert answer.json()["detail"] == "Cette configuration n'existe pas"
    assert place.school_number != elsewhere.school_number
