"""The history of every name: who did what, from what to what, by which rule. Append-only."""

from collections.abc import Mapping
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
    SYNC_SET = "sync_set"
    DOMAIN_FIXED = "domain_fixed"
    """A student became staff where the provider assigns the domain (creation, rule 8)."""
    DOMAIN_POLICY = "domain_policy"
    """The configuration's domain policy was turned round: domains were put on or taken off."""


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
    connection: AsyncConnection, configuration_id: int, revision: int, kind: EventKind, actor: str
) -> None:
    """An event for each row that an operation wrote at `revision`, which must be its own."""
    rule = _name.rule if kind is EventKind.CREATED else null()
    rows = select(
        _name.configuration_id,
        _name.person_id,
        literal(actor),
        literal(kind.value),
        _BEFORE[kind],
        _AFTER[kind],
        rule,
    ).where(_name.configuration_id == configuration_id, _name.revision == revision)
    columns = ["configuration_id", "person_id", "actor", "kind", "before", "after", "rule"]
    await connection.execute(insert(_event).from_select(columns, rows))


async def record_edit(
    connection: AsyncConnection,
    configuration_id: int,
    person_id: str,
    actor: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    await connection.execute(
        insert(_event).values(
            configuration_id=configuration_id,
            person_id=person_id,
            actor=actor,
            kind=EventKind.EDITED.value,
            before=dict(before),
            after=dict(after),
        )
    )
