"""The migration chain makes the tables the code declares, and can be taken back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from migrations.env_options import OPTIONS
from shared.database import Database
from shared.tables import metadata


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), metadata))


async def test_the_chain_makes_the_declared_tables(owner: Database) -> None:
    async with owner.transaction() as connection:
        assert await connection.run_sync(_differences) == []


async def test_every_table_keyed_by_configuration_starts_its_key_with_it(owner: Database) -> None:
    for table in metadata.tables.values():
        if "configuration_id" in table.c:
            assert next(iter(table.primary_key.columns)).name == "configuration_id", table


async def test_every_roster_table_is_under_forced_row_level_security(owner: Database) -> None:
    async with owner.transaction() as connection:
        open_tables = await connection.execute(
            text(
                "select relname from pg_class where relnamespace = 'roster'::regnamespace "
                "and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)"
            )
        )
        assert open_tables.all() == []
