"""What arrives is published without anyone asking; a lost hint is made good by the sweep."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
import pytest_asyncio

from services.oneroster.publication.freshness import Freshness
from services.oneroster.publication.watcher import Watcher
from shared.clock import Clock
from shared.database import Database
from shared.roles import Role
from shared.tables import sis
from tests.arranging import add_location, add_school, add_student, change, new_configuration
from tests.conftest import TestDatabase, new_database
from tests.oneroster.conftest import IN_OCTOBER, Publishing


# A database of their own: the watcher looks through every configuration there is.
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


@pytest_asyncio.fixture(scope="module")
async def oneroster_database(database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(database.url(Role.ONEROSTER), application="tests") as opened:
        yield opened


@asynccontextmanager
async def _watching(publishing: Publishing) -> AsyncIterator[None]:
    freshness = Freshness(publishing.publisher(), wait_seconds=20)
    watcher = Watcher(publishing.database, freshness, Clock(IN_OCTOBER))
    task = asyncio.create_task(watcher.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await freshness.close()


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await holds():
            await asyncio.sleep(0.02)


async def test_a_commit_is_published_by_itself(owner: Database, publishing: Publishing) -> None:
    async with _watching(publishing):
        configuration = await new_configuration(owner)
        place = await add_location(owner, configuration, await add_school(owner, configuration))
        student = await add_student(owner, configuration, place)

        async def named() -> bool:
            return await publishing.usernames(configuration) == {student: "bert.ameel"}

        await _until(named)
        await change(owner, configuration, sis.person, {"id": student}, given_name="Albert")

        async def renamed() -> bool:
            users = await publishing.served(configuration, "users")
            return bool(users[student]["givenName"] == "Albert")

        await _until(renamed)


async def test_what_was_committed_while_nobody_listened_is_published_too(
    owner: Database, publishing: Publishing
) -> None:
    configuration = await new_configuration(owner)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    student = await add_student(owner, configuration, place)

    async with _watching(publishing):

        async def named() -> bool:
            return await publishing.usernames(configuration) == {student: "bert.ameel"}

        await _until(named)


async def test_a_lost_connection_is_made_again(
    owner: Database, publishing: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.notifications._HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr("shared.notifications._RETRY_SECONDS", 0.05)
    configuration = await new_configuration(owner)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    async with _watching(publishing):
        async with owner.transaction() as connection:
            await connection.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and query ilike 'listen%'"
            )
        student = await add_student(owner, configuration, place)

        async def named() -> bool:
            return student in await publishing.usernames(configuration)

        await _until(named)
