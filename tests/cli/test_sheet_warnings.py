"""What `apply` warns of (docs/domain.md, Configuration)."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from cli.configuration_sheet.reading import read_sheet
from cli.configuration_sheet.sheet import ConfigurationSheet, LocationSheet, SchoolSheet
from cli.configuration_sheet.warning import Known, WarningCode, warnings_of
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy

TENANT, PROVIDER = DomainPolicy.TENANT, DomainPolicy.PROVIDER
QUIET = ConfigurationSheet(
    name="college",
    tenant_id=UUID(int=1),
    active_school_year="2026-27",
    username_format="{voornaam}.{familienaam}",
    maximum_length=64,
    domain_policies=DomainPolicies(students=PROVIDER, staff=PROVIDER),
    schools=(SchoolSheet("1507", staff_domain="college.be", student_domain="college.be"),),
)
IMPORTED = Known(stored=QUIET, pulled=True, imported={"1507": frozenset({"1", "2"})})


DOCUMENTATION = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")


def warned(sheet: ConfigurationSheet, known: Known = IMPORTED) -> list[tuple[WarningCode, str]]:
    return [(warning.code, warning.path) for warning in warnings_of(sheet, known)]


def with_school(**keys: object) -> ConfigurationSheet:
    return replace(QUIET, schools=(replace(QUIET.schools[0], **keys),))  # type: ignore[arg-type]


def test_a_sheet_may_have_no_warning() -> None:
    assert warned(QUIET) == []


def test_default_sync_before_the_first_pull() -> None:
    warning = (WarningCode.SYNC_BEFORE_FIRST_PULL, "schools")
    on = with_school(sync_by_default=True)
    at_one_location = with_school(locations=(LocationSheet("1", sync_by_default=True),))

    assert warned(on) == []
    assert warned(on, replace(IMPORTED, pulled=False)) == [warning]
    assert warning in warned(at_one_location, replace(IMPORTED, pulled=False))
    assert warned(QUIET, replace(IMPORTED, pulled=False)) == []


def test_future_students_while_default_sync_is_off() -> None:
    on = with_school(sync_by_default=True)

    assert warned(replace(QUIET, future_students=True)) == [
        (WarningCode.FUTURE_WITHOUT_SYNC, "students.future")
    ]
    assert warned(replace(on, future_students=True)) == []


def test_names_longer_than_microsoft_takes() -> None:
    long_domain = with_school(staff_domain=f"{'x' * 46}.be")

    assert warned(replace(QUIET, maximum_length=65)) == [
        (WarningCode.MICROSOFT_LOCAL_PART, "usernames.maximum_length")
    ]
    assert (WarningCode.MICROSOFT_USERNAME, "usernames.maximum_length") in warned(long_domain)
    fits = with_school(staff_domain=f"{'x' * 45}.be")
    assert (WarningCode.MICROSOFT_USERNAME, "usernames.maximum_length") not in warned(fits)


def test_a_short_format_exceeds_no_limit_whatever_the_maximum_length() -> None:
    short = replace(QUIET, username_format="{voornaam:1}{familienaam:7}", maximum_length=75)
    assert warned(short) == []


def test_names_that_are_given_again() -> None:
    (warning,) = warnings_of(replace(QUIET, reuse_after_days=730), IMPORTED)
    assert (warning.code, warning.path) == (
        WarningCode.NAMES_REUSED,
        "usernames.reuse_after_days",
    )
    assert "730 days" in warning.text


def test_schools_and_locations_that_are_not_imported_or_left_out() -> None:
    two = with_school(locations=(LocationSheet("1"), LocationSheet("9")))

    assert warned(QUIET, replace(IMPORTED, imported={})) == [
        (WarningCode.SCHOOL_NOT_IMPORTED, "schools[1].number")
    ]
    assert warned(two) == [
        (WarningCode.LOCATION_NOT_IMPORTED, "schools[1].locations[2].number"),
        (WarningCode.LOCATION_LEFT_OUT, "schools[1].locations"),
    ]


def test_a_school_that_comes_from_another_configuration() -> None:
    moved = replace(IMPORTED, moved_from={"1507": "vti"}, imported={})
    (warning,) = warnings_of(QUIET, moved)

    assert warning.code is WarningCode.SCHOOL_MOVED
    assert "next import" in warning.text


def test_domains_that_the_tenant_assigns() -> None:
    both = replace(QUIET, domain_policies=DomainPolicies(students=TENANT, staff=TENANT))
    stored = replace(IMPORTED, stored=both)

    assert warned(both, stored) == [
        (WarningCode.DOMAIN_UNUSED, "schools[1].staff_domain"),
        (WarningCode.DOMAIN_UNUSED, "schools[1].student_domain"),
    ]


def test_a_schools_new_domain_leaves_names_as_they_are() -> None:
    changed = with_school(staff_domain="vti.be")

    assert warned(changed) == [(WarningCode.STAFF_DOMAIN_KEPT, "schools[1].staff_domain")]


def test_names_whose_domain_is_not_verified() -> None:
    (warning,) = warnings_of(QUIET, replace(IMPORTED, names_outside=2))

    assert (warning.code, warning.path) == (
        WarningCode.NAMES_NOT_VERIFIED,
        "usernames.verified_domains",
    )
    assert warning.text.startswith("2 stored usernames hold")


def test_another_tenant_and_no_schools() -> None:
    assert warned(replace(QUIET, tenant_id=UUID(int=2), schools=())) == [
        (WarningCode.TENANT_CHANGED, "tenant_id"),
        (WarningCode.NO_SCHOOLS, "schools"),
    ]


def test_the_documentation_explains_every_warning_and_its_example_has_no_mistake() -> None:
    example = DOCUMENTATION.partition("```toml\n")[2].partition("```")[0]

    assert [code for code in WarningCode if f"`{code}`" not in DOCUMENTATION] == []
    assert read_sheet(example.encode()).mistakes == ()
