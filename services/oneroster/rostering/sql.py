"""A query as SQL: what one operation answers for one configuration, as of one edition.

Names of tables and columns are the metadata's, snippets are `resources`' and `operations`' own;
every value is a parameter, so that statements of one form are one text. The client's filter stands
in its own parentheses, so that its OR never reaches past the configuration's clause.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from services.oneroster.rostering.filters import Condition, Filter, Operator
from services.oneroster.rostering.operations import Operation
from services.oneroster.rostering.query import Sort
from services.oneroster.rostering.resources import Field, FieldKind
from services.oneroster.rostering.versions import Version

_COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "=": eq,
    "!=": ne,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
    "~": lambda held, wanted: wanted in held,
}
_STATUSES = ("active", "tobedeleted")
# As dateLastModified is served.
_TIMESTAMP_TEXT = (
    "to_char(date_last_modified at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
)
_BODIES = {Version.V1P1: "body", Version.V1P2: "coalesce(body_v1p2, body)"}


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Key:
    """One column of the order of rows; `sql` is never null."""

    sql: str
    name: str
    descending: bool = False

    @property
    def order(self) -> str:
        return f"{self.sql} desc" if self.descending else self.sql


@dataclass(frozen=True)
class Selection:
    """Which rows a client asks for and in what order, whatever the page of them."""

    operation: Operation
    parents: tuple[str, ...]
    """The sourcedIds in the path of a nested operation, in its order."""
    configuration_id: int
    edition: int
    filter: Filter = field(default_factory=Filter)
    sort: Sort | None = None

    def boundaries(self, every: int) -> Statement:
        """Each `every`-th row and the last one: its key columns, and `position`, counted from 1.

        The last row's position is the total; no row, and there are none.
        """
        build = _Builder(self)
        keys = self._keys(build)
        columns = ", ".join(f"{key.sql} as {key.name}" for key in keys)
        names = ", ".join(key.name for key in keys)
        window = f"(order by {', '.join(key.order for key in keys)})"
        numbered = (
            f"select {columns}, row_number() over {window} as position, "
            f"lead(false, 1, true) over {window} as is_last "
            f"from {self._table} where {self._where(build)}"
        )
        return build.statement(
            f"select {names}, position from ({numbered}) as numbered "
            f"where position % {build.bind(every)} = 0 or is_last order by position"
        )

    def page(self, *, limit: int, after: tuple[Any, ...] | None = None, skip: int = 0) -> Statement:
        """Rows of the key columns and `body`: those behind the key `after`, but for `skip` of them."""
        build = _Builder(self)
        keys = self._keys(build)
        columns = ", ".join(f"{key.sql} as {key.name}" for key in keys)
        where = self._where(build)
        if after is not None:
            where += f" and {_behind(keys, tuple(map(build.bind, after)))}"
        order = ", ".join(key.order for key in keys)
        return build.statement(
            f"select {columns}, {self._body} as body from {self._table} where {where} "
            f"order by {order} limit {build.bind(limit)} offset {build.bind(skip)}"
        )

    def single(self, sourced_id: str) -> Statement:
        """`body` of one object of the operation's kind, of a tombstone too."""
        build = _Builder(self)
        clauses = [*build.own(), f"sourced_id = {build.bind(sourced_id)}", *build.restriction()]
        return build.statement(
            f"select {self._body} as body from {self._table} where {' and '.join(clauses)}"
        )

    @property
    def _table(self) -> str:
        return f"roster.{self.operation.resource.table.name}"

    @property
    def _body(self) -> str:
        return _BODIES[self.operation.version]

    def _keys(self, build: "_Builder") -> tuple[_Key, ...]:
        """The order of the rows, total: sourcedId breaks ties. A delta comes in that of its changes."""
        tie = _Key("sourced_id", "sourced_id")
        if self.sort is None:
            if self.filter.names("dateLastModified"):
                return _Key("date_last_modified", "date_last_modified"), tie
            return (tie,)
        if self.sort.name == "sourcedId":
            return (_Key("sourced_id", "sourced_id", self.sort.descending),)
        return _Key(build.sort_key(self.sort.field), "sort_key", self.sort.descending), tie

    def _where(self, build: "_Builder") -> str:
        clauses = [*build.own(), *build.restriction()]
        if self.filter.conditions:
            parts = [build.condition(condition) for condition in self.filter.conditions]
            clauses.append(f"({f' {self.filter.logic.lower()} '.join(parts)})")
        if not (self.filter.names("status") or self.filter.names("dateLastModified")):
            # Tombstones are for those who ask for them, and for deltas.
            clauses.append("active")
        return " and ".join(clauses)


def _behind(keys: tuple[_Key, ...], values: tuple[str, ...]) -> str:
    """The rows that come after the one with these values."""
    if not any(key.descending for key in keys):
        return f"({', '.join(key.sql for key in keys)}) > ({', '.join(values)})"
    # Only the first ever descends. An index on it is entered by `<=`.
    first = f"{keys[0].sql} < {values[0]}"
    if len(keys) == 1:
        return first
    return f"({keys[0].sql} <= {values[0]} and ({first} or {keys[1].sql} > {values[1]}))"


class _Builder:
    """One statement in the making: what it binds, and the conditions that are made of that."""

    def __init__(self, selection: Selection) -> None:
        self._parameters: list[Any] = []
        self._restriction = selection.operation.restriction
        self._configuration = self.bind(selection.configuration_id)
        self._edition = self.bind(selection.edition)
        names = selection.operation.parameters if selection.parents else ()
        self._parents = {
            name: self.bind(parent) for name, parent in zip(names, selection.parents, strict=True)
        }
        self._keys: dict[str, str] = {}

    def bind(self, value: Any) -> str:
        self._parameters.append(value)
        return f"${len(self._parameters)}"

    def statement(self, text: str) -> Statement:
        return Statement(text, tuple(self._parameters))

    def own(self) -> list[str]:
        """What the configuration's clients may see, as of the edition."""
        return [
            f"configuration_id = {self._configuration}",
            f"from_edition <= {self._edition}",
            f"(until_edition is null or until_edition > {self._edition})",
        ]

    def restriction(self) -> list[str]:
        current = " and ".join([*self.own(), "active"])
        return [clause.format(current=current, **self._parents) for clause in self._restriction]

    def sort_key(self, field: Field) -> str:
        """What lacks the field sorts as an empty text; a list as its elements with commas between."""
        match field.kind:
            case FieldKind.TIMESTAMP:
                return field.sql
            case FieldKind.STATUS:
                return "case when active then 'active' else 'tobedeleted' end collate \"C\""
        value = self._value(field)
        if field.many:
            value = f"array_to_string(array(select jsonb_array_elements_text({value})), ',')"
        elif field.sql.isidentifier():
            return value
        return f"coalesce({value}, '') collate \"C\""

    def condition(self, condition: Condition) -> str:
        field, operator, value = condition.field, condition.operator, condition.value
        if field.kind is FieldKind.STATUS:
            return _status(operator, str(value))
        if field.many:
            return self._membership(self._value(field), operator, value)
        if field.kind is FieldKind.TIMESTAMP and operator == "~":
            return _compared(_TIMESTAMP_TEXT, operator, self.bind(value))
        compared = _compared(_collated(field), operator, self.bind(value))
        return f"({field.sql} <> '' and {compared})" if field.blank else compared

    def _value(self, field: Field) -> str:
        if field.key is None:
            return field.sql
        if field.key not in self._keys:
            self._keys[field.key] = self.bind(field.key)
        return field.sql.format(key=self._keys[field.key])

    def _membership(self, array: str, operator: Operator, value: Any) -> str:
        """On lists `=` is: it holds the value; another operator: any element does so compare."""
        wanted = self.bind(value)
        if operator == "=":
            return f"({array}) ? {wanted}"
        if operator == "!=":
            return f"not ({array}) ? {wanted}"
        compared = _compared('element collate "C"', operator, wanted)
        elements = f"jsonb_array_elements_text({array}) as element"
        return f"exists (select from {elements} where {compared})"


def _collated(field: Field) -> str:
    """Columns compare by code points, as they are declared; what is inside JSON has to be told."""
    return field.sql if field.sql.isidentifier() else f'({field.sql}) collate "C"'


def _compared(value: str, operator: Operator, wanted: str) -> str:
    if operator == "~":
        # No LIKE: its wildcards would have to be escaped in what the client wrote.
        return f"strpos({value}, {wanted}) > 0"
    return f"{value} {'<>' if operator == '!=' else operator} {wanted}"


def _status(operator: Operator, wanted: str) -> str:
    """Of the two statuses that exist, those that meet the condition."""
    active, tombstone = (_COMPARE[operator](status, wanted) for status in _STATUSES)
    if active and tombstone:
        return "true"
    if active:
        return "active"
    return "not active" if tombstone else "false"
