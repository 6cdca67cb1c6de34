"""OneRoster's enumerations: what a source calls otherwise.

On 1.1 it is served as the nearest word there is: consumers drop values they do not know, and some
drop the record. On 1.2 it is served as the source has it, with the prefix `ext:`.
"""

import re
from collections.abc import Mapping

from services.oneroster.publication.rendering import Word

_CLASS_TYPES = {"homeroom": "homeroom", "scheduled": "scheduled"}

_ORG_TYPES = {
    word: word for word in ("department", "school", "district", "local", "state", "national")
}
_NEAREST_ORG_TYPES = {
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

_ROLES = {
    role.casefold(): role
    for role in (
        "aide",
        "counselor",
        "districtAdministrator",
        "guardian",
        "parent",
        "principal",
        "proctor",
        "relative",
        "siteAdministrator",
        "student",
        "systemAdministrator",
        "teacher",
    )
}
_GUARDIANS = frozenset({"guardian", "parent", "relative"})

_SEXES = {word: word for word in ("male", "female", "unspecified", "other")}
_SEXES_V1P1 = frozenset({"male", "female"})

_EXTENSION = "ext:"
_NOT_IN_AN_EXTENSION = re.compile(r"[^a-zA-Z0-9.\-_]+")


def class_type(given: str | None) -> Word:
    """A class of the source that is no homeroom is scheduled; the manual's own are homerooms."""
    return _word(_CLASS_TYPES, {}, given, "scheduled") if given else Word("homeroom", "homeroom")


def org_type(given: str) -> Word:
    """A location of any other kind (college, faculty, campus …) is a school."""
    return _word(_ORG_TYPES, _NEAREST_ORG_TYPES, given, "school")


def session_type(given: str) -> Word:
    """A part of a year of any other kind (quarter, trimester …) is a term."""
    return _word(_SESSION_TYPES, {}, given, "term")


def staff_role(given: str | None) -> str:
    """The role of 1.2; on 1.1 everyone on staff is a teacher (M3.2.5)."""
    return _extended(_ROLES, given) if given else "teacher"


def guardian_role(given: str) -> Word:
    """A contact of any other kind (aunt, neighbour …) is a guardian."""
    role = _extended(_ROLES, given)
    return Word(role if role in _GUARDIANS else "guardian", role)


def sex(given: str) -> tuple[str | None, str]:
    """On 1.1 and on 1.2; 1.1 knows two, and nothing is nearest to another."""
    word = _extended(_SEXES, given)
    return (word if word in _SEXES_V1P1 else None, word)


def _word(known: Mapping[str, str], nearest: Mapping[str, str], given: str, otherwise: str) -> Word:
    word = _bare(given).casefold()
    return Word(known.get(word) or nearest.get(word, otherwise), _extended(known, given))


def _extended(known: Mapping[str, str], given: str) -> str:
    word = _bare(given)
    if word.casefold() in known:
        return known[word.casefold()]
    return _EXTENSION + (_NOT_IN_AN_EXTENSION.sub("-", word) or "-")


def _bare(given: str) -> str:
    """Without the prefix that a file of 1.2 has already."""
    given = given.strip()
    return given[len(_EXTENSION) :] if given.casefold().startswith(_EXTENSION) else given
