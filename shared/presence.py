"""Who is where on a reference date: the one reading of `sis` that both services share.

The engine decides domains and whom to name by it, publication the feed; were it written twice, a
name and a roster could disagree. Rules: docs/domain.md, "who is in the feed" (M4.1.4, M6.1).
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, Table, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.tables import access, sis

# From here the planner is told what it cannot know: its estimate for these joins on many columns is
# one row whatever their number, with statistics or without, and nested loops over a subquery's rows
# would then take a minute for 50,000 persons. A search for few persons wants just those loops.
MANY_PERSONS = 200
PLAN_FOR_EVERYONE = "set local enable_nestloop = off; set local jit = off"


@dataclass(frozen=True)
class ActiveYear:
    """The active school year of a configuration, with its own bounds."""

    label: str
    start_date: date
    end_date: date

    def reference_date(self, today: date) -> date:
        """Today, held inside the school year: July serves 30 June, August 1 September (M6)."""
        return min(max(today, self.start_date), self.end_date)


async def active_year(connection: AsyncConnection, configuration_id: int) -> ActiveYear | None:
    """The active school year as the source dates it; None while no data of it has arrived.

    A OneRoster file may hold several sessions of one year: the earliest start, the latest end.
    """
    years = sis.school_year
    row = (
        await connection.execute(
            select(years.c.label, func.min(years.c.start_date), func.max(years.c.end_date))
            .join(access.configuration, access.configuration.c.id == years.c.configuration_id)
            .where(
                years.c.configuration_id == configuration_id,
                years.c.label == access.configuration.c.active_school_year,
                years.c.removed_at.is_(None),
            )
            .group_by(years.c.label)
        )
    ).one_or_none()
    return ActiveYear(*row) if row else None


def participating_locations(configuration_id: int) -> Subquery:
    """The active locations that take part, with the configuration's choices for each.

    Columns: school_number, number, sourced_id, student_domain, sync_by_default, staff_domain.
    """
    place, school, chosen = sis.location, access.school, access.location
    return (
        select(
            place.c.school_number,
            place.c.number,
            place.c.sourced_id,
            func.coalesce(chosen.c.student_domain, school.c.student_domain).label("student_domain"),
            func.coalesce(chosen.c.sync_by_default, school.c.sync_by_default).label(
                "sync_by_default"
            ),
            school.c.staff_domain,
        )
        .join(
            school,
            and_(
                school.c.configuration_id == place.c.configuration_id,
                school.c.number == place.c.school_number,
            ),
        )
        .outerjoin(
            chosen,
            and_(
                chosen.c.configuration_id == place.c.configuration_id,
                chosen.c.school_number == place.c.school_number,
                chosen.c.number == place.c.number,
            ),
        )
        .where(
            place.c.configuration_id == configuration_id,
            place.c.active,
            place.c.removed_at.is_(None),
            or_(school.c.all_locations, chosen.c.number.is_not(None)),
        )
        .subquery("participating")
    )


def student_enrolments(configuration_id: int, year: ActiveYear, reference_date: date) -> Subquery:
    """Enrolments at participating locations in the active year that have not ended.

    Columns: person_id, school_number, location_number, org_sourced_id, student_domain,
    sync_by_default, start_date, end_date, and evaluation_date: the reference date for whoever is
    present on it; the own first day for a future student, who may also be between two enrolments.
    """
    enrolment, place = sis.enrolment, participating_locations(configuration_id)
    present = and_(
        enrolment.c.start_date <= reference_date,
        or_(enrolment.c.end_date.is_(None), enrolment.c.end_date >= reference_date),
    )
    of_person = enrolment.c.person_id
    return (
        select(
            enrolment.c.person_id,
            enrolment.c.school_number,
            enrolment.c.location_number,
            place.c.sourced_id.label("org_sourced_id"),
            place.c.student_domain,
            place.c.sync_by_default,
            enrolment.c.start_date,
            enrolment.c.end_date,
            case(
                (func.bool_or(present).over(partition_by=of_person), reference_date),
                else_=func.min(enrolment.c.start_date).over(partition_by=of_person),
            ).label("evaluation_date"),
        )
        .join(
            place,
            and_(
                place.c.school_number == enrolment.c.school_number,
                place.c.number == enrolment.c.location_number,
            ),
        )
        .join(sis.school_year, _of_active_year(enrolment, year))
        .join(sis.person, _of_known_person(enrolment))
        .where(
            enrolment.c.configuration_id == configuration_id,
            enrolment.c.removed_at.is_(None),
            or_(enrolment.c.end_date.is_(None), enrolment.c.end_date >= reference_date),
        )
        .subquery("student_enrolments")
    )


def student_places(configuration_id: int, year: ActiveYear, reference_date: date) -> Subquery:
    """`student_enrolments`, those alone that hold on the student's own evaluation date."""
    every = student_enrolments(configuration_id, year, reference_date)
    return (
        select(every)
        .where(
            every.c.start_date <= every.c.evaluation_date,
            or_(every.c.end_date.is_(None), every.c.end_date >= every.c.evaluation_date),
        )
        .subquery("student_places")
    )


def staff_memberships(configuration_id: int, year: ActiveYear, reference_date: date) -> Subquery:
    """Memberships of the configuration's schools in the active year, active on the reference date.

    Columns: person_id, school_number, location_number (empty: all that take part), start_date,
    is_primary, roles (the source's words), staff_domain.
    """
    staff, school = sis.staff, access.school
    return (
        select(
            staff.c.person_id,
            staff.c.school_number,
            staff.c.location_number,
            staff.c.start_date,
            staff.c.is_primary,
            staff.c.roles,
            school.c.staff_domain,
        )
        .join(
            school,
            and_(
                school.c.configuration_id == staff.c.configuration_id,
                school.c.number == staff.c.school_number,
            ),
        )
        .join(sis.school_year, _of_active_year(staff, year))
        .join(sis.person, _of_known_person(staff))
        .where(
            staff.c.configuration_id == configuration_id,
            staff.c.removed_at.is_(None),
            staff.c.start_date <= reference_date,
            or_(staff.c.end_date.is_(None), staff.c.end_date >= reference_date),
        )
        .subquery("staff_memberships")
    )


def staff_places(configuration_id: int, year: ActiveYear, reference_date: date) -> Subquery:
    """Where staff are: the participating locations of their schools.

    Columns: person_id, school_number, location_number, org_sourced_id, start_date, is_primary, roles.
    """
    member = staff_memberships(configuration_id, year, reference_date)
    place = participating_locations(configuration_id)
    return (
        select(
            member.c.person_id,
            member.c.school_number,
            place.c.number.label("location_number"),
            place.c.sourced_id.label("org_sourced_id"),
            member.c.start_date,
            member.c.is_primary,
            member.c.roles,
        )
        .join(
            place,
            and_(
                place.c.school_number == member.c.school_number,
                or_(member.c.location_number == "", member.c.location_number == place.c.number),
            ),
        )
        .subquery("staff_places")
    )


def _of_active_year(table: Table, year: ActiveYear) -> ColumnElement[bool]:
    years = sis.school_year
    return and_(
        years.c.configuration_id == table.c.configuration_id,
        years.c.sourced_id == table.c.school_year,
        years.c.label == year.label,
        years.c.removed_at.is_(None),
    )


def _of_known_person(table: Table) -> ColumnElement[bool]:
    person = sis.person
    return and_(
        person.c.configuration_id == table.c.configuration_id,
        person.c.id == table.c.person_id,
        person.c.removed_at.is_(None),
    )
