"""OneRoster 1.1's enumerations: what a source calls otherwise is served as the nearest of them.

Consumers drop values they do not know, and some drop the record. The source's own word stays in
`sis`.
"""

from collections.abc import Mapping

_CLASS_TYPES = {"homeroom": "homeroom", "scheduled": "scheduled"}

_ORG_TYPES = {
    "department": "department",
    "school": "school",
    "district": "district",
    "local": "local",
    "state": "state",
    "national": "national",
    # School Data Sync v2.1 and other sources.
    "program": "department",
    "division": "department",
    "localeducationagency": "local",
    "stateeducationagency": "state",
    "ministryofeducation": "national",
    "region": "state",
}

_SESSION_TYPES = {
    "gradingperiod": "gradingPeriod",
    "semester": "semester",
    "schoolyear": "schoolYear",
    "term": "term",
}


def class_type(given: str | None) -> str:
    """A class of the source that is no homeroom is scheduled; the manual's own are homerooms."""
    return _nearest(_CLASS_TYPES, given, "scheduled") if given else "homeroom"


def org_type(given: str) -> str:
    """A location of any other kind (college, faculty, campus …) is a school."""
    return _nearest(_ORG_TYPES, given, "school")


def session_type(given: str) -> str:
    """A part of a year of any other kind (quarter, trimester …) is a term."""
    return _nearest(_SESSION_TYPES, given, "term")


def _nearest(known: Mapping[str, str], given: str, otherwise: str) -> str:
    return known.get(given.removeprefix("ext:").casefold(), otherwise)
