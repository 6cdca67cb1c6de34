"""A query as SQL: one collection of one configuration, as of one edition.

Names of tables and columns are the metadata's; every value is a parameter. The client's filter
stands in its own parentheses, so that its OR never reaches past the configuration's clause.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from services.oneroster.rostering.filters import Condition, Filter, Operator
from services.oneroster.rostering.resources import FieldKind, Resource

_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    "=": eq,
    "!=": ne,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
    "~": lambda held, wanted: wanted in held,
}


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True)
class Selection:
    """Which rows of a collection a client asks for, whatever the page of them."""

    resource: Resource
    configuration_id: int
    edition: int
    filter: Filter = field(default_factory=Filter)

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The order of its rows, total and by an index: a delta is read in the order of changes."""
        if self.filter.names("dateLastModified"):
            return ("date_last_modified", "sourced_id")
        return ("sourced_id",)

    def count(self) -> Statement:
        build = _Builder()
        where = self._where(build)
        return build.statement(f"select count(*) from {self._table} where {where}")

    def page(
        self, *, limit: int, offset: int = 0, after: tuple[Any, ...] | None = None
    ) -> Statement:
        """Rows of the key columns and the body, `offset` rows in or behind the key `after`."""
        build = _Builder()
        where = self._where(build)
        keys = ", ".join(self.key_columns)
        if after is not None:
            where += f" and ({keys}) > ({', '.join(map(build.bind, after))})"
        skip = f" offset {build.bind(offset)}" if offset else ""
        return build.statement(
            f"select {keys}, body from {self._table} where {where} "
            f"order by {keys} limit {build.bind(limit)}{skip}"
        )

    def single(self, sourced_id: str) -> Statement:
        """One object, a tombstone too."""
        build = _Builder()
        where = f"{self._own(build)} and sourced_id = {build.bind(sourced_id)}"
        return build.statement(f"select body from {self._table} where {where}")

    @property
    def _table(self) -> str:
        return f"roster.{self.resource.table.name}"

    def _own(self, build: "_Builder") -> str:
        configuration, edition = build.bind(self.configuration_id), build.bind(self.edition)
        return (
            f"configuration_id = {configuration} and from_edition <= {edition} "
            f"and (until_edition is null or until_edition > {edition})"
        )

    def _where(self, build: "_Builder") -> str:
        clauses = [self._own(build)]
        if self.filter.conditions:
            parts = [build.condition(condition) for condition in self.filter.conditions]
            clauses.append(f"({f' {self.filter.logic.lower()} '.join(parts)})")
        if not (self.filter.names("status") or self.filter.names("dateLastModified")):
            # Tombstones are for those who ask for them, and for deltas.
            clauses.append("active")
        return " and ".join(clauses)


class _Builder:
    def __init__(self) -> None:
        self._parameters: list[Any] = []

    def bind(self, value: Any) -> str:
        self._parameters.append(value)
        return f"${len(self._parameters)}"

    def statement(self, text: str) -> Statement:
        return Statement(text, tuple(self._parameters))

    def condition(self, condition: Condition) -> str:
        match condition.field.kind:
            case FieldKind.STATUS:
                return _status(condition)
            case FieldKind.TIMESTAMP if isinstance(condition.value, datetime):
                return self._compared(condition.field.column, condition.operator, condition.value)
            case FieldKind.TIMESTAMP:
                column = f"to_char({condition.field.column} at time zone 'UTC', '{_TIMESTAMP}')"
                return self._compared(column, condition.operator, condition.value)
            case FieldKind.TEXT:
                value = str(condition.value).casefold()
                return self._compared(condition.field.column, condition.operator, value)
            case FieldKind.IDENTIFIER:
                return self._compared(condition.field.column, condition.operator, condition.value)

    def _compared(self, column: str, operator: Operator, value: Any) -> str:
        if operator == "~":
            # No LIKE: its wildcards would have to be escaped in what the client wrote.
            return f"position({self.bind(value)} in {column}) > 0"
        return f"{column} {'<>' if operator == '!=' else operator} {self.bind(value)}"


_TIMESTAMP = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'


def _status(condition: Condition) -> str:
    """Of the two statuses that exist, those that meet the condition."""
    wanted = str(condition.value).casefold()
    meets = {
        status: _COMPARE[condition.operator](status, wanted) for status in ("active", "tobedeleted")
    }
    if meets["active"] and meets["tobedeleted"]:
        return "true"
    if meets["active"]:
        return "active"
    return "not active" if meets["tobedeleted"] else "false"
