"""`If-None-Match` with the edition's ETag: 304, without a row being read."""

from contextlib import AsyncExitStack
from statistics import median

import httpx

from benchmarks.load import Job, Result, run_load
from benchmarks.measuring import Figure, milliseconds
from benchmarks.rosters import THOUSANDS, roster_of
from benchmarks.walking import open_pull, page_path, user_page
from benchmarks.worker import Worker

_LIMIT = 5_000
_TIMED = 25


async def measure(server_url: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        deployed = await stack.enter_async_context(roster_of(server_url, THOUSANDS))
        worker = await stack.enter_async_context(deployed.worker())
        consumer = await stack.enter_async_context(worker.consumer())
        await open_pull(consumer, _LIMIT)
        return [
            *await _page(worker, consumer, "first", 0),
            *await _page(worker, consumer, "second", _LIMIT),
        ]


async def _page(
    worker: Worker, consumer: httpx.AsyncClient, name: str, offset: int
) -> list[Figure]:
    answer = await consumer.get(page_path(_LIMIT, offset))
    tag = answer.raise_for_status().headers.get("ETag")
    what = f"the {name} page of {_LIMIT:,}"
    if tag is None:
        return [Figure(what, "has no ETag", "304", False)]
    whole = await _ask(worker, offset, {})
    unchanged = await _ask(worker, offset, {"If-None-Match": tag})
    times = median(unchanged.latencies) / median(whole.latencies)
    return [
        Figure(what, f"{milliseconds(median(whole.latencies))}, {_received(whole)}"),
        Figure(
            f"{what}, unchanged",
            f"{milliseconds(median(unchanged.latencies))}, {_received(unchanged)}: {times:.2f} x",
            "304",
            set(unchanged.statuses) == {"304"},
        ),
    ]


def _received(result: Result) -> str:
    return f"{result.received / result.pages / 1000:,.1f} kB"


async def _ask(worker: Worker, offset: int, further: dict[str, str]) -> Result:
    page = user_page(_LIMIT, offset, offset + _LIMIT)
    headers = {**worker.headers, "Accept-Encoding": "identity", **further}
    return await run_load(Job(worker.url, [page] * _TIMED, headers=headers))
