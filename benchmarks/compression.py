"""gzip: what it costs a worker, and what it saves on the line."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

from benchmarks.load import Job, run_load
from benchmarks.measuring import Figure, milliseconds
from benchmarks.pages import LIMITS, answered
from benchmarks.rosters import THOUSANDS, roster_of
from benchmarks.walking import open_pull, total_of, user_page
from benchmarks.worker import Worker

_CONNECTIONS = 8
_ROUNDS, _SECONDS = 5, 1.0


@dataclass(frozen=True, slots=True)
class _Round:
    records_per_second: float
    bytes_per_page: float
    cpu_per_page: float


async def measure(server_url: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        deployed = await stack.enter_async_context(roster_of(server_url, THOUSANDS))
        worker = await stack.enter_async_context(deployed.worker())
        consumer = await stack.enter_async_context(worker.consumer())
        figures = []
        for limit in LIMITS:
            total = total_of(await open_pull(consumer, limit))
            figures += await _compare(worker, limit, total)
    return figures


async def _compare(worker: Worker, limit: int, total: int) -> list[Figure]:
    rounds = [
        (
            await _round(worker, limit, total, "identity"),
            await _round(worker, limit, total, "gzip"),
        )
        for _ in range(_ROUNDS)
    ]
    plain, packed = (_median([each[side] for each in rounds]) for side in (0, 1))
    speed = median(gzip.records_per_second / bare.records_per_second for bare, gzip in rounds)
    saved = plain.bytes_per_page - packed.bytes_per_page
    cost = packed.cpu_per_page - plain.cpu_per_page
    page = f"page of {limit:,}"
    return [
        Figure(f"{page}: as it is", _described(plain)),
        Figure(f"{page}: gzip", f"{_described(packed)}: {speed:.2f} x"),
        Figure(f"{page}: saved", _saved(saved, plain.bytes_per_page, cost)),
    ]


def _described(each: _Round) -> str:
    return (
        f"{each.bytes_per_page / 1000:,.0f} kB, {milliseconds(each.cpu_per_page)}, "
        f"{each.records_per_second:,.0f} records/s"
    )


def _saved(saved: float, of: float, cost: float) -> str:
    """With the speed of a line on which sending what is saved takes as long as saving it."""
    text = f"{saved / of:.0%} of the bytes"
    if saved < of / 100 or cost <= 0:
        return text
    return f"{text}, for {milliseconds(cost)}: pays below {saved * 8 / cost / 1e6:,.0f} Mbit/s"


async def _round(worker: Worker, limit: int, total: int, encoding: str) -> _Round:
    pages = [user_page(limit, offset, total) for offset in range(limit, total - limit, limit)]
    headers = {**worker.headers, "Accept-Encoding": encoding}
    before = worker.cpu_seconds()
    result = await run_load(Job(worker.url, pages, _CONNECTIONS, _SECONDS, headers))
    answered(result)
    return _Round(
        result.records_per_second,
        result.received / result.pages,
        (worker.cpu_seconds() - before) / result.pages,
    )


def _median(rounds: list[_Round]) -> _Round:
    return _Round(
        median(each.records_per_second for each in rounds),
        median(each.bytes_per_page for each in rounds),
        median(each.cpu_per_page for each in rounds),
    )
