"""A configuration as its sheet says it (docs/configuration.md, M2), and how two of them differ."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Final, Literal
from uuid import UUID

from services.username_engine.engine.limits import LARGEST_MAXIMUM_LENGTH
from services.username_engine.engine.rules import DEFAULT_RULES, Rules
from services.username_engine.engine.usernames import DomainPolicies
from shared.class_titles import DEFAULT_CLASS_TITLE_FORMAT

DEFAULT_MAXIMUM_LENGTH: Final = LARGEST_MAXIMUM_LENGTH
"""M2: the largest, unless a lower one is chosen."""
DEFAULT_REMOVAL_LIMIT_PERCENT: Final = 10
LONGEST_REUSE_AFTER_DAYS: Final = 36_500

FromSource = Literal["ignore", "take_over"]


@dataclass(frozen=True, slots=True)
class LocationSheet:
    """A location that takes part; what it does not say comes from its school."""

    number: str
    student_domain: str | None = None
    sync_by_default: bool | None = None


@dataclass(frozen=True, slots=True)
class SchoolSheet:
    """A school; without locations all of its locations take part, also those that come later."""

    number: str
    staff_domain: str | None = None
    student_domain: str | None = None
    sync_by_default: bool = False
    locations: tuple[LocationSheet, ...] = ()

    def syncs_at(self, location: LocationSheet) -> bool:
        if location.sync_by_default is None:
            return self.sync_by_default
        return location.sync_by_default


@dataclass(frozen=True, slots=True)
class Privacy:
    """Which data about children is kept at all."""

    guardians: bool = False
    demographics: bool = False
    user_flags: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationSheet:
    """All of a configuration; formats in their canonical text, domains in their normal form."""

    name: str
    tenant_id: UUID
    active_school_year: str
    username_format: str
    maximum_length: int = DEFAULT_MAXIMUM_LENGTH
    rules: Rules = DEFAULT_RULES
    reserved_words: tuple[str, ...] = ()
    """Folded; beside those that are never generated anywhere."""
    reuse_after_days: int | None = None
    """When a name that its person no longer has may be generated for another; None: never."""
    domain_policies: DomainPolicies
    from_source: FromSource = "ignore"
    verified_domains: tuple[str, ...] = ()
    future_students: bool = False
    title_format: str = DEFAULT_CLASS_TITLE_FORMAT
    enabled_user: bool = False
    privacy: Privacy = Privacy()
    removal_limit_percent: int = DEFAULT_REMOVAL_LIMIT_PERCENT
    schools: tuple[SchoolSheet, ...] = ()

    def ordered(self) -> "ConfigurationSheet":
        """Schools, locations, domains and words by number and name: their order has no meaning."""
        return replace(
            self,
            reserved_words=tuple(sorted(set(self.reserved_words))),
            verified_domains=tuple(sorted(set(self.verified_domains))),
            schools=tuple(
                replace(
                    school,
                    locations=tuple(sorted(school.locations, key=lambda place: place.number)),
                )
                for school in sorted(self.schools, key=lambda school: school.number)
            ),
        )


def rules_by_key(rules: Rules) -> dict[str, str | int]:
    """Every rule as the sheet says it, also where it is the default."""
    named = {field.name: getattr(rules, field.name) for field in fields(rules) if field.init}
    return {key: rule if isinstance(rule, int) else str(rule) for key, rule in named.items()}


Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """One key of a configuration that gets another value; None: it had, or gets, none."""

    key: str
    before: Value
    after: Value


def changes_between(
    before: ConfigurationSheet | None, after: ConfigurationSheet
) -> tuple[Change, ...]:
    """What applying `after` changes; all of it where there was nothing before."""
    old = dict(_values(before)) if before else {}
    new = dict(_values(after))
    return tuple(
        Change(key, old.get(key), new.get(key))
        for key in (*new, *(key for key in old if key not in new))
        if old.get(key) != new.get(key)
    )


def _values(sheet: ConfigurationSheet) -> Iterator[tuple[str, Value]]:
    yield "tenant_id", str(sheet.tenant_id)
    yield "active_school_year", sheet.active_school_year
    yield "usernames.format", sheet.username_format
    yield "usernames.maximum_length", sheet.maximum_length
    for key, value in rules_by_key(sheet.rules).items():
        yield f"usernames.rules.{key}", value
    yield "usernames.reserved_words", ", ".join(sheet.ordered().reserved_words) or None
    yield "usernames.reuse_after_days", sheet.reuse_after_days
    yield "usernames.domain_for_students", sheet.domain_policies.students.value
    yield "usernames.domain_for_staff", sheet.domain_policies.staff.value
    yield "usernames.from_source", sheet.from_source
    yield "usernames.verified_domains", ", ".join(sheet.ordered().verified_domains) or None
    yield "students.future", "include" if sheet.future_students else "exclude"
    yield "classes.title_format", sheet.title_format
    yield "feed.enabled_user", sheet.enabled_user
    yield "privacy.guardians", sheet.privacy.guardians
    yield "privacy.demographics", sheet.privacy.demographics
    yield "privacy.user_flags", sheet.privacy.user_flags
    yield "intake.removal_limit_percent", sheet.removal_limit_percent
    for school in sheet.ordered().schools:
        yield from _school_values(school)


def _school_values(school: SchoolSheet) -> Iterator[tuple[str, Value]]:
    place = f"school {school.number}"
    yield place, "some locations" if school.locations else "all locations"
    yield f"{place}: staff_domain", school.staff_domain
    yield f"{place}: student_domain", school.student_domain
    yield f"{place}: sync_by_default", school.sync_by_default
    for location in school.locations:
        place = f"school {school.number} location {location.number}"
        yield place, "takes part"
        yield f"{place}: student_domain", location.student_domain
        yield f"{place}: sync_by_default", location.sync_by_default
