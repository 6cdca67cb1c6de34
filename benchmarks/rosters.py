"""Published rosters that the benchmarks of reading share, since a million takes minutes to publish."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from alembic.script import ScriptDirectory

from benchmarks.deployment import (
    CONFIGURATION_ID,
    SCHOOL_YEAR,
    TODAY,
    Deployment,
    migrated,
    opened,
)
from demo import Size, write_bundle_of_size
from intake import import_bundle
from migrations.runner import alembic_configuration
from services.oneroster.publication.rendering import RENDERING

THOUSANDS, MILLION = 50_000, 1_000_000
_PUBLISHED = "published"


@asynccontextmanager
async def roster_of(server_url: str, persons: int) -> AsyncIterator[Deployment]:
    """A deployment with so many persons published in its one configuration.

    Its database stays in the server for the next benchmark. Another revision of the tables or form
    of the bodies is another database.
    """
    head = ScriptDirectory.from_config(alembic_configuration()).get_current_head()
    name = f"roster_of_{persons}_{head}_{RENDERING}"
    server = await asyncpg.connect(server_url)
    try:
        if not await _is_published(server, name):
            await server.execute(f'drop database if exists "{name}"')
            await server.execute(f'create database "{name}"')
            await _publish(await migrated(server_url, name), persons)
            await server.execute(f"comment on database \"{name}\" is '{_PUBLISHED}'")
    finally:
        await server.close()
    async with opened(await migrated(server_url, name)) as deployed:
        yield deployed


async def _is_published(server: "asyncpg.Connection[asyncpg.Record]", name: str) -> bool:
    comment = await server.fetchval(
        "select shobj_description(oid, 'pg_database') from pg_database where datname = $1", name
    )
    return bool(comment == _PUBLISHED)


async def _publish(owner_url: str, persons: int) -> None:
    with TemporaryDirectory(prefix="rosterbridge-bench-") as folder:
        bundle = write_bundle_of_size(
            Path(folder), Size(persons), school_year=SCHOOL_YEAR, today=TODAY
        )
        async with opened(owner_url) as deployed:
            await deployed.configure(bundle)
            await import_bundle(deployed.operator, bundle.bundle, today=TODAY)
            await deployed.publisher.publish(CONFIGURATION_ID)
    owner = await asyncpg.connect(owner_url)
    # As on a server that has been up for a while.
    await owner.execute("vacuum analyze")
    await owner.close()
