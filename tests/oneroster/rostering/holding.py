"""Objects of the model put straight into schema `roster`, and what a query should find among them.

The oracle knows the model's objects and OneRoster's rules, and nothing of columns or SQL.
"""

import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from sqlalchemy import Table, insert

from services.oneroster.publication.visibility import enter
from services.oneroster.rostering.filters import Condition, Filter
from services.oneroster.rostering.query import Sort
from services.oneroster.rostering.resources import FieldKind
from services.oneroster.rostering.sql import Selection, Statement
from services.oneroster.rostering.versions import Version
from shared.database import Database
from shared.tables import roster

if TYPE_CHECKING:
    import asyncpg

Connection: TypeAlias = "asyncpg.Connection[Any]"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
_TABLES = {table.name: table for table in roster.COLLECTIONS}
_DATES = ("startDate", "endDate", "beginDate", "birthDate")


@dataclass(frozen=True)
class Held:
    """One version of one object; `v1p2` is what stands otherwise on 1.2 (None: not there)."""

    table: str
    sourced_id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    v1p2: Mapping[str, Any] = field(default_factory=dict)
    active: bool = True
    modified: datetime = NEW_YEAR
    editions: tuple[int, int | None] = (1, None)

    def object(self, version: Version) -> dict[str, Any]:
        later = self.v1p2 if version is Version.V1P2 else {}
        whole = {
            "sourcedId": self.sourced_id,
            "status": "active" if self.active else "tobedeleted",
            "dateLastModified": self.modified,
            **self.values,
            **later,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def row(self, configuration_id: int) -> dict[str, Any]:
        body = {"sourcedId": self.sourced_id, "version": "1.1"}
        return {
            "configuration_id": configuration_id,
            "sourced_id": self.sourced_id,
            "from_edition": self.editions[0],
            "until_edition": self.editions[1],
            "active": self.active,
            "date_last_modified": self.modified,
            "digest": b"",
            "body": orjson.dumps(body),
            "body_v1p2": orjson.dumps({**body, "version": "1.2"}) if self.v1p2 else None,
            "fields": self._fields() or None,
            **self._columns(),
        }

    def _columns(self) -> dict[str, Any]:
        values = self.values
        match self.table:
            case "academic_sessions" | "orgs":
                return {"type": values["type"].casefold()}
            case "classes":
                return {"school_id": values["school"]["sourcedId"]}
            case "users":
                return {
                    "role": values["role"].casefold(),
                    "username": values.get("username", "").casefold(),
                }
            case "enrollments":
                return {
                    "role": values["role"].casefold(),
                    **{f"{of}_id": values[of]["sourcedId"] for of in ("user", "class", "school")},
                    "begin_date": values.get("beginDate", ""),
                    "end_date": values.get("endDate", ""),
                }
        return {}

    def _fields(self) -> dict[str, Any]:
        if self.table == "enrollments":
            return {}
        kept = {}
        for name, value in {**self.values, **self.v1p2}.items():
            if name in self.v1p2 and name in self.values:
                if value is not None:
                    kept[f"v1p2.{name}"] = _kept(value)
                value = self.values[name]
            if value is None or name in ("type", "role", "username", "school"):
                continue
            if name == "roles":
                kept["roles.roleType"] = [role["roleType"] for role in value]
                kept["roles.role"] = [role["role"].casefold() for role in value]
                kept["roles.org"] = [role["org"]["sourcedId"] for role in value]
            elif name == "metadata":
                kept |= {f"metadata.{key}": _kept(held) for key, held in value.items()}
            else:
                kept[name] = _kept(value)
        return kept


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return value["sourcedId"]
    if isinstance(value, list):
        return [_kept(each) for each in value]
    return value.casefold()


def reference(kind: str, sourced_id: str) -> dict[str, str]:
    return {"sourcedId": sourced_id, "type": kind}


def references(kind: str, ids: Iterable[str]) -> list[dict[str, str]]:
    return [reference(kind, each) for each in ids]


def some_configuration() -> int:
    return secrets.randbelow(2**31 - 1) + 1


async def hold(owner: Database, configuration_id: int, held: Iterable[Held]) -> None:
    rows: dict[Table, list[dict[str, Any]]] = {}
    for each in held:
        rows.setdefault(_TABLES[each.table], []).append(each.row(configuration_id))
    async with owner.transaction() as connection:
        await enter(connection, configuration_id)
        for table in rows:
            await connection.execute(insert(table), rows[table])


@asynccontextmanager
async def reading(database: Database, configuration_id: int) -> AsyncIterator[Connection]:
    """As the service reads: under its role and the row-level security of one configuration."""
    async with database.session_connection() as connection:
        await connection.execute(
            "select set_config('rosterbridge.configuration', $1, false)", str(configuration_id)
        )
        yield connection


async def fetch(connection: Connection, statement: Statement) -> list[Any]:
    rows: list[Any] = await connection.fetch(statement.text, *statement.parameters)
    return rows


async def ids(connection: Connection, selection: Selection) -> list[str]:
    rows = await fetch(connection, selection.page(limit=10_000))
    return [row["sourced_id"] for row in rows]


def expected(held: Sequence[Held], selection: Selection) -> list[str]:
    """The sourcedIds that `selection` should give, in its order (no nested operation's)."""
    operation, asked, sort = selection.operation, selection.filter, selection.sort
    found = [
        each.object(operation.version)
        for each in held
        if each.table == operation.resource.table.name
        and each.editions[0] <= selection.edition
        and (each.editions[1] is None or each.editions[1] > selection.edition)
    ]
    if not (asked.names("status") or asked.names("dateLastModified")):
        found = [each for each in found if each["status"] == "active"]
    found = [each for each in found if _meets(each, asked)]
    found.sort(key=lambda each: each["sourcedId"])
    if sort is not None:
        # A sort backwards keeps ties as they are, too.
        found.sort(key=lambda each: _sort_key(each, sort), reverse=sort.descending)
    elif asked.names("dateLastModified"):
        found.sort(key=lambda each: each["dateLastModified"])
    return [each["sourcedId"] for each in found]


def _sort_key(each: Mapping[str, Any], sort: Sort) -> Any:
    values = _values(each, sort.name)
    if sort.field.kind is FieldKind.TEXT:
        values = [value.casefold() for value in values]
    if sort.field.many:
        return ",".join(values)
    return values[0] if values else ""


def _meets(each: Mapping[str, Any], asked: Filter) -> bool:
    if not asked.conditions:
        return True
    met = [_holds(_values(each, condition.name), condition) for condition in asked.conditions]
    return all(met) if asked.logic == "AND" else any(met)


_COMPARE = {"=": eq, "!=": ne, ">": gt, ">=": ge, "<": lt, "<=": le}


def _holds(values: list[Any], condition: Condition) -> bool:
    if not values:
        return False
    compared = [_comparable(value, condition) for value in values]
    wanted = condition.value
    if condition.operator == "~":
        assert isinstance(wanted, str)
        return any(wanted in value for value in compared)
    if condition.operator == "!=":
        return all(value != wanted for value in compared)
    return any(_COMPARE[condition.operator](value, wanted) for value in compared)


def _comparable(value: Any, condition: Condition) -> Any:
    if isinstance(value, datetime):
        milliseconds = f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"
        return milliseconds if condition.operator == "~" else value
    return value if condition.field.kind is FieldKind.IDENTIFIER else value.casefold()


def _values(each: Mapping[str, Any], name: str) -> list[Any]:
    """What an object has at a dotted name; of a bare reference its sourcedId."""
    if name.startswith("metadata."):
        found = each.get("metadata", {}).get(name.removeprefix("metadata."))
        return found if isinstance(found, list) else [] if found is None else [found]
    values: list[Any] = [each]
    for part in name.split("."):
        values = [value.get(part) for value in values if isinstance(value, dict)]
        values = [
            one
            for value in values
            if value is not None
            for one in (value if isinstance(value, list) else [value])
        ]
    if name == "metadata":
        return []
    if name == "roles":
        return [value["role"] for value in values]
    if name.endswith(".type"):
        # The same for each reference of a list, and so told once.
        return values[:1]
    return [value["sourcedId"] if isinstance(value, dict) else value for value in values]
