"""64 connections on a pool of five: everybody is answered, and health answers throughout."""

import asyncio
import time
from contextlib import AsyncExitStack, suppress

import httpx

from benchmarks.load import Job, run_load
from benchmarks.measuring import Figure, milliseconds
from benchmarks.rosters import THOUSANDS, roster_of
from benchmarks.walking import open_pull, total_of, user_page

CONNECTIONS, POOL = 64, 5
_LIMIT = 1_000
_SECONDS = 8
_SAMPLED_EVERY = 0.05


async def measure(server_url: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        deployed = await stack.enter_async_context(roster_of(server_url, THOUSANDS))
        settings = {"ROSTERBRIDGE_DATABASE_POOL_SIZE": str(POOL)}
        worker = await stack.enter_async_context(deployed.worker(**settings))
        consumer = await stack.enter_async_context(worker.consumer())
        total = total_of(await open_pull(consumer, _LIMIT))
        pages = [user_page(_LIMIT, offset, total) for offset in range(_LIMIT, total, _LIMIT)]
        health = _Health(worker.url)
        sampling = asyncio.create_task(health.sample())
        result = await run_load(Job(worker.url, pages, CONNECTIONS, _SECONDS, worker.headers))
        sampling.cancel()
        with suppress(asyncio.CancelledError):
            await sampling
    ordered = sorted(result.latencies)
    return [
        Figure(
            f"{result.pages:,} pages of {_LIMIT:,} at {CONNECTIONS} connections, a pool of {POOL}",
            ", ".join(f"{number:,} x {status}" for status, number in result.statuses.items()),
            "all 200",
            set(result.statuses) == {"200"},
        ),
        Figure("records a second", f"{result.records_per_second:,.0f}"),
        Figure(
            "a page: median, 99th percentile, worst",
            ", ".join(
                milliseconds(ordered[int(place * (len(ordered) - 1))]) for place in (0.5, 0.99, 1)
            ),
        ),
        Figure(
            f"/health/ready, asked {len(health.seconds)} times meanwhile",
            ", ".join(f"{health.statuses.count(each)} x {each}" for each in set(health.statuses)),
            "all 200",
            set(health.statuses) == {200},
        ),
        Figure("its slowest answer", milliseconds(max(health.seconds))),
    ]


class _Health:
    """Over a connection of its own; a 0 stands for no answer."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/health/ready"
        self.statuses: list[int] = []
        self.seconds: list[float] = []

    async def sample(self) -> None:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            while True:
                began = time.perf_counter()
                try:
                    status = (await http.get(self._url)).status_code
                except httpx.HTTPError:
                    status = 0
                self.statuses.append(status)
                self.seconds.append(time.perf_counter() - began)
                await asyncio.sleep(_SAMPLED_EVERY)
