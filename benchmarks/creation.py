"""Creating names in one configuration, against a COPY of the same rows into an equal table."""

from dataclasses import dataclass

import asyncpg

from benchmarks.deployment import TODAY, new_database, role_urls
from benchmarks.measuring import Figure, timed
from benchmarks.rolls import enrol
from services.username_engine.usernames.creation import create_missing
from shared.clock import Clock
from shared.database import Database
from shared.roles import Role

FEW, MANY, MILLION = 10_000, 100_000, 1_000_000
_TIMES_COPY, _TIMES_FEW = 10.0, 1.5


async def measure(server_url: str, largest: int) -> list[Figure]:
    """At 10,000, 100,000 and so on up to `largest`, each in a configuration of its own."""
    owner_url = await new_database(server_url, f"creation_{largest}")
    sizes = [size for size in (FEW, MANY, MILLION) if size <= largest]
    made = [await _create(owner_url, size) for size in sizes]
    figures = [figure for each in made for figure in each.figures()]
    for larger in made[1:]:
        ratio = larger.each / made[0].each
        figures.append(
            Figure(
                f"a name among {larger.names:,} against {made[0].names:,}",
                f"{ratio:.2f} x",
                f"linear: at most {_TIMES_FEW} x",
                ratio <= _TIMES_FEW,
            )
        )
    return figures


@dataclass(frozen=True)
class _Made:
    names: int
    clashing: int
    """Names that somebody had already, and which took a number."""
    seconds: float
    copying: float

    @property
    def each(self) -> float:
        return self.seconds / self.names

    def figures(self) -> list[Figure]:
        ratio = self.seconds / self.copying
        return [
            Figure(
                f"{self.names:,} names, {self.clashing / self.names:.0%} of them clashing",
                f"{self.seconds:.2f} s  ({self.each * 1e6:.0f} µs each)",
            ),
            Figure(f"COPY of these {self.names:,} rows", f"{self.copying:.2f} s"),
            Figure(
                f"{self.names:,} names against COPY",
                f"{ratio:.1f} x",
                f"within {_TIMES_COPY:.0f} x",
                ratio <= _TIMES_COPY,
            ),
        ]


async def _create(owner_url: str, students: int) -> _Made:
    owner = await asyncpg.connect(owner_url)
    try:
        configuration = await enrol(owner, f"rolls-{students}", students)
        engine_url = role_urls(owner_url)[Role.ENGINE]
        async with Database(engine_url, application="benchmarks") as engine:
            with timed() as creating:
                created = await create_missing(engine, Clock(TODAY), configuration)
        if created.created != students:
            raise AssertionError(f"{students} are nameless, {created.created} were named")
        clashing = await owner.fetchval(_CLASHING, configuration)
        copying = await _copy(owner, configuration)
    finally:
        await owner.close()
    return _Made(students, clashing, creating.seconds, copying)


# Formats make no digits, and no name in the rolls has any.
_CLASHING = """
    select count(*) from usernames.username where configuration_id = $1 and local_part ~ '[0-9]$'
"""
_COLUMNS = (
    "configuration_id",
    "person_id",
    "local_part",
    "domain",
    "sync",
    "flags",
    "rule",
    "revision",
)


async def _copy(owner: "asyncpg.Connection[asyncpg.Record]", configuration: int) -> float:
    """Seconds for the rows of the configuration, in the order they were made."""
    await owner.execute("create table copied (like usernames.username including all)")
    found = await owner.fetch(
        f"select {', '.join(_COLUMNS)} from usernames.username "  # noqa: S608
        "where configuration_id = $1 order by ctid",
        configuration,
    )
    records = [tuple(row) for row in found]
    with timed() as watch:
        await owner.copy_records_to_table("copied", columns=_COLUMNS, records=records)
    await owner.execute("drop table copied")
    return watch.seconds
