"""Editing one username and its Sync (M4.3.3; docs/domain.md, "Usernames: editing and its errors")."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.usernames import Username
from services.username_engine.usernames.configurations import read_configuration
from services.username_engine.usernames.counters import raise_counter
from services.username_engine.usernames.events import Event, EventKind, record_events
from services.username_engine.usernames.judging import (
    Change,
    Editor,
    Judged,
    judge_edit,
    turn_of_editor,
)
from services.username_engine.usernames.ledger import release_name
from services.username_engine.usernames.proposing import taken_error
from shared.clock import Clock
from shared.database import Database
from shared.tables import usernames

EDITED_RULE: Final = "edited"

_name = usernames.username.c


@dataclass(frozen=True, slots=True)
class Edited:
    """The name as it is now, and what its editor should be told."""

    username: Username
    version: int
    changed: bool
    warnings: tuple[MessageCode, ...]
    sync: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """What stands in the history as the rule of an edit, and what the name is then made by."""

    event_rule: str = EDITED_RULE
    name_rule: str = EDITED_RULE


async def edit_username(
    database: Database,
    clock: Clock,
    configuration_id: int,
    person_id: str,
    typed: str,
    *,
    actor: str,
    expected_version: int | None = None,
    future_students: bool = False,
) -> Edited:
    """`save_edit` of a name alone, by somebody who may edit everyone, in its own transaction."""
    async with database.transaction() as connection:
        return await save_edit(
            connection,
            clock,
            configuration_id,
            person_id,
            Change(typed=typed),
            Editor(actor, future_students=future_students),
            None if expected_version is None else [expected_version],
        )


async def save_edit(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    person_id: str,
    change: Change,
    editor: Editor,
    expected_versions: Collection[int] | None = None,
    cause: Cause | None = None,
) -> Edited:
    """Saves the change in the caller's transaction, or changes nothing and raises.

    `expected_versions`: the editor saw one of these; None: it does not matter. Raises `UsernameError`
    (`username.empty`, `.invalid`, `.taken`, `.domain_not_allowed`), `NoUsernameError`,
    `ForbiddenError`, `NotYetEditableError`, `VersionConflictError`.
    """
    revision = await turn_of_editor(connection, clock, configuration_id, [person_id], editor)
    # In the turn: what is judged is what is changed.
    judged = await judge_edit(
        connection, clock, configuration_id, person_id, change, editor, expected_versions
    )
    before = judged.before
    if not judged.changes:
        return Edited(before.username, before.version, False, judged.warnings, before.sync)
    cause = cause or Cause()
    await _save(connection, configuration_id, judged, change.typed or "", revision, cause)
    if judged.username.folded != before.username.folded:
        await release_name(
            connection, configuration_id, person_id, before.username.local_part, clock.now()
        )
    await record_events(connection, configuration_id, editor.actor, _events(judged, cause))
    await raise_counter(connection, configuration_id, revision)
    return Edited(judged.username, before.version + 1, True, judged.warnings, judged.sync)


async def _save(
    connection: AsyncConnection,
    configuration_id: int,
    judged: Judged,
    typed: str,
    revision: int,
    cause: Cause,
) -> None:
    username, person_id = judged.username, judged.before.person_id
    renamed: dict[str, Any] = {
        "local_part": username.local_part,
        "domain": username.domain,
        # Somebody looked at it: what asked for that is settled.
        "flags": [],
        "rule": cause.name_rule,
    }
    statement = (
        update(usernames.username)
        .where(_name.configuration_id == configuration_id, _name.person_id == person_id)
        .values(
            **(renamed if judged.renames else {}),
            sync=judged.sync,
            version=_name.version + 1,
            revision=revision,
        )
    )
    try:
        # That it is free was looked up, but the unique index alone knows for certain (M4.1.1).
        async with connection.begin_nested():
            await connection.execute(statement)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != asyncpg.UniqueViolationError.sqlstate:
            raise
        configuration = await read_configuration(connection, configuration_id)
        raise await taken_error(connection, configuration, person_id, typed, username) from None


def _events(judged: Judged, cause: Cause) -> list[Event]:
    before, person, rule = judged.before, judged.before.person_id, cause.event_rule
    events: list[Event] = []
    if judged.sync is not before.sync:
        fields = ({"sync": before.sync}, {"sync": judged.sync})
        events.append(Event(person, EventKind.SYNC_SET, *fields, rule))
    if judged.username.folded != before.username.folded:
        # Of somebody else's history only that the name is gone, not whose it is.
        lost = {"local_part": judged.username.local_part}
        events.extend(
            Event(holder, EventKind.FORMER_NAME_TAKEN, lost, None, rule)
            for holder in judged.former_holders
        )
    if judged.renames:
        events.append(_renamed(judged, cause))
    return events


def _renamed(judged: Judged, cause: Cause) -> Event:
    before, after = judged.before, _fields(judged.username, cause.name_rule)
    if judged.username.folded != before.username.folded:
        after["reserved"] = before.username.local_part
    fields = _fields(before.username, before.rule)
    return Event(before.person_id, EventKind.EDITED, fields, after, cause.event_rule)


def _fields(username: Username, rule: str) -> dict[str, str | None]:
    return {"local_part": username.local_part, "domain": username.domain, "rule": rule}
