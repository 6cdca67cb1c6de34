"""Reading a page as of an edition: short transactions, ready JSON, whole or not at all."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.oneroster.errors import PageBroken
from services.oneroster.publication.changes import Edition, newest_edition
from services.oneroster.publication.objects import BASE_URL_MARKER
from services.oneroster.publication.visibility import enter
from services.oneroster.rostering.sql import Selection, Statement
from shared.database import Database, driver_connection, scalar

if TYPE_CHECKING:
    import asyncpg

# A larger page is sent in chunks, each read in a transaction of its own: no connection waits for
# a slow client, and no page, however large, is held whole.
CHUNK = 1000
_TOTALS_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Page:
    total: int
    count: int
    """How many objects follow."""
    first: bytes
    """The first chunk: objects joined by commas."""
    rest: AsyncGenerator[bytes]
    """Further chunks, each with its leading comma."""
    whole: bool
    """Nothing follows the first chunk."""


class RosterReader:
    """Reads what is published, under row-level security of one configuration at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._totals: dict[Selection, int] = {}

    async def newest(self, configuration_id: int) -> Edition | None:
        async with self._database.transaction() as connection:
            await enter(connection, configuration_id)
            return await newest_edition(connection, configuration_id)

    async def edition_is_readable(self, configuration_id: int, number: int) -> bool:
        statement = (
            "select exists (select from roster.edition "
            "where configuration_id = :configuration and number = :number)"
        )
        async with self._database.transaction() as connection:
            await enter(connection, configuration_id)
            found = await scalar(
                connection, statement, {"configuration": configuration_id, "number": number}
            )
            return bool(found)

    async def single(self, selection: Selection, sourced_id: str, base_url: bytes) -> bytes | None:
        async with self._visible(selection.configuration_id) as driver:
            statement = selection.single(sourced_id)
            body = await driver.fetchval(statement.text, *statement.parameters)
        return None if body is None else body.replace(BASE_URL_MARKER, base_url)

    async def page(self, selection: Selection, *, limit: int, offset: int, base_url: bytes) -> Page:
        """`base_url` takes the place of the marker in every reference."""
        total = await self._total(selection)
        count = max(min(limit, total - offset), 0)
        chunks = self._chunks(selection, offset, count, base_url)
        first = await anext(chunks, b"")
        return Page(total, count, first, chunks, whole=count <= CHUNK)

    async def _total(self, selection: Selection) -> int:
        """Exact, and counted once: an edition never changes."""
        if selection not in self._totals:
            statement = selection.count()
            async with self._visible(selection.configuration_id) as driver:
                total = await driver.fetchval(statement.text, *statement.parameters)
            if len(self._totals) >= _TOTALS_REMEMBERED:
                self._totals.pop(next(iter(self._totals)))
            self._totals[selection] = total
        return self._totals[selection]

    async def _chunks(
        self, selection: Selection, offset: int, count: int, base_url: bytes
    ) -> AsyncGenerator[bytes]:
        after: tuple[Any, ...] | None = None
        for start in range(0, count, CHUNK):
            size = min(CHUNK, count - start)
            rows = await self._rows(
                selection.page(limit=size, offset=0 if after else offset, after=after),
                selection.configuration_id,
            )
            if len(rows) != size:
                raise PageBroken
            after = tuple(rows[-1])[:-1]
            joined = b",".join([row["body"] for row in rows]).replace(BASE_URL_MARKER, base_url)
            yield b"," + joined if start else joined

    async def _rows(self, statement: Statement, configuration_id: int) -> list["asyncpg.Record"]:
        async with self._visible(configuration_id) as driver:
            return await driver.fetch(statement.text, *statement.parameters)

    @asynccontextmanager
    async def _visible(
        self, configuration_id: int
    ) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        async with self._database.transaction() as connection:
            await enter(connection, configuration_id)
            yield await driver_connection(connection)
