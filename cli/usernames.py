"""`rosterbridge usernames`: generate, release and edit, by an operator; the other commands join here."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.engine_commands import AsJson, ConfigurationName, DryRun, id_of, run_engine
from cli.tenant_accounts import approve_accounts, import_accounts_command, proposals
from cli.terminal import ExitCode, messages, output, print_json, stop
from cli.username_moves import move
from cli.username_plans import apply_plan_command, plans, rename, show_generation
from cli.username_selections import GroupName, Location, PersonIds, School, selection_of
from services.username_engine.engine.formats import FormatError
from services.username_engine.engine.messages import Language, message
from services.username_engine.usernames.configurations import configuration_id_of
from services.username_engine.usernames.creation import Created, create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.events import OPERATOR
from services.username_engine.usernames.releasing import Persons, set_sync
from shared.clock import Clock
from shared.database import Database
from shared.tables import access

app = typer.Typer(
    no_args_is_help=True,
    help="Usernames: make the missing ones, release, edit and rename them; the accounts a tenant has.",
)
app.command("import-accounts")(import_accounts_command)
app.command("proposals")(proposals)
app.command("approve-accounts")(approve_accounts)
app.command("move")(move)
app.command("rename")(rename)
app.command("plans")(plans)
app.command("apply-plan")(apply_plan_command)


@app.command()
def generate(
    configurations: Annotated[
        list[str] | None, typer.Argument(metavar="[CONFIGURATION]…", help="Default: all.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Makes the usernames that are missing, at once; the engine does the same by itself.

    With --dry-run it makes a plan instead, of one configuration, which can be applied.
    """
    if dry_run:
        if len(configurations or []) != 1:
            raise typer.BadParameter("--dry-run is about one configuration: name it")
        show_generation((configurations or [])[0], as_json=as_json)
        return
    made, failed = run_engine(
        lambda database, clock: _generate(database, clock, configurations or [])
    )
    if as_json:
        print_json([{"configuration": name, **asdict(created)} for name, created in made])
    for name, created in [] if as_json else made:
        flags = ", ".join(f"{flag} {count}" for flag, count in sorted(created.flags.items()))
        line = f"{name}: {created.created} usernames made, {created.domains_fixed} domains fixed"
        output().print(line + (f"; flagged: {flags}" if flags else ""), markup=False)
    if failed:
        stop(ExitCode.REFUSED, "\n".join(f"{name}: {fault}" for name, fault in failed))


@app.command()
def release(
    configuration: ConfigurationName,
    location: Location = None,
    school: School = None,
    group: GroupName = None,
    person: PersonIds = None,
    future: Annotated[
        bool, typer.Option("--future", help="Students of the place who have not started, too.")
    ] = False,
    off: Annotated[bool, typer.Option("--off", help="Sync off instead of on.")] = False,
    include_unapproved: Annotated[
        bool,
        typer.Option(
            "--include-unapproved",
            help="Those too who probably have an account in the tenant that nobody approved.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sets Sync for the students or staff of a place, or for single persons; for all or for none."""
    selection = selection_of(location, school, group, person)

    async def work(database: Database, clock: Clock) -> tuple[list[str], int]:
        configuration_id = await id_of(database, configuration)
        done = await set_sync(
            database,
            clock,
            configuration_id,
            selection,
            not off,
            actor=OPERATOR,
            # Who is named is meant (an operator may override, docs/domain.md).
            future_students=future or isinstance(selection, Persons),
            include_unapproved=include_unapproved,
        )
        return done.changed, done.selected

    changed, selected = run_engine(work)
    if as_json:
        print_json({"changed": changed, "selected": selected})
        return
    state = "off" if off else "on"
    output().print(f"Sync {state}: {len(changed)} of {selected} usernames changed", markup=False)


@app.command()
def edit(
    configuration: ConfigurationName,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The person's id.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new username.")],
    as_json: AsJson = False,
) -> None:
    """Saves a username for a person, by the rules of the list."""

    async def work(database: Database, clock: Clock) -> tuple[str, int, bool, list[str], list[str]]:
        configuration_id = await id_of(database, configuration)
        done = await edit_username(
            database,
            clock,
            configuration_id,
            person,
            name,
            actor=OPERATOR,
            future_students=True,
        )
        texts = [message(code, Language.EN, str(done.username)) for code in done.warnings]
        codes = [code.value for code in done.warnings]
        return str(done.username), done.version, done.changed, codes, texts

    username, version, changed, codes, texts = run_engine(work)
    if as_json:
        print_json(
            {"username": username, "version": version, "changed": changed, "warnings": codes}
        )
        return
    for text in texts:
        messages().print(f"Warning: {text}", markup=False)
    output().print(f"{username} {'saved' if changed else 'was so already'}", markup=False)


async def _generate(
    database: Database, clock: Clock, names: list[str]
) -> tuple[list[tuple[str, Created]], list[tuple[str, FormatError]]]:
    """What was made, and where it could not be: one configuration does not stop the others."""
    async with database.transaction() as connection:
        wanted = await _wanted(connection, names)
    made: list[tuple[str, Created]] = []
    failed: list[tuple[str, FormatError]] = []
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed} usernames"),
        TimeElapsedColumn(),
        console=messages(),
        transient=True,
    ) as progress:
        for name, configuration_id in wanted:
            task = progress.add_task(name, total=None)

            def show(count: int, task: TaskID = task) -> None:
                progress.update(task, completed=count)

            try:
                created = await create_missing(database, clock, configuration_id, on_progress=show)
            except FormatError as error:
                failed.append((name, error))
            else:
                made.append((name, created))
    return made, failed


async def _wanted(connection: AsyncConnection, names: list[str]) -> list[tuple[str, int]]:
    if names:
        return [(name, await configuration_id_of(connection, name)) for name in names]
    table = access.configuration.c
    rows = await connection.execute(select(table.name, table.id).order_by(table.name))
    return [(name, configuration_id) for name, configuration_id in rows]
