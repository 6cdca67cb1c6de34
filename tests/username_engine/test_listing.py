"""Which students stand in the list of usernames, and what it shows of them (M4.3.3, M6.2; G)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from services.username_engine.access.places import EVERYWHERE
from services.username_engine.access.rights import Group
from services.username_engine.usernames.columns import ListRow
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.listing import (
    EmptyReason,
    Listing,
    open_lists,
    page_of_usernames,
)
from shared.database import Database
from shared.tables import sis, usernames
from tests.arranging import (
    FIRST_DAY,
    LAST_DAY,
    add_class,
    add_class_enrolment,
    add_enrolment,
    add_location,
    add_staff,
    add_student,
    change,
    remove,
)
from tests.username_engine.listed_school import (
    AUGUST,
    AUTUMN_DAY,
    JULY,
    School,
    a_school,
    only,
    persons,
)
from tests.username_engine.looking import AUTUMN


@pytest.fixture
async def school(owner: Database, engine_database: Database) -> School:
    return await a_school(owner, engine_database)


async def test_a_row_has_all_ten_columns(owner: Database, school: School) -> None:
    person = await add_student(
        owner, school.configuration, school.place, "Mally", "Lassens", birth_date=date(2012, 3, 5)
    )
    class_id = await add_class(owner, school.configuration, school.place, "6j")
    await add_class_enrolment(owner, school.configuration, person, class_id)
    await school.named()
    async with owner.transaction() as connection:
        # 23:30 UTC is half past one the next day in Brussels.
        await connection.execute(
            update(usernames.username)
            .where(usernames.username.c.configuration_id == school.configuration.id)
            .values(created_at=datetime(2024, 8, 19, 23, 30, tzinfo=UTC), flags=["needs_review"])
        )
    assert only(await school.list()) == ListRow(
        person=person,
        family_name="Lassens",
        given_name="Mally",
        sync=True,
        username="mally.lassens",
        domain=None,
        school="Heilig-Hartcollege",
        location="Hoofdvestiging",
        class_="6j",
        birth_date=date(2012, 3, 5),
        created_on=date(2024, 8, 20),
        flags=("needs_review",),
        version=1,
    )


async def test_who_has_no_username_is_not_in_the_list(owner: Database, school: School) -> None:
    named = await add_student(owner, school.configuration, school.place)
    await school.named()
    await add_student(owner, school.configuration, school.place)
    assert persons(await school.list()) == {named}


@pytest.mark.parametrize(
    ("start", "end", "today", "shown"),
    [
        (FIRST_DAY, None, AUTUMN_DAY, True),
        (FIRST_DAY, AUTUMN_DAY, AUTUMN_DAY, True),
        (FIRST_DAY, date(2024, 9, 30), AUTUMN_DAY, False),
        (AUTUMN_DAY, None, AUTUMN_DAY, True),
        (date(2024, 10, 2), None, AUTUMN_DAY, False),
        # August shows who starts on 1 September, July who was there until 30 June (M6.2).
        (FIRST_DAY, None, AUGUST, True),
        (date(2024, 9, 2), None, AUGUST, False),
        (FIRST_DAY, LAST_DAY, JULY, True),
        (FIRST_DAY, None, JULY, True),
        (FIRST_DAY, date(2025, 6, 29), JULY, False),
    ],
)
async def test_students_are_shown_by_the_reference_date(
    owner: Database, engine_database: Database, start: date, end: date, today: date, shown: bool
) -> None:
    # Whatever the configuration says of future students.
    school = await a_school(owner, engine_database, future_students=True)
    await add_student(owner, school.configuration, school.place, start_date=start, end_date=end)
    await school.named(AUGUST)
    assert bool((await school.list(today=today)).rows) is shown


async def test_a_student_who_will_move_is_shown_where_he_is(
    owner: Database, school: School
) -> None:
    other = await add_location(owner, school.configuration, school.number, "2", name="Zuid")
    moving = await add_student(
        owner, school.configuration, school.place, end_date=date(2024, 10, 31)
    )
    await add_enrolment(owner, school.configuration, moving, other, start_date=date(2024, 11, 1))
    await school.named()
    assert persons(await school.list(school.students(other))) == set()
    assert persons(await school.list(school.students())) == {moving}
    after = date(2024, 11, 1)
    assert persons(await school.list(school.students(other), after)) == {moving}
    assert persons(await school.list(school.students(), after)) == set()


async def test_what_the_source_removed_is_not_active(owner: Database, school: School) -> None:
    first = await add_student(owner, school.configuration, school.place)
    second = await add_student(owner, school.configuration, school.place)
    third = await add_student(owner, school.configuration, school.place)
    await school.named()
    await remove(owner, school.configuration, sis.enrolment, person_id=first)
    await remove(owner, school.configuration, sis.person, id=second)
    assert persons(await school.list(today=JULY)) == {third}


async def test_another_year_and_another_configuration_do_not_show(
    owner: Database, engine_database: Database, school: School
) -> None:
    mine = await add_student(owner, school.configuration, school.place)
    other = await a_school(owner, engine_database)
    await add_student(owner, other.configuration, other.place)
    await school.named()
    await other.named()
    assert persons(await school.list()) == {mine}
    answer = await school.list(other.students())
    assert (answer.rows, answer.reason) == ((), EmptyReason.NO_CONFIGURATION)
    await change(
        owner, school.configuration, sis.enrolment, {"person_id": mine}, school_year="2023-24"
    )
    assert (await school.list()).reason is EmptyReason.NO_ACTIVE_ENROLMENT


async def test_a_school_s_list_has_all_its_locations_and_each_student_once(
    owner: Database, engine_database: Database
) -> None:
    school = await a_school(owner, engine_database, student_domain_policy="provider")
    south = await add_location(
        owner,
        school.configuration,
        school.number,
        "2",
        name="Zuid",
        chosen={"student_domain": "zuid.be"},
    )
    here = await add_student(owner, school.configuration, school.place)
    there = await add_student(owner, school.configuration, south)
    both = await add_student(owner, school.configuration, school.place)
    await add_enrolment(owner, school.configuration, both, south, start_date=date(2024, 9, 15))
    await school.named()

    of_school = {row.person: row for row in (await school.list(school.of_school())).rows}
    assert len((await school.list(school.of_school())).rows) == 3
    assert (of_school[here].location, of_school[here].domain) == ("Hoofdvestiging", "college.be")
    assert (of_school[there].location, of_school[there].domain) == ("Zuid", "zuid.be")
    # The domain that is sent: of the enrolment that started last.
    assert (of_school[both].location, of_school[both].domain) == ("Zuid, Hoofdvestiging", "zuid.be")
    # And in both locations' lists, each with its own default.
    assert persons(await school.list()) == {here, both}
    assert persons(await school.list(school.students(south))) == {there, both}
    own = {row.person: row for row in (await school.list()).rows}
    assert (own[both].location, own[both].domain) == ("Hoofdvestiging", "college.be")


async def test_two_enrolments_at_one_place_are_one_row_with_one_location(
    owner: Database, school: School
) -> None:
    person = await add_student(owner, school.configuration, school.place)
    await add_enrolment(
        owner, school.configuration, person, school.place, start_date=date(2024, 9, 15)
    )
    await school.named()
    for request in (school.students(), school.of_school()):
        row = only(await school.list(request))
        assert (row.person, row.location, row.flags) == (person, "Hoofdvestiging", ())


async def test_several_enrolments_are_flagged(owner: Database, school: School) -> None:
    south = await add_location(owner, school.configuration, school.number, "2", name="Zuid")
    closed = await add_location(owner, school.configuration, school.number, "3", active=False)
    one = await add_student(owner, school.configuration, school.place)
    two = await add_student(owner, school.configuration, school.place)
    await add_enrolment(owner, school.configuration, two, south)
    await add_enrolment(owner, school.configuration, one, closed)
    later = await add_student(owner, school.configuration, school.place)
    await add_enrolment(owner, school.configuration, later, south, start_date=date(2024, 12, 1))
    await school.named()
    async with school.engine.snapshot() as connection:
        opened = await open_lists(connection, school.configuration.id, AUTUMN_DAY)
        page = await page_of_usernames(opened, school.students(), EVERYWHERE, limit=10)
    flags = {row.person: row.flags for row in page.items}
    assert flags == {one: (), two: ("several_enrolments",), later: ()}


async def test_the_class_is_the_class_of_the_day_and_no_subgroup(
    owner: Database, school: School
) -> None:
    configuration, place = school.configuration, school.place
    none = await add_student(owner, configuration, place)
    moved = await add_student(owner, configuration, place)
    first, second = [await add_class(owner, configuration, place, name) for name in ("6j", "6k")]
    subgroup = await add_class(owner, configuration, place, "Godsdienst", kind="subgroup")
    for person in (none, moved):
        await add_class_enrolment(owner, configuration, person, subgroup)
    await add_class_enrolment(owner, configuration, none, first, start_date=date(2024, 12, 1))
    await add_class_enrolment(owner, configuration, moved, first, end_date=date(2024, 9, 30))
    await add_class_enrolment(owner, configuration, moved, second, start_date=AUTUMN_DAY)
    await school.named()

    def classes(listing: Listing) -> dict[str, str | None]:
        return {row.person: row.class_ for row in listing.rows}

    assert classes(await school.list()) == {none: "<Geen>", moved: "6k"}
    assert classes(await school.list(today=date(2024, 9, 30))) == {none: "<Geen>", moved: "6j"}
    assert classes(await school.list(today=date(2024, 12, 1))) == {none: "6j", moved: "6k"}
    await remove(owner, configuration, sis.class_, id=second)
    assert classes(await school.list())[moved] == "<Geen>"


async def test_a_class_at_the_location_comes_before_one_elsewhere_and_before_lessons(
    owner: Database, school: School
) -> None:
    configuration = school.configuration
    south = await add_location(owner, configuration, school.number, "2", name="Zuid")
    person = await add_student(owner, configuration, school.place)
    await add_enrolment(owner, configuration, person, south)
    for place, name, class_type in (
        (school.place, "Wiskunde", "scheduled"),
        (school.place, "6j", "homeroom"),
        (south, "5z", "homeroom"),
    ):
        class_id = await add_class(owner, configuration, place, name, class_type=class_type)
        await add_class_enrolment(owner, configuration, person, class_id)
    await school.named()
    assert only(await school.list()).class_ == "6j"
    assert only(await school.list(school.students(south))).class_ == "5z"
    assert only(await school.list(school.of_school())).class_ == "5z, 6j"


@pytest.mark.parametrize(
    ("policy", "of_student", "of_staff"),
    [("tenant", None, None), ("provider", "college.be", "staf.college.be")],
)
async def test_the_domain_is_the_default_where_the_provider_assigns_it(
    owner: Database,
    engine_database: Database,
    policy: str,
    of_student: str | None,
    of_staff: str | None,
) -> None:
    school = await a_school(
        owner, engine_database, student_domain_policy=policy, staff_domain_policy=policy
    )
    student = await add_student(owner, school.configuration, school.place, "Bert", "Ameel")
    await add_staff(owner, school.configuration, school.number)
    await school.named()
    row = only(await school.list())
    assert (row.username, row.domain) == ("bert.ameel", of_student)
    staff = only(await school.list(school.of_school(Group.STAFF)))
    assert staff.domain == of_staff
    # Staff's is stored with the name; a student's only once somebody typed one.
    assert staff.username == ("an.desmet@staf.college.be" if of_staff else "an.desmet")
    if policy == "provider":
        await edit_username(
            school.engine, AUTUMN, school.configuration.id, student, "b.ameel@vti.be", actor="test"
        )
        row = only(await school.list())
        assert (row.username, row.domain, row.version) == ("b.ameel@vti.be", "college.be", 2)
