"""Streams by person, read side by side in the order of their ids.

The order is that of code points: Python's comparison of texts and the database's collation `C`.
"""

from collections.abc import AsyncGenerator
from typing import Generic, TypeVar

T = TypeVar("T")


class ByPerson(Generic[T]):
    """A stream of (person id, value) in the order of ids, taken as far as a batch of persons goes."""

    def __init__(self, batches: AsyncGenerator[list[tuple[str, T]]]) -> None:
        self._batches = batches
        self._waiting: list[tuple[str, T]] = []
        self._ended = False

    async def up_to(self, last_id: str) -> dict[str, list[T]]:
        """The values of each person up to `last_id`; those behind it wait."""
        while not self._ended and not (self._waiting and self._waiting[-1][0] > last_id):
            await self._take()
        taken: dict[str, list[T]] = {}
        for position, (person, value) in enumerate(self._waiting):
            if person > last_id:
                del self._waiting[:position]
                return taken
            taken.setdefault(person, []).append(value)
        self._waiting.clear()
        return taken

    async def drain(self) -> None:
        """To the end, for a stream that only there says whether it was whole."""
        while not self._ended:
            await self._take()
            self._waiting.clear()

    async def _take(self) -> None:
        try:
            self._waiting += await anext(self._batches)
        except StopAsyncIteration:
            self._ended = True

    async def aclose(self) -> None:
        await self._batches.aclose()
