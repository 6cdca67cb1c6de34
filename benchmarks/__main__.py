"""`make bench`: every benchmark, or those named as arguments.

Rosters to read are published once a run, for all benchmarks that read them. With BENCH_DIR they stay
in that folder for the next run; so they do in the server that DATABASE_URL names.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import (
    bulk_sync,
    compression,
    creation,
    creators,
    crowd,
    delta,
    first_publication,
    memory,
    not_modified,
    one_change,
    pages,
    rendering,
    resolving,
    sds_pull,
    username_list,
)
from benchmarks.measuring import Figure, print_figures
from benchmarks.rosters import MILLION, THOUSANDS
from shared.embedded_postgres import EmbeddedPostgres
from shared.memory import settle
from shared.telemetry import configure_logging


@dataclass(frozen=True)
class Benchmark:
    title: str
    measure: Callable[[str], Awaitable[list[Figure]]]
    """Given the owner's URL of a server."""
    reads: bool = True
    """It shares a server with others that read; else it has one of its own, since what one leaves
    to be vacuumed would slow the next."""
    server: bool = True
    """Without, it is given no URL."""


BENCHMARKS = {
    "first_publication": Benchmark(
        f"Import and first publication of {THOUSANDS:,} persons",
        first_publication.measure,
        reads=False,
    ),
    "one_change": Benchmark(
        "One changed person until it is served", one_change.measure, reads=False
    ),
    "pages": Benchmark(
        f"Pages of users among {THOUSANDS:,} persons", partial(pages.measure, persons=THOUSANDS)
    ),
    "sds_pull": Benchmark(f"The whole pull of SDS, {THOUSANDS:,} persons", sds_pull.measure),
    "memory": Benchmark("A worker's memory under pages of 10,000 users", memory.measure),
    "compression": Benchmark("gzip, at eight connections", compression.measure),
    "crowd": Benchmark("64 connections on a pool of five", crowd.measure),
    "not_modified": Benchmark("If-None-Match", not_modified.measure),
    "pages_million": Benchmark(
        f"Pages of users among {MILLION:,} persons", partial(pages.measure, persons=MILLION)
    ),
    "delta": Benchmark("A delta with ten changes", delta.measure),
    "creation": Benchmark(
        f"Creating {creation.MANY:,} names in one configuration",
        partial(creation.measure, largest=creation.MANY),
        reads=False,
    ),
    "creation_million": Benchmark(
        f"Creating {creation.MILLION:,} names in one configuration",
        partial(creation.measure, largest=creation.MILLION),
        reads=False,
    ),
    "creators": Benchmark(
        f"{creators.PROCESSES} engine processes creating at once", creators.measure, reads=False
    ),
    "rendering": Benchmark("Transliterating and rendering a name", rendering.measure, server=False),
    "resolving": Benchmark(f"The names to send, {THOUSANDS:,} persons", resolving.measure),
    "bulk_sync": Benchmark(
        f"Sync of a school of {bulk_sync.STUDENTS:,} students at once",
        bulk_sync.measure,
        reads=False,
    ),
    "username_list": Benchmark(
        f"The list of usernames of a school of {username_list.STUDENTS:,} students",
        username_list.measure,
        reads=False,
    ),
}


def main() -> None:
    configure_logging("ERROR")
    # As the services do: publication runs in this process here.
    settle()
    chosen = sys.argv[1:] or list(BENCHMARKS)
    if unknown := set(chosen) - set(BENCHMARKS):
        sys.exit(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    with ExitStack() as reading:
        to_read: str | None = None
        for name in chosen:
            benchmark = BENCHMARKS[name]
            with ExitStack() as own:
                if not benchmark.server:
                    server_url = ""
                elif benchmark.reads:
                    server_url = to_read = to_read or _server(reading, os.environ.get("BENCH_DIR"))
                else:
                    server_url = _server(own)
                print_figures(f"{name}: {benchmark.title}", _run(benchmark, server_url))


def _run(benchmark: Benchmark, server_url: str) -> list[Figure]:
    async def measured() -> list[Figure]:
        return await benchmark.measure(server_url)

    return asyncio.run(measured())


def _server(stack: ExitStack, kept: str | None = None) -> str:
    """As `make run` has it: durable. In a folder of its own that goes, unless it is to be `kept`."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    if kept:
        return stack.enter_context(EmbeddedPostgres(Path(kept))).url
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="rosterbridge-bench-")))
    server = EmbeddedPostgres(folder)
    stack.callback(server.remove)
    return server.start()


if __name__ == "__main__":
    main()
