"""What every command has in common: consoles, exit codes, and the database as an operator."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import NoReturn, TypeVar

import asyncpg
import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.exc import ArgumentError, DBAPIError, ProgrammingError, SQLAlchemyError

from shared.database import Database
from shared.settings import CommandSettings, SettingsError

T = TypeVar("T")


class ExitCode(IntEnum):
    """What scripts can rely on."""

    DONE = 0
    WRONG_USE = 2
    """The command or its settings cannot be understood."""
    REFUSED = 3
    """Understood and not done: mistakes, or a confirmation that was not given."""
    DATABASE_UNREACHABLE = 5


def output() -> Console:
    """Standard output: results alone, so that it can be piped."""
    return Console(highlight=False, soft_wrap=False)


def messages() -> Console:
    """Standard error: what went wrong, and questions."""
    return Console(stderr=True, highlight=False)


def print_json(value: object) -> None:
    """One JSON document, never wrapped."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def stop(code: ExitCode, text: str) -> NoReturn:
    # Not wrapped: a path or a URL in it is there to be copied.
    messages().print(Text(text), soft_wrap=True)
    raise typer.Exit(code)


def run_as_operator(work: Callable[[Database, CommandSettings], Awaitable[T]]) -> T:
    """Runs `work` on the database that the settings name, under the operator's role."""
    try:
        settings = CommandSettings.load()
    except SettingsError as error:
        stop(ExitCode.WRONG_USE, str(error))
    return asyncio.run(_with_database(work, settings))


async def _with_database(
    work: Callable[[Database, CommandSettings], Awaitable[T]], settings: CommandSettings
) -> T:
    try:
        database = Database(
            settings.operator_database_url.get_secret_value(),
            application="rosterbridge command line",
            pool_size=2,
        )
    except ArgumentError:
        stop(ExitCode.WRONG_USE, "ROSTERBRIDGE_OPERATOR_DATABASE_URL: is not a postgresql:// URL")
    async with database:
        await _reach(database)
        try:
            return await work(database, settings)
        except ProgrammingError as error:
            if isinstance(error.orig and error.orig.__cause__, asyncpg.UndefinedTableError):
                stop(ExitCode.DATABASE_UNREACHABLE, "The database has not been migrated.")
            raise
        except DBAPIError as error:
            if error.connection_invalidated:
                stop(ExitCode.DATABASE_UNREACHABLE, "The connection to the database was lost.")
            raise


async def _reach(database: Database) -> None:
    try:
        async with database.transaction():
            pass
    except (OSError, asyncpg.PostgresError, SQLAlchemyError) as error:
        # The driver's text names host and role, never the password.
        reason = error.orig if isinstance(error, DBAPIError) else error
        where = database.url.render_as_string(hide_password=True)
        stop(ExitCode.DATABASE_UNREACHABLE, f"The database cannot be reached: {where}\n{reason}")
