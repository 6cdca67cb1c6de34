"""Which rows of the list are shown, and in what order (M4.3.4). Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from services.username_engine.usernames.columns import Column, ListRow
from services.username_engine.usernames.dutch_order import base_letters, dutch_key

_SEARCHED = tuple(column.place for column in Column if column is not Column.SYNC)


@dataclass(frozen=True, slots=True)
class ListFilters:
    """Case and accents count nowhere. A date is found as 2012-03-05, 05/03/2012 and 5/3/2012."""

    search: str = ""
    """Words that must all occur, each in whichever column."""
    contains: Mapping[Column, str] = field(default_factory=dict)
    """A text that must occur in the column; not for `sync`."""
    sync: bool | None = None
    flagged: bool | None = None
    """Whether it has a flag, of any kind."""

    def look_at(self, column: Column) -> bool:
        """Whether the column decides which rows pass; the search looks at all but Sync."""
        if column is Column.SYNC:
            return self.sync is not None
        return bool(self.search.strip()) or column in self.contains

    def of(self, rows: Iterable[ListRow]) -> list[ListRow]:
        """Those of the rows that pass."""
        kept = list(rows)
        if self.sync is not None:
            kept = [row for row in kept if row.sync is self.sync]
        if self.flagged is not None:
            kept = [row for row in kept if bool(row.flags) is self.flagged]
        for column, text in self.contains.items():
            wanted, place = base_letters(text.strip()), column.place
            kept = [row for row in kept if wanted in base_letters(_searched(row[place]))]
        # Each word once and the longest first, which the fewest rows have: so a page of words that
        # was pasted costs little.
        if words := sorted(set(base_letters(self.search).split()), key=len, reverse=True):
            kept = [row for row in kept if _has_all(row, words)]
        return kept


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column to sort by."""

    column: Column
    descending: bool = False


def ordered(rows: Iterable[ListRow], sort: Sequence[SortKey] = ()) -> list[ListRow]:
    """By the keys, then by family name, given name and person id: no two rows are equal.

    Empty comes first, and last where descending; Sync off before on.
    """
    return ordered_further(sorted(rows, key=_by_name), sort)


def ordered_further(rows: Iterable[ListRow], sort: Sequence[SortKey]) -> list[ListRow]:
    """The same, of rows that are in the order by name."""
    found = list(rows)
    # Stable, so the key that counts most comes last.
    for key in reversed(sort):
        found.sort(key=_KEYS.get(key.column) or _by_text(key.column), reverse=key.descending)
    return found


def _by_name(row: ListRow) -> str:
    # One text, which is compared faster than a tuple; no key holds two of these in a row.
    return f"{dutch_key(row.family_name)}\0\0{dutch_key(row.given_name)}\0\0{row.person}"


def _by_text(column: Column) -> Callable[[ListRow], str]:
    place = column.place
    return lambda row: dutch_key(str(row[place] or ""))


_KEYS: Mapping[Column, Callable[[ListRow], bool | date]] = {
    Column.SYNC: lambda row: row.sync,
    Column.BIRTH_DATE: lambda row: row.birth_date or date.min,
    Column.CREATED_ON: lambda row: row.created_on,
}


def _has_all(row: ListRow, words: Sequence[str]) -> bool:
    text = _all_columns(row)
    return all(word in text for word in words)


# Kept, since a search is typed letter by letter: the rows stay, and this is most of its cost.
@lru_cache(maxsize=20_000)
def _all_columns(row: ListRow) -> str:
    """A line a column: no word goes over two of them."""
    return base_letters("\n".join([_searched(row[place]) for place in _SEARCHED]))


def _searched(value: object) -> str:
    if isinstance(value, str):
        return value
    return _spelt(value) if isinstance(value, date) else ""


@lru_cache(maxsize=20_000)
def _spelt(day: date) -> str:
    return f"{day.isoformat()} {day:%d/%m/%Y} {day.day}/{day.month}/{day.year}"
