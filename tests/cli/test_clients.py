"""`rosterbridge client`: secrets are shown once, and only their HMAC is kept."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from cli.terminal import ExitCode
from shared.client_secrets import is_secret
from shared.database import Database
from shared.tables import access
from tests.cli.conftest import Rosterbridge
from tests.cli.sheets import Sheet
from tests.conftest import SECRET_KEY

Arrange = Callable[[Callable[[Database], Awaitable[Any]]], Any]


@pytest.fixture
def configuration(rosterbridge: Rosterbridge, tmp_path: Path) -> str:
    sheet = Sheet()
    run = rosterbridge("configuration", "apply", sheet.write(tmp_path))
    assert run.exit_code == ExitCode.DONE, run.text
    return sheet.name


def stored(arrange: Arrange, client_id: str) -> Any:
    async def read(owner: Database) -> Any:
        table = access.client
        async with owner.transaction() as connection:
            rows = await connection.execute(select(table).where(table.c.client_id == client_id))
            return rows.mappings().one()

    return arrange(read)


def created(rosterbridge: Rosterbridge, configuration: str, *options: str) -> dict[str, str]:
    run = rosterbridge("client", "create", configuration, "--json", *options)
    assert run.exit_code == ExitCode.DONE, run.text
    client: dict[str, str] = run.json
    return client


def test_a_client_has_a_readable_id_and_its_secret_is_not_stored(
    rosterbridge: Rosterbridge, arrange: Arrange, configuration: str
) -> None:
    client = created(rosterbridge, configuration, "--description", "SDS", "--limit", "500")

    name, _, suffix = client["client_id"].rpartition("-")
    assert name == configuration
    assert len(suffix) == 8
    assert int(suffix, 16) >= 0
    row = stored(arrange, client["client_id"])
    assert is_secret(client["client_secret"], row["secret_hmac"], SECRET_KEY.encode())
    assert (row["description"], row["default_limit"]) == ("SDS", 500)
    assert client["client_secret"] not in str(dict(row))


def test_a_client_whose_bookmarks_are_times_of_its_own_clock(
    rosterbridge: Rosterbridge, configuration: str
) -> None:
    by_clock = created(rosterbridge, configuration, "--bookmarks-by-clock")
    by_stamp = created(rosterbridge, configuration)

    listed = rosterbridge("client", "list", configuration, "--json").json

    assert {each["client_id"]: each["bookmarks_by_clock"] for each in listed} == {
        by_clock["client_id"]: True,
        by_stamp["client_id"]: False,
    }


def test_a_secret_is_shown_when_it_is_made_and_never_again(
    rosterbridge: Rosterbridge, configuration: str
) -> None:
    run = rosterbridge("client", "create", configuration)
    client_id, secret = (line.split()[-1] for line in run.output.splitlines())

    listed = rosterbridge("client", "list", configuration)
    as_json = rosterbridge("client", "list", "--json")

    assert client_id in as_json.output
    assert secret not in listed.text + as_json.text
    assert "not stored" in run.errors


def test_the_first_client_finds_a_signing_key(
    rosterbridge: Rosterbridge, arrange: Arrange, configuration: str
) -> None:
    created(rosterbridge, configuration)
    created(rosterbridge, configuration)

    async def active(owner: Database) -> int:
        table = access.signing_key
        async with owner.transaction() as connection:
            count = select(func.count()).where(table.c.retired_at.is_(None))
            return int((await connection.execute(count)).scalar_one())

    assert arrange(active) == 1


def test_a_rotated_secret_ends_the_old_one(
    rosterbridge: Rosterbridge, arrange: Arrange, configuration: str
) -> None:
    old = created(rosterbridge, configuration)
    new = rosterbridge("client", "rotate", old["client_id"], "--json").json

    kept = stored(arrange, old["client_id"])["secret_hmac"]
    assert new["client_id"] == old["client_id"]
    assert is_secret(new["client_secret"], kept, SECRET_KEY.encode())
    assert not is_secret(old["client_secret"], kept, SECRET_KEY.encode())


def test_a_revoked_client_is_listed_and_gets_no_secret_again(
    rosterbridge: Rosterbridge, arrange: Arrange, configuration: str
) -> None:
    client_id = created(rosterbridge, configuration)["client_id"]

    assert rosterbridge("client", "revoke", client_id).exit_code == ExitCode.DONE

    assert stored(arrange, client_id)["revoked_at"] is not None
    (listed,) = rosterbridge("client", "list", configuration, "--json").json
    assert listed["revoked_at"] is not None
    for command in ("rotate", "revoke"):
        run = rosterbridge("client", command, client_id)
        assert run.exit_code == ExitCode.REFUSED
        assert "is revoked" in run.errors


def test_what_does_not_exist_is_refused_by_name(rosterbridge: Rosterbridge) -> None:
    for arguments in (("create", "nobody"), ("list", "nobody"), ("rotate", "nobody-1")):
        run = rosterbridge("client", *arguments)
        assert run.exit_code == ExitCode.REFUSED
        assert arguments[1] in run.errors
