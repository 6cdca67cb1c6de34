"""What a field may hold. A kind reads a chunk of one column at a time, not a field.

The hot path of an import: sets and maps run in C, Python looks only at what is odd.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

MAXIMUM_IDENTIFIER = 255
# C0 and C1 controls, and the two separators that editors show as line ends.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LINE_BREAKS = re.compile("[ \t]*[\t\n\r]+[ \t\r\n]*")
_DATE = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d")
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def cleaned(value: str) -> str:
    """Something a staging table can hold in place of a faulty identifier."""
    return _CONTROL.sub("?", value)[:MAXIMUM_IDENTIFIER]


@dataclass(frozen=True, slots=True)
class Kind:
    """`expected` ends the sentence "expected …". A typed column stages nothing for a bad value."""

    expected: str
    sql_type: str = 'text collate "C"'

    @property
    def needed(self) -> str:
        """What is expected where nothing stands."""
        return self.expected

    def normalised(self, values: list[str]) -> list[str]:
        """The values as they are compared and kept; stripped before."""
        return values

    def bad(self, values: Iterable[str]) -> set[str]:
        """Those of the distinct, non-empty values that will not do."""
        raise NotImplementedError

    @property
    def typed(self) -> bool:
        return not self.sql_type.startswith("text")


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Free text: a line break or tab in it becomes one space, other controls will not do."""

    expected: str = "text without control characters"

    @property
    def needed(self) -> str:
        return "text"

    def normalised(self, values: list[str]) -> list[str]:
        if _CONTROL.search("".join(values)):
            return [_LINE_BREAKS.sub(" ", value) for value in values]
        return values

    def bad(self, values: Iterable[str]) -> set[str]:
        return {value for value in values if _CONTROL.search(value)}


@dataclass(frozen=True, slots=True)
class Identifier(Kind):
    expected: str = "at most 255 characters without control characters"

    @property
    def needed(self) -> str:
        return "an identifier"

    def bad(self, values: Iterable[str]) -> set[str]:
        return {v for v in values if len(v) > MAXIMUM_IDENTIFIER or _CONTROL.search(v)}


@dataclass(frozen=True, slots=True)
class Identifiers(Kind):
    """Identifiers with commas between them, in one quoted field."""

    expected: str = "identifiers of at most 255 characters, with commas between them"

    @property
    def needed(self) -> str:
        return "identifiers"

    def bad(self, values: Iterable[str]) -> set[str]:
        return {
            value
            for value in values
            if _CONTROL.search(value)
            or any(len(one) > MAXIMUM_IDENTIFIER for one in value.split(","))
        }


@dataclass(frozen=True, slots=True)
class Pattern(Kind):
    pattern: re.Pattern[str] = re.compile("")
    lower: bool = False

    def normalised(self, values: list[str]) -> list[str]:
        return list(map(str.lower, values)) if self.lower else values

    def bad(self, values: Iterable[str]) -> set[str]:
        matches = self.pattern.fullmatch
        return {value for value in values if not matches(value)}


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few words, in any capitals, kept in lower case."""

    words: frozenset[str] = frozenset()

    def normalised(self, values: list[str]) -> list[str]:
        return list(map(str.lower, values))

    def bad(self, values: Iterable[str]) -> set[str]:
        return set(values) - self.words


@dataclass(frozen=True, slots=True)
class Vocabulary(Text):
    """Free text; the words of the vocabulary in any capitals, kept in lower case."""

    words: frozenset[str] = frozenset()

    def normalised(self, values: list[str]) -> list[str]:
        values = Text.normalised(self, values)
        lower = {value: value.lower() for value in set(values) if value.lower() in self.words}
        return [lower.get(value, value) for value in values]


@dataclass(frozen=True, slots=True)
class Date(Kind):
    expected: str = "a date as YYYY-MM-DD, from 1900 to 2199"
    sql_type: str = "date"

    def bad(self, values: Iterable[str]) -> set[str]:
        return {value for value in values if not _is_date(value)}


def _is_date(value: str) -> bool:
    # fromisoformat alone takes 20240901 and 2024-W36-1 too.
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class SchoolYear(Kind):
    expected: str = "a school year such as 2024-25"

    def bad(self, values: Iterable[str]) -> set[str]:
        return {value for value in values if not _is_school_year(value)}


def _is_school_year(value: str) -> bool:
    found = re.fullmatch(r"(\d{4})-(\d{2})", value, re.ASCII)
    return bool(found) and (int(value[:4]) + 1) % 100 == int(value[5:])


TEXT = Text()
IDENTIFIER = Identifier()
IDENTIFIERS = Identifiers()
DATE = Date()
SCHOOL_YEAR = SchoolYear()
UUID = Pattern("a UUID", pattern=_UUID, lower=True)
SIX_DIGITS = Pattern("six digits", pattern=re.compile("[0-9]{6}"))
WHOLE_NUMBER = Pattern("a whole number", sql_type="integer", pattern=re.compile("[+-]?[0-9]{1,9}"))
BOOLEAN = Choice("true or false", sql_type="boolean", words=frozenset({"true", "false"}))
TRUE_OR_FALSE = Choice("true or false", words=frozenset({"true", "false"}))
SEX = Vocabulary(words=frozenset({"male", "female", "other", "unspecified"}))
CLASS_KIND = Choice("class or subgroup", words=frozenset({"class", "subgroup"}))
STATUS = Choice(
    "active, tobedeleted or nothing", words=frozenset({"active", "tobedeleted", "inactive"})
)


def distinct(values: Sequence[str]) -> set[str]:
    found = set(values)
    found.discard("")
    return found
