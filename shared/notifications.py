"""Hearing what other parts commit: LISTEN on a connection of its own, and background work that lasts.

A NOTIFY is only a hint and may be lost; who listens also looks at the counters from time to time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from shared.database import Database

# What each writer announces; the payload is the configuration's id.
SIS_CHANNEL = "rosterbridge_sis"
ACCESS_CHANNEL = "rosterbridge_access"
USERNAMES_CHANNEL = "rosterbridge_usernames"

_HEARTBEAT_SECONDS = 30.0
_RETRY_SECONDS = 2.0

_log = structlog.stdlib.get_logger(__name__)


async def listen(
    database: Database,
    channels: tuple[str, ...],
    heard: Callable[[int], None],
    connected: Callable[[], None],
) -> None:
    """Calls `heard` with each configuration id that is announced, until the connection is lost.

    `connected` is called once LISTEN stands: what was committed before was not heard.
    """

    def notified(_connection: object, _process: int, channel: str, payload: object) -> None:
        text = str(payload)
        if text.isascii() and text.isdigit():
            heard(int(text))
        else:
            _log.warning("notifications.odd_payload", channel=channel)

    async with database.session_connection() as session:
        for channel in channels:
            await session.add_listener(channel, notified)
        connected()
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            # A connection that died without a word is noticed by this alone.
            await session.execute("select 1", timeout=_HEARTBEAT_SECONDS)


async def again_after_failures(work: Callable[[], Awaitable[Any]], name: str) -> None:
    """Runs background work until it is cancelled, whatever becomes of it on the way."""
    while True:
        try:
            await work()
        except Exception:
            _log.exception("background.failed", work=name)
            await asyncio.sleep(_RETRY_SECONDS)
