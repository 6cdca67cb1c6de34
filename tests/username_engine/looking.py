"""What the database holds of usernames, seen by the owner."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from shared.clock import Clock
from shared.database import Database
from shared.tables import usernames
from tests.arranging import FIRST_DAY, Arranged

AUTUMN = Clock(FIRST_DAY.replace(month=10))
"""1 October of the arranged school year."""


@dataclass(frozen=True)
class Name:
    local_part: str
    domain: str | None
    sync: bool
    flags: list[str]
    rule: str
    version: int
    revision: int


async def names_of(owner: Database, configuration: Arranged) -> dict[str, Name]:
    """By person id."""
    row = usernames.username.c
    statement = select(
        row.person_id,
        row.local_part,
        row.domain,
        row.sync,
        row.flags,
        row.rule,
        row.version,
        row.revision,
    ).where(row.configuration_id == configuration.id)
    async with owner.transaction() as connection:
        found = (await connection.execute(statement)).all()
    return {person_id: Name(*columns) for person_id, *columns in found}


async def local_parts_of(owner: Database, configuration: Arranged) -> dict[str, str]:
    return {
        person: name.local_part for person, name in (await names_of(owner, configuration)).items()
    }


async def history_of(
    owner: Database, configuration: Arranged, person_id: str
) -> list[tuple[str, str, Any, Any]]:
    """(kind, actor, before, after), the oldest first."""
    event = usernames.event.c
    statement = (
        select(event.kind, event.actor, event.before, event.after)
        .where(event.configuration_id == configuration.id, event.person_id == person_id)
        .order_by(event.id)
    )
    async with owner.transaction() as connection:
        return [tuple(row) for row in await connection.execute(statement)]


async def revision_of(owner: Database, configuration: Arranged) -> int:
    counter = usernames.revision_counter.c
    statement = select(counter.revision).where(counter.configuration_id == configuration.id)
    async with owner.transaction() as connection:
        return (await connection.execute(statement)).scalar() or 0
