"""`rosterbridge run`: everything on this machine, by one command."""

import os
from typing import Annotated

import asyncpg
import typer
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from cli.running.services import PortTaken, ServiceFailed
from cli.running.supervisor import (
    DatabaseInUse,
    Running,
    RunOptions,
    StateFolderError,
    run,
)
from cli.terminal import ExitCode, output, stop
from shared.clock import Clock
from shared.embedded_postgres import EmbeddedPostgresError
from shared.settings import Settings, SettingsError, state_dir


def run_command(
    oneroster_port: Annotated[
        int, typer.Option(envvar="ROSTERBRIDGE_ONEROSTER_PORT", min=1, max=65535)
    ] = 8001,
    engine_port: Annotated[
        int, typer.Option(envvar="ROSTERBRIDGE_ENGINE_PORT", min=1, max=65535)
    ] = 8002,
    host: Annotated[
        str, typer.Option(envvar="ROSTERBRIDGE_HOST", help="The address to answer on.")
    ] = "127.0.0.1",
    demo: Annotated[bool, typer.Option(help="Load the demo schools at the first run.")] = True,
) -> None:
    """Start a database, both services and the demo; Ctrl-C ends all of it.

    The database is the one DATABASE_URL names, else an embedded PostgreSQL in the state folder
    (ROSTERBRIDGE_STATE_DIR, .rosterbridge by default). The next run finds its data again.
    """
    if oneroster_port == engine_port:
        stop(ExitCode.WRONG_USE, f"Both services can't answer on port {engine_port}.")
    try:
        options = RunOptions(
            state_dir(),
            host,
            oneroster_port,
            engine_port,
            os.environ.get("DATABASE_URL") or None,
            demo,
            Clock(Settings.load().today),
        )
        run(options, _say, _welcome)
    except SettingsError as error:
        stop(ExitCode.WRONG_USE, str(error))
    except ArgumentError:
        stop(ExitCode.WRONG_USE, "DATABASE_URL: is not a postgresql:// URL")
    except StateFolderError as error:
        stop(ExitCode.WRONG_USE, str(error))
    except (PortTaken, DatabaseInUse, EmbeddedPostgresError, ServiceFailed) as error:
        stop(ExitCode.REFUSED, str(error))
    except (OSError, asyncpg.PostgresError, SQLAlchemyError) as error:
        stop(ExitCode.DATABASE_UNREACHABLE, f"The database can't be used: {error}")


def _say(text: str) -> None:
    output().print(Text(f"{text} …", style="dim"), soft_wrap=True)


def _welcome(running: Running) -> None:
    console, options = output(), running.options
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("OneRoster", options.oneroster_url)
    table.add_row("", f"{options.oneroster_url}/docs  (OpenAPI)")
    table.add_row("Username engine", options.engine_url)
    table.add_row("", f"{options.engine_url}/docs  (OpenAPI)")
    if options.development_issuer:
        table.add_row("Sign in", f"{options.engine_url}/auth/sign-in")
        table.add_row("", "as anything: a development issuer, on this machine alone")
    if running.demo:
        main = running.demo.main
        table.add_row("Token URL", f"{options.oneroster_url}/connect/token")
        table.add_row("Configuration", main.configuration)
        table.add_row("Client id", main.client_id)
        table.add_row("Client secret", main.client_secret)
    table.add_row("State", str(options.state))
    console.print(Panel(table, title="RosterBridge", title_align="left", expand=False))
    if running.demo:
        console.print("Try it (the demo's clients are in demo.json of the state folder):\n")
        # Not wrapped: it is meant to be copied.
        typer.echo(running.demo.curl(options.oneroster_url) + "\n")
    console.print("Ctrl-C stops everything.")
