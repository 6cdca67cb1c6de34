"""What is right in a sheet, but may not be what the school meant (docs/domain.md, Configuration)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cli.configuration_sheet.sheet import ConfigurationSheet, SchoolSheet
from services.username_engine.engine.formats import parse_format
from services.username_engine.engine.limits import limit_warnings
from services.username_engine.engine.usernames import DomainPolicy


class WarningCode(StrEnum):
    """Stable, for scripts; what each means is in docs/configuration.md."""

    SYNC_BEFORE_FIRST_PULL = "sync_before_first_pull"
    FUTURE_WITHOUT_SYNC = "future_without_sync"
    MICROSOFT_LOCAL_PART = "microsoft_local_part"
    MICROSOFT_USERNAME = "microsoft_username"
    NAMES_NOT_VERIFIED = "names_not_verified"
    NO_SCHOOLS = "no_schools"
    SCHOOL_NOT_IMPORTED = "school_not_imported"
    LOCATION_NOT_IMPORTED = "location_not_imported"
    LOCATION_LEFT_OUT = "location_left_out"
    SCHOOL_MOVED = "school_moved"
    DOMAIN_UNUSED = "domain_unused"
    STAFF_DOMAIN_KEPT = "staff_domain_kept"
    TENANT_CHANGED = "tenant_changed"
    NAMES_REUSED = "names_reused"


@dataclass(frozen=True, slots=True)
class SheetWarning:
    """`path` is the key it is about, as in a mistake."""

    code: WarningCode
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of a configuration, before its sheet is applied."""

    stored: ConfigurationSheet | None = None
    pulled: bool = False
    """A client has read its roster."""
    imported: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The active locations that intake has brought, by school."""
    moved_from: Mapping[str, str] = field(default_factory=dict)
    """The configuration that gives a school up to this one, by school."""
    names_outside: int = 0
    """Usernames that hold a domain outside the sheet's verified ones."""


def warnings_of(sheet: ConfigurationSheet, known: Known) -> tuple[SheetWarning, ...]:
    """In the order of the sheet's keys."""
    return (
        *_tenant(sheet, known),
        *_lengths(sheet),
        *_reuse(sheet),
        *_verified(known),
        *_future(sheet),
        *_sync(sheet, known),
        *(
            warning
            for index, school in enumerate(sheet.schools, start=1)
            for warning in _school(sheet, f"schools[{index}]", school, known)
        ),
    )


def _tenant(sheet: ConfigurationSheet, known: Known) -> Iterator[SheetWarning]:
    if known.stored and known.stored.tenant_id != sheet.tenant_id:
        yield SheetWarning(
            WarningCode.TENANT_CHANGED,
            "tenant_id",
            "the configuration goes to another tenant: usernames that accounts there have are not "
            "known here",
        )
    if not sheet.schools:
        yield SheetWarning(
            WarningCode.NO_SCHOOLS, "schools", "without schools nobody is in the feed"
        )


def _lengths(sheet: ConfigurationSheet) -> Iterator[SheetWarning]:
    found = limit_warnings(
        parse_format(sheet.username_format),
        maximum_length=sheet.maximum_length,
        domains=_domains_sent(sheet),
        rules=sheet.rules,
    )
    for warning in found:
        yield SheetWarning(
            WarningCode(warning.code.value), "usernames.maximum_length", str(warning)
        )


def _reuse(sheet: ConfigurationSheet) -> Iterator[SheetWarning]:
    if days := sheet.reuse_after_days:
        yield SheetWarning(
            WarningCode.NAMES_REUSED,
            "usernames.reuse_after_days",
            f"a name is given to somebody else {days} days after its person left or lost it: an "
            "account that still has it in the tenant, with its mail, would go to that person",
        )


def _verified(known: Known) -> Iterator[SheetWarning]:
    if number := known.names_outside:
        names = "1 stored username holds" if number == 1 else f"{number} stored usernames hold"
        yield SheetWarning(
            WarningCode.NAMES_NOT_VERIFIED,
            "usernames.verified_domains",
            f"{names} a domain that is not listed: sent as before, but no longer valid in an edit",
        )


def _domains_sent(sheet: ConfigurationSheet) -> set[str]:
    domains: set[str | None] = set()
    if sheet.domain_policies.staff is DomainPolicy.PROVIDER:
        domains |= {school.staff_domain for school in sheet.schools}
    if sheet.domain_policies.students is DomainPolicy.PROVIDER:
        for school in sheet.schools:
            domains |= {school.student_domain, *(at.student_domain for at in school.locations)}
    if DomainPolicy.PROVIDER in (sheet.domain_policies.staff, sheet.domain_policies.students):
        # Any of them may be typed with a name.
        domains |= set(sheet.verified_domains)
    return {domain for domain in domains if domain}


def _syncs(school: SchoolSheet) -> list[bool]:
    return [school.syncs_at(place) for place in school.locations] or [school.sync_by_default]


def _future(sheet: ConfigurationSheet) -> Iterator[SheetWarning]:
    off = [school.number for school in sheet.schools if not all(_syncs(school))]
    if sheet.future_students and off:
        yield SheetWarning(
            WarningCode.FUTURE_WITHOUT_SYNC,
            "students.future",
            "future students are included while default Sync is off (school "
            f"{', '.join(off)}): that has no effect before they start (M4.3.6)",
        )


def _sync(sheet: ConfigurationSheet, known: Known) -> Iterator[SheetWarning]:
    on = [school.number for school in sheet.schools if any(_syncs(school))]
    if on and not known.pulled:
        yield SheetWarning(
            WarningCode.SYNC_BEFORE_FIRST_PULL,
            "schools",
            f"default Sync is on (school {', '.join(on)}) and no client has pulled yet: it is "
            "meant to be switched on after the first sync (M4.3.6)",
        )


def _school(
    sheet: ConfigurationSheet, path: str, school: SchoolSheet, known: Known
) -> Iterator[SheetWarning]:
    yield from _unused_domains(sheet, path, school)
    yield from _kept_domain(sheet, path, school, known)
    if origin := known.moved_from.get(school.number):
        yield SheetWarning(
            WarningCode.SCHOOL_MOVED,
            f"{path}.number",
            f"school {school.number} comes from {origin}: its data arrives with the next import, "
            "its persons get new names by this configuration, the old ones stay reserved there",
        )
    elif school.number not in known.imported:
        yield SheetWarning(
            WarningCode.SCHOOL_NOT_IMPORTED,
            f"{path}.number",
            f"school {school.number} has not been imported yet",
        )
    else:
        yield from _locations(path, school, known.imported[school.number])


def _locations(path: str, school: SchoolSheet, imported: frozenset[str]) -> Iterator[SheetWarning]:
    for index, place in enumerate(school.locations, start=1):
        if place.number not in imported:
            yield SheetWarning(
                WarningCode.LOCATION_NOT_IMPORTED,
                f"{path}.locations[{index}].number",
                f"location {place.number} of school {school.number} has not been imported yet, "
                "or is not active",
            )
    left_out = sorted(imported - {place.number for place in school.locations})
    if school.locations and left_out:
        yield SheetWarning(
            WarningCode.LOCATION_LEFT_OUT,
            f"{path}.locations",
            f"of school {school.number}, location {', '.join(left_out)} does not take part",
        )


def _unused_domains(
    sheet: ConfigurationSheet, path: str, school: SchoolSheet
) -> Iterator[SheetWarning]:
    unused: list[str] = []
    if sheet.domain_policies.staff is DomainPolicy.TENANT and school.staff_domain:
        unused.append("staff_domain")
    if sheet.domain_policies.students is DomainPolicy.TENANT:
        if school.student_domain:
            unused.append("student_domain")
        unused += [
            f"locations[{index}].student_domain"
            for index, place in enumerate(school.locations, start=1)
            if place.student_domain
        ]
    for key in unused:
        yield SheetWarning(
            WarningCode.DOMAIN_UNUSED,
            f"{path}.{key}",
            "is not used: the tenant assigns this domain",
        )


def _kept_domain(
    sheet: ConfigurationSheet, path: str, school: SchoolSheet, known: Known
) -> Iterator[SheetWarning]:
    stored = known.stored
    if stored is None or DomainPolicy.TENANT in (
        sheet.domain_policies.staff,
        stored.domain_policies.staff,
    ):
        return
    before = {old.number: old.staff_domain for old in stored.schools}.get(school.number)
    if before and before != school.staff_domain:
        yield SheetWarning(
            WarningCode.STAFF_DOMAIN_KEPT,
            f"{path}.staff_domain",
            f"staff who have a name keep @{before}: a name's domain never changes by itself",
        )
