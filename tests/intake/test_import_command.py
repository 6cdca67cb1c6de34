"""`rosterbridge import` as a script sees it: exit codes, text and JSON."""

import asyncio
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.imports import import_command
from shared.database import Database
from shared.roles import Role
from tests.conftest import SECRET_KEY, TestDatabase
from tests.intake.conftest import NativeBundle, TestConfiguration, make_configuration

Command = Callable[..., Result]


@pytest.fixture
def command(database: TestDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    monkeypatch.setenv("ROSTERBRIDGE_OPERATOR_DATABASE_URL", database.url(Role.OPERATOR))
    monkeypatch.setenv("ROSTERBRIDGE_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("ROSTERBRIDGE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("ROSTERBRIDGE_TODAY", "2024-10-01")
    app = typer.Typer()
    app.command("import")(import_command)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def configuration(database: TestDatabase) -> TestConfiguration:
    """Made in an event loop of its own, as the command brings another."""

    async def made() -> TestConfiguration:
        async with Database(database.owner_url, application="tests") as owner:
            return await make_configuration(owner)

    return asyncio.run(made())


def test_done_and_done_again(
    command: Command, configuration: TestConfiguration, tmp_path: Path
) -> None:
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")

    first, second = command(folder), command(folder)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert f"{configuration.name}: revision 1" in first.stdout
    assert f"{configuration.name}: nothing changed" in second.stdout


def test_json_holds_the_whole_report(
    command: Command, configuration: TestConfiguration, tmp_path: Path
) -> None:
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")

    report = json.loads(command(folder, "--json", "--dry-run").stdout)

    assert (report["format"], report["dry_run"], report["changed"]) == ("bundle", True, True)
    (one,) = report["configurations"]
    counts = {table["table"]: table["added"] for table in one["tables"]}
    assert (counts["person"], counts["class_enrolment"]) == (7, 6)
    assert report["differences"][0]["action"] == "added"


def test_faults_exit_with_3_and_are_all_named(
    command: Command, configuration: TestConfiguration, tmp_path: Path
) -> None:
    bundle = NativeBundle(*configuration.schools)
    bundle["enrolments"][0][4] = "1/09/2024"
    folder = bundle.write(tmp_path / "bundle")

    text, as_json = command(folder), command(folder, "--json")

    assert (text.exit_code, as_json.exit_code) == (3, 3)
    assert "enrolments.csv, line 2, column start_date: expected a date" in text.stderr
    (fault,) = json.loads(as_json.stdout)["faults"]
    assert (fault["file"], fault["line"], fault["column"]) == ("enrolments.csv", 2, "start_date")


def test_the_removal_limit_exits_with_4_unless_forced(
    command: Command, configuration: TestConfiguration, tmp_path: Path
) -> None:
    bundle = NativeBundle(*configuration.schools, students=9)
    command(bundle.write(tmp_path / "bundle"))
    bundle.files["enrolments"] = bundle["enrolments"][4:]
    folder = bundle.write(tmp_path / "bundle")

    refused, dry, forced = command(folder), command(folder, "--dry-run"), command(folder, "--force")

    assert (refused.exit_code, dry.exit_code, forced.exit_code) == (4, 4, 0)
    assert "4 of 10 persons would end, the limit is 10%" in refused.stderr
    assert "4 of 10 persons would end" in dry.stdout


def test_wrong_use_exits_with_2(
    command: Command,
    configuration: TestConfiguration,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")

    assert command(folder, "--configuration", "nobody").exit_code == 2
    assert command(folder, "--format", "xml").exit_code == 2
    monkeypatch.delenv("ROSTERBRIDGE_OPERATOR_DATABASE_URL")
    assert command(folder).exit_code == 2


def test_an_unreachable_database_exits_with_5(
    command: Command,
    configuration: TestConfiguration,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("ROSTERBRIDGE_OPERATOR_DATABASE_URL", f"postgresql://a:b@127.0.0.1:{port}/c")

    answer, as_json = command(folder), command(folder, "--json")

    assert (answer.exit_code, as_json.exit_code) == (5, 5)
    assert "cannot be reached" in answer.stderr
    assert json.loads(as_json.stdout)["error"] == "database_unreachable"
