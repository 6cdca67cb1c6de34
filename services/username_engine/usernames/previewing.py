"""A format tried on the persons of a configuration, without changing anything (docs/formats.md).

It is shown on everyone who needs a name on the reference date, as if nobody had one: what the
ledger holds, the tenant's accounts and the source's own names are left out, since it is the format
that is looked at. What a real run would do is a plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.limits import LimitWarning, limit_warnings
from services.username_engine.engine.usernames import DomainPolicy, Username
from services.username_engine.errors import NoSchoolYearError
from services.username_engine.usernames.candidates import (
    Candidate,
    candidate,
    first_schools,
    present_or_coming,
)
from services.username_engine.usernames.configurations import Configuration, read_configuration
from services.username_engine.usernames.format_trial import Trial, tried
from services.username_engine.usernames.preview_pages import PageOfRows, Show, Summary
from services.username_engine.usernames.preview_rows import PreviewNaming, PreviewRow
from shared.database import driver_connection
from shared.presence import ActiveYear, active_year
from shared.streaming import expect_rows_for, stream
from shared.tables import access, sis, usernames

CHUNK: Final = 100
"""Persons named before others get their turn on the event loop: some milliseconds of work."""


@dataclass(frozen=True, slots=True)
class Preview:
    """`total` counts the rows that are wanted, `summary` all persons."""

    username_format: UsernameFormat
    summary: Summary
    warnings: tuple[LimitWarning, ...]
    items: Sequence[PreviewRow]
    total: int


async def preview_format(
    connection: AsyncConnection,
    configuration_id: int,
    today: date,
    trial: Trial,
    show: Show = Show.ALL,
    *,
    limit: int,
    offset: int,
) -> Preview:
    """Reads in the caller's transaction, which sees one moment.

    Raises `UnknownConfigurationError`, `InvalidFormatError` with all that is wrong with the trial,
    or `NoSchoolYearError`.
    """
    stored = await read_configuration(connection, configuration_id)
    configuration, username_format = tried(stored, trial)
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    domains = await _domains_sent(connection, configuration)
    naming = PreviewNaming(configuration, username_format, year.start_date.year)
    page = PageOfRows(show, limit=limit, offset=offset)
    driver = await driver_connection(connection)
    await expect_rows_for(driver, None)
    everyone = _everyone(configuration_id, year, year.reference_date(today))
    # Each chunk is waited for, and while it is, others get their turn.
    async for chunk in stream(driver, everyone, CHUNK):
        for row in chunk:
            page.add(naming.row(*_person(row)))
    warnings = limit_warnings(
        username_format,
        maximum_length=configuration.maximum_length,
        domains=domains,
        rules=configuration.rules,
    )
    return Preview(username_format, page.summary, warnings, page.items, page.total)


def _everyone(configuration_id: int, year: ActiveYear, reference_date: date) -> Select[Any]:
    """Who needs a name, named or not, in the order of creation: earliest start, then lower id."""
    here = present_or_coming(configuration_id, year, reference_date, None)
    first = first_schools(configuration_id, None)
    person, name = sis.person.c, usernames.username.c
    return (
        select(
            here.c.person_id,
            person.given_name,
            person.family_name,
            here.c.start_date,
            here.c.is_student,
            here.c.is_staff,
            first.c.staff_domain,
            name.local_part,
            name.domain,
        )
        .join(
            sis.person,
            and_(person.configuration_id == configuration_id, person.id == here.c.person_id),
        )
        .outerjoin(first, and_(here.c.is_staff, first.c.person_id == here.c.person_id))
        .outerjoin(
            usernames.username,
            and_(name.configuration_id == configuration_id, name.person_id == here.c.person_id),
        )
        .order_by(here.c.start_date, here.c.person_id)
    )


def _person(row: Any) -> tuple[Candidate, Username | None]:
    person_id, given, family, start, is_student, is_staff, staff_domain, local_part, domain = row
    person = candidate(
        (person_id, given, family, None, start, is_student, is_staff, False, staff_domain)
    )
    return person, None if local_part is None else Username(local_part, domain)


async def _domains_sent(connection: AsyncConnection, configuration: Configuration) -> set[str]:
    """Every domain that a name of the configuration can be sent with."""
    policies, school, location = configuration.policies, access.school.c, access.location.c
    columns = []
    if policies.staff is DomainPolicy.PROVIDER:
        columns += [school.staff_domain]
    if policies.students is DomainPolicy.PROVIDER:
        columns += [school.student_domain, location.student_domain]
    if not columns:
        return set()
    found = await connection.execute(
        union_all(
            *(
                select(column).where(
                    column.table.c.configuration_id == configuration.id, column.is_not(None)
                )
                for column in columns
            )
        )
    )
    # Any of the verified ones may be typed with a name.
    return {*found.scalars(), *configuration.verified_domains}
