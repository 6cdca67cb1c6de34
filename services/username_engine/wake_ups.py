"""The engine's background work: names begin within a second of the commit that calls for them.

A commit to `sis` or `access` notifies; a NOTIFY is only a hint and may be lost, so a sweep at the
start, after every reconnection and every 15 minutes looks at the counters.
"""

import asyncio

import structlog

from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.sweeping import sweep
from shared.clock import Clock
from shared.database import Database
from shared.notifications import (
    ACCESS_CHANNEL,
    SIS_CHANNEL,
    again_after_failures,
    listen,
)

SWEEP_SECONDS = 15 * 60.0

_CHANNELS = (SIS_CHANNEL, ACCESS_CHANNEL)
# Two, so that one configuration's long first run does not keep the others waiting.
_CREATORS = 2

_log = structlog.stdlib.get_logger(__name__)


class WakeUps:
    """Listens, creates and sweeps until `run` is cancelled."""

    def __init__(
        self, database: Database, clock: Clock, *, sweep_seconds: float = SWEEP_SECONDS
    ) -> None:
        self._database = database
        self._clock = clock
        self._sweep_seconds = sweep_seconds
        self._waiting: set[int] = set()
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self._sweep_due = asyncio.Event()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(again_after_failures(self._listen, "listen"))
            tasks.create_task(again_after_failures(self._sweep, "sweep"))
            for _ in range(_CREATORS):
                tasks.create_task(again_after_failures(self._create, "create"))

    async def _listen(self) -> None:
        await listen(self._database, _CHANNELS, self._heard, self._sweep_due.set)

    def _heard(self, configuration_id: int) -> None:
        if configuration_id not in self._waiting:
            self._waiting.add(configuration_id)
            self._queue.put_nowait(configuration_id)

    async def _create(self) -> None:
        while True:
            configuration_id = await self._queue.get()
            # Before the work: a change that comes during it must be looked at again.
            self._waiting.discard(configuration_id)
            try:
                await create_missing(self._database, self._clock, configuration_id)
            except Exception:
                # Left to the sweep, as a fault in one configuration must not hold up others.
                _log.exception("usernames.creation_failed", configuration=configuration_id)

    async def _sweep(self) -> None:
        while True:
            self._sweep_due.clear()
            await sweep(self._database, self._clock)
            try:
                async with asyncio.timeout(self._sweep_seconds):
                    await self._sweep_due.wait()
            except TimeoutError:
                continue
