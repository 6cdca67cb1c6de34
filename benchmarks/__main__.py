"""`make bench`: every benchmark, or those named as arguments."""

import asyncio
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import first_publication, one_change
from benchmarks.measuring import print_figures
from shared.embedded_postgres import EmbeddedPostgres
from shared.memory import settle
from shared.telemetry import configure_logging

BENCHMARKS = {
    "first_publication": ("Import and first publication of 50,000 persons", first_publication),
    "one_change": ("One changed person until it is served", one_change),
}


def main() -> None:
    configure_logging("ERROR")
    # As the services do: publication runs in this process here.
    settle()
    chosen = sys.argv[1:] or list(BENCHMARKS)
    if unknown := set(chosen) - set(BENCHMARKS):
        sys.exit(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    # Each in a server of its own: what one leaves to be vacuumed would slow the next.
    for name in chosen:
        title, benchmark = BENCHMARKS[name]
        with ExitStack() as stack:
            server_url = os.environ.get("DATABASE_URL") or _server(stack)
            print_figures(title, asyncio.run(benchmark.measure(server_url)))


def _server(stack: ExitStack) -> str:
    """As `make run` has it: durable."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="rosterbridge-bench-")))
    server = EmbeddedPostgres(folder)
    stack.callback(server.remove)
    return server.start()


if __name__ == "__main__":
    main()
