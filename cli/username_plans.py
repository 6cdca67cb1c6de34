"""`rosterbridge usernames rename`, `plans` and `apply-plan`, and what a plan looks like."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.engine_commands import AsJson, ConfigurationName, id_of, run_engine
from cli.plan_tables import (
    SHOWN_ROWS,
    in_numbers,
    plan_json,
    plans_table,
    row_json,
    rows_table,
    state_text,
    wide_output,
)
from cli.terminal import messages, output, print_json
from cli.username_selections import GroupName, Location, PersonIds, School, selection_of
from services.username_engine.usernames.events import OPERATOR
from services.username_engine.usernames.plan_applying import Applied, apply_plan
from services.username_engine.usernames.plan_errors import Moved
from services.username_engine.usernames.plan_renaming import plan_rename
from services.username_engine.usernames.plan_storage import (
    ShownRow,
    list_plans,
    present_basis,
    read_plan,
    read_rows,
)
from services.username_engine.usernames.planning import plan_missing
from services.username_engine.usernames.plans import Plan, PlanState
from services.username_engine.usernames.renaming import DEFAULT_SHARE_LIMIT, Choices
from shared.clock import Clock
from shared.database import Database

_LISTED = 100

PlanId = Annotated[UUID, typer.Argument(metavar="PLAN", help="The plan's id.")]


@dataclass(frozen=True)
class _Shown:
    plan: Plan
    moved: list[Moved]
    rows: list[ShownRow]
    total: int


def show_generation(configuration: str, *, as_json: bool) -> None:
    """Plans the names that are missing and prints the plan."""

    async def work(database: Database, clock: Clock) -> _Shown:
        configuration_id = await id_of(database, configuration)
        async with database.transaction() as connection:
            plan = await plan_missing(connection, clock, configuration_id, OPERATOR)
            return await _shown(connection, configuration_id, plan, [], all_rows=as_json)

    _print(configuration, run_engine(work), as_json=as_json)


def rename(
    configuration: ConfigurationName,
    location: Location = None,
    school: School = None,
    group: GroupName = None,
    person: PersonIds = None,
    include_edited: Annotated[
        bool, typer.Option("--include-edited", help="Also names that somebody typed.")
    ] = False,
    share_limit: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="The most of the configuration's names that it may rename, 0 to 1."
        ),
    ] = DEFAULT_SHARE_LIMIT,
    future: Annotated[
        bool, typer.Option("--future", help="Students who have not started, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Plans to give names the configuration's present format, of everyone, a place or persons."""
    chosen = any((location, school, group, person))
    selection = selection_of(location, school, group, person) if chosen else None
    choices = Choices(include_edited, share_limit, future)

    async def work(database: Database, clock: Clock) -> _Shown:
        configuration_id = await id_of(database, configuration)
        async with database.transaction() as connection:
            plan = await plan_rename(
                connection, clock, configuration_id, OPERATOR, selection, choices
            )
            return await _shown(connection, configuration_id, plan, [], all_rows=as_json)

    _print(configuration, run_engine(work), as_json=as_json)


def plans(
    configuration: ConfigurationName,
    plan: Annotated[
        UUID | None, typer.Argument(metavar="[PLAN]", help="All rows of this one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lists the plans of a configuration, or shows all rows of one."""
    if plan is None:
        _list(configuration, as_json=as_json)
        return

    async def work(database: Database, clock: Clock) -> _Shown:
        configuration_id = await id_of(database, configuration)
        async with database.snapshot() as connection:
            found = await read_plan(connection, configuration_id, plan)
            moved = found.basis.moved_to(await present_basis(connection, clock, configuration_id))
            return await _shown(connection, configuration_id, found, moved, all_rows=True)

    _print(configuration, run_engine(work), as_json=as_json)


def apply_plan_command(
    configuration: ConfigurationName, plan: PlanId, as_json: AsJson = False
) -> None:
    """Does exactly what a plan says or, where anything it was made from has moved, nothing."""

    async def work(database: Database, clock: Clock) -> Applied:
        configuration_id = await id_of(database, configuration)
        async with database.transaction() as connection:
            return await apply_plan(connection, clock, configuration_id, plan, OPERATOR)

    done = run_engine(work)
    if as_json:
        print_json(
            {
                "plan": str(plan),
                "created": done.created,
                "renamed": done.renamed,
                "domains_fixed": done.domains_fixed,
                "retired": done.retired,
            }
        )
        return
    parts = {
        "usernames made": done.created,
        "renamed": done.renamed,
        "domains stored": done.domains_fixed,
        "taken from leavers": done.retired,
    }
    told = ", ".join(f"{number} {what}" for what, number in parts.items() if number)
    output().print(f"{configuration}: {told or 'nothing to do'}", markup=False, soft_wrap=True)


def _list(configuration: str, *, as_json: bool) -> None:
    async def work(database: Database, clock: Clock) -> tuple[list[tuple[Plan, list[Moved]]], int]:
        configuration_id = await id_of(database, configuration)
        async with database.snapshot() as connection:
            found, total = await list_plans(connection, configuration_id, limit=_LISTED)
            present = await present_basis(connection, clock, configuration_id)
            return [(plan, plan.basis.moved_to(present)) for plan in found], total

    found, total = run_engine(work)
    if as_json:
        print_json([plan_json(plan, moved) for plan, moved in found])
    elif found:
        console = wide_output()
        console.print(plans_table(found, console.width))
    else:
        messages().print("There are no plans.")
    if total > len(found):
        messages().print(f"The newest {len(found)} of {total}.")


async def _shown(
    connection: AsyncConnection,
    configuration_id: int,
    plan: Plan,
    moved: list[Moved],
    *,
    all_rows: bool,
) -> _Shown:
    limit = None if all_rows else SHOWN_ROWS
    rows, total = await read_rows(connection, configuration_id, plan.id, limit=limit)
    return _Shown(plan, moved, rows, total)


def _print(configuration: str, shown: _Shown, *, as_json: bool) -> None:
    plan = shown.plan
    if as_json:
        print_json({**plan_json(plan, shown.moved), "rows": [row_json(row) for row in shown.rows]})
        return
    console = wide_output()
    if shown.rows:
        console.print(rows_table(shown.rows, console.width))
        console.print()
    if shown.total > len(shown.rows):
        console.print(
            f"The first {len(shown.rows)} of {shown.total} rows; all of them: "
            f"rosterbridge usernames plans {configuration} {plan.id}",
            markup=False,
            soft_wrap=True,
        )
    for line in in_numbers(configuration, plan):
        console.print(line, markup=False)
    console.print(f"Plan {plan.id}: {state_text(plan, shown.moved)}", markup=False, soft_wrap=True)
    match plan.state(shown.moved):
        case PlanState.READY:
            text = f"To do it: rosterbridge usernames apply-plan {configuration} {plan.id}"
            console.print(text, markup=False, soft_wrap=True)
        case PlanState.OVER_SHARE_LIMIT:
            text = "If that is meant, plan it with a higher --share-limit, up to 1."
            console.print(text, markup=False)
        case _:
            pass
