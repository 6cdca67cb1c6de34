"""A configuration as the text of a sheet: what `configuration show` prints can be applied again."""

import json
from collections.abc import Iterator

from cli.configuration_sheet.sheet import ConfigurationSheet, SchoolSheet, rules_by_key

_Value = str | bool | int | tuple[str, ...] | None


def sheet_text(sheet: ConfigurationSheet) -> str:
    """Every key that has a value, also where it is the default."""
    return "\n".join(_lines(sheet.ordered())) + "\n"


def _lines(sheet: ConfigurationSheet) -> Iterator[str]:
    yield _pair("name", sheet.name)
    yield _pair("tenant_id", str(sheet.tenant_id))
    yield _pair("active_school_year", sheet.active_school_year)
    if not sheet.schools:
        yield "schools = []"
    yield from ("", "[usernames]")
    yield _pair("format", sheet.username_format)
    yield _pair("maximum_length", sheet.maximum_length)
    yield _pair("domain_for_students", sheet.domain_policies.students.value)
    yield _pair("domain_for_staff", sheet.domain_policies.staff.value)
    yield _pair("from_source", sheet.from_source)
    if sheet.verified_domains:
        yield _pair("verified_domains", sheet.verified_domains)
    if sheet.reserved_words:
        yield _pair("reserved_words", sheet.reserved_words)
    if sheet.reuse_after_days is not None:
        yield _pair("reuse_after_days", sheet.reuse_after_days)
    yield "[usernames.rules]"
    yield from (_pair(key, rule) for key, rule in rules_by_key(sheet.rules).items())
    yield from ("", "[students]")
    yield _pair("future", "include" if sheet.future_students else "exclude")
    yield from ("", "[classes]", _pair("title_format", sheet.title_format))
    yield from ("", "[feed]", _pair("enabled_user", sheet.enabled_user))
    yield from ("", "[privacy]")
    yield _pair("guardians", sheet.privacy.guardians)
    yield _pair("demographics", sheet.privacy.demographics)
    yield _pair("user_flags", sheet.privacy.user_flags)
    yield from ("", "[intake]", _pair("removal_limit_percent", sheet.removal_limit_percent))
    for school in sheet.schools:
        yield from _school_lines(school)


def _school_lines(school: SchoolSheet) -> Iterator[str]:
    yield from ("", "[[schools]]", _pair("number", school.number))
    if school.staff_domain:
        yield _pair("staff_domain", school.staff_domain)
    if school.student_domain:
        yield _pair("student_domain", school.student_domain)
    yield _pair("sync_by_default", school.sync_by_default)
    for location in school.locations:
        yield from ("  [[schools.locations]]", f"  {_pair('number', location.number)}")
        if location.student_domain:
            yield f"  {_pair('student_domain', location.student_domain)}"
        if location.sync_by_default is not None:
            yield f"  {_pair('sync_by_default', location.sync_by_default)}"


def _pair(key: str, value: _Value) -> str:
    # TOML writes texts of visible characters, whole numbers, booleans and lists as JSON does.
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"
