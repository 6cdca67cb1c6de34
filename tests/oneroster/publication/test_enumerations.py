"""Only the words of OneRoster 1.1 are served, in their exact case."""

import pytest

from services.oneroster.publication.enumerations import class_type, org_type, session_type


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
    assert class_type(given) == served


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
    assert org_type(given) == served


@pytest.mark.parametrize(
    ("given", "served"),
    [("gradingPeriod", "gradingPeriod"), ("SEMESTER", "semester"), ("trimester", "term")],
)
def test_session_types(given: str, served: str) -> None:
    assert session_type(given) == served
