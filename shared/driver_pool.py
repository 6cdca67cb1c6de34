"""Connections for hot reads: the driver's own pool, without a toolkit between.

A single statement needs no transaction of its own, and so one round trip.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Self, TypeVar, cast

import asyncpg
from sqlalchemy.engine import URL

from shared.database import asyncpg_url

# The connection went away while it lay in the pool: another one may be had. (TimeoutError is an
# OSError too, and means that none became free.)
_LOST = (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError)

T = TypeVar("T")


class _Connection(asyncpg.Connection):
    """Remembers how its session was set, so that it is set again only for another."""

    _setting = ""

    def is_set_by(self, statement: str) -> bool:
        return self._setting == statement

    async def set_by(self, statement: str) -> None:
        self._setting = ""
        await self.execute(statement)
        self._setting = statement


class DriverPool:
    """At most `size` connections, opened as they are needed; a caller waits `patience` seconds."""

    def __init__(
        self, url: str | URL, *, application: str, size: int, patience: float = 30
    ) -> None:
        self._url = asyncpg_url(url) if isinstance(url, str) else url
        self._application = application
        self._size = size
        self._patience = patience
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def __aenter__(self) -> Self:
        self._pool = await asyncpg.create_pool(
            self._url.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=0,
            max_size=self._size,
            server_settings={"application_name": self._application, "jit": "off"},
            reset=_nothing_to_reset,
            connection_class=_Connection,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def fetch(self, setting: str, text: str, *parameters: Any) -> list[asyncpg.Record]:
        """The rows of one statement, on a connection whose session was last set by `setting`.

        Raises TimeoutError where no connection becomes free in time.
        """
        return await _again_if_lost(lambda: self._fetch(setting, text, parameters))

    async def _fetch(
        self, setting: str, text: str, parameters: tuple[Any, ...]
    ) -> list[asyncpg.Record]:
        async with self._open.acquire(timeout=self._patience) as acquired:
            # A proxy with all that its connection has.
            connection = cast(_Connection, acquired)
            if not connection.is_set_by(setting):
                await connection.set_by(setting)
            return await connection.fetch(text, *parameters)

    @asynccontextmanager
    async def transaction(
        self, opening: str = "begin"
    ) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """One transaction, begun by the statements of `opening` in a single round trip.

        Raises TimeoutError where no connection becomes free in time.
        """
        connection = await _again_if_lost(lambda: self._begin(opening))
        try:
            yield connection
            await connection.execute("commit")
        finally:
            # A connection that was lost has left the pool by itself.
            with suppress(asyncpg.InterfaceError):
                if connection.is_in_transaction():
                    # Its task failed or was cancelled: nothing is known of its state.
                    connection.terminate()
                await self._open.release(connection)  # type: ignore[arg-type] # as it was acquired

    async def _begin(self, opening: str) -> "asyncpg.Connection[asyncpg.Record]":
        connection = await self._open.acquire(timeout=self._patience)
        try:
            await connection.execute(opening)
        except BaseException:
            connection.terminate()
            await self._open.release(connection)
            raise
        return connection  # type: ignore[return-value] # a proxy with the same methods

    @property
    def _open(self) -> "asyncpg.Pool[asyncpg.Record]":
        if self._pool is None:
            raise RuntimeError("the pool is not open")
        return self._pool


async def _again_if_lost(attempt: Callable[[], Awaitable[T]]) -> T:
    try:
        return await attempt()
    except TimeoutError:
        raise
    except _LOST:
        return await attempt()


async def _nothing_to_reset(_: Any) -> None:
    """A transaction's settings end with it, and the session's is known: no round trip for either."""
