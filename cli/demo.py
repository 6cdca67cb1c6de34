"""`rosterbridge demo`: the generated schools as files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.terminal import output
from demo import school_year_of, write_demo
from shared.clock import Clock
from shared.settings import Settings


def demo_command(
    folder: Annotated[Path, typer.Argument(help="Where to write; made if it is not there.")],
) -> None:
    """Write the demo's bundle, OneRoster file and intake sheets, to look at or to import.

    The same day gives the same files. `rosterbridge run` loads them by itself.
    """
    today = Clock(Settings.load().today).today()
    demo = write_demo(folder, school_year=school_year_of(today), today=today)
    table = Table("What", "Where", box=None, header_style="bold")
    table.add_row("Native bundle", str(demo.bundle))
    table.add_row("OneRoster 1.1 CSV", str(demo.oneroster))
    for path in demo.configurations:
        table.add_row("Intake sheet", str(path))
    output().print(table)
