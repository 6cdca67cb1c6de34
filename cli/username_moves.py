"""`rosterbridge usernames move`: a name to the id by which the source replaced a person's."""

from typing import Annotated

import typer

from cli.engine_commands import AsJson, ConfigurationName, DryRun, id_of, run_engine
from cli.terminal import messages, output, print_json
from services.username_engine.usernames.events import OPERATOR
from services.username_engine.usernames.moving import Moved, move_name
from shared.clock import Clock
from shared.database import Database


def move(
    configuration: ConfigurationName,
    from_person: Annotated[
        str, typer.Argument(metavar="FROM", help="The id that the source has no more.")
    ],
    to_person: Annotated[str, typer.Argument(metavar="TO", help="The id that took its place.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Moves name, Sync and history to another person id, for when the source replaces one."""

    async def work(database: Database, clock: Clock) -> Moved:
        return await move_name(
            database,
            clock,
            await id_of(database, configuration),
            from_person,
            to_person,
            actor=OPERATOR,
            dry_run=dry_run,
        )

    moved = run_engine(work)
    if as_json:
        print_json(
            {
                "username": str(moved.username),
                "sync": moved.sync,
                "replaced": str(moved.replaced) if moved.replaced else None,
                "replaced_was_released": moved.replaced_was_released,
                "dry_run": dry_run,
            }
        )
        return
    replaced = f", in place of {moved.replaced}" if moved.replaced else ""
    state = "on" if moved.sync else "off"
    verb = "would go" if dry_run else "goes"
    text = f"{moved.username} {verb} to {to_person}{replaced}; Sync {state}"
    output().print(text, markup=False, soft_wrap=True)
    if moved.replaced_was_released:
        messages().print(
            f"Warning: {moved.replaced} was released: if a sync has made an account of that name, "
            "remove it in the tenant before the next one.",
            markup=False,
            soft_wrap=True,
        )
