"""Who is in the feed, batch by batch: users and enrollments (docs/domain.md).

A batch holds at most `BATCH` persons in the order of their ids, so that a roster of a million is
published in bounded memory and a roster of one changed person by the same code.
"""

from collections.abc import AsyncGenerator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.enumerations import staff_role
from services.oneroster.publication.objects import Enrollment, Role, User
from services.oneroster.publication.structure import Choices, ClassPlace
from shared.database import among, driver_connection
from shared.presence import staff_places, student_places
from shared.streaming import stream
from shared.tables import sis

BATCH = 1000
CLASS_TEACHER = 2


class Person(NamedTuple):
    """A person who is present: where, and on which date that is judged."""

    id: str
    row: asyncpg.Record
    student_orgs: Sequence[str]
    student_schools: Sequence[str]
    staff_places: Sequence["StaffPlace"]
    staff_schools: Sequence[str]
    evaluation_date: date
    """The reference date; for a future student his first day (D)."""

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_places)


class StaffPlace(NamedTuple):
    """An org where a person is on staff."""

    org: str
    is_primary: bool
    words: str
    """The source's own for it, with commas between them; empty where it has none."""


async def present_persons(
    connection: AsyncConnection, choices: Choices, persons: Collection[str] | None = None
) -> AsyncGenerator[list[Person]]:
    """All persons the feed may hold, or those of `persons`, in the order of their ids."""
    driver = await driver_connection(connection)
    async for rows in stream(driver, _present(choices, persons), BATCH):
        yield [_person(row, choices.reference_date) for row in rows]


def _present(choices: Choices, persons: Collection[str] | None) -> Select[Any]:
    who = (choices.configuration_id, choices.year, choices.reference_date)
    students = _by_person(student_places(*who), persons, "students")
    staff = _by_person(staff_places(*who), persons, "staff")
    person = sis.person
    in_feed: ColumnElement[bool] = students.c.person_id.is_not(None)
    if not choices.future_students:
        in_feed = and_(in_feed, students.c.evaluation_date == choices.reference_date)
    return (
        select(
            person,
            students.c.orgs.label("student_orgs"),
            students.c.schools.label("student_schools"),
            students.c.evaluation_date,
            in_feed.label("as_student"),
            staff.c.orgs.label("staff_orgs"),
            staff.c.schools.label("staff_schools"),
            staff.c.primary.label("staff_primary"),
            staff.c.words.label("staff_words"),
        )
        .outerjoin(students, students.c.person_id == person.c.id)
        .outerjoin(staff, staff.c.person_id == person.c.id)
        .where(
            person.c.configuration_id == choices.configuration_id,
            person.c.removed_at.is_(None),
            among(person.c.id, persons),
            or_(in_feed, staff.c.person_id.is_not(None)),
        )
        .order_by(person.c.id)
    )


def _by_person(places: Subquery, persons: Collection[str] | None, name: str) -> Subquery:
    columns = [
        places.c.person_id,
        func.array_agg(places.c.org_sourced_id).label("orgs"),
        func.array_agg(places.c.school_number).label("schools"),
    ]
    if "evaluation_date" in places.c:
        columns.append(func.max(places.c.evaluation_date).label("evaluation_date"))
    else:
        columns.append(func.array_agg(places.c.is_primary).label("primary"))
        # No word of the source's holds a comma. An array of arrays would have to be rectangular.
        columns.append(func.array_agg(func.array_to_string(places.c.roles, ",")).label("words"))
    return (
        select(*columns)
        .where(among(places.c.person_id, persons))
        .group_by(places.c.person_id)
        .subquery(name)
    )


def _person(row: "asyncpg.Record", reference_date: date) -> Person:
    # A future student is not served where the configuration excludes them, though he may be staff.
    as_student = bool(row["as_student"])
    return Person(
        row["id"],
        row,
        row["student_orgs"] if as_student else (),
        row["student_schools"] if as_student else (),
        _staff_places(row) if row["staff_orgs"] else (),
        row["staff_schools"] or (),
        row["evaluation_date"] if as_student else reference_date,
    )


def _staff_places(row: "asyncpg.Record") -> list[StaffPlace]:
    return [
        StaffPlace(*place)
        for place in zip(row["staff_orgs"], row["staff_primary"], row["staff_words"], strict=True)
    ]


def user_of(person: Person, username: str, choices: Choices, agents: tuple[str, ...] = ()) -> User:
    """Everyone on staff is a teacher on 1.1, also who is a student too (M3.2.5, D)."""
    row = person.row
    roles = tuple(_roles(person))
    return User(
        sourced_id=row["id"],
        username=username,
        enabled=choices.enabled_user,
        given_name=row["given_name"],
        family_name=row["family_name"],
        role="teacher" if person.is_staff else "student",
        identifier=row["identifier"] or row["id"],
        orgs=tuple(sorted({role.org for role in roles})),
        roles=roles,
        middle_name=row["middle_name"],
        email=row["email"],
        phone=row["phone"],
        sms=row["sms"],
        grades=tuple(row["grades"]),
        agents=agents,
        user_flags=tuple(row["user_flags"]) if choices.keep_user_flags else (),
    )


def _roles(person: Person) -> Iterator[Role]:
    """Those of staff first, at the source's primary place before others: the first is the primary one."""
    words: dict[str, list[str]] = {}
    for place in sorted(person.staff_places, key=_primary_first):
        words.setdefault(place.org, []).extend(place.words.split(","))
    for org, of_org in words.items():
        for role in dict.fromkeys(map(staff_role, of_org)):
            yield Role(role, org)
    for org in sorted(set(person.student_orgs)):
        yield Role("student", org)


def _primary_first(place: StaffPlace) -> tuple[bool, str, str]:
    return (not place.is_primary, place.org, place.words)


class Membership(NamedTuple):
    """A row of `sis.class_enrolment` or `sis.class_duty`."""

    class_id: str
    start_date: date
    end_date: date | None
    sourced_id: str
    role: str

    def holds_on(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day <= self.end_date)

    def precedes(self, other: "Membership") -> bool:
        """Whether `other` is served in the place of this one: teacher before student, then the latest."""
        return (self.role == "teacher", self.start_date) < (
            other.role == "teacher",
            other.start_date,
        )


async def memberships(
    connection: AsyncConnection, choices: Choices, persons: Collection[str] | None, role: str
) -> AsyncGenerator[list[tuple[str, Membership]]]:
    """Memberships of classes that may hold on an evaluation date, by person, in the order of ids.

    `role` says whose: students' enrolments in classes, or class teachers' duties.
    """
    table = sis.class_enrolment if role == "student" else sis.class_duty
    statement = (
        select(
            table.c.person_id,
            table.c.class_id,
            table.c.start_date,
            table.c.end_date,
            table.c.sourced_id,
        )
        .where(
            table.c.configuration_id == choices.configuration_id,
            among(table.c.person_id, persons),
            table.c.removed_at.is_(None),
            table.c.start_date <= choices.year.end_date,
            or_(table.c.end_date.is_(None), table.c.end_date >= choices.reference_date),
        )
        .order_by(table.c.person_id)
    )
    if table is sis.class_duty:
        statement = statement.where(table.c.duty == CLASS_TEACHER)
    driver = await driver_connection(connection)
    async for rows in stream(driver, statement, BATCH):
        yield [
            (person, Membership(class_id, start, end, sourced_id, role))
            for person, class_id, start, end, sourced_id in rows
        ]


@dataclass
class Unserved:
    """Memberships that hold and are not sent, by the reason."""

    left_open: int = 0
    equal_numbers: int = 0


def enrollments_of(
    person: Person,
    memberships: list[Membership],
    class_places: Mapping[str, ClassPlace],
    reference_date: date,
    unserved: Unserved,
) -> Iterator[Enrollment]:
    """One enrollment a class and source id: the latest membership that holds; teacher before student.

    A membership left open after its person left the class's school is not sent. Both that and
    memberships of two classes of one number are counted in `unserved`.
    """
    held: dict[str, tuple[Membership, ClassPlace]] = {}
    teaches: set[str] = set()
    for membership in memberships:
        class_ = class_places.get(membership.class_id)
        teacher = membership.role == "teacher"
        day = reference_date if teacher else person.evaluation_date
        if class_ is None or not membership.holds_on(day):
            continue
        if class_.school_number not in (
            person.staff_schools if teacher else person.student_schools
        ):
            unserved.left_open += 1
            continue
        if teacher:
            teaches.add(class_.id)
        sourced_id = class_.enrollment_id(person.id, membership.sourced_id)
        other = held.get(sourced_id)
        if other is not None and other[1].id != class_.id:
            unserved.equal_numbers += 1
        if other is None or other[0].precedes(membership):
            held[sourced_id] = membership, class_
    for sourced_id, (membership, class_) in held.items():
        if membership.role == "student" and class_.id in teaches:
            continue
        yield Enrollment(
            sourced_id,
            person.id,
            class_.id,
            class_.org,
            membership.role,
            membership.start_date,
            membership.end_date or class_.end_date,
        )
