"""What the commands of `rosterbridge usernames` have in common: the engine's work as an operator."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from cli.terminal import ExitCode, run_as_operator, stop
from services.username_engine.engine.messages import Language, message
from services.username_engine.engine.validation import UsernameError
from services.username_engine.usernames.configurations import configuration_id_of
from shared.clock import Clock
from shared.database import Database
from shared.errors import ProblemError
from shared.settings import CommandSettings
from shared.telemetry import configure_logging

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
ConfigurationName = Annotated[str, typer.Argument(metavar="CONFIGURATION")]


def run_engine(work: Callable[[Database, Clock], Awaitable[T]]) -> T:
    """The work as an operator; what the engine refuses ends with its message and code."""
    configure_logging("WARNING")

    async def with_clock(database: Database, settings: CommandSettings) -> T:
        return await work(database, Clock(settings.today))

    try:
        return run_as_operator(with_clock)
    except UsernameError as error:
        text = f"{error.code.value}: {message(error.code, Language.EN, error.typed)}"
        if error.proposal:
            text += f"\nProposal: {error.proposal}"
        stop(ExitCode.REFUSED, text)
    except ProblemError as error:
        persons = error.members.get("persons", [])
        stop(ExitCode.REFUSED, "\n".join([f"{error.code}: {error.detail}", *persons]))


async def id_of(database: Database, name: str) -> int:
    async with database.transaction() as connection:
        return await configuration_id_of(connection, name)
