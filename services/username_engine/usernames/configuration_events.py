"""The history of a configuration as a whole: what operators changed, imported and applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.usernames.events import Event, EventKind, record_events
from shared.tables import usernames

_event = usernames.event.c


@dataclass(frozen=True, slots=True)
class ConfigurationEvent:
    """A row of usernames.event that is about no single person."""

    id: int
    at: datetime
    actor: str
    kind: str
    before: Mapping[str, Any] | None
    """By key, what differs; None: there was nothing."""
    after: Mapping[str, Any] | None
    rule: str | None
    """By which command."""


@dataclass(frozen=True, slots=True)
class ConfigurationHistory:
    """A page of it, the newest first, and the number of all."""

    events: tuple[ConfigurationEvent, ...]
    total: int


async def record_change(
    connection: AsyncConnection,
    configuration_id: int,
    actor: str,
    command: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """A change of the configuration, in the transaction that makes it.

    Only the keys that differ, and never a secret nor what is kept of one: it is read by people.
    """
    event = Event(None, EventKind.CONFIGURATION_CHANGED, before, after, command)
    await record_events(connection, configuration_id, actor, [event])


async def read_configuration_history(
    connection: AsyncConnection, configuration_id: int, *, limit: int, offset: int = 0
) -> ConfigurationHistory:
    of_whole = (_event.configuration_id == configuration_id, _event.person_id.is_(None))
    total = (await connection.execute(select(func.count()).where(*of_whole))).scalar_one()
    found = await connection.execute(
        select(
            _event.id,
            _event.at,
            _event.actor,
            _event.kind,
            _event.before,
            _event.after,
            _event.rule,
        )
        .where(*of_whole)
        .order_by(_event.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return ConfigurationHistory(tuple(ConfigurationEvent(*row) for row in found), total)
