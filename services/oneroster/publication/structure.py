"""What a roster stands on: its sessions, orgs, classes and courses, read whole (M, Bijlage 1).

They are few beside the persons: a class for some twenty of them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.enumerations import class_type, org_type, session_type
from services.oneroster.publication.objects import Class, Course, Org, Session, enrollment_id
from shared.class_titles import ClassTitleFormat, parse_class_title
from shared.database import among
from shared.presence import ActiveYear, participating_locations
from shared.tables import access, sis


@dataclass(frozen=True)
class Choices:
    """What the configuration says about its feed."""

    configuration_id: int
    year: ActiveYear
    reference_date: date
    future_students: bool
    enabled_user: bool
    class_title: ClassTitleFormat
    keep_guardians: bool
    keep_demographics: bool
    keep_user_flags: bool


async def read_choices(
    connection: AsyncConnection, configuration_id: int, year: ActiveYear, reference_date: date
) -> Choices:
    table = access.configuration
    row = (
        await connection.execute(
            select(
                table.c.future_students,
                table.c.enabled_user,
                table.c.class_title_format,
                table.c.keep_guardians,
                table.c.keep_demographics,
                table.c.keep_user_flags,
            ).where(table.c.id == configuration_id)
        )
    ).one()
    return Choices(
        configuration_id,
        year,
        reference_date,
        row.future_students,
        row.enabled_user,
        parse_class_title(row.class_title_format),
        row.keep_guardians,
        row.keep_demographics,
        row.keep_user_flags,
    )


@dataclass(frozen=True, slots=True)
class ClassPlace:
    """What an enrolment in a class needs to know of it."""

    id: str
    number: str | None
    school_number: str
    org: str
    end_date: date

    def enrollment_id(self, person: str, given: str) -> str:
        return enrollment_id(person, self.number, self.id, given)


@dataclass(frozen=True)
class Structure:
    sessions: tuple[Session, ...]
    orgs: tuple[Org, ...]
    classes: tuple[Class, ...]
    courses: tuple[Course, ...]
    class_places: dict[str, ClassPlace]
    untitled: tuple[str, ...] = field(default=())
    """Classes whose title format rendered to nothing."""


async def read_structure(
    connection: AsyncConnection, choices: Choices, classes: Collection[str] | None = None
) -> Structure:
    """Everything but persons, as of the connection's snapshot.

    With `classes`, these alone, for a publication that touches no others: their own rows and
    their fictitious courses.
    """
    sessions = await _sessions(connection, choices)
    orgs = await _orgs(connection, choices.configuration_id)
    rows = await _class_rows(connection, choices, classes)
    own_courses = await _course_rows(connection, choices.configuration_id)
    maker = _ClassMaker(choices, sessions, {course.sourced_id for course in own_courses})
    made = tuple(maker.make(row) for row in rows)
    courses = _courses(own_courses if classes is None else [], made, orgs, sessions)
    return Structure(
        sessions,
        orgs,
        made,
        tuple(courses),
        {
            row.id: ClassPlace(
                row.id, row.number, row.school_number, row.org_sourced_id, row.year_end
            )
            for row in rows
        },
        tuple(maker.untitled),
    )


async def _sessions(connection: AsyncConnection, choices: Choices) -> tuple[Session, ...]:
    years, terms = sis.school_year, sis.term
    label, ends = choices.year.label, choices.year.end_date.year
    year_rows = await connection.execute(
        select(years)
        .where(
            years.c.configuration_id == choices.configuration_id,
            years.c.label == label,
            years.c.removed_at.is_(None),
        )
        .order_by(years.c.sourced_id)
    )
    sessions = [
        Session(
            row.sourced_id,
            row.title or f"Schooljaar {label}",
            session_type("schoolYear"),
            row.start_date,
            row.end_date,
            row.end_date.year,
        )
        for row in year_rows
    ]
    term_rows = (
        await connection.execute(
            select(terms)
            .where(
                terms.c.configuration_id == choices.configuration_id,
                terms.c.school_year_label == label,
                terms.c.removed_at.is_(None),
            )
            .order_by(terms.c.sourced_id)
        )
    ).all()
    served = {session.sourced_id for session in sessions} | {row.sourced_id for row in term_rows}
    sessions += [
        Session(
            row.sourced_id,
            row.title,
            session_type(row.type),
            row.start_date,
            row.end_date,
            ends,
            row.parent_sourced_id if row.parent_sourced_id in served else None,
        )
        for row in term_rows
        if row.sourced_id not in {session.sourced_id for session in sessions}
    ]
    return _with_children(sessions)


async def _orgs(connection: AsyncConnection, configuration_id: int) -> tuple[Org, ...]:
    place, school = sis.location, sis.school
    part = participating_locations(configuration_id)
    rows = (
        await connection.execute(
            select(place, school.c.name.label("school_name"))
            .join(
                part,
                and_(
                    part.c.school_number == place.c.school_number, part.c.number == place.c.number
                ),
            )
            .outerjoin(
                school,
                and_(
                    school.c.configuration_id == place.c.configuration_id,
                    school.c.number == place.c.school_number,
                ),
            )
            .where(place.c.configuration_id == configuration_id)
            .order_by(place.c.sourced_id)
        )
    ).all()
    served = {row.sourced_id for row in rows}
    return _with_children(
        Org(
            row.sourced_id,
            row.served_name or f"{row.school_number} - {row.school_name} - {row.name}",
            org_type(row.type),
            row.identifier,
            row.parent_sourced_id if row.parent_sourced_id in served else None,
        )
        for row in rows
    )


Nested = TypeVar("Nested", Session, Org)


def _with_children(objects: Iterable[Nested]) -> tuple[Nested, ...]:
    """References in both directions: whoever is named as parent names its children."""
    objects = tuple(objects)
    children: dict[str, list[str]] = {}
    for each in objects:
        if each.parent is not None:
            children.setdefault(each.parent, []).append(each.sourced_id)
    return tuple(
        replace(each, children=tuple(children[each.sourced_id]))
        if each.sourced_id in children
        else each
        for each in objects
    )


async def _class_rows(
    connection: AsyncConnection, choices: Choices, classes: Collection[str] | None
) -> list[Row[Any]]:
    table, place, years, school = sis.class_, sis.location, sis.school_year, sis.school
    part = participating_locations(choices.configuration_id)
    rows = await connection.execute(
        select(
            table,
            part.c.sourced_id.label("org_sourced_id"),
            place.c.name.label("location_name"),
            place.c.code.label("location_code"),
            school.c.code.label("school_code"),
            years.c.end_date.label("year_end"),
        )
        .join(
            part,
            and_(
                part.c.school_number == table.c.school_number,
                part.c.number == table.c.location_number,
            ),
        )
        .join(
            place,
            and_(
                place.c.configuration_id == table.c.configuration_id,
                place.c.school_number == table.c.school_number,
                place.c.number == table.c.location_number,
            ),
        )
        .join(
            years,
            and_(
                years.c.configuration_id == table.c.configuration_id,
                years.c.sourced_id == table.c.school_year,
                years.c.label == choices.year.label,
                years.c.removed_at.is_(None),
            ),
        )
        .outerjoin(
            school,
            and_(
                school.c.configuration_id == table.c.configuration_id,
                school.c.number == table.c.school_number,
            ),
        )
        .where(
            table.c.configuration_id == choices.configuration_id,
            table.c.removed_at.is_(None),
            among(table.c.id, classes),
        )
        .order_by(table.c.id)
    )
    return list(rows)


async def _course_rows(connection: AsyncConnection, configuration_id: int) -> list[Row[Any]]:
    table = sis.course
    rows = await connection.execute(
        select(table)
        .where(table.c.configuration_id == configuration_id, table.c.removed_at.is_(None))
        .order_by(table.c.sourced_id)
    )
    return list(rows)


class _ClassMaker:
    def __init__(
        self, choices: Choices, sessions: tuple[Session, ...], own_courses: set[str]
    ) -> None:
        self._title = choices.class_title
        self._label = choices.year.label
        self._sessions = {session.sourced_id for session in sessions}
        self._own_courses = own_courses
        self.untitled: list[str] = []

    def make(self, row: Row[Any]) -> Class:
        course = row.course_sourced_id
        terms = tuple(term for term in row.term_sourced_ids if term in self._sessions)
        return Class(
            sourced_id=row.id,
            title=self._titled(row),
            code=row.code,
            type=class_type(row.class_type),
            course=course if course in self._own_courses else row.id,
            school=row.org_sourced_id,
            terms=terms or (row.school_year,),
            room=row.room,
            grades=tuple(row.grades),
            subjects=tuple(row.subjects),
            subject_codes=tuple(row.subject_codes),
            periods=tuple(row.periods),
        )

    def _titled(self, row: Row[Any]) -> str:
        title = self._title.render(
            {
                "klas": row.name,
                "klascode": row.code,
                "vestiging": row.location_name,
                "vestcode": row.location_code,
                "schoolcode": row.school_code,
                "schoolyear": self._label,
                "startyear": self._label.split("-")[0],
            }
        )
        if not title:
            self.untitled.append(row.id)
        return str(title or row.code or row.id)


def _courses(
    own: list[Row[Any]],
    classes: tuple[Class, ...],
    orgs: tuple[Org, ...],
    sessions: tuple[Session, ...],
) -> Iterator[Course]:
    """The source's courses, and a fictitious one for each class that has none (M, Bijlage 1)."""
    served_orgs = {org.sourced_id for org in orgs}
    served_sessions = {session.sourced_id for session in sessions}
    # A course of an org that is not served (a district) belongs where it is given.
    taught_at: dict[str, str] = {}
    for class_ in classes:
        taught_at.setdefault(class_.course, class_.school)
    for row in own:
        org = row.org_sourced_id if row.org_sourced_id in served_orgs else None
        org = org or taught_at.get(row.sourced_id)
        if org is None:
            continue
        year = row.school_year_sourced_id
        yield Course(
            row.sourced_id,
            row.title,
            row.code or row.title,
            org,
            year if year in served_sessions else None,
            tuple(row.grades),
            tuple(row.subjects),
            tuple(row.subject_codes),
        )
    given = {row.sourced_id for row in own}
    for class_ in classes:
        if class_.course == class_.sourced_id and class_.sourced_id not in given:
            yield Course(
                class_.sourced_id, class_.title, class_.code or class_.title, class_.school
            )


async def next_change(
    connection: AsyncConnection,
    configuration_id: int,
    after: date,
    persons: Collection[str] | None = None,
) -> date | None:
    """The next date, after `after`, on which anything begins or has ended; None when nothing does.

    Of the given persons alone, or of all.
    """
    dates: list[date] = []
    for table in (sis.enrolment, sis.staff, sis.class_enrolment, sis.class_duty):
        own = and_(
            table.c.configuration_id == configuration_id,
            table.c.removed_at.is_(None),
            among(table.c.person_id, persons),
        )
        begins = select(func.min(table.c.start_date)).where(own, table.c.start_date > after)
        # An end date is inclusive: the change is the day after it.
        ends = select(func.min(table.c.end_date) + 1).where(own, table.c.end_date >= after)
        for statement in (begins, ends):
            found = (await connection.execute(statement)).scalar()
            if found is not None:
                dates.append(found)
    return min(dates, default=None)
