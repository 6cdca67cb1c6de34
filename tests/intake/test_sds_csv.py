"""School Data Sync CSV v2.1 into `sis`."""

import secrets
from datetime import date
from pathlib import Path

import pytest

from intake import BundleRefused, Format, import_bundle
from shared.database import Database
from tests.intake.conftest import Configure, digest, rows_of
from tests.intake.oneroster_files import write_sds

TODAY = date(2024, 10, 1)
KEEP_ALL = {"keep_guardians": True, "keep_demographics": True, "keep_user_flags": True}


@pytest.fixture
def prefix() -> str:
    """Schools belong to one configuration of the whole database: each test has its own."""
    return secrets.token_hex(4)


def sds(folder: Path, prefix: str) -> Path:
    """The files with every org under a name of this test's own."""
    write_sds(folder)
    for name in ("orgs", "roles", "classes", "courses"):
        path = folder / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        for one in ("col", "dep", "min"):
            text = text.replace(f",{one},", f",{prefix}{one},").replace(
                f",{one}\n", f",{prefix}{one}\n"
            )
            text = text.replace(f"\n{one},", f"\n{prefix}{one},")
        path.write_text(text, encoding="utf-8")
    return folder


async def test_the_files_in_the_terms_of_sis(
    prefix: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(
        f"{prefix}col", f"{prefix}dep", usernames_from_source="take_over", **KEEP_ALL
    )

    report = await import_bundle(
        intake_database, sds(tmp_path / "sds", prefix), configuration=to.name, today=TODAY
    )

    assert report.format is Format.SDS
    places = [
        (r["school_number"], r["number"], r["type"]) for r in await rows_of(owner, "location", to)
    ]
    assert places == [
        (f"{prefix}col", f"{prefix}col", "college"),
        (f"{prefix}dep", f"{prefix}dep", "department"),
    ]
    (year,) = await rows_of(owner, "school_year", to)
    assert (year["sourced_id"], year["label"]) == ("sy", "2024-25")
    (term,) = await rows_of(owner, "term", to)
    assert (term["sourced_id"], term["type"], term["school_year_label"]) == (
        "fall",
        "semester",
        "2024-25",
    )
    (student,) = await rows_of(owner, "enrolment", to)
    assert (student["person_id"], student["school_year"]) == ("u1", "sy")
    assert (student["start_date"], student["end_date"]) == (date(2024, 9, 1), date(2024, 12, 1))
    (member,) = await rows_of(owner, "staff", to)
    assert (member["person_id"], member["location_number"]) == ("u2", f"{prefix}dep")
    assert (member["is_primary"], member["start_date"]) == (True, date(2024, 8, 24))
    pupil, teacher = await rows_of(owner, "person", to)
    assert (pupil["id"], pupil["grades"], pupil["user_flags"]) == ("u1", ["ps1"], ["iep"])
    assert (pupil["birth_date"], pupil["source_username"]) == (date(2004, 7, 2), "jan@school.be")
    assert teacher["id"] == "u2"
    (in_class,) = await rows_of(owner, "class_enrolment", to)
    assert (in_class["class_id"], in_class["start_date"], in_class["sourced_id"]) == (
        "k1",
        date(2024, 8, 24),
        "",
    )
    (duty,) = await rows_of(owner, "class_duty", to)
    assert (duty["person_id"], duty["duty"]) == ("u2", 2)
    (guardian,) = await rows_of(owner, "guardian", to)
    assert (guardian["id"], guardian["role"]) == ("g1", "guardian")
    (demographics,) = await rows_of(owner, "demographics", to)
    assert demographics["fields"] == {
        "birthDate": "2004-07-02",
        "sex": "male",
        "cityOfBirth": "Gent",
        "hispanicOrLatinoEthnicity": "true",
        "asian": "true",
        "white": "true",
    }
    assert dict(report.skipped) == {"roles at organisations outside the configuration": 1}


async def test_the_same_files_twice_change_nothing(
    prefix: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(f"{prefix}col", f"{prefix}dep", **KEEP_ALL)
    folder = sds(tmp_path / "sds", prefix)
    await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)
    before = await digest(owner, to)

    report = await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)

    assert not report.changed
    assert await digest(owner, to) == before


async def test_a_department_belongs_to_its_parent_where_only_that_is_a_school(
    prefix: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(f"{prefix}col")

    await import_bundle(
        intake_database, sds(tmp_path / "sds", prefix), configuration=to.name, today=TODAY
    )

    places = {r["number"]: r["school_number"] for r in await rows_of(owner, "location", to)}
    assert places == {f"{prefix}col": f"{prefix}col", f"{prefix}dep": f"{prefix}col"}


async def test_an_optional_file_that_is_missing_leaves_its_collection_as_it_was(
    prefix: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(f"{prefix}col", f"{prefix}dep", **KEEP_ALL)
    folder = sds(tmp_path / "sds", prefix)
    await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)
    before = await digest(owner, to)
    for name in (
        "academicSessions",
        "classes",
        "courses",
        "enrollments",
        "demographics",
        "relationships",
        "userFlags",
    ):
        (folder / f"{name}.csv").unlink()
    # Without the sessions' file their ids mean what they meant before.

    report = await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)

    assert not report.changed
    assert await digest(owner, to) == before


async def test_what_is_not_kept_is_counted_and_not_read(
    prefix: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(f"{prefix}col", f"{prefix}dep")
    folder = sds(tmp_path / "sds", prefix)
    # Faulty, but nobody reads it.
    (folder / "demographics.csv").write_text("userSourcedId,birthDate\nnobody,2/07/2004\n")

    report = await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)

    skipped = dict(report.skipped)
    assert skipped["demographics (the configuration does not keep them)"] == 1
    assert skipped["relationships (the configuration does not keep them)"] == 1
    assert skipped["user flags (the configuration does not keep them)"] == 1
    assert skipped["guardians (the configuration does not keep them)"] == 1
    assert await rows_of(owner, "demographics", to) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        ("roles", "u1,", "nobody,", ("roles.csv", 2, "userSourcedId")),
        ("roles", "student", "leerling", ("roles.csv", 2, "role")),
        ("roles", "TRUE", "yes", ("roles.csv", 2, "isPrimary")),
        ("roles", "2024-12-01", "1/12/2024", ("roles.csv", 2, "roleEndDate")),
        ("enrollments", "k1,u1", "k7,u1", ("enrollments.csv", 2, "classSourcedId")),
        ("users", "Jan,Craig", "Jan,", ("users.csv", 2, "familyName")),
        ("orgs", "College,", ",", ("orgs.csv", 2, "name")),
    ],
)
async def test_a_fault_is_named_and_nothing_is_written(
    name: str,
    old: str,
    new: str,
    where: tuple[str, int, str],
    prefix: str,
    owner: Database,
    intake_database: Database,
    configure: Configure,
    tmp_path: Path,
) -> None:
    to = await configure(f"{prefix}col", f"{prefix}dep")
    folder = sds(tmp_path / "sds", prefix)
    await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)
    before = await digest(owner, to)
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BundleRefused) as refused:
        await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)

    assert where in [(f.file, f.line, f.column) for f in refused.value.faults]
    assert await digest(owner, to) == before


async def test_a_required_file_that_is_missing_is_a_fault(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    folder = write_sds(tmp_path / "sds")
    (folder / "users.csv").unlink()

    with pytest.raises(BundleRefused, match=r"users\.csv: this file was expected"):
        await import_bundle(
            intake_database, folder, format=Format.SDS, configuration=to.name, today=TODAY
        )
