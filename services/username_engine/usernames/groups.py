"""What a person with a username is at present: by it rules for edits differ (M4.3.3, M4.3.6)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Group
from shared.database import among
from shared.presence import ActiveYear, staff_memberships, student_enrolments
from shared.tables import access, sis


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's group; `is_future`: a student and no staff member, who has not started yet."""

    group: Group
    is_future: bool = False


async def standings(
    connection: AsyncConnection,
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    persons: Collection[str],
) -> dict[str, Standing]:
    """Of each of `persons`. Who left counts as what he was: staff if ever on it, else student."""
    enrolment = student_enrolments(configuration_id, year, reference_date).c
    of_students = await connection.execute(
        select(enrolment.person_id, func.min(enrolment.start_date) > reference_date)
        .where(among(enrolment.person_id, persons))
        .group_by(enrolment.person_id)
    )
    is_future = {person: future for person, future in of_students}  # noqa: C416 - rows
    member = staff_memberships(configuration_id, year, reference_date).c
    of_staff = await connection.execute(
        select(member.person_id).where(among(member.person_id, persons))
    )
    staff = set(of_staff.scalars())
    left = [person for person in persons if person not in staff and person not in is_future]
    former = await _former_staff(connection, configuration_id, left)
    return {
        person: _standing(is_future.get(person), person in staff, person in former)
        for person in persons
    }


def _standing(is_future: bool | None, is_staff: bool, was_staff: bool) -> Standing:
    if is_staff:
        return Standing(Group.STAFF if is_future is None else Group.BOTH)
    if is_future is not None:
        return Standing(Group.STUDENT, is_future)
    return Standing(Group.STAFF if was_staff else Group.STUDENT)


async def _former_staff(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str]
) -> set[str]:
    staff, school = sis.staff.c, access.school.c
    found = await connection.execute(
        select(staff.person_id)
        .join(
            access.school,
            (school.configuration_id == staff.configuration_id)
            & (school.number == staff.school_number),
        )
        .where(staff.configuration_id == configuration_id, among(staff.person_id, persons))
    )
    return set(found.scalars())
