"""What the endpoints of the public API are given."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.errors import UnknownConfigurationError
from services.username_engine.usernames.configurations import configuration_id_of
from shared.clock import Clock
from shared.database import Database


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


# Coroutines, since the framework gives each plain function a thread of its own.
async def current_database(request: Request) -> Database:
    return database_of(request)


async def current_clock(request: Request) -> Clock:
    clock: Clock = request.app.state.clock
    return clock


CurrentDatabase = Annotated[Database, Depends(current_database)]
CurrentClock = Annotated[Clock, Depends(current_clock)]


async def today(clock: CurrentClock) -> date:
    return clock.today()


Today = Annotated[date, Depends(today)]


async def _snapshot(database: CurrentDatabase) -> AsyncIterator[AsyncConnection]:
    async with database.snapshot() as connection:
        yield connection


# Given back before the answer is sent, so that a slow reader holds no connection.
Snapshot = Annotated[AsyncConnection, Depends(_snapshot, scope="function")]
"""A read-only transaction that sees one moment, the same in all of a request."""

ConfigurationName = Annotated[
    str,
    Path(description="The configuration's name, as operators gave it", examples=["demo-provider"]),
]


async def _configuration_id(configuration: ConfigurationName, connection: Snapshot) -> int:
    """Raises `UnknownConfigurationError`."""
    if "\0" in configuration:
        # The database takes no text with one.
        raise UnknownConfigurationError("of this name")
    return await configuration_id_of(connection, configuration)


ConfigurationId = Annotated[int, Depends(_configuration_id, scope="function")]
