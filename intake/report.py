"""What an import did, or would do: counts by configuration and table, never a name."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from intake.faults import SchoolRemoval
from intake.formats import Format


@dataclass(frozen=True, slots=True)
class TableCounts:
    table: str
    added: int = 0
    changed: int = 0
    removed: int = 0
    """Marked removed; nothing is erased."""
    returned: int = 0
    """Had been marked removed, and is in the bundle again."""
    unchanged: int = 0

    @property
    def differences(self) -> int:
        return self.added + self.changed + self.removed + self.returned


@dataclass(frozen=True, slots=True)
class ConfigurationReport:
    configuration: str
    tables: tuple[TableCounts, ...]
    revision: int | None
    """The counter of `sis` after the import; None where nothing changed, or in a dry run."""

    @property
    def differences(self) -> int:
        return sum(table.differences for table in self.tables)

    def table(self, name: str) -> TableCounts:
        return next((t for t in self.tables if t.table == name), TableCounts(name))


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of a dry run, by its key; `columns` are those that change."""

    configuration: str
    table: str
    action: str
    key: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    format: Format
    dry_run: bool
    configurations: tuple[ConfigurationReport, ...]
    skipped: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    """Of a dry run, the first of each table."""
    over_limit: tuple[SchoolRemoval, ...] = ()
    """Schools at which more would end than the limit allows: refused but for `force`."""

    @property
    def changed(self) -> bool:
        return any(one.differences for one in self.configurations)

    def configuration(self, name: str) -> ConfigurationReport:
        return next(one for one in self.configurations if one.configuration == name)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "changed": self.changed, "skipped": dict(self.skipped)}


def merged(skipped: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Kinds once, those that occurred."""
    totals: dict[str, int] = {}
    for kind, number in skipped:
        totals[kind] = totals.get(kind, 0) + number
    return tuple((kind, number) for kind, number in totals.items() if number)
