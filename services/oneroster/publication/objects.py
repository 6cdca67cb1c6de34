"""What is published: one frozen row for each OneRoster object, rendered once to its 1.1 JSON.

`dateLastModified` belongs to the edition that changes an object and is left blank here. References hold a NUL where the public base URL goes: JSON text never holds a raw one.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

BASE_URL_MARKER = b"\x00"
# Moves when the same data renders to other bytes: every roster is then published anew.
RENDERING = "1"

STAMP_LENGTH = len("2025-05-05T13:32:50.000Z")
_BLANK_STAMP = " " * STAMP_LENGTH
# A quote after a comma can't stand inside a JSON string, so the first of these is the object's own.
STAMP_LABEL = b',"status":"active","dateLastModified":"'
_UNSTAMPED = STAMP_LABEL + _BLANK_STAMP.encode()

MAXIMUM_ID = 255
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

    def stamped(self, stamp: bytes) -> bytes:
        """The body with its `dateLastModified` (24 characters)."""
        return self.body.replace(_UNSTAMPED, STAMP_LABEL + stamp, 1)

    @property
    def digest(self) -> bytes:
        """128 bits of what is served but the stamp, by which publication sees a change."""
        return hashlib.blake2b(self.body, digest_size=16).digest()


def published(
    sourced_id: str, fields: Mapping[str, Any], optional: Mapping[str, Any], *columns: str
) -> PublishedObject:
    """Renders `fields`, and of `optional` what is there: nothing is served as null or empty."""
    whole = {
        "sourcedId": sourced_id,
        "status": "active",
        "dateLastModified": _BLANK_STAMP,
        **fields,
    }
    for name in optional:
        if optional[name]:
            whole[name] = optional[name]
    json = orjson.dumps(whole).replace(_ESCAPED_MARKER, _MARKER)
    return PublishedObject(sourced_id, json, columns)


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


@lru_cache(maxsize=4096)
def _iso(day: date) -> str:
    return day.isoformat()


@dataclass(frozen=True, slots=True)
class Session:
    sourced_id: str
    title: str
    type: str
    start_date: date
    end_date: date
    school_year: int
    parent: str | None = None

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "title": self.title,
                "startDate": self.start_date.isoformat(),
                "endDate": self.end_date.isoformat(),
                "type": self.type,
                # Four digits, as a string: the year in which the school year ends.
                "schoolYear": f"{self.school_year:04d}",
            },
            {"parent": self.parent and session_reference(self.parent)},
            self.type,
        )


@dataclass(frozen=True, slots=True)
class Org:
    sourced_id: str
    name: str
    type: str
    identifier: str
    parent: str | None = None

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "name": self.name,
                "type": self.type,
                "identifier": self.identifier,
            },
            {"parent": self.parent and org_reference(self.parent)},
            self.type,
        )


@dataclass(frozen=True, slots=True)
class Course:
    sourced_id: str
    title: str
    code: str
    org: str
    school_year: str | None = None
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    subject_codes: tuple[str, ...] = ()

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "title": self.title,
                "courseCode": self.code,
                "org": org_reference(self.org),
            },
            {
                "schoolYear": self.school_year and session_reference(self.school_year),
                "grades": self.grades,
                "subjects": self.subjects,
                "subjectCodes": self.subject_codes,
            },
        )


@dataclass(frozen=True, slots=True)
class Class:
    sourced_id: str
    title: str
    code: str | None
    type: str
    course: str
    school: str
    terms: tuple[str, ...]
    room: str | None = None
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    subject_codes: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "title": self.title,
                "classType": self.type,
                "course": course_reference(self.course),
                "school": org_reference(self.school),
                "terms": [session_reference(term) for term in self.terms],
            },
            {
                "classCode": self.code,
                "location": self.room,
                "grades": self.grades,
                "subjects": self.subjects,
                "subjectCodes": self.subject_codes,
                "periods": self.periods,
            },
            self.school,
        )


class User(NamedTuple):
    sourced_id: str
    username: str
    enabled: bool
    given_name: str
    family_name: str
    role: str
    identifier: str
    orgs: tuple[str, ...]
    middle_name: str | None = None
    email: str | None = None
    phone: str | None = None
    sms: str | None = None
    grades: tuple[str, ...] = ()

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "username": self.username,
                "enabledUser": "true" if self.enabled else "false",
                "givenName": self.given_name,
                "familyName": self.family_name,
                "role": self.role,
                "identifier": self.identifier,
                "orgs": [org_reference(org) for org in self.orgs],
            },
            {
                "middleName": self.middle_name,
                "email": self.email,
                "sms": self.sms,
                "phone": self.phone,
                "grades": self.grades,
            },
            self.role,
            self.username.lower(),
        )


class Enrollment(NamedTuple):
    sourced_id: str
    user: str
    class_: str
    school: str
    role: str
    begin_date: date
    end_date: date

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "role": self.role,
                "user": user_reference(self.user),
                "class": class_reference(self.class_),
                "school": org_reference(self.school),
                "beginDate": _iso(self.begin_date),
                "endDate": _iso(self.end_date),
            },
            {},
            self.role,
            self.user,
            self.class_,
        )


def enrollment_id(person: str, class_number: str | None, class_id: str, given: str) -> str:
    """The source's own id, else `{person}-{p_klas}` (M, Bijlage 1), else `{person}-{class}`.

    OneRoster ids end at 255 characters; a longer one becomes its SHA-256.
    """
    if given:
        return given
    composed = f"{person}-{class_number or class_id}"
    if len(composed) <= MAXIMUM_ID:
        return composed
    return hashlib.sha256(composed.encode()).hexdigest()


def duplicates(titles: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The titles that more than one object bears, with the ids of these objects."""
    bearers: dict[str, list[str]] = {}
    for sourced_id, title in titles:
        bearers.setdefault(title, []).append(sourced_id)
    return {title: ids for title, ids in bearers.items() if len(ids) > 1}
