"""The domain of those who are staff and have none fixed (docs/domain.md, creation, rule 8)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.local_parts import (
    MICROSOFT_LOCAL_PART_LENGTH,
    MICROSOFT_USERNAME_LENGTH,
)
from services.username_engine.engine.usernames import DomainPolicy
from services.username_engine.usernames.candidates import first_schools
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import ENGINE, EventKind, record_operation
from services.username_engine.usernames.naming import NameFlag
from shared.database import among
from shared.presence import ActiveYear, staff_memberships
from shared.tables import usernames

_name = usernames.username.c


def flags_with_domain(domain: ColumnElement[str | None]) -> ColumnElement[list[str]]:
    """The flags of a row of usernames.username that has `domain` from then on (null: none)."""
    others = func.array_remove(
        func.array_remove(_name.flags, NameFlag.DOMAIN_MISSING.value),
        NameFlag.EXCEEDS_MICROSOFT_LIMIT.value,
    )
    local_part_length = func.length(_name.local_part)
    too_long = or_(
        local_part_length > MICROSOFT_LOCAL_PART_LENGTH,
        local_part_length + 1 + func.length(domain) > MICROSOFT_USERNAME_LENGTH,
    )
    flagged = func.array_append(others, NameFlag.EXCEEDS_MICROSOFT_LIMIT.value)
    return case((too_long, flagged), else_=others)


async def fix_staff_domains(
    connection: AsyncConnection,
    configuration: Configuration,
    year: ActiveYear,
    reference_date: date,
    persons: Collection[str] | None,
) -> int:
    """Where the provider assigns it, staff without a fixed domain get their first school's.

    A student who became staff, or staff of a school that had no domain before. The number of names
    that changed; of `persons` only, if given.
    """
    if configuration.policies.staff is not DomainPolicy.PROVIDER:
        return 0
    due = _due(configuration.id, year, reference_date, persons)
    if (await connection.execute(due.limit(1))).first() is None:
        return 0
    revision = await take_turn(connection, configuration.id)
    found = due.subquery("due")
    fixed = await connection.execute(
        update(usernames.username)
        .where(
            _name.configuration_id == configuration.id,
            _name.person_id == found.c.person_id,
            _name.domain.is_(None),
        )
        .values(
            domain=found.c.staff_domain,
            flags=flags_with_domain(found.c.staff_domain),
            version=_name.version + 1,
            revision=revision,
        )
    )
    await record_operation(connection, configuration.id, revision, EventKind.DOMAIN_FIXED, ENGINE)
    await raise_counter(connection, configuration.id, revision)
    return fixed.rowcount


def _due(
    configuration_id: int, year: ActiveYear, reference_date: date, persons: Collection[str] | None
) -> Select[Any]:
    """Columns: person_id, staff_domain."""
    first = first_schools(configuration_id, persons)
    staff = staff_memberships(configuration_id, year, reference_date)
    return (
        select(_name.person_id, first.c.staff_domain)
        .join(first, first.c.person_id == _name.person_id)
        .where(
            _name.configuration_id == configuration_id,
            _name.domain.is_(None),
            first.c.staff_domain.is_not(None),
            among(_name.person_id, persons),
            _name.person_id.in_(select(staff.c.person_id).where(among(staff.c.person_id, persons))),
        )
    )
