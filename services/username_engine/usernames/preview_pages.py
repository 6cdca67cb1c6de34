"""The part of a preview that is shown, and the counts over all of it. Pure.

What is worth a look comes first: rows with a note or a flag, then the plain ones, both in the order
in which names are given. Rows come one by one and only those that may be shown are kept.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.username_engine.usernames.preview_rows import PreviewNote, PreviewRow


class Show(StrEnum):
    """Which rows are wanted."""

    ALL = "all"
    CLASHES = "clashes"
    CUT = "cut"
    TRANSLITERATED = "transliterated"
    RESERVED = "reserved"
    FLAGGED = "flagged"
    CHANGED = "changed"


_NOTE_SHOWN = {
    Show.CLASHES: PreviewNote.CLASH,
    Show.CUT: PreviewNote.CUT,
    Show.TRANSLITERATED: PreviewNote.TRANSLITERATED,
    Show.RESERVED: PreviewNote.RESERVED,
}


@dataclass(frozen=True, slots=True)
class Summary:
    """Numbers of persons; `notes` and `flags` are by code, a person counting in each he has."""

    persons: int
    unchanged: int
    """The local part would be the one they have."""
    changed: int
    without_username: int
    """They have none yet."""
    notes: Mapping[PreviewNote, int]
    flags: Mapping[str, int]


class PageOfRows:
    """Takes all rows, counts them, and keeps the part asked for."""

    def __init__(self, show: Show, *, limit: int, offset: int) -> None:
        self._show = show
        self._limit = limit
        self._offset = offset
        self._noted: list[PreviewRow] = []
        self._plain: list[PreviewRow] = []
        self._noted_total = 0
        self._kinds: Counter[str] = Counter()
        self._notes: Counter[PreviewNote] = Counter()
        self._flags: Counter[str] = Counter()
        self.total = 0
        """Of the rows that are wanted, on whatever page."""

    def add(self, row: PreviewRow) -> None:
        self._kinds[_kind(row)] += 1
        for note in row.notes:
            self._notes[note] += 1
        for flag in row.flags:
            self._flags[flag] += 1
        if not _is_wanted(row, self._show):
            return
        self.total += 1
        end = self._offset + self._limit
        if row.notes or row.flags:
            if self._offset <= self._noted_total < end:
                self._noted.append(row)
            self._noted_total += 1
        elif len(self._plain) < end - self._noted_total:
            # Where the plain rows begin is known when all have come: those before it are kept too.
            self._plain.append(row)

    @property
    def items(self) -> list[PreviewRow]:
        first = max(0, self._offset - self._noted_total)
        last = max(0, self._offset + self._limit - self._noted_total)
        return self._noted + self._plain[first:last]

    @property
    def summary(self) -> Summary:
        kinds = self._kinds
        return Summary(
            persons=kinds.total(),
            unchanged=kinds["unchanged"],
            changed=kinds["changed"],
            without_username=kinds["without_username"],
            notes={note: self._notes[note] for note in PreviewNote},
            flags={str(flag): number for flag, number in sorted(self._flags.items())},
        )


def _kind(row: PreviewRow) -> str:
    if row.current_username is None:
        return "without_username"
    return "changed" if row.is_changed else "unchanged"


def _is_wanted(row: PreviewRow, show: Show) -> bool:
    if note := _NOTE_SHOWN.get(show):
        return note in row.notes
    if show is Show.CHANGED:
        return row.is_changed
    return show is Show.ALL or bool(row.flags)
