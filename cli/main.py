"""`rosterbridge`: the operators' command line."""

import typer

from cli import clients, configurations, keys, usernames, years
from cli.demo import demo_command
from cli.imports import import_command
from cli.migrating import migrate_command
from cli.publishing import publish_command
from cli.run import run_command
from shared.telemetry import configure_logging

app = typer.Typer(
    name="rosterbridge",
    no_args_is_help=True,
    # A traceback with local variables would print what must not leave the database.
    pretty_exceptions_show_locals=False,
    help="From a school's information system to Microsoft School Data Sync.",
)
app.command("run")(run_command)
app.command("import")(import_command)
app.add_typer(configurations.app, name="configuration")
app.add_typer(clients.app, name="client")
app.add_typer(usernames.app, name="usernames")
app.add_typer(years.app, name="year")
app.command("publish")(publish_command)
app.command("migrate")(migrate_command)
app.add_typer(keys.app, name="key")
app.command("demo")(demo_command)


def main() -> None:
    # What a command did is its output; the services write logs.
    configure_logging("WARNING")
    app()
