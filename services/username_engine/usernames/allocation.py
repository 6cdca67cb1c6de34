"""Free names for many persons at once, in their order, without loading the names in use.

For each base name a window of candidates (bare, 2, 3, 4 …) is looked up, in one question for all
bases together; who finds none free in his window asks for the next, twice as long. Names given
within the run count as taken at once.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

from services.username_engine.engine.local_parts import fold
from services.username_engine.engine.suffixes import nth_candidate

LookUp = Callable[[Collection[str]], Awaitable[Collection[str]]]
"""Of the given folded names, those in use."""

_WIDER = 4


class _Series:
    """The candidates of one base name."""

    def __init__(self, base: str, maximum_length: int, persons: int) -> None:
        self._base = base
        self._maximum_length = maximum_length
        self._persons = persons
        self._known = 0
        """The candidates up to this number have been looked up."""
        self._next = 1

    def widen(self) -> list[str]:
        """The folded names of the next window."""
        first = self._known + 1
        self._known += max(self._known, self._persons if first == 1 else _WIDER)
        return [fold(self._name(n)) for n in range(first, self._known + 1)]

    def has_enough(self, taken: set[str]) -> bool:
        """Whether the window holds a free name for everyone who has this base."""
        free = sum(fold(self._name(n)) not in taken for n in range(1, self._known + 1))
        return free >= self._persons

    def take(self, taken: set[str]) -> str | None:
        """The first free name of the window, taken; None if it holds none."""
        while self._next <= self._known:
            name = self._name(self._next)
            self._next += 1
            if fold(name) not in taken:
                taken.add(fold(name))
                return name
        return None

    def _name(self, n: int) -> str:
        return nth_candidate(self._base, self._maximum_length, n)


async def allocate(
    bases: Sequence[str], maximum_length: int, in_use: LookUp, taken: set[str]
) -> list[str]:
    """A free local part for each of `bases`, the first come having the lowest number (M4.1.1).

    `taken` are folded names known to be in use; those found to be and those given are added.
    """
    series = {
        base: _Series(base, maximum_length, persons) for base, persons in Counter(bases).items()
    }
    wanting: Iterable[_Series] = series.values()
    while wanting := [one for one in wanting if not one.has_enough(taken)]:
        taken.update(await in_use([name for one in wanting for name in one.widen()]))
    return [await _next_name(series[base], in_use, taken) for base in bases]


async def _next_name(series: _Series, in_use: LookUp, taken: set[str]) -> str:
    while (name := series.take(taken)) is None:
        # Another base's candidates came to the same names: `ab1` + 2 and `ab` + 12.
        taken.update(await in_use(series.widen()))
    return name
