"""The Python package `oneroster` from PyPI, the package itself.

It signs by OAuth 1, which ours is not: only the header its signature goes into is exchanged for a
bearer token. Paths, parameters, paging by `Link: rel="next"` and matching are its own.
"""

import collections
import collections.abc
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.conformance.deployment import Client, District
from tests.conformance.wire import Object, ids

if TYPE_CHECKING:
    classlink: Any
else:
    with warnings.catch_warnings():
        # It compares numbers by identity, which Python tells when it compiles the package.
        warnings.simplefilter("ignore", SyntaxWarning)
        from oneroster import classlink

PAGE_SIZE = 50


@pytest.fixture
def connector(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """With the address as its own documentation writes it, the slash at the end."""
    # Its matching names a class by where it was before Python 3.10.
    monkeypatch.setattr(
        collections, "MutableMapping", collections.abc.MutableMapping, raising=False
    )
    token = requests.post(
        client.token_url,
        data={"grant_type": "client_credentials"},
        auth=(client.client_id, client.client_secret),
        timeout=60,
    ).json()["access_token"]
    monkeypatch.setattr(
        classlink.ClasslinkAPI,
        "_ClasslinkAPI__build_auth_header",
        lambda self, oauth: f"Bearer {token}",
    )
    return classlink.ClasslinkConnector(
        host=f"{client.v1p1}/",
        client_id=client.client_id,
        client_secret=client.client_secret,
        page_size=PAGE_SIZE,
    )


def people(rows: list[dict[str, str]], *roles: str) -> set[str]:
    return {row["sourcedId"] for row in rows if row["role"] in roles and not row["status"]}


def test_all_users_by_their_kind(connector: Any, district: District) -> None:
    found = {
        kind: ids(connector.get_users(user_filter=kind))
        for kind in ("students", "teachers", "users")
    }
    assert len(found["students"]) > PAGE_SIZE
    rows = district.rows["users"]
    # A person who has not started yet is in the file and not in the feed.
    assert set(found["students"]) <= people(rows, "student")
    assert set(found["teachers"]) == people(rows, "teacher", "administrator")
    assert {*found["students"], *found["teachers"]} <= set(found["users"])


def test_students_of_a_class_by_its_title_and_by_its_id(connector: Any, district: District) -> None:
    class_ = district.of("enrollments", role="student")[0]["classSourcedId"]
    enrolled = {
        row["userSourcedId"]
        for row in district.of("enrollments", classSourcedId=class_, role="student", status="")
    }
    by_id = connector.get_users("classes", class_, "students")
    assert by_id
    assert set(ids(by_id)) <= enrolled
    (row,) = district.of("classes", sourcedId=class_)
    (org,) = district.of("orgs", sourcedId=row["schoolSourcedId"])
    title = f"2026-27 {row['title']} - {org['name']}"
    assert connector.get_users("classes", title, "students") == by_id
    assert connector.get_users("classes", title.upper(), "teachers")


def test_people_of_a_school_by_its_name(connector: Any, district: District) -> None:
    for org in district.of("orgs", type="school"):
        for kind, roles in (("students", ("student",)), ("teachers", ("teacher", "administrator"))):
            found: list[Object] = connector.get_users("schools", org["name"], kind)
            assert found
            here = {
                row["sourcedId"]
                for row in district.rows["users"]
                if org["sourcedId"] in row["orgSourcedIds"].split(",")
            }
            assert set(ids(found)) <= here & people(district.rows["users"], *roles)


def test_students_of_a_course_through_its_classes(connector: Any, district: District) -> None:
    """It asks `courses/?limit=…`, the slash before the parameters."""
    course = district.rows["courses"][0]
    classes = {
        row["sourcedId"] for row in district.of("classes", courseSourcedId=course["sourcedId"])
    }
    enrolled = {
        row["userSourcedId"]
        for row in district.of("enrollments", role="student")
        if row["classSourcedId"] in classes
    }
    found = connector.get_users("courses", course["sourcedId"], "students")
    assert found
    assert {item["sourcedId"] for item in found} <= enrolled


def test_it_stops_at_the_number_it_is_told(connector: Any) -> None:
    connector.max_users = 2 * PAGE_SIZE - 10
    assert len(ids(connector.get_users(user_filter="users"))) == connector.max_users


def test_what_is_below_a_class_that_we_do_not_have_is_told_as_a_fault(connector: Any) -> None:
    with pytest.raises(requests.RequestException, match="404") as told:
        connector.get_users("classes", "k-0001", "users")
    assert "statusinfoset" in str(told.value)
