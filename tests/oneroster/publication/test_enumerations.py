"""Only the words of each version are served, in their exact case; on 1.2 others as `ext:`."""

import pytest

from services.oneroster.publication.enumerations import (
    class_type,
    guardian_role,
    org_type,
    session_type,
    staff_role,
)
from services.oneroster.publication.rendering import Word


@pytest.mark.parametrize(
    ("given", "served"),
    [
        (None, "homeroom"),
        ("homeroom", "homeroom"),
        ("HOMEROOM", "homeroom"),
        ("Scheduled", "scheduled"),
        ("study group", "scheduled"),
        ("ext:club", "scheduled"),
    ],
)
def test_class_types(given: str | None, served: str) -> None:
    assert class_type(given).v1p1 == served


@pytest.mark.parametrize(
    ("given", "served"),
    [
        ("school", "school"),
        ("Department", "department"),
        ("college", "school"),
        ("ministryOfEducation", "national"),
        ("campus", "school"),
    ],
)
def test_org_types(given: str, served: str) -> None:
    assert org_type(given).v1p1 == served


@pytest.mark.parametrize(
    ("given", "served"),
    [("gradingPeriod", "gradingPeriod"), ("SEMESTER", "semester"), ("trimester", "term")],
)
def test_session_types(given: str, served: str) -> None:
    assert session_type(given).v1p1 == served


@pytest.mark.parametrize(
    ("given", "served"),
    [
        (class_type("study group"), "ext:study-group"),
        (class_type("ext:club"), "ext:club"),
        (class_type("Homeroom"), "homeroom"),
        (org_type("campus"), "ext:campus"),
        (org_type("ministryOfEducation"), "ext:ministryOfEducation"),
        (session_type("trimester"), "ext:trimester"),
        (session_type("GRADINGPERIOD"), "gradingPeriod"),
        (session_type("été"), "ext:-t-"),
    ],
)
def test_1_2_keeps_the_sources_word(given: Word, served: str) -> None:
    assert given.v1p2 == served


@pytest.mark.parametrize(
    ("given", "served"),
    [
        (None, "teacher"),
        ("Principal", "principal"),
        ("siteadministrator", "siteAdministrator"),
        ("administrator", "ext:administrator"),
        ("ext:nurse", "ext:nurse"),
    ],
)
def test_staff_roles_of_1_2(given: str | None, served: str) -> None:
    assert staff_role(given) == served


def test_guardian_roles() -> None:
    assert guardian_role("Parent") == Word("parent", "parent")
    assert guardian_role("grandmother") == Word("guardian", "ext:grandmother")
