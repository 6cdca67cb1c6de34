"""Editing usernames and Sync: one, many, and asking first (M4.3.3, M4.3.4)."""

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.access.errors import ForbiddenError
from services.username_engine.access.principal import CurrentPrincipal, Principal
from services.username_engine.api.dependencies import (
    ConfigurationId,
    ConfigurationName,
    CurrentClock,
    CurrentDatabase,
    Snapshot,
)
from services.username_engine.api.editing_schemas import (
    ChangedPerson,
    EditRequest,
    SavedUsername,
    ShownIn,
    SyncAnswer,
    SyncRequest,
    UsernameWarning,
    ValidateRequest,
)
from services.username_engine.api.invalid_requests import InvalidRequestError
from services.username_engine.api.languages import AskedLanguage, LocalisedRoute
from services.username_engine.api.preconditions import MatchingVersions, entity_tag
from services.username_engine.api.schemas import ListParameters
from services.username_engine.api.writing import writing, writing_sync
from services.username_engine.engine.messages import Language, MessageCode, message
from services.username_engine.engine.usernames import Username
from services.username_engine.engine.validation import UsernameError
from services.username_engine.errors import (
    BusyError,
    NoSchoolYearError,
    NotYetEditableError,
    NoUsernameError,
    SelectionChangedError,
    SyncNotSavedError,
    UnknownConfigurationError,
    UsernameRefusedError,
    VersionConflictError,
)
from services.username_engine.usernames.account_errors import NotApprovedError
from services.username_engine.usernames.columns import ListRow
from services.username_engine.usernames.configurations import configuration_id_of
from services.username_engine.usernames.editing import Edited, save_edit
from services.username_engine.usernames.judging import Change, Editor, judge_edit
from services.username_engine.usernames.list_flags import flags_with_another_name
from services.username_engine.usernames.listing import EmptyReason, list_usernames
from services.username_engine.usernames.reach import Reach
from services.username_engine.usernames.releasing import Found, Persons, save_sync
from services.username_engine.usernames.saved_rows import row_of
from shared.clock import Clock
from shared.errors import described_errors

NOT_KEPT: Final = {"Cache-Control": "no-store"}

PersonId = Annotated[str, Path(description="The person's id in the source")]


def _refused(code: MessageCode, proposal: Username | None = None) -> UsernameRefusedError:
    return UsernameRefusedError(UsernameError(code, "jan.peters", proposal), Language.NL)


_PERSON: Final = ["2485f0b2-07dd-4731-893b-f09b677e9591"]
_VALUES: Final = {"username": "jan.peters", "sync": False}
NOT_FOUND: Final[dict[int | str, dict[str, Any]]] = {
    HTTPStatus.FORBIDDEN: described_errors(ForbiddenError()),
    HTTPStatus.NOT_FOUND: described_errors(
        UnknownConfigurationError("demo-provider"), NoUsernameError(_PERSON)
    ),
}
REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    HTTPStatus.UNPROCESSABLE_ENTITY: described_errors(
        _refused(MessageCode.EMPTY),
        _refused(MessageCode.INVALID, Username("jan.peters", "uwschool.be")),
        _refused(MessageCode.DOMAIN_NOT_ALLOWED),
        InvalidRequestError([{"location": "body.username", "detail": "Input should be a string"}]),
    )
}
CONFLICTS: Final[dict[int | str, dict[str, Any]]] = {
    **REFUSED,
    HTTPStatus.CONFLICT: described_errors(
        _refused(MessageCode.TAKEN, Username("jan.peters2")),
        NotYetEditableError(_PERSON),
        NoSchoolYearError(),
    ),
    HTTPStatus.PRECONDITION_FAILED: described_errors(
        VersionConflictError(3, _VALUES, {**_VALUES, "sync": True})
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: described_errors(SyncNotSavedError(), BusyError()),
}

editing_router = APIRouter(
    prefix="/configurations/{configuration}",
    tags=["usernames"],
    route_class=LocalisedRoute,
    responses=NOT_FOUND,
)


@editing_router.post(
    "/usernames/validate",
    summary="Whether a username could be saved",
    responses={**REFUSED, HTTPStatus.CONFLICT: CONFLICTS[HTTPStatus.CONFLICT]},
)
async def validate(
    principal: CurrentPrincipal,
    body: ValidateRequest,
    configuration_id: ConfigurationId,
    shown_in: Annotated[ShownIn, Query()],
    connection: Snapshot,
    clock: CurrentClock,
    language: AskedLanguage,
    response: Response,
) -> SavedUsername:
    """Answers what saving it would, without saving it: the row as it would be, or the error.

    A name that is taken comes with a `proposal` that is free.
    """
    check_known([body.person])
    editor = editor_of(principal)
    judged = await judge_edit(
        connection, clock, configuration_id, body.person, Change(body.username), editor
    )
    row = await row_of(
        connection,
        configuration_id,
        clock.today(),
        body.person,
        editor.reach,
        shown_in.request(),
    )
    would_be = Edited(judged.username, row.version, judged.changes, judged.warnings, judged.sync)
    flags = row.flags
    if judged.renames:
        has_twin = MessageCode.FOLDED_TWIN in judged.warnings
        flags = flags_with_another_name(flags, has_twin=has_twin)
    row = row._replace(username=str(judged.username), flags=flags)
    return saved(response, row, would_be, language)


@editing_router.post(
    "/usernames/sync",
    summary="Turn Sync on or off for many",
    responses={
        HTTPStatus.CONFLICT: described_errors(
            SelectionChangedError(24, 23),
            NotApprovedError(_PERSON),
            NotYetEditableError(_PERSON),
            NoSchoolYearError(),
        ),
        HTTPStatus.SERVICE_UNAVAILABLE: CONFLICTS[HTTPStatus.SERVICE_UNAVAILABLE],
    },
)
async def sync(
    body: SyncRequest,
    configuration: ConfigurationName,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    clock: CurrentClock,
    response: Response,
) -> SyncAnswer:
    """For these persons, or all rows of a list, whatever page is shown; for all or for none.

    Whoever of them one may only see, or who has not started yet, stops all of it. So does, with
    Sync on, whose account is probably in the tenant and approved by nobody: who has looked at all
    of those says `include_unapproved`.
    """
    response.headers.update(NOT_KEPT)
    async with writing_sync(database) as connection:
        configuration_id = await known_configuration(connection, configuration)
        found = _Search(configuration_id, body.rows, principal, clock)
        selection = Found(found, body.expected_total) if body.rows else _persons(body.persons)
        done = await save_sync(
            connection,
            clock,
            configuration_id,
            selection,
            body.sync,
            editor_of(principal),
            include_unapproved=body.include_unapproved,
        )
    return SyncAnswer(
        items=[ChangedPerson(person=each, version=done.versions[each]) for each in done.changed],
        total=len(done.changed),
        selected=done.selected,
        reason=found.reason,
    )


# After the two above, whose paths it matches too: ids may hold slashes.
@editing_router.patch(
    "/usernames/{person:path}",
    summary="Change a username, its Sync, or both",
    responses={**CONFLICTS, HTTPStatus.OK: {"model": SavedUsername}},
)
async def edit(
    person: PersonId,
    body: EditRequest,
    configuration: ConfigurationName,
    principal: CurrentPrincipal,
    shown_in: Annotated[ShownIn, Query()],
    expected: MatchingVersions,
    database: CurrentDatabase,
    clock: CurrentClock,
    language: AskedLanguage,
    response: Response,
) -> SavedUsername:
    """Saves at once, or changes nothing and says why in the asked language.

    With `If-Match` it answers 412 where somebody else saved meanwhile, unless what is asked for is
    what there is: a request may be sent again.
    """
    check_known([person])
    open_transaction = writing_sync if body.username is None else writing
    async with open_transaction(database) as connection:
        configuration_id = await known_configuration(connection, configuration)
        editor = editor_of(principal)
        edited = await save_edit(
            connection,
            clock,
            configuration_id,
            person,
            Change(body.username, body.sync),
            editor,
            expected,
        )
        row = await row_of(
            connection, configuration_id, clock.today(), person, editor.reach, shown_in.request()
        )
    return saved(response, row, edited, language)


class _Search:
    """The persons in the list that the caller sees, and why there are none."""

    def __init__(
        self,
        configuration_id: int,
        parameters: ListParameters | None,
        principal: Principal,
        clock: Clock,
    ) -> None:
        self._configuration_id = configuration_id
        self._parameters = parameters
        self._principal = principal
        self._clock = clock
        self.reason: EmptyReason | None = None

    async def __call__(self, connection: AsyncConnection) -> Collection[str]:
        assert self._parameters is not None  # noqa: S101 - searched only with parameters
        listing = await list_usernames(
            connection,
            self._configuration_id,
            self._clock.today(),
            self._parameters.request(),
            self._principal.places(self._parameters.group),
        )
        self.reason = listing.reason
        return [row.person for row in listing.rows]


def _persons(ids: Sequence[str] | None) -> Persons:
    check_known(ids or ())
    return Persons(ids or ())


def check_known(persons: Collection[str]) -> None:
    """An id with a NUL, which the database takes in no text, is nobody's."""
    if unknown := [person for person in persons if "\0" in person]:
        raise NoUsernameError(unknown)


async def known_configuration(connection: AsyncConnection, name: str) -> int:
    """Raises `UnknownConfigurationError`."""
    if "\0" in name:
        raise UnknownConfigurationError("of this name")
    return await configuration_id_of(connection, name)


def editor_of(principal: Principal) -> Editor:
    """The subject stays the same whatever becomes of the name."""
    actor = f"{principal.name} <{principal.subject}>" if principal.name else principal.subject
    return Editor(actor, Reach.of(principal))


def saved(response: Response, row: ListRow, edited: Edited, language: Language) -> SavedUsername:
    """The answer to an edit, with its headers."""
    response.headers.update({**NOT_KEPT, "ETag": entity_tag(row.version)})
    fields = row._asdict()
    fields["class"] = fields.pop("class_")
    return SavedUsername(
        **fields,
        changed=edited.changed,
        warnings=[
            UsernameWarning(code=code, detail=message(code, language, str(edited.username)))
            for code in edited.warnings
        ],
    )
