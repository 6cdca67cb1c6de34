"""Who stands in the list of usernames, and what it shows (M4.3.3, M6.2; G)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, text, update

from services.username_engine.access.places import EVERYWHERE, NOWHERE, Places
from services.username_engine.access.rights import Group
from services.username_engine.usernames.columns import Column, ListRow
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.list_filters import ListFilters, SortKey
from services.username_engine.usernames.listing import (
    EmptyReason,
    Listing,
    ListRequest,
    list_usernames,
    open_lists,
    page_of_usernames,
    row_of_person,
)
from shared.clock import Clock
from shared.database import Database, driver_connection, scalar
from shared.tables import sis, usernames
from tests.arranging import (
    FIRST_DAY,
    LAST_DAY,
    Arranged,
    Place,
    add_class,
    add_class_duty,
    add_class_enrolment,
    add_enrolment,
    add_location,
    add_membership,
    add_school,
    add_staff,
    add_student,
    change,
    new_configuration,
    remove,
)
from tests.username_engine.looking import AUTUMN

AUTUMN_DAY = AUTUMN.today()
JULY, AUGUST = date(2025, 7, 15), date(2024, 8, 20)


class School:
    """A configuration with a school of one location, and its list."""

    def __init__(self, owner: Database, engine: Database) -> None:
        self.owner, self.engine = owner, engine
        self.configuration: Arranged
        self.number: str
        self.place: Place

    async def named(self, today: date = AUTUMN_DAY) -> None:
        await create_missing(self.engine, Clock(today), self.configuration.id)

    async def list(
        self,
        request: ListRequest | None = None,
        today: date = AUTUMN_DAY,
        places: Places = EVERYWHERE,
    ) -> Listing:
        request = request or self.students()
        async with self.engine.snapshot() as connection:
            return await list_usernames(connection, self.configuration.id, today, request, places)

    def students(self, place: Place | None = None, **choices: Any) -> ListRequest:
        return ListRequest(Group.STUDENTS, location=(place or self.place).sourced_id, **choices)

    def of_school(self, group: Group = Group.STUDENTS, number: str | None = None) -> ListRequest:
        return ListRequest(group, school=number or self.number)


async def a_school(owner: Database, engine: Database, **choices: Any) -> School:
    school = School(owner, engine)
    school.configuration = await new_configuration(owner, **choices)
    school.number = await add_school(
        owner,
        school.configuration,
        name="Heilig-Hartcollege",
        student_domain="college.be",
        staff_domain="staf.college.be",
    )
    school.place = await add_location(owner, school.configuration, school.number)
    return school


@pytest.fixture
async def school(owner: Database, engine_database: Database) -> School:
    return await a_school(owner, engine_database)


def persons(listing: Listing) -> set[str]:
    return {row.person for row in listing.rows}


def only(listing: Listing) -> ListRow:
    (row,) = listing.rows
    return row


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


async def test_an_empty_list_says_why(owner: Database, engine_database: Database) -> None:
    school = await a_school(owner, engine_database)
    configuration = school.configuration
    closed = await add_location(owner, configuration, school.number, "9", active=False)

    async def reason(request: ListRequest, places: Places = EVERYWHERE) -> EmptyReason | None:
        listing = await school.list(request, places=places)
        assert not listing.rows or listing.reason is None
        return listing.reason

    assert await reason(school.students(closed)) is EmptyReason.NO_CONFIGURATION
    assert await reason(school.of_school(number="000000")) is EmptyReason.NO_CONFIGURATION
    assert await reason(school.students()) is EmptyReason.NO_ACTIVE_ENROLMENT
    assert await reason(school.of_school(Group.STAFF)) is EmptyReason.NO_ACTIVE_ENROLMENT
    await add_student(owner, configuration, school.place, start_date=date(2024, 10, 2))
    assert await reason(school.students()) is EmptyReason.NO_ACTIVE_ENROLMENT
    await add_student(owner, configuration, school.place)
    await add_staff(owner, configuration, school.number)
    assert await reason(school.students()) is EmptyReason.NAMES_BEING_MADE
    assert await reason(school.of_school(Group.STAFF)) is EmptyReason.NAMES_BEING_MADE
    await school.named()
    assert await reason(school.students()) is None
    nobody = school.students(filters=ListFilters(search="nobody"))
    assert await reason(nobody) is EmptyReason.NO_MATCH
    assert await reason(school.students(), NOWHERE) is EmptyReason.NO_RIGHT


async def test_before_the_source_sent_the_school_year_the_list_is_empty(
    owner: Database, engine_database: Database
) -> None:
    school = await a_school(owner, engine_database, school_year=False)
    assert (await school.list()).reason is EmptyReason.NO_ACTIVE_ENROLMENT


async def test_one_sees_the_places_one_has_rights_to(owner: Database, school: School) -> None:
    configuration, number = school.configuration, school.number
    south = await add_location(owner, configuration, number, "2", name="Zuid")
    here = await add_student(owner, configuration, school.place)
    there = await add_student(owner, configuration, south)
    teacher = await add_staff(owner, configuration, number)
    await school.named()
    at_south = Places.of([(number, "2")])
    whole = Places.of([(number, None)])
    elsewhere = Places.of([("000000", None)])

    async def seen(request: ListRequest, places: Places) -> tuple[set[str], EmptyReason | None]:
        listing = await school.list(request, places=places)
        return persons(listing), listing.reason

    no_right = (set[str](), EmptyReason.NO_RIGHT)
    assert await seen(school.of_school(), whole) == ({here, there}, None)
    assert await seen(school.of_school(), at_south) == ({there}, None)
    assert await seen(school.students(south), at_south) == ({there}, None)
    assert await seen(school.students(), at_south) == no_right
    assert await seen(school.of_school(), elsewhere) == no_right
    # Staff belong to the school: the right to one of its locations is none to them.
    assert await seen(school.of_school(Group.STAFF), whole) == ({teacher}, None)
    assert await seen(school.of_school(Group.STAFF), at_south) == no_right
    # Who has no right to anything here is not told what there is.
    assert await seen(school.of_school(number="000000"), elsewhere) == no_right


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


async def test_a_page_shows_the_classes_of_those_on_it(owner: Database, school: School) -> None:
    configuration = school.configuration
    teacher = await add_staff(owner, configuration, school.number)
    for name in ("6j", "10a", "6k"):
        student = await add_student(owner, configuration, school.place, "Bert", f"Ameel {name}")
        class_id = await add_class(owner, configuration, school.place, name)
        await add_class_enrolment(owner, configuration, student, class_id)
        await add_class_duty(owner, configuration, teacher, class_id)
    await add_student(owner, configuration, school.place, "Bert", "Ameel")
    await school.named()

    async def classes(request: ListRequest, *, limit: int, offset: int = 0) -> list[str | None]:
        async with school.engine.snapshot() as connection:
            opened = await open_lists(connection, configuration.id, AUTUMN_DAY)
            page = await page_of_usernames(opened, request, EVERYWHERE, limit=limit, offset=offset)
        return [row.class_ for row in page.items]

    by_class = school.students(sort=[SortKey(Column.CLASS)])
    in_j = school.students(filters=ListFilters(contains={Column.CLASS: "j"}))
    assert await classes(school.students(), limit=10) == ["<Geen>", "6j", "6k", "10a"]
    assert await classes(school.students(), limit=2, offset=1) == ["6j", "6k"]
    assert await classes(by_class, limit=10) == ["<Geen>", "6j", "6k", "10a"]
    assert await classes(in_j, limit=10) == ["6j"]
    assert await classes(school.students(filters=ListFilters(search="10")), limit=10) == ["10a"]
    assert await classes(school.of_school(Group.STAFF), limit=10) == ["6j, 6k, 10a"]
    assert await classes(school.of_school(Group.STAFF), limit=0) == []


async def test_one_person_s_row_is_that_of_the_list(
    owner: Database, engine_database: Database
) -> None:
    school = await a_school(
        owner, engine_database, student_domain_policy="provider", staff_domain_policy="provider"
    )
    configuration, number = school.configuration, school.number
    south = await add_location(
        owner, configuration, number, "2", name="Zuid", chosen={"student_domain": "zuid.be"}
    )
    here = await add_student(owner, configuration, school.place)
    both = await add_student(owner, configuration, school.place)
    await add_enrolment(owner, configuration, both, south, start_date=date(2024, 9, 15))
    coming = await add_student(owner, configuration, south, start_date=date(2024, 12, 1))
    teacher = await add_staff(owner, configuration, number)
    left = await add_staff(owner, configuration, number, end_date=date(2024, 9, 20))
    await add_membership(owner, configuration, here, number)
    for place, name in ((school.place, "6j"), (south, "5z")):
        class_id = await add_class(owner, configuration, place, name)
        await add_class_enrolment(owner, configuration, both, class_id)
        await add_class_duty(owner, configuration, teacher, class_id)
    await school.named(FIRST_DAY)
    everyone = (here, both, coming, teacher, left)
    at_south = Places.of([(number, "2")])

    for request in (
        school.students(),
        school.students(south),
        school.of_school(),
        school.of_school(Group.STAFF),
        ListRequest(Group.STAFF, location=south.sourced_id),
    ):
        for places in (EVERYWHERE, at_south, NOWHERE):
            arguments = (configuration.id, AUTUMN_DAY, request, places)
            async with school.engine.snapshot() as connection:
                opened = await open_lists(connection, configuration.id, AUTUMN_DAY)
                page = await page_of_usernames(opened, request, places, limit=10)
                alone = [await row_of_person(connection, *arguments, each) for each in everyone]
            listed = {row.person: row for row in page.items}
            assert alone == [listed.get(person) for person in everyone]
    assert listed == {}


async def test_one_person_s_row_is_found_whatever_is_searched_for(
    owner: Database, school: School
) -> None:
    person = await add_student(owner, school.configuration, school.place)
    await school.named()
    request = school.students(filters=ListFilters(search="nobody"))
    async with school.engine.snapshot() as connection:
        row = await row_of_person(
            connection, school.configuration.id, AUTUMN_DAY, request, EVERYWHERE, person
        )
    assert row is not None


async def statements_of_a_list(school: School) -> int:
    """Those of SQLAlchemy, and those that go straight to the driver below it."""
    statements: list[Any] = []

    def note(*_: Any) -> None:
        statements.append(None)

    async with school.engine.snapshot() as connection:
        driver = await driver_connection(connection)
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        with driver.query_logger(statements.append):
            await list_usernames(
                connection, school.configuration.id, AUTUMN_DAY, school.students(), EVERYWHERE
            )
    return len(statements)


async def test_the_number_of_queries_does_not_grow_with_the_list(
    owner: Database, school: School
) -> None:
    counts = []
    for size in (1, 20):
        for _ in range(size):
            await add_student(owner, school.configuration, school.place)
        await school.named()
        counts.append(await statements_of_a_list(school))
    # Basis, places, students, classes; a setting and its end; the way to the driver.
    assert counts == [7, 7]


async def test_a_list_leaves_its_transaction_planned_as_it_was(
    owner: Database, school: School
) -> None:
    await add_student(owner, school.configuration, school.place)
    await school.named()
    async with school.engine.transaction() as connection:
        await connection.execute(text("set local random_page_cost = 3"))
        listing = await list_usernames(
            connection, school.configuration.id, AUTUMN_DAY, school.students(), EVERYWHERE
        )
        planned = [
            await scalar(connection, f"show {setting}")
            for setting in ("enable_nestloop", "random_page_cost", "jit")
        ]
        before = await scalar(connection, "select reset_val from pg_settings where name = 'jit'")
    assert len(listing.rows) == 1
    assert planned == ["on", "3", before]


async def test_how_many_wait_is_told_of_the_place_whatever_is_searched_for(
    owner: Database, school: School
) -> None:
    south = await add_location(owner, school.configuration, school.number, "2", name="Zuid")
    await add_student(owner, school.configuration, school.place, "Bert", "Ameel")
    await add_student(owner, school.configuration, south, "Mally", "Lassens")
    await add_student(owner, school.configuration, south, "Zoë", "Özdemir")
    await school.named()
    await switch_off(school, "bert.ameel", "zoe.ozdemir")

    async def counts(places: Places = EVERYWHERE, **filters: Any) -> tuple[int, int, int]:
        request = ListRequest(Group.STUDENTS, school=school.number, filters=ListFilters(**filters))
        async with school.engine.snapshot() as connection:
            opened = await open_lists(connection, school.configuration.id, AUTUMN_DAY)
            page = await page_of_usernames(opened, request, places, limit=1)
        return page.total, page.sync_on, page.waiting

    assert await counts() == (3, 1, 2)
    assert await counts(search="lassens") == (1, 1, 2)
    assert await counts(sync=False) == (2, 0, 2)
    assert await counts(search="nobody") == (0, 0, 2)
    at_south = Places.of([(school.number, "2")])
    assert await counts(at_south) == (2, 1, 1)
    assert await counts(NOWHERE) == (0, 0, 0)


async def switch_off(school: School, *off: str) -> None:
    async with school.owner.transaction() as connection:
        await connection.execute(
            update(usernames.username)
            .where(
                usernames.username.c.configuration_id == school.configuration.id,
                usernames.username.c.local_part.in_(off),
            )
            .values(sync=False)
        )


def test_every_column_has_the_manual_s_name() -> None:
    assert [column.header for column in Column] == [
        "Naam",
        "Voornaam",
        "Sync?",
        "Gebruikersnaam",
        "Domeinnaam",
        "School",
        "Vestiging",
        "Klas",
        "Geboortedatum",
        "Aangemaakt op",
    ]
