"""A sweep goes over every configuration there is: these tests have a database of their own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert

from services.username_engine.usernames import creation
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.locks import only_sweeper
from services.username_engine.usernames.sweeping import moved_configurations, sweep
from services.username_engine.wake_ups import WakeUps
from shared.clock import Clock
from shared.database import Database, notify
from shared.roles import Role
from shared.tables import sis
from tests.arranging import (
    FIRST_DAY,
    YEAR,
    Arranged,
    Place,
    add_location,
    add_school,
    add_staff,
    add_student,
    new_configuration,
    raise_counter,
)
from tests.conftest import TestDatabase, new_database
from tests.username_engine.looking import AUTUMN, local_parts_of

TOMORROW = Clock(AUTUMN.today().replace(day=2))


@pytest.fixture(scope="module")
def database() -> Iterator[TestDatabase]:
    with new_database() as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def owner(database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(database.owner_url, application="tests") as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def engine_database(database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(database.url(Role.ENGINE), application="tests") as opened:
        yield opened


async def arranged(owner: Database, **choices: Any) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner, **choices)
    school = await add_school(owner, configuration)
    return configuration, await add_location(owner, configuration, school)


async def test_the_sweep_makes_names_that_nobody_was_woken_for(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    assert configuration.id in await moved_configurations(engine_database, AUTUMN)

    await sweep(engine_database, AUTUMN)

    assert await local_parts_of(owner, configuration) == {person: "bert.ameel"}
    assert configuration.id not in await moved_configurations(engine_database, AUTUMN)


async def test_the_sweep_after_midnight_names_who_starts_that_day(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    school = place.school_number
    person = await add_staff(owner, configuration, school, start_date=TOMORROW.today())
    await sweep(engine_database, AUTUMN)
    assert await local_parts_of(owner, configuration) == {}

    await sweep(engine_database, TOMORROW)
    assert set(await local_parts_of(owner, configuration)) == {person}


async def test_a_crash_between_chunks_is_repaired_by_the_sweep(
    owner: Database, engine_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration, place = await arranged(owner)
    persons = {await add_student(owner, configuration, place) for _ in range(5)}
    monkeypatch.setattr(creation, "CHUNK", 2)

    def crash(done: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await create_missing(engine_database, AUTUMN, configuration.id, on_progress=crash)
    assert len(await local_parts_of(owner, configuration)) == 4

    await sweep(engine_database, AUTUMN)
    found = await local_parts_of(owner, configuration)
    assert set(found) == persons
    assert set(found.values()) == {"bert.ameel", *(f"bert.ameel{n}" for n in range(2, 6))}


async def test_a_configuration_that_fails_does_not_stop_the_others(
    owner: Database, engine_database: Database
) -> None:
    broken, place = await arranged(owner, username_format="{no such name}")
    await add_student(owner, broken, place)
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)

    await sweep(engine_database, AUTUMN)

    assert set(await local_parts_of(owner, configuration)) == {person}
    assert broken.id in await moved_configurations(engine_database, AUTUMN)


async def test_only_one_process_sweeps(owner: Database, engine_database: Database) -> None:
    configuration, place = await arranged(owner)
    await add_student(owner, configuration, place)
    async with only_sweeper(owner) as alone:
        assert alone
        assert await sweep(engine_database, AUTUMN) == 0
    assert await local_parts_of(owner, configuration) == {}


@asynccontextmanager
async def running(wake_ups: WakeUps) -> AsyncIterator[None]:
    task = asyncio.create_task(wake_ups.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until_named(owner: Database, configuration: Arranged, persons: set[str]) -> None:
    async with asyncio.timeout(20):
        while set(await local_parts_of(owner, configuration)) != persons:
            await asyncio.sleep(0.01)


async def until_listening(owner: Database) -> None:
    """The last of the engine's channels is listened to."""
    async with asyncio.timeout(20):
        while True:
            async with owner.transaction() as connection:
                found = await connection.exec_driver_sql(
                    "select pid from pg_stat_activity where datname = current_database()"
                    " and state = 'idle' and query ilike 'listen%rosterbridge_access%'"
                )
                if found.first():
                    return


async def test_what_was_committed_while_away_is_named_at_the_start(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    missed = await add_student(owner, configuration, place)
    async with running(WakeUps(engine_database, AUTUMN)):
        await until_named(owner, configuration, {missed})


async def test_names_follow_a_commit_without_a_sweep(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    # While this holds the sweep, only a commit that was heard can bring a name.
    async with only_sweeper(owner) as alone, running(WakeUps(engine_database, AUTUMN)):
        assert alone
        await until_listening(owner)
        persons: set[str] = set()
        for _ in range(3):
            persons.add(await add_student(owner, configuration, place))
            await until_named(owner, configuration, persons)


async def test_a_choice_of_the_operator_wakes_the_engine_too(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration, all_locations=False)
    place = await add_location(owner, configuration, school)
    person = await add_student(owner, configuration, place)
    async with running(WakeUps(engine_database, AUTUMN)):
        await add_location(owner, configuration, school, chosen={})
        async with owner.transaction() as connection:
            await notify(connection, "rosterbridge_access", str(configuration.id))
        await until_named(owner, configuration, {person})


async def test_an_odd_notification_does_no_harm(owner: Database, engine_database: Database) -> None:
    configuration, place = await arranged(owner)
    async with running(WakeUps(engine_database, AUTUMN)):
        async with owner.transaction() as connection:
            for payload in ("", "²", "99999999999", "2147483647"):
                await notify(connection, "rosterbridge_sis", payload)
        person = await add_student(owner, configuration, place)
        await until_named(owner, configuration, {person})


async def test_a_lost_listener_comes_back_and_makes_up_for_what_it_missed(
    owner: Database, engine_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.notifications._HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr("shared.notifications._RETRY_SECONDS", 0.05)
    configuration, place = await arranged(owner)
    first = await add_student(owner, configuration, place)
    async with running(WakeUps(engine_database, AUTUMN)):
        await until_named(owner, configuration, {first})
        # Committed without a word: only the sweep at the reconnection finds it.
        person = await add_person_and_enrolment_quietly(owner, configuration, place)
        async with owner.transaction() as connection:
            ended = await connection.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
                " and state = 'idle' and (query ilike 'listen%' or query = 'select 1')"
            )
            assert ended.scalars().all() == [True]
        await until_named(owner, configuration, {first, person})


async def add_person_and_enrolment_quietly(
    owner: Database, configuration: Arranged, place: Place
) -> str:
    person = "quiet"
    of_both = {"configuration_id": configuration.id}
    async with owner.transaction() as connection:
        of_both["revision"] = await raise_counter(
            connection, sis.revision_counter, configuration.id
        )
        await connection.execute(
            insert(sis.person).values(id=person, given_name="An", family_name="Smet", **of_both)
        )
        await connection.execute(
            insert(sis.enrolment).values(
                person_id=person,
                school_number=place.school_number,
                location_number=place.number,
                school_year=YEAR,
                start_date=FIRST_DAY,
                **of_both,
            )
        )
    return person
