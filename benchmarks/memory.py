"""What a worker holds while 32 consumers ask for pages of 10,000 users, slow readers among them."""

from collections.abc import Mapping
from contextlib import AsyncExitStack

from benchmarks.load import Job, run_load
from benchmarks.measuring import Figure
from benchmarks.pages import answered
from benchmarks.rosters import THOUSANDS, roster_of
from benchmarks.walking import open_pull, total_of, user_page

CONNECTIONS, SLOW = 32, 8
_LIMIT = 10_000
_SECONDS = 8
_MOST = 200


async def measure(server_url: str) -> list[Figure]:
    plain = await _peak(server_url, "identity")
    packed = await _peak(server_url, "gzip")
    return [*plain, *packed]


async def _peak(server_url: str, encoding: str) -> list[Figure]:
    """By a worker of its own: memory that Python has taken it may keep."""
    async with AsyncExitStack() as stack:
        deployed = await stack.enter_async_context(roster_of(server_url, THOUSANDS))
        worker = await stack.enter_async_context(deployed.worker())
        consumer = await stack.enter_async_context(worker.consumer())
        total = total_of(await open_pull(consumer, 1))
        await open_pull(consumer, _LIMIT)
        resting = worker.memory()
        headers: Mapping[str, str] = {**worker.headers, "Accept-Encoding": encoding}
        pages = [user_page(_LIMIT, offset, total) for offset in range(0, total - _LIMIT, _LIMIT)]
        result = await run_load(Job(worker.url, pages, CONNECTIONS, _SECONDS, headers, SLOW))
        answered(result)
        peak = worker.peak_memory()
        return [
            Figure(f"{encoding}: at rest", f"{resting:.0f} MB"),
            Figure(
                f"{encoding}: {CONNECTIONS} connections, {SLOW} of them slow",
                f"{peak:.0f} MB  ({result.pages} pages)",
                f"at most {_MOST} MB",
                peak <= _MOST,
            ),
        ]
