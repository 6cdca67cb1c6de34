"""Who is where in a configuration, in its active school year; and who leaves it with a place."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Group
from shared.presence import active_year, staff_memberships, student_enrolments


@dataclass(frozen=True, slots=True)
class Place:
    """A location with its students, or a school with its staff (`location` is None)."""

    school: str
    location: str | None

    @property
    def group(self) -> Group:
        return Group.STAFF if self.location is None else Group.STUDENT


@dataclass(frozen=True, slots=True)
class LeavingPersons:
    """Of a place that is given up: how many leave the feed, and how many stay, being elsewhere."""

    place: Place
    leaving: int
    staying: int


async def persons_by_place(
    connection: AsyncConnection, configuration_id: int, today: date
) -> dict[Place, frozenset[str]]:
    """Present and future students and present staff, at what takes part; nothing without a year."""
    year = await active_year(connection, configuration_id)
    if year is None:
        return {}
    reference_date = year.reference_date(today)
    student = student_enrolments(configuration_id, year, reference_date).c
    staff = staff_memberships(configuration_id, year, reference_date).c
    persons: defaultdict[Place, set[str]] = defaultdict(set)
    students = select(student.school_number, student.location_number, student.person_id)
    for school, location, person in await connection.execute(students):
        persons[Place(school, location)].add(person)
    for school, person in await connection.execute(select(staff.school_number, staff.person_id)):
        persons[Place(school, None)].add(person)
    return {place: frozenset(those) for place, those in persons.items()}


def leaving_persons(
    before: Mapping[Place, frozenset[str]], after: Mapping[Place, frozenset[str]]
) -> tuple[LeavingPersons, ...]:
    """The places that are no longer there: students' first, by number."""
    present = frozenset[str]().union(*after.values())
    given_up = sorted(
        before.keys() - after.keys(),
        key=lambda place: (place.group.is_staff, place.school, place.location or ""),
    )
    return tuple(
        LeavingPersons(place, len(before[place] - present), len(before[place] & present))
        for place in given_up
    )
