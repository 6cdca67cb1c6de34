"""Which staff stand in the list of usernames, and what it shows of them (M4.3.3; G)."""

from datetime import date, datetime

import pytest

from services.username_engine.access.rights import Group
from services.username_engine.usernames.listing import (
    ListRequest,
)
from shared.database import Database
from shared.tables import sis
from tests.arranging import (
    FIRST_DAY,
    add_class,
    add_class_duty,
    add_location,
    add_membership,
    add_school,
    add_staff,
    add_student,
    change,
    remove,
)
from tests.username_engine.listed_school import (
    School,
    a_school,
    only,
    persons,
)


@pytest.fixture
async def school(owner: Database, engine_database: Database) -> School:
    return await a_school(owner, engine_database)


async def test_staff_stay_in_the_list_for_the_school_year(owner: Database, school: School) -> None:
    configuration, number = school.configuration, school.number
    there = await add_staff(owner, configuration, number, "An")
    left = await add_staff(owner, configuration, number, "Bo", end_date=date(2024, 9, 20))
    dropped = await add_staff(owner, configuration, number, "Cas")
    coming = await add_staff(owner, configuration, number, "Dirk")
    last_year = await add_staff(owner, configuration, number, "Eef")
    await school.named(FIRST_DAY)
    await change(
        owner, configuration, sis.staff, {"person_id": coming}, start_date=date(2024, 10, 2)
    )
    await change(
        owner, configuration, sis.staff, {"person_id": last_year}, end_date=None, school_year="2023"
    )
    await remove(owner, configuration, sis.staff, person_id=dropped)

    listing = await school.list(school.of_school(Group.STAFF))
    assert {row.person: row.flags for row in listing.rows} == {
        there: (),
        left: ("inactive",),
        dropped: ("inactive",),
    }


async def test_who_was_removed_before_the_school_year_began_is_no_longer_listed(
    owner: Database, school: School
) -> None:
    person = await add_staff(owner, school.configuration, school.number)
    await school.named()
    for day, shown in (("2024-08-31 23:30+02", False), ("2024-09-01 00:30+02", True)):
        await change(
            owner,
            school.configuration,
            sis.staff,
            {"person_id": person},
            removed_at=datetime.fromisoformat(day),
        )
        assert bool((await school.list(school.of_school(Group.STAFF))).rows) is shown


async def test_staff_show_their_locations_and_the_classes_they_are_class_teacher_of(
    owner: Database, school: School
) -> None:
    configuration, number = school.configuration, school.number
    await add_location(owner, configuration, number, "2", name="Zuid")
    await add_location(owner, configuration, number, "3", name="Gesloten", active=False)
    person = await add_staff(owner, configuration, number, "An", "De Smet")
    part = await add_staff(owner, configuration, number, "Bo", "Ameel")
    await change(owner, configuration, sis.staff, {"person_id": part}, location_number="2")
    for name, duty, kind in (
        ("10a", 2, "class"),
        ("6j", 2, "class"),
        ("5z", 1, "class"),
        ("Latijn", 2, "subgroup"),
    ):
        class_id = await add_class(owner, configuration, school.place, name, kind=kind)
        await add_class_duty(owner, configuration, person, class_id, duty=duty)
    await school.named()
    rows = {row.person: row for row in (await school.list(school.of_school(Group.STAFF))).rows}
    assert (rows[person].location, rows[person].class_) == ("Hoofdvestiging, Zuid", "6j, 10a")
    assert (rows[part].location, rows[part].class_) == ("Zuid", None)


async def test_staff_of_two_schools_stand_in_both_lists(owner: Database, school: School) -> None:
    second = await add_school(owner, school.configuration, name="VTI")
    person = await add_staff(owner, school.configuration, school.number)
    await add_membership(owner, school.configuration, person, second, is_primary=False)
    await school.named()
    assert only(await school.list(school.of_school(Group.STAFF))).school == "Heilig-Hartcollege"
    row = only(await school.list(school.of_school(Group.STAFF, second)))
    # A school of which no location takes part has staff all the same.
    assert (row.person, row.school, row.location) == (person, "VTI", None)


async def test_who_is_student_and_staff_stands_in_both_lists(
    owner: Database, school: School
) -> None:
    person = await add_student(owner, school.configuration, school.place)
    await add_membership(owner, school.configuration, person, school.number)
    await school.named()
    for request in (school.students(), school.of_school(Group.STAFF)):
        assert persons(await school.list(request)) == {person}


async def test_a_location_s_staff_are_those_of_its_school_who_are_placed_there(
    owner: Database, school: School
) -> None:
    configuration, number = school.configuration, school.number
    await add_location(owner, configuration, number, "2", name="Zuid")
    everywhere = await add_staff(owner, configuration, number)
    south = await add_staff(owner, configuration, number)
    await change(owner, configuration, sis.staff, {"person_id": south}, location_number="2")
    await school.named()
    request = ListRequest(Group.STAFF, location=school.place.sourced_id)
    assert persons(await school.list(request)) == {everywhere}
