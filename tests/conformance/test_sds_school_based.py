"""School Data Sync, the older and school-based version of Microsoft's acceptance test.

Facts from the Postman collection "SDS OneRoster V1.1-OAuth2" in OfficeDev/O365-EDU-Tools. Its
unknown school is 1000000.
"""

import pytest

from tests.conformance.deployment import Client
from tests.conformance.sds import Sds
from tests.conformance.wire import Object, ids


@pytest.fixture(scope="module")
def sds(client: Client) -> Sds:
    return Sds(client)


@pytest.fixture(scope="module")
def full(sds: Sds) -> dict[str, list[Object]]:
    return {collection: sds.full(collection) for collection in ("orgs", "enrollments")}


@pytest.mark.parametrize("path", ["students", "teachers", "schools", "terms"])
def test_collections_and_their_paging(sds: Sds, path: str) -> None:
    wrapper = {"schools": "orgs", "terms": "academicSessions"}.get(path, "users")
    first = sds.get(f"{path}?offset=0&limit=100&filter=status='active'")
    items = first.items(wrapper)
    assert first.total >= len(items) >= 3
    paged = sds.get(f"{path}?offset=2&limit=1").items(wrapper)
    assert paged == [items[2]]
    kinds = {"students": "student", "teachers": "teacher", "schools": "school", "terms": "term"}
    assert {item.get("role") or item["type"] for item in items} <= {kinds[path], "semester"}


def test_users_have_a_name_without_a_domain(sds: Sds) -> None:
    for path in ("students", "teachers"):
        for item in sds.get(f"{path}?filter=status='active'").items("users"):
            assert "@" not in item["username"], "SDS adds a second one"
        assert sds.get(f"{path}?filter=username='norecords'").items("users") == []


@pytest.mark.parametrize("path", ["schools", "students", "teachers", "terms"])
def test_single_objects(sds: Sds, path: str) -> None:
    wrapper = {"schools": "org", "terms": "academicSession"}.get(path, "user")
    listed = sds.get(f"{path}?offset=0&limit=100&filter=status='active'").items(f"{wrapper}s")
    answer = sds.get(f"{path}/{listed[0]['sourcedId']}")
    assert answer.item(wrapper) == listed[0]
    # The older test asserts the header on its single objects too.
    assert answer.total == 1


@pytest.mark.parametrize("below", ["classes", "enrollments", "courses", "students", "teachers"])
def test_collections_of_a_school(sds: Sds, full: dict[str, list[Object]], below: str) -> None:
    wrapper = {"students": "users", "teachers": "users"}.get(below, below)
    school = full["orgs"][0]["sourcedId"]
    # The first of these is the older test's own spelling: another parameter, to be ignored.
    for parameters in ("offset=0&limit%20=100", "offset=0&limit=100", "offset=0"):
        answer = sds.get(f"schools/{school}/{below}?{parameters}")
        items = answer.items(wrapper)
        assert 0 < len(items) <= 100
        assert answer.total >= len(items)
        for item in items:
            places = item.get("orgs") or [item.get("school") or item.get("org")]
            assert school in ids(places)


@pytest.mark.parametrize(
    "parameters",
    ["offset=0&limit=100", "offset=0&limit%20=100", "offset=0&limit=100&filter=role='student'"],
)
@pytest.mark.parametrize("below", ["classes", "enrollments", "students", "teachers", "terms"])
def test_an_unknown_school_has_nothing_and_is_no_fault(
    sds: Sds, below: str, parameters: str
) -> None:
    if below in {"classes", "terms"}:
        parameters = parameters.replace("role='student'", "status='active'")
    wrapper = {"students": "users", "teachers": "users", "terms": "academicSessions"}
    answer = sds.get(f"schools/1000000/{below}?{parameters}")
    assert answer.items(wrapper.get(below, below)) == []
    assert answer.total == 0


def test_enrollments_of_a_school_by_role(sds: Sds, full: dict[str, list[Object]]) -> None:
    for org in full["orgs"]:
        school = org["sourcedId"]
        for role in ("student", "teacher"):
            answer = sds.get(
                f"schools/{school}/enrollments?offset=0&limit=5000&filter=role='{role}'"
            )
            assert ids(answer.items("enrollments")) == ids(
                item
                for item in full["enrollments"]
                if item["role"] == role and item["school"]["sourcedId"] == school
            )
