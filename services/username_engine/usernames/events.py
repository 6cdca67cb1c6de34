"""The history of every name and configuration: who did what, from what to what, by which rule.

Append-only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, insert, literal, not_, null, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.tables import usernames

_name = usernames.username.c
_event = usernames.event

ENGINE = "engine"
OPERATOR = "operator"


class EventKind(StrEnum):
    CREATED = "created"
    EDITED = "edited"
    """`after` has in `reserved` the name given up, if it is kept for the person in the ledger."""
    RENAMED = "renamed"
    """By a plan for many names at once."""
    SYNC_SET = "sync_set"
    RESERVED = "reserved"
    """A name was kept for the person otherwise than by an edit."""
    FORMER_NAME_TAKEN = "former_name_taken"
    """A hand edit gave a name that was reserved for this person to another."""
    LINKED = "linked"
    """An account of the tenant was approved as the person's."""
    MOVED = "moved"
    """Name, Sync and history came from another person id, which the source replaced."""
    DOMAIN_FIXED = "domain_fixed"
    """A student became staff where the provider assigns the domain (creation, rule 8)."""
    DOMAIN_POLICY = "domain_policy"
    """The configuration's domain policy was turned round: domains were put on or taken off."""
    CONFIGURATION_CHANGED = "configuration_changed"
    """Of the whole configuration, as those below: `before` and `after` hold what differs."""
    ACCOUNTS_IMPORTED = "accounts_imported"
    """The tenant's accounts were read from a file; `after` counts them."""
    PLAN_APPLIED = "plan_applied"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a person's name; `before` and `after` hold the fields that it concerns."""

    person_id: str | None
    """None: it concerns the whole configuration."""
    kind: EventKind
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    rule: str | None = None


def _fields(*columns: ColumnElement[Any]) -> ColumnElement[Any]:
    pairs = [item for column in columns for item in (cast(literal(column.key), Text), column)]
    return func.jsonb_build_object(*pairs, type_=JSONB)


# What the rows of one operation were before and are after, by the kind of the operation.
_BEFORE: Mapping[EventKind, ColumnElement[Any]] = {
    EventKind.CREATED: null(),
    EventKind.SYNC_SET: _fields(not_(_name.sync).label("sync")),
    EventKind.DOMAIN_FIXED: _fields(cast(null(), Text).label("domain")),
}
_AFTER: Mapping[EventKind, ColumnElement[Any]] = {
    EventKind.CREATED: _fields(_name.local_part, _name.domain, _name.sync, _name.flags),
    EventKind.SYNC_SET: _fields(_name.sync),
    EventKind.DOMAIN_FIXED: _fields(_name.domain),
}


async def record_operation(
    connection: AsyncConnection,
    configuration_id: int,
    revision: int,
    kind: EventKind,
    actor: str,
    rule: str | None = None,
) -> None:
    """An event for each row that an operation wrote at `revision`, which must be its own.

    `rule`: by which; of a creation it is each name's own.
    """
    rows = select(
        _name.configuration_id,
        _name.person_id,
        literal(actor),
        literal(kind.value),
        _BEFORE[kind],
        _AFTER[kind],
        _name.rule if kind is EventKind.CREATED else literal(rule, Text),
    ).where(_name.configuration_id == configuration_id, _name.revision == revision)
    columns = ["configuration_id", "person_id", "actor", "kind", "before", "after", "rule"]
    await connection.execute(insert(_event).from_select(columns, rows))


async def record_events(
    connection: AsyncConnection, configuration_id: int, actor: str, events: Sequence[Event]
) -> None:
    """In their order; all by one actor in one transaction."""
    for event in events:
        await connection.execute(
            insert(_event).values(
                configuration_id=configuration_id,
                person_id=event.person_id,
                actor=actor,
                kind=event.kind.value,
                # Not JSON's null: where there is nothing, the column is empty.
                before=null() if event.before is None else dict(event.before),
                after=null() if event.after is None else dict(event.after),
                rule=event.rule,
            )
        )
