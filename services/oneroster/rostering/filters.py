"""The filter of a request: `field op 'value'`, at most twice, joined by one AND or OR (OneRoster 1.1 §3.4.3).

Pure: text in, conditions out, or `FilterError`. SQL is made of them in `sql`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from services.oneroster.rostering.resources import Field, FieldKind, Resource

MAXIMUM_LENGTH = 1000

Operator = Literal["=", "!=", ">", ">=", "<", "<=", "~"]

# Microsoft's own examples hold curly quotes.
_QUOTE = "['‘’‚‛′]"
_CLAUSE = (
    r"\s*(?P<field{n}>[A-Za-z][\w.]*)\s*(?P<operator{n}>!=|>=|<=|=|>|<|~)\s*"
    rf"{_QUOTE}(?P<value{{n}}>.*?){_QUOTE}"
)
_FILTER = re.compile(
    _CLAUSE.format(n=1) + r"(?:\s+(?P<logic>AND|OR)\s+" + _CLAUSE.format(n=2) + r")?\s*",
    re.IGNORECASE | re.DOTALL,
)
_TIMESTAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|[+\- ]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


# What would be a third clause if it were not inside a value.
_JOINED = re.compile(
    rf"{_QUOTE}\s+(?:AND|OR)\s+[A-Za-z][\w.]*\s*(?:!=|>=|<=|=|>|<|~)\s*{_QUOTE}", re.IGNORECASE
)


class FilterError(Exception):
    """The filter can't be read; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`value` is text, or an aware datetime for a timestamp."""

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
    match = _FILTER.fullmatch(text)
    if match is None:
        raise FilterError(
            "The filter is not of the form field='value', with one of = != > >= < <= ~, "
            "or two of them joined by AND or OR."
        )
    parts = match.groupdict()
    numbers = ("1",) if parts["field2"] is None else ("1", "2")
    conditions = tuple(_condition(parts, number, resource) for number in numbers)
    return Filter(conditions, "OR" if (parts["logic"] or "").upper() == "OR" else "AND")


def _condition(parts: Mapping[str, str], number: str, resource: Resource) -> Condition:
    name, value = parts[f"field{number}"], parts[f"value{number}"]
    if _JOINED.search(f"'{value}'"):
        raise FilterError("The filter joins more than two conditions; one AND or OR is possible.")
    operator: Operator = parts[f"operator{number}"]  # type: ignore[assignment] # by the grammar
    field = resource.field(name)
    if field is None:
        known = ", ".join(resource.field_names)
        raise FilterError(f"{name} can't be filtered on; {resource.path} have: {known}.")
    if field.kind is FieldKind.TIMESTAMP and operator != "~":
        return Condition(name, field, operator, parse_timestamp(name, value))
    return Condition(name, field, operator, value)


def parse_timestamp(name: str, text: str) -> datetime:
    """A date, or a date and time, with or without zone; without one it is UTC (docs/oneroster.md)."""
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        raise FilterError(f"{name} is compared with a time such as '2026-01-31T13:32:50.000Z'.")
    day, clock, fraction, zone = match.groups()
    # A plus sign in a query string that was not encoded has become a space.
    zone = (zone or "Z").upper().replace(" ", "+").replace("Z", "+00:00")
    microseconds = (fraction or "0").ljust(6, "0")[:6]
    clock = clock or "00:00"
    seconds = clock if clock.count(":") == 2 else f"{clock}:00"
    try:
        moment = datetime.fromisoformat(f"{day}T{seconds}.{microseconds}{zone}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise FilterError(f"{name} is compared with a time that does not exist.") from None
