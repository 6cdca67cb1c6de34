"""The engine's background work: names begin within a second of the commit that calls for them.

A commit to `sis` or `access` notifies; a NOTIFY is only a hint and may be lost, so a sweep at the
start, after every reconnection and every 15 minutes looks at the counters.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.sweeping import sweep
from shared.clock import Clock
from shared.database import Database

SWEEP_SECONDS = 15 * 60.0

_CHANNELS = ("rosterbridge_sis", "rosterbridge_access")
# Two, so that one configuration's long first run does not keep the others waiting.
_CREATORS = 2
_HEARTBEAT_SECONDS = 30.0
_RECONNECT_SECONDS = 2.0

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
            tasks.create_task(_again_after_failures(self._listen, "listen"))
            tasks.create_task(_again_after_failures(self._sweep, "sweep"))
            for _ in range(_CREATORS):
                tasks.create_task(_again_after_failures(self._create, "create"))

    async def _listen(self) -> None:
        async with self._database.session_connection() as session:
            for channel in _CHANNELS:
                await session.add_listener(channel, self._notified)
            # What was committed while nobody listened.
            self._sweep_due.set()
            while True:
                await asyncio.sleep(_HEARTBEAT_SECONDS)
                # A connection that died without a word is noticed by this alone.
                await session.execute("select 1", timeout=_HEARTBEAT_SECONDS)

    def _notified(self, _: object, __: int, channel: str, payload: object) -> None:
        text = str(payload)
        if not text.isascii() or not text.isdigit():
            _log.warning("usernames.odd_notification", channel=channel)
            return
        configuration_id = int(text)
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


async def _again_after_failures(work: Callable[[], Awaitable[Any]], name: str) -> None:
    while True:
        try:
            await work()
        except Exception:
            _log.exception("usernames.background_failed", work=name)
            await asyncio.sleep(_RECONNECT_SECONDS)
