"""The history of a username, and undoing from it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.username_engine.access.principal import CurrentPrincipal
from services.username_engine.api.dependencies import (
    ConfigurationId,
    ConfigurationName,
    CurrentClock,
    CurrentDatabase,
    Snapshot,
)
from services.username_engine.api.editing import (
    CONFLICTS,
    NOT_FOUND,
    NOT_KEPT,
    PersonId,
    check_known,
    editor_of,
    known_configuration,
    saved,
)
from services.username_engine.api.editing_schemas import (
    HistoryEvent,
    HistoryPage,
    SavedUsername,
    ShownIn,
)
from services.username_engine.api.languages import AskedLanguage, LocalisedRoute
from services.username_engine.api.preconditions import MatchingVersions
from services.username_engine.api.writing import writing
from services.username_engine.errors import (
    NotUndoableError,
    NotYetEditableError,
    NoUsernameError,
    UnknownEventError,
)
from services.username_engine.usernames.history import PastEvent, read_history
from services.username_engine.usernames.reach import Reach
from services.username_engine.usernames.saved_rows import row_of
from services.username_engine.usernames.undoing import undo_event
from shared.errors import described_errors

_PERSON = "2485f0b2-07dd-4731-893b-f09b677e9591"

history_router = APIRouter(
    prefix="/configurations/{configuration}/usernames",
    tags=["usernames"],
    route_class=LocalisedRoute,
    responses=NOT_FOUND,
)


@history_router.get("/{person:path}/history", summary="What happened to a username")
async def history(
    principal: CurrentPrincipal,
    person: PersonId,
    configuration_id: ConfigurationId,
    connection: Snapshot,
    clock: CurrentClock,
    response: Response,
    limit: Annotated[int, Query(ge=0, le=1_000, description="Events at most")] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1, description="Before the first")] = 0,
) -> HistoryPage:
    """Everything that was done with the person's name and Sync, the newest first."""
    check_known([person])
    response.headers.update(NOT_KEPT)
    found = await read_history(
        connection,
        clock,
        configuration_id,
        person,
        Reach.of(principal),
        limit=limit,
        offset=offset,
    )
    return HistoryPage(items=[_event(event) for event in found.events], total=found.total)


@history_router.post(
    "/{person:path}/history/{event}/undo",
    summary="Undo an edit or a change of Sync",
    responses={
        **CONFLICTS,
        HTTPStatus.NOT_FOUND: described_errors(NoUsernameError([_PERSON]), UnknownEventError()),
        HTTPStatus.CONFLICT: described_errors(NotUndoableError(), NotYetEditableError([_PERSON])),
    },
)
async def undo(
    person: PersonId,
    event: Annotated[int, Path(ge=1, lt=2**63, description="Its id in the history")],
    configuration: ConfigurationName,
    principal: CurrentPrincipal,
    shown_in: Annotated[ShownIn, Query()],
    expected: MatchingVersions,
    database: CurrentDatabase,
    clock: CurrentClock,
    language: AskedLanguage,
    response: Response,
) -> SavedUsername:
    """Sets what the event changed back to what it was before it, by the rules for edits.

    Refused with the reason where that may not be saved now, as when the name is taken.
    """
    check_known([person])
    async with writing(database) as connection:
        configuration_id = await known_configuration(connection, configuration)
        editor = editor_of(principal)
        edited = await undo_event(
            connection, clock, configuration_id, person, event, editor, expected
        )
        row = await row_of(
            connection, configuration_id, clock.today(), person, editor.reach, shown_in.request()
        )
    return saved(response, row, edited, language)


def _event(event: PastEvent) -> HistoryEvent:
    return HistoryEvent(
        id=event.id,
        at=event.at,
        actor=event.actor,
        kind=event.kind,
        before=None if event.before is None else dict(event.before),
        after=None if event.after is None else dict(event.after),
        rule=event.rule,
        undoable=event.is_undoable,
    )
