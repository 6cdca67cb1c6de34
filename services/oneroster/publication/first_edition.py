"""The first edition of a configuration, written as it is made: there is nothing to compare it with.

Its stamp is taken at the start. A later edition's may not be, since a consumer could set its
bookmark between stamp and commit and never see the change; but until the first is committed every
request is refused, so no consumer has a bookmark (docs/adr/0006-first-edition.md).
"""

from collections.abc import Collection, Iterable
from datetime import datetime

import asyncpg
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.objects import PublishedObject
from services.oneroster.publication.staging import Scope, own_columns
from shared.clock import Clock, timestamp_text
from shared.database import driver_connection

NUMBER = 1


class FirstEdition:
    """In the place of `Staging`, where no edition exists yet."""

    def __init__(self, connection: AsyncConnection, configuration_id: int) -> None:
        self._connection = connection
        self._configuration_id = configuration_id
        self._stamp = Clock.now()
        self._stamp_text = timestamp_text(self._stamp).encode()
        self._written: dict[str, int] = {}

    async def create(self, tables: Iterable[Table]) -> None:
        """Nothing to make: rows go where they stay."""

    async def add(self, table: Table, objects: Collection[PublishedObject]) -> None:
        if not objects:
            return
        driver = await driver_connection(self._connection)
        try:
            # A savepoint, since a failed statement would take the transaction with it.
            async with driver.transaction():
                written = await self._insert(driver, table, objects, "")
        except asyncpg.UniqueViolationError:
            # Two objects that compose the same id: one is served. Not asked for from the start,
            # since it makes every insert a third slower.
            written = await self._insert(driver, table, objects, "on conflict do nothing")
        self._written[table.name] = self._written.get(table.name, 0) + written

    async def _insert(
        self,
        driver: "asyncpg.Connection[asyncpg.Record]",
        table: Table,
        objects: Collection[PublishedObject],
        on_conflict: str,
    ) -> int:
        """How many rows went in. Not COPY: it does not go together with row-level security."""
        extra = own_columns(table)
        arrays = ["$4::text[]", "$5::bytea[]", "$6::bytea[]"]
        arrays += [f"${position}::text[]" for position in range(7, 7 + len(extra))]
        named = "".join(f", {name}" for name in extra)
        status = await driver.execute(
            f"insert into roster.{table.name} (configuration_id, sourced_id, from_edition, active, "
            f"date_last_modified, digest, body{named}) "
            f"select $1, made.sourced_id, $2, true, $3, made.digest, made.body{named} "
            f"from unnest({', '.join(arrays)}) made (sourced_id, digest, body{named}) {on_conflict}",
            self._configuration_id,
            NUMBER,
            self._stamp,
            [each.sourced_id for each in objects],
            [each.digest for each in objects],
            [each.stamped(self._stamp_text) for each in objects],
            *([each.columns[position] for each in objects] for position in range(len(extra))),
        )
        return int(status.split()[-1])

    async def find_differences(self, table: Table, _scope: Scope) -> int:
        return self._written.get(table.name, 0)

    def next_edition(self) -> tuple[int, datetime]:
        return NUMBER, self._stamp

    async def write(self, table: Table, edition: int, stamp: datetime) -> None:
        """All of it stands already."""
