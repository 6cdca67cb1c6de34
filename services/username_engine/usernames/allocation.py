"""Free names for many persons at once, in their order, without loading the names in use.

Each person has candidates, tried in their order as they are; where none is free, the first of them
is tried with a number (2, 3, 4 …). A window of these is looked up in one question for all persons
together; who finds none free in his window asks for the next, twice as long. Names given within
the run count as taken at once.

A run of many chunks remembers how far the numbers of each base have come: it would otherwise look
up every namesake's name in every chunk.
"""

from collections import Counter
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass

from services.username_engine.engine.local_parts import fold
from services.username_engine.engine.rules import DEFAULT_RULES, Rules
from services.username_engine.engine.suffixes import nth_candidate

Reserved = Mapping[str, frozenset[str]]
"""Folded names that are not free, each with the persons who may have it all the same: none, or
those whose former name it is, or the one whose account it is."""
LookUp = Callable[[Collection[str]], Awaitable[Reserved]]
"""Of the given folded names, those that are not free."""

NOBODY: frozenset[str] = frozenset()
_WIDER = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """A person and the names that would suit, the best first: at least one."""

    person_id: str
    candidates: tuple[str, ...]


class _Series:
    """The numbered names of one base, and how many persons may need one."""

    def __init__(
        self, base: str, maximum_length: int, persons: int, rules: Rules, reached: int
    ) -> None:
        """`reached`: the names with a number up to this one are known to be taken; 1 for none."""
        self._base = base
        self._rules = rules
        self._maximum_length = maximum_length
        self._persons = persons
        self._first = self._next = reached + 1
        self._known = reached
        """The numbers from the first up to this one have been looked up."""
        self._asked = 0

    @property
    def reached(self) -> int:
        return self._next - 1

    def widen(self) -> list[str]:
        """The folded names of the next window; the first begins with the bare name."""
        if self._asked == 0:
            # One of them may get the bare name, unless somebody got a number before.
            numbered = self._persons - 1 if self._first == 2 else self._persons
            numbers = [1, *self._further(numbered)]
        else:
            numbers = [*self._further(max(self._asked, _WIDER))]
        self._asked += len(numbers)
        return [fold(self._name(n)) for n in numbers]

    def _further(self, count: int) -> range:
        self._known += count
        return range(self._known - count + 1, self._known + 1)

    def has_enough(self, taken: Reserved) -> bool:
        """Whether what was looked up holds a free name for everyone who has this base."""
        if self._asked == 0:
            return False
        numbers = (1, *range(self._first, self._known + 1))
        return sum(fold(self._name(n)) not in taken for n in numbers) >= self._persons

    def next_free(self, taken: Reserved) -> str | None:
        """The first free name of the window with a number; None if it holds none."""
        while self._next <= self._known:
            name = self._name(self._next)
            self._next += 1
            if fold(name) not in taken:
                return name
        return None

    def _name(self, n: int) -> str:
        return nth_candidate(self._base, self._maximum_length, n, self._rules)


async def allocate(
    wishes: Sequence[Wish],
    maximum_length: int,
    in_use: LookUp,
    taken: MutableMapping[str, frozenset[str]],
    *,
    rules: Rules = DEFAULT_RULES,
    reached: MutableMapping[str, int] | None = None,
) -> list[str]:
    """A free local part for each of `wishes`, the first come having the lowest number (M4.1.1).

    `taken` are names known not to be free; those found not to be and those given are added.
    `reached`: by base the number up to which all its names are taken, from calls before; those of
    this call are added. Numbers that come free in between are not gone back for.
    """
    if reached is None:
        reached = {}
    series = {
        base: _Series(base, maximum_length, persons, rules, reached.get(base, 1))
        for base, persons in Counter(wish.candidates[0] for wish in wishes).items()
    }
    others = {
        fold(nth_candidate(other, maximum_length, 1))
        for wish in wishes
        for other in wish.candidates[1:]
    }
    if others:
        _learn(taken, await in_use(others))
    wanting: Iterable[_Series] = series.values()
    while wanting := [one for one in wanting if not one.has_enough(taken)]:
        _learn(taken, await in_use([name for one in wanting for name in one.widen()]))
    names: list[str] = []
    for wish in wishes:
        name = _bare_name(wish, maximum_length, taken)
        if name is None:
            name = await _numbered_name(series[wish.candidates[0]], in_use, taken)
        taken[fold(name)] = NOBODY
        names.append(name)
    reached.update({base: one.reached for base, one in series.items() if one.reached > 1})
    return names


def _bare_name(wish: Wish, maximum_length: int, taken: Reserved) -> str | None:
    for candidate in wish.candidates:
        name = nth_candidate(candidate, maximum_length, 1)
        if wish.person_id in taken.get(fold(name), {wish.person_id}):
            return name
    return None


async def _numbered_name(
    series: _Series, in_use: LookUp, taken: MutableMapping[str, frozenset[str]]
) -> str:
    while (name := series.next_free(taken)) is None:
        # Another base's candidates came to the same names: `ab1` + 2 and `ab` + 12.
        _learn(taken, await in_use(series.widen()))
    return name


def _learn(taken: MutableMapping[str, frozenset[str]], found: Reserved) -> None:
    for name, persons in found.items():
        # What was given in this run the database does not know yet: it stays nobody else's.
        taken.setdefault(name, persons)
