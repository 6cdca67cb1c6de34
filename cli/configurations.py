"""`rosterbridge configuration`: apply intake sheets, show and list what there is."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.access.applying import Applied, ReadFile, SheetsRefusedError, apply_sheets
from cli.access.clients import StoredClient, stored_clients
from cli.access.stored import (
    StoredConfiguration,
    UnknownConfigurationsError,
    known_configurations,
    stored_configurations,
)
from cli.application_report import applied_json, mistakes_json, print_applied, print_mistakes
from cli.configuration_sheet.reading import read_sheet
from cli.configuration_sheet.sheet import rules_by_key
from cli.configuration_sheet.writing import sheet_text
from cli.terminal import ExitCode, messages, output, print_json, run_as_operator, stop
from services.username_engine.engine.usernames import DomainPolicies
from shared.clock import Clock
from shared.database import Database
from shared.settings import CommandSettings

app = typer.Typer(no_args_is_help=True, help="Apply intake sheets; show and list configurations.")


Plan = tuple[Applied, ...]


@app.command()
def apply(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE.toml", help="Intake sheets, applied together.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before what needs confirmation.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Make configurations be what their sheets say: all of the files, or none.

    The same sheets again change nothing. Every mistake in them is named at once. Exit codes: 0
    done, 2 wrong use, 3 refused, 5 database unreachable.
    """
    sheets = _read(files)
    try:
        if dry_run:
            applied, _ = _apply(sheets, lambda _: False)
        elif yes:
            applied, _ = _apply(sheets, lambda _: True)
        else:
            applied = _apply_confirmed(sheets, as_json=as_json)
    except SheetsRefusedError as error:
        if as_json:
            print_json({"applied": False, "mistakes": mistakes_json(error.mistakes)})
        else:
            print_mistakes(messages(), error.mistakes)
        raise typer.Exit(ExitCode.REFUSED) from None
    if as_json:
        print_json({"applied": not dry_run, "configurations": [*map(applied_json, applied)]})
    elif dry_run or yes or not any(one.needs_confirmation for one in applied):
        print_applied(output(), applied, planned=dry_run)
    else:
        output().print("Done, as shown.")


def _apply_confirmed(sheets: Sequence[ReadFile], *, as_json: bool) -> Plan:
    """Applies at once, unless something needs a confirmation: then the plan is shown first, and
    what is committed must still be that plan."""
    plan, done = _apply(sheets, lambda plan: not any(one.needs_confirmation for one in plan))
    if done:
        return plan
    if as_json:
        print_json(
            {
                "applied": False,
                "needs_confirmation": True,
                "configurations": [*map(applied_json, plan)],
            }
        )
        stop(ExitCode.REFUSED, "Refused: this needs a confirmation. Give --yes, or see --dry-run.")
    print_applied(output(), plan, planned=True)
    try:
        agreed = typer.confirm("Apply this?", err=True)
    except typer.Abort:
        stop(ExitCode.REFUSED, "\nNot applied: nobody could confirm it. Give --yes.")
    if not agreed:
        stop(ExitCode.REFUSED, "Not applied.")
    applied, done = _apply(sheets, lambda now: now == plan)
    if not done:
        stop(ExitCode.REFUSED, "Not applied: the data changed meanwhile. Run it again.")
    return applied


def _apply(sheets: Sequence[ReadFile], commits: Callable[[Plan], bool]) -> tuple[Plan, bool]:
    """Applies the sheets and commits if `commits` says so of what was done; what, and whether."""

    async def work(database: Database, settings: CommandSettings) -> tuple[Plan, bool]:
        today = Clock(settings.today).today()
        async with database.transaction() as connection:
            applied = await apply_sheets(connection, sheets, today=today)
            done = commits(applied)
            if not done:
                await connection.rollback()
        return applied, done

    return run_as_operator(work)


def _read(files: Sequence[Path]) -> list[ReadFile]:
    sheets: list[ReadFile] = []
    for file in dict.fromkeys(files):
        try:
            content = file.read_bytes()
        except OSError as error:
            stop(ExitCode.WRONG_USE, f"{file}: {error.strerror or 'cannot be read'}")
        sheets.append(ReadFile(str(file), read_sheet(content)))
    return sheets


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The configuration's name.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Print a configuration as an intake sheet, which can be applied again."""

    async def read(database: Database, _: CommandSettings) -> StoredConfiguration:
        async with database.snapshot() as connection:
            return (await known_configurations(connection, [name]))[name]

    try:
        found = run_as_operator(read)
    except UnknownConfigurationsError as error:
        stop_for_unknown(error)
    if as_json:
        print_json(_json(found))
    else:
        # Not through rich, which would wrap: this is a file.
        typer.echo(sheet_text(found.sheet), nl=False)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List all configurations."""

    async def read(
        database: Database, _: CommandSettings
    ) -> tuple[list[StoredConfiguration], list[StoredClient]]:
        async with database.snapshot() as connection:
            return await _all(connection)

    configurations, clients = run_as_operator(read)
    if as_json:
        print_json([_json(found) for found in configurations])
        return
    if not configurations:
        messages().print("There is no configuration yet: rosterbridge configuration apply FILE")
        return
    output().print(_table(configurations, clients))


async def _all(
    connection: AsyncConnection,
) -> tuple[list[StoredConfiguration], list[StoredClient]]:
    configurations = await stored_configurations(connection)
    return list(configurations.values()), await stored_clients(connection)


def _table(configurations: Sequence[StoredConfiguration], clients: Sequence[StoredClient]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Configuration", no_wrap=True)
    table.add_column("Year", no_wrap=True)
    for column in ("Schools", "Clients"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("Domains", overflow="fold")
    for found in configurations:
        own = [client for client in clients if client.configuration == found.sheet.name]
        table.add_row(
            Text(found.sheet.name),
            found.sheet.active_school_year,
            str(len(found.sheet.schools)),
            str(sum(client.revoked_at is None for client in own)),
            _assigned(found.sheet.domain_policies),
        )
    return table


def _assigned(policies: DomainPolicies) -> str:
    students, staff = policies.students.value, policies.staff.value
    return f"by {students}" if students == staff else f"students {students}, staff {staff}"


def stop_for_unknown(error: UnknownConfigurationsError) -> NoReturn:
    """Ends the command with the names that nothing has."""
    known = ", ".join(error.known) or "none yet"
    stop(
        ExitCode.REFUSED,
        f"There is no configuration {', '.join(error.names)}. There are: {known}",
    )


def _json(found: StoredConfiguration) -> dict[str, Any]:
    sheet = found.sheet
    return {
        "name": sheet.name,
        "tenant_id": str(sheet.tenant_id),
        "active_school_year": sheet.active_school_year,
        "usernames": {
            "format": sheet.username_format,
            "maximum_length": sheet.maximum_length,
            "rules": rules_by_key(sheet.rules),
            "reserved_words": list(sheet.reserved_words),
            "reuse_after_days": sheet.reuse_after_days,
            "domain_for_students": sheet.domain_policies.students.value,
            "domain_for_staff": sheet.domain_policies.staff.value,
            "from_source": sheet.from_source,
            "verified_domains": list(sheet.verified_domains),
        },
        "students": {"future": "include" if sheet.future_students else "exclude"},
        "classes": {"title_format": sheet.title_format},
        "feed": {"enabled_user": sheet.enabled_user},
        "privacy": {
            "guardians": sheet.privacy.guardians,
            "demographics": sheet.privacy.demographics,
            "user_flags": sheet.privacy.user_flags,
        },
        "intake": {"removal_limit_percent": sheet.removal_limit_percent},
        "schools": [
            {
                "number": school.number,
                "staff_domain": school.staff_domain,
                "student_domain": school.student_domain,
                "sync_by_default": school.sync_by_default,
                "locations": [
                    {
                        "number": place.number,
                        "student_domain": place.student_domain,
                        "sync_by_default": place.sync_by_default,
                    }
                    for place in school.locations
                ],
            }
            for school in sheet.schools
        ],
    }
