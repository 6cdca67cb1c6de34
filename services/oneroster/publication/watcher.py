"""Publishes without being asked: when data arrives, and when the date brings a change.

NOTIFY is only a hint, the counters decide; what a hint missed the sweep finds.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select

from services.oneroster.publication.freshness import Freshness
from shared.database import Database
from shared.tables import access

log = structlog.get_logger()

CHANNELS = ("rosterbridge_sis", "rosterbridge_access", "rosterbridge_usernames")
SWEEP_SECONDS = 15 * 60
_RECONNECT_SECONDS = 2


class Watcher:
    """One listening connection and one queue of configurations a process."""

    def __init__(self, database: Database, freshness: Freshness) -> None:
        self._database = database
        self._freshness = freshness
        self._due: asyncio.Queue[int] = asyncio.Queue()
        self._waiting: set[int] = set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._sweep())
            tasks.create_task(self._publish())

    def add(self, configuration_id: int) -> None:
        if configuration_id not in self._waiting:
            self._waiting.add(configuration_id)
            self._due.put_nowait(configuration_id)

    async def _listen(self) -> None:
        while True:
            lost = asyncio.Event()
            with suppress(OSError):
                async with self._database.session_connection() as connection:
                    connection.add_termination_listener(partial(_set, lost))
                    for channel in CHANNELS:
                        await connection.add_listener(channel, self._heard)
                    # What was announced while nobody listened.
                    await self.add_all()
                    await lost.wait()
            log.warning("watcher.connection_lost")
            await asyncio.sleep(_RECONNECT_SECONDS)

    def _heard(self, _connection: Any, _process: int, _channel: str, payload: Any) -> None:
        if str(payload).isdigit():
            self.add(int(payload))

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            with suppress(OSError):
                await self.add_all()

    async def add_all(self) -> None:
        async with self._database.transaction() as connection:
            ids = (await connection.execute(select(access.configuration.c.id))).scalars().all()
        for configuration_id in ids:
            self.add(configuration_id)

    async def _publish(self) -> None:
        while True:
            configuration_id = await self._due.get()
            # From here on a new hint stands for something this round may not see.
            self._waiting.discard(configuration_id)
            try:
                await self._freshness.ensure(configuration_id)
            except Exception:
                log.exception("watcher.failed", configuration=configuration_id)


def _set(event: asyncio.Event, _connection: Any) -> None:
    event.set()
