"""How a configuration makes local parts from official names, beside its format.

The defaults are the manuals' behaviour: letters by the plain table, everything but hyphens
dropped, lower case, and 2, 3, 4 … for namesakes (M4.1.1). docs/formats.md shows each rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final, Self

MAXIMUM_FIRST_NUMBER: Final = 999
MAXIMUM_MINIMUM_DIGITS: Final = 4


class Transliteration(StrEnum):
    """The table by which letters become ASCII."""

    PLAIN = "plain"
    """The bare letter: ü → u, ø → o."""
    GERMAN = "german"
    """ü → ue, ä → ae, ö → oe, ß → ss."""
    NORDIC = "nordic"
    """ø → oe, å → aa, æ → ae."""


class Particles(StrEnum):
    """Words such as "van den" before another word of a family name."""

    KEEP = "keep"
    DROP = "drop"
    INITIALS = "initials"
    """Their first letters, joined: "van den Berghe" → vd berghe."""


class Hyphens(StrEnum):
    KEEP = "keep"
    DROP = "drop"
    SPACE = "space"
    """As if a space stood there."""


class Apostrophes(StrEnum):
    DROP = "drop"
    KEEP = "keep"
    """Between two letters or digits; elsewhere dropped."""
    HYPHEN = "hyphen"
    """As if a hyphen stood there."""
    SPACE = "space"
    """As if a space stood there."""


class Spaces(StrEnum):
    """What stands between two words of one name."""

    DROP = "drop"
    HYPHEN = "hyphen"
    DOT = "dot"
    UNDERSCORE = "underscore"


class LetterCase(StrEnum):
    LOWER = "lower"
    UPPER = "upper"
    TITLE = "title"
    """A capital at the start of every run of letters: Anne-Marie.Peeters."""


@dataclass(frozen=True, slots=True)
class RuleFault:
    """One thing wrong with rules as given; `expected` lists what the key takes."""

    key: str
    problem: str
    expected: str

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}: expected {self.expected}"


class RulesError(ValueError):
    """Rules that cannot be used, with everything that is wrong in `faults`."""

    def __init__(self, faults: tuple[RuleFault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one configuration. `first_number` is what the first namesake gets after the
    bare name, `minimum_digits` the width to which numbers are filled up with zeros."""

    transliteration: Transliteration = Transliteration.PLAIN
    particles: Particles = Particles.KEEP
    hyphens: Hyphens = Hyphens.KEEP
    apostrophes: Apostrophes = Apostrophes.DROP
    spaces: Spaces = Spaces.DROP
    letter_case: LetterCase = LetterCase.LOWER
    first_number: int = 2
    minimum_digits: int = 1
    keeps_words_as_they_are: bool = field(init=False, repr=False, compare=False)
    """Whether names are only transliterated. Kept beside the rules, as it is asked per name."""

    def __post_init__(self) -> None:
        is_default = (
            self.hyphens is Hyphens.KEEP
            and self.apostrophes is Apostrophes.DROP
            and self.spaces is Spaces.DROP
        )
        object.__setattr__(self, "keeps_words_as_they_are", is_default)
        for key, (lowest, highest) in _RANGES.items():
            if not lowest <= getattr(self, key) <= highest:
                raise RulesError((RuleFault(key, "is out of range", f"{lowest} to {highest}"),))

    @classmethod
    def from_json(cls, mapping: Mapping[str, object]) -> Self:
        """The rules in a JSON object; what it does not name has its default.

        Raises `RulesError` with all faults: unknown keys, and values that a key does not take.
        """
        faults: list[RuleFault] = []
        values: dict[str, Any] = {}
        for key, given in mapping.items():
            read = _READERS.get(key)
            if read is None:
                faults.append(_unknown(key))
                continue
            try:
                values[key] = read(given)
            except _UnfitError as unfit:
                faults.append(RuleFault(key, f"{given!a} is not one", unfit.expected))
        if faults:
            raise RulesError(tuple(faults))
        return cls(**values)

    def to_json(self) -> dict[str, str | int]:
        """What differs from the defaults, as `from_json` reads it."""
        return {
            rule.name: value if isinstance(value, int) else str(value)
            for rule in fields(self)
            if rule.init and (value := getattr(self, rule.name)) != rule.default
        }

    def in_letter_case(self, text: str) -> str:
        """`text`, lower-case ASCII, in the case of this configuration."""
        if self.letter_case is LetterCase.LOWER:
            return text
        return text.upper() if self.letter_case is LetterCase.UPPER else text.title()


_RANGES: Final = {
    "first_number": (0, MAXIMUM_FIRST_NUMBER),
    "minimum_digits": (1, MAXIMUM_MINIMUM_DIGITS),
}


class _UnfitError(Exception):
    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def _one_of(values: type[StrEnum]) -> Callable[[object], StrEnum]:
    def read(given: object) -> StrEnum:
        if isinstance(given, str) and given in list(values):
            return values(given)
        raise _UnfitError(" or ".join(values))

    return read


def _number(lowest: int, highest: int) -> Callable[[object], int]:
    def read(given: object) -> int:
        # In JSON true is no number, though in Python it is 1.
        if isinstance(given, bool) or not isinstance(given, int) or not lowest <= given <= highest:
            raise _UnfitError(f"a whole number from {lowest} to {highest}")
        return given

    return read


_READERS: Final[Mapping[str, Callable[[object], StrEnum | int]]] = {
    "transliteration": _one_of(Transliteration),
    "particles": _one_of(Particles),
    "hyphens": _one_of(Hyphens),
    "apostrophes": _one_of(Apostrophes),
    "spaces": _one_of(Spaces),
    "letter_case": _one_of(LetterCase),
    **{key: _number(*bounds) for key, bounds in _RANGES.items()},
}


def _unknown(key: str) -> RuleFault:
    nearest = get_close_matches(key.lower(), _READERS, n=1)
    return RuleFault(key, "is not a rule", nearest[0] if nearest else " or ".join(_READERS))


DEFAULT_RULES: Final = Rules()
