"""A whole pull as SDS makes it, by a consumer of its own process: a token, five collections, page by page."""

from contextlib import AsyncExitStack
from statistics import median

import httpx

from benchmarks.load import Job, Page, run_load
from benchmarks.measuring import Figure, milliseconds
from benchmarks.pages import answered
from benchmarks.rosters import THOUSANDS, roster_of
from benchmarks.walking import page_path, total_of
from benchmarks.worker import ROSTERING

COLLECTIONS = ("academicSessions", "orgs", "users", "classes", "enrollments")
_LIMIT = 5_000
_PULLS = 3


async def measure(server_url: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        deployed = await stack.enter_async_context(roster_of(server_url, THOUSANDS))
        worker = await stack.enter_async_context(deployed.worker())
        consumer = await stack.enter_async_context(worker.consumer())
        pages = [page for name in COLLECTIONS for page in await _pages_of(consumer, name)]
        job = Job(worker.url, pages, headers=worker.headers)
        before = worker.cpu_seconds()
        pulls = [await run_load(job) for _ in range(_PULLS)]
        busy = (worker.cpu_seconds() - before) / _PULLS
    for pull in pulls:
        answered(pull)
    seconds = median(pull.seconds for pull in pulls)
    records, received = pulls[0].records, pulls[0].received
    return [
        Figure(
            f"{len(pages)} pages, {records:,} records, {received / 1e6:.0f} MB", f"{seconds:.2f} s"
        ),
        Figure("records a second", f"{records / seconds:,.0f}"),
        Figure("the worker's own time", f"{busy:.2f} s"),
        Figure("the slowest page", milliseconds(max(max(pull.latencies) for pull in pulls))),
    ]


async def _pages_of(consumer: httpx.AsyncClient, collection: str) -> list[Page]:
    answer = await consumer.get(page_path(1, 0, collection))
    answer.raise_for_status()
    total = total_of(answer)
    return [
        Page(ROSTERING + page_path(_LIMIT, offset, collection), min(_LIMIT, total - offset))
        for offset in range(0, total, _LIMIT)
    ]
