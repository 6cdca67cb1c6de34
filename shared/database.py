"""The connection to PostgreSQL: one pool a service, one transaction a piece of work."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self, cast

import asyncpg
from sqlalchemy import ARRAY, ColumnElement, Text, any_, text, true
from sqlalchemy import cast as cast_to
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine


def asyncpg_url(url: str) -> URL:
    """`postgresql://…` as operators write it, with the driver this project uses."""
    return make_url(url).set(drivername="postgresql+asyncpg")


class Database:
    """A pool of connections under one database role."""

    def __init__(
        self, url: str, *, application: str, pool_size: int = 5, pool_timeout: float = 30
    ) -> None:
        self.url = asyncpg_url(url)
        self.pool_size = pool_size
        self._engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            pool_pre_ping=True,
            connect_args={"server_settings": {"application_name": application}},
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back by an error in it."""
        async with self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A read-only transaction that sees one moment (REPEATABLE READ)."""
        async with self._engine.connect() as connection:
            await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def session_connection(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """A connection of its own outside the pool: for LISTEN and for locks held across transactions."""
        connection = await asyncpg.connect(
            self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        )
        try:
            yield connection
        finally:
            await connection.close()

    async def close(self) -> None:
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def among(column: ColumnElement[str], ids: Collection[str] | None) -> ColumnElement[bool]:
    """`column` is one of `ids`, as one array parameter however many they are; None: whatever it is."""
    if ids is None:
        return true()
    return column == any_(cast_to(list(ids), ARRAY(Text)))


async def driver_connection(connection: AsyncConnection) -> "asyncpg.Connection[Any]":
    """The asyncpg connection below, inside the same transaction: for COPY and for hot reads."""
    # The dialect begins its transaction with the first statement; COPY must not come before it.
    await connection.execute(text("select 1"))
    raw = await connection.get_raw_connection()
    return cast("asyncpg.Connection[Any]", raw.driver_connection)


async def notify(connection: AsyncConnection, channel: str, payload: str) -> None:
    """Wake listeners when this transaction commits. Only a hint: counters decide (docs/design.md)."""
    await connection.execute(
        text("select pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload}
    )


async def scalar(
    connection: AsyncConnection, statement: str, parameters: Mapping[str, Any] | None = None
) -> Any:
    return (await connection.execute(text(statement), parameters or {})).scalar()
