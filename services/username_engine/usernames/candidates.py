"""Who needs a username, in the order in which they get one (M4.1.1; docs/domain.md, creation 1–6)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    null,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Group
from services.username_engine.usernames.proposed_accounts import is_kept
from shared.database import among
from shared.presence import (
    ActiveYear,
    participating_locations,
    staff_memberships,
    student_enrolments,
)
from shared.tables import access, sis, usernames


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person without a username who should have one."""

    person_id: str
    given_name: str
    family_name: str
    source_username: str | None
    start_date: date
    group: Group
    sync: bool
    """By the defaults of the locations where the person is."""
    staff_domain: str | None
    """Of the school where a staff member was first added."""


def candidate(row: Any) -> Candidate:
    """A row of `candidates`, whichever driver brought it."""
    person_id, given, family, source, start, is_student, is_staff, sync, staff_domain = row
    group = Group.STUDENT if not is_staff else Group.BOTH if is_student else Group.STAFF
    return Candidate(person_id, given, family, source, start, group, sync, staff_domain)


def candidates(
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    *,
    persons: Collection[str] | None,
    source_names_first: bool,
) -> Select[Any]:
    """The candidates, the earliest start first, then the lower person id; of `persons` if given.

    `source_names_first`: who brings a name from the source goes before all others, so that no
    generated name takes that of an account which exists.
    """
    place = present_or_coming(configuration_id, year, reference_date, persons)
    first = first_schools(configuration_id, persons)
    person, name = sis.person.c, usernames.username.c
    students_sync = func.coalesce(place.c.students_sync, true())
    staff_sync = case((place.c.is_staff, func.coalesce(first.c.sync, false())), else_=true())
    source_name = person.source_username if source_names_first else null()
    order = [source_name.is_(None)] if source_names_first else []
    return (
        select(
            place.c.person_id,
            person.given_name,
            person.family_name,
            source_name,
            place.c.start_date,
            place.c.is_student,
            place.c.is_staff,
            and_(students_sync, staff_sync),
            first.c.staff_domain,
        )
        .join(
            sis.person,
            and_(person.configuration_id == configuration_id, person.id == place.c.person_id),
        )
        .outerjoin(first, and_(place.c.is_staff, first.c.person_id == place.c.person_id))
        .where(
            ~exists().where(
                name.configuration_id == configuration_id, name.person_id == place.c.person_id
            )
        )
        .order_by(*order, place.c.start_date, place.c.person_id)
    )


def name_holders(
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    persons: Collection[str] | None,
) -> Select[Any]:
    """Everyone who has a username, in the order of `candidates`, leavers last; of `persons` if given.

    Columns: person_id, given_name, family_name, start_date, is_student, is_staff (these three null
    for who is not present), local_part, domain, sync, flags, rule, was_edited (a former name given
    back that was typed once), is_account (of the tenant, approved as the person's).
    """
    place = present_or_coming(configuration_id, year, reference_date, persons)
    person, name = sis.person.c, usernames.username.c
    event, account = usernames.event.c, usernames.tenant_account.c
    was_edited = exists().where(
        event.configuration_id == configuration_id,
        event.person_id == name.person_id,
        event.kind == "edited",
        event.after["local_part"].astext == name.local_part,
    )
    return (
        select(
            name.person_id,
            person.given_name,
            person.family_name,
            place.c.start_date,
            place.c.is_student,
            place.c.is_staff,
            name.local_part,
            name.domain,
            name.sync,
            name.flags,
            name.rule,
            and_(name.rule == "former name", was_edited).label("was_edited"),
            exists()
            .where(
                account.configuration_id == configuration_id,
                account.person_id == name.person_id,
                account.folded_local_part == name.folded,
            )
            .label("is_account"),
        )
        .select_from(usernames.username)
        .outerjoin(
            sis.person,
            and_(person.configuration_id == configuration_id, person.id == name.person_id),
        )
        .outerjoin(place, place.c.person_id == name.person_id)
        .where(name.configuration_id == configuration_id, among(name.person_id, persons))
        .order_by(place.c.start_date, name.person_id)
    )


def claimants(configuration_id: int, year: ActiveYear, reference_date: date) -> Select[Any]:
    """Whom an account of the tenant may be of: who is or will be here without a released name.

    Columns: id, given_name, family_name, identifier, birth_date; in no order. A name is released
    while its Sync is on. Not who has an approved account, unless he has given it back.
    """
    place = present_or_coming(configuration_id, year, reference_date, None)
    person, name, account = sis.person.c, usernames.username.c, usernames.tenant_account.c
    return (
        select(
            person.id, person.given_name, person.family_name, person.identifier, person.birth_date
        )
        .join(place, place.c.person_id == person.id)
        .where(
            person.configuration_id == configuration_id,
            ~exists().where(
                name.configuration_id == configuration_id, name.person_id == person.id, name.sync
            ),
            ~exists().where(
                account.configuration_id == configuration_id,
                account.person_id == person.id,
                is_kept(configuration_id),
            ),
        )
    )


def present_or_coming(
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    persons: Collection[str] | None,
) -> Subquery:
    """Each person who is here on the date, or comes as a student later in the year; of `persons`.

    Columns: person_id, start_date (the earliest), is_student, is_staff, students_sync (by the
    defaults of the locations; null for who is no student).
    """
    student = student_enrolments(configuration_id, year, reference_date).c
    staff = staff_memberships(configuration_id, year, reference_date).c
    every = union_all(
        select(
            student.person_id,
            student.start_date,
            student.sync_by_default,
            literal(False).label("is_staff"),
        ).where(among(student.person_id, persons)),
        select(staff.person_id, staff.start_date, null(), true()).where(
            among(staff.person_id, persons)
        ),
    ).subquery("every")
    return (
        select(
            every.c.person_id,
            func.min(every.c.start_date).label("start_date"),
            func.bool_or(~every.c.is_staff).label("is_student"),
            func.bool_or(every.c.is_staff).label("is_staff"),
            func.bool_and(every.c.sync_by_default).label("students_sync"),
        )
        .group_by(every.c.person_id)
        .subquery("place")
    )


def first_schools(configuration_id: int, persons: Collection[str] | None) -> Subquery:
    """The school where each staff member was first added, whatever the year (M4.1.1, M4.2.3).

    Columns: person_id, staff_domain, sync (whether it is on by default at all its participating
    locations; null without any).
    """
    staff, school = sis.staff.c, access.school
    place = participating_locations(configuration_id)
    school_sync = (
        select(place.c.school_number, func.bool_and(place.c.sync_by_default).label("sync"))
        .group_by(place.c.school_number)
        .subquery("school_sync")
    )
    return (
        select(staff.person_id, school.c.staff_domain, school_sync.c.sync)
        .ext(distinct_on(staff.person_id))
        .join(
            school,
            and_(
                school.c.configuration_id == staff.configuration_id,
                school.c.number == staff.school_number,
            ),
        )
        .outerjoin(school_sync, school_sync.c.school_number == staff.school_number)
        .where(
            staff.configuration_id == configuration_id,
            staff.removed_at.is_(None),
            among(staff.person_id, persons),
        )
        .order_by(staff.person_id, staff.start_date, staff.is_primary.desc(), staff.school_number)
        .subquery("first_school")
    )


async def touched_persons(
    connection: AsyncConnection, configuration_id: int, since: int, limit: int
) -> list[str] | None:
    """The persons with data newer than the counter `since`; None if that may be everyone.

    Everyone: when a school, a location or a school year changed, or more than `limit` persons.
    """
    of_all = [
        exists().where(table.c.configuration_id == configuration_id, table.c.revision > since)
        for table in (sis.school, sis.location, sis.school_year)
    ]
    if (await connection.execute(select(of_all[0] | of_all[1] | of_all[2]))).scalar_one():
        return None
    columns = (sis.person.c.id, sis.enrolment.c.person_id, sis.staff.c.person_id)
    touched = union(
        *(
            select(column)
            .where(
                column.table.c.configuration_id == configuration_id,
                column.table.c.revision > since,
            )
            .limit(limit + 1)
            for column in columns
        )
    )
    found = list((await connection.execute(touched)).scalars())
    return found if len(found) <= limit else None
