"""Publishing a configuration: from `sis` and the engine's names to a new edition of its roster.

1. The engine makes what names are missing, so that no half roster is published.
2. Under the configuration's lock, one snapshot is taken and handed to the engine: `sis` and the
   names are read as of one moment.
3. What should be published is staged and compared; nothing is stamped before that is known.
4. What differs is written with its stamp, as one edition, in one short transaction.

The rules and the failure each prevents: docs/publication.md.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.changes import (
    Counters,
    active_year_on,
    changes_since,
    day_to_publish,
    is_stale,
    newest_edition,
    read_counters,
)
from services.oneroster.publication.engine import Engine
from services.oneroster.publication.pruning import prune
from services.oneroster.publication.publication import Publication, Published
from services.oneroster.publication.staging import FollowsFromAll
from services.oneroster.publication.structure import read_choices
from services.oneroster.publication.visibility import enter
from shared.clock import Clock
from shared.database import Database
from shared.presence import ActiveYear
from shared.tables import usernames

# An import that commits between the names and the snapshot sends the publisher back to the names.
_ATTEMPTS = 5


class NotPublishable(Exception):
    """Nothing to publish from: no data of the active school year has been imported."""


class NamesIncomplete(Exception):
    """Data kept arriving faster than names were made; the next attempt will do."""


class Publisher:
    """Publishes configurations; safe to run in several processes at once."""

    def __init__(self, database: Database, engine: Engine, clock: Clock) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        # A publication holds two connections; one is left for looking what is stale.
        self._turns = asyncio.Semaphore(max(1, (database.pool_size - 1) // 2))

    async def is_stale(self, configuration_id: int) -> bool:
        async with self._database.transaction() as connection:
            await enter(connection, configuration_id)
            edition = await newest_edition(connection, configuration_id)
            counters = await read_counters(connection, configuration_id)
            return is_stale(edition, counters, day_to_publish(edition, self._clock))

    async def publish(self, configuration_id: int) -> Published:
        """Brings the roster up to the last committed change; writes nothing if it is there.

        Raises `EngineUnavailable`, `NotPublishable`, `NamesIncomplete`; the last edition stands.
        """
        published = await self._published(configuration_id)
        if published.changed:
            await prune(self._database, configuration_id, self._clock.now())
        return published

    async def _published(self, configuration_id: int) -> Published:
        whole = False
        for _ in range(_ATTEMPTS):
            await self._make_names(configuration_id)
            try:
                async with self._turns:
                    published = await self._publish_snapshot(configuration_id, whole=whole)
            except FollowsFromAll:
                whole = True
                continue
            if published is not None:
                return published
        raise NamesIncomplete

    async def _make_names(self, configuration_id: int) -> None:
        async with self._database.transaction() as connection:
            await enter(connection, configuration_id)
            edition = await newest_edition(connection, configuration_id)
            today = day_to_publish(edition, self._clock)
            _, reference_date = await _dates(connection, configuration_id, today)
        await self._engine.create_missing(configuration_id, reference_date)

    async def _publish_snapshot(self, configuration_id: int, *, whole: bool) -> Published | None:
        """None when the names are behind the data of the snapshot."""
        async with (
            self._database.transaction() as writing,
            self._locked_snapshot(writing, configuration_id) as reading,
        ):
            edition = await newest_edition(reading, configuration_id)
            counters = await read_counters(reading, configuration_id)
            today = day_to_publish(edition, self._clock)
            if edition and not is_stale(edition, counters, today):
                return Published(edition, 0)
            year, reference_date = await _dates(reading, configuration_id, today)
            if not await _names_are_complete(reading, configuration_id, counters, reference_date):
                return None
            choices = await read_choices(reading, configuration_id, year, reference_date)
            changes = None
            if edition and not whole:
                changes = await changes_since(reading, choices, edition, today)
            publication = Publication(reading, writing, self._engine, choices, edition, changes)
            await publication.stage()
            return await publication.write(counters, today)

    @asynccontextmanager
    async def _locked_snapshot(
        self, writing: AsyncConnection, configuration_id: int
    ) -> AsyncIterator[AsyncConnection]:
        await enter(writing, configuration_id)
        await writing.execute(
            text("select pg_advisory_xact_lock(hashtext('rosterbridge.publication'), :id)"),
            {"id": configuration_id},
        )
        async with self._database.snapshot() as reading:
            await enter(reading, configuration_id)
            yield reading


async def _dates(
    connection: AsyncConnection, configuration_id: int, today: date
) -> tuple[ActiveYear, date]:
    dates = await active_year_on(connection, configuration_id, today)
    if dates is None:
        raise NotPublishable
    return dates


async def _names_are_complete(
    connection: AsyncConnection, configuration_id: int, counters: Counters, reference_date: date
) -> bool:
    table = usernames.progress
    row = (
        await connection.execute(table.select().where(table.c.configuration_id == configuration_id))
    ).one_or_none()
    return row is not None and (row.sis_revision, row.access_revision, row.reference_date) == (
        counters.sis,
        counters.access,
        reference_date,
    )
