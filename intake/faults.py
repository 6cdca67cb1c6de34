"""What is wrong with a bundle: every fault with file, line, column and what was expected.

IntakeError
├── WrongUse              the command cannot be meant so (unknown configuration, none to choose)
├── BundleRefused         the bundle has faults
└── RemovalLimitExceeded  the bundle would end too many persons at a school
"""

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_FAULT_LIMIT = 100
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `line` is the physical line on which the record begins, counted from 1.

    Without a line it is the file as a whole; without a file, the bundle.
    """

    file: str | None
    line: int | None
    column: str | None
    expected: str
    found: str | None = None
    """The value, shortened; never that of a personal column."""

    def __str__(self) -> str:
        where = [
            *([self.file] if self.file else []),
            *([f"line {self.line}"] if self.line else []),
            *([f"column {self.column}"] if self.column else []),
        ]
        found = f", found {self.found!r}" if self.found is not None else ""
        return f"{', '.join(where)}: {self.expected}{found}" if where else self.expected + found


def shortened(value: str) -> str:
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"


class IntakeError(Exception):
    """Nothing was written; the text says why."""


class WrongUse(IntakeError):
    """The command cannot be meant so."""


class BundleRefused(IntakeError):
    """The bundle has faults: the first of them by file and line, and how many more there are."""

    def __init__(self, faults: Sequence[Fault], *, more: int = 0) -> None:
        self.faults = tuple(faults)
        self.more = more
        lines = [str(fault) for fault in self.faults]
        if more:
            lines.append(f"and {more} more")
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True)
class SchoolRemoval:
    """Of the persons at a school now or later in a school year, how many the bundle would end."""

    configuration: str
    school: str
    school_year: str
    present: int
    ended: int
    limit_percent: int

    def __str__(self) -> str:
        return (
            f"configuration {self.configuration}, school {self.school}, "
            f"school year {self.school_year}: "
            f"{self.ended} of {self.present} persons would end, the limit is {self.limit_percent}%"
        )


class RemovalLimitExceeded(IntakeError):
    """The bundle would end more of a school's persons than its configuration allows."""

    def __init__(self, schools: Sequence[SchoolRemoval]) -> None:
        self.schools = tuple(schools)
        super().__init__("\n".join(str(school) for school in self.schools))


class FaultLog:
    """Collects faults in bounded memory: of every file the first `limit`, of all the number."""

    def __init__(self, limit: int = DEFAULT_FAULT_LIMIT) -> None:
        self.limit = limit
        self.total = 0
        self._by_file: dict[str, list[Fault]] = {}

    def add(self, fault: Fault, *, standing_for: int = 1) -> None:
        self.total += standing_for
        kept = self._by_file.setdefault(fault.file or "", [])
        # Checks of one file come one after another, not by line: keep room, then sort.
        if len(kept) < self.limit * 4:
            kept.append(fault)

    def refuse_if_any(self) -> None:
        if not self.total:
            return
        faults = [
            fault
            for kept in self._by_file.values()
            for fault in sorted(kept, key=lambda fault: fault.line or 0)
        ]
        shown = faults[: self.limit]
        raise BundleRefused(shown, more=self.total - len(shown))


class WarningLog:
    """What is odd but not used; equal texts once."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}

    def add(self, text: str) -> None:
        self._texts[text] = None

    def texts(self) -> tuple[str, ...]:
        return tuple(self._texts)
