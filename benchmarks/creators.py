"""Eight engine processes creating names at once: all in one configuration, then each in its own."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import asyncpg

from benchmarks.deployment import TODAY, new_database, role_urls
from benchmarks.measuring import Figure, timed
from benchmarks.rolls import enrol
from services.username_engine.usernames.creation import create_missing
from shared.clock import Clock
from shared.database import Database
from shared.roles import Role

PROCESSES = 8
_NAMES = 40_000


async def measure(server_url: str) -> list[Figure]:
    owner_url = await new_database(server_url, "creators")
    engine_url = role_urls(owner_url)[Role.ENGINE]
    owner = await asyncpg.connect(owner_url)
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        # All are there before anything is measured.
        await _created(pool, engine_url, [await enrol(owner, "nobody", 0)] * PROCESSES)
        one = await enrol(owner, "one", _NAMES)
        with timed() as together:
            in_one = await _created(pool, engine_url, [one] * PROCESSES)
        several = [
            await enrol(owner, f"several-{number}", _NAMES // PROCESSES)
            for number in range(PROCESSES)
        ]
        with timed() as apart:
            in_several = await _created(pool, engine_url, several)
    twice = await owner.fetchval(_TWICE)
    await owner.close()
    return [
        Figure(f"{PROCESSES} processes in one configuration", f"{together.seconds:.2f} s"),
        Figure(f"names they made of {_NAMES:,}", f"{in_one:,}", "each once", in_one == _NAMES),
        Figure(f"{PROCESSES} processes in {PROCESSES} configurations", f"{apart.seconds:.2f} s"),
        Figure(
            f"names they made of {_NAMES:,}", f"{in_several:,}", "each once", in_several == _NAMES
        ),
        Figure("names that two persons of a configuration have", f"{twice}", "none", twice == 0),
    ]


# As uniqueness is meant, whatever the index says (M4.1.1).
_TWICE = """
    select count(*) from (
        select from usernames.username group by configuration_id, lower(local_part)
        having count(*) > 1
    ) twice
"""


async def _created(
    pool: ProcessPoolExecutor, engine_url: str, configurations: Sequence[int]
) -> int:
    """By a process for each, all at once; raises what any of them does, as a deadlock."""
    loop = asyncio.get_running_loop()
    made = await asyncio.gather(
        *(loop.run_in_executor(pool, _create, engine_url, each) for each in configurations)
    )
    return sum(made)


def _create(engine_url: str, configuration: int) -> int:
    async def created() -> int:
        async with Database(engine_url, application="benchmarks") as engine:
            return (await create_missing(engine, Clock(TODAY), configuration)).created

    return asyncio.run(created())
