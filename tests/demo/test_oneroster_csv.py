"""The OneRoster 1.1 file: whole in its references, and with all that Microsoft's test asks."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from demo import Demo, write_demo
from tests.demo.conftest import SCHOOL_YEAR, TODAY
from tests.demo.reading import Row, read

FILES = ("academicSessions", "orgs", "courses", "classes", "users", "enrollments", "demographics")
# A column, the file it points to, and whether it may be empty.
REFERENCES = (
    ("academicSessions", "parentSourcedId", "academicSessions", True),
    ("orgs", "parentSourcedId", "orgs", True),
    ("courses", "schoolYearSourcedId", "academicSessions", False),
    ("courses", "orgSourcedId", "orgs", False),
    ("classes", "courseSourcedId", "courses", False),
    ("classes", "schoolSourcedId", "orgs", False),
    ("classes", "termSourcedIds", "academicSessions", False),
    ("users", "orgSourcedIds", "orgs", False),
    ("users", "agentSourcedIds", "users", True),
    ("enrollments", "classSourcedId", "classes", False),
    ("enrollments", "schoolSourcedId", "orgs", False),
    ("enrollments", "userSourcedId", "users", False),
    ("demographics", "sourcedId", "users", False),
)


@pytest.fixture(scope="module")
def tables(demo: Demo) -> dict[str, list[Row]]:
    return {table: read(demo.oneroster, table) for table in FILES}


def by_id(rows: list[Row]) -> dict[str, Row]:
    return {row["sourcedId"]: row for row in rows}


def test_manifest_names_every_file_in_the_folder_as_bulk(demo: Demo) -> None:
    manifest = {row["propertyName"]: row["value"] for row in read(demo.oneroster, "manifest")}
    assert manifest["oneroster.version"] == "1.1"
    assert manifest["manifest.version"] == "1.0"
    there = {path.stem for path in demo.oneroster.iterdir()} - {"manifest"}
    assert there == set(FILES)
    marks = {name: value for name, value in manifest.items() if name.startswith("file.")}
    assert {name for name, value in marks.items() if value == "bulk"} == {
        f"file.{f}" for f in FILES
    }
    assert set(marks.values()) == {"bulk", "absent"}


def test_ids_are_unique_and_references_resolve(tables: dict[str, list[Row]]) -> None:
    for table, rows in tables.items():
        assert len(by_id(rows)) == len(rows), table
    for table, column, target, optional in REFERENCES:
        known = by_id(tables[target])
        for row in tables[table]:
            references = [reference for reference in row[column].split(",") if reference]
            assert set(references) <= set(known), (table, column)
            assert references or optional, (table, column)


def test_year_three_terms_and_grading_periods(tables: dict[str, list[Row]]) -> None:
    sessions = by_id(tables["academicSessions"])
    types = Counter(row["type"] for row in sessions.values())
    assert types == {"schoolYear": 1, "term": 3, "gradingPeriod": 6}
    assert {row["schoolYear"] for row in sessions.values()} == {"2027"}
    for row in sessions.values():
        assert row["startDate"] < row["endDate"]
        if row["parentSourcedId"]:
            parent = sessions[row["parentSourcedId"]]
            assert parent["startDate"] <= row["startDate"] < row["endDate"] <= parent["endDate"]
        else:
            assert (row["startDate"], row["endDate"]) == ("2026-09-01", "2027-06-30")


def test_district_with_schools_under_it(tables: dict[str, list[Row]]) -> None:
    district, *schools = tables["orgs"]
    assert district["type"] == "district"
    assert len(schools) == 3
    assert {(row["type"], row["parentSourcedId"]) for row in schools} == {
        ("school", district["sourcedId"])
    }
    assert len({row["identifier"] for row in tables["orgs"]} - {""}) == 4


def test_users_have_what_a_directory_needs(tables: dict[str, list[Row]]) -> None:
    users = tables["users"]
    roles = Counter(row["role"] for row in users)
    assert set(roles) == {"student", "teacher", "administrator", "guardian"}
    assert roles["student"] > 250
    for column in ("username", "email", "identifier"):
        assert len({row[column] for row in users} - {""}) == len(users), column
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d*@[a-z.-]+-demo\.be", row["email"]) for row in users)
    two_schools = [row for row in users if "," in row["orgSourcedIds"]]
    assert two_schools
    assert {row["role"] for row in two_schools} == {"teacher"}


def test_guardians_and_children_name_each_other(tables: dict[str, list[Row]]) -> None:
    users = by_id(tables["users"])
    pairs = {
        (row["sourcedId"], agent)
        for row in users.values()
        for agent in row["agentSourcedIds"].split(",")
        if agent
    }
    assert pairs == {(agent, person) for person, agent in pairs}
    guardians = [row for row in users.values() if row["role"] == "guardian"]
    assert all(row["agentSourcedIds"] for row in guardians)
    assert any("," in row["agentSourcedIds"] for row in guardians)
    children = [users[agent] for person, agent in pairs if users[person]["role"] == "guardian"]
    assert {row["role"] for row in children} == {"student"}


def test_some_students_have_user_flags(tables: dict[str, list[Row]]) -> None:
    flagged = [row for row in tables["users"] if row["metadata.microsoft.userFlags"]]
    assert 10 <= len(flagged) < 60
    assert {row["role"] for row in flagged} == {"student"}
    assert {"IEP", "freeLunch", "504", "IEP,freeLunch"} == {
        row["metadata.microsoft.userFlags"] for row in flagged
    }


def test_demographics_are_of_students(tables: dict[str, list[Row]]) -> None:
    users = by_id(tables["users"])
    assert len(tables["demographics"]) > 200
    for row in tables["demographics"]:
        assert users[row["sourcedId"]]["role"] == "student"
        assert date(2005, 1, 1) < date.fromisoformat(row["birthDate"]) < TODAY


def test_classes_have_courses_of_their_school_and_its_terms(tables: dict[str, list[Row]]) -> None:
    courses, sessions = by_id(tables["courses"]), by_id(tables["academicSessions"])
    assert {row["classType"] for row in tables["classes"]} == {"homeroom", "scheduled"}
    for row in tables["classes"]:
        assert courses[row["courseSourcedId"]]["orgSourcedId"] == row["schoolSourcedId"]
        assert {sessions[term]["type"] for term in row["termSourcedIds"].split(",")} == {"term"}
    shared = Counter(row["courseSourcedId"] for row in tables["classes"])
    assert set(shared) == set(courses)
    assert max(shared.values()) > 1


@pytest.mark.parametrize("today", [TODAY, date(2026, 9, 1), date(2027, 6, 30)])
def test_enrollments_are_of_members_and_inside_the_year(tmp_path: Path, today: date) -> None:
    folder = write_demo(tmp_path, school_year=SCHOOL_YEAR, today=today).oneroster
    users, classes = by_id(read(folder, "users")), by_id(read(folder, "classes"))
    seen = Counter[tuple[str, str]]()
    for row in read(folder, "enrollments"):
        user, school_class = users[row["userSourcedId"]], classes[row["classSourcedId"]]
        assert row["schoolSourcedId"] == school_class["schoolSourcedId"]
        assert row["schoolSourcedId"] in user["orgSourcedIds"].split(",")
        assert row["role"] == user["role"]
        assert row["status"] == user["status"]
        begin, end = row["beginDate"] or "2026-09-01", row["endDate"] or "2027-06-30"
        assert "2026-09-01" <= begin <= end <= "2027-06-30"
        seen[row["userSourcedId"], row["classSourcedId"]] += 1
    assert set(seen.values()) == {1}


def test_special_cases(demo: Demo, tables: dict[str, list[Row]]) -> None:
    cases, users = demo.oneroster_cases, by_id(tables["users"])
    of_user: dict[str, list[Row]] = {}
    for row in tables["enrollments"]:
        of_user.setdefault(row["userSourcedId"], []).append(row)
    assert not of_user.get(cases["students_without_class"][0])
    assert all(row["beginDate"] > str(TODAY) for row in of_user[cases["future_students"][0]])
    for person in cases["leavers"]:
        assert users[person]["status"] == "tobedeleted"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT06:00:00\.000Z", users[person]["dateLastModified"])
        assert not users[person]["agentSourcedIds"]
    names = {(users[p]["givenName"], users[p]["familyName"]) for p in cases["namesakes"]}
    assert len(cases["namesakes"]) == 2
    assert len(names) == 1
    (empty,) = cases["class_without_students"]
    assert not any(row["classSourcedId"] == empty for row in tables["enrollments"])
    for row in tables["enrollments"]:
        homeroom_teacher = row["primary"] == "true"
        assert not homeroom_teacher or row["role"] == "teacher"
