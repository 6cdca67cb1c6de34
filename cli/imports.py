"""`rosterbridge import`: the school's data from a bundle into `sis`."""

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.terminal import ExitCode, messages, print_json, run_as_operator
from intake import (
    BundleRefused,
    Format,
    ImportReport,
    IntakeError,
    RemovalLimitExceeded,
    WrongUse,
    import_bundle,
)
from intake.faults import DEFAULT_FAULT_LIMIT
from intake.importing import Progress as Tick
from intake.report import ConfigurationReport
from shared.clock import Clock
from shared.database import Database
from shared.settings import CommandSettings

OVER_LIMIT = 4
"""Understood and not done: it would end more persons than the limit allows."""


def import_command(
    path: Annotated[Path, typer.Argument(help="A folder or a zip.", show_default=False)],
    format_: Annotated[
        Format | None, typer.Option("--format", help="Found by itself where not given.")
    ] = None,
    configuration: Annotated[
        str | None,
        typer.Option(
            help="A native bundle: this configuration only. OneRoster and SDS files: the one they "
            "are for, needed where there are several."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the differences, write nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Import even if it ends more persons than the limit.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    fault_limit: Annotated[
        int, typer.Option(min=1, help="How many faults are named before the rest are counted.")
    ] = DEFAULT_FAULT_LIMIT,
) -> None:
    """Import school data: a native bundle, OneRoster CSV 1.1 or 1.2, or School Data Sync CSV v2.1.

    It is checked whole before anything is written, and written whole or not at all.

    Exit codes: 0 done, also where nothing changed; 2 wrong use; 3 refused, the bundle has faults;
    4 refused, it would end more of a school's persons than the limit; 5 the database cannot be
    reached.
    """

    async def work(database: Database, settings: CommandSettings, tick: Tick) -> ImportReport:
        return await import_bundle(
            database,
            path,
            format=format_,
            configuration=configuration,
            dry_run=dry_run,
            force=force,
            fault_limit=fault_limit,
            progress=tick,
            today=Clock(settings.today).today(),
        )

    report = _run(work, as_json)
    if as_json:
        print_json(report.as_json())
    else:
        _print_report(report)
    if dry_run and report.over_limit and not force:
        raise typer.Exit(OVER_LIMIT)


def _run(
    work: Callable[[Database, CommandSettings, Tick], Awaitable[ImportReport]], as_json: bool
) -> ImportReport:
    """The report of an import that was done; any other ends the command."""
    try:
        with _progress(shown=not as_json) as tick:
            return run_as_operator(lambda database, settings: work(database, settings, tick))
    except typer.Exit as stopped:
        # The reason stands on standard error already.
        if as_json:
            print_json(_STOPPED[ExitCode(stopped.exit_code)])
        raise
    except WrongUse as error:
        raise _failed(ExitCode.WRONG_USE, "wrong_use", str(error), as_json) from None
    except IntakeError as error:
        raise _refused(error, as_json) from None
    except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, ConnectionError):
        text = "The connection to the database was lost; nothing was written."
        raise _failed(
            ExitCode.DATABASE_UNREACHABLE, "database_unreachable", text, as_json
        ) from None


_STOPPED = {
    ExitCode.WRONG_USE: {"error": "wrong_use", "detail": "The settings cannot be used."},
    ExitCode.DATABASE_UNREACHABLE: {
        "error": "database_unreachable",
        "detail": "The database cannot be reached or used; nothing was written.",
    },
}


@contextmanager
def _progress(*, shown: bool) -> Iterator[Tick]:
    """A bar on a terminal; nothing where the output goes elsewhere."""
    console = messages()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not (shown and console.is_terminal)
    ) as bar:
        task = bar.add_task("opening", total=None)

        def tick(what: str, done: int, total: int) -> None:
            # Without a total the bar only moves: how long checking takes is not known.
            bar.update(task, description=what, completed=done, total=total or None)

        yield tick


def _failed(code: int, name: str, text: str, as_json: bool, **details: Any) -> typer.Exit:
    if as_json:
        print_json({"error": name, "detail": text, **details})
    else:
        typer.echo(text, err=True)
    return typer.Exit(code)


def _refused(error: IntakeError, as_json: bool) -> typer.Exit:
    if isinstance(error, RemovalLimitExceeded):
        text = f"Refused, nothing was written; --force imports it all the same.\n{error}"
        schools = [asdict(school) for school in error.schools]
        return _failed(OVER_LIMIT, "removal_limit", text, as_json, schools=schools)
    if not isinstance(error, BundleRefused):
        return _failed(ExitCode.REFUSED, "refused", str(error), as_json)
    number = len(error.faults) + error.more
    headline = f"Refused, nothing was written: {number} fault{'s' if number > 1 else ''}."
    if as_json:
        faults = [asdict(fault) for fault in error.faults]
        return _failed(
            ExitCode.REFUSED, "faults", headline, as_json, faults=faults, more=error.more
        )
    typer.echo(f"{headline}\n{error}", err=True)
    return typer.Exit(ExitCode.REFUSED)


_COUNTS = ("added", "changed", "removed", "returned", "unchanged")


def _print_report(report: ImportReport) -> None:
    # Widths of a file or a pipe are not a terminal's: a table there is never folded.
    console = Console(width=None if sys.stdout.isatty() else 200)
    for one in report.configurations:
        console.print(_table(one, report))
    for line in _lines(report):
        typer.echo(line)


def _table(one: ConfigurationReport, report: ImportReport) -> Table:
    state = "would change" if report.dry_run else f"revision {one.revision}"
    if one.revision is None and not one.differences:
        state = "nothing changed"
    table = Table(title=f"{one.configuration}: {state}", box=box.SIMPLE, title_justify="left")
    table.add_column("")
    for name in _COUNTS:
        table.add_column(name, justify="right")
    for counts in one.tables:
        numbers = [getattr(counts, name) for name in _COUNTS]
        if any(numbers):
            table.add_row(counts.table, *(f"{number:,}" if number else "" for number in numbers))
    return table


def _lines(report: ImportReport) -> Iterator[str]:
    for one in report.differences:
        columns = f" ({', '.join(one.columns)})" if one.columns else ""
        yield f"{one.configuration}: {one.table} {' '.join(one.key)} {one.action}{columns}"
    for kind, number in report.skipped:
        yield f"Skipped: {number:,} {kind}"
    for warning in report.warnings:
        yield f"Warning: {warning}"
    for school in report.over_limit:
        yield f"Over the limit: {school}"
    if report.dry_run:
        yield "Dry run: nothing was written."
