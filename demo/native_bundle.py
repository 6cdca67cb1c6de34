"""Writes the native bundle (docs/bundle.md), school by school."""

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from demo.population import Rows
from demo.school_year import Calendar

COLUMNS = {
    "schools": "number name code",
    "locations": "school number name code main_structure active",
    "school_years": "school_year start_date end_date",
    "persons": "person given_name family_name birth_date",
    "enrolments": "person school location school_year start_date end_date",
    "classes": "class number kind code name school location school_year",
    "class_enrolments": "person class start_date end_date",
    "staff": "person school school_year start_date end_date primary",
    "class_duties": "person class duty start_date end_date",
}


class BundleWriter:
    """Appends the rows of one school after another; holds nothing but open files.

    One bundle is one school year, that of the calendar.
    """

    def __init__(self, folder: Path, calendar: Calendar) -> None:
        self.folder = folder
        self.calendar = calendar
        self.counts = dict.fromkeys(COLUMNS, 0)
        self._stack = ExitStack()
        self._files: dict[str, TextIO] = {}

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        for table, columns in COLUMNS.items():
            path = self.folder / f"{table}.csv"
            file = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._files[table] = file
            file.write(columns.replace(" ", ",") + "\n")
        calendar = self.calendar
        self._append("school_years", [(calendar.school_year, calendar.start, calendar.end)])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def write(self, rows: Rows) -> None:
        year = self.calendar.school_year
        self._append("schools", ((s.number, s.name, s.code) for s in rows.schools))
        self._append(
            "locations",
            (
                (at.school, at.number, at.name, at.code, at.main_structure, _boolean(at.active))
                for at in rows.locations
            ),
        )
        self._append(
            "persons", ((p.id, p.given_name, p.family_name, p.birth_date) for p in rows.persons)
        )
        self._append(
            "enrolments",
            (
                (e.person, e.location.school, e.location.number, year, e.start, e.end)
                for e in rows.enrolments
            ),
        )
        self._append(
            "classes",
            (
                (c.id, c.number, c.kind, c.code, c.name, c.location.school, c.location.number, year)
                for c in rows.classes
            ),
        )
        self._append(
            "class_enrolments",
            ((e.person, e.school_class.id, e.start, e.end) for e in rows.class_enrolments),
        )
        self._append(
            "staff",
            ((s.person, s.school, year, s.start, s.end, _boolean(s.primary)) for s in rows.staff),
        )
        self._append(
            "class_duties",
            ((d.person, d.school_class.id, d.duty, d.start, d.end) for d in rows.class_duties),
        )

    def _append(self, table: str, lines: Iterable[tuple[Any, ...]]) -> None:
        """The csv module writes None as an empty field and a date in ISO form."""
        self.counts[table] += _write_counted(self._files[table], lines)


def _write_counted(file: TextIO, lines: Iterable[tuple[Any, ...]]) -> int:
    listed = list(lines)
    csv.writer(file, lineterminator="\n").writerows(listed)
    return len(listed)


def _boolean(value: bool) -> str:
    return "true" if value else "false"
