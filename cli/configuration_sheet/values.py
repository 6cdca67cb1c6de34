"""The values of the sheet's keys, each from its text; all raise `ValueMistake`."""

import re
from typing import Final
from uuid import UUID

from cli.configuration_sheet.mistakes import ValueMistake
from services.username_engine.engine.domains import DomainError, normalise_domain
from services.username_engine.engine.formats import FormatError, parse_format
from services.username_engine.engine.reserved import ReservedWordError, reserved_word
from shared.class_titles import ClassTitleFormatError, parse_class_title

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SCHOOL_YEAR: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_LONGEST_NAME: Final = 63
_LONGEST_NUMBER: Final = 255


def configuration_name(text: str) -> str:
    if _SLUG.fullmatch(text) is None:
        raise ValueMistake(
            f"{text!r} is not a name for a configuration",
            "lower-case letters, digits and single hyphens, such as college-brugge",
        )
    if len(text) > _LONGEST_NAME:
        raise ValueMistake(f"it has {len(text)} characters", f"at most {_LONGEST_NAME} characters")
    return text


def tenant_id(text: str) -> UUID:
    if _UUID.fullmatch(text) is None:
        raise ValueMistake(
            f"{text!r} is not a tenant id",
            "the directory (tenant) id from Entra, such as 7f9c2ba4-e88f-427d-8a2b-6a4f4bd3e9c1",
        )
    return UUID(text)


def school_year(text: str) -> str:
    match = _SCHOOL_YEAR.fullmatch(text)
    if match is None:
        raise ValueMistake(f"{text!r} is not a school year", "a school year such as 2026-27")
    following = int(match[1]) + 1
    if int(match[2]) != following % 100:
        raise ValueMistake(
            f"{text!r} does not end in the year after {match[1]}",
            f"{match[1]}-{following % 100:02d}",
        )
    return text


def username_format(text: str) -> str:
    try:
        return str(parse_format(text))
    except FormatError as error:
        meant = f"; perhaps {error.proposal}" if error.proposal else ""
        raise ValueMistake(
            f"{error.problem} at position {error.position}", f"{error.expected}{meant}"
        ) from error


def reserved_word_of(text: str) -> str:
    """Folded."""
    try:
        return reserved_word(text)
    except ReservedWordError as error:
        raise ValueMistake(f"{text!r} cannot be a username", error.expected) from error


def title_format(text: str) -> str:
    try:
        return str(parse_class_title(text))
    except ClassTitleFormatError as error:
        raise ValueMistake(
            f"{error.problem} at position {error.position}", error.expected
        ) from error


def domain(text: str) -> str:
    try:
        return normalise_domain(text)
    except DomainError as error:
        raise ValueMistake(
            f"{text!r} is not a valid domain: {error.problem}", "a domain such as college.be"
        ) from error


def number(text: str) -> str:
    """A school's or location's number, kept as text: `001507`. A OneRoster file's are any text."""
    if not text or text != text.strip() or not text.isprintable():
        raise ValueMistake(f"{text!r} is not a number", "the source's number, such as 001507")
    if len(text) > _LONGEST_NUMBER:
        raise ValueMistake(
            f"it has {len(text)} characters", f"at most {_LONGEST_NUMBER} characters"
        )
    return text
