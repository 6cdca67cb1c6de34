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
    check_editable,
    stored_username,
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
    # Who may not edit the person is not told what is in the history.
    await stored_username(connection, configuration_id, person_id)
    await check_editable(connection, clock, configuration_id, [person_id], editor)
    event = await read_event(connection, configuration_id, person_id, event_id)
    if not event.is_undoable:
        raise NotUndoableError
    return await save_edit(
        connection,
        clock,
        configuration_id,
        person_id,
        _back(event),
        editor,
        expected_versions,
        Cause(f"undo:{event.id}", (event.before or {}).get("rule") or EDITED_RULE),
    )


def _back(event: PastEvent) -> Change:
    before = event.before or {}
    if event.kind == EventKind.SYNC_SET:
        return Change(sync=before["sync"])
    return Change(typed=str(Username(before["local_part"], before["domain"])))
