"""Streams one CSV file: checks each field, finds each fault's line, and makes chunks for COPY."""

import csv
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from intake.faults import Fault, FaultLog, WarningLog, shortened
from intake.kinds import Kind, cleaned, distinct
from intake.source import Source

CHUNK = 4096
WHOLE_COLUMN = 0
"""Stands for the line of each cell of a column that is not there."""
_CELLS_REMEMBERED = 100_000
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")

# What the standard library raises for an archive or a disk that gives no whole file.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
)

Tick = Callable[[int], None]
"""Called with the number of bytes read since the last call."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column we use. `required`: in the header; `filled`: in every record."""

    name: str
    target: str
    kind: Kind
    required: bool = True
    filled: bool = True
    personal: bool = False
    default: str = ""


def must(name: str, target: str, kind: Kind, *, personal: bool = False) -> Column:
    return Column(name, target, kind, personal=personal)


def may(name: str, target: str, kind: Kind, *, personal: bool = False, default: str = "") -> Column:
    return Column(
        name, target, kind, required=False, filled=False, personal=personal, default=default
    )


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A file, the staging table it goes to, and its columns."""

    name: str
    table: str
    columns: tuple[Column, ...]
    unused: frozenset[str] = field(default=frozenset())
    """Columns that belong there but are never read; others are warned about."""

    def column_name(self, target: str) -> str:
        """What the file calls a staged column."""
        return next((c.name for c in self.columns if c.target == target), target)

    def is_personal(self, target: str) -> bool:
        return any(c.personal for c in self.columns if c.target == target)


class _UnreadableError(Exception):
    def __init__(self, line: int | None, expected: str, column: str | None = None) -> None:
        super().__init__(expected)
        self.line, self.expected, self.column = line, expected, column


class RecordReader:
    """Reads one file once. After `copy_chunks` has run out, `count` and `complete` are known."""

    def __init__(
        self, source: Source, spec: FileSpec, faults: FaultLog, warnings: WarningLog, tick: Tick
    ) -> None:
        self._source = source
        self._spec = spec
        self._faults = faults
        self._warnings = warnings
        self._tick = tick
        self._positions: dict[str, int] = {}
        self._width = 0
        self.count = 0
        self.faulty_cells: list[tuple[str, int]] = []
        """Staged column and line of what was found wrong already, or WHOLE_COLUMN; bounded."""
        self.complete = True
        """Whether every record of the file came through; if not, nothing can refer to it safely."""

    @property
    def targets(self) -> list[str]:
        """The columns of `copy_chunks`."""
        return ["line", *(column.target for column in self._spec.columns)]

    def copy_chunks(self) -> Iterator[bytes]:
        """CSV without a header, as COPY takes it; an empty field is NULL."""
        for lines, rows in self.chunks():
            buffer = io.StringIO()
            csv.writer(buffer, lineterminator="\n").writerows(self._staged(lines, rows))
            yield buffer.getvalue().encode()

    def chunks(self) -> Iterator[tuple[list[int], list[list[str]]]]:
        """The records with the physical line each begins on, those of the right width."""
        try:
            # The wrapper closes the file with itself: both live as long as what reads them.
            with (
                self._source.open(self._spec.name) as raw,
                io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text,
            ):
                read = 0
                for chunk in self._records(text):
                    yield chunk
                    self._tick(raw.tell() - read)
                    read = raw.tell()
        except _UnreadableError as error:
            self._fault(error.line, error.column, error.expected)
            self.complete = False
        except UnicodeDecodeError:
            line, expected = self._undecodable()
            self._fault(line, None, expected)
            self.complete = False
        except _DAMAGED:
            self._fault(None, None, "a readable file: the archive or the disk is damaged here")
            self.complete = False

    def _records(self, text: TextIO) -> Iterator[tuple[list[int], list[list[str]]]]:
        # strict: a quote that is not closed is an error, not the rest of the file in one field.
        reader = csv.reader(self._lines(text), strict=True)
        lines: list[int] = []
        rows: list[list[str]] = []
        begin = 1
        unreadable: _UnreadableError | UnicodeDecodeError | None = None
        try:
            for record in reader:
                if not self._width:
                    self._read_header(record, begin)
                elif record and (len(record) > 1 or record[0].strip() or self._width == 1):
                    lines.append(begin)
                    rows.append(record)
                    if len(rows) == CHUNK:
                        yield self._of_right_width(lines, rows)
                        lines, rows = [], []
                begin = reader.line_num + 1
        except csv.Error as error:
            unreadable = _UnreadableError(begin, _csv_expected(error))
        except (_UnreadableError, UnicodeDecodeError) as error:
            unreadable = error
        # What stands above the place that cannot be read is checked all the same.
        if rows:
            yield self._of_right_width(lines, rows)
        if unreadable is not None:
            raise unreadable
        if not self._width:
            raise _UnreadableError(1, "a header row was expected, the file is empty")

    @staticmethod
    def _lines(text: TextIO) -> Iterator[str]:
        for number, line in enumerate(text, 1):
            if "\0" in line:
                raise _UnreadableError(number, "text was expected, a NUL character is in it")
            yield line

    def _read_header(self, header: list[str], line: int) -> None:
        names = [name.strip() for name in header]
        self._width = len(names)
        self._positions = {}
        for position, name in enumerate(names):
            known = next((c for c in self._spec.columns if c.name.lower() == name.lower()), None)
            if known is None:
                self._warn_of(name)
            elif known.name in self._positions:
                self._fault(line, known.name, "each column once, this one is there twice")
                self.complete = False
            else:
                self._positions[known.name] = position
        missing = [c for c in self._spec.columns if c.required and c.name not in self._positions]
        semicolons = len(names) == 1 and names[0].count(";") > 1
        if missing and semicolons:
            raise _UnreadableError(
                line, "columns separated by commas were expected, found semicolons"
            )
        for column in missing:
            self._fault(line, column.name, "this column was expected, it is not there")
            self.faulty_cells.append((column.target, WHOLE_COLUMN))
            self.complete = False

    def _warn_of(self, name: str) -> None:
        unused = name in self._spec.unused or name.startswith("metadata.")
        if not unused and name:
            self._warnings.add(
                f"{self._spec.name}: the column {shortened(cleaned(name))!r} is not known and was not read"
            )

    def _of_right_width(
        self, lines: list[int], rows: list[list[str]]
    ) -> tuple[list[int], list[list[str]]]:
        self.count += len(rows)
        if set(map(len, rows)) == {self._width}:
            return lines, rows
        right = [
            (line, row) for line, row in zip(lines, rows, strict=True) if self._fits(line, row)
        ]
        return [line for line, _ in right], [row for _, row in right]

    def _fits(self, line: int, row: list[str]) -> bool:
        if len(row) == self._width:
            return True
        self._fault(line, None, f"{self._width} fields were expected, found {len(row)}")
        self.complete = False
        return False

    def _staged(self, lines: list[int], rows: list[list[str]]) -> Iterable[tuple[object, ...]]:
        by_position = list(zip(*rows, strict=True)) or [()] * self._width
        staged: list[Iterable[object]] = [lines]
        for column in self._spec.columns:
            position = self._positions.get(column.name)
            if position is None:
                staged.append([column.default] * len(rows))
            else:
                staged.append(self._checked(column, by_position[position], lines))
        return zip(*staged, strict=True)

    def _checked(self, column: Column, raw: Iterable[str], lines: list[int]) -> list[str]:
        values = column.kind.normalised(list(map(str.strip, raw)))
        if column.filled and "" in values:
            for line, value in zip(lines, values, strict=True):
                if not value:
                    self._cell_fault(line, column, f"{column.kind.needed}, it is empty")
        bad = column.kind.bad(distinct(values))
        if bad:
            for line, value in zip(lines, values, strict=True):
                if value in bad:
                    shown = None if column.personal else shortened(cleaned(value))
                    self._cell_fault(line, column, column.kind.expected, shown)
            empty = column.kind.typed or column.target in ("start_date", "end_date")
            values = [
                value if value not in bad else "" if empty else cleaned(value) for value in values
            ]
        if column.default:
            values = [value or column.default for value in values]
        return values

    def _cell_fault(
        self, line: int, column: Column, expected: str, found: str | None = None
    ) -> None:
        self._fault(line, column.name, f"expected {expected}", found)
        if len(self.faulty_cells) < _CELLS_REMEMBERED:
            self.faulty_cells.append((column.target, line))

    def _fault(
        self, line: int | None, column: str | None, expected: str, found: str | None = None
    ) -> None:
        self._faults.add(Fault(self._spec.name, line, column, expected, found))

    def _undecodable(self) -> tuple[int, str]:
        """The first line that is not UTF-8, found by reading the file again."""
        with self._source.open(self._spec.name) as raw:
            if raw.read(2) in _BYTE_ORDER_MARKS:
                return 1, "UTF-8 was expected, this is UTF-16: save it as UTF-8"
        with self._source.open(self._spec.name) as raw:
            # Latin-1 gives every byte back, and the same line ends.
            text = io.TextIOWrapper(raw, encoding="latin-1", newline="")
            line = next(number for number, line in enumerate(text, 1) if not _is_utf8(line))
        return line, (
            "UTF-8 was expected, this line is not (it looks like windows-1252): save it as UTF-8"
        )


def count_records(source: Source, name: str) -> int:
    """How many records a file holds that is not used; whatever is wrong in it is no matter."""
    spec = FileSpec(name, "", ())
    reader = RecordReader(source, spec, FaultLog(), WarningLog(), lambda _: None)
    for _ in reader.chunks():
        pass
    return reader.count


def _is_utf8(latin_1: str) -> bool:
    try:
        latin_1.encode("latin-1").decode()
    except UnicodeDecodeError:
        return False
    return True


def _csv_expected(error: csv.Error) -> str:
    text = str(error)
    if re.search("end of data|field limit", text):
        return "the quote opened in this record is never closed"
    return "a comma or the line's end was expected after a closing quote"
