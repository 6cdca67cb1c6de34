"""A bundle that would end an implausible share of a school's persons."""

from datetime import date
from pathlib import Path

import pytest

from intake import RemovalLimitExceeded, import_bundle
from shared.database import Database
from tests.intake.conftest import Configure, NativeBundle, digest, school_number, standing
from tests.intake.oneroster_files import OneRosterFiles, session

TODAY = date(2024, 10, 1)


def without(bundle: NativeBundle, number: int) -> NativeBundle:
    """The first so many students are gone."""
    gone = {row[0] for row in bundle["persons"][:number]}
    for name in ("persons", "enrolments", "class_enrolments"):
        bundle.files[name] = [row for row in bundle[name] if row[0] not in gone]
    return bundle


LAST_YEAR = "2023-24"


def with_last_year(bundle: NativeBundle) -> NativeBundle:
    """The same persons were at the same locations in the school year before."""
    bundle["school_years"].append([LAST_YEAR, "2023-09-01", "2024-06-30"])
    for name, position in (("enrolments", 3), ("staff", 2)):
        bundle[name].extend(
            [*row[:position], LAST_YEAR, "2023-09-01", "2024-06-30", *row[position + 3 :]]
            for row in list(bundle[name])
        )
    return bundle


def ended(bundle: NativeBundle, number: int) -> NativeBundle:
    for row in bundle["enrolments"][:number]:
        row[5] = "2024-09-30"
    return bundle


@pytest.mark.parametrize("change", [without, ended])
async def test_more_than_the_limit_is_refused_unless_forced(
    change: object, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    assert callable(change)
    configuration = await configure()
    (school,) = configuration.schools
    await import_bundle(
        intake_database, NativeBundle(school, students=29).write(tmp_path / "all"), today=TODAY
    )
    before = await digest(owner, configuration)
    fewer = change(NativeBundle(school, students=29), 4).write(tmp_path / "fewer")

    with pytest.raises(RemovalLimitExceeded) as refused:
        await import_bundle(intake_database, fewer, today=TODAY)

    assert str(refused.value) == (
        f"configuration {configuration.name}, school {school}, school year 2024-25: "
        "4 of 30 persons would end, the limit is 10%"
    )
    assert await digest(owner, configuration) == before
    dry = await import_bundle(intake_database, fewer, today=TODAY, dry_run=True)
    assert [school.ended for school in dry.over_limit] == [4]

    await import_bundle(intake_database, fewer, today=TODAY, force=True)
    there = [
        row
        for row in await standing(owner, "enrolment", configuration)
        if not row["end_date"] or row["end_date"] >= TODAY
    ]
    assert len(there) == 25


async def test_up_to_the_limit_is_imported(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    await import_bundle(
        intake_database, NativeBundle(school, students=29).write(tmp_path / "all"), today=TODAY
    )

    report = await import_bundle(
        intake_database,
        without(NativeBundle(school, students=29), 3).write(tmp_path / "f"),
        today=TODAY,
    )

    assert report.configuration(configuration.name).table("enrolment").removed == 3


async def test_each_school_is_judged_by_itself(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    large, small = school_number(), school_number()
    await configure(large, small)
    bundle = NativeBundle(small, students=9)
    rest = NativeBundle(large, students=200, seed=5)
    for name, rows in rest.files.items():
        bundle[name].extend(rows if name != "school_years" else [])
    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"), today=TODAY)

    with pytest.raises(RemovalLimitExceeded) as refused:
        await import_bundle(
            intake_database, without(bundle, 3).write(tmp_path / "bundle"), today=TODAY
        )

    assert [(one.school, one.ended) for one in refused.value.schools] == [(small, 3)]


@pytest.mark.parametrize(("gone", "allowed"), [(2, True), (3, False)])
async def test_a_handful_may_leave_a_tiny_school(
    gone: int, allowed: bool, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    await import_bundle(
        intake_database, NativeBundle(school, students=5).write(tmp_path / "all"), today=TODAY
    )
    fewer = without(NativeBundle(school, students=5), gone).write(tmp_path / "fewer")

    if allowed:
        await import_bundle(intake_database, fewer, today=TODAY)
    else:
        with pytest.raises(RemovalLimitExceeded):
            await import_bundle(intake_database, fewer, today=TODAY)


async def test_nobody_left_is_always_over_the_limit(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    bundle = NativeBundle(school, students=1)
    await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)
    for name in ("enrolments", "class_enrolments", "staff", "class_duties"):
        bundle.files[name] = []

    with pytest.raises(RemovalLimitExceeded, match="2 of 2"):
        await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)


async def test_who_had_left_before_does_not_count(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    bundle = ended(NativeBundle(school, students=29), 10)
    await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)

    report = await import_bundle(
        intake_database, without(bundle, 10).write(tmp_path / "fewer"), today=TODAY
    )

    assert report.configuration(configuration.name).table("enrolment").removed == 10


async def test_an_end_in_the_future_ends_nobody_yet(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    bundle = NativeBundle(school, students=29)
    await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)
    for row in bundle["enrolments"]:
        row[5] = "2025-06-30"

    report = await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)

    assert report.configuration(configuration.name).table("enrolment").changed == 29


async def test_moving_within_the_school_ends_nobody(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    bundle = NativeBundle(school, students=29)
    await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)
    for row in bundle["enrolments"]:
        row[2] = "2"

    report = await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)

    counts = report.configuration(configuration.name).table("enrolment")
    assert (counts.added, counts.removed) == (29, 29)


async def test_each_school_year_is_judged_by_itself(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    """Whoever stays in last year's rows has left the active year all the same."""
    configuration = await configure()
    (school,) = configuration.schools
    bundle = with_last_year(NativeBundle(school, students=9))
    await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)
    before = await digest(owner, configuration)
    bundle.files["enrolments"] = [row for row in bundle["enrolments"] if row[3] == LAST_YEAR]
    bundle.files["staff"] = [row for row in bundle["staff"] if row[2] == LAST_YEAR]
    for name in ("classes", "class_enrolments", "class_duties"):
        bundle.files[name] = []

    with pytest.raises(RemovalLimitExceeded, match="school year 2024-25: 10 of 10") as refused:
        await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)

    assert [one.school_year for one in refused.value.schools] == ["2024-25"]
    assert await digest(owner, configuration) == before


async def test_a_session_moved_out_of_the_active_year_is_refused(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    files = OneRosterFiles(configuration.schools[0])
    folder = files.write(tmp_path / "feed")
    await import_bundle(intake_database, folder, configuration=configuration.name, today=TODAY)
    before = await digest(owner, configuration)
    files.files["academicSessions"] = [
        session("sy", "schoolYear", "2023-09-01", "2024-06-30", year="2024"),
        session("t1", "term", "2023-09-01", "2023-12-31", "sy", "2024"),
        session("t2", "term", "2024-01-01", "2024-06-30", "sy", "2024"),
    ]
    for line in files["enrollments"]:
        line.pop("beginDate", None)
        line.pop("endDate", None)
    files.write(folder)

    with pytest.raises(RemovalLimitExceeded, match="school year 2024-25: 4 of 4"):
        await import_bundle(intake_database, folder, configuration=configuration.name, today=TODAY)

    assert await digest(owner, configuration) == before


async def test_a_location_set_inactive_ends_its_persons(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    bundle = NativeBundle(school, students=9)
    await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)
    bundle["locations"][0][5] = "false"

    with pytest.raises(RemovalLimitExceeded, match="9 of 10"):
        await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)


async def test_a_location_missing_from_another_years_bundle_ends_its_persons(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    """The active year's enrolments are out of the bundle's years; their location is not."""
    configuration = await configure()
    (school,) = configuration.schools
    bundle = NativeBundle(school, students=9)
    await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)
    bundle.files["school_years"] = [["2025-26", "2025-09-01", "2026-06-30"]]
    bundle.files["locations"] = [row for row in bundle["locations"] if row[1] == "2"]
    bundle.files["enrolments"] = [
        [row[0], school, "2", "2025-26", "2025-09-01", ""] for row in bundle["enrolments"]
    ]
    for row in bundle["staff"]:
        row[2:4] = ["2025-26", "2025-09-01"]
    for name in ("classes", "class_enrolments", "class_duties"):
        bundle.files[name] = []

    with pytest.raises(RemovalLimitExceeded, match="school year 2024-25: 9 of 10"):
        await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)


async def test_moving_to_an_active_location_ends_nobody(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    bundle = NativeBundle(school, students=9)
    await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)
    bundle["locations"][0][5] = "false"
    for row in bundle["enrolments"]:
        row[2] = "2"

    report = await import_bundle(intake_database, bundle.write(tmp_path / "all"), today=TODAY)

    assert report.configuration(configuration.name).table("location").changed == 1
