"""A bundle that would end an implausible share of a school's persons."""

from datetime import date
from pathlib import Path

import pytest

from intake import RemovalLimitExceeded, import_bundle
from shared.database import Database
from tests.intake.conftest import Configure, NativeBundle, digest, school_number, standing

TODAY = date(2024, 10, 1)


def without(bundle: NativeBundle, number: int) -> NativeBundle:
    """The first so many students are gone."""
    gone = {row[0] for row in bundle["persons"][:number]}
    for name in ("persons", "enrolments", "class_enrolments"):
        bundle.files[name] = [row for row in bundle[name] if row[0] not in gone]
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
        f"configuration {configuration.name}, school {school}: "
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
