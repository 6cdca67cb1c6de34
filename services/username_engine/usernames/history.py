"""What happened to a person's name: who, when, from what to what, by which rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.errors import (
    NoSchoolYearError,
    NoUsernameError,
    UnknownEventError,
)
from services.username_engine.usernames.events import EventKind
from services.username_engine.usernames.groups import shown_in_lists
from services.username_engine.usernames.reach import Reach
from shared.clock import Clock
from shared.presence import active_year
from shared.tables import usernames

UNDOABLE: Final = frozenset({EventKind.EDITED, EventKind.RENAMED, EventKind.SYNC_SET})

_event = usernames.event.c
_COLUMNS: Final = (
    _event.id,
    _event.at,
    _event.actor,
    _event.kind,
    _event.before,
    _event.after,
    _event.rule,
)


@dataclass(frozen=True, slots=True)
class PastEvent:
    """A row of usernames.event; `before` and `after` hold the fields that it concerns."""

    id: int
    at: datetime
    actor: str
    kind: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    rule: str | None

    @property
    def is_undoable(self) -> bool:
        """Whether it has something to go back to; whether that is still free is judged then."""
        field = "sync" if self.kind == EventKind.SYNC_SET else "local_part"
        return self.kind in UNDOABLE and field in (self.before or {})


@dataclass(frozen=True, slots=True)
class History:
    """A page of it, the newest first, and the number of all events."""

    events: tuple[PastEvent, ...]
    total: int


async def read_history(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    person_id: str,
    reach: Reach,
    *,
    limit: int,
    offset: int = 0,
) -> History:
    """Also of a name that its person no longer has. Raises `NoUsernameError` for whom the reader
    cannot see, and for who never had one."""
    await _check_readable(connection, clock, configuration_id, person_id, reach)
    of_person = (_event.configuration_id == configuration_id, _event.person_id == person_id)
    total = (await connection.execute(select(func.count()).where(*of_person))).scalar_one()
    if not total:
        raise NoUsernameError([person_id])
    found = await connection.execute(
        select(*_COLUMNS)
        .where(*of_person)
        # By time first: what came along from another person id was copied later than it happened.
        .order_by(_event.at.desc(), _event.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return History(tuple(_past(row) for row in found), total)


async def read_event(
    connection: AsyncConnection, configuration_id: int, person_id: str, event_id: int
) -> PastEvent:
    """One event of the person's; raises `UnknownEventError`."""
    found = await connection.execute(
        select(*_COLUMNS).where(
            _event.configuration_id == configuration_id,
            _event.person_id == person_id,
            _event.id == event_id,
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownEventError
    return _past(row)


async def _check_readable(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    person_id: str,
    reach: Reach,
) -> None:
    if reach.is_unlimited:
        return
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    day = year.reference_date(clock.today())
    reach.check_readable(await shown_in_lists(connection, configuration_id, year, day, [person_id]))


def _past(row: Any) -> PastEvent:
    return PastEvent(*row)
