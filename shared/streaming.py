"""Reading by the driver: rows by the hundred thousand, in time linear in their number."""

from collections.abc import AsyncIterator, Collection
from typing import Any

import asyncpg
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from shared.presence import MANY_PERSONS, PLAN_FOR_EVERYONE

_dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


async def expect_rows_for(
    connection: "asyncpg.Connection[Any]", persons: Collection[str] | None
) -> None:
    """Has the rest of the transaction planned for everyone (None), or for these persons."""
    if persons is None or len(persons) > MANY_PERSONS:
        await connection.execute(PLAN_FOR_EVERYONE)


def for_driver(statement: Select[Any]) -> tuple[str, list[Any]]:
    """The statement's text with `$1` …, and its arguments in that order."""
    compiled = statement.compile(dialect=_dialect)
    names: list[str] = getattr(compiled, "positiontup", None) or []
    return str(compiled), [compiled.params[name] for name in names]


async def stream(
    connection: "asyncpg.Connection[Any]", statement: Select[Any], rows: int
) -> AsyncIterator[list[asyncpg.Record]]:
    """The rows in lists of `rows`, by a server-side cursor: memory stays that of one list.

    The connection must be in a transaction, which is the moment the rows are of.
    """
    query, arguments = for_driver(statement)
    cursor = await connection.cursor(query, *arguments)
    while batch := await cursor.fetch(rows):
        yield batch
