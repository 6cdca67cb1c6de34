"""Undoing an edit or a change of Sync from the history: itself an edit, by the rules for edits."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Username
from services.username_engine.errors import NotUndoableError
from services.username_engine.usernames.editing import EDITED_RULE, Cause, Edited, save_edit
from services.username_engine.usernames.events import EventKind
from services.username_engine.usernames.history import PastEvent, read_event
from services.username_engine.usernames.judging import (
    Change,
    Editor,
    Stored,
    check_editable,
    stored_username,
    turn_of_editor,
)
from shared.clock import Clock


async def undo_event(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    person_id: str,
    event_id: int,
    editor: Editor,
    expected_versions: Collection[int] | None = None,
) -> Edited:
    """Sets what the event changed back to what it was before it, whatever came later.

    In the caller's transaction. The name is validated anew: refused where it is taken now. A name
    that a format made counts as made by it again. Raises what `save_edit` does, `UnknownEventError`
    and `NotUndoableError`.
    """
    await turn_of_editor(connection, clock, configuration_id, [person_id], editor)
    # Who may not edit the person is not told what is in the history.
    await check_editable(connection, clock, configuration_id, [person_id], editor)
    stored = await stored_username(connection, configuration_id, person_id)
    event = await read_event(connection, configuration_id, person_id, event_id)
    if not event.is_undoable:
        raise NotUndoableError
    username = _back(event, stored.username)
    sync = bool((event.before or {})["sync"]) if event.kind == EventKind.SYNC_SET else None
    return await save_edit(
        connection,
        clock,
        configuration_id,
        person_id,
        Change(None if sync is not None else str(username), sync),
        editor,
        expected_versions,
        Cause(f"undo:{event.id}", _rule(event, stored, username)),
    )


def _back(event: PastEvent, present: Username) -> Username:
    """`present` with what the event changed as it was: a domain typed since stays with the name."""
    before, after = event.before or {}, event.after or {}

    def was(field: str, now: str | None) -> str | None:
        changed = field in before and before[field] != after.get(field)
        return before[field] if changed else now

    local_part = was("local_part", present.local_part) or present.local_part
    return Username(local_part, was("domain", present.domain))


def _rule(event: PastEvent, stored: Stored, username: Username) -> str:
    """What made the local part that the name then has."""
    before = event.before or {}
    if username.local_part == before.get("local_part"):
        return before.get("rule") or EDITED_RULE
    return stored.rule
