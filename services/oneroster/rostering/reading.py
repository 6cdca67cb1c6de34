"""Reading a page as of an edition: short transactions, ready JSON, whole or not at all."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from services.oneroster.errors import PageBroken
from services.oneroster.publication.pruning import PULL_IDLE, PULL_LONGEST
from services.oneroster.publication.rendering import BASE_URL_MARKER
from services.oneroster.publication.visibility import seeing
from services.oneroster.rostering.positions import BLOCK, Positions, PositionsOfSelections
from services.oneroster.rostering.projection import project
from services.oneroster.rostering.sql import Selection, Statement
from shared.driver_pool import DriverPool

# A larger page is sent in chunks, each read in a transaction of its own: no connection waits for
# a slow client, and no page, however large, is held whole.
WHOLE = 2 * BLOCK


class AccessEnded(Exception):
    """The client was revoked or its pull has ended since this process last looked."""


class EditionGone(Exception):
    """The edition is not held any longer: its rows may be gone, and be mistaken for others."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A pull as this process remembers it, looked at again with the page."""

    pull_id: int
    token_id: str
    kind: str
    key: bytes
    now: datetime

    def guard(self, first: int) -> tuple[str, tuple[object, ...]]:
        """A condition whose parameters begin at `$first`; the configuration is `$1`.

        Another worker may have begun the same key anew for the token, in another pull.
        """
        pull, idle, longest, token, kind, key = (f"${first + n}" for n in range(6))
        condition = (
            f"exists (select from roster.pull where configuration_id = $1 and id = {pull} "
            f"and read_at >= {idle} and opened_at >= {longest}) "
            "and not exists (select from roster.pull_token own join roster.pull_key begun "
            "using (configuration_id, pull_id) where configuration_id = $1 "
            f"and own.token_id = {token} and own.kind = {kind} and begun.key = {key} "
            f"and pull_id <> {pull})"
        )
        return condition, (
            self.pull_id,
            self.now - PULL_IDLE,
            self.now - PULL_LONGEST,
            self.token_id,
            self.kind,
            self.key,
        )


# As every statement of a selection binds them.
_HELD = "exists (select from roster.edition where configuration_id = $1 and number = $2)"


def _held(statement: Statement) -> Statement:
    """No rows at all where the edition is gone: its row goes before the versions it shows."""
    return Statement(
        f"select * from ({statement.text}) as held where {_HELD}", statement.parameters
    )


def _bodies(statement: Statement, client_id: str, recalled: Recalled | None) -> Statement:
    """The page without its keys; no rows at all where the edition, or who reads it, is gone."""
    parameters = (*statement.parameters, client_id)
    client = f"client_id = ${len(parameters)} and revoked_at is null"
    guard = f"{_HELD} and exists (select from access.client where {client})"
    if recalled is not None:
        condition, values = recalled.guard(len(parameters) + 1)
        guard, parameters = f"{guard} and {condition}", (*parameters, *values)
    return Statement(f"select body from ({statement.text}) as page where {guard}", parameters)


@dataclass(frozen=True, slots=True)
class Window:
    """Some of the rows of a selection."""

    offset: int
    count: int

    def chunks(self) -> Iterator["Window"]:
        """Those that are read at once; they end where blocks end, whose keys are known."""
        if self.count <= WHOLE:
            yield self
            return
        end = self.offset + self.count
        start = self.offset
        while start < end:
            following = min(start - start % BLOCK + BLOCK, end)
            yield Window(start, following - start)
            start = following


@dataclass(frozen=True, slots=True)
class Page:
    """What is read of a selection, for whom, and how it is rendered."""

    selection: Selection
    positions: Positions
    window: Window
    client_id: str
    base_url: bytes
    """Takes the place of the marker in references."""
    fields: tuple[str, ...] | None = None

    def statement(self, window: Window, recalled: Recalled | None) -> Statement:
        after, skip = self.positions.before(window.offset)
        page = self.selection.page(limit=window.count, after=after, skip=skip)
        return _bodies(page, self.client_id, recalled)


class RosterReader:
    """Reads what is published, under row-level security of one configuration at a time.

    Raises `EditionGone` wherever rows may be missing because their edition is not held any longer.
    """

    def __init__(self, pool: DriverPool) -> None:
        self._pool = pool
        self._positions = PositionsOfSelections(self._whole)

    async def positions(self, selection: Selection) -> Positions:
        return await self._positions.of(selection)

    async def single(
        self,
        selection: Selection,
        sourced_id: str,
        base_url: bytes,
        fields: tuple[str, ...] | None = None,
    ) -> bytes | None:
        rows = await self._whole(selection, selection.single(sourced_id))
        return _joined(rows, base_url, fields) if rows else None

    async def chunks(self, page: Page, recalled: Recalled | None = None) -> AsyncGenerator[bytes]:
        """Objects joined by commas, each chunk but the first behind a comma of its own.

        One chunk is read ahead while its reader takes the one before. Raises `PageBroken` for fewer
        rows than there must be, `AccessEnded` before the first chunk.
        """
        first, *following = page.window.chunks()
        yield await self._chunk(page, first, recalled)
        ahead: asyncio.Task[bytes] | None = None
        try:
            for window in following:
                chunk = await ahead if ahead else None
                ahead = asyncio.create_task(self._chunk(page, window, None))
                if chunk is not None:
                    yield b"," + chunk
            if ahead:
                yield b"," + await ahead
        finally:
            if ahead:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)

    async def _chunk(self, page: Page, window: Window, recalled: Recalled | None) -> bytes:
        statement = page.statement(window, recalled)
        rows = await self._rows(statement, page.selection)
        if len(rows) == window.count:
            return _joined(rows, page.base_url, page.fields)
        if recalled is not None and not rows:
            raise AccessEnded
        await self._look_whether_held(page.selection)
        raise PageBroken

    async def _whole(self, selection: Selection, statement: Statement) -> list[asyncpg.Record]:
        """Rows that may rightly be none."""
        rows = await self._rows(_held(statement), selection)
        if not rows:
            await self._look_whether_held(selection)
        return rows

    async def _look_whether_held(self, selection: Selection) -> None:
        parameters = (selection.configuration_id, selection.edition)
        (row,) = await self._rows(Statement(f"select {_HELD} as held", parameters), selection)
        if not row["held"]:
            raise EditionGone

    async def _rows(self, statement: Statement, selection: Selection) -> list[asyncpg.Record]:
        return await self._pool.fetch(
            seeing(selection.configuration_id), statement.text, *statement.parameters
        )


def _joined(rows: list[asyncpg.Record], base_url: bytes, fields: tuple[str, ...] | None) -> bytes:
    bodies: list[bytes] = [row["body"] for row in rows]
    joined = b",".join(bodies) if fields is None else project(bodies, fields)
    return joined.replace(BASE_URL_MARKER, base_url)
