"""How many persons a configuration has where, in its active school year and in another."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Group
from shared.presence import active_year, staff_memberships, student_enrolments


@dataclass(frozen=True, slots=True, order=True)
class PlacePersons:
    """Students at a location, or staff at a school (`location` is None)."""

    school: str
    location: str | None
    group: Group
    persons: int

    @property
    def place(self) -> tuple[str, str | None]:
        return self.school, self.location


async def persons_by_place(
    connection: AsyncConnection, configuration_id: int, today: date
) -> tuple[PlacePersons, ...]:
    """Present and future students and present staff, at what takes part; nothing without a year."""
    year = await active_year(connection, configuration_id)
    if year is None:
        return ()
    reference_date = year.reference_date(today)
    student = student_enrolments(configuration_id, year, reference_date).c
    staff = staff_memberships(configuration_id, year, reference_date).c
    students = await connection.execute(
        select(
            student.school_number,
            student.location_number,
            func.count(student.person_id.distinct()),
        )
        .group_by(student.school_number, student.location_number)
        .order_by(student.school_number, student.location_number)
    )
    members = await connection.execute(
        select(staff.school_number, func.count(staff.person_id.distinct()))
        .group_by(staff.school_number)
        .order_by(staff.school_number)
    )
    return (
        *(PlacePersons(at, where, Group.STUDENT, count) for at, where, count in students),
        *(PlacePersons(at, None, Group.STAFF, count) for at, count in members),
    )
