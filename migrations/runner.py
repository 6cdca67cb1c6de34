"""Migrates a database to the newest revision, and gives the services' roles their passwords."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from shared.database import asyncpg_url
from shared.roles import Role, role_name

# Two migrations at once would race for the same catalogue rows; the second waits.
_LOCK = 0x526F7374


def alembic_configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    return configuration


async def migrate(owner_url: str, passwords: Mapping[Role, str] | None = None) -> None:
    """Upgrade to the newest revision as the database's owner, in one transaction.

    `passwords` sets those of the services' login roles; roles that are not named keep theirs.
    """
    engine = create_async_engine(asyncpg_url(owner_url))
    try:
        async with engine.begin() as connection:
            await connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_upgrade)
            await _set_passwords(connection, passwords or {})
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    configuration = alembic_configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


async def _set_passwords(connection: AsyncConnection, passwords: Mapping[Role, str]) -> None:
    database = (await connection.execute(text("select current_database()"))).scalar_one()
    for role, password in passwords.items():
        # ALTER ROLE takes no bind parameters; format() quotes both in the server.
        statement = (
            await connection.execute(
                text(
                    "select format('alter role %I password %L', cast(:role as text), cast(:password as text))"
                ),
                {"role": role_name(database, role), "password": password},
            )
        ).scalar_one()
        await connection.exec_driver_sql(statement)


def run_with_connection(owner_url: str, work: Callable[[Connection], None]) -> None:
    async def run() -> None:
        engine = create_async_engine(asyncpg_url(owner_url))
        async with engine.begin() as connection:
            await connection.run_sync(work)
        await engine.dispose()

    asyncio.run(run())
