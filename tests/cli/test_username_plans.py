"""Plans on the command line: shown, kept, and applied by their ids."""

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from cli import plan_tables
from cli.usernames import app
from shared.database import Database
from shared.roles import Role
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    add_student,
    change_configuration,
    new_configuration,
)
from tests.conftest import SECRET_KEY, TestDatabase
from tests.username_engine.looking import AUTUMN, local_parts_of, names_of

REVERSED = "{familienaam}.{voornaam}"


@pytest.fixture(autouse=True)
def operator(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTERBRIDGE_OPERATOR_DATABASE_URL", database.url(Role.OPERATOR))
    monkeypatch.setenv("ROSTERBRIDGE_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("ROSTERBRIDGE_TODAY", AUTUMN.today().isoformat())


async def run(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))


async def told(*arguments: str) -> Any:
    done = await run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


async def arranged(owner: Database, number: int = 2) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    for n in range(number):
        await add_student(owner, configuration, place, person_id=f"person-{n:03d}")
    return configuration, place


async def test_a_dry_run_shows_the_plan_and_makes_nothing_until_it_is_applied(
    owner: Database,
) -> None:
    configuration, _ = await arranged(owner)
    name = configuration.name

    shown = await run("generate", name, "--dry-run")

    assert shown.exit_code == 0, shown.output
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert lines[0] == ["Name", "After", "Reason", "Flags", "Person"]
    assert lines[1] == ["Ameel", "Bert", "bert.ameel", "by", "the", "format", "person-000"]
    assert lines[2] == ["Ameel", "Bert", "bert.ameel2", "with", "a", "number", "person-001"]
    assert f"{name}: 2 usernames would be made; there are 0 now" in shown.stdout
    assert await local_parts_of(owner, configuration) == {}

    command = re.search(r"rosterbridge usernames (apply-plan \S+ \S+)", shown.stdout)
    assert command
    done = await run(*command[1].split())
    assert (done.exit_code, done.stdout) == (0, f"{name}: 2 usernames made\n")
    assert set((await local_parts_of(owner, configuration)).values()) == {
        "bert.ameel",
        "bert.ameel2",
    }
    again = await run(*command[1].split())
    assert (again.exit_code, "plan.already_applied" in again.stderr) == (3, True)
    assert (await told("generate", name, "--dry-run"))["rows"] == []


async def test_a_dry_run_is_of_one_configuration() -> None:
    for names in ((), ("one", "two")):
        assert (await run("generate", *names, "--dry-run")).exit_code == 2


async def test_rename_makes_a_plan_and_never_applies_it(owner: Database) -> None:
    configuration, place = await arranged(owner)
    name = configuration.name
    future = await add_student(
        owner, configuration, place, start_date=AUTUMN.today() + timedelta(days=3)
    )
    await run("generate", name)
    await run("edit", name, "person-001", "Berre")
    await change_configuration(owner, configuration, username_format=REVERSED)
    before = await names_of(owner, configuration)

    plan = await told("rename", name, "--share-limit", "0.5")

    assert await names_of(owner, configuration) == before
    wanted = {
        "kind": "rename",
        "made_by": "operator",
        "names": 3,
        "changes": 1,
        "share_limit": 0.5,
        "state": "ready",
        "reasons": {"format": 1, "edited": 1, "not_started": 1},
    }
    assert {key: plan[key] for key in wanted} == wanted
    assert [(row["person"], row["reason"]) for row in plan["rows"]] == [
        ("person-000", "format"),
        ("person-001", "edited"),
    ]
    students = ("--location", place.sourced_id, "--group", "students")
    all_of_them = await told("rename", name, *students, "--include-edited", "--future")
    assert all_of_them["changes"] == 3
    assert (await told("rename", name, "--person", "person-000"))["changes"] == 1
    refused = await run("rename", name, "--person", future)
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (3, future)
    for wrong in (("--group", "staff"), ("--share-limit", "1.5"), (*students, "--school", "1")):
        assert (await run("rename", name, *wrong)).exit_code == 2

    done = await told("apply-plan", name, plan["id"])
    assert done == {
        "plan": plan["id"],
        "created": 0,
        "renamed": 1,
        "domains_fixed": 0,
        "retired": 0,
    }
    assert (await local_parts_of(owner, configuration))["person-000"] == "ameel.bert"


async def test_plans_are_listed_with_what_has_become_of_them(owner: Database) -> None:
    configuration, place = await arranged(owner, 7)
    name = configuration.name
    assert (await run("plans", name)).stderr == "There are no plans.\n"
    first = await told("generate", name, "--dry-run")
    await told("apply-plan", name, first["id"])
    await change_configuration(owner, configuration, username_format=REVERSED)
    over = await told("rename", name)

    table = (await run("plans", name)).stdout.splitlines()
    assert [line.split()[0] for line in table[1:]] == [over["id"], first["id"]]
    assert "over its limit: 100.0%, and 10.0% may be" in table[1]
    assert "applied" in table[2]
    refused = await run("apply-plan", name, over["id"])
    assert (refused.exit_code, "plan.over_share_limit" in refused.stderr) == (3, True)

    await add_student(owner, configuration, place)
    assert "outdated: data" in (await run("plans", name)).stdout
    assert [(plan["id"], plan["state"]) for plan in await told("plans", name)] == [
        (over["id"], "outdated"),
        (first["id"], "applied"),
    ]
    one = await told("plans", name, over["id"])
    assert (one["moved"], len(one["rows"])) == (["data"], 7)
    shown = await run("plans", name, over["id"])
    assert "outdated: data" in shown.stdout
    assert "apply-plan" not in shown.stdout


async def test_many_rows_are_cut_with_a_word_on_how_to_see_them(
    owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.username_plans.SHOWN_ROWS", 3)
    configuration, _ = await arranged(owner, 5)
    shown = (await run("generate", configuration.name, "--dry-run")).stdout
    assert shown.count("person-00") == 3
    command = re.search(r"The first 3 of 5 rows; all of them: rosterbridge usernames (.*)", shown)
    assert command
    assert (await run(*command[1].split())).stdout.count("person-00") == 5


async def test_an_unknown_plan_is_refused(owner: Database) -> None:
    configuration, _ = await arranged(owner)
    unknown = await run("apply-plan", configuration.name, "00000000-0000-4000-8000-000000000000")
    assert (unknown.exit_code, "plan.unknown" in unknown.stderr) == (3, True)
    assert (await run("apply-plan", configuration.name, "none")).exit_code == 2


@pytest.mark.parametrize("width", [80, 119])
async def test_a_narrow_terminal_has_no_room_for_ids(
    owner: Database, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(
        "cli.username_plans.wide_output", lambda: Console(width=width, highlight=False)
    )
    assert plan_tables.wide_output().width > width
    configuration, _ = await arranged(owner)
    shown = (await run("generate", configuration.name, "--dry-run")).stdout
    assert "person-000" not in shown
    table = shown.split("\n\n")[0].splitlines()
    assert all(len(line) <= width for line in table)
    assert [line.split()[:3] for line in table[1:]] == [
        ["Ameel", "Bert", "bert.ameel"],
        ["Ameel", "Bert", "bert.ameel2"],
    ]
