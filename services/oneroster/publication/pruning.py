"""Old versions go: many of them make a page slow. An edition is held while a pull reads it."""

from datetime import datetime, timedelta

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Table,
    and_,
    cast,
    delete,
    exists,
    func,
    select,
    text,
    tuple_,
    union,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.visibility import enter
from shared.database import Database
from shared.tables import roster

# A pull ends after so many idle minutes, or so long after it was opened (docs/publication.md, "Pulls").
PULL_IDLE = timedelta(minutes=20)
PULL_LONGEST = timedelta(hours=2)
# A consumer that comes once a year still learns from its delta what is gone. An edition ends them, so
# that what an edition holds never changes.
TOMBSTONE_KEPT = timedelta(days=400)
_CHUNK = 5000


async def prune(database: Database, configuration_id: int, now: datetime) -> None:
    """Deletes, in chunks, the versions that no edition shows which is the newest or is being read."""
    async with database.transaction() as connection:
        await enter(connection, configuration_id)
        # No pull is opened between the look at what is read and the end of what is not.
        await connection.execute(
            text("select pg_advisory_xact_lock(hashtext('rosterbridge.pruning'), :id)"),
            {"id": configuration_id},
        )
        held = await _held(connection, configuration_id, now)
        await connection.execute(
            delete(roster.edition).where(
                roster.edition.c.configuration_id == configuration_id,
                roster.edition.c.number.not_in(held),
            )
        )
    for table in roster.COLLECTIONS:
        # Of what has ended, no held edition lies between its first and its last.
        edition = func.unnest(cast(held, ARRAY(BigInteger))).column_valued("edition")
        superseded = and_(
            table.c.configuration_id == configuration_id,
            table.c.until_edition <= max(held, default=0),
            ~exists().where(table.c.from_edition <= edition, table.c.until_edition > edition),
        )
        while await _delete_chunk(database, configuration_id, table, superseded) == _CHUNK:
            pass


async def _held(connection: AsyncConnection, configuration_id: int, now: datetime) -> list[int]:
    """The newest edition, and those that pulls read."""
    pull, edition = roster.pull, roster.edition
    read = select(pull.c.edition).where(
        pull.c.configuration_id == configuration_id,
        pull.c.read_at >= now - PULL_IDLE,
        pull.c.opened_at >= now - PULL_LONGEST,
    )
    newest = select(func.max(edition.c.number)).where(
        edition.c.configuration_id == configuration_id
    )
    numbers = (await connection.execute(union(read, newest))).scalars()
    return [number for number in numbers if number is not None]


async def _delete_chunk(
    database: Database, configuration_id: int, table: Table, condition: ColumnElement[bool]
) -> int:
    async with database.transaction() as connection:
        await enter(connection, configuration_id)
        key = tuple_(*table.primary_key.columns)
        chunk = select(*table.primary_key.columns).where(condition).limit(_CHUNK)
        result = await connection.execute(delete(table).where(condition, key.in_(chunk)))
        return result.rowcount
