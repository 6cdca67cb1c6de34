"""`rosterbridge year switch`: all configurations or none, and never to a year without data (M6)."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.terminal import ExitCode
from shared.database import Database
from shared.tables import sis
from tests import arranging
from tests.arranging import YEAR, Place
from tests.cli.conftest import Rosterbridge
from tests.cli.sheets import Sheet
from tests.cli.test_configuration_apply import configuration_of, revision_of

Arrange = Callable[[Callable[[Database], Awaitable[Any]]], Any]
NEXT = "2025-26"


@pytest.fixture
def sheet(rosterbridge: Rosterbridge, arrange: Arrange, tmp_path: Path) -> Sheet:
    """A configuration with a school, two students and a class in 2024-25."""
    sheet = Sheet()
    rosterbridge("configuration", "apply", sheet.write(tmp_path))

    async def imported(owner: Database) -> None:
        configuration = await configuration_of(owner, sheet.name)
        await arranging.add_school_year(owner, configuration)
        school = {"number": sheet.school, "name": "Atheneum"}
        await arranging.write(owner, configuration, sis.school, school)
        place = await arranging.add_location(owner, configuration, sheet.school)
        await arranging.add_student(owner, configuration, place)
        await arranging.add_student(owner, configuration, place)
        await arranging.add_class(owner, configuration, place)

    arrange(imported)
    return sheet


async def import_next(owner: Database, sheet: Sheet, *, classes: bool = True) -> None:
    configuration = await configuration_of(owner, sheet.name)
    await arranging.add_school_year(
        owner, configuration, NEXT, start_date=date(2025, 9, 1), end_date=date(2026, 6, 30)
    )
    place = Place(sheet.school, "1", f"{sheet.school}-1")
    person = await arranging.add_person(owner, configuration)
    await arranging.add_enrolment(
        owner, configuration, person, place, start_date=date(2025, 9, 1), school_year=NEXT
    )
    if classes:
        await arranging.add_class(owner, configuration, place, school_year=NEXT)


def year_of(rosterbridge: Rosterbridge, sheet: Sheet) -> str:
    return str(
        rosterbridge("configuration", "show", sheet.name, "--json").json["active_school_year"]
    )


def test_a_year_that_is_imported_is_switched_to_with_counts_of_both(
    rosterbridge: Rosterbridge, arrange: Arrange, sheet: Sheet
) -> None:
    arrange(lambda owner: import_next(owner, sheet))
    before = arrange(lambda owner: revision_of(owner, sheet.name))

    run = rosterbridge("year", "switch", sheet.name, NEXT, "--json")

    assert run.exit_code == ExitCode.DONE
    (switched,) = run.json["configurations"]
    counts = [
        (year["school_year"], year["students"], year["classes"]) for year in switched["years"]
    ]
    assert counts == [(YEAR, 2, 1), (NEXT, 1, 1)]
    assert year_of(rosterbridge, sheet) == NEXT
    assert arrange(lambda owner: revision_of(owner, sheet.name)) == before + 1


def test_a_dry_run_shows_both_years_and_switches_nothing(
    rosterbridge: Rosterbridge, arrange: Arrange, sheet: Sheet
) -> None:
    arrange(lambda owner: import_next(owner, sheet))

    run = rosterbridge("year", "switch", sheet.name, NEXT, "--dry-run")

    assert run.exit_code == ExitCode.DONE
    assert f"{YEAR} → {NEXT}" in run.output
    assert "Nothing has been written" in run.output
    assert year_of(rosterbridge, sheet) == YEAR


def test_a_year_without_data_is_refused_unless_forced(
    rosterbridge: Rosterbridge, sheet: Sheet
) -> None:
    run = rosterbridge("year", "switch", sheet.name, NEXT)

    assert run.exit_code == ExitCode.REFUSED
    assert f"school year {NEXT}: not imported yet" in run.errors
    assert year_of(rosterbridge, sheet) == YEAR
    assert rosterbridge("year", "switch", sheet.name, NEXT, "--force").exit_code == ExitCode.DONE
    assert year_of(rosterbridge, sheet) == NEXT


def test_a_school_that_would_lose_its_classes_is_named(
    rosterbridge: Rosterbridge, arrange: Arrange, sheet: Sheet
) -> None:
    arrange(lambda owner: import_next(owner, sheet, classes=False))

    run = rosterbridge("year", "switch", sheet.name, NEXT, "--json")

    assert run.exit_code == ExitCode.REFUSED
    assert run.json["configurations"][0]["missing"] == [f"classes of school {sheet.school}"]


def test_of_several_configurations_all_are_switched_or_none(
    rosterbridge: Rosterbridge, arrange: Arrange, sheet: Sheet, tmp_path: Path
) -> None:
    empty = Sheet()
    rosterbridge("configuration", "apply", empty.write(tmp_path))
    arrange(lambda owner: import_next(owner, sheet))

    run = rosterbridge("year", "switch", sheet.name, empty.name, NEXT)

    assert run.exit_code == ExitCode.REFUSED
    assert year_of(rosterbridge, sheet) == YEAR


def test_the_year_it_serves_already_changes_nothing(
    rosterbridge: Rosterbridge, arrange: Arrange, sheet: Sheet
) -> None:
    before = arrange(lambda owner: revision_of(owner, sheet.name))

    run = rosterbridge("year", "switch", sheet.name, YEAR)

    assert run.exit_code == ExitCode.DONE
    assert "already serves it" in run.output
    assert arrange(lambda owner: revision_of(owner, sheet.name)) == before


def test_what_is_no_school_year_or_no_configuration_is_refused(
    rosterbridge: Rosterbridge, sheet: Sheet
) -> None:
    assert rosterbridge("year", "switch", sheet.name, "2025").exit_code == ExitCode.WRONG_USE
    unknown = rosterbridge("year", "switch", sheet.name, "nobody", NEXT)
    assert unknown.exit_code == ExitCode.REFUSED
    assert "nobody" in unknown.errors
