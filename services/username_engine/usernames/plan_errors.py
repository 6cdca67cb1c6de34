"""Why a plan cannot be applied, or is not there."""

from collections.abc import Sequence
from enum import StrEnum
from http import HTTPStatus

from shared.errors import ProblemError


class Moved(StrEnum):
    """What is another than when a plan was made."""

    DATA = "data"
    CONFIGURATION = "configuration"
    NAMES = "names"
    DATE = "date"


class UnknownPlanError(ProblemError):
    """The configuration has no such plan, or has it no more."""

    status = HTTPStatus.NOT_FOUND
    code = "plan.unknown"
    title = "Unknown plan"

    def __init__(self) -> None:
        super().__init__("There is no such plan here; plans are kept for 30 days.")


class PlanAppliedError(ProblemError):
    """A plan is applied once."""

    status = HTTPStatus.CONFLICT
    code = "plan.already_applied"
    title = "Already applied"

    def __init__(self) -> None:
        super().__init__("The plan has been applied already.")


_WHAT = {
    Moved.DATA: "the source's data",
    Moved.CONFIGURATION: "the configuration",
    Moved.NAMES: "the usernames",
    Moved.DATE: "the reference date",
}


class PlanOutdatedError(ProblemError):
    """Something the plan was made from is another now; `moved` says what."""

    status = HTTPStatus.CONFLICT
    code = "plan.outdated"
    title = "Plan outdated"

    def __init__(self, moved: Sequence[Moved]) -> None:
        what = ", ".join(_WHAT[each] for each in moved)
        super().__init__(
            f"Changed since the plan was made: {what}. Nothing was written; make the plan anew.",
            moved=[each.value for each in moved],
        )


class OverShareLimitError(ProblemError):
    """A rename of more of the configuration's names than it may be; raised by its plan's limit."""

    status = HTTPStatus.CONFLICT
    code = "plan.over_share_limit"
    title = "Too many names at once"

    def __init__(self, changes: int, names: int, share_limit: float) -> None:
        share = changes / names
        super().__init__(
            f"The plan renames {changes} of {names} usernames ({share:.1%}), more than its limit of "
            f"{share_limit:.1%}. If that is meant, make a plan with a higher share_limit.",
            changes=changes,
            names=names,
            share=round(share, 4),
            share_limit=share_limit,
        )
