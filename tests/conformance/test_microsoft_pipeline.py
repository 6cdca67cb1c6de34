"""Microsoft's own pipeline (Azure Data Factory): a token per collection, a bare count, pages.

Facts from OneRoster_to_SDS_ADF_Template.json in OfficeDev/O365-EDU-Tools. For each endpoint it
takes a token with the credentials in the body, reads `x-total-count` from a GET without any
parameter, and asks page after page *until* the offset has reached the count: at least one.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.conformance.deployment import Client, Deployment, District
from tests.conformance.wire import Answer, Object, exchange, get, ids, require_fault, require_whole

ENDPOINTS: Final = (
    "orgs",
    "academicSessions",
    "courses",
    "classes",
    "users",
    "enrollments",
    "demographics",
)
LIMIT: Final = 100
RELATIONS: Final = {"parent", "guardian", "relative", "doctor", "aide", "other"}


def token(client: Client) -> Mapping[str, str]:
    """The header of the data requests, which has nothing beside it."""
    answer = exchange(
        "POST",
        client.token_url,
        {"Content-Type": "application/x-www-form-urlencoded"},
        f"grant_type=client_credentials&client_id={client.client_id}"
        f"&client_secret={client.client_secret}",
    )
    return {"Authorization": f"Bearer {answer.document()['access_token']}"}


def count(answer: Answer) -> int:
    """The pipeline names the header in lower case."""
    assert answer.status == 200, (answer.url, answer.body[:1000])
    return int(dict(answer.headers)["x-total-count"])


def copied(client: Client, endpoint: str, limit: int = LIMIT) -> list[Object]:
    """One run of the sub-pipeline for an endpoint."""
    headers = token(client)
    records = count(get(f"{client.v1p1}/{endpoint}", headers))
    items: list[Object] = []
    offset = 0
    while True:
        page = get(f"{client.v1p1}/{endpoint}?offset={offset}&limit={limit}", headers)
        items += page.items(endpoint)
        offset += limit
        if offset >= records:
            break
        assert len(page.items(endpoint)) == limit, "every page but the last is full"
    assert len(ids(items)) == records
    return items


def test_all_endpoints_give_one_whole_roster(client: Client, district: District) -> None:
    pulled = {endpoint: copied(client, endpoint) for endpoint in ENDPOINTS}
    require_whole(pulled)
    assert len(pulled["users"]) > 2 * LIMIT
    assert len(pulled["enrollments"]) > 5 * LIMIT
    users = {item["sourcedId"]: item for item in pulled["users"]}
    relations = {
        (person, agent["sourcedId"], item["role"])
        for person, item in users.items()
        for agent in item.get("agents", ())
    }
    assert relations
    assert {(child, guardian) for guardian, child, role in relations if role in RELATIONS} == {
        (child, guardian) for child, guardian, role in relations if role == "student"
    }
    current = [
        item
        for item in pulled["academicSessions"]
        if item["status"] == "active" and item["schoolYear"] > "2022"
    ]
    assert len(current) == len(district.rows["academicSessions"])


def test_the_pipeline_may_run_again_at_once(client: Client) -> None:
    assert copied(client, "classes") == copied(client, "classes")


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_the_pages_of_any_limit_hold_the_same(client: Client, limit: int) -> None:
    assert copied(client, "courses", limit) == copied(client, "courses")


def test_counts_may_all_be_asked_before_the_first_page(client: Client) -> None:
    headers = {endpoint: token(client) for endpoint in ENDPOINTS}
    counts = {
        endpoint: count(get(f"{client.v1p1}/{endpoint}", headers[endpoint]))
        for endpoint in ENDPOINTS
    }
    for endpoint in ENDPOINTS:
        page = get(f"{client.v1p1}/{endpoint}?offset=0&limit=5000", headers[endpoint])
        assert len(page.items(endpoint)) == count(page) == counts[endpoint]


def test_a_count_is_of_everything_whatever_the_page_holds(client: Client) -> None:
    answer = get(f"{client.v1p1}/users", token(client))
    assert len(answer.items("users")) == 100 < count(answer)


def test_an_endpoint_without_records_has_one_empty_page(deployment: Deployment) -> None:
    client = deployment.clients["demo-tenant"]
    headers = token(client)
    assert count(get(f"{client.v1p1}/demographics", headers)) == 0
    assert copied(client, "demographics") == []


def test_class_groups_are_not_there_and_that_is_said_in_our_shape(client: Client) -> None:
    headers = token(client)
    for target in ("classGroups", f"classGroups?offset=0&limit={LIMIT}"):
        require_fault(get(f"{client.v1p1}/{target}", headers), 404, "unknown object")
