"""Configuration files (the TOML intake sheet) of generated data, and what is released by hand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DomainSource = Literal["tenant", "provider"]
Group = Literal["students", "staff"]


@dataclass(frozen=True, slots=True)
class LocationSheet:
    number: str
    sync_by_default: bool
    student_domain: str | None = None


@dataclass(frozen=True, slots=True)
class SchoolSheet:
    """Without locations all of the school's take part, with the school's own defaults."""

    number: str
    locations: tuple[LocationSheet, ...] = ()
    staff_domain: str | None = None
    student_domain: str | None = None
    sync_by_default: bool | None = None


@dataclass(frozen=True, slots=True)
class Privacy:
    guardians: bool = False
    demographics: bool = False
    user_flags: bool = False


@dataclass(frozen=True, slots=True)
class Configuration:
    name: str
    tenant_id: str
    active_school_year: str
    schools: tuple[SchoolSheet, ...]
    format: str = "{voornaam}.{familienaam}"
    maximum_length: int | None = None
    domain_for_students: DomainSource = "tenant"
    domain_for_staff: DomainSource = "tenant"
    verified_domains: tuple[str, ...] = ()
    future_students: Literal["include", "exclude"] = "include"
    title_format: str = "{schoolyear} {klas} - {vestiging}"
    privacy: Privacy | None = None
    removal_limit_percent: int | None = None

    def toml(self) -> str:
        return "\n".join(_lines(self)) + "\n"

    def write(self, folder: Path) -> Path:
        """As `<name>.toml` in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.toml"
        path.write_text(self.toml(), encoding="utf-8")
        return path


@dataclass(frozen=True, slots=True)
class Release:
    """Whose Sync is switched on by hand after the import, in one configuration.

    Students of a location, staff of a school, or named persons: exactly one of the three.
    """

    configuration: str
    group: Group | None = None
    school: str | None = None
    location: str | None = None
    """The location's number, in `school`; absent for staff."""
    persons: tuple[str, ...] = ()


Value = str | bool | int | tuple[str, ...] | None


def _pairs(*pairs: tuple[str, Value], indent: str = "") -> Iterator[str]:
    """What is set, one line each. JSON writes these values as TOML does, as long as it leaves
    characters as they are."""
    for key, value in pairs:
        if value is not None and value != ():
            yield f"{indent}{key} = {json.dumps(value, ensure_ascii=False)}"


def _lines(sheet: Configuration) -> Iterator[str]:
    yield from _pairs(
        ("name", sheet.name),
        ("tenant_id", sheet.tenant_id),
        ("active_school_year", sheet.active_school_year),
    )
    yield from ("", "[usernames]")
    yield from _pairs(
        ("format", sheet.format),
        ("maximum_length", sheet.maximum_length),
        ("domain_for_students", sheet.domain_for_students),
        ("domain_for_staff", sheet.domain_for_staff),
        ("from_source", "ignore"),
        ("verified_domains", sheet.verified_domains),
    )
    yield from ("", "[students]", *_pairs(("future", sheet.future_students)))
    yield from ("", "[classes]", *_pairs(("title_format", sheet.title_format)))
    if sheet.privacy is not None:
        yield from ("", "[privacy]")
        yield from _pairs(
            ("guardians", sheet.privacy.guardians),
            ("demographics", sheet.privacy.demographics),
            ("user_flags", sheet.privacy.user_flags),
        )
    if sheet.removal_limit_percent is not None:
        yield from ("", "[intake]")
        yield from _pairs(("removal_limit_percent", sheet.removal_limit_percent))
    for school in sheet.schools:
        yield from _school_lines(school)


def _school_lines(school: SchoolSheet) -> Iterator[str]:
    yield from ("", "[[schools]]")
    yield from _pairs(
        ("number", school.number),
        ("staff_domain", school.staff_domain),
        ("sync_by_default", school.sync_by_default),
        ("student_domain", school.student_domain),
    )
    for location in school.locations:
        yield "  [[schools.locations]]"
        yield from _pairs(
            ("number", location.number),
            ("student_domain", location.student_domain),
            ("sync_by_default", location.sync_by_default),
            indent="  ",
        )
