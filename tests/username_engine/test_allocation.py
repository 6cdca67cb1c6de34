"""Free names for many at once: who gets which number, and how many names are asked about."""

from collections.abc import Collection, Sequence

from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.usernames.allocation import NOBODY, Reserved, Wish, allocate

LENGTH = 20

# Few bases, so that they meet; some end as a number of another does.
bases = st.sampled_from(["an", "an1", "bert", "bert.ameel", "a.long.name.to.be.cut.off"])
persons = st.lists(bases, max_size=40)
in_use = st.sets(st.sampled_from(["an", "an2", "an12", "bert3", "bert.ameel", "bert.ameel2"]))


class Names:
    """What a database would say; what is given is in it afterwards."""

    def __init__(self, in_use: Collection[str] = ()) -> None:
        self.in_use = set(in_use)
        self.asked = 0

    async def look_up(self, folded: Collection[str]) -> Reserved:
        self.asked += len(folded)
        return {name: NOBODY for name in folded if name in self.in_use}

    async def allocate(self, bases: Sequence[str], reached: dict[str, int] | None) -> list[str]:
        wishes = [Wish(f"person {nth}", (base,)) for nth, base in enumerate(bases)]
        given = await allocate(wishes, LENGTH, self.look_up, {}, reached=reached)
        self.in_use.update(given)
        return given


@given(persons, in_use, st.integers(1, 7))
async def test_chunks_give_the_same_names_as_all_at_once(
    bases: list[str], in_use: set[str], size: int
) -> None:
    reached: dict[str, int] = {}
    names = Names(in_use)
    chunks = [bases[start : start + size] for start in range(0, len(bases), size)]
    given = [name for chunk in chunks for name in await names.allocate(chunk, reached)]

    assert given == await Names(in_use).allocate(bases, None)
    assert len({*given, *in_use}) == len(given) + len(in_use)


async def test_the_names_of_earlier_chunks_are_not_asked_about_again() -> None:
    reached: dict[str, int] = {}
    names = Names()
    for _ in range(100):
        await names.allocate(["bert"] * 10, reached)
    # Each chunk asks about the bare name and ten numbers.
    assert names.asked <= 100 * 11
    assert len(names.in_use) == 1_000


async def test_a_number_that_came_free_is_not_gone_back_for() -> None:
    reached: dict[str, int] = {}
    names = Names(["bert"])
    assert await names.allocate(["bert", "bert"], reached) == ["bert2", "bert3"]
    names.in_use.remove("bert2")
    assert await names.allocate(["bert"], reached) == ["bert4"]
