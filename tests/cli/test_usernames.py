import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.usernames import app
from shared.database import Database
from shared.roles import Role
from shared.tables import sis
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    add_staff,
    add_student,
    new_configuration,
    remove,
)
from tests.conftest import SECRET_KEY, TestDatabase
from tests.username_engine.looking import AUTUMN, history_of, local_parts_of, names_of


@pytest.fixture(autouse=True)
def operator(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTERBRIDGE_OPERATOR_DATABASE_URL", database.url(Role.OPERATOR))
    monkeypatch.setenv("ROSTERBRIDGE_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("ROSTERBRIDGE_TODAY", AUTUMN.today().isoformat())


async def run(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))


async def arranged(owner: Database) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration, sync_by_default=False)
    return configuration, await add_location(owner, configuration, school)


async def test_generate_makes_what_is_missing_and_says_how_many(owner: Database) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place, "🎓", "🎓")

    done = await run("generate", configuration.name)
    assert done.exit_code == 0, done.output
    assert f"{configuration.name}: 1 usernames made" in done.stdout
    assert "needs_review 1" in done.stdout
    assert set(await local_parts_of(owner, configuration)) == {person}

    again = json.loads((await run("generate", configuration.name, "--json")).stdout)
    assert again[0]["created"] == 0
    assert again[0]["reference_date"] == AUTUMN.today().isoformat()


async def test_generate_without_a_name_does_all_configurations_that_can_be_done(
    owner: Database,
) -> None:
    broken = await new_configuration(owner, username_format="{bijnaam}")
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    done = await run("generate", "--json")
    assert configuration.name in {made["configuration"] for made in json.loads(done.stdout)}
    assert set(await local_parts_of(owner, configuration)) == {person}
    assert done.exit_code == 3
    assert f"{broken.name}: 'bijnaam' is not a field" in " ".join(done.stderr.split())


async def test_release_by_place_and_by_person(owner: Database) -> None:
    configuration, place = await arranged(owner)
    student = await add_student(owner, configuration, place)
    teacher = await add_staff(owner, configuration, place.school_number)
    future = await add_student(
        owner, configuration, place, start_date=AUTUMN.today().replace(day=31)
    )
    await run("generate", configuration.name)

    name = configuration.name
    students = ("--location", place.sourced_id, "--group", "students")
    assert "1 of 1 " in (await run("release", name, *students)).stdout
    assert await on(owner, configuration) == {student}
    staff = ("--school", place.school_number, "--group", "staff")
    assert (await run("release", name, *staff)).exit_code == 0
    persons = ("--person", future, "--person", student)
    done = await run("release", name, *persons, "--json")
    assert json.loads(done.stdout) == {"changed": [future], "selected": 2}
    assert await on(owner, configuration) == {student, teacher, future}
    await run("release", name, *persons, "--off")
    assert await on(owner, configuration) == {teacher}
    assert (await history_of(owner, configuration, future))[-1][:2] == ("sync_set", "operator")


async def on(owner: Database, configuration: Arranged) -> set[str]:
    found = await names_of(owner, configuration)
    return {person for person, name in found.items() if name.sync}


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--school", "1"),
        ("--school", "1", "--group", "parents"),
        ("--school", "1", "--location", "1-1", "--group", "staff"),
        ("--person", "1", "--group", "staff"),
    ],
)
async def test_release_wants_to_know_exactly_whose(options: tuple[str, ...]) -> None:
    assert (await run("release", "any", *options)).exit_code == 2


async def test_edit_saves_a_name_or_says_why_not(owner: Database) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    await add_staff(owner, configuration, place.school_number)
    await run("generate", configuration.name)

    done = await run("edit", configuration.name, person, "Bert", "--json")
    assert json.loads(done.stdout) == {
        "username": "Bert",
        "version": 2,
        "changed": True,
        "warnings": [],
    }
    refused = await run("edit", configuration.name, person, "an.desmet")
    assert refused.exit_code == 3
    assert "username.taken: 'an.desmet' is already in use." in refused.stderr
    assert (await local_parts_of(owner, configuration))[person] == "Bert"


async def test_what_does_not_exist_is_refused_by_name(owner: Database) -> None:
    configuration, _ = await arranged(owner)
    unknown = await run("generate", "no such configuration")
    assert (unknown.exit_code, "configuration.unknown" in unknown.stderr) == (3, True)
    nobody = await run("release", configuration.name, "--person", "nobody")
    assert (nobody.exit_code, nobody.stderr.splitlines()[-1]) == (3, "nobody")


async def test_a_staff_name_without_its_domain_is_refused_with_a_proposal(owner: Database) -> None:
    configuration = await new_configuration(owner, staff_domain_policy="provider")
    school = await add_school(owner, configuration, staff_domain="college.be")
    person = await add_staff(owner, configuration, school)
    await run("generate", configuration.name)

    refused = await run("edit", configuration.name, person, "a.desmet")

    assert refused.exit_code == 3
    assert refused.stderr.splitlines()[-2].startswith("username.invalid: ")
    assert refused.stderr.splitlines()[-1] == "Proposal: a.desmet@college.be"


ACCOUNTS = """userPrincipalName;displayName;givenName;surname
bert.ameel@college.be;Bert Ameel;Bert;Ameel
m.maes@college.be;Maes Mia;Mia;Maes
mia.m@college.be;Maes Mia;Mia;Maes
"""


async def test_a_tenants_accounts_are_imported_proposed_and_approved(
    owner: Database, tmp_path: Path
) -> None:
    configuration, place = await arranged(owner)
    bert = await add_student(owner, configuration, place)
    mia = await add_student(owner, configuration, place, "Mia", "Maes")
    name, file = configuration.name, tmp_path / "users.csv"
    file.write_text(ACCOUNTS, encoding="utf-8-sig")

    planned = await run("import-accounts", name, str(file), "--dry-run", "--json")
    assert json.loads(planned.stdout)["added"] == 3
    assert (await run("proposals", name)).stderr.strip() == "There are no proposals."
    done = await run("import-accounts", name, str(file))
    assert "3 accounts: 3 added, 0 removed" in done.stdout
    assert "sure for 1 persons, likely for 1" in done.stdout
    await run("generate", name)

    listed = json.loads((await run("proposals", name, "--json")).stdout)
    assert [(each["person_id"], each["strength"], each["reason"]) for each in listed] == [
        (bert, "sure", "exact_format"),
        (mia, "likely", "same_names"),
        (mia, "likely", "same_names"),
    ]
    assert "bert.ameel@college.be" in (await run("proposals", name)).stdout
    approved = await run("approve-accounts", name, "--all-sure", "--json")
    assert [each["person_id"] for each in json.loads(approved.stdout)["accounts"]] == [bert]
    refused = await run("approve-accounts", name, mia)
    assert (refused.exit_code, "proposal.ambiguous" in refused.stderr) == (3, True)
    one = await run("approve-accounts", name, f"{mia}=mia.m@college.be")
    assert f"{mia}: mia.maes → mia.m (mia.m@college.be)" in one.stdout
    assert await local_parts_of(owner, configuration) == {bert: "bert.ameel", mia: "mia.m"}
    assert await on(owner, configuration) == set()


async def test_release_wants_a_word_for_accounts_that_nobody_approved(
    owner: Database, tmp_path: Path
) -> None:
    configuration, place = await arranged(owner)
    bert = await add_student(owner, configuration, place)
    mia = await add_student(owner, configuration, place, "Mia", "Maes")
    name, file = configuration.name, tmp_path / "users.csv"
    file.write_text("userPrincipalName,givenName,surname\nbert.ameel@college.be,Bert,Ameel\n")
    await run("import-accounts", name, str(file))
    await run("generate", name)
    students = ("release", name, "--location", place.sourced_id, "--group", "students")

    refused = await run(*students)
    assert refused.exit_code == 3
    assert refused.stderr.startswith("account.not_approved: ")
    told = " ".join(refused.stderr.split())
    assert "accounts that nobody approved" in told
    assert "--include-unapproved" in told
    assert refused.stderr.splitlines()[-1] == bert
    assert await on(owner, configuration) == set()

    done = await run(*students, "--include-unapproved")
    assert "2 of 2 " in done.stdout
    assert await on(owner, configuration) == {bert, mia}


async def test_a_file_of_accounts_with_faults_changes_nothing_and_tells_no_names(
    owner: Database, tmp_path: Path
) -> None:
    configuration, _ = await arranged(owner)
    file = tmp_path / "users.csv"
    file.write_text("userPrincipalName,surname\njan.peters,Peters\nmia,Maes\n")
    refused = await run("import-accounts", configuration.name, str(file))
    assert refused.exit_code == 3
    assert f"{file}: line 2, column userPrincipalName: is not name@domain" in refused.stderr
    assert "line 3" in refused.stderr
    assert "peters" not in refused.stderr
    told = json.loads(
        (await run("import-accounts", configuration.name, str(file), "--json")).stdout
    )
    assert [fault["line"] for fault in told["faults"]] == [2, 3]
    absent = await run("import-accounts", configuration.name, str(tmp_path / "x.csv"))
    assert absent.exit_code == 2


@pytest.mark.parametrize("arguments", [(), ("somebody", "--all-sure")])
async def test_approval_wants_to_know_exactly_whose(arguments: tuple[str, ...]) -> None:
    assert (await run("approve-accounts", "any", *arguments)).exit_code == 2


async def test_move_gives_the_name_to_the_id_that_replaced_another(owner: Database) -> None:
    configuration, place = await arranged(owner)
    old = await add_student(owner, configuration, place)
    await run("generate", configuration.name)
    new = await add_student(owner, configuration, place)
    refused = await run("move", configuration.name, old, new)
    assert (refused.exit_code, "person.still_here" in refused.stderr) == (3, True)

    await remove(owner, configuration, sis.person, id=old)
    await run("generate", configuration.name)
    planned = await run("move", configuration.name, old, new, "--dry-run", "--json")
    assert json.loads(planned.stdout)["replaced"] == "bert.ameel2"
    assert (await local_parts_of(owner, configuration))[old] == "bert.ameel"
    done = await run("move", configuration.name, old, new)
    assert f"bert.ameel goes to {new}, in place of bert.ameel2; Sync off" in done.stdout
    assert await local_parts_of(owner, configuration) == {new: "bert.ameel"}
