"""School Data Sync: the requests and assertions of Microsoft's acceptance test for providers.

Facts from the Postman collection "SDS V2 OneRoster v1.1-OAuth2" (five endpoints, the optional ones,
those of GradeSync) in OfficeDev/O365-EDU-Tools, and from Microsoft's onboarding pages.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final

import pytest

from demo import Demo
from tests.conformance.deployment import Client, Deployment, District
from tests.conformance.sds import COLLECTIONS, Sds
from tests.conformance.wire import Object, ids, require_whole
from tests.e2e.oracle import Bundle

LONG_AGO: Final = "2020-01-01T00:00:00.000Z"
# Three millisecond digits and a zone, e.g. 2025-05-05T13:32:50.000Z.
STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)")
USER_FLAGS: Final = {
    "freeLunch",
    "reducedLunch",
    "homeless",
    "giftedOrTalented",
    "504",
    "ELL",
    "LEP",
    "IEP",
}


@pytest.fixture(scope="module")
def sds(client: Client) -> Sds:
    return Sds(client)


@pytest.fixture(scope="module")
def full(sds: Sds) -> dict[str, list[Object]]:
    """The first pages of the acceptance test, in its order, with its one token."""
    return {collection: sds.full(collection) for collection in COLLECTIONS}


each_collection = pytest.mark.parametrize("collection", COLLECTIONS)


def test_one_token_serves_an_hours_pull(sds: Sds) -> None:
    assert sds.token["access_token"]
    assert int(sds.token["expires_in"]) >= 3600


# Full


@each_collection
def test_a_full_page_has_what_every_object_needs(
    full: dict[str, list[Object]], collection: str
) -> None:
    assert full[collection]
    assert all(ids(full[collection]))
    for item in full[collection]:
        assert item["status"] == "active"
        assert STAMP.fullmatch(item["dateLastModified"])
        require_nothing_void(item)


def require_nothing_void(value: object) -> None:
    """Never null, never an empty string for what is absent."""
    assert value not in (None, "")
    for part in value.values() if isinstance(value, dict) else ():
        require_nothing_void(part)
    for part in value if isinstance(value, list) else ():
        require_nothing_void(part)


def require_reference(value: Object, kind: str) -> None:
    assert value["type"] == kind
    assert isinstance(value["sourcedId"], str)
    assert value["sourcedId"]


def test_academic_sessions(full: dict[str, list[Object]]) -> None:
    sessions = {item["sourcedId"]: item for item in full["academicSessions"]}
    assert len(sessions) >= 3
    for item in sessions.values():
        assert item["title"]
        assert item["type"] in {"gradingPeriod", "semester", "schoolYear", "term"}
        assert date.fromisoformat(item["startDate"]) < date.fromisoformat(item["endDate"])
        assert isinstance(item["schoolYear"], str)
        assert re.fullmatch(r"\d{4}", item["schoolYear"])
    (year,) = (item for item in sessions.values() if item["type"] == "schoolYear")
    assert {item["schoolYear"] for item in sessions.values()} == {year["endDate"][:4]}


def test_orgs(full: dict[str, list[Object]]) -> None:
    assert len(full["orgs"]) >= 3
    for item in full["orgs"]:
        assert item["name"]
        assert item["identifier"]
        assert item["type"] in {"department", "school", "district", "local", "state", "national"}


def test_users(full: dict[str, list[Object]]) -> None:
    for item in full["users"]:
        assert item["username"]
        assert item["givenName"]
        assert item["familyName"]
        assert item["identifier"]
        assert item["enabledUser"] in {"true", "false"}
        assert item["role"] in {"student", "teacher", "guardian", "parent", "relative"}
        assert item["orgs"]
        for org in item["orgs"]:
            require_reference(org, "org")


def test_classes(full: dict[str, list[Object]]) -> None:
    for item in full["classes"]:
        assert item["title"]
        assert item["classType"] in {"homeroom", "scheduled"}
        require_reference(item["course"], "course")
        require_reference(item["school"], "org")
        assert item["terms"]
        for term in item["terms"]:
            require_reference(term, "academicSession")


def test_enrollments(full: dict[str, list[Object]]) -> None:
    for item in full["enrollments"]:
        assert item["role"] in {"student", "teacher"}
        require_reference(item["user"], "user")
        require_reference(item["class"], "class")
        require_reference(item["school"], "org")


def test_courses(full: dict[str, list[Object]]) -> None:
    for item in full["courses"]:
        assert item["title"]
        require_reference(item["org"], "org")


def test_demographics_are_of_served_students(full: dict[str, list[Object]]) -> None:
    students = {item["sourcedId"] for item in full["users"] if item["role"] == "student"}
    assert students.issuperset(ids(full["demographics"]))
    for item in full["demographics"]:
        assert date.fromisoformat(item["birthDate"]) < date(2026, 1, 1)


def test_user_flags_are_a_text_of_known_flags(
    full: dict[str, list[Object]], district: District
) -> None:
    flagged = {
        item["sourcedId"]: item["metadata"]["microsoft.userFlags"]
        for item in full["users"]
        if "metadata" in item
    }
    assert flagged
    for person, flags in flagged.items():
        (row,) = district.of("users", sourcedId=person)
        assert flags == row["metadata.microsoft.userFlags"]
        assert set(flags.split(",")) <= USER_FLAGS


def test_guardians_and_their_children_name_each_other(sds: Sds, district: District) -> None:
    answer = sds.get("users?filter=role='guardian'")
    guardians = {item["sourcedId"]: item for item in answer.items("users")}
    assert answer.total >= len(guardians) > 0
    users = {item["sourcedId"]: item for item in sds.full("users")}
    for guardian in guardians.values():
        assert guardian["role"] == "guardian"
        for child in guardian["agents"]:
            require_reference(child, "user")
            assert guardian["sourcedId"] in ids(users[child["sourcedId"]]["agents"])
    (row,) = district.of("users", sourcedId=next(iter(guardians)))
    assert set(row["agentSourcedIds"].split(",")) >= set(ids(guardians[row["sourcedId"]]["agents"]))


def test_every_reference_of_the_full_pull_resolves(full: dict[str, list[Object]]) -> None:
    require_whole(full)


# Paging, as the acceptance test asks it: with the filter for three collections only.


def paging_target(collection: str) -> str:
    filtered = collection in {"academicSessions", "orgs", "users"}
    return f"{collection}?offset=2&limit=1" + ("&filter=status='active'" if filtered else "")


@each_collection
def test_offset_is_a_row_index(sds: Sds, full: dict[str, list[Object]], collection: str) -> None:
    answer = sds.get(paging_target(collection))
    assert answer.items(collection) == [full[collection][2]]
    assert answer.total == len(full[collection])


@each_collection
def test_the_acceptance_test_may_be_run_again(
    client: Client, full: dict[str, list[Object]], collection: str
) -> None:
    again = Sds(client)
    assert again.full(collection) == full[collection]
    assert again.get(paging_target(collection)).items(collection) == [full[collection][2]]


def test_a_token_may_be_renewed_between_two_pages(
    client: Client, full: dict[str, list[Object]]
) -> None:
    target = "users?offset={}&limit=100&filter=status='active'"
    pages = [Sds(client).get(target.format(offset)) for offset in (0, 100, 200, 300, 400)]
    got = [item for page in pages for item in page.items("users")]
    assert got == full["users"][:500]


@each_collection
@pytest.mark.parametrize("clause", ["sourcedId='norecords'", "status='norecords'"])
def test_no_records(sds: Sds, collection: str, clause: str) -> None:
    answer = sds.get(f"{collection}?filter={clause}")
    assert answer.items(collection) == []
    assert answer.total == 0


# Delta: no limit and no status clause.


@each_collection
def test_a_delta_since_long_ago_is_everything_by_pages_of_100(
    client: Client, full: dict[str, list[Object]], collection: str
) -> None:
    sds = Sds(client)
    answer = sds.get(f"{collection}?filter=dateLastModified>'{LONG_AGO}'")
    pages = [answer]
    while following := pages[-1].links.get("next"):
        pages.append(sds.get(following))
    assert {page.total for page in pages} == {answer.total}
    assert all(len(page.items(collection)) == 100 for page in pages[:-1])
    got = [item for page in pages for item in page.items(collection)]
    assert len(ids(got)) == answer.total
    assert min(got, key=stamp)["dateLastModified"] > LONG_AGO
    active = {item["sourcedId"]: item for item in got if item["status"] == "active"}
    assert active == {item["sourcedId"]: item for item in full[collection]}


def stamp(item: Object) -> str:
    return str(item["dateLastModified"])


@each_collection
def test_nothing_is_later_than_the_latest(
    client: Client, full: dict[str, list[Object]], collection: str
) -> None:
    latest = max(stamp(item) for item in full[collection])
    answer = Sds(client).get(f"{collection}?filter=dateLastModified>'{latest}'")
    assert answer.items(collection) == []


@pytest.mark.parametrize(
    "clause",
    [
        "dateLastModified>'2020-01-01T00:00:00.000Z'",
        "dateLastModified>%272020-01-01T00:00:00.000Z%27",
        "dateLastModified%3E%272020-01-01T00:00:00.000Z%27",
        "dateLastModified%3E%272020-01-01T00%3A00%3A00.000Z%27",
        "dateLastModified>'2020-01-01T00:00:00Z'",
        "dateLastModified>'2020-01-01T01:00:00.000+01:00'",
        "dateLastModified>'2020-01-01T01:00:00.000%2B01:00'",
        "dateLastModified>'2020-01-01T00:00:00.000'",
        "dateLastModified>'2020-01-01'",
        # Microsoft's own examples: curly quotes, or one of each.
        "dateLastModified>%E2%80%992020-01-01T00:00:00.000Z%E2%80%99",
        "dateLastModified>%E2%80%982020-01-01T00:00:00.000Z%E2%80%99",
        "dateLastModified>%E2%80%992020-01-01T00:00:00.000Z'",
        "dateLastModified%20%3E%20'2020-01-01T00:00:00.000Z'",
    ],
)
def test_a_delta_in_every_spelling(client: Client, sds: Sds, clause: str) -> None:
    plain = Sds(client).get(f"orgs?filter=dateLastModified>'{LONG_AGO}'")
    answer = Sds(client).get(f"orgs?filter={clause}")
    assert answer.items("orgs") == plain.items("orgs") != []


def test_a_status_in_curly_quotes(sds: Sds, full: dict[str, list[Object]]) -> None:
    answer = sds.get("orgs?offset=0&limit=5000&filter=status=%E2%80%99active%E2%80%99")
    assert answer.items("orgs") == full["orgs"]


def test_a_delta_after_a_pupil_left_holds_his_tombstones(
    deployment: Deployment, written: Demo, tmp_path: Path
) -> None:
    client = deployment.clients["demo-provider"]
    sds = Sds(client)
    before = {collection: sds.full(collection) for collection in COLLECTIONS}
    bookmark = max(stamp(item) for items in before.values() for item in items)
    bundle = Bundle(written.bundle)
    leaver = _one_with_classes(before, bundle)
    held = {
        collection: {item["sourcedId"]: item for item in before[collection] if of(item)}
        for collection, of in _his(leaver).items()
    }
    for name in ("enrolments", "class_enrolments"):
        for row in bundle.of(name, person=leaver):
            row["end_date"] = "2026-10-14"
    bundle.write(tmp_path / "bundle")
    deployment.command("import", str(tmp_path / "bundle"))

    later = Sds(client)
    for collection in COLLECTIONS:
        answer = later.get(f"{collection}?filter=dateLastModified>'{bookmark}'")
        gone = {item["sourcedId"]: item for item in answer.items(collection)}
        expected = held.get(collection, {})
        assert gone.keys() == expected.keys()
        for key, item in gone.items():
            assert stamp(item) > bookmark
            assert item == expected[key] | {
                "status": "tobedeleted",
                "dateLastModified": stamp(item),
            }
        now = ids(Sds(client).full(collection))
        assert set(ids(before[collection])) - set(now) == gone.keys()
        bare = Sds(client).get(f"{collection}?limit=5000")
        assert ids(bare.items(collection)) == now, "without a clause tombstones stay out"


def _his(person: str) -> dict[str, Callable[[Object], bool]]:
    return {
        "users": lambda item: item["sourcedId"] == person,
        "enrollments": lambda item: item["user"]["sourcedId"] == person,
    }


def _one_with_classes(pulled: dict[str, list[Object]], bundle: Bundle) -> str:
    """A served pupil of one school, who works nowhere and is in a class."""
    in_class = {item["user"]["sourcedId"] for item in pulled["enrollments"]}
    return next(
        person
        for person in ids(item for item in pulled["users"] if item["role"] == "student")
        if person in in_class
        and len(bundle.of("enrolments", person=person)) == 1
        and not bundle.of("enrolments", person=person)[0]["end_date"]
        and not bundle.of("staff", person=person)
    )


# GradeSync's reading requests, in the same collection


def test_grade_sync_finds_a_teacher_his_classes_and_their_people(
    sds: Sds, district: District
) -> None:
    teacher = district.teacher_with_pupils()
    for path in ("users", "teachers"):
        (found,) = sds.get(f"{path}?filter=email='{teacher['email']}'").items("users")
        assert found["sourcedId"] == teacher["sourcedId"]
        assert found["email"] == teacher["email"]
    his = f"teachers/{teacher['sourcedId']}/classes"
    classes = sds.get(his).items("classes")
    taught = district.of("enrollments", userSourcedId=teacher["sourcedId"])
    assert set(ids(classes)) == {row["classSourcedId"] for row in taught}
    chosen = classes[0]["sourcedId"]
    assert ids(sds.get(f"{his}?filter=sourcedId='{chosen}'").items("classes")) == [chosen]
    teachers = sds.get(f"classes/{chosen}/teachers").items("users")
    assert teacher["sourcedId"] in ids(teachers)
    students = sds.get(f"classes/{chosen}/students").items("users")
    assert students
    assert {item["role"] for item in students} == {"student"}
    single = sds.get(f"classes/{chosen}").item("class")
    assert single == classes[0]
    term = sds.get(f"terms/{single['terms'][0]['sourcedId']}").item("academicSession")
    assert term["status"] == "active"
    assert date.fromisoformat(term["startDate"]) < date.fromisoformat(term["endDate"])


def test_stamps_are_moments_that_have_been(full: dict[str, list[Object]]) -> None:
    for items in full.values():
        for item in items:
            told = datetime.fromisoformat(stamp(item))
            assert told <= datetime.now(told.tzinfo)
