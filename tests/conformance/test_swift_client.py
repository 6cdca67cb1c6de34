"""The Swift package OneRoster: it follows `next` until `last` is the address it has just asked.

Facts from gotranseo/oneroster (OneRosterClient.swift of versions 2 and 3, OAuth2.swift, the models).
"""

import base64
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.conformance.deployment import Client
from tests.conformance.wire import Answer, Object, exchange, get, ids

SCOPE: Final = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly"
ENDPOINTS: Final = {
    "enrollments": "enrollments",
    "orgs": "orgs",
    "schools": "orgs",
    "students": "users",
    "teachers": "users",
    "users": "users",
    "courses": "courses",
    "classes": "classes",
}


def granted(client: Client) -> dict[str, Any]:
    pair = f"{client.client_id}:{client.client_secret}".encode()
    # Its token address is always a base with `token` after it.
    assert client.token_url.endswith("/token")
    return exchange(
        "POST",
        client.token_url,
        {
            "Authorization": f"Basic {base64.b64encode(pair).decode()}",
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        },
        f"grant_type=client_credentials&scope={quote(SCOPE, safe='')}",
    ).document()


@pytest.fixture(scope="module")
def headers(client: Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {granted(client)['access_token']}"}


def test_the_token_is_of_the_type_it_compares_with(client: Client) -> None:
    document = granted(client)
    # The client compares with `bearer`; RFC 6749 §7.1 has it without regard to case.
    assert document["token_type"].lower() == "bearer"
    assert isinstance(document["expires_in"], int)
    assert document["scope"] == SCOPE


def crawl(
    client: Client, headers: dict[str, str], endpoint: str, limit: int
) -> tuple[list[Answer], list[Object]]:
    """Version 3: by `last`, else `next`, else an empty page, else the count."""
    url = f"{client.v1p1}/{endpoint}?limit={limit}&offset=0"
    pages: list[Answer] = []
    items: list[Object] = []
    while True:
        page = get(url, headers)
        assert not pages or page.url != pages[-1].url, "the same address again: it would stop here"
        pages.append(page)
        items += page.items(ENDPOINTS[endpoint])
        if page.links.get("last") == url:
            return pages, items
        url = page.links["next"]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_last_is_the_address_of_the_last_page(
    client: Client, headers: dict[str, str], endpoint: str
) -> None:
    total = get(f"{client.v1p1}/{endpoint}?limit=1&offset=0", headers).total
    # Pages of which the last is short, of one object, full, and the only one.
    for limit in {max(2, total // 3), total - 1, total, total + 1}:
        pages, items = crawl(client, headers, endpoint, limit)
        assert len(pages) == ceil(total / limit)
        assert len(ids(items)) == total
        assert "next" not in pages[-1].links


def test_links_echo_the_parameters_in_the_clients_own_spelling(
    client: Client, headers: dict[str, str]
) -> None:
    # Version 2 encodes its filter so.
    condition = "role%3D%27student%27%20OR%20role%3D%27teacher%27"
    pages = [get(f"{client.v1p1}/users?limit=100&offset=0&filter={condition}", headers)]
    while following := pages[-1].links.get("next"):
        pages.append(get(following, headers))
    assert pages[-1].links["last"] == pages[-1].url
    for page in pages:
        for url in page.links.values():
            assert url.startswith(f"{client.v1p1}/users?limit=100&offset=")
            assert "," not in url
            asked = parse_qs(urlsplit(url).query)
            assert asked["filter"] == ["role='student' OR role='teacher'"]
    roles = {item["role"] for page in pages for item in page.items("users")}
    assert roles == {"student", "teacher"}


def test_a_collection_on_one_page_names_its_own_address(
    client: Client, headers: dict[str, str]
) -> None:
    url = f"{client.v1p1}/orgs?limit=100&offset=0"
    links = get(url, headers).links
    assert links["last"] == url
    assert "next" not in links


def test_all_pages_at_once_and_one_beyond_the_end(client: Client, headers: dict[str, str]) -> None:
    """Version 2: the first page's count tells how many, and it asks them all together."""
    limit = 100
    first = get(f"{client.v1p1}/enrollments?limit={limit}&offset=0", headers)
    offsets = [number * limit for number in range(1, ceil(first.total / limit) + 1)]
    assert offsets[-1] >= first.total
    with ThreadPoolExecutor(len(offsets)) as pool:
        urls = [f"{client.v1p1}/enrollments?limit={limit}&offset={one}" for one in offsets]
        rest = list(pool.map(lambda url: get(url, headers), urls))
    assert rest[-1].items("enrollments") == []
    items = [item for page in (first, *rest) for item in page.items("enrollments")]
    assert len(ids(items)) == first.total
    assert {page.total for page in rest} == {first.total}


@pytest.mark.parametrize(
    "base",
    [
        "/ims/oneroster/v1p1/",
        "/ims/oneRoster/v1p1/",
        "/IMS/OneRoster/v1p1/",
        "//ims/oneroster/v1p1//",
    ],
)
def test_the_base_may_be_written_in_another_way(
    client: Client, headers: dict[str, str], base: str
) -> None:
    plain = get(f"{client.v1p1}/schools?limit=100&offset=0", headers)
    other = get(f"{client.host}{base}schools?limit=100&offset=0", headers)
    assert other.items("orgs") == plain.items("orgs") != []
