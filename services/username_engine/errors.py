"""What the engine refuses, with its stable codes; those of typed names are in `engine.messages`."""

from http import HTTPStatus

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
    """Somebody else saved the name since it was read."""

    status = HTTPStatus.PRECONDITION_FAILED
    code = "version.conflict"
    title = "Changed meanwhile"

    def __init__(self) -> None:
        super().__init__("The username was changed by somebody else meanwhile.")
