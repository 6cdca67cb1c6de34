"""Reading a page as of an edition: short transactions, ready JSON, whole or not at all."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from services.oneroster.errors import PageBroken
from services.oneroster.publication.objects import BASE_URL_MARKER
from services.oneroster.publication.pruning import PULL_IDLE, PULL_LONGEST
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


@dataclass(frozen=True, slots=True)
class Access:
    """What the page's own statement looks at again: the client, the pull it reads, its token."""

    client_id: str
    pull_id: int
    token_id: str
    kind: str
    key: bytes
    now: datetime

    def guard(self, first: int) -> tuple[str, tuple[object, ...]]:
        """A condition whose parameters begin at `$first`; the configuration is `$1`.

        Another worker may have begun the same key anew for the token, in another pull.
        """
        client, pull, idle, longest, token, kind, key = (f"${first + n}" for n in range(7))
        condition = (
            f"exists (select from access.client where client_id = {client} and revoked_at is null) "
            f"and exists (select from roster.pull where configuration_id = $1 and id = {pull} "
            f"and read_at >= {idle} and opened_at >= {longest}) "
            "and not exists (select from roster.pull_token own join roster.pull_key begun "
            "using (configuration_id, pull_id) where configuration_id = $1 "
            f"and own.token_id = {token} and own.kind = {kind} and begun.key = {key} "
            f"and pull_id <> {pull})"
        )
        return condition, (
            self.client_id,
            self.pull_id,
            self.now - PULL_IDLE,
            self.now - PULL_LONGEST,
            self.token_id,
            self.kind,
            self.key,
        )


def _bodies(statement: Statement, access: Access | None) -> Statement:
    """The page without its keys; no rows at all where the access has ended."""
    text = f"select body from ({statement.text}) as page"
    if access is None:
        return Statement(text, statement.parameters)
    condition, values = access.guard(len(statement.parameters) + 1)
    return Statement(f"{text} where {condition}", (*statement.parameters, *values))


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
    """What is read of a selection, and how it is rendered."""

    selection: Selection
    positions: Positions
    window: Window
    base_url: bytes
    """Takes the place of the marker in references."""
    fields: tuple[str, ...] | None = None

    def statement(self, window: Window, access: Access | None) -> Statement:
        after, skip = self.positions.before(window.offset)
        page = self.selection.page(limit=window.count, after=after, skip=skip)
        return _bodies(page, access)


class RosterReader:
    """Reads what is published, under row-level security of one configuration at a time."""

    def __init__(self, pool: DriverPool) -> None:
        self._pool = pool
        self._positions = PositionsOfSelections(self._rows)

    async def positions(self, selection: Selection) -> Positions:
        return await self._positions.of(selection)

    async def single(
        self,
        selection: Selection,
        sourced_id: str,
        base_url: bytes,
        fields: tuple[str, ...] | None = None,
    ) -> bytes | None:
        rows = await self._rows(selection.single(sourced_id), selection.configuration_id)
        return _joined(rows, base_url, fields) if rows else None

    async def chunks(self, page: Page, access: Access | None = None) -> AsyncGenerator[bytes]:
        """Objects joined by commas, each chunk but the first behind a comma of its own.

        Raises `PageBroken` for fewer rows than there must be, `AccessEnded` before the first chunk.
        """
        for window in page.window.chunks():
            # Nothing of a chunk stays here while its reader takes it.
            if window.offset == page.window.offset:
                yield await self._chunk(page, window, access)
            else:
                yield b"," + await self._chunk(page, window, None)

    async def _chunk(self, page: Page, window: Window, access: Access | None) -> bytes:
        statement = page.statement(window, access)
        rows = await self._rows(statement, page.selection.configuration_id)
        if access is not None and not rows:
            raise AccessEnded
        if len(rows) != window.count:
            raise PageBroken
        return _joined(rows, page.base_url, page.fields)

    async def _rows(self, statement: Statement, configuration_id: int) -> list[asyncpg.Record]:
        return await self._pool.fetch(
            seeing(configuration_id), statement.text, *statement.parameters
        )


def _joined(rows: list[asyncpg.Record], base_url: bytes, fields: tuple[str, ...] | None) -> bytes:
    bodies: list[bytes] = [row["body"] for row in rows]
    joined = b",".join(bodies) if fields is None else project(bodies, fields)
    return joined.replace(BASE_URL_MARKER, base_url)
