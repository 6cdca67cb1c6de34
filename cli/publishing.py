"""`rosterbridge publish`: a roster brought up to date now."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import asyncpg
import typer
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from cli.access.stored import (
    UnknownConfigurationsError,
    known_configurations,
    stored_configurations,
)
from cli.configurations import stop_for_unknown
from cli.terminal import ExitCode, output, print_json, stop
from services.oneroster.publication.engine import Engine, EngineUnavailable
from services.oneroster.publication.publication import Published
from services.oneroster.publication.publisher import (
    NamesIncomplete,
    NotPublishable,
    Publisher,
)
from shared.clock import Clock
from shared.database import Database
from shared.settings import OneRosterSettings, SettingsError

Outcome = tuple[str, Published | str]


def publish_command(
    configurations: Annotated[
        list[str] | None, typer.Argument(metavar="[CONFIGURATION]…", help="Default: all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Publish what has changed; the username engine must be running.

    The OneRoster service does this by itself; the command tells what came of it. Exit codes: 0
    done, 2 wrong use, 3 a configuration could not be published, 5 database unreachable.
    """
    try:
        settings = OneRosterSettings.load()
    except SettingsError as error:
        stop(ExitCode.WRONG_USE, str(error))
    try:
        outcomes = asyncio.run(_publish(settings, configurations or []))
    except UnknownConfigurationsError as error:
        stop_for_unknown(error)
    except (OSError, asyncpg.PostgresError, SQLAlchemyError) as error:
        # The text of a database error repeats the rows it is about.
        stop(ExitCode.DATABASE_UNREACHABLE, f"The database cannot be read: {type(error).__name__}")
    if as_json:
        print_json([_document(*outcome) for outcome in outcomes])
    else:
        _print(outcomes)
    if any(isinstance(result, str) for _, result in outcomes):
        raise typer.Exit(ExitCode.REFUSED)


async def _publish(settings: OneRosterSettings, names: Sequence[str]) -> list[Outcome]:
    async with (
        Database(settings.database_url.get_secret_value(), application="publish") as database,
        Engine(settings.engine_url, settings.service_token) as engine,
    ):
        async with database.transaction() as connection:
            if names:
                await known_configurations(connection, names)
            known = await stored_configurations(connection, names or None)
        publisher = Publisher(database, engine, Clock(settings.today))
        return [(name, await _one(publisher, each.id)) for name, each in known.items()]


async def _one(publisher: Publisher, configuration_id: int) -> Published | str:
    try:
        return await publisher.publish(configuration_id)
    except NotPublishable:
        return "no data of its active school year has been imported"
    except EngineUnavailable as error:
        return f"the username engine is not available: {error}"
    except NamesIncomplete:
        return "data kept arriving; try again"


def _document(name: str, result: Published | str) -> dict[str, object]:
    if isinstance(result, str):
        return {"configuration": name, "error": result}
    edition = result.edition
    return {
        "configuration": name,
        "edition": edition.number,
        "changed": result.changed,
        "reference_date": edition.reference_date,
        "warnings": edition.warnings,
    }


def _print(outcomes: Sequence[Outcome]) -> None:
    table = Table("Configuration", "Edition", "Changed", "For", "Look at", box=None)
    for name, result in outcomes:
        if isinstance(result, str):
            table.add_row(name, "[red]not published[/red]", "", "", result)
        else:
            edition = result.edition
            warnings = ", ".join(
                f"{kind.replace('_', ' ')}: {count}" for kind, count in edition.warnings.items()
            )
            table.add_row(
                name,
                str(edition.number),
                str(result.changed),
                edition.reference_date.isoformat(),
                warnings,
            )
    output().print(table)
