"""The names to send of 50,000 persons, as publication asks the engine for them over HTTP."""

from collections.abc import Collection
from statistics import median

import asyncpg

from benchmarks.deployment import CONFIGURATION_ID, TODAY, Deployment
from benchmarks.measuring import Figure, milliseconds, timed
from benchmarks.rosters import THOUSANDS, roster_of

_ROUNDS = 5
_GOAL = 50_000
_BATCH = 1_000


async def measure(server_url: str) -> list[Figure]:
    async with roster_of(server_url, THOUSANDS) as deployed:
        everyone = await _resolved(deployed, None)
        times = []
        for _ in range(_ROUNDS):
            with timed() as watch:
                await _resolved(deployed, None)
            times.append(watch.seconds)
        some = everyone[:: len(everyone) // _BATCH][:_BATCH]
        batches = []
        for _ in range(_ROUNDS):
            with timed() as watch:
                await _resolved(deployed, some)
            batches.append(watch.seconds)
    rate = len(everyone) / median(times)
    return [
        Figure(
            f"all {len(everyone):,} names, in batches of 1,000",
            f"{rate:,.0f} a second",
            f"at least {_GOAL:,} a second",
            rate >= _GOAL,
        ),
        Figure(f"{len(some):,} persons by their ids", milliseconds(median(batches))),
    ]


async def _resolved(deployed: Deployment, persons: Collection[str] | None) -> list[str]:
    """Ids of those who have a name to send; in the snapshot of a transaction, as publication asks."""
    connection = await asyncpg.connect(deployed.owner_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("select pg_export_snapshot()")
            found = deployed.engine.resolve(CONFIGURATION_ID, TODAY, snapshot, persons)
            return [person async for batch in found for person, _ in batch]
    finally:
        await connection.close()
