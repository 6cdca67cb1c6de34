"""How far pulls have come, noted in memory and written every few seconds.

A write with each page would cost more than the page's access checks. What a crash loses is a few
seconds of it: a consumer then goes on by its token's pull all the same.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import asyncpg

from services.oneroster.oauth.clients import Client
from services.oneroster.publication.visibility import entering
from services.oneroster.rostering.pull_store import write_progress
from services.oneroster.rostering.pulls import Asked, Pull
from shared.clock import Clock
from shared.driver_pool import DriverPool

_REMEMBERED = 10_000
EVERY_SECONDS = 5
_DATABASE_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(frozen=True, slots=True)
class Source:
    """What a request reads from."""

    edition: int
    pull_id: int | None = None
    bookmark: datetime | None = None
    """A delta begins no later than this, whatever it asks for."""


class PullsInMemory:
    """The pulls this process has answered from, by what their next requests will show."""

    def __init__(self, pool: DriverPool, now: Callable[[], datetime] = Clock.now) -> None:
        self._pool = pool
        self._now = now
        self._sources: OrderedDict[tuple[object, ...], Source] = OrderedDict()
        self._read: dict[int, dict[int, datetime]] = {}
        self._reached: dict[int, dict[tuple[int, bytes], int]] = {}

    def recall(self, *shown: object) -> Source | None:
        return self._sources.get(shown)

    def remember(self, source: Source, *shown: object) -> None:
        self._sources[shown] = source
        if len(self._sources) > _REMEMBERED:
            self._sources.popitem(last=False)

    def came(self, configuration_id: int, pull_id: int, key: bytes, offset: int) -> None:
        """Rows up to `offset` were asked for."""
        self.read(configuration_id, pull_id)
        self._note(configuration_id, pull_id, key, offset)

    def _note(self, configuration_id: int, pull_id: int, key: bytes, offset: int) -> None:
        reached = self._reached.setdefault(configuration_id, {})
        reached[pull_id, key] = max(offset, reached.get((pull_id, key), 0))

    def read(self, configuration_id: int, pull_id: int) -> None:
        """Holds the pull for another while."""
        self._read.setdefault(configuration_id, {})[pull_id] = self._now()

    def brought_up(self, client: Client, pull: Pull, asked: Asked) -> Pull:
        """With what is not written yet."""
        reached = self._reached.get(client.configuration_id, {}).get((pull.id, asked.key), 0)
        return replace(pull, reached=reached) if reached > pull.reached else pull

    async def write_always(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.write()

    async def write(self) -> None:
        """All there is; what can't be written now is written the next time."""
        for configuration_id in list(self._read):
            read = self._read.pop(configuration_id)
            reached = self._reached.pop(configuration_id, {})
            try:
                await self._write(configuration_id, read, reached)
            except BaseException as error:
                self._read[configuration_id] = read | self._read.get(configuration_id, {})
                for (pull, key), offset in reached.items():
                    self._note(configuration_id, pull, key, offset)
                if not isinstance(error, _DATABASE_AWAY):
                    raise

    async def _write(
        self,
        configuration_id: int,
        read: dict[int, datetime],
        reached: dict[tuple[int, bytes], int],
    ) -> None:
        async with self._pool.transaction(entering(configuration_id)) as connection:
            await connection.execute("set local synchronous_commit = off")
            rows = sorted((pull, key, offset) for (pull, key), offset in reached.items())
            await write_progress(connection, configuration_id, read, rows)
