"""What may be wrong with a file of accounts: codes for programs, and words in English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class FaultCode(StrEnum):
    """Stable, for scripts and translations."""

    NO_ACCOUNTS = "no_accounts"
    ENCODING = "encoding"
    NUL_CHARACTER = "nul_character"
    NOT_CSV = "not_csv"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    WIDTH = "width"
    """The record has more or fewer values than the header."""
    NOT_AN_ADDRESS = "not_an_address"
    REPEATED = "repeated"


_PROBLEMS: Final[Mapping[FaultCode, str]] = {
    FaultCode.NO_ACCOUNTS: "the file has no accounts",
    FaultCode.ENCODING: "is not {encoding}",
    FaultCode.NUL_CHARACTER: "holds a NUL character: save the file as UTF-8",
    FaultCode.NOT_CSV: "is not CSV: {why}",
    FaultCode.COLUMN_MISSING: "is missing in the header",
    FaultCode.COLUMN_TWICE: "is in the header twice",
    FaultCode.WIDTH: "has {found} values, the header has {expected}",
    FaultCode.NOT_AN_ADDRESS: "is not name@domain",
    FaultCode.REPEATED: "stands on line {earlier} already",
}


@dataclass(frozen=True, slots=True)
class AccountFault:
    """One fault of a file. `line` is that on which the record begins, from 1; None: the whole file.

    Without the value, which is personal.
    """

    line: int | None
    column: str | None
    code: FaultCode
    values: Mapping[str, str | int] = field(default_factory=dict)
    """What the words of the code tell beside line and column."""

    @property
    def problem(self) -> str:
        return _PROBLEMS[self.code].format_map(self.values)

    @property
    def document(self) -> dict[str, Any]:
        """As an answer and a command have it."""
        return {
            "line": self.line,
            "column": self.column,
            "problem": self.problem,
            "code": self.code.value,
            "values": dict(self.values),
        }

    def __str__(self) -> str:
        where = [
            *([f"line {self.line}"] if self.line else []),
            *([f"column {self.column}"] if self.column else []),
        ]
        return f"{', '.join(where)}: {self.problem}" if where else self.problem


class AccountFileRefusedError(ValueError):
    """A file with faults; nothing of it was written."""

    def __init__(self, faults: Sequence[AccountFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)
