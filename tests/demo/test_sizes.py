import tomllib
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from demo import Size, SizedBundle, write_bundle_of_size
from tests.demo.bundle_rules import FILES, faults
from tests.demo.conftest import SCHOOL_YEAR, TODAY
from tests.demo.reading import read


def write(folder: Path, persons: int, configurations: int) -> SizedBundle:
    size = Size(persons, configurations)
    return write_bundle_of_size(folder, size, school_year=SCHOOL_YEAR, today=TODAY)


@pytest.mark.parametrize(
    ("persons", "configurations"), [(2, 1), (37, 3), (999, 1), (5001, 1), (7003, 6)]
)
def test_exactly_as_many_persons_and_every_rule_kept(
    tmp_path: Path, persons: int, configurations: int
) -> None:
    made = write(tmp_path, persons, configurations)
    assert faults(made.bundle) == []
    assert len(read(made.bundle, "persons")) == persons
    assert len(list(made.configurations.iterdir())) == configurations
    assert made.counts == {table: len(read(made.bundle, table)) for table in FILES}


def test_each_school_is_in_one_configuration(tmp_path: Path) -> None:
    made = write(tmp_path, 6000, 3)
    schools: Counter[str] = Counter()
    for path in sorted(made.configurations.iterdir()):
        sheet = tomllib.loads(path.read_text(encoding="utf-8"))
        assert sheet["name"] == path.stem
        schools.update(school["number"] for school in sheet["schools"])
    assert set(schools.values()) == {1}
    assert set(schools) == {row["number"] for row in read(made.bundle, "schools")}


def test_a_large_configuration_has_schools_of_usual_size_that_share_teachers(
    tmp_path: Path,
) -> None:
    made = write(tmp_path, 9000, 1)
    persons: dict[str, set[str]] = {}
    for table in ("enrolments", "staff"):
        for row in read(made.bundle, table):
            persons.setdefault(row["school"], set()).add(row["person"])
    assert len(persons) == 5
    assert all(1000 <= len(members) <= 2500 for members in persons.values())
    memberships = Counter(row["person"] for row in read(made.bundle, "staff"))
    assert max(memberships.values()) == 2


def test_shape_of_a_school(tmp_path: Path) -> None:
    made = write(tmp_path, 11_000, 10)
    students = {row["person"] for row in read(made.bundle, "enrolments")}
    staff = {row["person"] for row in read(made.bundle, "staff")}
    kinds = {row["class"]: row["kind"] for row in read(made.bundle, "classes")}
    joined = Counter(kinds[row["class"]] for row in read(made.bundle, "class_enrolments"))
    assert len(staff) == pytest.approx(len(students) / 10, rel=0.02)
    assert joined["class"] == pytest.approx(len(students), rel=0.02)
    assert joined["subgroup"] == len(students)
    classes = sum(kind == "class" for kind in kinds.values())
    assert len(students) / classes == pytest.approx(20, rel=0.1)


def test_surnames_are_few_at_the_top_and_many_in_the_tail(tmp_path: Path) -> None:
    made = write(tmp_path, 10_000, 10)
    persons = read(made.bundle, "persons")
    families = Counter(row["family_name"] for row in persons)
    commonest = families.most_common(1)[0][1]
    assert 0.003 < commonest / len(persons) < 0.02
    assert len(families) > 2000
    names = Counter((row["given_name"], row["family_name"]) for row in persons)
    namesakes = sum(times for times in names.values() if times > 1)
    assert 0.02 < namesakes / len(persons) < 0.3


def test_memory_does_not_grow_with_the_number_of_persons(tmp_path: Path) -> None:
    """In four times the persons, with schools as large: the same peak, give or take."""

    def peak(persons: int, configurations: int) -> int:
        tracemalloc.start()
        try:
            write(tmp_path / str(persons), persons, configurations)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    write(tmp_path / "warm", 100, 1)
    small, large = peak(10_000, 5), peak(40_000, 20)
    assert large < 1.2 * small
    assert large < 20_000_000


@pytest.mark.parametrize(("persons", "configurations"), [(1, 1), (10, 0), (3, 2)])
def test_a_size_without_room_for_everybody_is_refused(persons: int, configurations: int) -> None:
    with pytest.raises(ValueError, match="at least two persons"):
        Size(persons, configurations)


def test_more_schools_than_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="institution numbers"):
        Size(2_000_000, 900_000)
