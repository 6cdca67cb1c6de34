"""`rosterbridge usernames import-accounts`, `proposals` and `approve-accounts`."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.engine_commands import AsJson, ConfigurationName, DryRun, id_of, run_engine
from cli.terminal import ExitCode, messages, output, print_json, stop
from services.username_engine.usernames.account_faults import AccountFileRefusedError
from services.username_engine.usernames.account_file import AccountFile, read_accounts
from services.username_engine.usernames.approving import (
    Approved,
    ApprovedAccount,
    approve,
)
from services.username_engine.usernames.events import OPERATOR
from services.username_engine.usernames.proposal_list import (
    LeftReason,
    Narrowing,
    ProposalRow,
    day_of,
    page_of_proposals,
)
from services.username_engine.usernames.reach import UNLIMITED
from services.username_engine.usernames.tenant_accounts import Imported, import_accounts
from shared.clock import Clock
from shared.database import Database

_MOST_FAULTS = 100
_WIDE = 240
_ALL = 2**31 - 1
_LEFT: Final = {
    LeftReason.NO_RIGHT: "may not be changed",
    LeftReason.NO_USERNAME: "has no name yet",
    LeftReason.NOT_YET_EDITABLE: "has not started yet",
    LeftReason.NAME_TAKEN: "the account's name is another's here",
    LeftReason.DOMAIN_DIFFERS: "the account has another domain than would be sent: name the person",
    LeftReason.DOMAIN_NOT_ALLOWED: "the account has a domain that usernames may not have here",
}


def import_accounts_command(
    configuration: ConfigurationName,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE.csv", help="Users as the Entra admin centre exports them."),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Imports the accounts that the tenant has, in place of those imported before."""
    read = _read(file, as_json=as_json)

    async def work(database: Database, clock: Clock) -> Imported:
        configuration_id = await id_of(database, configuration)
        return await import_accounts(
            database, clock, configuration_id, read, actor=OPERATOR, dry_run=dry_run
        )

    done = run_engine(work)
    if as_json:
        print_json({**asdict(done), "dry_run": dry_run})
        return
    lines = [
        f"{done.accounts} accounts: {done.added} added, {done.removed} removed",
        *([f"{done.guests} of them are guests'"] if done.guests else []),
        *([f"Left out: {done.deleted} deleted users"] if done.deleted else []),
        f"Approved: {done.links_kept} kept, {done.links_dropped} no longer in the file",
        f"Proposals: sure for {done.sure} persons, likely for {done.likely}",
        *(["Nothing was written."] if dry_run else []),
    ]
    output().print("\n".join(lines), markup=False)


def _read(file: Path, *, as_json: bool) -> AccountFile:
    try:
        content = file.read_bytes()
    except OSError as error:
        stop(ExitCode.WRONG_USE, f"{file}: {error.strerror or 'cannot be read'}")
    try:
        return read_accounts(content)
    except AccountFileRefusedError as error:
        if as_json:
            print_json({"error": "faults", "faults": [fault.document for fault in error.faults]})
        shown = [f"{file}: {fault}" for fault in error.faults[:_MOST_FAULTS]]
        more = len(error.faults) - len(shown)
        stop(
            ExitCode.REFUSED,
            "\n".join([*shown, *([f"and {more} more"] if more else []), "Nothing was written."]),
        )


def proposals(configuration: ConfigurationName, as_json: AsJson = False) -> None:
    """Lists the accounts that are probably of persons without a released name."""

    async def work(database: Database, clock: Clock) -> Sequence[ProposalRow]:
        configuration_id = await id_of(database, configuration)
        async with database.snapshot() as connection:
            day = await day_of(connection, clock, configuration_id)
            page = await page_of_proposals(connection, day, Narrowing(), UNLIMITED, limit=_ALL)
        return page.items

    found = run_engine(work)
    if as_json:
        print_json([_proposal_json(each) for each in found])
    elif found:
        # Widths of a file or a pipe are not a terminal's: a table there is never folded.
        width = None if sys.stdout.isatty() else _WIDE
        Console(width=width, highlight=False).print(_table(found))
    else:
        messages().print("There are no proposals.")


def _proposal_json(row: ProposalRow) -> dict[str, Any]:
    proposed = row.proposed
    return {
        "person_id": proposed.person_id,
        "given_name": proposed.given_name,
        "family_name": proposed.family_name,
        "username": row.username,
        "user_principal_name": proposed.user_principal_name,
        "display_name": proposed.display_name,
        "username_as_sent": row.address.username,
        "domain_differs": row.address.differs,
        "strength": proposed.strength.value,
        "reason": proposed.reason.value,
    }


def _table(found: Sequence[ProposalRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Person", "Name", "Username", "Account", "Strength", "Reason", "Domain"):
        table.add_column(column, overflow="fold")
    for row in found:
        each = row.proposed
        table.add_row(
            *map(
                Text,
                (
                    each.person_id,
                    f"{each.family_name} {each.given_name}",
                    row.username or "",
                    each.user_principal_name,
                    each.strength.value,
                    each.reason.value,
                    "differs" if row.address.differs else "",
                ),
            )
        )
    return table


def approve_accounts(
    configuration: ConfigurationName,
    persons: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PERSON]…",
            help="A person's id, with =ACCOUNT where several accounts are proposed.",
        ),
    ] = None,
    all_sure: Annotated[
        bool, typer.Option("--all-sure", help="Everyone who has a sure proposal.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Makes proposed accounts those of their persons; Sync stays as it is."""
    if bool(persons) == all_sure:
        raise typer.BadParameter("give persons or --all-sure")
    chosen = None if all_sure else dict(map(_chosen, persons or []))

    async def work(database: Database, clock: Clock) -> Approved:
        return await approve(
            database,
            clock,
            await id_of(database, configuration),
            chosen,
            OPERATOR,
            # Who is named is meant (an operator may override, docs/domain.md).
            future_students=chosen is not None,
        )

    done = run_engine(work)
    if as_json:
        print_json(_approved_json(done))
        return
    for each in done.accounts:
        if each.changed:
            text = f"{each.person_id}: {each.before} → {each.after} ({each.user_principal_name})"
            output().print(text, markup=False, soft_wrap=True)
    changed = sum(each.changed for each in done.accounts)
    output().print(f"{changed} accounts approved", markup=False)
    for left in done.left:
        text = f"Left: {left.person_id}: {_LEFT[left.reason]}"
        messages().print(text, markup=False, soft_wrap=True)


def _approved_json(done: Approved) -> dict[str, Any]:
    return {
        "accounts": [_account_json(each) for each in done.accounts],
        "left": [{"person_id": each.person_id, "reason": each.reason.value} for each in done.left],
    }


def _account_json(each: ApprovedAccount) -> dict[str, Any]:
    return {
        "person_id": each.person_id,
        "before": str(each.before),
        "after": str(each.after),
        "user_principal_name": each.user_principal_name,
        "changed": each.changed,
        "warnings": [code.value for code in each.warnings],
    }


def _chosen(text: str) -> tuple[str, str | None]:
    """A person's id may hold `=` itself; an account holds `@` behind it."""
    person, equals, account = text.rpartition("=")
    return (person, account) if equals and "@" in account else (text, None)
