"""The Ruby gem `one_roster`: pages until one is empty, its limit 5,000.

Facts from TCI/OneRoster (lib/one_roster/paginator.rb, connection.rb, client.rb, types).
"""

import base64
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import pytest

from tests.conformance.deployment import Client, District
from tests.conformance.wire import Object, exchange, get, ids

PAGE_LIMIT: Final = 5_000
# By the last part of the path.
RESPONSE_TYPE_MAP: Final = {
    "users": "users",
    "teachers": "users",
    "students": "users",
    "academicSessions": "academicSessions",
    "courses": "courses",
    "classes": "classes",
    "enrollments": "enrollments",
    "schools": "orgs",
}


class Gem:
    def __init__(self, client: Client, limit: int = PAGE_LIMIT) -> None:
        self._url, self._limit = client.v1p1, limit
        pair = f"{client.client_id}:{client.client_secret}".encode()
        answer = exchange(
            "POST",
            client.token_url,
            {
                "Authorization": f"Basic {base64.b64encode(pair).decode()}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            "grant_type=client_credentials",
        )
        self._headers = {
            "Authorization": f"Bearer {answer.document()['access_token']}",
            "Content-Type": "application/json",
            "Accept-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
            "Accept": "*/*",
            "User-Agent": "Faraday v2.9.0",
        }

    def pages(self, path: str, condition: str | None = None) -> Iterator[list[Object]]:
        offset = 0
        while True:
            asked = f"limit={self._limit}&offset={offset}"
            if condition is not None:
                asked = f"filter={quote(condition, safe='')}&{asked}"
            items = get(f"{self._url}/{path}?{asked}", self._headers).items(RESPONSE_TYPE_MAP[path])
            if not items:
                return
            yield items
            offset += self._limit

    def records(self, path: str, condition: str | None = None) -> list[Object]:
        """What its types keep: nothing that is to be deleted."""
        pages = self.pages(path, condition)
        return [item for page in pages for item in page if item["status"] != "tobedeleted"]


PATHS: Final = tuple(RESPONSE_TYPE_MAP)


@pytest.fixture(scope="module")
def whole(client: Client) -> dict[str, list[Object]]:
    gem = Gem(client)
    return {path: gem.records(path) for path in PATHS}


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_page_ends_every_crawl(
    client: Client, whole: dict[str, list[Object]], path: str
) -> None:
    assert whole[path]
    total = len(whole[path])
    # Pages of which the last is short, full, and the only one.
    for limit in {max(2, total // 3), total - 1, total}:
        pages = list(Gem(client, limit).pages(path))
        assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
        assert [item for page in pages for item in page] == whole[path]


def test_far_beyond_the_end_is_empty_too(client: Client) -> None:
    gem = Gem(client)
    assert list(gem.pages("users"))[1:] == []


def test_its_types_find_what_they_read(whole: dict[str, list[Object]]) -> None:
    terms = {item["sourcedId"] for item in whole["academicSessions"]}
    courses = {item["sourcedId"] for item in whole["courses"]}
    classes = set()
    for item in whole["classes"]:
        classes.add(item["sourcedId"])
        assert item["title"].split()
        assert item["course"]["sourcedId"] in courses
        assert item["terms"][0]["sourcedId"] in terms
    people = set(ids(whole["students"])) | set(ids(whole["teachers"]))
    for item in whole["enrollments"]:
        assert item["class"]["sourcedId"] in classes
        assert item["user"]["sourcedId"] in people
        assert item["role"] in {"teacher", "student"}, "it has a list for each of these two only"


def test_all_staff_are_teachers_and_nobody_an_administrator(
    client: Client, district: District, whole: dict[str, list[Object]]
) -> None:
    (director,) = district.of("users", role="administrator")
    assert director["sourcedId"] in ids(whole["teachers"])
    assert Gem(client).records("users", "role='administrator'") == []
