"""The bare application as a process, and the same pages of it as a consumer asks of the service."""

from collections.abc import Sequence
from contextlib import ExitStack
from urllib.parse import quote

import asyncpg

from benchmarks.deployment import CONFIGURATION_ID, Deployment, start_process
from benchmarks.load import Page
from benchmarks.worker import ROSTERING, Worker
from cli.running.services import ServiceProcess
from shared.settings import Settings

_POOL_SIZE = Settings.model_fields["database_pool_size"].default


async def start_bare(stack: ExitStack, deployed: Deployment, worker: Worker) -> ServiceProcess:
    """With a pool of the service's size, as the owner, whom row-level security lets pass."""
    owner = await asyncpg.connect(deployed.owner_url)
    edition = await owner.fetchval(
        "select max(number) from roster.edition where configuration_id = $1", CONFIGURATION_ID
    )
    await owner.close()
    environment = {
        "BARE_DATABASE_URL": deployed.owner_url,
        "BARE_POOL_SIZE": str(_POOL_SIZE),
        "BARE_CONFIGURATION": str(CONFIGURATION_ID),
        "BARE_EDITION": str(edition),
        "BARE_BASE_URL": worker.url + ROSTERING,
    }
    process = start_process(
        stack, "bare", "benchmarks.bare_app:create_app", environment, deployed.folder
    )
    await process.ready()
    return process


async def keys_before(deployed: Deployment, limit: int) -> Sequence[str]:
    """The last sourcedId of each whole page of users."""
    owner = await asyncpg.connect(deployed.owner_url)
    rows = await owner.fetch(
        "select sourced_id from (select sourced_id, row_number() over (order by sourced_id) as place"
        " from roster.users where configuration_id = $1 and active and until_edition is null) as users"
        " where place % $2 = 0 order by sourced_id",
        CONFIGURATION_ID,
        limit,
    )
    await owner.close()
    return [row["sourced_id"] for row in rows]


def bare_page(limit: int, after: str) -> Page:
    return Page(f"/?limit={limit}&after={quote(after)}", limit)
