"""The driver's pool: sessions set for one configuration, lost connections, patience."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text

from services.oneroster.publication.visibility import entering, seeing
from shared.database import Database
from shared.driver_pool import DriverPool
from shared.roles import Role
from tests.conftest import TestDatabase

PATIENCE = 0.2
_BACKEND = "select pg_backend_pid() as pid"


@pytest_asyncio.fixture
async def pool(database: TestDatabase) -> AsyncIterator[DriverPool]:
    url = database.url(Role.ONEROSTER)
    async with DriverPool(url, application="tests", size=1, patience=PATIENCE) as pool:
        yield pool


@pytest_asyncio.fixture
async def read_at(owner: Database) -> AsyncIterator[tuple[int, int]]:
    """Two configurations, of which each holds one row."""
    numbers = (2_000_000_001, 2_000_000_002)
    async with owner.transaction() as connection:
        for number in numbers:
            await connection.execute(
                text(
                    "insert into roster.client_use values (:number, 'driver pool', now()) "
                    "on conflict do nothing"
                ),
                {"number": number},
            )
    yield numbers


async def test_a_session_sees_the_configuration_it_was_last_set_to(
    pool: DriverPool, read_at: tuple[int, int]
) -> None:
    for number in (*read_at, *read_at):
        rows = await pool.fetch(
            seeing(number), "select distinct configuration_id from roster.client_use"
        )
        assert [row["configuration_id"] for row in rows] == [number]


async def test_a_transaction_leaves_the_session_as_it_was(
    pool: DriverPool, read_at: tuple[int, int]
) -> None:
    first, second = read_at
    await pool.fetch(seeing(first), "select 1")
    async with pool.transaction(entering(second)) as connection:
        assert await connection.fetchval("select configuration_id from roster.client_use") == second
    rows = await pool.fetch(seeing(first), "select configuration_id from roster.client_use")
    assert {row["configuration_id"] for row in rows} == {first}


async def test_without_a_setting_nothing_is_read_and_it_is_said(pool: DriverPool) -> None:
    with pytest.raises(asyncpg.PostgresError):
        async with pool.transaction() as connection:
            await connection.fetch("select * from roster.client_use")


async def test_a_connection_that_was_lost_is_replaced_and_set_again(
    pool: DriverPool, owner: Database, read_at: tuple[int, int]
) -> None:
    (row,) = await pool.fetch(seeing(read_at[0]), _BACKEND)
    async with owner.transaction() as connection:
        await connection.execute(text("select pg_terminate_backend(:pid, 5000)"), dict(row))

    rows = await pool.fetch(seeing(read_at[0]), "select configuration_id from roster.client_use")

    assert {row["configuration_id"] for row in rows} == {read_at[0]}


async def test_a_transaction_that_failed_is_rolled_back_and_the_pool_goes_on(
    pool: DriverPool, read_at: tuple[int, int]
) -> None:
    async def fail() -> None:
        async with pool.transaction(entering(read_at[0])) as connection:
            await connection.execute("delete from roster.client_use")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    rows = await pool.fetch(seeing(read_at[0]), "select 1 from roster.client_use")
    assert len(rows) == 1


async def test_who_waits_too_long_for_a_connection_is_told(pool: DriverPool) -> None:
    async with pool.transaction():
        with pytest.raises(TimeoutError):
            await pool.fetch("select 1", "select 1")
    assert await asyncio.wait_for(pool.fetch("select 1", "select 1"), 5)
