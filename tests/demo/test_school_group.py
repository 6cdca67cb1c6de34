"""Everything the demo promises is in its bundle."""

import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from demo import Demo, write_demo
from tests.demo.bundle_rules import faults
from tests.demo.conftest import SCHOOL_YEAR, TODAY
from tests.demo.reading import Row, day, read

END = date(2027, 6, 30)


def rows_of(demo: Demo, table: str, person: str) -> list[Row]:
    """In order of their start."""
    found = [row for row in read(demo.bundle, table) if row["person"] == person]
    return sorted(found, key=lambda row: row["start_date"])


def spans(rows: list[Row]) -> list[tuple[date, date]]:
    return [(date.fromisoformat(row["start_date"]), day(row["end_date"], END)) for row in rows]


def name_of(demo: Demo, person: str) -> str:
    (row,) = (row for row in read(demo.bundle, "persons") if row["person"] == person)
    return f"{row['given_name']} {row['family_name']}"


def scripts(text: str) -> set[str]:
    return {unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()}


@pytest.mark.parametrize(
    "today", [TODAY, date(2026, 8, 1), date(2026, 9, 1), date(2026, 9, 3), date(2027, 6, 30)]
)
def test_bundle_keeps_every_rule_on_any_day(tmp_path: Path, today: date) -> None:
    assert faults(write_demo(tmp_path, school_year=SCHOOL_YEAR, today=today).bundle) == []


def test_three_schools_and_six_locations(demo: Demo) -> None:
    assert {row["number"] for row in read(demo.bundle, "schools")} == {
        "001507",
        "042168",
        "120345",
    }
    locations = read(demo.bundle, "locations")
    assert len(locations) == 6
    assert [row["active"] for row in locations].count("false") == 1
    assert [row["main_structure"] for row in locations if row["main_structure"]] == ["311"]
    inactive = next(row for row in locations if row["active"] == "false")
    (stay,) = rows_of(demo, "enrolments", demo.cases["at_inactive_location"][0])
    assert (stay["school"], stay["location"]) == (inactive["school"], inactive["number"])


def test_about_fifteen_hundred_persons(demo: Demo) -> None:
    users = read(demo.oneroster, "users")
    assert 1400 <= len(read(demo.bundle, "persons")) + len(users) <= 1600
    assert demo.counts["persons"] == len(read(demo.bundle, "persons"))
    assert demo.oneroster_counts["users"] == len(users)


def test_name_mix(demo: Demo) -> None:
    names = [f"{row['given_name']} {row['family_name']}" for row in read(demo.bundle, "persons")]
    found: set[str] = set().union(*map(scripts, names))
    assert {"LATIN", "CYRILLIC", "ARABIC", "HEBREW", "GREEK"} <= found
    for mark in ("-", "'", "\u2019", "ë", "ş", "ı", "ł", "đ", "ø", "ß", " van ", " de ", "El "):
        assert any(mark.lower() in name.lower() for name in names), mark
    for family in ("Peeters", "Yıldırım", "El Amrani", "Wójcik", "Melnyk", "Nguyễn", "Ilunga"):
        assert any(family in name for name in names), family
    latin = sum(scripts(name) <= {"LATIN"} for name in names)
    assert latin / len(names) > 0.95


def test_a_student_and_a_teacher_are_both_called_bert_ameel(demo: Demo) -> None:
    (student,), (teacher,) = demo.cases["student_namesake"], demo.cases["staff_namesake"]
    assert name_of(demo, student) == name_of(demo, teacher) == "Bert Ameel"
    assert rows_of(demo, "enrolments", student)
    assert not rows_of(demo, "staff", student)
    assert rows_of(demo, "staff", teacher)
    assert not rows_of(demo, "enrolments", teacher)


def test_several_exact_namesakes_in_one_configuration(demo: Demo) -> None:
    provider = {
        row["person"]
        for row in read(demo.bundle, "enrolments")
        if row["school"] in ("001507", "042168")
    }
    names = Counter(
        (row["given_name"], row["family_name"])
        for row in read(demo.bundle, "persons")
        if row["person"] in provider
    )
    assert names["Emma", "Peeters"] >= 3
    assert names["Mohamed", "El Amrani"] >= 3


def test_names_for_review_are_arabic_or_hebrew_alone_and_of_one_school(demo: Demo) -> None:
    persons = demo.cases["for_review"]
    assert len(persons) >= 5
    assert all(scripts(name_of(demo, person)) <= {"ARABIC", "HEBREW"} for person in persons)
    schools = {row["school"] for p in persons for row in rows_of(demo, "enrolments", p)}
    assert len(schools) == 1


def test_names_of_which_little_or_nothing_is_left(demo: Demo) -> None:
    for person in demo.cases["nameless"]:
        assert not any(letter.isalnum() for letter in name_of(demo, person))
    assert name_of(demo, demo.cases["single_name"][0]) == ". Tesfay"
    assert max(len(name_of(demo, person)) for person in demo.cases["showcase"]) > 75


def test_classes_and_subgroups(demo: Demo) -> None:
    classes = read(demo.bundle, "classes")
    names = {row["name"] for row in classes if row["kind"] == "class"}
    assert {"6j", "1A"} <= names
    assert sum(row["kind"] == "subgroup" for row in classes) > 30
    by_id = {row["class"]: row for row in classes}
    assert by_id[demo.cases["class_without_name"][0]]["name"] == ""
    assert by_id[demo.cases["class_without_code"][0]]["code"] == ""
    joined = Counter(row["class"] for row in read(demo.bundle, "class_enrolments"))
    assert joined[demo.cases["class_without_students"][0]] == 0
    assert max(joined.values()) <= 40


def test_every_class_but_the_special_ones_has_a_class_teacher(demo: Demo) -> None:
    duties = read(demo.bundle, "class_duties")
    special = {
        *demo.cases["class_without_students"],
        *demo.cases["class_without_name"],
        *demo.cases["class_without_code"],
    }
    classes = {row["class"] for row in read(demo.bundle, "classes") if row["kind"] == "class"}
    assert {row["class"] for row in duties if row["duty"] == "2"} == classes - special
    assert any(row["duty"] != "2" for row in duties)
    staff = {row["person"] for row in read(demo.bundle, "staff")}
    assert {row["person"] for row in duties} <= staff


def test_teachers_in_two_schools_of_one_configuration_have_a_primary_one(demo: Demo) -> None:
    for person in demo.cases["teacher_in_two_schools"]:
        rows = rows_of(demo, "staff", person)
        assert {row["school"] for row in rows} == {"001507", "042168"}
        assert sorted(row["primary"] for row in rows) == ["false", "true"]
    (other,) = demo.cases["teacher_in_two_configurations"]
    assert {row["school"] for row in rows_of(demo, "staff", other)} == {"001507", "120345"}


def test_future_students_and_staff_start_after_today(demo: Demo) -> None:
    for person in demo.cases["future_students"]:
        assert all(start > TODAY for start, _ in spans(rows_of(demo, "enrolments", person)))
        assert all(start > TODAY for start, _ in spans(rows_of(demo, "class_enrolments", person)))
    (coming,) = demo.cases["staff_coming"]
    assert spans(rows_of(demo, "staff", coming))[0][0] > TODAY


def test_leavers_have_left(demo: Demo) -> None:
    for person in (*demo.cases["leavers"], *demo.cases["one_day"]):
        assert all(end < TODAY for _, end in spans(rows_of(demo, "enrolments", person)))
    ((start, end),) = spans(rows_of(demo, "enrolments", demo.cases["one_day"][0]))
    assert start == end
    (gone,) = demo.cases["staff_left"]
    assert spans(rows_of(demo, "staff", gone))[0][1] < TODAY


@pytest.mark.parametrize(("case", "moved"), [("past_movers", True), ("coming_movers", False)])
def test_movers_change_location_from_one_day_to_the_next(
    demo: Demo, case: str, moved: bool
) -> None:
    for person in demo.cases[case]:
        rows = rows_of(demo, "enrolments", person)
        (_, left), (came, end) = spans(rows)
        assert (came - left).days == 1
        assert (came <= TODAY) is moved
        assert end == END
        places = [(row["school"], row["location"]) for row in rows]
        assert len(set(places)) == 2
        assert not {school for school, _ in places} & {"120345"}


def test_a_mover_goes_to_the_other_configuration(demo: Demo) -> None:
    rows = rows_of(demo, "enrolments", demo.cases["to_other_configuration"][0])
    assert [row["school"] for row in rows] == ["120345", "001507"]


def test_between_two_enrolments_and_with_two_at_once(demo: Demo) -> None:
    (_, left), (comes, _) = spans(rows_of(demo, "enrolments", demo.cases["between_enrolments"][0]))
    assert left < TODAY < comes
    (_, first), (second, _) = spans(rows_of(demo, "enrolments", demo.cases["two_enrolments"][0]))
    assert second <= TODAY < first


def test_students_who_are_staff_too(demo: Demo) -> None:
    for person in demo.cases["student_and_staff"]:
        assert rows_of(demo, "enrolments", person)
        assert rows_of(demo, "staff", person)
    (both,) = demo.cases["student_and_teacher_of_one_class"]
    learns = {row["class"] for row in rows_of(demo, "class_enrolments", both)}
    teaches = {row["class"] for row in rows_of(demo, "class_duties", both)}
    assert learns & teaches


def test_students_with_odd_classes(demo: Demo) -> None:
    for person in demo.cases["students_without_class"]:
        assert rows_of(demo, "enrolments", person)
        assert not rows_of(demo, "class_enrolments", person)
    left, back = rows_of(demo, "class_enrolments", demo.cases["returned_to_class"][0])
    assert left["class"] == back["class"]
    assert left["end_date"] < back["start_date"] <= str(TODAY)
    (stray,) = demo.cases["left_class_open"]
    classes = {row["class"]: row["school"] for row in read(demo.bundle, "classes")}
    left_school = rows_of(demo, "enrolments", stray)[0]
    (still_open,) = (
        row
        for row in rows_of(demo, "class_enrolments", stray)
        if classes[row["class"]] == left_school["school"]
    )
    assert day(left_school["end_date"], END) < TODAY
    assert still_open["end_date"] == ""
