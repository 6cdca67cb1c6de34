"""`rosterbridge client`: the API clients that pull a configuration's roster."""

from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table
from rich.text import Text

from cli.access.clients import (
    DEFAULT_LIMIT,
    NewSecret,
    StoredClient,
    UnknownClientError,
    create_client,
    revoke_client,
    rotate_client,
    stored_clients,
)
from cli.access.stored import UnknownConfigurationsError, known_configurations
from cli.configurations import stop_for_unknown
from cli.terminal import ExitCode, messages, output, print_json, run_as_operator, stop
from services.oneroster.oauth.keys import SigningKeyError
from shared.database import Database
from shared.settings import CommandSettings

app = typer.Typer(no_args_is_help=True, help="Make, rotate, revoke and list API clients.")

_LARGEST_LIMIT = 2**31 - 1
ClientId = Annotated[str, typer.Argument(metavar="CLIENT_ID", help="As `client list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def create(
    configuration: Annotated[str, typer.Argument(metavar="CONFIGURATION", help="Whose roster.")],
    description: Annotated[str, typer.Option(help="What it is for, such as the profile.")] = "",
    limit: Annotated[
        int,
        typer.Option(
            min=1, max=_LARGEST_LIMIT, help="Objects a page where a request names no limit."
        ),
    ] = DEFAULT_LIMIT,
    bookmarks_by_clock: Annotated[
        bool,
        typer.Option(
            "--bookmarks-by-clock",
            help="Its deltas begin at a time of its own clock, not at a stamp it was sent: none "
            "begins later than the state its last pull read.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a client; its secret is shown once, and cannot be looked up later."""

    async def work(database: Database, settings: CommandSettings) -> NewSecret:
        async with database.transaction() as connection:
            return await create_client(
                connection,
                configuration,
                settings.secret_key,
                description=description,
                default_limit=limit,
                bookmarks_by_clock=bookmarks_by_clock,
            )

    try:
        new = run_as_operator(work)
    except UnknownConfigurationsError as error:
        stop_for_unknown(error)
    except SigningKeyError as error:
        stop(ExitCode.REFUSED, str(error))
    _show(new, as_json=as_json)


@app.command()
def rotate(client_id: ClientId, as_json: AsJson = False) -> None:
    """Give a client another secret; the old one ends at once."""

    async def work(database: Database, settings: CommandSettings) -> NewSecret:
        async with database.transaction() as connection:
            return await rotate_client(connection, client_id, settings.secret_key)

    try:
        new = run_as_operator(work)
    except UnknownClientError as error:
        _stop_for_unknown_client(error)
    _show(new, as_json=as_json)


@app.command()
def revoke(client_id: ClientId) -> None:
    """End a client: from now on it gets neither tokens nor data."""

    async def work(database: Database, _: CommandSettings) -> str:
        async with database.transaction() as connection:
            return await revoke_client(connection, client_id)

    try:
        configuration = run_as_operator(work)
    except UnknownClientError as error:
        _stop_for_unknown_client(error)
    output().print(Text(f"{client_id} of {configuration} is revoked."))


@app.command("list")
def list_(
    configuration: Annotated[
        str | None, typer.Argument(metavar="[CONFIGURATION]", help="Only this one's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List clients, also revoked ones. Secrets are not kept, so none is shown."""

    async def work(database: Database, _: CommandSettings) -> list[StoredClient]:
        async with database.snapshot() as connection:
            if configuration is None:
                return await stored_clients(connection)
            await known_configurations(connection, [configuration])
            return await stored_clients(connection, [configuration])

    try:
        clients = run_as_operator(work)
    except UnknownConfigurationsError as error:
        stop_for_unknown(error)
    if as_json:
        print_json([_json(client) for client in clients])
    elif clients:
        output().print(_table(clients))
    else:
        messages().print("There is no client yet: rosterbridge client create CONFIGURATION")


def _show(new: NewSecret, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "configuration": new.configuration,
                "client_id": new.client_id,
                "client_secret": new.client_secret,
            }
        )
        return
    # Plain lines, not wrapped: they are copied from here.
    typer.echo(f"client id      {new.client_id}")
    typer.echo(f"client secret  {new.client_secret}")
    messages().print("Keep the secret now: it is not stored, and cannot be shown again.")


def _stop_for_unknown_client(error: UnknownClientError) -> NoReturn:
    if error.revoked:
        stop(ExitCode.REFUSED, f"{error.client_id} is revoked. Make another: client create")
    stop(ExitCode.REFUSED, f"There is no client {error.client_id}. See: client list")


def _table(clients: list[StoredClient]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    # The id begins with the configuration's name.
    for column in ("Client id", "Description"):
        table.add_column(column, overflow="fold")
    table.add_column("Limit", justify="right", no_wrap=True)
    table.add_column("Bookmarks", no_wrap=True)
    table.add_column("Made", no_wrap=True)
    table.add_column("Revoked", no_wrap=True)
    for client in clients:
        table.add_row(
            Text(client.client_id),
            Text(client.description),
            str(client.default_limit),
            "its clock" if client.bookmarks_by_clock else "stamps",
            f"{client.created_at:%Y-%m-%d}",
            f"{client.revoked_at:%Y-%m-%d}" if client.revoked_at else "–",
            style="dim" if client.revoked_at else None,
        )
    return table


def _json(client: StoredClient) -> dict[str, Any]:
    return {
        "configuration": client.configuration,
        "client_id": client.client_id,
        "description": client.description,
        "limit": client.default_limit,
        "bookmarks_by_clock": client.bookmarks_by_clock,
        "created_at": client.created_at.isoformat(),
        "revoked_at": client.revoked_at.isoformat() if client.revoked_at else None,
    }
