"""What a username format consists of. `str` of each is its canonical text."""

from dataclasses import dataclass
from enum import StrEnum

from services.username_engine.engine.local_parts import UNFIT_AT_AN_END


class Name(StrEnum):
    """A person's official names, by their canonical field names."""

    GIVEN = "voornaam"
    FAMILY = "familienaam"


@dataclass(frozen=True, slots=True)
class LiteralText:
    """Characters that stand in every name as they are (lower case)."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class NameField:
    """The place of one of the person's names, or of `part` of it: the first characters, or where
    it is negative the last ones; never 0."""

    name: Name
    part: int | None = None

    def __str__(self) -> str:
        return _braced(self.name, self.part)

    def cut(self, text: str) -> str:
        """The part of `text`, without a separator that the cut left at an end."""
        if self.part is None or len(text) <= abs(self.part):
            return text
        return _part(text, self.part).strip(UNFIT_AT_AN_END)


@dataclass(frozen=True, slots=True)
class YearField:
    """The calendar year in which the school year starts, four digits, or `part` of it."""

    part: int | None = None

    def __str__(self) -> str:
        return _braced(YEAR, self.part)

    def cut(self, text: str) -> str:
        return text if self.part is None else _part(text, self.part)


@dataclass(frozen=True, slots=True)
class OptionalGroup:
    """Pieces that drop together when one of the fields among them is empty; holds no group."""

    pieces: tuple["LiteralText | NameField | YearField", ...]

    def __str__(self) -> str:
        return f"[{''.join(map(str, self.pieces))}]"


Piece = LiteralText | NameField | YearField | OptionalGroup
Template = tuple[Piece, ...]
"""One candidate of a format."""

YEAR = "startyear"
YEAR_LENGTH = 4


def longest(template: Template) -> int | None:
    """The most characters that a template gives; None where it has a whole name."""
    total = 0
    for piece in template:
        length = _longest(piece)
        if length is None:
            return None
        total += length
    return total


def fixed_length(template: Template) -> int:
    """The characters of a template that are no part of a name, with every group there."""
    return sum(map(_fixed_length, template))


def _fixed_length(piece: Piece) -> int:
    match piece:
        case LiteralText(text):
            return len(text)
        case NameField():
            return 0
        case YearField(part):
            return YEAR_LENGTH if part is None else abs(part)
        case OptionalGroup(pieces):
            return fixed_length(pieces)


def _longest(piece: Piece) -> int | None:
    match piece:
        case LiteralText(text):
            return len(text)
        case NameField(_, part):
            return None if part is None else abs(part)
        case YearField(part):
            return YEAR_LENGTH if part is None else abs(part)
        case OptionalGroup(pieces):
            return longest(pieces)


def _part(text: str, part: int) -> str:
    return text[:part] if part > 0 else text[part:]


def _braced(name: str, part: int | None) -> str:
    return f"{{{name}}}" if part is None else f"{{{name}:{part}}}"
