"""The one transaction of a request that writes, and what becomes of it when it cannot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.errors import BusyError, SyncNotSavedError
from shared.database import Database

LOCK_TIMEOUT = "10s"
"""How long one waits for his turn: longer than a run that makes names holds it."""
_WAIT: Final = text("select set_config('lock_timeout', :timeout, true)")

_log = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def writing(database: Database) -> AsyncIterator[AsyncConnection]:
    """Raises `BusyError` where the turn, or a connection, is not to be had."""
    try:
        async with database.transaction() as connection:
            await connection.execute(_WAIT, {"timeout": LOCK_TIMEOUT})
            yield connection
    except PoolTimeoutError:
        raise BusyError from None
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != asyncpg.LockNotAvailableError.sqlstate:
            raise
        raise BusyError from None


@asynccontextmanager
async def writing_sync(database: Database) -> AsyncIterator[AsyncConnection]:
    """Raises `SyncNotSavedError` for whatever the database refuses (G "Opslaan sync mislukt")."""
    try:
        async with writing(database) as connection:
            yield connection
    except (BusyError, SQLAlchemyError, OSError) as error:
        # Not the error itself: its text has the parameters.
        state = getattr(getattr(error, "orig", None), "sqlstate", None)
        _log.error("sync.not_saved", error=type(error).__name__, sqlstate=state)
        raise SyncNotSavedError from None
