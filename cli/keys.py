"""`rosterbridge key`: the keys that sign access tokens."""

import typer

from cli.terminal import output, run_as_operator
from services.oneroster.oauth.keys import rotate_signing_key
from shared.database import Database
from shared.settings import CommandSettings

app = typer.Typer(no_args_is_help=True, help="The keys that sign access tokens.")


@app.callback()
def keys() -> None:
    """Makes `key` a group of commands, also while it has one alone."""


@app.command()
def rotate() -> None:
    """Make a new signing key; tokens of the old one stay valid until they run out."""

    async def work(database: Database, settings: CommandSettings) -> str:
        async with database.transaction() as connection:
            return await rotate_signing_key(connection, settings.secret_key)

    output().print(f"Access tokens will be signed by the key {run_as_operator(work)}.")
