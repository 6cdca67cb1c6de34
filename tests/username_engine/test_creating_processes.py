"""Engine processes of their own, all creating at once, on the real database."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from services.username_engine.usernames.creation import create_missing
from shared.database import Database
from shared.roles import Role
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    add_student,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.looking import AUTUMN, local_parts_of

PROCESSES, ROUNDS = 8, 3


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Forked from one that has imported all this, so that they start at once."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        yield pool


def create_in_rounds(
    owner_url: str, engine_url: str, configuration: Arranged, place: Place
) -> list[int]:
    """What a process does: a student arrives, and it creates; how many names it made each time."""

    async def rounds() -> list[int]:
        async with (
            Database(owner_url, application="tests") as owner,
            Database(engine_url, application="tests") as engine,
        ):
            made = []
            for _ in range(ROUNDS):
                await add_student(owner, configuration, place)
                made.append((await create_missing(engine, AUTUMN, configuration.id)).created)
            return made

    return asyncio.run(rounds())


async def created_by_all(
    processes: ProcessPoolExecutor,
    database: TestDatabase,
    places: Sequence[tuple[Arranged, Place]],
) -> int:
    """The sum of what they made; raises what any of them does."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(60):
        made = await asyncio.gather(
            *(
                loop.run_in_executor(
                    processes,
                    create_in_rounds,
                    database.owner_url,
                    database.url(Role.ENGINE),
                    configuration,
                    place,
                )
                for configuration, place in places
            )
        )
    return sum(map(sum, made))


async def a_place(owner: Database) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration)
    return configuration, await add_location(owner, configuration, school)


def numbered(names: int) -> set[str]:
    return {"bert.ameel"} | {f"bert.ameel{number}" for number in range(2, names + 1)}


async def test_eight_processes_in_one_configuration_give_each_name_once(
    owner: Database, database: TestDatabase, processes: ProcessPoolExecutor
) -> None:
    place = await a_place(owner)
    assert await created_by_all(processes, database, [place] * PROCESSES) == PROCESSES * ROUNDS
    names = list((await local_parts_of(owner, place[0])).values())
    assert len(names) == PROCESSES * ROUNDS
    assert set(names) == numbered(PROCESSES * ROUNDS)


async def test_eight_processes_in_eight_configurations_do_not_hinder_each_other(
    owner: Database, database: TestDatabase, processes: ProcessPoolExecutor
) -> None:
    places = [await a_place(owner) for _ in range(PROCESSES)]
    assert await created_by_all(processes, database, places) == PROCESSES * ROUNDS
    for configuration, _ in places:
        assert set((await local_parts_of(owner, configuration)).values()) == numbered(ROUNDS)
