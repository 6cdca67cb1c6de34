"""HelloID's source connector (PowerShell): departments, then persons with their enrolments.

Facts from Tools4everBV/HelloID-Conn-Prov-Source-OneRoster-v1.1-API. It adds what a page held to
the offset and stops at a page that is short of PageSize; a missing list or a reference to
something it has not read ends its run.
"""

import base64
from itertools import count
from typing import Final

import pytest

from tests.conformance.deployment import Client, District
from tests.conformance.wire import Object, exchange, get, ids

# A PowerShell hashtable has no order of its own.
ORDERS: Final = (("limit", "offset"), ("offset", "limit"))
NAMES: Final = {"students": "users", "teachers": "users"}


class Connector:
    def __init__(self, client: Client, page_size: int, order: tuple[str, str]) -> None:
        self._base, self._page_size, self._order = client.v1p1, page_size, order
        pair = f"{client.client_id}:{client.client_secret}".encode("ascii")
        answer = exchange(
            "POST",
            client.token_url,
            {
                "Authorization": f"Basic {base64.b64encode(pair).decode()}",
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            "grant_type=client_credentials",
        )
        self._headers = {
            "Authorization": f"Bearer {answer.document()['access_token']}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1",
        }
        self.requests = count()

    def data(self, endpoint: str) -> list[Object]:
        results: list[Object] = []
        offset = 0
        while True:
            next(self.requests)
            values = {"limit": self._page_size, "offset": offset}
            asked = "&".join(f"{name}={values[name]}" for name in self._order)
            page = get(f"{self._base}/{endpoint}?{asked}", self._headers).items(
                NAMES.get(endpoint, endpoint)
            )
            results += page
            offset += len(page)
            if len(page) != self._page_size:
                ids(results)
                return results


def persons(connector: Connector) -> dict[str, Object]:
    """In the script's order: enrolments before those who are enrolled."""
    orgs = {item["sourcedId"]: item for item in connector.data("orgs")}
    sessions = {item["sourcedId"]: item for item in connector.data("academicSessions")}
    enrollments: dict[str, list[Object]] = {}
    for item in connector.data("enrollments"):
        enrollments.setdefault(item["user"]["sourcedId"], []).append(item)
    classes = {item["sourcedId"]: item for item in connector.data("classes")}
    courses = {item["sourcedId"]: item for item in connector.data("courses")}
    made = {}
    for user in [*connector.data("students"), *connector.data("teachers")]:
        contracts = []
        for enrollment in enrollments.pop(user["sourcedId"], []):
            class_ = classes[enrollment["class"]["sourcedId"]]
            terms = [sessions[term["sourcedId"]] for term in class_["terms"]]
            contracts.append(
                {
                    "id": enrollment["sourcedId"],
                    "class": class_["title"],
                    "start": min(term["startDate"] for term in terms),
                    "end": max(term["endDate"] for term in terms),
                    "course": courses[class_["course"]["sourcedId"]]["title"],
                    "school": orgs[class_["school"]["sourcedId"]]["name"],
                }
            )
        assert user["sourcedId"] not in made, "nobody is a student and a teacher here"
        made[user["sourcedId"]] = {
            "name": f"{user['givenName']} {user['familyName']} ({user['sourcedId']})",
            "schools": [orgs[org["sourcedId"]]["name"] for org in user["orgs"]],
            "contracts": contracts,
        }
    assert not enrollments, "enrolments of users that are not served"
    return made


def test_departments(client: Client, district: District) -> None:
    orgs = Connector(client, 1000, ORDERS[0]).data("orgs")
    assert all(org.keys() >= {"sourcedId", "name", "identifier", "type"} for org in orgs)
    schools = {row["sourcedId"] for row in district.of("orgs", type="school")}
    assert schools <= set(ids(orgs))


@pytest.mark.parametrize("order", ORDERS, ids=["limit first", "offset first"])
def test_persons_with_their_contracts(
    client: Client, district: District, order: tuple[str, str]
) -> None:
    made = persons(Connector(client, 5000, order))
    there = {row["sourcedId"] for row in district.rows["users"] if not row["status"]}
    guardians = {row["sourcedId"] for row in district.of("users", role="guardian")}
    assert made.keys() <= there - guardians
    assert sum(bool(person["contracts"]) for person in made.values()) > 250
    assert persons(Connector(client, 50, order)) == made, "whatever the size of its pages"


def test_a_last_page_that_is_full_is_followed_by_an_empty_one(client: Client) -> None:
    total = len(Connector(client, 5000, ORDERS[0]).data("classes"))
    divisors = [size for size in range(2, total + 1) if total % size == 0]
    for size in divisors:
        connector = Connector(client, size, ORDERS[0])
        assert len(connector.data("classes")) == total
        assert next(connector.requests) == total // size + 1
