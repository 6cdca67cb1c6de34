"""How an object becomes its JSON, rendered once.

`dateLastModified` belongs to the edition that changes an object and is left blank here. References
hold a NUL where the public base URL goes: JSON text never holds a raw one.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

BASE_URL_MARKER = b"\x00"
# Moves when the same data renders to other bytes: every roster is then published anew.
RENDERING = "2"

STAMP_LENGTH = len("2025-05-05T13:32:50.000Z")
_BLANK_STAMP = " " * STAMP_LENGTH
# A quote after a comma can't stand inside a JSON string, so the first of these is the object's own.
STAMP_LABEL = b',"status":"active","dateLastModified":"'
_UNSTAMPED = STAMP_LABEL + _BLANK_STAMP.encode()

_PLAIN_ID = re.compile(r"[A-Za-z0-9._~-]+").fullmatch
_HREF = b'"href":"'
_ESCAPED_MARKER = _HREF + rb"\u0000"
_MARKER = _HREF + BASE_URL_MARKER


# Those that come by the hundred thousand are named tuples: a frozen dataclass takes three times as
# long to make.
class PublishedObject(NamedTuple):
    """One object as it is staged; its `dateLastModified` is blank, the edition fills it in."""

    sourced_id: str
    body: bytes
    columns: tuple[str, ...] = ()
    body_v1p2: bytes | None = None
    """The JSON of 1.2 where it differs."""
    fields: str | None = None
    """JSON: what can be filtered and sorted on and has no column."""

    def stamped(self, stamp: bytes) -> tuple[bytes, bytes | None]:
        """Both bodies with their `dateLastModified` (24 characters)."""
        label = STAMP_LABEL + stamp
        later = self.body_v1p2
        return (
            self.body.replace(_UNSTAMPED, label, 1),
            later and later.replace(_UNSTAMPED, label, 1),
        )

    @property
    def digest(self) -> bytes:
        """128 bits of what is served but the stamp, by which publication sees a change."""
        whole = self.body + (self.body_v1p2 or b"") + (self.fields or "").encode()
        return hashlib.blake2b(whole, digest_size=16).digest()


Folded = str | list[str]


def published(
    sourced_id: str,
    fields: Mapping[str, Any],
    optional: Mapping[str, Any],
    *columns: str,
    v1p2: Mapping[str, Any] | None = None,
    filtered: Mapping[str, Folded | None] | None = None,
) -> PublishedObject:
    """Renders `fields`, and of `optional` what is there: nothing is served as null or empty.

    `v1p2` names what stands otherwise on 1.2: the fields it leaves out (None) and those it has
    instead. `filtered` goes to the column `fields`, but for what is absent.
    """
    whole = {
        "sourcedId": sourced_id,
        "status": "active",
        "dateLastModified": _BLANK_STAMP,
        **fields,
    }
    for name in optional:
        if optional[name]:
            whole[name] = optional[name]
    later = None
    if v1p2:
        later = stored_json(
            {name: value for name, value in {**whole, **v1p2}.items() if value is not None}
        )
    held = {name: value for name, value in filtered.items() if value} if filtered else None
    return PublishedObject(
        sourced_id,
        stored_json(whole),
        columns,
        later,
        orjson.dumps(held).decode() if held else None,
    )


def stored_json(whole: Mapping[str, Any]) -> bytes:
    """An object as its body is stored, with the marker in its references."""
    return orjson.dumps(whole).replace(_ESCAPED_MARKER, _MARKER)


def stored_object(body: bytes) -> dict[str, Any]:
    """What `stored_json` wrote, read again; also where a base URL stands in it by now."""
    # Quotes inside a text are escaped, so that no text can look like a marked reference.
    whole: dict[str, Any] = orjson.loads(body.replace(_MARKER, _ESCAPED_MARKER))
    return whole


def folded(text: str | None) -> str | None:
    """As texts are compared: without regard to case."""
    return text.casefold() if text else None


def all_folded(texts: Iterable[str]) -> list[str]:
    return [text.casefold() for text in texts]


@lru_cache(maxsize=65536)
def _reference(path: str, kind: str, sourced_id: str) -> dict[str, str]:
    segment = sourced_id if _PLAIN_ID(sourced_id) else quote(sourced_id, safe="")
    return {"href": f"\0/{path}/{segment}", "sourcedId": sourced_id, "type": kind}


def org_reference(sourced_id: str) -> dict[str, str]:
    return _reference("orgs", "org", sourced_id)


def session_reference(sourced_id: str) -> dict[str, str]:
    return _reference("academicSessions", "academicSession", sourced_id)


def course_reference(sourced_id: str) -> dict[str, str]:
    return _reference("courses", "course", sourced_id)


def class_reference(sourced_id: str) -> dict[str, str]:
    return _reference("classes", "class", sourced_id)


def user_reference(sourced_id: str) -> dict[str, str]:
    return _reference("users", "user", sourced_id)


class Word(NamedTuple):
    """A word of an enumeration as each version has it."""

    v1p1: str
    v1p2: str

    def otherwise(self, field: str) -> dict[str, str] | None:
        """What stands otherwise on 1.2, if it does."""
        return None if self.v1p1 == self.v1p2 else {field: self.v1p2}

    @property
    def folded_otherwise(self) -> str | None:
        return None if self.v1p1 == self.v1p2 else self.v1p2.casefold()
