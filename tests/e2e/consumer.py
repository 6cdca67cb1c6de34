"""A OneRoster consumer as one would write it from the protocol's description: OAuth and pulls."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

Object = dict[str, Any]
Pull = dict[str, dict[str, Object]]

COLLECTIONS = (
    "academicSessions",
    "orgs",
    "users",
    "classes",
    "courses",
    "enrollments",
    "demographics",
)
SINGULAR = {
    "academicSessions": "academicSession",
    "orgs": "org",
    "users": "user",
    "classes": "class",
    "courses": "course",
    "enrollments": "enrollment",
}
_LINK = re.compile(r'<([^>]*)>;\s*rel="?(\w+)"?')


@dataclass(frozen=True)
class Page:
    url: str
    items: list[Object]
    total: int
    links: Mapping[str, str]


class Consumer:
    """One client of one configuration. Usable from several threads."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self.base = f"{url.rstrip('/')}/ims/oneroster/v1p1"
        self._http = httpx.Client(timeout=40)
        answer = self._http.post(
            f"{url.rstrip('/')}/connect/token",
            data={"grant_type": "client_credentials"},
            auth=(client_id, client_secret),
        )
        assert answer.status_code == 200, answer.text
        self._authorization = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **parameters: str | int) -> httpx.Response:
        """A path below the base, or an absolute address as the service gave it."""
        return self._http.get(
            path if path.startswith("http") else self.base + path,
            params=parameters or None,
            headers=self._authorization,
        )

    def page(self, url: str) -> Page:
        collection = urlsplit(url).path.rsplit("/", 1)[-1]
        answer = self.get(url)
        assert answer.status_code == 200, (url, answer.status_code, answer.text)
        assert answer.headers["content-type"].split(";")[0] == "application/json"
        body = answer.json()
        assert next(iter(body)) == collection
        links = {rel: url for url, rel in _LINK.findall(answer.headers.get("link", ""))}
        return Page(url, body[collection], int(answer.headers["x-total-count"]), links)

    def url(self, collection: str, **parameters: str | int) -> str:
        asked = "&".join(f"{name}={quote(str(value))}" for name, value in parameters.items())
        return f"{self.base}/{collection}" + (f"?{asked}" if asked else "")

    def everything(self, **parameters: str | int) -> Pull:
        """All collections, each in one page, asked at once."""

        def whole(collection: str) -> dict[str, Object]:
            page = self.page(self.url(collection, **{"limit": 100_000, **parameters}))
            assert len(page.items) == page.total
            return by_id(page.items)

        with ThreadPoolExecutor(len(COLLECTIONS)) as pool:
            return dict(zip(COLLECTIONS, pool.map(whole, COLLECTIONS), strict=True))


def by_id(items: list[Object]) -> dict[str, Object]:
    found = {item["sourcedId"]: item for item in items}
    assert len(found) == len(items), "an id was served twice"
    return found


Way = Callable[[Consumer, str, int], list[Page]]


def until_a_short_page(consumer: Consumer, collection: str, limit: int) -> list[Page]:
    """Moodle, HelloID."""
    pages: list[Page] = []
    while not pages or len(pages[-1].items) == limit:
        pages.append(
            consumer.page(consumer.url(collection, limit=limit, offset=limit * len(pages)))
        )
    return pages


def until_an_empty_page(consumer: Consumer, collection: str, limit: int) -> list[Page]:
    """A Ruby client."""
    pages: list[Page] = []
    while not pages or pages[-1].items:
        pages.append(
            consumer.page(consumer.url(collection, offset=limit * len(pages), limit=limit))
        )
    return pages


def while_there_is_a_next(consumer: Consumer, collection: str, limit: int) -> list[Page]:
    """Python and PowerShell clients."""
    pages = [consumer.page(consumer.url(collection, limit=limit))]
    while following := pages[-1].links.get("next"):
        pages.append(consumer.page(following))
    return pages


def until_the_count(consumer: Consumer, collection: str, limit: int) -> list[Page]:
    """Microsoft's own pipeline: a first GET without any parameter only for its count."""
    total = consumer.page(consumer.url(collection)).total
    return [
        consumer.page(consumer.url(collection, offset=offset, limit=limit))
        for offset in range(0, total, limit)
    ]


def until_last_is_current(consumer: Consumer, collection: str, limit: int) -> list[Page]:
    """A Swift client: it compares the address of `last` with the one it has just asked."""
    pages = [consumer.page(consumer.url(collection, limit=limit, offset=0))]
    while pages[-1].links["last"] != pages[-1].url:
        pages.append(consumer.page(pages[-1].links["next"]))
    return pages


WAYS: tuple[Way, ...] = (
    until_a_short_page,
    until_an_empty_page,
    while_there_is_a_next,
    until_the_count,
    until_last_is_current,
)
