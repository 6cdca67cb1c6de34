"""The list as a CSV file that Excel in Belgium opens as it is: BOM, `;`, CRLF (M4.3.4). Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from services.username_engine.usernames.columns import Column, ListRow

_BOM: Final = "\N{BYTE ORDER MARK}"
_ROWS_AT_ONCE: Final = 500
# What a spreadsheet would run as a formula (OWASP, "CSV Injection").
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Also the separators that a spreadsheet of another country goes by: the rest of the cell would stand
# in one of its own there, and could begin a formula. The csv module quotes for one separator alone.
_NEEDS_QUOTES: Final = re.compile('[;,\t\r\n"]')
_SYNC: Final = {True: "Aan", False: "Uit"}
"""As the manual writes it (M4.3.3)."""


def csv_of(rows: Sequence[ListRow], columns: Sequence[Column]) -> Iterator[bytes]:
    """The file in parts: the headers, then the rows; dates as 2012-03-05."""
    text = _BOM + _line([column.header for column in columns])
    places = [column.place for column in columns]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        lines = [_line([_cell(row[place]) for place in places]) for row in part]
        yield (text + "".join(lines)).encode()
        text = ""
    if text:
        yield text.encode()


def _line(cells: Sequence[str]) -> str:
    # A line without a character would be none at all.
    return (";".join(cells) or '""') + "\r\n"


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return _SYNC[value]
    if isinstance(value, date):
        return value.isoformat()
    return _quoted(_neutral(str(value or "")))


def _neutral(text: str) -> str:
    """With an apostrophe before it, a spreadsheet shows the text instead of running it."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def _quoted(text: str) -> str:
    """RFC 4180 §2."""
    if _NEEDS_QUOTES.search(text) is None:
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
