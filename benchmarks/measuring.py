"""Figures, and the table they are printed in."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass
class Stopwatch:
    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    watch = Stopwatch()
    started = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `met` is None where there is no goal."""

    what: str
    value: str
    goal: str = ""
    met: bool | None = None


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.{0 if seconds >= 0.1 else 1}f} ms"


def print_figures(title: str, figures: list[Figure]) -> None:
    table = Table("What", "Figure", "Goal", "", title=title, title_justify="left", min_width=100)
    for figure in figures:
        verdict = {None: "", True: "met", False: "[bold]missed[/bold]"}[figure.met]
        table.add_row(figure.what, figure.value, figure.goal, verdict)
    Console(width=100).print(table)
