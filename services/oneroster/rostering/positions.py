"""Where in the order of a selection a page begins: by key, so that the last costs as the first.

An edition never changes, so the total of a selection and the keys of each thousandth row are read
once, in one pass, and kept (docs/adr/0007-positions.md).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg

from services.oneroster.rostering.sql import Selection, Statement

BLOCK = 1000
_SELECTIONS_REMEMBERED = 4096
_KEYS_REMEMBERED = 200_000

Read = Callable[[Selection, Statement], Awaitable[list[asyncpg.Record]]]


@dataclass(frozen=True, slots=True)
class Positions:
    total: int
    keys: tuple[tuple[Any, ...], ...]
    """Of the last row of each block but the last one."""

    def before(self, offset: int) -> tuple[tuple[Any, ...] | None, int]:
        """The key behind which to read, and how many rows to skip from there (fewer than a block)."""
        block, skip = divmod(offset, BLOCK)
        if block > len(self.keys):
            # Behind the end, where nothing is read.
            return (self.keys[-1] if self.keys else None), skip
        return (self.keys[block - 1] if block else None), skip


class PositionsOfSelections:
    """Of the selections that were asked for last."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: OrderedDict[Selection, Positions] = OrderedDict()
        self._keys_known = 0
        self._reading: dict[Selection, asyncio.Task[Positions]] = {}

    def known(self, selection: Selection) -> Positions | None:
        return self._known.get(selection)

    async def of(self, selection: Selection) -> Positions:
        """Read once, however many ask at the same time; who waits holds no connection."""
        positions = self._known.get(selection)
        if positions is not None:
            self._known.move_to_end(selection)
            return positions
        task = self._reading.get(selection)
        if task is None:
            task = asyncio.create_task(self._find(selection))
            self._reading[selection] = task
            task.add_done_callback(lambda _: self._reading.pop(selection, None))
        # Another's request that goes away must not take the answer from this one.
        return await asyncio.shield(task)

    async def _find(self, selection: Selection) -> Positions:
        rows = await self._read(selection, selection.boundaries(BLOCK))
        total = rows[-1]["position"] if rows else 0
        keys = tuple(tuple(row)[:-1] for row in rows if row["position"] % BLOCK == 0)
        positions = Positions(total, keys)
        self._remember(selection, positions)
        return positions

    def _remember(self, selection: Selection, positions: Positions) -> None:
        self._known[selection] = positions
        self._keys_known += len(positions.keys)
        while len(self._known) > 1 and (
            len(self._known) > _SELECTIONS_REMEMBERED or self._keys_known > _KEYS_REMEMBERED
        ):
            _, forgotten = self._known.popitem(last=False)
            self._keys_known -= len(forgotten.keys)
