"""`rosterbridge year`: the switch to another school year."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.access.school_years import Switch, YearNotImportedError, switch_year
from cli.access.stored import UnknownConfigurationsError
from cli.configuration_sheet import values
from cli.configuration_sheet.mistakes import ValueMistake
from cli.configurations import stop_for_unknown
from cli.terminal import ExitCode, messages, output, print_json, run_as_operator, stop
from shared.database import Database
from shared.settings import CommandSettings

app = typer.Typer(no_args_is_help=True, help="Switch configurations to another school year.")


@app.callback()
def year() -> None:
    """Switch configurations to another school year."""


@app.command()
def switch(
    configurations: Annotated[
        list[str], typer.Argument(metavar="CONFIGURATION", help="All are switched, or none.")
    ],
    school_year: Annotated[
        str, typer.Argument(metavar="YEAR", help="The school year to serve, such as 2026-27.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show both years, and change nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Switch also where the year is not imported yet.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Serve another school year from the next pull on (in summer, M6)."""
    try:
        values.school_year(school_year)
    except ValueMistake as mistake:
        stop(ExitCode.WRONG_USE, f"YEAR: {mistake}")

    async def work(database: Database, _: CommandSettings) -> tuple[Switch, ...]:
        async with database.transaction() as connection:
            switches = await switch_year(connection, configurations, school_year, force=force)
            if dry_run:
                await connection.rollback()
        return switches

    try:
        switches = run_as_operator(work)
    except UnknownConfigurationsError as error:
        stop_for_unknown(error)
    except YearNotImportedError as error:
        _refuse(error.switches, as_json=as_json)
    if as_json:
        print_json({"switched": not dry_run, "configurations": [*map(_json, switches)]})
        return
    _print(output(), switches)
    if dry_run:
        output().print("Nothing has been written yet.")
    elif any(one.is_change for one in switches):
        output().print(
            f'Switched. Now put active_school_year = "{school_year}" in the sheets, which no '
            "longer apply without it."
        )


def _refuse(switches: Sequence[Switch], *, as_json: bool) -> None:
    if as_json:
        print_json({"switched": False, "configurations": [*map(_json, switches)]})
    else:
        _print(messages(), switches)
    stop(
        ExitCode.REFUSED,
        "Refused: what is not imported would be missing in the feed. Import it first, or give "
        "--force.",
    )


def _print(console: Console, switches: Sequence[Switch]) -> None:
    for one in switches:
        told = f"{one.old.label} → {one.new.label}" if one.is_change else "already serves it"
        console.print(Text.assemble((one.configuration, "bold"), f": {told}"))
        if one.is_change:
            console.print(Padding(_table(one), (0, 0, 0, 2), expand=False))
        for warning in one.warnings:
            text = Text.assemble(("warning", "yellow"), f" {warning}")
            console.print(Padding(text, (0, 0, 0, 2), expand=False))


def _table(one: Switch) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("School", overflow="fold")
    for label in (one.old.label, one.new.label):
        table.add_column(f"{label} students", justify="right")
        table.add_column("classes", justify="right")
    for old, new in zip(one.old.schools, one.new.schools, strict=True):
        counts = (old.students, old.classes, new.students, new.classes)
        table.add_row(Text(old.number), *map(str, counts))
    if len(one.old.schools) > 1:
        counts = (one.old.students, one.old.classes, one.new.students, one.new.classes)
        table.add_row("all", *map(str, counts), style="bold")
    return table


def _json(one: Switch) -> dict[str, Any]:
    return {
        "configuration": one.configuration,
        "changed": one.is_change,
        "years": [
            {
                "school_year": year.label,
                "imported": year.is_imported,
                "students": year.students,
                "classes": year.classes,
                "schools": [
                    {"number": at.number, "students": at.students, "classes": at.classes}
                    for at in year.schools
                ],
            }
            for year in (one.old, one.new)
        ],
        "missing": list(one.missing),
        "warnings": list(one.warnings),
    }
