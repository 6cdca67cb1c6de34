"""What a format makes of persons who have no names yet, and what is worth a look in it. Pure."""

import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple

from services.username_engine.engine.format_pieces import Name
from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.local_parts import fold
from services.username_engine.engine.reserved import is_reserved
from services.username_engine.engine.suffixes import nth_candidate
from services.username_engine.engine.usernames import Username
from services.username_engine.usernames.candidates import Candidate
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.naming import new_username, wanted_names


class PreviewNote(StrEnum):
    """What happened to a name on its way; the flags of creation stand beside these."""

    CLASH = "clash"
    """Somebody before this person got a name that the format makes of him."""
    NUMBER = "number"
    """None of the candidates was free: a number was added."""
    CANDIDATE = "candidate"
    """A further candidate of the format is used."""
    RESERVED = "reserved"
    """A name that the format makes of him is never generated."""
    CUT = "cut"
    """Shortened to the maximum length."""
    TRANSLITERATED = "transliterated"
    """One of the names in the format has letters outside a to z."""


class PreviewRow(NamedTuple):
    """A person with the name he would have, and the one he has; each with a domain where one is
    stored with it. `notes` are those of `PreviewNote`, then `flags`."""

    person: str
    given_name: str
    family_name: str
    username: Username
    current_username: Username | None
    notes: tuple[PreviewNote, ...]
    flags: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        """There is a name, and its local part would be another, letter case included."""
        current = self.current_username
        return current is not None and current.local_part != self.username.local_part


class _Given(NamedTuple):
    local_part: str
    notes: list[PreviewNote]


class FreshNames:
    """Names for one person after the other where nobody has one: as `allocation.allocate` gives
    them, in time linear in the number of persons however many share a name."""

    def __init__(self, configuration: Configuration) -> None:
        self._maximum_length = configuration.maximum_length
        self._rules = configuration.rules
        self._words = configuration.reserved_words
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}
        """The number to try next, by what it is added to."""

    def give(self, candidates: Collection[str]) -> _Given:
        """A free name for whom the format makes `candidates`, which is taken from then on."""
        notes: dict[PreviewNote, None] = {}
        for place, candidate in enumerate(candidates):
            name = nth_candidate(candidate, self._maximum_length, 1)
            refused = self._take(name)
            if refused is None:
                if place:
                    notes[PreviewNote.CANDIDATE] = None
                return self._given(name, name != candidate, notes)
            notes[refused] = None
        base = next(iter(candidates))
        name = self._numbered(base, notes)
        notes[PreviewNote.NUMBER] = None
        return self._given(name, not name.startswith(base), notes)

    def _numbered(self, base: str, notes: dict[PreviewNote, None]) -> str:
        number = self._next.get(base, 2)
        while refused := self._take(
            name := nth_candidate(base, self._maximum_length, number, self._rules)
        ):
            if refused is PreviewNote.RESERVED:
                notes[refused] = None
            number += 1
        self._next[base] = number + 1
        return name

    def _take(self, name: str) -> PreviewNote | None:
        folded = fold(name)
        if is_reserved(folded, self._words):
            return PreviewNote.RESERVED
        if folded in self._taken:
            return PreviewNote.CLASH
        self._taken.add(folded)
        return None

    @staticmethod
    def _given(name: str, is_cut: bool, notes: Mapping[PreviewNote, None]) -> _Given:
        # In the order of the codes, so that equal cases read equal.
        found = {*notes, PreviewNote.CUT} if is_cut else notes
        return _Given(name, [note for note in PreviewNote if note in found] if found else [])


class PreviewNaming:
    """The rows of persons who are given in the order in which they would be named."""

    def __init__(
        self, configuration: Configuration, username_format: UsernameFormat, start_year: int
    ) -> None:
        self._configuration = configuration
        self._format = username_format
        self._has_given = Name.GIVEN in username_format.names
        self._has_family = Name.FAMILY in username_format.names
        self._start_year = start_year
        self._names = FreshNames(configuration)

    def row(self, person: Candidate, current: Username | None) -> PreviewRow:
        wanted = wanted_names(
            person.given_name,
            person.family_name,
            person.person_id,
            self._configuration,
            self._format,
            self._start_year,
        )
        given = self._names.give(wanted.candidates)
        flags = wanted.flags_of(given.local_part, self._configuration.maximum_length)
        made = new_username(person, self._configuration, given.local_part, flags)
        if self._is_transliterated(person):
            given.notes.append(PreviewNote.TRANSLITERATED)
        return PreviewRow(
            person.person_id,
            person.given_name,
            person.family_name,
            made.username,
            current,
            tuple(given.notes),
            made.flags,
        )

    def _is_transliterated(self, person: Candidate) -> bool:
        return (self._has_given and _has_other_letters(person.given_name)) or (
            self._has_family and _has_other_letters(person.family_name)
        )


def _has_other_letters(name: str) -> bool:
    if name.isascii():
        return False
    # Composed, as a letter and its accent are otherwise two characters, the letter plain.
    composed = unicodedata.normalize("NFC", name)
    return any(character.isalpha() and not character.isascii() for character in composed)
