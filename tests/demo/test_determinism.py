import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from demo import Size, school_year_of, write_bundle_of_size, write_demo
from demo.school_year import calendar_of
from tests.demo.conftest import SCHOOL_YEAR, TODAY
from tests.demo.reading import digest, read

IN_ANOTHER_PROCESS = """
import sys
from datetime import date
from pathlib import Path
from demo import Size, write_bundle_of_size, write_demo
folder, year, today = Path(sys.argv[1]), sys.argv[2], date.fromisoformat(sys.argv[3])
write_demo(folder / "demo", school_year=year, today=today)
write_bundle_of_size(folder / "sized", Size(3000, 2), school_year=year, today=today)
"""


def write_both(folder: Path) -> None:
    write_demo(folder / "demo", school_year=SCHOOL_YEAR, today=TODAY)
    write_bundle_of_size(folder / "sized", Size(3000, 2), school_year=SCHOOL_YEAR, today=TODAY)


def test_two_runs_are_identical_byte_for_byte(tmp_path: Path) -> None:
    write_both(tmp_path / "one")
    write_both(tmp_path / "two")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


@pytest.mark.parametrize("hash_seed", ["0", "4321"])
def test_another_process_with_another_hash_seed_writes_the_same(
    tmp_path: Path, hash_seed: str
) -> None:
    write_both(tmp_path / "here")
    arguments = [str(tmp_path / "there"), SCHOOL_YEAR, str(TODAY)]
    subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, *arguments],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert digest(tmp_path / "here") == digest(tmp_path / "there")


@pytest.mark.parametrize("today", [date(2026, 7, 15), date(2026, 9, 2), date(2027, 6, 30)])
def test_another_day_moves_dates_and_nobody(tmp_path: Path, today: date) -> None:
    first = write_demo(tmp_path / "one", school_year=SCHOOL_YEAR, today=TODAY)
    second = write_demo(tmp_path / "two", school_year=SCHOOL_YEAR, today=today)
    for table in ("schools", "locations", "school_years", "persons", "classes"):
        assert read(first.bundle, table) == read(second.bundle, table)
    assert first.cases == second.cases
    assert first.releases == second.releases
    assert read(first.bundle, "enrolments") != read(second.bundle, "enrolments")


def test_another_seed_makes_other_persons(tmp_path: Path) -> None:
    size = Size(100)
    one, two = (
        write_bundle_of_size(tmp_path / seed, size, school_year=SCHOOL_YEAR, today=TODAY, seed=seed)
        for seed in ("one", "two")
    )
    persons = [{row["person"] for row in read(made.bundle, "persons")} for made in (one, two)]
    assert persons[0].isdisjoint(persons[1])


@pytest.mark.parametrize(
    ("today", "school_year"),
    [
        (date(2026, 6, 30), "2025-26"),
        (date(2026, 7, 1), "2026-27"),
        (date(2026, 11, 21), "2026-27"),
        (date(2099, 12, 1), "2099-00"),
    ],
)
def test_summer_counts_to_the_coming_school_year(today: date, school_year: str) -> None:
    assert school_year_of(today) == school_year
    assert calendar_of(school_year, today).start.month == 9


def test_reference_day_is_today_inside_the_year_and_near_it_outside() -> None:
    assert calendar_of(SCHOOL_YEAR, TODAY).reference == TODAY
    assert calendar_of(SCHOOL_YEAR, date(2026, 8, 1)).reference == date(2026, 9, 2)
    assert calendar_of(SCHOOL_YEAR, date(2027, 7, 9)).reference == date(2027, 6, 29)


@pytest.mark.parametrize("wrong", ["2026", "2026-28", "26-27", "2026-2027", ""])
def test_what_is_no_school_year_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="school year"):
        calendar_of(wrong, TODAY)
