"""Publishes without being asked: when data arrives, and when the date brings a change.

NOTIFY is only a hint, the counters decide; what a hint missed the sweep finds.
"""

import asyncio
from contextlib import suppress

from sqlalchemy import select

from services.oneroster.publication.freshness import Freshness
from services.oneroster.publication.year_alarm import raise_alarm
from shared.clock import Clock
from shared.database import Database
from shared.notifications import again_after_failures, listen
from shared.tables import access

CHANNELS = ("rosterbridge_sis", "rosterbridge_access", "rosterbridge_usernames")
SWEEP_SECONDS = 15 * 60


class Watcher:
    """One listening connection and one queue of configurations a process."""

    def __init__(self, database: Database, freshness: Freshness, clock: Clock) -> None:
        self._database = database
        self._freshness = freshness
        self._clock = clock
        self._due: asyncio.Queue[int] = asyncio.Queue()
        self._waiting: set[int] = set()
        self._sweep_due = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for work, name in (
                (self._listen, "listen"),
                (self._sweep, "sweep"),
                (self._publish, "publish"),
            ):
                tasks.create_task(again_after_failures(work, name))

    async def _listen(self) -> None:
        await listen(self._database, CHANNELS, self._add, self._sweep_due.set)

    async def _sweep(self) -> None:
        while True:
            self._sweep_due.clear()
            await raise_alarm(self._database, self._clock.today())
            async with self._database.transaction() as connection:
                ids = await connection.execute(select(access.configuration.c.id))
            # What turns out not to be stale costs two small queries.
            for configuration_id in ids.scalars():
                self._add(configuration_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._sweep_due.wait()

    def _add(self, configuration_id: int) -> None:
        if configuration_id not in self._waiting:
            self._waiting.add(configuration_id)
            self._due.put_nowait(configuration_id)

    async def _publish(self) -> None:
        while True:
            configuration_id = await self._due.get()
            # From here on a new hint stands for something this round may not see.
            self._waiting.discard(configuration_id)
            await self._freshness.ensure(configuration_id)
