"""What is kept of lists: the newest, no more rows than allowed, the longest unused dropped first."""

from datetime import date

from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from services.username_engine.usernames.counters import Counters
from services.username_engine.usernames.list_basis import ListBasis, Moment
from services.username_engine.usernames.list_keeping import KeptLists

_DAY = date(2024, 10, 1)


def basis(sis: int = 1, access: int = 1, usernames: int = 1, day: date = _DAY) -> ListBasis:
    return ListBasis(
        1,
        Counters(sis, access),
        usernames,
        DomainPolicies(students=DomainPolicy.TENANT, staff=DomainPolicy.TENANT),
        Moment(1, day, date(2024, 9, 1), ("2024-25",)),
    )


class Reading:
    """Counts how often it is read."""

    def __init__(self, kept: KeptLists) -> None:
        self.kept = kept
        self.read = 0

    async def of(self, key: str, of: ListBasis, rows: int = 1) -> int:
        """How many were read so far."""

        async def read() -> tuple[int, ...]:
            self.read += 1
            return (self.read,) * rows

        assert len(await self.kept.get(key, of, read)) == rows
        return self.read


async def test_it_is_read_again_when_anything_is_another() -> None:
    reading = Reading(KeptLists())
    assert [await reading.of("a", basis()), await reading.of("a", basis())] == [1, 1]
    others = [basis(sis=2), basis(access=2), basis(usernames=2), basis(day=date(2024, 10, 2))]
    assert [await reading.of("a", other) for other in others] == [2, 3, 4, 5]
    # The former one is gone.
    assert await reading.of("a", basis()) == 6


async def test_the_longest_unused_goes_when_there_are_too_many_rows() -> None:
    reading = Reading(KeptLists(10))
    await reading.of("a", basis(), 4)
    await reading.of("b", basis(), 4)
    await reading.of("a", basis(), 4)
    await reading.of("c", basis(), 4)
    assert reading.read == 3
    assert await reading.of("a", basis(), 4) == 3
    assert await reading.of("c", basis(), 4) == 3
    assert await reading.of("b", basis(), 4) == 4


async def test_a_newer_one_takes_the_place_of_the_former() -> None:
    reading = Reading(KeptLists(10))
    await reading.of("a", basis(), 4)
    for revision in range(2, 6):
        await reading.of("b", basis(revision), 6)
    assert await reading.of("a", basis(), 4) == 5


async def test_what_is_larger_than_all_that_may_be_kept_is_not() -> None:
    reading = Reading(KeptLists(3))
    assert [await reading.of("a", basis(), 4), await reading.of("a", basis(), 4)] == [1, 2]
