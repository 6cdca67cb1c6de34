"""Pages of users against a bare application that sends the same text; last pages against first ones."""

from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from statistics import median

import asyncpg
import httpx

from benchmarks.bare import bare_page, keys_before, start_bare
from benchmarks.changing import rename, some_users
from benchmarks.deployment import Deployment
from benchmarks.load import Job, Page, Result, run_load
from benchmarks.measuring import Figure, milliseconds
from benchmarks.rosters import roster_of
from benchmarks.walking import open_pull, page_path, total_of, user_page
from benchmarks.worker import Worker, cpu_seconds
from cli.running.services import ServiceProcess

LIMITS = (1_000, 5_000)
CONNECTIONS = (1, 8, 32)
_ROUNDS, _SECONDS = 7, 0.5
_TIMED, _EDITIONS = 40, 3
_OF_BARE, _TO_FIRST = 0.8, 1.1


async def measure(server_url: str, persons: int) -> list[Figure]:
    async with AsyncExitStack() as stack:
        deployed = await stack.enter_async_context(roster_of(server_url, persons))
        worker = await stack.enter_async_context(deployed.worker())
        consumer = await stack.enter_async_context(worker.consumer())
        total = total_of(await open_pull(consumer, 1))
        bare = await start_bare(stack.enter_context(ExitStack()), deployed, worker)
        figures = [Figure("users; below: records a second", f"{total:,}")]
        busy = []
        for limit in LIMITS:
            keys = await keys_before(deployed, limit)
            await _check_same(consumer, bare, limit, keys)
            races = [_Race(worker, bare, limit, keys, number) for number in CONNECTIONS]
            figures += [await race.run() for race in races]
            figures.append(_own_time(races))
            busy += [race.busy for race in races]
        figures.append(Figure("the load itself, at most", f"{max(busy):.0%} of a core"))
        for limit in LIMITS:
            figures += await _last_and_first(worker, limit, total)
        figures += await _openings(deployed, worker, total)
    return figures


async def _check_same(
    consumer: httpx.AsyncClient, bare: ServiceProcess, limit: int, keys: Sequence[str]
) -> None:
    """Both send the same bytes for the same page."""
    await open_pull(consumer, limit)
    ours = await consumer.get(page_path(limit, limit))
    async with httpx.AsyncClient(base_url=bare.url, trust_env=False) as http:
        theirs = await http.get(bare_page(limit, keys[0]).path)
    if ours.content != theirs.content:
        raise AssertionError("the bare application sends another page than the service")


class _Race:
    """The service and the bare application in turn, in rounds too short for the machine to change."""

    def __init__(
        self,
        worker: Worker,
        bare: ServiceProcess,
        limit: int,
        keys: Sequence[str],
        connections: int,
    ) -> None:
        self.limit, self._connections = limit, connections
        total = limit * len(keys)
        # The pages behind the first, which opened the pull: keys[n] ends page n.
        self._ours = Job(
            worker.url,
            [user_page(limit, offset, total) for offset in range(limit, total, limit)],
            connections,
            _SECONDS,
            worker.headers,
        )
        self._bare = Job(
            bare.url, [bare_page(limit, key) for key in keys[:-1]], connections, _SECONDS
        )
        self.busy = 0.0
        self.ours, self.bare = _Side(worker.process), _Side(bare)

    async def run(self) -> Figure:
        for _ in range(_ROUNDS):
            for side, job in ((self.ours, self._ours), (self.bare, self._bare)):
                self.busy = max(self.busy, await side.load(job))
        rounds = zip(self.ours.speeds, self.bare.speeds, strict=True)
        ratio = median(ours / bare for ours, bare in rounds)
        speeds = f"{median(self.ours.speeds):,.0f}/s, bare {median(self.bare.speeds):,.0f}/s"
        s = "" if self._connections == 1 else "s"
        return Figure(
            f"{self.limit:,} a page, {self._connections} connection{s}",
            f"{speeds}: {ratio:.2f} x",
            f"at least {_OF_BARE} x",
            ratio >= _OF_BARE,
        )


class _Side:
    """What one of the two did in its rounds."""

    def __init__(self, process: ServiceProcess) -> None:
        self._process = process
        self.speeds: list[float] = []
        self.cpu_seconds = 0.0
        self.pages = 0

    async def load(self, job: Job) -> float:
        """What part of a core the load took."""
        before = cpu_seconds(self._process)
        result = await run_load(job)
        answered(result)
        self.cpu_seconds += cpu_seconds(self._process) - before
        self.speeds.append(result.records_per_second)
        self.pages += result.pages
        return result.busy


def _own_time(races: Sequence[_Race]) -> Figure:
    """What a page takes of the process itself: steady even where other work shares the machine."""
    ours, bare = (
        sum(side.cpu_seconds for side in sides) / sum(side.pages for side in sides)
        for sides in ([race.ours for race in races], [race.bare for race in races])
    )
    return Figure(
        f"{races[0].limit:,} a page: processor time",
        f"{milliseconds(ours)}, bare {milliseconds(bare)}: {bare / ours:.2f} x",
    )


def answered(result: Result) -> None:
    if set(result.statuses) != {"200"}:
        raise AssertionError(f"not all pages were answered: {result.statuses}")


async def _last_and_first(worker: Worker, limit: int, total: int) -> list[Figure]:
    """Three pages of one size in one pull: that which opens it, the next one, and the last whole one."""
    offsets = (0, limit, (total // limit - 1) * limit)
    pages = [user_page(limit, offset, total) for offset in offsets]
    first, second, last = await _latencies(worker, pages)
    return [
        Figure(
            f"{limit:,} a page: first, second, last",
            ", ".join(map(milliseconds, (first, second, last))),
        ),
        *(
            Figure(
                f"{limit:,} a page: last against {name}",
                f"{last / other:.2f} x",
                f"at most {_TO_FIRST} x",
                last / other <= _TO_FIRST,
            )
            for name, other in (("first", first), ("second", second))
        ),
    ]


async def _latencies(worker: Worker, pages: Sequence[Page]) -> list[float]:
    """The median of each page, asked for in turn over one connection."""
    result = await run_load(Job(worker.url, [*pages] * _TIMED, headers=worker.headers))
    answered(result)
    return [median(result.latencies[place :: len(pages)]) for place in range(len(pages))]


async def _openings(deployed: Deployment, worker: Worker, total: int) -> list[Figure]:
    """The first page of an edition that nobody has read: positions and the total are found for it."""
    owner = await asyncpg.connect(deployed.owner_url)
    persons = await some_users(owner, 1)
    limit = LIMITS[-1]
    seconds = []
    for _ in range(_EDITIONS):
        await rename(deployed, owner, persons)
        result = await run_load(
            Job(worker.url, [user_page(limit, 0, total)], headers=worker.headers)
        )
        answered(result)
        seconds.append(result.latencies[0])
    await owner.close()
    what = f"{limit:,} a page: very first of an edition"
    return [Figure(what, milliseconds(median(seconds)))]
