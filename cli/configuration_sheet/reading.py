"""From the text of a sheet to its value, with every mistake in it at once."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from cli.configuration_sheet import values
from cli.configuration_sheet.mistakes import Mistake
from cli.configuration_sheet.sheet import (
    DEFAULT_MAXIMUM_LENGTH,
    DEFAULT_REMOVAL_LIMIT_PERCENT,
    LONGEST_REUSE_AFTER_DAYS,
    ConfigurationSheet,
    FromSource,
    LocationSheet,
    Privacy,
    SchoolSheet,
)
from cli.configuration_sheet.tables import SheetTable
from services.username_engine.engine.formats import parse_format
from services.username_engine.engine.limits import (
    LARGEST_MAXIMUM_LENGTH,
    ROOM_FOR_NAME,
    SMALLEST_MAXIMUM_LENGTH,
)
from services.username_engine.engine.rules import (
    DEFAULT_RULES,
    MAXIMUM_FIRST_NUMBER,
    MAXIMUM_MINIMUM_DIGITS,
    Rules,
)
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from shared.class_titles import DEFAULT_CLASS_TITLE_FORMAT

E = TypeVar("E", bound=StrEnum)

UNREADABLE_TENANT: Final = UUID(int=0)
_A_DOMAIN: Final = "a domain such as college.be"
_A_NUMBER: Final = 'the source\'s number, such as "001507"'
_POLICIES: Final = {policy.value: policy for policy in DomainPolicy}
_SOURCES: Final[Mapping[str, FromSource]] = {"ignore": "ignore", "take_over": "take_over"}
_FUTURE: Final = {"include": True, "exclude": False}
_SYNTAX_POSITION: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What a file says. With mistakes the sheet has stand-ins in their places: the empty name and
    number, `UNREADABLE_TENANT`; what it does say can still be checked against other sheets."""

    sheet: ConfigurationSheet | None
    mistakes: tuple[Mistake, ...]


def read_sheet(content: bytes) -> SheetReading:
    """A sheet's file, UTF-8 with or without BOM; without a sheet where it is no TOML at all."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _unreadable(f"is not UTF-8 (line {line})", "a text saved as UTF-8")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _unreadable(*_syntax_problem(str(error), text))
    mistakes: list[Mistake] = []
    sheet = _configuration(SheetTable(document, "", mistakes))
    return SheetReading(sheet, tuple(mistakes))


def _unreadable(problem: str, expected: str) -> SheetReading:
    return SheetReading(None, (Mistake("", problem, expected),))


def _syntax_problem(message: str, text: str) -> tuple[str, str]:
    match = _SYNTAX_POSITION.search(message)
    said = message[: match.start()] if match else message
    # At the end of the document tomllib names no line.
    where = f"line {len(text.splitlines())}"
    if match and match[1]:
        where = f"line {match[1]}, column {match[2]}"
    return f"is not TOML at {where}: {said[:1].lower()}{said[1:]}", 'TOML, such as key = "value"'


def _configuration(sheet: SheetTable) -> ConfigurationSheet:
    name = sheet.text("name", values.configuration_name, "a name such as college-brugge", "")
    tenant_id = sheet.text(
        "tenant_id", values.tenant_id, "the tenant's id from Entra", UNREADABLE_TENANT
    )
    year = sheet.text("active_school_year", values.school_year, "a school year such as 2026-27", "")
    usernames = sheet.table("usernames")
    students, classes = sheet.table("students"), sheet.table("classes")
    feed, privacy, intake = sheet.table("feed"), sheet.table("privacy"), sheet.table("intake")
    policies = DomainPolicies(
        students=usernames.choice("domain_for_students", _POLICIES, DomainPolicy.TENANT),
        staff=usernames.choice("domain_for_staff", _POLICIES, DomainPolicy.TENANT),
    )
    verified = tuple(usernames.texts("verified_domains", values.domain, _A_DOMAIN))
    # With one of them unreadable, the domain that it was meant to allow is no mistake of its own.
    allowed = verified if usernames.count("verified_domains") == len(verified) else ()
    username_format, maximum_length = _format(usernames)
    rules = _rules(usernames.table("rules"))
    configuration = ConfigurationSheet(
        name=name,
        tenant_id=tenant_id,
        active_school_year=year,
        username_format=username_format,
        maximum_length=maximum_length,
        rules=rules,
        reserved_words=tuple(
            usernames.texts("reserved_words", values.reserved_word_of, "a word such as kantine")
        ),
        reuse_after_days=usernames.optional_whole_number(
            "reuse_after_days", 1, LONGEST_REUSE_AFTER_DAYS
        ),
        domain_policies=policies,
        from_source=usernames.choice("from_source", _SOURCES, "ignore", optional=True),
        verified_domains=verified,
        future_students=students.choice("future", _FUTURE, instead=False),
        title_format=classes.optional_text(
            "title_format",
            values.title_format,
            "a format such as {klas}",
            DEFAULT_CLASS_TITLE_FORMAT,
        ),
        enabled_user=feed.flag("enabled_user", default=False),
        privacy=Privacy(
            guardians=privacy.flag("guardians", default=False),
            demographics=privacy.flag("demographics", default=False),
            user_flags=privacy.flag("user_flags", default=False),
        ),
        removal_limit_percent=intake.whole_number(
            "removal_limit_percent", DEFAULT_REMOVAL_LIMIT_PERCENT, 0, 100
        ),
        schools=_schools(sheet, policies, allowed),
    )
    for table in (sheet, usernames, students, classes, feed, privacy, intake):
        table.finish()
    return configuration


def _format(usernames: SheetTable) -> tuple[str, int]:
    """The format and the maximum length, which must leave room for a name between fixed text."""
    text = usernames.text(
        "format", values.username_format, "a format such as {voornaam}.{familienaam}", ""
    )
    length = usernames.whole_number(
        "maximum_length", DEFAULT_MAXIMUM_LENGTH, SMALLEST_MAXIMUM_LENGTH, LARGEST_MAXIMUM_LENGTH
    )
    if text:
        fixed = parse_format(text).fixed_length
        if length - fixed < ROOM_FOR_NAME:
            usernames.note(
                "format",
                f"its {fixed} fixed characters leave no room for a name within {length}",
                f"at most {length - ROOM_FOR_NAME} fixed characters",
            )
    return text, length


def _rules(table: SheetTable) -> Rules:
    default = DEFAULT_RULES
    rules = Rules(
        transliteration=_choice(table, "transliteration", default.transliteration),
        particles=_choice(table, "particles", default.particles),
        hyphens=_choice(table, "hyphens", default.hyphens),
        apostrophes=_choice(table, "apostrophes", default.apostrophes),
        spaces=_choice(table, "spaces", default.spaces),
        letter_case=_choice(table, "letter_case", default.letter_case),
        first_number=table.whole_number(
            "first_number", default.first_number, 0, MAXIMUM_FIRST_NUMBER
        ),
        minimum_digits=table.whole_number(
            "minimum_digits", default.minimum_digits, 1, MAXIMUM_MINIMUM_DIGITS
        ),
    )
    table.finish()
    return rules


def _choice(table: SheetTable, key: str, default: E) -> E:
    choices = {value.value: value for value in type(default)}
    return table.choice(key, choices, default, optional=True)


def _schools(
    sheet: SheetTable, policies: DomainPolicies, verified: tuple[str, ...]
) -> tuple[SchoolSheet, ...]:
    if "schools" not in sheet:
        sheet.note("schools", "is missing", "a table [[schools]] for each school")
    schools: list[SchoolSheet] = []
    seen: Counter[str] = Counter()
    for table in sheet.tables("schools"):
        school = _school(table, policies, verified) if table else SchoolSheet("")
        schools.append(school)
        seen[school.number] += 1
        if table and school.number and seen[school.number] > 1:
            table.note(
                "number", f"school {school.number} is in the sheet twice", "each school once"
            )
    return tuple(schools)


def _school(table: SheetTable, policies: DomainPolicies, verified: tuple[str, ...]) -> SchoolSheet:
    number = table.text("number", values.number, _A_NUMBER, "")
    table.place = f"school {number}" if number else ""
    staff_domain = _domain(table, "staff_domain", verified)
    student_domain = _domain(table, "student_domain", verified)
    if policies.staff is DomainPolicy.PROVIDER and "staff_domain" not in table:
        table.note(
            "staff_domain", "is missing, though the provider assigns staff's domain", _A_DOMAIN
        )
    by_location = policies.students is DomainPolicy.PROVIDER and "student_domain" not in table
    school = SchoolSheet(
        number=number,
        staff_domain=staff_domain,
        student_domain=student_domain,
        sync_by_default=table.flag("sync_by_default", default=False),
        locations=_locations(table, verified, domain_needed=by_location),
    )
    if by_location and "locations" not in table:
        table.note(
            "student_domain", "is missing, though the provider assigns students' domain", _A_DOMAIN
        )
    table.finish()
    return school


def _locations(
    school: SheetTable, verified: tuple[str, ...], *, domain_needed: bool
) -> tuple[LocationSheet, ...]:
    locations: list[LocationSheet] = []
    for table in school.tables("locations"):
        if table is None:
            continue
        number = table.text("number", values.number, 'a location\'s number, such as "1"', "")
        table.place = ", ".join(filter(None, (school.place, number and f"location {number}")))
        if number and any(number == other.number for other in locations):
            table.note("number", f"location {number} is in the school twice", "each location once")
        domain = _domain(table, "student_domain", verified)
        if domain_needed and "student_domain" not in table:
            table.note(
                "student_domain",
                "is missing, though the provider assigns students' domain",
                f"{_A_DOMAIN}, here or for the whole school",
            )
        locations.append(LocationSheet(number, domain, table.optional_flag("sync_by_default")))
        table.finish()
    if "locations" in school and not locations and not school.count("locations"):
        school.note("locations", "is empty", "one location or more; without the key all take part")
    return tuple(locations)


def _domain(table: SheetTable, key: str, verified: tuple[str, ...]) -> str | None:
    domain = table.optional_text(key, values.domain, _A_DOMAIN, None)
    if domain and verified and domain not in verified:
        table.note(
            key, f"{domain} is not one of the tenant's verified domains", ", ".join(verified)
        )
    return domain
