"""What is refused about a format that somebody tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from services.username_engine.engine.formats import FormatError
from shared.errors import ProblemError


@dataclass(frozen=True, slots=True)
class TriedFault:
    """One thing wrong with what is tried; `location` is the key in the request."""

    location: str
    detail: str
    expected: str


class InvalidFormatError(ProblemError):
    """The format, a rule or a reserved word cannot be used; all that is wrong is in `errors`.

    `position`, `expected` and `proposal` are those of the format's first fault, null where the
    format itself is right.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "format.invalid"
    title = "Invalid format"

    def __init__(self, fault: FormatError | None, others: Sequence[TriedFault] = ()) -> None:
        faults = [*others]
        if fault is not None:
            detail = f"{fault.problem} at position {fault.position}"
            faults.insert(0, TriedFault("format", detail, fault.expected))
        super().__init__(
            "; ".join(f"{each.location}: {each.detail}" for each in faults),
            position=None if fault is None else fault.position,
            expected=None if fault is None else fault.expected,
            proposal=None if fault is None else fault.proposal,
            errors=[
                {"location": each.location, "detail": each.detail, "expected": each.expected}
                for each in faults
            ],
        )
