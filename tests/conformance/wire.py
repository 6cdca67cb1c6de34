"""HTTP with targets and header names exactly as a consumer writes and reads them.

httpx and requests would rewrite `'`, `>`, `limit%20=100` and double slashes to forms of their own.
"""

import gzip
import http.client
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Object = dict[str, Any]

_LINK = re.compile(r'<([^>]*)>\s*;\s*rel="?(\w+)"?')
FAULT_V1P1 = {
    "imsx_codeMajor",
    "imsx_severity",
    "imsx_messageRefIdentifier",
    "imsx_operationRefIdentifier",
    "imsx_description",
    "imsx_codeMinor",
}


@dataclass(frozen=True)
class Answer:
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    """As sent, in their order and case."""
    body: bytes
    seconds: float

    def header(self, name: str) -> str | None:
        """By its name in any case, decoded by no one."""
        found = [value for one, value in self.headers if one.lower() == name.lower()]
        assert len(found) <= 1, (name, found)
        return found[0] if found else None

    def document(self) -> dict[str, Any]:
        """The body of a 200 as JSON; its one key, the wrapper, stands first."""
        assert self.status == 200, (self.url, self.status, self.body[:1000])
        assert (self.header("content-type") or "").split(";")[0] == "application/json", self.url
        return dict(json.loads(self.body))

    def items(self, collection: str) -> list[Object]:
        document = self.document()
        assert list(document) == [collection], (self.url, list(document))
        items = document[collection]
        assert isinstance(items, list), self.url
        return items

    def item(self, wrapper: str) -> Object:
        document = self.document()
        assert list(document) == [wrapper], (self.url, list(document))
        return dict(document[wrapper])

    @property
    def total(self) -> int:
        """X-Total-Count."""
        text = self.header("x-total-count")
        assert text is not None, self.url
        return int(text)

    @property
    def links(self) -> dict[str, str]:
        return {rel: url for url, rel in _LINK.findall(self.header("link") or "")}


def exchange(method: str, url: str, headers: Mapping[str, str], body: str | None = None) -> Answer:
    """One request on a connection of its own, redirects not followed."""
    parts = urlsplit(url)
    target = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    begun = time.monotonic()
    try:
        connection.request(method, target, body=body, headers=dict(headers))
        response = connection.getresponse()
        received = response.read()
    finally:
        connection.close()
    if response.headers.get("content-encoding") == "gzip":
        received = gzip.decompress(received)
    return Answer(
        url,
        response.status,
        tuple(response.getheaders()),
        received,
        time.monotonic() - begun,
    )


def get(url: str, headers: Mapping[str, str]) -> Answer:
    return exchange("GET", url, headers)


def require_fault(answer: Answer, status: int, code_minor: str) -> None:
    """The error shape of 1.1, with one fault in it."""
    assert answer.status == status, (answer.url, answer.status, answer.body[:1000])
    assert (answer.header("content-type") or "").split(";")[0] == "application/json"
    document = json.loads(answer.body)
    assert list(document) == ["statusInfoSet"]
    (fault,) = document["statusInfoSet"]
    assert fault.keys() == FAULT_V1P1
    assert (fault["imsx_codeMajor"], fault["imsx_severity"]) == ("failure", "error")
    assert fault["imsx_codeMinor"] == code_minor


def ids(items: Iterable[Object]) -> list[str]:
    """In their order; none of them twice."""
    found = [str(item["sourcedId"]) for item in items]
    assert len(set(found)) == len(found), "an id was served twice"
    return found


def require_whole(pulled: Mapping[str, Sequence[Object]]) -> None:
    """Every reference in the pull resolves inside it. Keys are the collections' names."""
    known = {name: set(ids(items)) for name, items in pulled.items()}
    for name, items in pulled.items():
        for item in items:
            for field, value in item.items():
                for reference in value if isinstance(value, list) else [value]:
                    if isinstance(reference, dict) and "sourcedId" in reference:
                        target = _COLLECTION_OF[reference["type"]]
                        assert reference["sourcedId"] in known[target], (name, field, reference)


_COLLECTION_OF = {
    "academicSession": "academicSessions",
    "org": "orgs",
    "user": "users",
    "class": "classes",
    "course": "courses",
}
