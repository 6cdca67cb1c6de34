"""What operators change is told in the history of the configuration, with the change or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from cli.terminal import ExitCode
from services.username_engine.usernames.configuration_events import (
    ConfigurationEvent,
    read_configuration_history,
)
from shared.database import Database
from shared.roles import Role
from tests.cli.conftest import Rosterbridge
from tests.cli.sheets import Sheet
from tests.cli.test_configuration_apply import configuration_of
from tests.conftest import TestDatabase

Arrange = Callable[[Callable[[Database], Awaitable[Any]]], Any]


@pytest.fixture
def sheet(rosterbridge: Rosterbridge, tmp_path: Path) -> Sheet:
    sheet = Sheet()
    assert rosterbridge("configuration", "apply", sheet.write(tmp_path)).exit_code == ExitCode.DONE
    return sheet


def told(arrange: Arrange, sheet: Sheet) -> list[ConfigurationEvent]:
    """The newest first."""

    async def read(owner: Database) -> list[ConfigurationEvent]:
        configuration = await configuration_of(owner, sheet.name)
        async with owner.snapshot() as connection:
            history = await read_configuration_history(connection, configuration.id, limit=100)
        assert history.total == len(history.events)
        return list(history.events)

    found: list[ConfigurationEvent] = arrange(read)
    assert {(event.actor, event.kind) for event in found} == {("operator", "configuration_changed")}
    return found


def test_applying_a_sheet_tells_the_keys_that_change_and_nothing_twice(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path, sheet: Sheet
) -> None:
    (created,) = told(arrange, sheet)
    assert (created.rule, created.before) == ("configuration apply", None)
    assert created.after is not None
    assert created.after["usernames.format"] == "{voornaam}.{familienaam}"
    assert created.after["tenant_id"] == sheet.tenant_id

    rosterbridge("configuration", "apply", sheet.write(tmp_path))
    sheet.usernames["maximum_length"] = "20"
    rosterbridge("configuration", "apply", sheet.write(tmp_path), "--dry-run")
    assert len(told(arrange, sheet)) == 1

    rosterbridge("configuration", "apply", sheet.write(tmp_path))
    changed = told(arrange, sheet)[0]
    assert (changed.before, changed.after) == (
        {"usernames.maximum_length": 64},
        {"usernames.maximum_length": 20},
    )


def test_a_year_switch_is_told_with_both_years(
    rosterbridge: Rosterbridge, arrange: Arrange, sheet: Sheet
) -> None:
    refused = rosterbridge("year", "switch", sheet.name, "2025-26")
    assert refused.exit_code == ExitCode.REFUSED
    assert len(told(arrange, sheet)) == 1

    rosterbridge("year", "switch", sheet.name, "2025-26", "--force")
    rosterbridge("year", "switch", sheet.name, "2025-26", "--force")
    switched, _ = told(arrange, sheet)
    assert switched.rule == "year switch"
    assert switched.before == {"active_school_year": "2024-25"}
    assert switched.after == {"active_school_year": "2025-26"}


def test_clients_are_told_without_their_secrets(
    rosterbridge: Rosterbridge, arrange: Arrange, sheet: Sheet
) -> None:
    made = rosterbridge("client", "create", sheet.name, "--description", "SDS", "--json").json
    again = rosterbridge("client", "rotate", made["client_id"], "--json").json
    rosterbridge("client", "revoke", made["client_id"])

    revoked, rotated, created, _ = told(arrange, sheet)
    client = {"client_id": made["client_id"]}
    assert (created.rule, rotated.rule, revoked.rule) == (
        "client create",
        "client rotate",
        "client revoke",
    )
    assert created.after == {
        **client,
        "description": "SDS",
        "default_limit": 100,
        "bookmarks_by_clock": False,
    }
    assert (rotated.before, rotated.after) == (client, client)
    assert (revoked.before, revoked.after) == (
        {**client, "revoked": False},
        {**client, "revoked": True},
    )
    written = str([revoked, rotated, created])
    assert made["client_secret"] not in written
    assert again["client_secret"] not in written


def test_importing_accounts_is_told_by_numbers_alone(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path, sheet: Sheet
) -> None:
    file = tmp_path / "users.csv"
    file.write_text("userPrincipalName,surname\njan.peters@college.be,Peters\n", encoding="utf-8")
    planned = rosterbridge("usernames", "import-accounts", sheet.name, file, "--dry-run")
    assert planned.exit_code == ExitCode.DONE, planned.text
    done = rosterbridge("usernames", "import-accounts", sheet.name, file, "--json")

    async def read(owner: Database) -> list[ConfigurationEvent]:
        configuration = await configuration_of(owner, sheet.name)
        async with owner.snapshot() as connection:
            history = await read_configuration_history(connection, configuration.id, limit=100)
        return list(history.events)

    imported, _ = arrange(read)
    assert (imported.actor, imported.kind) == ("operator", "accounts_imported")
    assert {**imported.after, "dry_run": False} == done.json
    assert imported.after["accounts"] == 1
    assert "peters" not in str(imported).lower()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "statement",
    [
        "update usernames.event set actor = 'nobody' where configuration_id = :id",
        "delete from usernames.event where configuration_id = :id",
        "truncate usernames.event",
    ],
)
def test_no_role_can_change_what_was_told(
    database: TestDatabase, arrange: Arrange, sheet: Sheet, role: Role, statement: str
) -> None:
    configuration = arrange(lambda owner: configuration_of(owner, sheet.name))

    async def try_it() -> None:
        values = {"id": configuration.id} if ":id" in statement else {}
        async with (
            Database(database.url(role), application="tests") as opened,
            opened.transaction() as connection,
        ):
            await connection.execute(text(statement), values)

    with pytest.raises(ProgrammingError, match="permission denied"):
        asyncio.run(try_it())
    assert len(told(arrange, sheet)) == 1
