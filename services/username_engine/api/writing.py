"""The one transaction of a request that writes, and what becomes of it when it cannot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

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


# Classes of SQLSTATE (PostgreSQL, appendix A) that say nothing against the statement itself.
_PASSING: Final = (
    "08",  # the connection broke
    "40",  # rolled back for another's sake, as in a deadlock
    "53",  # out of connections, memory or disk
    "55P03",  # the turn was not to be had in time
    "57",  # cancelled, shutting down, starting up
)


@asynccontextmanager
async def writing(database: Database) -> AsyncIterator[AsyncConnection]:
    """Raises `BusyError` where the turn, or a connection, is not to be had or was lost.

    Nothing is changed then, and the same request may well be answered in a moment.
    """
    try:
        async with database.transaction() as connection:
            await connection.execute(_WAIT, {"timeout": LOCK_TIMEOUT})
            yield connection
    except (PoolTimeoutError, OSError) as error:
        _log.warning("usernames.busy", error=type(error).__name__)
        raise BusyError from None
    except DBAPIError as error:
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if not (error.connection_invalidated or state.startswith(_PASSING)):
            raise
        _log.warning("usernames.busy", error=type(error.orig).__name__, sqlstate=state)
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
