"""Publishes without being asked: when data arrives, and when the date brings a change.

NOTIFY is only a hint, the counters decide; what a hint missed the sweep finds.
"""

import asyncio
from contextlib import suppress
from functools import partial
from itertools import count

from sqlalchemy import select

from services.oneroster.publication.freshness import Freshness
from services.oneroster.publication.year_alarm import raise_alarm
from shared.clock import Clock
from shared.database import Database
from shared.notifications import (
    ACCESS_CHANNEL,
    SIS_CHANNEL,
    USERNAMES_CHANNEL,
    again_after_failures,
    listen,
)
from shared.tables import access

CHANNELS = (SIS_CHANNEL, ACCESS_CHANNEL, USERNAMES_CHANNEL)
SWEEP_SECONDS = 15 * 60
# What just changed goes before what a sweep looks through: after midnight that may be thousands.
_HEARD, _SWEPT, _NEVER = range(3)


class Watcher:
    """One listening connection and one queue of configurations a process."""

    def __init__(self, database: Database, freshness: Freshness, clock: Clock) -> None:
        self._database = database
        self._freshness = freshness
        self._clock = clock
        self._due: asyncio.PriorityQueue[tuple[int, int, int]] = asyncio.PriorityQueue()
        # What waits, with its priority.
        self._waiting: dict[int, int] = {}
        self._arrivals = count()
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
        heard = partial(self._add, priority=_HEARD)
        await listen(self._database, CHANNELS, heard, self._sweep_due.set)

    async def _sweep(self) -> None:
        while True:
            self._sweep_due.clear()
            await raise_alarm(self._database, self._clock.today())
            async with self._database.transaction() as connection:
                ids = await connection.execute(select(access.configuration.c.id))
            # What turns out not to be stale costs two small queries.
            for configuration_id in ids.scalars():
                self._add(configuration_id, priority=_SWEPT)
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._sweep_due.wait()

    def _add(self, configuration_id: int, *, priority: int) -> None:
        if self._waiting.get(configuration_id, _NEVER) > priority:
            self._waiting[configuration_id] = priority
            self._due.put_nowait((priority, next(self._arrivals), configuration_id))

    async def _publish(self) -> None:
        while True:
            _, _, configuration_id = await self._due.get()
            # From here on a new hint stands for something this round may not see.
            self._waiting.pop(configuration_id, None)
            await self._freshness.ensure(configuration_id)
