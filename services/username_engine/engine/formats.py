"""Username formats: from the text on the intake sheet to the local part of a person.

Grammar (M2, M4.1.1, G "Aanmaak"), letter case without meaning::

    format  = braced | bare
    braced  = { literal | "{" words "}" }      {voornaam}.{familienaam}   {voornaam.familienaam}
    bare    = words                            naam.voornaam
    words   = any run of field names and separators, with at least one field name
    field   = "voornaam" | "familienaam" | "naam"
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Final

from services.username_engine.engine.local_parts import (
    ALLOWED,
    PUNCTUATION,
    SEPARATORS,
)
from services.username_engine.engine.transliteration import Transliterated, transliterate

_EXPECTED_FIELD: Final = "{voornaam} or {familienaam}"
_EXPECTED_CHARACTER: Final = f"a letter, a digit or one of {' '.join(PUNCTUATION)}"
_EXPECTED_END: Final = "a name, a letter or a digit"
_WORD: Final = re.compile(r"[^\W_]+")


class Name(StrEnum):
    """A person's official names, by their canonical field names."""

    GIVEN = "voornaam"
    FAMILY = "familienaam"


_FIELDS: Final = {"voornaam": Name.GIVEN, "familienaam": Name.FAMILY, "naam": Name.FAMILY}


class ReviewFlag(StrEnum):
    """Why a generated name should be looked at by a person."""

    CONSONANTS_ONLY = "consonants_only"
    """A name in a script without vowels."""
    NAME_MISSING = "name_missing"
    """One of the names of the format has nothing a local part may hold."""
    FROM_IDENTIFIER = "from_identifier"
    """Neither name has: the local part is the person's identifier."""


class FormatError(ValueError):
    """A format that cannot be used.

    `position` counts characters from 1 in the text as given; `expected` says what could stand
    there instead.
    """

    def __init__(self, problem: str, position: int, expected: str) -> None:
        super().__init__(f"{problem} at position {position}: expected {expected}")
        self.problem = problem
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True)
class LiteralText:
    """Characters that stand in every name as they are (lower case)."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class NameField:
    """The place of one of the person's names."""

    name: Name

    def __str__(self) -> str:
        return f"{{{self.name}}}"


Piece = LiteralText | NameField


@dataclass(frozen=True, slots=True)
class Rendered:
    """A local part before suffix and maximum length; legal, lower-case ASCII and never empty."""

    local_part: str
    flags: frozenset[ReviewFlag] = frozenset()

    @property
    def needs_review(self) -> bool:
        return bool(self.flags)


@dataclass(frozen=True, slots=True)
class UsernameFormat:
    """A parsed format. `str` gives its canonical text, which parses back to the same."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.pieces))

    def render(self, given_name: str, family_name: str, *, identifier: str) -> Rendered:
        """The local part of a person (M4.1.1), never empty, for any text.

        A name with nothing left after transliteration drops with the separator beside it; a
        format with no name left takes the person's other name, and a person with neither gets
        `identifier`, made legal. Each of these is flagged.
        """
        names = {
            Name.GIVEN: transliterate(given_name),
            Name.FAMILY: transliterate(family_name),
        }
        wanted = {piece.name for piece in self.pieces if isinstance(piece, NameField)}
        missing = [name for name in wanted if not names[name].text]
        if not missing:
            return Rendered(self._fill(names), _flags(names[name] for name in wanted))
        if len(missing) == len(wanted):
            other = next((name for name in Name if names[name].text), None)
            if other is None:
                return Rendered(legal_identifier(identifier), _FROM_IDENTIFIER)
            names[missing[0]] = names[other]
        return Rendered(self._fill_with_gaps(names), _flags(names.values()) | _NAME_MISSING)

    def _fill(self, names: dict[Name, Transliterated]) -> str:
        return "".join(
            names[piece.name].text if isinstance(piece, NameField) else piece.text
            for piece in self.pieces
        )

    def _fill_with_gaps(self, names: dict[Name, Transliterated]) -> str:
        """As `_fill`, without a separator at an end nor two where a name is missing between."""
        filled = ""
        after_gap = False
        for piece in self.pieces:
            text = names[piece.name].text if isinstance(piece, NameField) else piece.text
            if after_gap and (not filled or filled[-1] in SEPARATORS):
                text = text.lstrip(SEPARATORS)
            after_gap = not text if isinstance(piece, NameField) else after_gap and not text
            filled += text
        return filled.rstrip(SEPARATORS)


_NO_FLAGS: Final[frozenset[ReviewFlag]] = frozenset()
_CONSONANTS_ONLY: Final = frozenset({ReviewFlag.CONSONANTS_ONLY})
_NAME_MISSING: Final = frozenset({ReviewFlag.NAME_MISSING})
_FROM_IDENTIFIER: Final = frozenset({ReviewFlag.FROM_IDENTIFIER})


def _flags(names: Iterable[Transliterated]) -> frozenset[ReviewFlag]:
    return _CONSONANTS_ONLY if any(name.consonants_only for name in names) else _NO_FLAGS


def legal_identifier(identifier: str) -> str:
    """A person's identifier as a local part; of one with nothing legal in it, a digest."""
    digest = sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()
    return transliterate(identifier).text or digest[:12]


# Parsing: the text becomes tokens, each with its position; rules over neighbours are checked on
# these, and only then runs of characters become literals.


@dataclass(frozen=True, slots=True)
class _Token:
    value: Name | str
    """A field, or one literal character."""
    position: int


def parse_format(text: str) -> UsernameFormat:
    """The format in `text`, in any of the manual's spellings.

    Raises `FormatError`, with position, for the first fault: no name in it, an unknown field, an
    unbalanced brace, a character that a local part may not hold, or separators that would make
    an illegal local part.
    """
    if "{" in text or "}" in text:
        tokens = list(_braced_tokens(text))
    else:
        tokens = list(_field_tokens(text, 0, len(text)))
    if not any(isinstance(token.value, Name) for token in tokens):
        raise FormatError("there is no name in the format", 1, _EXPECTED_FIELD)
    _check_neighbours(tokens)
    return UsernameFormat(tuple(_pieces(tokens)))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _braced_tokens(text: str) -> Iterator[_Token]:
    at, end = _trimmed(text, 0, len(text))
    while at < end:
        if text[at] == "{":
            close = _closing_brace(text, at)
            yield from _named_group(text, at, close)
            at = close + 1
        elif text[at] == "}":
            raise FormatError("a closing brace has no opening one", at + 1, "'{' before it")
        else:
            stop = next((i for i in range(at, end) if text[i] in "{}"), end)
            yield from _literal_tokens(text, at, stop)
            at = stop


def _closing_brace(text: str, opening: int) -> int:
    for at in range(opening + 1, len(text)):
        if text[at] == "}":
            return at
        if text[at] == "{":
            raise FormatError("a brace is opened inside another", at + 1, "'}' before it")
    raise FormatError("a brace is not closed", opening + 1, "'}' after it")


def _named_group(text: str, opening: int, closing: int) -> list[_Token]:
    tokens = list(_field_tokens(text, opening + 1, closing))
    if not any(isinstance(token.value, Name) for token in tokens):
        raise FormatError("there is no name between the braces", opening + 1, _EXPECTED_FIELD)
    return tokens


def _field_tokens(text: str, start: int, end: int) -> Iterator[_Token]:
    """Field names and separators: all of a bare format, or what stands between two braces."""
    at, end = _trimmed(text, start, end)
    while at < end:
        word = _WORD.match(text, at, end)
        if word is None:
            yield _literal_token(text, at)
            at += 1
            continue
        field = _FIELDS.get(word[0].lower())
        if field is None:
            raise FormatError(f"{word[0]!r} is not a field", at + 1, _EXPECTED_FIELD)
        yield _Token(field, at + 1)
        at = word.end()


def _literal_tokens(text: str, start: int, end: int) -> Iterator[_Token]:
    for word in _WORD.finditer(text, start, end):
        # Half braced, half bare: either reading would surprise someone, on every name.
        if word[0].lower() in _FIELDS:
            raise FormatError(
                f"{word[0]!r} stands outside the braces",
                word.start() + 1,
                f"{{{word[0]}}}",
            )
    for at in range(start, end):
        yield _literal_token(text, at)


def _literal_token(text: str, at: int) -> _Token:
    if text[at] not in ALLOWED:
        raise FormatError(
            f"the character {text[at]!a} cannot be in a username", at + 1, _EXPECTED_CHARACTER
        )
    return _Token(text[at].lower(), at + 1)


def _check_neighbours(tokens: list[_Token]) -> None:
    for token, where in ((tokens[0], "begins"), (tokens[-1], "ends")):
        if not isinstance(token.value, Name) and token.value in SEPARATORS:
            raise FormatError(
                f"the format {where} with {token.value!r}", token.position, _EXPECTED_END
            )
    for left, right in pairwise(tokens):
        if left.value == right.value == ".":
            raise FormatError("two dots follow each other", right.position, _EXPECTED_END)


def _pieces(tokens: list[_Token]) -> Iterator[Piece]:
    literal = ""
    for token in tokens:
        if isinstance(token.value, Name):
            if literal:
                yield LiteralText(literal)
                literal = ""
            yield NameField(token.value)
        else:
            literal += token.value
    if literal:
        yield LiteralText(literal)
