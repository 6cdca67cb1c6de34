"""What the engine refuses, with its stable codes; those of typed names are in `engine.messages`."""

from collections.abc import Mapping
from http import HTTPStatus

from services.username_engine.engine.messages import (
    Language,
    MessageCode,
    message,
    problem_title,
)
from services.username_engine.engine.validation import UsernameError
from shared.errors import ProblemError


class UnknownConfigurationError(ProblemError):
    """There is no configuration with this id or name."""

    status = HTTPStatus.NOT_FOUND
    code = "configuration.unknown"
    title = "Unknown configuration"

    def __init__(self, configuration: int | str) -> None:
        super().__init__(f"There is no configuration {configuration}.")


class NoSchoolYearError(ProblemError):
    """No data of the configuration's active school year has arrived yet."""

    status = HTTPStatus.CONFLICT
    code = "configuration.no_school_year"
    title = "No data of the active school year"

    def __init__(self) -> None:
        super().__init__("The source has not sent the configuration's active school year yet.")


class SnapshotGoneError(ProblemError):
    """The snapshot to read in is no longer held by the transaction that exported it."""

    status = HTTPStatus.CONFLICT
    code = "snapshot.gone"
    title = "Snapshot gone"

    def __init__(self) -> None:
        super().__init__("The snapshot is not, or no longer, that of an open transaction.")


class UnknownPlaceError(ProblemError):
    """The location or school is not one of the configuration's."""

    status = HTTPStatus.NOT_FOUND
    code = "place.unknown"
    title = "Unknown school or location"

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} is not a school or participating location here.")


class NoUsernameError(ProblemError):
    """A person who has no username in this configuration; `persons` are their ids."""

    status = HTTPStatus.NOT_FOUND
    code = "username.unknown"
    title = "No username"

    def __init__(self, persons: list[str]) -> None:
        super().__init__("Not every person has a username here.", persons=persons)


class NotYetEditableError(ProblemError):
    """A future student: name and Sync are set from the first day on (M4.3.6)."""

    status = HTTPStatus.CONFLICT
    code = "username.not_yet_editable"
    title = "Not yet editable"

    def __init__(self, persons: list[str]) -> None:
        super().__init__("The student has not started yet.", persons=persons)


class VersionConflictError(ProblemError):
    """Somebody else saved the name since it was read.

    `present` is what there is, `given` what was asked for, each with `username` and `sync`: raised
    only to who may see the name.
    """

    status = HTTPStatus.PRECONDITION_FAILED
    code = "version.conflict"
    title = "Changed meanwhile"

    def __init__(
        self, version: int, present: Mapping[str, object], given: Mapping[str, object]
    ) -> None:
        super().__init__(
            "The username was changed by somebody else meanwhile.",
            version=version,
            present=dict(present),
            given=dict(given),
        )
        self.version = version

    def headers(self) -> Mapping[str, str]:
        return {"ETag": f'"{self.version}"'}


class UsernameRefusedError(ProblemError):
    """A typed username that is not saved, as the API says it (docs/domain.md, "its errors")."""

    def __init__(self, error: UsernameError, language: Language) -> None:
        super().__init__(
            message(error.code, language, error.typed),
            username=error.typed,
            proposal=None if error.proposal is None else str(error.proposal),
        )
        taken = error.code is MessageCode.TAKEN
        self.status = HTTPStatus.CONFLICT if taken else HTTPStatus.UNPROCESSABLE_ENTITY
        self.code = error.code.value
        self.title = problem_title(error.code, language)


class SyncNotSavedError(ProblemError):
    """The database did not take a change of Sync; nothing was changed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "sync.not_saved"
    title = "Sync not saved"

    def __init__(self) -> None:
        super().__init__("Saving sync failed. Try again.")

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": "1"}


class BusyError(ProblemError):
    """Another writer of the configuration's names took too long."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "username.busy"
    title = "Busy"

    def __init__(self) -> None:
        super().__init__("Many usernames are being changed right now. Try again.")

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": "1"}


class SelectionChangedError(ProblemError):
    """A filter selects another number of persons than its user saw."""

    status = HTTPStatus.CONFLICT
    code = "selection.changed"
    title = "The list has changed"

    def __init__(self, total: int, expected_total: int) -> None:
        super().__init__(
            "The list has changed meanwhile; nothing was saved.",
            total=total,
            expected_total=expected_total,
        )


class UnknownEventError(ProblemError):
    """The person's history has no such event."""

    status = HTTPStatus.NOT_FOUND
    code = "history.unknown"
    title = "Not in the history"

    def __init__(self) -> None:
        super().__init__("The person's history has no such event.")


class NotUndoableError(ProblemError):
    """Only an edit and a change of Sync can be undone."""

    status = HTTPStatus.CONFLICT
    code = "history.not_undoable"
    title = "Cannot be undone"

    def __init__(self) -> None:
        super().__init__("Only an edit and a change of Sync can be undone.")
