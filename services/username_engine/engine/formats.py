"""Username formats: from the text on the intake sheet to the local part of a person.

Grammar (M2, M4.1.1, G "Aanmaak"; the rest is for what the manuals' spellings cannot say), letter
case without meaning, blanks around a candidate and inside braces likewise::

    format    = candidate { "|" candidate }
    candidate = braced | bare
    braced    = { literal | "{" words "}" | "[" { literal | "{" words "}" } "]" }
    bare      = words                           naam.voornaam
    words     = any run of fields and separators, with at least one field
    field     = name [ ":" [ "-" ] digits ]     voornaam:1   familienaam:8   startyear:-2

A group in brackets drops when a field in it is empty. docs/formats.md explains it with examples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

from services.username_engine.engine.format_faults import FormatFault
from services.username_engine.engine.format_mending import mended
from services.username_engine.engine.format_parsing import canonical_text, parse_templates
from services.username_engine.engine.format_pieces import (
    LiteralText,
    Name,
    NameField,
    OptionalGroup,
    Piece,
    Template,
    YearField,
    fixed_length,
    longest,
)
from services.username_engine.engine.local_parts import UNFIT_AT_AN_END, fold
from services.username_engine.engine.rules import DEFAULT_RULES, Rules
from services.username_engine.engine.transliteration import Transliterated, transliterate
from services.username_engine.engine.treatment import treat_family_name, treat_given_name

__all__ = [
    "FormatError",
    "LiteralText",
    "Name",
    "NameField",
    "OptionalGroup",
    "Rendered",
    "ReviewFlag",
    "UsernameFormat",
    "YearField",
    "legal_identifier",
    "parse_format",
]

LONGEST_IDENTIFIER: Final = 40
"""Characters of an identifier that stands for a name; a UUID has 36."""


class ReviewFlag(StrEnum):
    """Why a generated name should be looked at by a person."""

    CONSONANTS_ONLY = "consonants_only"
    """A name in a script without vowels."""
    NAME_MISSING = "name_missing"
    """One of the names of the format has nothing a local part may hold."""
    FROM_IDENTIFIER = "from_identifier"
    """Neither name has: the local part is the person's identifier."""
    YEAR_MISSING = "year_missing"
    """The format has the start year, and none was given."""


class FormatError(ValueError):
    """A format that cannot be used.

    `position` counts characters from 1 in the text as given; `expected` says what could stand
    there instead. `proposal` is a format near the text that parses, where one was found.
    """

    def __init__(
        self, problem: str, position: int, expected: str, proposal: str | None = None
    ) -> None:
        meant = "" if proposal is None else f"; perhaps {proposal}"
        super().__init__(f"{problem} at position {position}: expected {expected}{meant}")
        self.problem = problem
        self.position = position
        self.expected = expected
        self.proposal = proposal


@dataclass(frozen=True, slots=True)
class Rendered:
    """A local part before suffix and maximum length; legal ASCII in the letter case of the rules,
    and never empty."""

    local_part: str
    flags: frozenset[ReviewFlag] = frozenset()

    @property
    def needs_review(self) -> bool:
        return bool(self.flags)


@dataclass(frozen=True, slots=True)
class UsernameFormat:
    """A parsed format. `str` gives its canonical text, which parses back to the same."""

    templates: tuple[Template, ...]

    def __str__(self) -> str:
        return canonical_text(self.templates)

    @property
    def pieces(self) -> Template:
        """Those of the first candidate."""
        return self.templates[0]

    @property
    def names(self) -> frozenset[Name]:
        """Those that some candidate has a field of."""
        pieces = (piece for template in self.templates for piece in template)
        return frozenset(field.name for piece in pieces for field in _fields(piece))

    @property
    def fixed_length(self) -> int:
        """The most characters that are the same for everyone: separators, literals, the year."""
        return max(map(fixed_length, self.templates))

    @property
    def longest(self) -> int | None:
        """The most characters a name has before its number; None where there is no such bound."""
        lengths = [longest(template) for template in self.templates]
        known = [length for length in lengths if length is not None]
        return max(*known, LONGEST_IDENTIFIER) if len(known) == len(lengths) else None

    def render(
        self,
        given_name: str,
        family_name: str,
        *,
        identifier: str,
        rules: Rules = DEFAULT_RULES,
        start_year: int | None = None,
    ) -> Rendered:
        """The local part of a person (M4.1.1) by the first candidate, never empty, for any text.

        `start_year` is the calendar year in which the school year starts.

        A name with nothing left after transliteration drops with the separator beside it; a
        format of which no name is left, in groups neither, takes the person's other name, and a
        person with neither gets `identifier`, made legal. Each of these is flagged.
        """
        person = _person(given_name, family_name, identifier, rules, start_year)
        return _render(self.templates[0], person, rules)

    def candidates(
        self,
        given_name: str,
        family_name: str,
        *,
        identifier: str,
        rules: Rules = DEFAULT_RULES,
        start_year: int | None = None,
    ) -> tuple[Rendered, ...]:
        """As `render`, for all candidates of the format in their order, equal ones once.

        They are tried before a number is added, and the number is added to the first.
        """
        person = _person(given_name, family_name, identifier, rules, start_year)
        different: dict[str, Rendered] = {}
        for template in self.templates:
            rendered = _render(template, person, rules)
            different.setdefault(fold(rendered.local_part), rendered)
        return tuple(different.values())


def parse_format(text: str) -> UsernameFormat:
    """The format in `text`, in any of the manual's spellings or the template language.

    Raises `FormatError`, with position and where possible a mended proposal, for the first fault:
    no name in it, an unknown field, a part that a field cannot have, an unbalanced brace or
    bracket, a character that a local part may not hold, or separators that would make an illegal
    local part.
    """
    try:
        return UsernameFormat(parse_templates(text))
    except FormatFault as fault:
        raise FormatError(
            fault.problem, fault.position, fault.expected, mended(text, fault)
        ) from None


class _Person(NamedTuple):
    given: Transliterated
    family: Transliterated
    year: str
    identifier: str

    def name(self, name: Name) -> Transliterated:
        return self.given if name is Name.GIVEN else self.family


def _person(
    given_name: str, family_name: str, identifier: str, rules: Rules, start_year: int | None
) -> _Person:
    return _Person(
        treat_given_name(given_name, rules),
        treat_family_name(family_name, rules),
        "" if start_year is None else f"{start_year:04}",
        identifier,
    )


def _render(template: Template, person: _Person, rules: Rules) -> Rendered:
    texts = [_text(piece, person) for piece in template]
    if "" not in texts:
        return Rendered(rules.in_letter_case("".join(texts)), _flags(template, person))
    wanted = {piece.name for piece in template if isinstance(piece, NameField)}
    missing = {name for name in wanted if not person.name(name).text}
    if missing == wanted and not _has_name_in_group(template, texts):
        other = person.given if person.given.text else person.family
        if not other.text:
            identified = rules.in_letter_case(legal_identifier(person.identifier))
            return Rendered(identified, _FROM_IDENTIFIER)
        # With both names wanted both are missing, and there is no other: so it is one of them.
        stand_in = person._replace(given=other, family=other)
        texts = [_text(piece, stand_in) for piece in template]
    flags = _flags(template, person) | (_NAME_MISSING if missing else _NO_FLAGS)
    return Rendered(rules.in_letter_case(_joined_over_gaps(template, texts)), flags)


def _has_name_in_group(template: Template, texts: Iterable[str]) -> bool:
    return any(
        text and isinstance(piece, OptionalGroup) and any(_fields(piece))
        for piece, text in zip(template, texts, strict=True)
    )


def _text(piece: Piece, person: _Person) -> str:
    """What stands for a piece: nothing for an empty field, or a group with one in it."""
    # By type and not by match, which would take half the time of a name.
    if isinstance(piece, LiteralText):
        return piece.text
    if isinstance(piece, NameField):
        return piece.cut(person.name(piece.name).text)
    if isinstance(piece, YearField):
        return piece.cut(person.year)
    texts = [_text(inner, person) for inner in piece.pieces]
    return "" if "" in texts else "".join(texts)


def _joined_over_gaps(template: Template, texts: Iterable[str]) -> str:
    """Without a separator at an end nor two where something is missing between them."""
    filled = ""
    after_gap = False
    for piece, text in zip(template, texts, strict=True):
        kept = text
        if after_gap and (not filled or filled[-1] in UNFIT_AT_AN_END):
            kept = text.lstrip(UNFIT_AT_AN_END)
        is_gap = not isinstance(piece, LiteralText) or after_gap
        after_gap = is_gap and not kept
        filled += kept
    return filled.rstrip(UNFIT_AT_AN_END)


_NO_FLAGS: Final[frozenset[ReviewFlag]] = frozenset()
_CONSONANTS_ONLY: Final = frozenset({ReviewFlag.CONSONANTS_ONLY})
_NAME_MISSING: Final = frozenset({ReviewFlag.NAME_MISSING})
_FROM_IDENTIFIER: Final = frozenset({ReviewFlag.FROM_IDENTIFIER})
_YEAR_MISSING: Final = frozenset({ReviewFlag.YEAR_MISSING})


def _flags(template: Template, person: _Person) -> frozenset[ReviewFlag]:
    """Of the names in the template, and of a year that should be there."""
    flags = _NO_FLAGS
    if person.given.consonants_only or person.family.consonants_only:
        fields = [one for piece in template for one in _fields(piece)]
        if any(person.name(field.name).consonants_only for field in fields):
            flags = _CONSONANTS_ONLY
    if not person.year and any(isinstance(piece, YearField) for piece in template):
        flags |= _YEAR_MISSING
    return flags


def _fields(piece: Piece) -> Iterator[NameField]:
    pieces: tuple[Piece, ...] = piece.pieces if isinstance(piece, OptionalGroup) else (piece,)
    return (one for one in pieces if isinstance(one, NameField))


def legal_identifier(identifier: str) -> str:
    """A person's identifier as a local part; with a digest in it where it is long or has nothing
    legal in it."""
    text = transliterate(identifier).text
    if text and len(text) <= LONGEST_IDENTIFIER:
        return text
    digest = sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    kept = text[: LONGEST_IDENTIFIER - len(digest) - 1].rstrip("-")
    return f"{kept}-{digest}" if kept else digest
