"""The list as a CSV file that Excel in Belgium opens as it is: BOM, `;`, CRLF (M4.3.4). Pure."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from typing import Final

from services.username_engine.usernames.columns import Column, ListRow

_BOM: Final = "\N{BYTE ORDER MARK}"
_ROWS_AT_ONCE: Final = 500
# What a spreadsheet would run as a formula (OWASP, "CSV Injection").
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SYNC: Final = {True: "Aan", False: "Uit"}
"""As the manual writes it (M4.3.3)."""


def csv_of(rows: Sequence[ListRow], columns: Sequence[Column]) -> Iterator[bytes]:
    """The file in parts: the headers, then the rows; dates as 2012-03-05."""
    written = StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    written.write(_BOM)
    writer.writerow([column.header for column in columns])
    places = [column.place for column in columns]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        writer.writerows([_cell(row[place]) for place in places] for row in part)
        yield _taken(written)
    if remaining := _taken(written):
        yield remaining


def _taken(written: StringIO) -> bytes:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text.encode()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return _SYNC[value]
    if isinstance(value, date):
        return value.isoformat()
    return _neutral(str(value or ""))


def _neutral(text: str) -> str:
    """With an apostrophe before it, a spreadsheet shows the text instead of running it."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
