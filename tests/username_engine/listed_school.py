"""A school and its list of usernames, as the engine reads it."""

from datetime import date
from typing import Any

from services.username_engine.access.places import EVERYWHERE, Places
from services.username_engine.access.rights import Group
from services.username_engine.usernames.columns import ListRow
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.listing import (
    Listing,
    ListRequest,
    list_usernames,
)
from shared.clock import Clock
from shared.database import Database
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    new_configuration,
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


def persons(listing: Listing) -> set[str]:
    return {row.person for row in listing.rows}


def only(listing: Listing) -> ListRow:
    (row,) = listing.rows
    return row
