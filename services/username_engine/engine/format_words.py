"""The words and characters of a format: fields with their parts, and literal text.

Every one becomes a token with its place; faults come with the edit that takes them away.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from services.username_engine.engine.format_faults import Edit, FormatFault
from services.username_engine.engine.format_pieces import (
    YEAR,
    YEAR_LENGTH,
    Name,
    NameField,
    YearField,
)
from services.username_engine.engine.local_parts import ALLOWED, PUNCTUATION, SEPARATORS
from services.username_engine.engine.transliteration import PLAIN, transliterate

MAXIMUM_PART: Final = 64
CANDIDATE_SEPARATOR: Final = "|"

FIELD_NAMES: Final[dict[str, Name | None]] = {
    **dict.fromkeys(("voornaam", "given_name", "givenname", "first_name", "firstname"), Name.GIVEN),
    **dict.fromkeys(("familienaam", "naam", "achternaam"), Name.FAMILY),
    **dict.fromkeys(("family_name", "familyname", "last_name", "lastname"), Name.FAMILY),
    **dict.fromkeys(("surname",), Name.FAMILY),
    **dict.fromkeys((YEAR, "start_year", "startjaar"), None),
}
"""Every spelling of a field, lower case; None is the year."""
_MEANT: Final = {
    **dict.fromkeys(("schooljaar", "schoolyear", "jaar", "year", "beginjaar"), YEAR),
    "roepnaam": Name.GIVEN.value,
    **dict.fromkeys(("initiaal", "initialen", "initial", "initials"), f"{Name.GIVEN}:1"),
    **dict.fromkeys(("voorletter", "voorletters"), f"{Name.GIVEN}:1"),
}
"""What is no field, and the field to propose for it."""
_NUMBER_NAMES: Final = ("nummer", "volgnummer", "number", "nr")

EXPECTED_FIELD: Final = "{voornaam} or {familienaam}"
_EXPECTED_CHARACTER: Final = f"a letter, a digit or one of {' '.join(PUNCTUATION)}"
DEFAULT_FORMAT: Final = "{voornaam}.{familienaam}"

_WORD: Final = re.compile(r"[^\W_]+")
# ASCII, as in Unicode the long s folds to s; the longest spelling first.
_SPELLINGS: Final = "|".join(sorted(FIELD_NAMES, key=len, reverse=True))
_FIELD: Final = re.compile(rf"(?ai:{_SPELLINGS})(?![^\W_])")
_SPACED: Final = re.compile(r"(?ai:(?:given|first|family|last)\s+name|start\s+year)(?![^\W_])")
_FIELDS_IN_A_ROW: Final = re.compile(rf"(?ai:{_SPELLINGS})+")
_ONE_OF_A_ROW: Final = re.compile(rf"(?ai:{_SPELLINGS})")
_COLON: Final = re.compile(r"\s*:\s*")
_PART: Final = re.compile(r"-?[0-9]+(?![^\W_])")
_WRITTEN_PART: Final = re.compile(r"\s*:\s*-?[^\W_]*")


class _UnknownField(FormatFault):
    """A word that is no field where only fields can stand."""


Field = NameField | YearField


@dataclass(frozen=True, slots=True)
class Token:
    value: Field | str
    """A field, or one literal character."""
    at: int


def bare_tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """A format without braces; a word in it that is no field shows that it wants them."""
    try:
        yield from field_tokens(text, start, end)
    except _UnknownField as fault:
        fault.edits = (Edit(start, end, _with_braces(text[start:end])),)
        raise


def _with_braces(bare: str) -> str:
    """A bare format with braces about what is, or nearly is, a field."""
    written = ""
    at = 0
    while at < len(bare):
        word = _FIELD.match(bare, at) or _SPACED.match(bare, at) or _WORD.match(bare, at)
        if word is None:
            written += bare[at]
            at += 1
            continue
        at = word.end()
        field = _nearest(word[0])
        if word[0].lower() in _NUMBER_NAMES:
            at = _end_of_part(bare, at, len(bare))
        elif field is None:
            written += word[0]
        else:
            at = _end_of_part(bare, at, len(bare))
            part = "" if ":" in field else bare[word.end() : at]
            written += field[:-1] + part + "}"
    return written if "{" in written else written + DEFAULT_FORMAT


def _nearest(word: str) -> str | None:
    """What a word stands for or is a mistake for, with braces; None if it is like no field."""
    lower = word.lower()
    if meant := _MEANT.get(lower):
        return f"{{{meant}}}"
    if _SPACED.fullmatch(word):
        return f"{{{_canonical('_'.join(lower.split()))}}}"
    if _FIELDS_IN_A_ROW.fullmatch(lower):
        return "".join(f"{{{_canonical(name)}}}" for name in _ONE_OF_A_ROW.findall(lower))
    close = get_close_matches(lower, FIELD_NAMES, n=1, cutoff=0.65)
    return f"{{{_canonical(close[0])}}}" if close else None


def _canonical(spelling: str) -> str:
    return FIELD_NAMES[spelling] or YEAR


def field_tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """Field names and separators: all of a bare format, or what stands between two braces."""
    at, end = trimmed(text, start, end)
    while at < end:
        field = _FIELD.match(text, at, end)
        if field is not None:
            part, stop = _part(text, field, end)
            name = FIELD_NAMES[field[0].lower()]
            yield Token(YearField(part) if name is None else NameField(name, part), at)
            at = stop
            continue
        word = _SPACED.match(text, at, end) or _WORD.match(text, at, end)
        if word is not None:
            raise _unknown_field(text, word, end)
        yield _literal_token(text, at, end)
        at += 1


def _part(text: str, field: re.Match[str], end: int) -> tuple[int | None, int]:
    """The part after a field name, and where it ends."""
    colon = _COLON.match(text, field.end(), end)
    if colon is None:
        return None, field.end()
    at = colon.end()
    number = _PART.match(text, at, end)
    most = YEAR_LENGTH if FIELD_NAMES[field[0].lower()] is None else MAXIMUM_PART
    # The digits are counted first: Python refuses to read very long numbers.
    part = int(number[0]) if number and len(number[0]) <= len(f"-{MAXIMUM_PART}") else 0
    if number is None or not 1 <= abs(part) <= most:
        raise FormatFault(
            "the part of a field is not a number that it can have",
            min(at, len(text) - 1) + 1,
            f"1 to {most} for the first characters, -1 to -{most} for the last",
            Edit(field.end(), _end_of_part(text, field.end(), end)),
        )
    return part, number.end()


def _end_of_part(text: str, at: int, end: int) -> int:
    """Where what follows a colon ends, good or bad; `at` itself where there is none."""
    written = _WRITTEN_PART.match(text, at, end)
    return at if written is None else written.end()


def _unknown_field(text: str, word: re.Match[str], end: int) -> FormatFault:
    expected = f"{EXPECTED_FIELD}, or {{{YEAR}}}"
    nearest = _nearest(word[0])
    if word[0].lower() in _NUMBER_NAMES:
        expected = "no number: rules add it at the end (first_number, minimum_digits)"
        nearest = None
    if nearest is not None:
        stop = _end_of_part(text, word.end(), end) if ":" in nearest else word.end()
        edit = Edit(word.start(), stop, nearest.strip("{}"))
    elif word[0].isdecimal() and word[0].isascii():
        # It stands in the braces by mistake: closed before it and opened after it.
        edit = Edit(word.start(), word.end(), f"}}{word[0]}{{")
    else:
        edit = Edit(word.start(), _end_of_part(text, word.end(), end))
    return _UnknownField(f"{word[0]!r} is not a field", word.start() + 1, expected, edit)


def literal_tokens(text: str, start: int, end: int) -> Iterator[Token]:
    at = start
    while word := _WORD.search(text, at, end):
        # Half braced, half bare: either reading would surprise someone, on every name.
        field = _FIELD.match(text, word.start(), end)
        if field is not None:
            raise FormatFault(
                f"{field[0]!r} stands outside the braces",
                field.start() + 1,
                f"{{{field[0]}}}",
                _edit_of_bare_field(text, field),
            )
        at = word.end()
    for at in range(start, end):
        yield _literal_token(text, at, end)


def _edit_of_bare_field(text: str, field: re.Match[str]) -> Edit:
    """Braces about it, or instead of the brackets that hold nothing else."""
    start, end = field.span()
    if text[start - 1 : start] + text[end : end + 1] == "[]":
        start, end = start - 1, end + 1
    return Edit(start, end, f"{{{field[0]}}}")


def _literal_token(text: str, at: int, end: int) -> Token:
    if text[at] not in ALLOWED:
        raise FormatFault(
            f"the character {text[at]!a} cannot be in a username",
            at + 1,
            _EXPECTED_CHARACTER,
            _edit_of_character(text, at, end),
        )
    return Token(text[at].lower(), at)


def _edit_of_character(text: str, at: int, end: int) -> Edit:
    character = text[at]
    rest = text[at:].partition(CANDIDATE_SEPARATOR)[0]
    if character == "@" and not _FIELD.search(rest):
        # A domain is no part of a format. What closes a brace or bracket is left to the next look.
        return Edit(at, end)
    if character == ":":
        return Edit(at, _end_of_part(text, at, end))
    if character == "@" or character.isspace():
        beside = text[:at].rstrip()[-1:] + text[at + 1 : end].lstrip()[:1]
        is_separated = any(each in SEPARATORS or _is_dash(each) for each in beside)
        return Edit(at, at + 1, "" if is_separated else ".")
    return Edit(at, at + 1, "-" if _is_dash(character) else transliterate(character).text)


def _is_dash(character: str) -> bool:
    return character.translate(PLAIN) == "-"


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
