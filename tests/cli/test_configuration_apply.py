"""`configuration apply`, `show` and `list` against a real database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, insert, select, text

from cli.access.persons import persons_by_place
from cli.terminal import ExitCode
from shared.database import Database
from shared.tables import access, roster, sis, usernames
from tests import arranging
from tests.arranging import Arranged, Place, random_school_number
from tests.cli.conftest import Rosterbridge, refused
from tests.cli.sheets import Sheet, school_table
from tests.conftest import TestDatabase
from tests.intake.conftest import NativeBundle, school_number

Arrange = Callable[[Callable[[Database], Awaitable[Any]]], Any]
PROVIDER = {"domain_for_students": '"provider"', "domain_for_staff": '"provider"'}


async def configuration_of(owner: Database, name: str) -> Arranged:
    table = access.configuration
    async with owner.transaction() as connection:
        found = await connection.execute(select(table.c.id).where(table.c.name == name))
        return Arranged(found.scalar_one(), name)


async def revision_of(owner: Database, name: str) -> int:
    configuration = await configuration_of(owner, name)
    table = access.revision
    async with owner.transaction() as connection:
        return int(
            (
                await connection.execute(
                    select(table.c.revision).where(table.c.configuration_id == configuration.id)
                )
            ).scalar_one()
        )


async def name_person(
    owner: Database, configuration: Arranged, person: str, domain: str | None
) -> None:
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.username).values(
                configuration_id=configuration.id,
                person_id=person,
                local_part=f"u{person.replace('-', '')[:12]}",
                domain=domain,
                sync=True,
                rule="{voornaam}",
                revision=1,
            )
        )


async def domains_of(owner: Database, configuration: Arranged) -> dict[str, str | None]:
    table = usernames.username
    async with owner.transaction() as connection:
        rows = await connection.execute(
            select(table.c.person_id, table.c.domain).where(
                table.c.configuration_id == configuration.id
            )
        )
        return dict(rows.all())


def outcome(run: Any, name: str) -> Any:
    assert run.exit_code == ExitCode.DONE, run.text
    return next(one for one in run.json["configurations"] if one["configuration"] == name)


def test_the_same_sheet_twice_changes_nothing_and_raises_no_counter(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path
) -> None:
    sheet = Sheet()
    file = sheet.write(tmp_path)

    assert (
        outcome(rosterbridge("configuration", "apply", file, "--json"), sheet.name)["result"]
        == "created"
    )
    first = arrange(lambda owner: revision_of(owner, sheet.name))
    again = outcome(rosterbridge("configuration", "apply", file, "--json"), sheet.name)

    assert again["result"] == "unchanged"
    assert again["changes"] == []
    assert arrange(lambda owner: revision_of(owner, sheet.name)) == first


def test_a_change_is_told_raises_the_counter_and_wakes_the_services(
    rosterbridge: Rosterbridge, arrange: Arrange, database: TestDatabase, tmp_path: Path
) -> None:
    sheet = Sheet()
    rosterbridge("configuration", "apply", sheet.write(tmp_path))
    before = arrange(lambda owner: revision_of(owner, sheet.name))
    identifier = arrange(lambda owner: configuration_of(owner, sheet.name)).id
    sheet.usernames["maximum_length"] = "20"

    async def woken() -> list[str]:
        heard: list[str] = []
        listener = await asyncpg.connect(database.owner_url)
        await listener.add_listener("rosterbridge_access", lambda *parts: heard.append(parts[3]))
        run = await asyncio.to_thread(
            rosterbridge, "configuration", "apply", sheet.write(tmp_path), "--json"
        )
        assert outcome(run, sheet.name)["changes"] == [
            {"key": "usernames.maximum_length", "before": 64, "after": 20}
        ]
        # A round trip: what was sent at the commit has come by then.
        await listener.fetchval("select 1")
        await listener.close()
        return heard

    assert asyncio.run(woken()) == [str(identifier)]
    assert arrange(lambda owner: revision_of(owner, sheet.name)) == before + 1


def test_rules_words_and_reuse_are_told_kept_and_shown(
    rosterbridge: Rosterbridge, tmp_path: Path
) -> None:
    sheet = Sheet()
    rosterbridge("configuration", "apply", sheet.write(tmp_path))
    sheet.usernames["reserved_words"] = '["Kantine", "foyer", "foyer"]'
    sheet.usernames["reuse_after_days"] = "730"
    sheet.rest = '[usernames.rules]\nparticles = "initials"\nminimum_digits = 2'

    run = rosterbridge("configuration", "apply", sheet.write(tmp_path), "--json")

    told = {
        each["key"]: (each["before"], each["after"]) for each in outcome(run, sheet.name)["changes"]
    }
    assert told == {
        "usernames.rules.particles": ("keep", "initials"),
        "usernames.rules.minimum_digits": (1, 2),
        "usernames.reserved_words": (None, "foyer, kantine"),
        "usernames.reuse_after_days": (None, 730),
    }
    warnings = outcome(run, sheet.name)["warnings"]
    assert "names_reused" in {warning["code"] for warning in warnings}
    shown = rosterbridge("configuration", "show", sheet.name, "--json").json["usernames"]
    assert shown["rules"]["particles"] == "initials"
    assert shown["rules"]["transliteration"] == "plain"
    assert (shown["reserved_words"], shown["reuse_after_days"]) == (["foyer", "kantine"], 730)
    again = rosterbridge("configuration", "apply", sheet.write(tmp_path), "--json")
    assert outcome(again, sheet.name)["changes"] == []


def test_a_dry_run_shows_the_changes_and_writes_nothing(
    rosterbridge: Rosterbridge, tmp_path: Path
) -> None:
    sheet = Sheet()
    run = rosterbridge("configuration", "apply", sheet.write(tmp_path), "--dry-run")

    assert run.exit_code == ExitCode.DONE
    assert f"{sheet.name}: would be created" in run.output
    assert rosterbridge("configuration", "show", sheet.name).exit_code == ExitCode.REFUSED


def test_one_mistake_in_one_file_leaves_all_files_unwritten(
    rosterbridge: Rosterbridge, tmp_path: Path
) -> None:
    right, wrong = Sheet(), Sheet(active_school_year="2024")
    files = (right.write(tmp_path), wrong.write(tmp_path))

    mistakes = refused(rosterbridge("configuration", "apply", *files, "--json"))

    assert list(mistakes) == ["active_school_year"]
    assert rosterbridge("configuration", "show", right.name).exit_code == ExitCode.REFUSED


def test_mistakes_are_told_with_key_and_expectation(
    rosterbridge: Rosterbridge, tmp_path: Path
) -> None:
    sheet = Sheet(tenant_id="x")
    sheet.usernames["format"] = '"klas"'

    run = rosterbridge("configuration", "apply", sheet.write(tmp_path))

    assert run.exit_code == ExitCode.REFUSED
    assert run.output == ""
    assert "2 mistakes" in run.errors
    assert "tenant_id" in run.errors
    assert "expected: {voornaam} or {familienaam}" in run.errors


def test_a_school_and_a_tenant_of_another_configuration_are_refused(
    rosterbridge: Rosterbridge, tmp_path: Path
) -> None:
    first = Sheet()
    rosterbridge("configuration", "apply", first.write(tmp_path))
    second = Sheet(tenant_id=first.tenant_id, school=first.school)

    mistakes = refused(rosterbridge("configuration", "apply", second.write(tmp_path), "--json"))

    assert mistakes == {
        "tenant_id": f"the tenant belongs to configuration {first.name}",
        "schools[1].number": f"the school belongs to configuration {first.name}",
    }


def test_a_sheet_of_another_year_does_not_switch_the_year(
    rosterbridge: Rosterbridge, tmp_path: Path
) -> None:
    sheet = Sheet()
    rosterbridge("configuration", "apply", sheet.write(tmp_path))
    sheet.active_school_year = "2025-26"

    run = rosterbridge("configuration", "apply", sheet.write(tmp_path))

    assert run.exit_code == ExitCode.REFUSED
    assert f"rosterbridge year switch {sheet.name} 2025-26" in run.text


def test_schools_and_tenants_change_places_in_one_call(
    rosterbridge: Rosterbridge, tmp_path: Path
) -> None:
    one, other = Sheet(), Sheet()
    rosterbridge("configuration", "apply", one.write(tmp_path), other.write(tmp_path))
    one.school, other.school = other.school, one.school
    one.tenant_id, other.tenant_id = other.tenant_id, one.tenant_id

    run = rosterbridge(
        "configuration", "apply", one.write(tmp_path), other.write(tmp_path), "--json"
    )

    codes = [warning["code"] for warning in outcome(run, one.name)["warnings"]]
    assert "school_moved" in codes
    shown = rosterbridge("configuration", "show", one.name, "--json").json
    assert [school["number"] for school in shown["schools"]] == [one.school]
    assert shown["tenant_id"] == one.tenant_id


async def _school_of_two_locations(
    owner: Database, sheet: Sheet, domain: str | None = None
) -> tuple[Arranged, Place, Place]:
    configuration = await configuration_of(owner, sheet.name)
    await arranging.add_school_year(owner, configuration)
    await arranging.write(
        owner,
        configuration,
        sis.school,
        {"number": sheet.school, "name": "Atheneum"},
    )
    first = await arranging.add_location(owner, configuration, sheet.school, "1")
    second = await arranging.add_location(owner, configuration, sheet.school, "2")
    return configuration, first, second


def test_a_place_with_persons_is_given_up_only_when_confirmed(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path
) -> None:
    sheet = Sheet()
    rosterbridge("configuration", "apply", sheet.write(tmp_path))

    async def two_students(owner: Database) -> None:
        configuration, _, second = await _school_of_two_locations(owner, sheet)
        for name in ("Bert", "An"):
            await arranging.add_student(owner, configuration, second, name)

    arrange(two_students)
    sheet.schools = school_table(sheet.school, at_1="")
    file = sheet.write(tmp_path)

    for answer in (None, "n\n"):
        run = rosterbridge("configuration", "apply", file, answer=answer)
        assert run.exit_code == ExitCode.REFUSED
        assert f"students of school {sheet.school} location 2 leave the feed: 2" in run.text
    assert not rosterbridge("configuration", "show", sheet.name, "--json").json["schools"][0][
        "locations"
    ]
    unconfirmed = rosterbridge("configuration", "apply", file, "--json")
    assert unconfirmed.exit_code == ExitCode.REFUSED
    assert unconfirmed.json["applied"] is False
    assert unconfirmed.json["needs_confirmation"] is True
    assert unconfirmed.json["configurations"][0]["leaving"] == [
        {"school": sheet.school, "location": "2", "group": "student", "persons": 2, "staying": 0}
    ]
    agreed = rosterbridge("configuration", "apply", file, answer="y\n")

    assert agreed.exit_code == ExitCode.DONE
    assert rosterbridge("configuration", "show", sheet.name, "--json").json["schools"][0][
        "locations"
    ] == [{"number": "1", "student_domain": None, "sync_by_default": None}]


def test_who_is_elsewhere_in_the_configuration_too_does_not_leave_the_feed(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path
) -> None:
    sheet = Sheet()
    leaving = random_school_number()
    sheet.schools = school_table(sheet.school) + school_table(leaving)
    rosterbridge("configuration", "apply", sheet.write(tmp_path))

    async def people(owner: Database) -> None:
        configuration, place, _ = await _school_of_two_locations(owner, sheet)
        left = await arranging.add_location(owner, configuration, leaving)
        await arranging.add_staff(owner, configuration, leaving)
        both = await arranging.add_staff(owner, configuration, leaving)
        await arranging.add_membership(owner, configuration, both, sheet.school)
        student = await arranging.add_student(owner, configuration, left)
        await arranging.add_enrolment(owner, configuration, student, place)

    arrange(people)
    sheet.schools = None
    file = sheet.write(tmp_path)

    plan = outcome(rosterbridge("configuration", "apply", file, "--dry-run", "--json"), sheet.name)

    assert plan["leaving"] == [
        {"school": leaving, "location": "1", "group": "student", "persons": 0, "staying": 1},
        {"school": leaving, "location": None, "group": "staff", "persons": 1, "staying": 1},
    ]
    shown = rosterbridge("configuration", "apply", file).text
    assert f"staff of school {leaving} leave the feed: 1 (1 stay, being elsewhere)" in shown


def test_a_school_that_comes_back_brings_nothing_until_it_is_imported(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path
) -> None:
    number = school_number()
    sheet, other = Sheet(school=number), Sheet()
    files = sheet.write(tmp_path), other.write(tmp_path)
    rosterbridge("configuration", "apply", *files)
    bundle = NativeBundle(number, students=6)
    folder = bundle.write(tmp_path / "bundle")
    assert rosterbridge("import", folder).exit_code == ExitCode.DONE
    identifier = arrange(lambda owner: configuration_of(owner, sheet.name)).id

    async def present(owner: Database) -> int:
        async with owner.transaction() as connection:
            places = await persons_by_place(connection, identifier, date(2024, 10, 1))
        return sum(map(len, places.values()))

    assert arrange(present) == 7

    sheet.schools, other.schools = "", school_table(other.school) + school_table(number)
    swapped = _without_schools(sheet, tmp_path), other.write(tmp_path)
    assert rosterbridge("configuration", "apply", *swapped, "--yes").exit_code == ExitCode.DONE
    sheet.schools = other.schools = None
    files = sheet.write(tmp_path), other.write(tmp_path)
    back = rosterbridge("configuration", "apply", *files, "--yes")

    assert back.exit_code == ExitCode.DONE, back.text
    assert arrange(present) == 0
    # Who left meanwhile is not in the bundle.
    gone = bundle["enrolments"].pop()[0]
    bundle.files["class_enrolments"] = [r for r in bundle["class_enrolments"] if r[0] != gone]
    imported = rosterbridge("import", bundle.write(folder), "--json")
    assert imported.exit_code == ExitCode.DONE, imported.text
    (report,) = imported.json["configurations"]
    returned = {table["table"]: table["returned"] for table in report["tables"]}
    assert (returned["school"], returned["enrolment"], returned["class"]) == (1, 5, 1)
    assert arrange(present) == 6


def _without_schools(sheet: Sheet, folder: Path) -> Path:
    file = sheet.write(folder)
    file.write_text(f"schools = []\n{sheet.text}", encoding="utf-8")
    return file


def test_names_outside_the_verified_domains_are_counted(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path
) -> None:
    sheet = Sheet()
    _provider(sheet)
    rosterbridge("configuration", "apply", sheet.write(tmp_path))

    async def named(owner: Database) -> None:
        configuration = await configuration_of(owner, sheet.name)
        for person, domain in (("a", "vti.be"), ("b", "college.be"), ("c", None)):
            await name_person(owner, configuration, person, domain)

    arrange(named)
    sheet.usernames["verified_domains"] = '["college.be"]'

    run = rosterbridge("configuration", "apply", sheet.write(tmp_path), "--json")

    warnings = {one["code"]: one["text"] for one in outcome(run, sheet.name)["warnings"]}
    assert warnings["names_not_verified"].startswith("1 stored username holds a domain")


def _provider(sheet: Sheet) -> None:
    sheet.usernames |= PROVIDER
    domains = 'staff_domain = "college.be"\nstudent_domain = "college.be"'
    sheet.schools = school_table(sheet.school, domains)


def test_flipping_to_the_provider_gives_staff_names_their_schools_domain(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path
) -> None:
    sheet = Sheet()
    rosterbridge("configuration", "apply", sheet.write(tmp_path))

    async def named(owner: Database) -> tuple[Arranged, str, str, str]:
        configuration, place, _ = await _school_of_two_locations(owner, sheet)
        student = await arranging.add_student(owner, configuration, place)
        teacher = await arranging.add_staff(owner, configuration, sheet.school)
        other = await arranging.add_staff(owner, configuration, sheet.school)
        for person, domain in ((student, None), (teacher, None), (other, "vti.be")):
            await name_person(owner, configuration, person, domain)
        return configuration, student, teacher, other

    configuration, student, teacher, other = arrange(named)
    _provider(sheet)
    file = sheet.write(tmp_path)

    plan = outcome(rosterbridge("configuration", "apply", file, "--dry-run", "--json"), sheet.name)
    assert [(flip["group"], flip["policy"], flip["names"]) for flip in plan["domain_policies"]] == [
        ("student", "provider", 1),
        ("staff", "provider", 2),
    ]
    assert plan["domain_policies"][0]["changes"] == []
    assert plan["domain_policies"][1]["changes"] == [
        {"person": teacher, "before": None, "after": "college.be"}
    ]
    assert arrange(lambda owner: domains_of(owner, configuration))[teacher] is None
    unconfirmed = rosterbridge("configuration", "apply", file)
    assert unconfirmed.exit_code == ExitCode.REFUSED
    assert teacher in unconfirmed.output
    assert rosterbridge("configuration", "apply", file, "--yes").exit_code == ExitCode.DONE

    assert arrange(lambda owner: domains_of(owner, configuration)) == {
        student: None,
        teacher: "college.be",
        other: "vti.be",
    }


def test_flipping_to_the_tenant_takes_domains_off_and_history_keeps_them(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path
) -> None:
    sheet = Sheet()
    _provider(sheet)
    rosterbridge("configuration", "apply", sheet.write(tmp_path))

    async def named(owner: Database) -> tuple[Arranged, str, str]:
        configuration, place, _ = await _school_of_two_locations(owner, sheet)
        student = await arranging.add_student(owner, configuration, place)
        teacher = await arranging.add_staff(owner, configuration, sheet.school)
        await name_person(owner, configuration, student, "vti.be")
        await name_person(owner, configuration, teacher, "college.be")
        return configuration, student, teacher

    configuration, student, teacher = arrange(named)
    sheet.usernames |= {"domain_for_students": '"tenant"', "domain_for_staff": '"tenant"'}
    sheet.schools = None

    run = rosterbridge("configuration", "apply", sheet.write(tmp_path), answer="y\n")

    assert run.exit_code == ExitCode.DONE, run.text
    assert arrange(lambda owner: domains_of(owner, configuration)) == {
        student: None,
        teacher: None,
    }

    async def history(owner: Database) -> Any:
        async with owner.transaction() as connection:
            table = usernames.event
            rows = await connection.execute(
                select(table.c.person_id, table.c.before, table.c.after, table.c.kind).where(
                    table.c.configuration_id == configuration.id, table.c.person_id.is_not(None)
                )
            )
            counter = usernames.revision_counter
            revisions = await connection.execute(
                select(usernames.username.c.revision, counter.c.revision)
                .join(counter, counter.c.configuration_id == usernames.username.c.configuration_id)
                .where(counter.c.configuration_id == configuration.id)
            )
            return {row[0]: row[1:] for row in rows}, revisions.all()

    events, revisions = arrange(history)
    assert events == {
        student: ({"domain": "vti.be"}, {"domain": None}, "domain_policy"),
        teacher: ({"domain": "college.be"}, {"domain": None}, "domain_policy"),
    }
    assert all(row == counter for row, counter in revisions)


def test_default_sync_is_no_longer_warned_of_once_a_client_has_pulled(
    rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path
) -> None:
    sheet = Sheet()
    sheet.schools = school_table(sheet.school, "sync_by_default = true")
    file = sheet.write(tmp_path)

    def codes() -> list[str]:
        run = rosterbridge("configuration", "apply", file, "--json")
        return [warning["code"] for warning in outcome(run, sheet.name)["warnings"]]

    assert codes() == ["sync_before_first_pull", "school_not_imported"]

    async def pulled(owner: Database) -> None:
        configuration = await configuration_of(owner, sheet.name)
        async with owner.transaction() as connection:
            await connection.execute(
                text("select set_config('rosterbridge.configuration', :id, true)"),
                {"id": str(configuration.id)},
            )
            await connection.execute(
                insert(roster.client_use).values(
                    configuration_id=configuration.id,
                    client_id="a",
                    first_read_at=func.now(),
                )
            )

    arrange(pulled)
    assert codes() == ["school_not_imported"]


def test_two_operators_at_once_never_give_one_school_to_two_configurations(
    rosterbridge: Rosterbridge, tmp_path: Path
) -> None:
    one = Sheet()
    other = Sheet(school=one.school)

    async def both() -> list[Any]:
        return await asyncio.gather(
            *(_process("configuration", "apply", sheet.write(tmp_path)) for sheet in (one, other))
        )

    assert sorted(asyncio.run(both())) == [ExitCode.DONE, ExitCode.REFUSED]


async def _process(*arguments: str | Path) -> int:
    """The command in a process of its own, with the environment of the test."""
    import sys

    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import typer; from cli import configurations as c; a = typer.Typer(); "
        "a.add_typer(c.app, name='configuration'); a()",
        *map(str, arguments),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


def test_what_is_shown_can_be_applied_again(rosterbridge: Rosterbridge, tmp_path: Path) -> None:
    sheet = Sheet()
    rosterbridge("configuration", "apply", sheet.write(tmp_path))
    shown = tmp_path / "shown.toml"
    shown.write_text(rosterbridge("configuration", "show", sheet.name).output, encoding="utf-8")

    run = rosterbridge("configuration", "apply", shown, "--json")

    assert outcome(run, sheet.name)["result"] == "unchanged"
    assert sheet.name in [
        one["name"] for one in rosterbridge("configuration", "list", "--json").json
    ]
    assert sheet.name in rosterbridge("configuration", "list").output.replace("\n", "")


def test_a_file_that_is_not_there_is_wrong_use(rosterbridge: Rosterbridge, tmp_path: Path) -> None:
    run = rosterbridge("configuration", "apply", tmp_path / "none.toml")

    assert run.exit_code == ExitCode.WRONG_USE
    assert "none.toml" in run.text


def test_a_database_that_cannot_be_reached_has_its_own_exit_code(
    rosterbridge: Rosterbridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://nobody:a-secret-password@127.0.0.1:1/nothing"
    monkeypatch.setenv("ROSTERBRIDGE_OPERATOR_DATABASE_URL", url)

    run = rosterbridge("configuration", "list")

    assert run.exit_code == ExitCode.DATABASE_UNREACHABLE
    assert "a-secret-password" not in run.text


def test_settings_that_do_not_do_are_named(
    rosterbridge: Rosterbridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROSTERBRIDGE_SECRET_KEY")

    run = rosterbridge("configuration", "list")

    assert run.exit_code == ExitCode.WRONG_USE
    assert "ROSTERBRIDGE_SECRET_KEY" in run.errors
