"""Advisory locks of the engine: pairs of a kind and, where there is one, a configuration."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import Database

_CREATION = 5_001
_SWEEP = 5_002

_in_this_process: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


def creator_of_this_process(configuration_id: int) -> asyncio.Lock:
    """Stands before the database's lock, so that those who wait hold no connection."""
    return _in_this_process.setdefault(configuration_id, asyncio.Lock())


async def lock_creation(connection: AsyncConnection, configuration_id: int) -> None:
    """The only creator of the configuration until this transaction ends."""
    await connection.execute(
        text("select pg_advisory_xact_lock(:kind, :configuration)"),
        {"kind": _CREATION, "configuration": configuration_id},
    )


@asynccontextmanager
async def creation_session(
    database: Database, configuration_id: int
) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """The only creator of the configuration over many transactions; shuts out `lock_creation` too.

    The lock lives and dies with the connection, which is the caller's to read by.
    """
    async with database.session_connection() as session:
        await session.execute("select pg_advisory_lock($1, $2)", _CREATION, configuration_id)
        yield session


@asynccontextmanager
async def only_sweeper(database: Database) -> AsyncIterator[bool]:
    """Whether nobody else sweeps at present; if so, nobody does until the block ends."""
    async with database.session_connection() as session:
        yield bool(await session.fetchval("select pg_try_advisory_lock($1, 0)", _SWEEP))
