"""Google's OneRoster 1.2 integration conformance tests, with the library they use (requests).

Facts from oneroster_1_2_test_suite.ipynb in googleworkspace/oneroster-integration-conformance-tests:
its rostering part. The gradebook, which it goes on to write to, is not a rostering service's.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import pytest
import requests

from tests.conformance.deployment import Client, District
from tests.conformance.wire import Object, ids

SCOPE: Final = "https://purl.imsglobal.org/spec/or/v1p2/scope/"


@dataclass
class Suite:
    """The notebook's state: each cell goes on with what the one before it found."""

    one_roster_url: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, target: str) -> requests.Response:
        url = f"{self.one_roster_url}/rostering/v1p2/{target}"
        return requests.request("GET", url, headers=self.headers, timeout=60)

    def items(self, target: str, collection: str) -> list[Object]:
        response = self.get(target)
        assert response.status_code == 200, (target, response.text[:1000])
        document: dict[str, Any] = response.json()
        assert next(iter(document)) == collection
        items = document[collection]
        assert isinstance(items, list)
        return items


@pytest.fixture(scope="module")
def suite(client: Client) -> Suite:
    """After the cell `Get OAuth Token`: it asks for four scopes, of which we have one."""
    response = requests.request(
        "POST",
        client.token_url,
        auth=requests.auth.HTTPBasicAuth(client.client_id, client.client_secret),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        data={
            "grant_type": "client_credentials",
            "scope": f"{SCOPE}roster.readonly {SCOPE}gradebook.readonly "
            f"{SCOPE}gradebook.createput {SCOPE}gradebook.delete",
        },
        timeout=60,
    )
    assert response.status_code == 200, response.text
    granted = response.json()
    assert f"{SCOPE}roster.readonly" in granted["scope"].split()
    assert "gradebook" not in granted["scope"]
    return Suite(
        f"{client.host}/ims/oneroster", {"Authorization": "Bearer " + granted["access_token"]}
    )


def test_get_all_teachers(suite: Suite) -> None:
    (teacher,) = suite.items("teachers?limit=1", "users")
    assert "teacher" in {role["role"] for role in teacher["roles"]}


def test_the_rostering_cells_one_after_the_other(suite: Suite, district: District) -> None:
    expected = district.teacher_with_pupils()

    # GetAllTeachers with email filter
    found = suite.items(f"teachers?filter=email='{expected['email']}'&limit=10000", "users")
    assert len(found) == 1
    assert found[0].keys() >= {"email", "sourcedId"}
    teacher = found[0]["sourcedId"]
    assert teacher == expected["sourcedId"]

    # GetClassesForTeacher
    classes = suite.items(
        f"teachers/{teacher}/classes?limit=10000&filter=status='active'", "classes"
    )
    taught = district.of("enrollments", userSourcedId=teacher, role="teacher")
    assert set(ids(classes)) == {row["classSourcedId"] for row in taught}
    school = classes[0]["school"]["sourcedId"]
    term = classes[0]["terms"][0]["sourcedId"]
    assert district.of("orgs", sourcedId=school)

    # GetStudentsForClass
    for one in ids(classes):
        students = suite.items(f"classes/{one}/students?limit=10000", "users")
        assert students
        assert all(student.keys() >= {"email", "sourcedId"} for student in students)

    # GetGradingPeriodsForTerm
    periods = suite.items(f"terms/{term}/gradingPeriods?limit=10000", "academicSessions")
    assert len(periods) == 2
    for period in periods:
        assert period.keys() >= {"sourcedId", "title", "startDate", "endDate", "schoolYear"}
        assert period["type"] == "gradingPeriod"
        (row,) = district.of("academicSessions", sourcedId=period["sourcedId"])
        assert row["parentSourcedId"] == term


def test_an_address_that_nobody_has_finds_nobody(suite: Suite) -> None:
    assert suite.items("teachers?filter=email='niemand@example.org'&limit=10000", "users") == []


def test_a_limit_of_10000_is_honoured(suite: Suite) -> None:
    response = suite.get("enrollments?limit=10000")
    assert len(response.json()["enrollments"]) == int(response.headers["X-Total-Count"]) > 500
    assert "next" not in response.links
