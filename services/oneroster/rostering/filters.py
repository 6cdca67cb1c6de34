"""The filter of a request: `field op 'value'`, at most twice, joined by one AND or OR (OneRoster 1.1 §3.4.3).

Pure: text in, conditions out, or `FilterError`. SQL is made of them in `sql`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from services.oneroster.rostering.resources import Field, FieldKind, Resource

MAXIMUM_LENGTH = 1000
# Of unknown names: how many of them, and characters of each.
_MOST_SHOWN = 20
_LONGEST_SHOWN = 100

Operator = Literal["=", "!=", ">", ">=", "<", "<=", "~"]

# Microsoft's own examples hold curly quotes.
_QUOTE = "['‘’‚‛′]"
_NAME = r"[A-Za-z][\w.:\-]*"
_OPERATOR = "!=|>=|<=|=|>|<|~"
_CLAUSE = (
    rf"\s*(?P<field{{n}}>{_NAME})\s*(?P<operator{{n}}>{_OPERATOR})\s*"
    rf"{_QUOTE}(?P<value{{n}}>.*?){_QUOTE}"
)
_FILTER = re.compile(
    _CLAUSE.format(n=1) + r"(?:\s*(?P<logic>AND|OR)\s+" + _CLAUSE.format(n=2) + r")?\s*",
    re.IGNORECASE | re.DOTALL,
)
# A further clause, however it is joined: it would be taken for a part of the value before it.
_JOINED = re.compile(rf"{_QUOTE}\s*(?:\w+\s+)?{_NAME}\s*(?:{_OPERATOR})\s*{_QUOTE}")
_TIMESTAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|[+\- ]\d{2}(?::?[0-5]\d)?)?",
    re.IGNORECASE | re.ASCII,
)


class FilterError(Exception):
    """The filter can't be read; `descriptions` say what was expected, at least one."""

    def __init__(self, *descriptions: str) -> None:
        super().__init__(" ".join(descriptions))
        self.descriptions = descriptions


@dataclass(frozen=True, slots=True)
class Condition:
    """`value` as it is compared: folded where the field is, a datetime (UTC) for a timestamp.

    For a date, the day; with a `T` behind it where a moment later on that day is meant, so that it
    sorts behind the day itself, which is its 00:00 UTC, and before the next.
    """

    name: str
    field: Field
    operator: Operator
    value: str | datetime


@dataclass(frozen=True, slots=True)
class Filter:
    conditions: tuple[Condition, ...] = ()
    logic: Literal["AND", "OR"] = "AND"

    def names(self, field: str) -> bool:
        return any(condition.name == field for condition in self.conditions)


def parse_filter(text: str, resource: Resource) -> Filter:
    """Reads `filter` as it came, percent-decoded. Raises `FilterError`."""
    if len(text) > MAXIMUM_LENGTH:
        raise FilterError(f"The filter is longer than {MAXIMUM_LENGTH} characters.")
    if "\0" in text:
        raise FilterError("The filter holds a NUL character.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise FilterError("The filter holds half a character (a lone surrogate).")
    match = _FILTER.fullmatch(text)
    if match is None:
        raise FilterError(
            "The filter is not of the form field='value', with one of = != > >= < <= ~, "
            "or two of them joined by AND or OR."
        )
    parts = match.groupdict()
    numbers = ("1",) if parts["field2"] is None else ("1", "2")
    if any(_JOINED.search(parts[f"value{number}"]) for number in numbers):
        raise FilterError(
            "The filter holds more than a condition, or two of them joined by one AND or OR."
        )
    conditions = _conditions(parts, numbers, resource)
    return Filter(conditions, "OR" if (parts["logic"] or "").upper() == "OR" else "AND")


def _conditions(
    parts: Mapping[str, str], numbers: Sequence[str], resource: Resource
) -> tuple[Condition, ...]:
    """Raises `FilterError` with the faults of all of them."""
    conditions: list[Condition] = []
    unknown: list[str] = []
    faults: list[str] = []
    for number in numbers:
        name, value = parts[f"field{number}"], parts[f"value{number}"]
        operator: Operator = parts[f"operator{number}"]  # type: ignore[assignment] # by the grammar
        field = resource.field(name)
        if field is None:
            unknown.append(name)
            continue
        try:
            comparable = _comparable(name, field.kind, operator, value)
        except FilterError as error:
            faults += error.descriptions
        else:
            conditions.append(Condition(name, field, operator, comparable))
    if unknown:
        faults.append(unknown_fields(unknown, "filtered on", resource, resource.fields))
    if faults:
        raise FilterError(*dict.fromkeys(faults))
    return tuple(conditions)


def unknown_fields(names: Iterable[str], use: str, resource: Resource, known: Iterable[str]) -> str:
    """`'nope', 'nix' can't be sorted on; users have: sourcedId, …`, for `use` "sorted on"."""
    different = list(dict.fromkeys(names))
    quoted = ", ".join(map(_quoted, different[:_MOST_SHOWN]))
    if len(different) > _MOST_SHOWN:
        quoted = f"{quoted} and {len(different) - _MOST_SHOWN} more"
    return f"{quoted} can't be {use}; {resource.collection} have: {', '.join(known)}."


def _quoted(name: str) -> str:
    """What was sent, cut, with what does not print (or turns the text's direction) escaped."""
    cut = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
    shown = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut
    )
    return f"'{shown}'"


def _comparable(name: str, kind: FieldKind, operator: Operator, value: str) -> str | datetime:
    if kind is FieldKind.IDENTIFIER:
        return value
    if kind in (FieldKind.DATE, FieldKind.TIMESTAMP):
        if operator == "~":
            # A part of what is served, whose only letters are T and Z.
            return value.upper()
        moment = parse_timestamp(name, value)
        return moment if kind is FieldKind.TIMESTAMP else _day(moment)
    return value.casefold()


def _day(moment: datetime) -> str:
    midnight = moment.time() == time.min
    return moment.date().isoformat() + ("" if midnight else "T")


def parse_timestamp(name: str, text: str) -> datetime:
    """A date, or a date and time, with or without zone; without one it is UTC (docs/oneroster.md)."""
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        raise FilterError(f"{name} is compared with a time such as '2026-01-31T13:32:50.000Z'.")
    day, clock, fraction, zone = match.groups()
    # A plus sign in a query string that was not encoded has become a space.
    zone = (zone or "Z").upper().replace(" ", "+").replace("Z", "+00:00")
    clock = clock or "00:00"
    seconds = clock if clock.count(":") == 2 else f"{clock}:00"
    try:
        moment = datetime.fromisoformat(f"{day}T{seconds}{zone}")
        return (moment + _fraction(fraction or "0")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FilterError(f"{name} is compared with a time that does not exist.") from None


def _fraction(digits: str) -> timedelta:
    """Of a second. What is finer than a microsecond is told apart from the millisecond before it."""
    nanoseconds = int(digits.ljust(9, "0"))
    microseconds, finer = divmod(nanoseconds, 1000)
    if finer and microseconds % 1000 == 0:
        microseconds += 1
    return timedelta(microseconds=microseconds)
