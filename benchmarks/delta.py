"""A delta with ten changes, among 50,000 and among 1,000,000."""

from contextlib import AsyncExitStack
from statistics import median

import asyncpg

from benchmarks.changing import rename, some_users
from benchmarks.deployment import CONFIGURATION_ID, Deployment
from benchmarks.load import Job, Page, run_load
from benchmarks.measuring import Figure, milliseconds
from benchmarks.pages import answered
from benchmarks.rosters import MILLION, THOUSANDS, roster_of
from benchmarks.walking import page_path, total_of
from benchmarks.worker import ROSTERING, Worker

CHANGES = 10
_LIMIT = 5_000
_ROUNDS, _AT_ONCE = 7, 5
_SAME = 1.5


async def measure(server_url: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        sides = [
            await _Side.prepare(stack, server_url, persons) for persons in (THOUSANDS, MILLION)
        ]
        for _ in range(_ROUNDS):
            for side in sides:
                await side.ask()
    small, large = sides
    ratio = large.median / small.median
    return [
        Figure(f"{CHANGES} changes among {THOUSANDS:,}: the first time", milliseconds(small.first)),
        Figure(f"{CHANGES} changes among {MILLION:,}: the first time", milliseconds(large.first)),
        Figure(f"{CHANGES} changes among {THOUSANDS:,}", milliseconds(small.median)),
        Figure(f"{CHANGES} changes among {MILLION:,}", milliseconds(large.median)),
        Figure(
            f"{MILLION:,} against {THOUSANDS:,}",
            f"{ratio:.2f} x",
            f"at most {_SAME} x",
            ratio <= _SAME,
        ),
    ]


class _Side:
    def __init__(self, worker: Worker, path: str, first: float) -> None:
        self._job = Job(
            worker.url, [Page(ROSTERING + path, CHANGES)] * _AT_ONCE, headers=worker.headers
        )
        self.first = first
        self._seconds: list[float] = []

    @classmethod
    async def prepare(cls, stack: AsyncExitStack, server_url: str, persons: int) -> "_Side":
        deployed = await stack.enter_async_context(roster_of(server_url, persons))
        worker = await stack.enter_async_context(deployed.worker())
        path = page_path(_LIMIT, 0, wanted=await _changed_since(deployed))
        first = await run_load(Job(worker.url, [Page(ROSTERING + path)], headers=worker.headers))
        async with worker.consumer() as consumer:
            answer = await consumer.get(path)
        found = len(answer.raise_for_status().json()["users"])
        if not found == total_of(answer) == CHANGES:
            raise AssertionError(f"the delta holds {found} of {total_of(answer)}")
        return cls(worker, path, first.latencies[0])

    async def ask(self) -> None:
        result = await run_load(self._job)
        answered(result)
        self._seconds += result.latencies

    @property
    def median(self) -> float:
        return median(self._seconds)


async def _changed_since(deployed: Deployment) -> str:
    """The filter of a delta behind which ten users have been changed."""
    owner = await asyncpg.connect(deployed.owner_url)
    bookmark = await owner.fetchval(
        "select to_char(max(stamp) at time zone 'UTC', $2) from roster.edition "
        "where configuration_id = $1",
        CONFIGURATION_ID,
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"',
    )
    await rename(deployed, owner, await some_users(owner, CHANGES))
    # As autovacuum keeps it; a small delta's plan follows from what the table holds.
    await owner.execute("analyze roster.users")
    await owner.close()
    return f"dateLastModified>'{bookmark}'"
