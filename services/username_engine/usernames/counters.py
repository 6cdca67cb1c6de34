"""The counters by which the schemas tell one another that something changed.

A writer of `usernames` takes his turn first in his transaction, writes rows with the number he got,
and raises the counter to it if anything changed. So writers of one configuration follow each other,
and a snapshot that sees the counter at R sees every row with revision <= R.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import notify
from shared.notifications import USERNAMES_CHANNEL
from shared.tables import access, sis, usernames


@dataclass(frozen=True, slots=True)
class Counters:
    """How far the data of the other two schemas have come; 0 where nothing was written yet."""

    sis: int
    access: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Names are complete for these counters and this reference date."""

    counters: Counters
    reference_date: date


async def take_turn(connection: AsyncConnection, configuration_id: int) -> int:
    """The revision for what this transaction writes; other writers wait until it ends."""
    counter = usernames.revision_counter
    statement = (
        postgresql.insert(counter)
        .values(configuration_id=configuration_id, revision=0)
        .on_conflict_do_update(
            index_elements=["configuration_id"], set_={"revision": counter.c.revision}
        )
        .returning(counter.c.revision)
    )
    return int((await connection.execute(statement)).scalar_one()) + 1


async def raise_counter(connection: AsyncConnection, configuration_id: int, revision: int) -> None:
    """Makes what was written at `revision` known, at the commit."""
    counter = usernames.revision_counter
    await connection.execute(
        counter.update()
        .where(counter.c.configuration_id == configuration_id)
        .values(revision=revision)
    )
    await notify(connection, USERNAMES_CHANNEL, str(configuration_id))


async def read_counters(
    connection: AsyncConnection, configuration_id: int
) -> tuple[Counters, Progress | None]:
    """The present counters, and how far creation has come."""
    of_sis, of_access, done = sis.revision_counter, access.revision, usernames.progress
    row = (
        await connection.execute(
            select(
                select(of_sis.c.revision)
                .where(of_sis.c.configuration_id == configuration_id)
                .scalar_subquery(),
                select(of_access.c.revision)
                .where(of_access.c.configuration_id == configuration_id)
                .scalar_subquery(),
            )
        )
    ).one()
    found = await connection.execute(
        select(done.c.sis_revision, done.c.access_revision, done.c.reference_date).where(
            done.c.configuration_id == configuration_id
        )
    )
    progress = found.one_or_none()
    return Counters(row[0] or 0, row[1] or 0), (
        Progress(Counters(progress[0], progress[1]), progress[2]) if progress else None
    )


async def write_progress(
    connection: AsyncConnection, configuration_id: int, progress: Progress
) -> None:
    values = {
        "sis_revision": progress.counters.sis,
        "access_revision": progress.counters.access,
        "reference_date": progress.reference_date,
    }
    await connection.execute(
        postgresql.insert(usernames.progress)
        .values(configuration_id=configuration_id, **values)
        .on_conflict_do_update(index_elements=["configuration_id"], set_=values)
    )
