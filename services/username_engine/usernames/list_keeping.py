"""What was read for a list, kept in this process while it cannot have changed (ADR 13)."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sized
from typing import Final, TypeVar, cast

from services.username_engine.usernames.list_basis import ListBasis

MOST_ROWS: Final = 100_000
"""Of all lists together: some 60 MB."""

T = TypeVar("T", bound=Sized)


class KeptLists:
    """The newest of each place, dropped the longest unused first; `most_rows` 0 keeps nothing.

    Correct for whoever reads the basis first and in the snapshot of the rows. Not for a transaction
    that writes: it sees rows that the counters do not tell of yet.
    """

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most_rows = most_rows
        self._rows = 0
        self._kept: OrderedDict[Hashable, tuple[ListBasis, Sized]] = OrderedDict()

    async def get(self, key: Hashable, basis: ListBasis, read: Callable[[], Awaitable[T]]) -> T:
        """What was kept under the key, read anew where the basis is another. Not to be changed."""
        known = self._kept.get(key)
        if known is not None and known[0] == basis:
            self._kept.move_to_end(key)
            return cast("T", known[1])
        value = await read()
        self._keep(key, basis, value)
        return value

    def _keep(self, key: Hashable, basis: ListBasis, value: Sized) -> None:
        if former := self._kept.pop(key, None):
            self._rows -= len(former[1])
        self._kept[key] = (basis, value)
        self._rows += len(value)
        while self._rows > self._most_rows:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._rows -= len(dropped)
