"""What a person with a username is at present, and in whose lists he stands (M4.3.3, M4.3.6)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
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


@dataclass(frozen=True, slots=True)
class Shown:
    """The places in whose lists a person stands; a future student's, in whose he will stand."""

    locations: frozenset[tuple[str, str]] = frozenset()
    """(school number, location number) as a student."""
    schools: frozenset[str] = frozenset()
    """School numbers, as staff: also of a school where he turned inactive in this school year."""


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


async def shown_in_lists(
    connection: AsyncConnection,
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    persons: Collection[str],
) -> dict[str, Shown]:
    """Of each of `persons`; who stands in no list, as one who left, has none (M4.3.3)."""
    locations: dict[str, set[tuple[str, str]]] = {}
    enrolment = student_enrolments(configuration_id, year, reference_date).c
    as_students = await connection.execute(
        select(enrolment.person_id, enrolment.school_number, enrolment.location_number).where(
            among(enrolment.person_id, persons),
            # Present, or without any place yet: then the coming ones are where he will stand.
            or_(
                enrolment.start_date <= reference_date,
                enrolment.evaluation_date > reference_date,
            ),
        )
    )
    for person, school, location in as_students:
        locations.setdefault(person, set()).add((school, location))
    schools: dict[str, set[str]] = {}
    as_staff = await connection.execute(
        _listed_staff(configuration_id, year, reference_date, persons)
    )
    for person, school in as_staff:
        schools.setdefault(person, set()).add(school)
    return {
        person: Shown(frozenset(locations.get(person, ())), frozenset(schools.get(person, ())))
        for person in persons
    }


async def is_here_or_comes(
    connection: AsyncConnection,
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    person: str,
) -> bool:
    """Whether the source has the person here on the date or from a later day of the year on."""
    enrolment = student_enrolments(configuration_id, year, reference_date).c
    staff, school, session = sis.staff.c, access.school.c, sis.school_year.c
    of_person = sis.person.c
    works = exists().where(
        staff.configuration_id == configuration_id,
        staff.person_id == person,
        staff.removed_at.is_(None),
        or_(staff.end_date.is_(None), staff.end_date >= reference_date),
        school.configuration_id == staff.configuration_id,
        school.number == staff.school_number,
        session.configuration_id == staff.configuration_id,
        session.sourced_id == staff.school_year,
        session.label == year.label,
        session.removed_at.is_(None),
        of_person.configuration_id == staff.configuration_id,
        of_person.id == staff.person_id,
        of_person.removed_at.is_(None),
    )
    studies = exists().where(enrolment.person_id == person)
    return bool((await connection.execute(select(or_(studies, works)))).scalar_one())


def _listed_staff(
    configuration_id: int, year: ActiveYear, reference_date: date, persons: Collection[str]
) -> Select[Any]:
    """(person, school): as in the list also who turned inactive in this school year (G).

    A mark of the source counts as an end, as it does there.
    """
    staff, school, session, person = sis.staff.c, access.school.c, sis.school_year.c, sis.person.c
    gone = func.least(staff.removed_at, person.removed_at)
    return (
        select(staff.person_id, staff.school_number)
        .join(
            access.school,
            (school.configuration_id == staff.configuration_id)
            & (school.number == staff.school_number),
        )
        .join(
            sis.school_year,
            (session.configuration_id == staff.configuration_id)
            & (session.sourced_id == staff.school_year)
            & (session.label == year.label)
            & session.removed_at.is_(None),
        )
        .join(
            sis.person,
            (person.configuration_id == staff.configuration_id) & (person.id == staff.person_id),
        )
        .where(
            staff.configuration_id == configuration_id,
            staff.start_date <= reference_date,
            or_(staff.end_date.is_(None), staff.end_date >= year.start_date),
            or_(gone.is_(None), func.timezone("Europe/Brussels", gone) >= year.start_date),
            among(staff.person_id, persons),
        )
    )


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
