"""OneRoster CSV 1.1 and 1.2 into `sis`."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from demo.oneroster_csv import write_oneroster
from demo.oneroster_school import DISTRICT, district
from demo.school_year import calendar_of
from intake import BundleRefused, RemovalLimitExceeded, WrongUse, import_bundle
from shared.database import Database
from tests.intake.conftest import (
    Configure,
    TestConfiguration,
    digest,
    revision_of,
    rows_of,
    school_number,
    standing,
)
from tests.intake.oneroster_files import (
    OneRosterFiles,
    enrollment,
    org,
    school_class,
    session,
    user,
)

TODAY = date(2024, 10, 1)
KEEP_ALL = {"keep_guardians": True, "keep_demographics": True, "keep_user_flags": True}


async def run(
    database: Database, files: OneRosterFiles, folder: Path, to: TestConfiguration, **more: Any
) -> Any:
    return await import_bundle(
        database, files.write(folder / "feed"), configuration=to.name, today=TODAY, **more
    )


async def memberships(owner: Database, to: TestConfiguration) -> set[tuple[str, str, str]]:
    """Person, location, and whether as student or staff."""
    return {
        (row["person_id"], row["location_number"], table)
        for table in ("enrolment", "staff")
        for row in await standing(owner, table, to)
    }


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_the_files_in_the_terms_of_sis(
    version: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL)
    (school,) = to.schools
    files = OneRosterFiles(school, version)
    files.line("users", "p1")["metadata.microsoft.userFlags"] = "iep,ell"

    report = await run(intake_database, files, tmp_path, to)

    (held,) = await rows_of(owner, "school", to)
    assert (held["number"], held["name"]) == (school, "Groep")
    east, west = await rows_of(owner, "location", to)
    assert (east["number"], east["sourced_id"], east["identifier"]) == (
        "east",
        "east",
        f"{school}-E",
    )
    assert (east["served_name"], east["type"], east["parent_sourced_id"]) == (
        "Oost",
        "school",
        "dist",
    )
    assert west["school_number"] == school
    (year,) = await rows_of(owner, "school_year", to)
    assert (year["sourced_id"], year["label"], year["title"]) == ("sy", "2024-25", "Titel sy")
    terms = await rows_of(owner, "term", to)
    assert [(t["sourced_id"], t["school_year_label"]) for t in terms] == [
        ("t1", "2024-25"),
        ("t2", "2024-25"),
    ]
    assert await memberships(owner, to) == {
        ("p1", "east", "enrolment"),
        ("p2", "east", "enrolment"),
        ("p2", "west", "enrolment"),
        ("p3", "west", "enrolment"),
        ("s1", "east", "staff"),
    }
    enrolments = await rows_of(owner, "enrolment", to)
    assert {(e["school_year"], e["start_date"], e["end_date"]) for e in enrolments} == {
        ("sy", date(2024, 9, 1), None)
    }
    (member,) = await rows_of(owner, "staff", to)
    assert member["is_primary"] is (version == "1.2")
    persons = {row["id"]: row for row in await rows_of(owner, "person", to)}
    assert set(persons) == {"p1", "p2", "p3", "s1"}
    one = persons["p1"]
    assert (one["birth_date"], one["grades"], one["user_flags"]) == (
        date(2012, 3, 4),
        ["1", "2"],
        ["iep", "ell"],
    )
    assert (one["identifier"], one["email"], one["source_username"]) == (
        "id-p1",
        "p1@mail.be",
        None,
    )
    k1, _ = await rows_of(owner, "class", to)
    assert (k1["number"], k1["kind"], k1["code"], k1["name"]) == (None, "class", "1A", "1A")
    assert (k1["location_number"], k1["school_year"], k1["course_sourced_id"]) == (
        "east",
        "sy",
        "c1",
    )
    assert (k1["class_type"], k1["room"], k1["term_sourced_ids"], k1["subjects"]) == (
        "homeroom",
        "A1",
        ["t1", "t2"],
        ["Latijn", "Grieks"],
    )
    assert {
        (e["sourced_id"], e["person_id"], e["start_date"], e["end_date"])
        for e in await rows_of(owner, "class_enrolment", to)
    } == {
        ("e1", "p1", date(2024, 9, 1), None),
        ("e2", "p2", date(2024, 10, 1), None),
        ("e3", "p3", date(2024, 9, 1), date(2025, 1, 31)),
    }
    (duty,) = await rows_of(owner, "class_duty", to)
    assert (duty["person_id"], duty["duty"], duty["sourced_id"]) == ("s1", 2, "e4")
    (course,) = await rows_of(owner, "course", to)
    assert (course["sourced_id"], course["title"], course["code"]) == ("c1", "Latijn", "LAT")
    (guardian,) = await rows_of(owner, "guardian", to)
    assert (guardian["id"], guardian["role"], guardian["family_name"]) == (
        "g1",
        "guardian",
        "Ameel",
    )
    (pair,) = await rows_of(owner, "guardianship", to)
    assert (pair["person_id"], pair["guardian_id"]) == ("p1", "g1")
    (demographics,) = await rows_of(owner, "demographics", to)
    assert demographics["fields"] == {"birthDate": "2012-03-04", "sex": "female"}
    skipped = dict(report.skipped)
    assert skipped["enrollments in other roles than student and teacher"] == 1
    assert "manifest.csv: file.lineItems has no value and was taken as absent" in report.warnings


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_the_same_files_twice_change_nothing(
    version: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL)
    files = OneRosterFiles(to.schools[0], version)
    await run(intake_database, files, tmp_path, to)
    before = await digest(owner, to)

    report = await run(intake_database, files, tmp_path, to)

    assert not report.changed
    assert await digest(owner, to) == before


async def test_the_demo_file_comes_in_whole(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(DISTRICT.identifier, **KEEP_ALL)
    calendar = calendar_of("2024-25", TODAY)
    data = district("seed", calendar)
    write_oneroster(tmp_path / "demo", data, calendar)

    report = await import_bundle(
        intake_database, tmp_path / "demo", configuration=to.name, today=TODAY
    )

    assert report.warnings == ()
    there, *_ = data.cases["teacher_in_two_schools"]
    at = {
        row["location_number"]
        for row in await rows_of(owner, "staff", to)
        if row["person_id"] == there
    }
    assert len(at) == 2
    assert not data.gone & {row["id"] for row in await rows_of(owner, "person", to)}
    assert len(await rows_of(owner, "guardian", to)) == len(data.guardians)


async def test_a_bulk_file_is_the_whole_of_its_collection(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(removal_limit_percent=100)
    files = OneRosterFiles(to.schools[0])
    await run(intake_database, files, tmp_path, to)
    files.files["users"] = [line for line in files["users"] if line["sourcedId"] != "p3"]
    files.files["enrollments"] = files["enrollments"][:1]
    files.files["classes"] = files["classes"][:1]
    files.files["academicSessions"] = files["academicSessions"][:2]
    files.line("classes", "k1")["termSourcedIds"] = "t1"
    files.line("users", "p2")["orgSourcedIds"] = "east"

    report = await run(intake_database, files, tmp_path, to)

    counts = report.configuration(to.name)
    assert {t.table: t.removed for t in counts.tables if t.removed} == {
        "class": 1,
        "enrolment": 2,
        "class_enrolment": 2,
        "class_duty": 1,
        "term": 1,
    }
    # A person is told away by his roles alone.
    assert {row["id"] for row in await standing(owner, "person", to)} == {"p1", "p2", "p3", "s1"}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_rows_marked_to_be_deleted_go_from_a_bulk_file_too(
    version: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(removal_limit_percent=100)
    files = OneRosterFiles(to.schools[0], version)
    await run(intake_database, files, tmp_path, to)
    for name, sourced_id in (("users", "p3"), ("classes", "k2"), ("enrollments", "e3")):
        kept = files.line(name, sourced_id)
        for column in list(kept):
            if column != "sourcedId":
                del kept[column]
        kept["status"] = "tobedeleted"

    report = await run(intake_database, files, tmp_path, to)

    removed = {t.table: t.removed for t in report.configuration(to.name).tables if t.removed}
    assert removed == {"person": 1, "class": 1, "enrolment": 1, "class_enrolment": 1}
    assert "p3" not in {row["id"] for row in await standing(owner, "person", to)}


async def test_a_delta_touches_what_it_names_and_nothing_else(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(removal_limit_percent=100)
    files = OneRosterFiles(to.schools[0])
    await run(intake_database, files, tmp_path, to)
    files.delta(
        users=[
            user("p2", "student", "west", "Emma", "Bal-Peeters"),
            user("p4", "student", "east", "Ines", "Nieuw"),
            {"sourcedId": "p3", "status": "tobedeleted"},
        ],
        enrollments=[
            enrollment("e2", "k1", "p2", "student", beginDate="2024-11-01"),
            enrollment("e9", "k1", "p4", "student"),
            {"sourcedId": "e4", "status": "tobedeleted"},
        ],
    )

    report = await run(intake_database, files, tmp_path, to)

    assert await memberships(owner, to) == {
        ("p1", "east", "enrolment"),
        ("p2", "west", "enrolment"),
        ("p4", "east", "enrolment"),
        ("s1", "east", "staff"),
    }
    persons = {row["id"]: row for row in await standing(owner, "person", to)}
    assert set(persons) == {"p1", "p2", "p4", "s1"}
    assert persons["p2"]["family_name"] == "Bal-Peeters"
    in_class = {
        (row["sourced_id"], row["start_date"])
        for row in await standing(owner, "class_enrolment", to)
    }
    assert in_class == {
        ("e1", date(2024, 9, 1)),
        ("e2", date(2024, 11, 1)),
        ("e3", date(2024, 9, 1)),
        ("e9", date(2024, 9, 1)),
    }
    assert await standing(owner, "class_duty", to) == []
    assert len(await standing(owner, "class", to)) == 2
    assert report.configuration(to.name).table("location").differences == 0
    assert not (await run(intake_database, files, tmp_path, to)).changed


async def test_a_delta_of_roles_in_1_2(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(removal_limit_percent=100)
    files = OneRosterFiles(to.schools[0], "1.2")
    await run(intake_database, files, tmp_path, to)
    role = dict(files.line("roles", "r-p1-east"), beginDate="2024-09-15", endDate="2024-12-20")
    gone = dict(files.line("roles", "r-p2-west"), status="tobedeleted")
    files.delta(roles=[role, gone])

    await run(intake_database, files, tmp_path, to)

    assert await memberships(owner, to) == {
        ("p1", "east", "enrolment"),
        ("p2", "east", "enrolment"),
        ("p3", "west", "enrolment"),
        ("s1", "east", "staff"),
    }
    (one,) = [row for row in await standing(owner, "enrolment", to) if row["person_id"] == "p1"]
    assert (one["start_date"], one["end_date"]) == (date(2024, 9, 15), date(2024, 12, 20))


async def test_an_org_that_moves_to_another_school_keeps_its_id(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    first, second = school_number(), school_number()
    to = await configure(first, second, removal_limit_percent=100)
    files = OneRosterFiles(first)
    files["orgs"].append(org("dist2", "district", "Andere groep", second))
    await run(intake_database, files, tmp_path, to)
    files.line("orgs", "west")["parentSourcedId"] = "dist2"

    await run(intake_database, files, tmp_path, to)

    held = {
        row["sourced_id"]: row["school_number"] for row in await standing(owner, "location", to)
    }
    assert held == {"east": first, "west": second}
    assert ("p3", "west", "enrolment") in await memberships(owner, to)


async def test_terms_alone_name_their_school_year(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0])
    files.files["academicSessions"] = [
        session("t1", "term", "2024-09-02", "2024-12-31"),
        session("t2", "term", "2025-01-01", "2025-06-27"),
    ]
    files.line("classes", "k2")["termSourcedIds"] = "t1"

    await run(intake_database, files, tmp_path, to)

    (year,) = await rows_of(owner, "school_year", to)
    assert (year["sourced_id"], year["label"]) == ("2024-25", "2024-25")
    assert (year["start_date"], year["end_date"]) == (date(2024, 9, 2), date(2025, 6, 27))
    assert {row["school_year"] for row in await rows_of(owner, "class", to)} == {"2024-25"}


async def test_of_several_school_years_a_pupil_is_in_that_of_his_classes_else_in_the_active_one(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0])
    files["academicSessions"].append(
        session("sy26", "schoolYear", "2025-09-01", "2026-06-30", year="2026")
    )
    files["classes"].append(school_class("k9", "2A", "east", "sy26"))
    files["enrollments"].append(enrollment("e9", "k9", "p1", "student"))
    files.files["enrollments"] = [e for e in files["enrollments"] if e["sourcedId"] != "e3"]

    await run(intake_database, files, tmp_path, to)

    years = {
        (row["person_id"], row["location_number"], row["school_year"], row["start_date"])
        for row in await rows_of(owner, "enrolment", to)
    }
    assert ("p1", "east", "sy", date(2024, 9, 1)) in years
    assert ("p1", "east", "sy26", date(2025, 9, 1)) in years
    assert ("p3", "west", "sy", date(2024, 9, 1)) in years
    assert len(years) == 5


async def test_a_new_years_file_leaves_the_last_year_as_it_was(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0])
    await run(intake_database, files, tmp_path, to)
    files.files["academicSessions"] = [
        session("sy26", "schoolYear", "2025-09-01", "2026-06-30", year="2026")
    ]
    files.files["classes"] = [school_class("k9", "2A", "east", "sy26")]
    files.files["enrollments"] = [enrollment("e9", "k9", "p1", "student")]
    files.files["users"] = files["users"][:1]
    files.line("users", "p1")["agentSourcedIds"] = ""

    report = await run(intake_database, files, tmp_path, to)

    assert not any(t.removed for t in report.configuration(to.name).tables)
    assert len(await standing(owner, "school_year", to)) == 2


async def test_children_are_protected_unless_the_configuration_keeps(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0])
    files.line("users", "p1")["metadata.microsoft.userFlags"] = "iep"

    report = await run(intake_database, files, tmp_path, to)

    for table in ("guardian", "guardianship", "demographics"):
        assert await rows_of(owner, table, to) == []
    persons = await rows_of(owner, "person", to)
    assert {(row["birth_date"], tuple(row["user_flags"])) for row in persons} == {(None, ())}
    skipped = dict(report.skipped)
    assert skipped["demographics (the configuration does not keep them)"] == 1
    assert skipped["guardians (the configuration does not keep them)"] == 1
    assert skipped["user flags (the configuration does not keep them)"] == 1


async def test_what_may_no_longer_be_kept_is_blanked(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL)
    files = OneRosterFiles(to.schools[0])
    files.line("users", "p1")["metadata.microsoft.userFlags"] = "iep"
    await run(intake_database, files, tmp_path, to)
    async with owner.session_connection() as connection:
        await connection.execute(
            "update access.configuration set keep_guardians = false, keep_demographics = false,"
            " keep_user_flags = false where id = $1",
            to.id,
        )

    await run(intake_database, files, tmp_path, to)

    everything = str([await rows_of(owner, t, to) for t in ("guardian", "demographics", "person")])
    for trace in ("Ada", "g1@mail.be", "2012", "iep"):
        assert trace not in everything
    assert await standing(owner, "guardian", to) == []
    assert await revision_of(owner, to) == 2
    assert not (await run(intake_database, files, tmp_path, to)).changed


@pytest.mark.parametrize("policy", ["ignore", "take_over"])
async def test_usernames_are_taken_over_only_where_the_configuration_says_so(
    policy: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(usernames_from_source=policy)

    report = await run(intake_database, OneRosterFiles(to.schools[0]), tmp_path, to)

    names = {row["source_username"] for row in await rows_of(owner, "person", to)}
    if policy == "take_over":
        assert names == {f"{one}@school.be" for one in ("p1", "p2", "p3", "s1")}
        assert any("4 usernames hold a domain" in warning for warning in report.warnings)
    else:
        assert names == {None}
        assert dict(report.skipped)["usernames (the configuration ignores the source's)"] == 4


@pytest.mark.parametrize(
    ("students", "staff", "number"),
    [("tenant", "provider", 3), ("provider", "tenant", 1), ("provider", "provider", 0)],
)
async def test_domains_are_said_to_be_taken_off_only_where_they_are(
    students: str,
    staff: str,
    number: int,
    intake_database: Database,
    configure: Configure,
    tmp_path: Path,
) -> None:
    to = await configure(
        usernames_from_source="take_over",
        student_domain_policy=students,
        staff_domain_policy=staff,
    )

    report = await run(intake_database, OneRosterFiles(to.schools[0]), tmp_path, to)

    said = [warning for warning in report.warnings if "hold a domain" in warning]
    assert [int(warning.split()[1]) for warning in said] == ([number] if number else [])


async def test_what_belongs_to_other_schools_is_skipped_and_counted(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0])
    files["orgs"].append(org("far", "school", "Ver", school_number()))
    files["users"].append(user("p9", "student", "far", "Ander", "Kind"))
    files["users"].append(user("s9", "administrator", "dist", "Directie", "Groep"))
    files["classes"].append(school_class("k9", "9Z", "far", "sy"))
    files["enrollments"].append(enrollment("e9", "k9", "p9", "student"))

    report = await run(intake_database, files, tmp_path, to)

    assert {"p9", "s9"}.isdisjoint(row["id"] for row in await rows_of(owner, "person", to))
    skipped = dict(report.skipped)
    assert skipped["organisations that belong to no school of the configuration"] == 1
    assert skipped["users without a role at a location of the configuration"] == 2
    assert skipped["classes of other schools"] == 1
    assert skipped["enrollments of classes or users outside the configuration"] == 1


async def test_another_schools_file_of_the_same_configuration_is_left_alone(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    first, second = school_number(), school_number()
    to = await configure(first, second, **KEEP_ALL)
    await run(intake_database, OneRosterFiles(first), tmp_path, to)
    other = OneRosterFiles(second)
    for lines in other.files.values():
        for line in lines:
            for column, value in line.items():
                if column.endswith("ourcedId") and value:
                    line[column] = f"b-{value}"
                elif column.endswith("ourcedIds") and value:
                    line[column] = ",".join(f"b-{one}" for one in value.split(","))

    report = await run(intake_database, other, tmp_path, to)

    assert not any(t.removed for t in report.configuration(to.name).tables)
    assert len(await standing(owner, "enrolment", to)) == 8
    assert len(await standing(owner, "school_year", to)) == 2


async def test_the_removal_limit_guards_these_files_too(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0])
    await run(intake_database, files, tmp_path, to)
    before = await digest(owner, to)
    for line in files["users"][:3]:
        line["status"] = "tobedeleted"

    with pytest.raises(RemovalLimitExceeded, match="3 of 4"):
        await run(intake_database, files, tmp_path, to)

    assert await digest(owner, to) == before


async def test_a_file_needs_a_configuration_where_there_are_several(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    await configure()
    folder = OneRosterFiles(to.schools[0]).write(tmp_path / "feed")

    with pytest.raises(WrongUse, match="--configuration"):
        await import_bundle(intake_database, folder)


async def test_odd_things_that_we_do_not_use_are_warnings_at_most(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0], "1.2")
    files.line("orgs", "east")["type"] = "Department"
    files["orgs"].append(org("lost", "department", "Los", "", "not-here"))
    files.line("classes", "k1")["classType"] = "Klas"
    files.line("demographics", "p1")["birthDate"] = "4/03/2012"
    files.line("users", "g1")["givenName"] = ""
    folder = files.write(tmp_path / "feed")
    (folder / "results.csv").write_bytes(b"\xff\xfe not read")

    report = await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)

    assert {warning.split(":")[0] for warning in report.warnings} == {
        "users.csv",
        "classes.csv",
        "orgs.csv",
        "manifest.csv",
    }
    assert any("prefferedGivenName" in warning for warning in report.warnings)
    assert ("p1", "east", "enrolment") in await memberships(owner, to)


Spoil = Callable[[OneRosterFiles], object]
BAD: dict[str, tuple[Spoil, tuple[str, int | None, str | None]]] = {
    "unknown org": (
        lambda f: f.line("users", "p1").update(orgSourcedIds="east,nope"),
        ("users.csv", 2, "orgSourcedIds"),
    ),
    "unknown user": (
        lambda f: f.line("enrollments", "e2").update(userSourcedId="nope"),
        ("enrollments.csv", 3, "userSourcedId"),
    ),
    "unknown class": (
        lambda f: f.line("enrollments", "e2").update(classSourcedId="nope"),
        ("enrollments.csv", 3, "classSourcedId"),
    ),
    "unknown school": (
        lambda f: f.line("classes", "k2").update(schoolSourcedId="nope"),
        ("classes.csv", 3, "schoolSourcedId"),
    ),
    "unknown term": (
        lambda f: f.line("classes", "k1").update(termSourcedIds="t1,nope"),
        ("classes.csv", 2, "termSourcedIds"),
    ),
    "unknown course": (
        lambda f: f.line("classes", "k1").update(courseSourcedId="nope"),
        ("classes.csv", 2, "courseSourcedId"),
    ),
    "duplicate user": (
        lambda f: f["users"].append(dict(f["users"][0])),
        ("users.csv", 7, "sourcedId"),
    ),
    "no family name": (
        lambda f: f.line("users", "p2").update(familyName=""),
        ("users.csv", 3, "familyName"),
    ),
    "no role": (lambda f: f.line("users", "p2").update(role=""), ("users.csv", 3, "role")),
    "unknown role": (
        lambda f: f.line("users", "p2").update(role="leerling"),
        ("users.csv", 3, "role"),
    ),
    "unknown extension of the roles": (
        lambda f: f.line("users", "p2").update(role="ext:leerling"),
        ("users.csv", 3, "role"),
    ),
    "bad session date": (
        lambda f: f.line("academicSessions", "sy").update(startDate="1/09/2024"),
        ("academicSessions.csv", 2, "startDate"),
    ),
    "bad enrolment date": (
        lambda f: f.line("enrollments", "e1").update(beginDate="2024-13-01"),
        ("enrollments.csv", 2, "beginDate"),
    ),
    "end before begin": (
        lambda f: f.line("enrollments", "e2").update(endDate="2024-09-30"),
        ("enrollments.csv", 3, "endDate"),
    ),
    "bad status": (
        lambda f: f.line("users", "p1").update(status="deleted"),
        ("users.csv", 2, "status"),
    ),
    "long id": (
        lambda f: f["orgs"].append(org("x" * 256, "school", "Lang")),
        ("orgs.csv", 5, "sourcedId"),
    ),
    "missing column": (lambda f: f.headers["users"].remove("role"), ("users.csv", 1, "role")),
    "file of the manifest missing": (
        lambda f: f.files.pop("enrollments"),
        ("enrollments.csv", None, None),
    ),
    "mark without value": (
        lambda f: f.marks.update(users=""),
        ("manifest.csv", 6, "file.users"),
    ),
    "unknown mark": (
        lambda f: f.marks.update(users="full"),
        ("manifest.csv", 6, "file.users"),
    ),
    "unknown version": (
        lambda f: setattr(f, "version", "2.0"),
        ("manifest.csv", 3, "oneroster.version"),
    ),
    "no org of the configuration": (
        lambda f: f.line("orgs", "dist").update(identifier="000000-other"),
        ("orgs.csv", None, None),
    ),
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_fault_is_named_and_nothing_is_written(
    kind: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    spoil, where = BAD[kind]
    to = await configure()
    await run(intake_database, OneRosterFiles(to.schools[0]), tmp_path, to)
    before = await digest(owner, to)
    files = OneRosterFiles(to.schools[0])
    spoil(files)

    with pytest.raises(BundleRefused) as refused:
        await run(intake_database, files, tmp_path, to)

    places = [(fault.file, fault.line, fault.column) for fault in refused.value.faults]
    assert where in places, refused.value
    assert "Bal" not in str(refused.value)
    assert await digest(owner, to) == before


async def test_without_its_manifest_the_manifest_is_the_fault(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    folder = OneRosterFiles(to.schools[0]).write(tmp_path / "feed")
    (folder / "manifest.csv").unlink()

    with pytest.raises(BundleRefused, match=r"manifest\.csv: this file was expected") as refused:
        await import_bundle(intake_database, folder, configuration=to.name)
    assert len(refused.value.faults) == 1


@pytest.mark.parametrize("kind", ["bad session date", "missing column", "no role"])
async def test_one_cell_has_one_fault(
    kind: str, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    spoil, where = BAD[kind]
    to = await configure()
    files = OneRosterFiles(to.schools[0])
    spoil(files)

    with pytest.raises(BundleRefused) as refused:
        await run(intake_database, files, tmp_path, to)

    assert [(f.file, f.line, f.column) for f in refused.value.faults] == [where]


async def test_an_unknown_role_of_1_2_says_what_was_expected(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0], "1.2")
    files.line("roles", "r-p3-west")["role"] = "studnet"

    with pytest.raises(BundleRefused) as refused:
        await run(intake_database, files, tmp_path, to)

    (fault,) = refused.value.faults
    assert (fault.file, fault.line, fault.column) == ("roles.csv", 5, "role")
    assert "such as student, teacher" in fault.expected
    assert fault.found == "studnet"


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_roles_are_known_in_any_capitals_and_with_the_prefix_for_extensions(
    version: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0], version)
    rows = files["roles" if version == "1.2" else "users"]
    roles = {"p3": "ext:Student", "s1": "ext:officeStaff", "p1": "STUDENT", "g1": "Ext:Parent"}
    for row in rows:
        row["role"] = roles.get(str(row.get("userSourcedId") or row["sourcedId"]), row["role"])

    await run(intake_database, files, tmp_path, to)

    pupils = {row["person_id"] for row in await standing(owner, "enrolment", to)}
    assert pupils == {"p1", "p2", "p3"}
    assert {row["person_id"] for row in await standing(owner, "staff", to)} == {"s1"}


async def test_a_row_that_goes_needs_no_known_role(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0])
    files["users"].append(user("p7", "leerling", "east", "Weg", "Vertrokken", status="tobedeleted"))

    assert (await run(intake_database, files, tmp_path, to)).changed
