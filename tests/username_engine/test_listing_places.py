"""Why a list of usernames is empty, and what of it one may see."""

from datetime import date

import pytest

from services.username_engine.access.places import EVERYWHERE, NOWHERE, Places
from services.username_engine.access.rights import Group
from services.username_engine.usernames.list_filters import ListFilters
from services.username_engine.usernames.listing import (
    EmptyReason,
    ListRequest,
)
from shared.database import Database
from tests.arranging import (
    add_location,
    add_staff,
    add_student,
)
from tests.username_engine.listed_school import (
    School,
    a_school,
    persons,
)


@pytest.fixture
async def school(owner: Database, engine_database: Database) -> School:
    return await a_school(owner, engine_database)


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
