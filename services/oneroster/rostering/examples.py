"""Objects for the OpenAPI page, rendered as publication renders them: an example that is not true can't be."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import orjson

from services.oneroster.publication.objects import (
    Class,
    Course,
    Enrollment,
    Org,
    Role,
    Session,
    User,
)
from services.oneroster.publication.rendering import (
    BASE_URL_MARKER,
    PublishedObject,
    Word,
    published,
)
from services.oneroster.rostering.operations import Operation
from services.oneroster.rostering.versions import Version

PUBLIC_URL = "https://sds.example.be"
STAMP = "2026-09-01T06:30:00.123Z"
EDITION = 1342
ETAG = '"3f2a9c0e5b7d4a6196e1a0d2c47b8f35"'
TOTAL = 318

_STUDENT = "2485f0b2-07dd-4731-893b-f09b677e9591"
_TEACHER = "c4a6a1de-0a0e-4b7c-9d60-3f7c1be2f0a4"
_CLASS = "e7600991-369a-4467-a0eb-6e6ae7bfed52"
_SCHOOL = "001507-1"
_YEAR = "2026-27"
_TERM = "2026-27-T1"
_PERIOD = "2026-27-T1-P1"
_BEGIN, _END = date(2026, 9, 1), date(2027, 6, 30)

PARAMETERS: Mapping[str, tuple[str, str]] = {
    "school_sourced_id": ("the school", _SCHOOL),
    "class_sourced_id": ("the class", _CLASS),
    "course_sourced_id": ("the course", _CLASS),
    "term_sourced_id": ("the term", _TERM),
    "user_sourced_id": ("the user", _STUDENT),
    "student_sourced_id": ("the student", _STUDENT),
    "teacher_sourced_id": ("the teacher", _TEACHER),
}
"""Of each parent that a path names: what it is, and the sourcedId of one."""

_OBJECTS: Mapping[str, PublishedObject] = {
    "academicSessions": Session(
        _YEAR,
        "Schooljaar 2026-27",
        Word("schoolYear", "schoolYear"),
        _BEGIN,
        _END,
        2027,
    ).publish(),
    "terms": Session(
        _TERM,
        "Trimester 1",
        Word("term", "term"),
        _BEGIN,
        date(2026, 12, 18),
        2027,
        parent=_YEAR,
    ).publish(),
    "gradingPeriods": Session(
        _PERIOD,
        "Rapport 1",
        Word("gradingPeriod", "gradingPeriod"),
        _BEGIN,
        date(2026, 10, 30),
        2027,
        parent=_TERM,
    ).publish(),
    "orgs": Org(
        _SCHOOL, "001507 - Zandpoort - vestiging B", Word("school", "school"), _SCHOOL
    ).publish(),
    "users": User(
        _STUDENT,
        "mally.lassens@college.be",
        False,
        "Mally",
        "Lassens",
        "student",
        _STUDENT,
        (_SCHOOL,),
        (Role("student", _SCHOOL),),
    ).publish(),
    "teachers": User(
        _TEACHER,
        "bert.ameel@college.be",
        False,
        "Bert",
        "Ameel",
        "teacher",
        _TEACHER,
        (_SCHOOL,),
        (Role("teacher", _SCHOOL),),
    ).publish(),
    "classes": Class(
        _CLASS,
        "2026-27 6j - vestiging B",
        "6j",
        Word("homeroom", "homeroom"),
        _CLASS,
        _SCHOOL,
        (_YEAR,),
    ).publish(),
    "courses": Course(_CLASS, "2026-27 6j - vestiging B", "6j", _SCHOOL).publish(),
    "enrollments": Enrollment(
        f"{_STUDENT}-27689", _STUDENT, _CLASS, _SCHOOL, "student", _BEGIN, _END
    ).publish(),
    "demographics": published(_STUDENT, {"birthDate": "2009-04-17", "sex": "female"}, {}),
}


def example(operation: Operation) -> dict[str, Any]:
    """One object as `operation` answers it."""
    return _served(operation.version, _name(operation))


def example_id(operation: Operation) -> str:
    """The sourcedId of that object."""
    return _OBJECTS[_name(operation)].sourced_id


def _name(operation: Operation) -> str:
    """What comes is what the last word of a path says that is no parameter."""
    words = [word for word in operation.path.split("/") if word and not word.startswith("{")]
    return words[-1] if words[-1] in _OBJECTS else operation.resource.collection


@cache
def _served(version: Version, name: str) -> dict[str, Any]:
    body, body_v1p2 = _OBJECTS[name].stamped(STAMP.encode())
    if version is Version.V1P2 and body_v1p2 is not None:
        body = body_v1p2
    base = f"{PUBLIC_URL}{version.base_path}".encode()
    served: dict[str, Any] = orjson.loads(body.replace(BASE_URL_MARKER, base))
    return served
