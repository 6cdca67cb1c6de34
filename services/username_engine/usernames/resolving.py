"""The usernames to send on a reference date (M4.1.4, M4.2; docs/domain.md, "what is sent")."""

import re
from collections.abc import AsyncIterator, Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.resolving import MissingDomainError, username_as_sent
from services.username_engine.engine.usernames import DomainPolicies
from services.username_engine.errors import NoSchoolYearError, SnapshotGoneError
from services.username_engine.usernames.configurations import read_configuration
from shared.database import among, driver_connection
from shared.presence import ActiveYear, active_year, staff_places, student_places
from shared.streaming import expect_rows_for, stream
from shared.tables import usernames

BATCH = 1_000

_SNAPSHOT = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{8}-[0-9]{1,9}")


async def import_snapshot(connection: AsyncConnection, snapshot: str) -> None:
    """Makes a fresh REPEATABLE READ transaction see what that of `pg_export_snapshot()` sees.

    Raises `SnapshotGoneError` unless that transaction is still open.
    """
    if not _SNAPSHOT.fullmatch(snapshot):
        raise SnapshotGoneError
    try:
        # The statement takes no parameters; the pattern lets nothing through that could end it.
        await connection.execute(text(f"set transaction snapshot '{snapshot}'"))
    except DBAPIError as error:
        raise SnapshotGoneError from error


async def resolved_usernames(
    connection: AsyncConnection,
    configuration_id: int,
    reference_date: date,
    persons: Collection[str] | None = None,
) -> AsyncIterator[list[tuple[str, str]]]:
    """(person id, username as sent) in lists of up to 1,000, read while they are iterated.

    Of all present persons with a name and Sync on, a future student included; of `persons` only,
    at a cost by their number, if given. A name that must have a domain and has none is left out.
    A date outside the active school year counts as the nearest day in it (M6.1).
    The transaction decides which moment is read. Raises `UnknownConfigurationError` and
    `NoSchoolYearError` before the first list.
    """
    configuration = await read_configuration(connection, configuration_id)
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    driver = await driver_connection(connection)
    await expect_rows_for(driver, persons)
    day = year.reference_date(reference_date)
    statement = _present_names(configuration_id, year, day, persons)
    policies = configuration.policies
    return (_as_sent(rows, policies) async for rows in stream(driver, statement, BATCH))


def _as_sent(rows: Collection[Any], policies: DomainPolicies) -> list[tuple[str, str]]:
    names = []
    for person_id, local_part, domain, is_staff, location_domain in rows:
        try:
            name = username_as_sent(
                local_part,
                domain,
                sent_as_staff=is_staff,
                policies=policies,
                location_domain=location_domain,
            )
        except MissingDomainError:
            continue
        names.append((person_id, name))
    return names


def _present_names(
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    persons: Collection[str] | None,
) -> Select[Any]:
    """Columns: person_id, local_part, domain, whether sent as staff, the location's domain."""
    name = usernames.username.c
    student = students_domains(configuration_id, year, reference_date, persons)
    staff = _staff(configuration_id, year, reference_date, persons)
    is_staff = staff.c.person_id.is_not(None)
    return (
        select(name.person_id, name.local_part, name.domain, is_staff, student.c.student_domain)
        .outerjoin(student, and_(student.c.person_id == name.person_id))
        .outerjoin(staff, and_(staff.c.person_id == name.person_id))
        .where(
            name.configuration_id == configuration_id,
            name.sync,
            among(name.person_id, persons),
            or_(is_staff, student.c.person_id.is_not(None)),
        )
        # Publication reads `sis` in the same order and joins the two as they come.
        .order_by(name.person_id)
    )


def students_domains(
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    persons: Collection[str] | None,
) -> Subquery:
    """By person_id the student_domain of the place that started last, then of the lower one."""
    place = student_places(configuration_id, year, reference_date).c
    return (
        select(place.person_id, place.student_domain)
        .ext(distinct_on(place.person_id))
        .where(among(place.person_id, persons))
        .order_by(
            place.person_id,
            place.start_date.desc(),
            # Numbers are unpadded text: by length first, 9 comes before 10.
            func.length(place.location_number),
            place.location_number,
            place.school_number,
        )
        .subquery("student")
    )


def _staff(
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    persons: Collection[str] | None,
) -> Subquery:
    place = staff_places(configuration_id, year, reference_date).c
    return (
        select(place.person_id).where(among(place.person_id, persons)).distinct().subquery("staff")
    )
