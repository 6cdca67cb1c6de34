"""A real PostgreSQL for every test: one cluster a run, one migrated database a worker.

Tests share a worker's database and keep apart by configuration, as customers do.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio

from migrations.runner import migrate
from shared.database import Database, asyncpg_url
from shared.embedded_postgres import throwaway_postgres
from shared.roles import Role, role_name

PASSWORD = "a-password-for-tests"
# One for all: a worker's database holds signing keys that are sealed under it.
SECRET_KEY = "the secret key of a deployment that only tests know"


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or the only process) brings the cluster; workers find its URL."""
    if hasattr(config, "workerinput") or os.environ.get("DATABASE_URL"):
        return
    stack = ExitStack()
    os.environ["DATABASE_URL"] = stack.enter_context(throwaway_postgres(max_connections=200))
    config.add_cleanup(stack.close)


@dataclass(frozen=True)
class TestDatabase:
    """A database of this worker's own, migrated by the real chain."""

    __test__ = False

    owner_url: str

    def url(self, role: Role) -> str:
        url = asyncpg_url(self.owner_url).set(drivername="postgresql", password=PASSWORD)
        return url.set(username=role_name(str(url.database), role)).render_as_string(
            hide_password=False
        )


@contextmanager
def new_database() -> Iterator[TestDatabase]:
    server = asyncpg_url(os.environ["DATABASE_URL"]).set(drivername="postgresql")
    name = f"test_{secrets.token_hex(6)}"

    def run(statement: str) -> None:
        async def execute() -> None:
            connection = await asyncpg.connect(server.render_as_string(hide_password=False))
            await connection.execute(statement)
            await connection.close()

        asyncio.run(execute())

    run(f'create database "{name}"')
    url = server.set(database=name).render_as_string(hide_password=False)
    asyncio.run(migrate(url, dict.fromkeys(Role, PASSWORD)))
    yield TestDatabase(url)
    run(f'drop database "{name}" with (force)')
    for role in Role:
        run(f'drop role "{role_name(name, role)}"')


@pytest.fixture(scope="session")
def database() -> Iterator[TestDatabase]:
    with new_database() as made:
        yield made


@pytest_asyncio.fixture(scope="session")
async def owner(database: TestDatabase) -> AsyncIterator[Database]:
    """The owner's eyes, for arranging and looking; services under test use their own roles."""
    async with Database(database.owner_url, application="tests") as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def intake_database(database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(database.url(Role.INTAKE), application="tests") as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def engine_database(database: TestDatabase) -> AsyncIterator[Database]:
    # More than the races in the tests, so that the database decides them and not the pool.
    async with Database(database.url(Role.ENGINE), application="tests", pool_size=20) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def oneroster_database(database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(database.url(Role.ONEROSTER), application="tests") as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def operator_database(database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(database.url(Role.OPERATOR), application="tests") as opened:
        yield opened
