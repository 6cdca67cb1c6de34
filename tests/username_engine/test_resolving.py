from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.username_engine.errors import NoSchoolYearError, SnapshotGoneError
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.releasing import Persons, set_sync
from services.username_engine.usernames.resolving import import_snapshot, resolved_usernames
from shared.clock import Clock
from shared.database import Database
from shared.tables import sis
from tests.arranging import (
    FIRST_DAY,
    LAST_DAY,
    Arranged,
    Place,
    add_enrolment,
    add_location,
    add_membership,
    add_school,
    add_staff,
    add_student,
    new_configuration,
    remove,
)
from tests.username_engine.looking import AUTUMN

TODAY = AUTUMN.today()
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
PROVIDER: dict[str, Any] = {"student_domain_policy": "provider", "staff_domain_policy": "provider"}


async def sent(
    engine_database: Database,
    configuration: Arranged,
    day: date = TODAY,
    persons: list[str] | None = None,
) -> dict[str, str]:
    await create_missing(engine_database, AUTUMN, configuration.id)
    async with engine_database.snapshot() as connection:
        batches = await resolved_usernames(connection, configuration.id, day, persons)
        names = [name async for batch in batches for name in batch]
    assert len(names) == len(dict(names))
    return dict(names)


async def school_with(
    owner: Database, configuration: Arranged, domain: str, location: str = "1"
) -> Place:
    school = await add_school(
        owner, configuration, staff_domain=f"staff.{domain}", student_domain=domain
    )
    return await add_location(owner, configuration, school, location)


async def test_the_tenant_assigns_the_domain_so_local_parts_are_sent(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner)
    place = await school_with(owner, configuration, "a.be")
    student = await add_student(owner, configuration, place)
    teacher = await add_staff(owner, configuration, place.school_number)
    assert await sent(engine_database, configuration) == {
        student: "bert.ameel",
        teacher: "an.desmet",
    }


async def test_only_who_is_present_and_released_is_sent(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner)
    place = await school_with(owner, configuration, "a.be")
    present = await add_student(owner, configuration, place)
    future = await add_student(owner, configuration, place, start_date=TOMORROW)
    leaves_today = await add_student(owner, configuration, place, end_date=TODAY)
    left_later = await add_student(owner, configuration, place, end_date=TODAY)
    held_back = await add_student(owner, configuration, place)
    removed = await add_staff(owner, configuration, place.school_number)
    inactive = await add_staff(owner, configuration, place.school_number, end_date=TODAY)
    everyone = await sent(engine_database, configuration)
    assert set(everyone) == {
        present,
        future,
        leaves_today,
        left_later,
        held_back,
        removed,
        inactive,
    }

    selection = Persons([held_back])
    await set_sync(engine_database, AUTUMN, configuration.id, selection, False, actor="tests")
    await remove(owner, configuration, sis.staff, person_id=removed)

    assert set(await sent(engine_database, configuration, TOMORROW)) == {present, future}


async def test_a_students_domain_is_that_of_the_location_at_the_moment(
    owner: Database, engine_database: Database
) -> None:
    """M Bijlage 2: `jens.verwee@college.be` becomes `@vti.be` on the day of the move, not before."""
    configuration = await new_configuration(owner, **PROVIDER)
    college = await school_with(owner, configuration, "college.be")
    vti = await school_with(owner, configuration, "vti.be")
    jens = await add_student(owner, configuration, college, "Jens", "Verwee", end_date=TODAY)
    await add_enrolment(owner, configuration, jens, vti, start_date=TOMORROW)

    assert await sent(engine_database, configuration) == {jens: "jens.verwee@college.be"}
    assert await sent(engine_database, configuration, TOMORROW) == {jens: "jens.verwee@vti.be"}


async def test_a_future_student_has_the_domain_of_his_own_first_day(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, **PROVIDER)
    first = await school_with(owner, configuration, "first.be")
    second = await school_with(owner, configuration, "second.be")
    student = await add_student(owner, configuration, second, start_date=date(2025, 1, 6))
    await add_enrolment(
        owner, configuration, student, first, start_date=TOMORROW, end_date=TOMORROW
    )
    assert await sent(engine_database, configuration) == {student: "bert.ameel@first.be"}


async def test_of_two_places_the_later_start_counts_then_the_lower_location(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, **PROVIDER)
    ten = await school_with(owner, configuration, "ten.be", "10")
    nine = await school_with(owner, configuration, "nine.be", "9")
    later = await add_student(owner, configuration, nine, "La", "Ter")
    await add_enrolment(owner, configuration, later, ten, start_date=YESTERDAY)
    lower = await add_student(owner, configuration, ten, "Lo", "Wer")
    await add_enrolment(owner, configuration, lower, nine)

    assert await sent(engine_database, configuration) == {
        later: "la.ter@ten.be",
        lower: "lo.wer@nine.be",
    }


async def test_staff_have_the_domain_of_their_name_wherever_they_are(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, **PROVIDER)
    first = await school_with(owner, configuration, "first.be")
    second = await school_with(owner, configuration, "second.be")
    teacher = await add_staff(owner, configuration, first.school_number, end_date=TODAY)
    await add_membership(owner, configuration, teacher, second.school_number, start_date=TOMORROW)
    expected = {teacher: "an.desmet@staff.first.be"}
    assert await sent(engine_database, configuration) == expected
    assert await sent(engine_database, configuration, TOMORROW) == expected


async def test_who_is_student_and_staff_is_named_as_staff(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, student_domain_policy="provider")
    place = await school_with(owner, configuration, "a.be")
    both = await add_student(owner, configuration, place)
    assert await sent(engine_database, configuration) == {both: "bert.ameel@a.be"}
    await add_membership(owner, configuration, both, place.school_number)
    # The tenant assigns the domain of staff here.
    assert await sent(engine_database, configuration) == {both: "bert.ameel"}


async def test_a_typed_domain_stays_whatever_the_location(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, **PROVIDER)
    place = await school_with(owner, configuration, "a.be")
    student = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await edit_username(
        engine_database, AUTUMN, configuration.id, student, "Bert@b.be", actor="tests"
    )
    assert await sent(engine_database, configuration) == {student: "Bert@b.be"}


async def test_a_name_that_needs_a_domain_and_has_none_is_not_sent(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, **PROVIDER)
    school = await add_school(owner, configuration)
    place = await add_location(owner, configuration, school)
    await add_student(owner, configuration, place)
    await add_staff(owner, configuration, school)
    assert await sent(engine_database, configuration) == {}


async def test_of_some_persons_only_theirs_and_only_of_this_configuration(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner)
    place = await school_with(owner, configuration, "a.be")
    wanted = await add_student(owner, configuration, place)
    await add_student(owner, configuration, place, "Jan", "Peeters")
    other = await new_configuration(owner)
    elsewhere = await school_with(owner, other, "b.be")
    stranger = await add_student(owner, other, elsewhere)
    await create_missing(engine_database, AUTUMN, other.id)

    asked = [wanted, stranger, "nobody"]
    assert await sent(engine_database, configuration, persons=asked) == {wanted: "bert.ameel"}
    assert await sent(engine_database, configuration, persons=[]) == {}


async def test_names_are_read_in_the_snapshot_they_are_asked_in(
    owner: Database, engine_database: Database, oneroster_database: Database
) -> None:
    configuration = await new_configuration(owner)
    place = await school_with(owner, configuration, "a.be")
    student = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    async with oneroster_database.snapshot() as publishing:
        exported = await publishing.execute(text("select pg_export_snapshot()"))
        snapshot = exported.scalar_one()
        await edit_username(
            engine_database, AUTUMN, configuration.id, student, "bert", actor="tests"
        )
        async with engine_database.snapshot() as connection:
            await import_snapshot(connection, snapshot)
            batches = await resolved_usernames(connection, configuration.id, TODAY)
            assert [batch async for batch in batches] == [[(student, "bert.ameel")]]

    for gone in (snapshot, "' or true --", "00000000-00000000-1"):
        async with engine_database.snapshot() as connection:
            with pytest.raises(SnapshotGoneError):
                await import_snapshot(connection, gone)


async def test_without_the_school_year_there_is_no_answer(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, school_year=False)
    async with engine_database.snapshot() as connection:
        with pytest.raises(NoSchoolYearError):
            await resolved_usernames(connection, configuration.id, FIRST_DAY)


async def test_a_day_outside_the_school_year_is_answered_as_the_nearest_in_it(
    owner: Database, engine_database: Database
) -> None:
    """July serves 30 June, and a caller that forgets it empties no school (M6.1)."""
    configuration = await new_configuration(owner)
    place = await school_with(owner, configuration, "a.be")
    student = await add_student(owner, configuration, place, end_date=LAST_DAY)
    starter = await add_student(owner, configuration, place, end_date=FIRST_DAY)
    await create_missing(engine_database, Clock(FIRST_DAY), configuration.id)
    for day in (LAST_DAY, date(2025, 7, 5), date(2031, 1, 1)):
        assert set(await sent(engine_database, configuration, day)) == {student}
    for day in (FIRST_DAY, date(2024, 8, 1), date.min):
        assert set(await sent(engine_database, configuration, day)) == {student, starter}
