"""The native bundle, from files to `sis` and back again."""

import asyncio
import csv
import zipfile
from datetime import date
from pathlib import Path
from random import Random

import pytest

from intake import WrongUse, import_bundle
from shared.database import Database
from tests.intake.conftest import (
    NATIVE_HEADERS,
    Configure,
    NativeBundle,
    digest,
    identifier,
    revision_of,
    rows_of,
    school_number,
    standing,
)

TODAY = date(2024, 10, 1)


async def test_what_the_files_say_is_what_sis_holds(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    bundle = NativeBundle(school)

    report = await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))

    assert [tuple(row.values())[1:4] for row in await rows_of(owner, "school", configuration)] == [
        (school, f"School {school}", "SC")
    ]
    first, second = await rows_of(owner, "location", configuration)
    assert (first["sourced_id"], first["identifier"], first["type"], first["active"]) == (
        f"{school}-1",
        f"{school}-1",
        "school",
        True,
    )
    assert (second["sourced_id"], second["main_structure"], second["active"]) == (
        f"{school}-2-311",
        "311",
        True,
    )
    (year,) = await rows_of(owner, "school_year", configuration)
    assert (year["sourced_id"], year["label"]) == ("2024-25", "2024-25")
    assert (year["start_date"], year["end_date"]) == (date(2024, 9, 1), date(2025, 6, 30))
    persons = await rows_of(owner, "person", configuration)
    assert {row["id"] for row in persons} == {row[0] for row in bundle["persons"]}
    assert {(row["family_name"], row["birth_date"]) for row in persons} == {
        ("Ameel", date(2012, 3, 4)),
        ("D'Hondt", None),
    }
    (member,) = await rows_of(owner, "staff", configuration)
    assert (member["location_number"], member["is_primary"], member["end_date"]) == ("", True, None)
    (duty,) = await rows_of(owner, "class_duty", configuration)
    assert (duty["duty"], duty["sourced_id"]) == (2, "")
    assert report.configuration(configuration.name).table("person").added == 7
    assert await revision_of(owner, configuration) == 1
    assert {row["revision"] for row in persons} == {1}


async def test_the_same_bundle_twice_changes_nothing(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")
    await import_bundle(intake_database, folder)
    before = await digest(owner, configuration)

    report = await import_bundle(intake_database, folder)

    assert not report.changed
    assert report.configuration(configuration.name).table("person").unchanged == 7
    assert report.configuration(configuration.name).revision is None
    assert await digest(owner, configuration) == before


async def test_only_what_changed_gets_the_new_revision(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools)
    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))
    bundle["persons"][2][2] = "Ameel-Peeters"
    bundle["enrolments"][1][5] = "2025-01-31"

    report = await import_bundle(intake_database, bundle.write(tmp_path / "bundle"), today=TODAY)

    assert await revision_of(owner, configuration) == 2
    changed = [
        row["id"] for row in await rows_of(owner, "person", configuration) if row["revision"] == 2
    ]
    assert changed == [bundle["persons"][2][0]]
    counts = report.configuration(configuration.name)
    assert (counts.table("person").changed, counts.table("person").unchanged) == (1, 6)
    assert (counts.table("enrolment").changed, counts.differences) == (1, 2)


async def test_what_is_missing_is_marked_and_what_comes_back_is_unmarked(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools, students=30)
    folder = tmp_path / "bundle"
    await import_bundle(intake_database, bundle.write(folder))
    gone = bundle["persons"].pop(0)
    enrolment = bundle["enrolments"].pop(0)
    in_class = bundle["class_enrolments"].pop(0)
    location = bundle["locations"].pop(1)

    report = await import_bundle(intake_database, bundle.write(folder), today=TODAY)

    counts = report.configuration(configuration.name)
    assert {t.table: t.removed for t in counts.tables if t.removed} == {
        "enrolment": 1,
        "class_enrolment": 1,
        "location": 1,
    }
    assert gone[0] not in {
        r["person_id"] for r in await standing(owner, "enrolment", configuration)
    }
    assert gone[0] in {row["id"] for row in await standing(owner, "person", configuration)}

    bundle["persons"].append(gone)
    bundle["enrolments"].append(enrolment)
    bundle["class_enrolments"].append(in_class)
    bundle["locations"].append(location)
    report = await import_bundle(intake_database, bundle.write(folder), today=TODAY)

    counts = report.configuration(configuration.name)
    assert {t.table: t.returned for t in counts.tables if t.returned} == {
        "enrolment": 1,
        "class_enrolment": 1,
        "location": 1,
    }
    assert len(await standing(owner, "enrolment", configuration)) == 30
    assert await revision_of(owner, configuration) == 3


async def test_other_schools_and_other_years_stay_as_they_were(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    first, second = school_number(), school_number()
    configuration = await configure(first, second)
    await import_bundle(intake_database, NativeBundle(first, second).write(tmp_path / "all"))
    next_year = NativeBundle(first, seed=2)
    next_year["school_years"][0][:] = ["2025-26", "2025-09-01", "2026-06-30"]
    for name, column in (("enrolments", 3), ("classes", 7), ("staff", 2)):
        for row in next_year[name]:
            row[column] = "2025-26"
    for name, column in (("enrolments", 4), ("class_enrolments", 2), ("staff", 3)):
        for row in next_year[name]:
            row[column] = "2025-09-01"
    next_year["classes"][0][1] = "987654"

    report = await import_bundle(intake_database, next_year.write(tmp_path / "next"))

    assert not any(t.removed for t in report.configuration(configuration.name).tables)
    years = [row["school_year"] for row in await standing(owner, "enrolment", configuration)]
    assert (years.count("2024-25"), years.count("2025-26")) == (12, 6)


async def test_a_bundle_is_divided_over_the_configurations_of_its_schools(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    schools = [school_number() for _ in range(3)]
    one, other = await configure(schools[0]), await configure(schools[1])
    bundle = NativeBundle(*schools)
    # A teacher of both.
    teacher = bundle["staff"][0][0]
    bundle["staff"].append([teacher, schools[1], "2024-25", "2024-09-01", "", "false"])

    report = await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))

    assert [r.configuration for r in report.configurations] == [one.name, other.name]
    persons = {row["id"] for row in await rows_of(owner, "person", one)}
    others = {row["id"] for row in await rows_of(owner, "person", other)}
    assert persons & others == {teacher}
    assert (len(persons), len(others)) == (7, 8)
    assert {row["number"] for row in await rows_of(owner, "school", other)} == {schools[1]}
    assert len(await rows_of(owner, "school_year", one)) == 1
    skipped = dict(report.skipped)
    assert skipped["school rows outside the configurations"] == 1
    assert skipped["person rows outside the configurations"] == 7
    assert skipped["class enrolment rows outside the configurations"] == 6
    assert any("1 of the schools" in warning for warning in report.warnings)


async def test_a_named_configuration_narrows_the_bundle_to_itself(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    schools = [school_number() for _ in range(2)]
    one, other = await configure(schools[0]), await configure(schools[1])
    folder = NativeBundle(*schools).write(tmp_path / "bundle")

    report = await import_bundle(intake_database, folder, configuration=one.name)

    assert [r.configuration for r in report.configurations] == [one.name]
    assert await rows_of(owner, "person", other) == []
    assert await revision_of(owner, other) is None


async def test_an_unknown_configuration_is_wrong_use(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")

    with pytest.raises(WrongUse, match="there is no configuration 'nobody'"):
        await import_bundle(intake_database, folder, configuration="nobody")


async def test_a_configuration_without_a_change_keeps_its_counter(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    schools = [school_number() for _ in range(2)]
    one, other = await configure(schools[0]), await configure(schools[1])
    bundle = NativeBundle(*schools)
    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))
    bundle["schools"][1][1] = "Renamed"

    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))

    assert (await revision_of(owner, one), await revision_of(owner, other)) == (1, 2)


async def test_listeners_are_told_which_configuration_changed(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")
    told: asyncio.Queue[str] = asyncio.Queue()
    async with owner.session_connection() as connection:
        await connection.add_listener(
            "rosterbridge_sis", lambda *arguments: told.put_nowait(str(arguments[3]))
        )
        await import_bundle(intake_database, folder)
        assert await asyncio.wait_for(told.get(), 5) == str(configuration.id)
        await import_bundle(intake_database, folder)
        await connection.execute("select 1")
        assert told.empty()


async def test_a_dry_run_shows_the_differences_and_writes_nothing(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools)
    fresh = await import_bundle(
        intake_database, bundle.write(tmp_path / "bundle"), dry_run=True, differences_shown=3
    )
    assert await revision_of(owner, configuration) is None
    assert [d.action for d in fresh.differences if d.table == "person"] == ["added"] * 3
    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))
    before = await digest(owner, configuration)
    bundle["persons"][0][2] = "Geheim"
    gone = bundle["class_enrolments"].pop()

    report = await import_bundle(intake_database, bundle.write(tmp_path / "bundle"), dry_run=True)

    assert report.changed
    assert report.configuration(configuration.name).revision is None
    shown = {(d.table, d.action): d for d in report.differences}
    assert shown["person", "changed"].columns == ("family_name",)
    assert shown["person", "changed"].key == (bundle["persons"][0][0],)
    assert gone[0] in shown["class_enrolment", "removed"].key
    assert "Geheim" not in str(report)
    assert await digest(owner, configuration) == before


def as_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, f"bundle/{file.name}")
        archive.writestr("__MACOSX/bundle/._persons.csv", b"\x00\x05")
    return folder.with_suffix(".zip")


def with_marks_and_line_ends(folder: Path) -> Path:
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8").rstrip("\n").replace("\n", "\r\n")
        file.write_text(text, encoding="utf-8-sig", newline="")
    return folder


def turned_round(folder: Path) -> Path:
    """Columns in the other order, all quoted, one more that nobody knows."""
    for file in folder.iterdir():
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.reader(opened))
        rows = [[*reversed(row), "x" if n else "Kleur"] for n, row in enumerate(rows)]
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened, quoting=csv.QUOTE_ALL).writerows(rows)
    return folder


def with_odd_space(folder: Path) -> Path:
    text = (folder / "persons.csv").read_text(encoding="utf-8")
    lines = [",".join(f" {field}\u00a0" for field in line.split(",")) for line in text.splitlines()]
    (folder / "persons.csv").write_text("\n\n".join(lines) + "\n\n", encoding="utf-8")
    return folder


def in_upper_case(folder: Path) -> Path:
    text = (folder / "enrolments.csv").read_text(encoding="utf-8")
    header, _, rest = text.partition("\n")
    (folder / "enrolments.csv").write_text(f"{header}\n{rest.upper()}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "form", [as_zip, with_marks_and_line_ends, turned_round, with_odd_space, in_upper_case]
)
async def test_other_forms_of_the_same_bundle_are_the_same_data(
    form: object, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")
    await import_bundle(intake_database, folder)
    before = await digest(owner, configuration)

    assert callable(form)
    report = await import_bundle(intake_database, form(folder))

    assert not report.changed
    assert await digest(owner, configuration) == before


async def test_unknown_columns_and_files_are_a_warning(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    folder = turned_round(NativeBundle(*configuration.schools).write(tmp_path / "bundle"))
    (folder / "toetsen.csv").write_text("punt\n")

    report = await import_bundle(intake_database, folder)

    assert "persons.csv: the column 'Kleur' is not known and was not read" in report.warnings
    assert any(warning.startswith("toetsen.csv") for warning in report.warnings)


async def test_optional_columns_may_be_missing(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")
    optional = {
        "schools": ["code"],
        "locations": ["code", "main_structure", "active"],
        "persons": ["birth_date"],
        "enrolments": ["end_date"],
        "classes": ["code", "name"],
        "class_enrolments": ["end_date"],
        "staff": ["end_date", "primary"],
        "class_duties": ["end_date"],
    }
    for name, columns in optional.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        kept = [column for column in NATIVE_HEADERS[name] if column not in columns]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, kept, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)

    await import_bundle(intake_database, folder)

    assert {row["active"] for row in await rows_of(owner, "location", configuration)} == {True}
    assert {row["is_primary"] for row in await rows_of(owner, "staff", configuration)} == {False}
    assert {row["birth_date"] for row in await rows_of(owner, "person", configuration)} == {None}


async def test_a_line_break_in_a_text_becomes_a_space(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools)
    bundle["classes"][0][4] = "1A\r\n  Latijn"
    bundle["persons"][0][2] = 'van\nden "Berg", \\.'

    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))

    (school_class,) = await rows_of(owner, "class", configuration)
    assert school_class["name"] == "1A Latijn"
    names = {row["family_name"] for row in await rows_of(owner, "person", configuration)}
    assert 'van den "Berg", \\.' in names


async def test_locations_may_exchange_their_main_structure(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    """Their ids in OneRoster are exchanged too, and each is unique all the while."""
    configuration = await configure()
    (school,) = configuration.schools
    bundle = NativeBundle(school)
    bundle.files["locations"] = [
        [school, "1", "A", "", "2-3", ""],
        [school, "1-2", "B", "", "4", ""],
    ]
    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))
    bundle.files["locations"] = [
        [school, "1", "A", "", "2-4", ""],
        [school, "1-2", "B", "", "3", ""],
    ]

    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))

    ids = {
        row["number"]: row["sourced_id"] for row in await standing(owner, "location", configuration)
    }
    assert ids == {"1": f"{school}-1-2-4", "1-2": f"{school}-1-2-3"}


async def test_imports_of_one_configuration_take_turns(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    schools = [school_number() for _ in range(2)]
    one, other = await configure(schools[0]), await configure(schools[1])
    folders = []
    for seed in range(4):
        bundle = NativeBundle(*schools)
        bundle["schools"][0][1] = bundle["schools"][1][1] = f"School {seed}"
        folders.append(bundle.write(tmp_path / f"bundle{seed}"))

    await asyncio.gather(*(import_bundle(intake_database, folder) for folder in folders))

    names = {row["name"] for c in (one, other) for row in await rows_of(owner, "school", c)}
    assert len(names) == 1
    assert (await revision_of(owner, one), await revision_of(owner, other)) == (4, 4)
    assert len(await rows_of(owner, "person", one)) == 7


async def test_a_class_enrolment_of_a_stranger_is_counted_and_left_out(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools)
    stranger = identifier(Random(99))
    bundle["persons"].append([stranger, "Ada", "Nergens", ""])
    bundle["class_enrolments"].append([stranger, bundle["classes"][0][0], "2024-09-01", ""])

    report = await import_bundle(intake_database, bundle.write(tmp_path / "bundle"))

    assert dict(report.skipped) == {
        "person rows outside the configurations": 1,
        "class enrolment of a person without enrolment or staff row": 1,
    }
    held = await rows_of(owner, "class_enrolment", configuration)
    assert stranger not in {row["person_id"] for row in held}
