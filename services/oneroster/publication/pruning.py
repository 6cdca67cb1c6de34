"""Old versions go: many of them make a page slow (docs/publication.md)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.visibility import enter
from shared.database import Database
from shared.tables import roster

# A pull lasts two hours at most and is idle for at most twenty minutes before the last page.
EDITION_KEPT = timedelta(hours=3)
# A consumer that comes once a year still learns from its delta what is gone. An edition ends them, so
# that what an edition holds never changes.
TOMBSTONE_KEPT = timedelta(days=400)
_CHUNK = 5000


async def prune(database: Database, configuration_id: int, now: datetime) -> None:
    """Deletes, in chunks, the versions that no readable edition shows."""
    async with database.transaction() as connection:
        await enter(connection, configuration_id)
        oldest = await _oldest_readable(connection, configuration_id, now)
        await connection.execute(
            delete(roster.edition).where(
                roster.edition.c.configuration_id == configuration_id,
                roster.edition.c.number < oldest,
            )
        )
    for table in roster.COLLECTIONS:
        superseded = and_(
            table.c.configuration_id == configuration_id, table.c.until_edition <= oldest
        )
        while await _delete_chunk(database, configuration_id, table, superseded) == _CHUNK:
            pass


async def _oldest_readable(
    connection: AsyncConnection, configuration_id: int, now: datetime
) -> int:
    """The newest of the editions that are out of their time was the last to be superseded then."""
    table = roster.edition
    number = await connection.scalar(
        select(func.coalesce(func.max(table.c.number), 0)).where(
            table.c.configuration_id == configuration_id, table.c.stamp < now - EDITION_KEPT
        )
    )
    return int(number or 0)


async def _delete_chunk(
    database: Database, configuration_id: int, table: Table, condition: ColumnElement[bool]
) -> int:
    async with database.transaction() as connection:
        await enter(connection, configuration_id)
        key = tuple_(*table.primary_key.columns)
        chunk = select(*table.primary_key.columns).where(condition).limit(_CHUNK)
        result = await connection.execute(delete(table).where(condition, key.in_(chunk)))
        return result.rowcount
