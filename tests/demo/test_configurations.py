"""The configuration files say what the data has, and what is released is there to release."""

import tomllib
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from demo import Demo
from tests.demo.reading import day, read

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def sheets(demo: Demo) -> dict[str, dict[str, Any]]:
    parsed = [tomllib.loads(path.read_text(encoding="utf-8")) for path in demo.configurations]
    return {sheet["name"]: sheet for sheet in parsed}


def test_three_configurations_of_as_many_tenants(sheets: dict[str, dict[str, Any]]) -> None:
    assert list(sheets) == ["demo-tenant", "demo-provider", "demo-oneroster"]
    assert len({UUID(sheet["tenant_id"]) for sheet in sheets.values()}) == 3
    assert {sheet["active_school_year"] for sheet in sheets.values()} == {"2026-27"}


def test_schools_belong_to_one_configuration_and_all_locations_take_part(
    demo: Demo, sheets: dict[str, dict[str, Any]]
) -> None:
    named = [
        (school["number"], location["number"])
        for name in ("demo-tenant", "demo-provider")
        for school in sheets[name]["schools"]
        for location in school["locations"]
    ]
    locations = {(row["school"], row["number"]) for row in read(demo.bundle, "locations")}
    assert len(named) == len(locations)
    assert set(named) == locations
    assert len(sheets["demo-tenant"]["schools"]) == 1
    assert len(sheets["demo-provider"]["schools"]) == 2


def test_provider_sends_a_domain_per_location_and_per_school(
    sheets: dict[str, dict[str, Any]],
) -> None:
    sheet = sheets["demo-provider"]
    assert sheet["usernames"]["domain_for_students"] == "provider"
    assert sheet["usernames"]["domain_for_staff"] == "provider"
    locations = [place for school in sheet["schools"] for place in school["locations"]]
    domains = [place["student_domain"] for place in locations]
    assert len(set(domains)) == len(domains) == 4
    staff = [school["staff_domain"] for school in sheet["schools"]]
    assert len(set(staff)) == 2
    assert {*domains, *staff} <= set(sheet["usernames"]["verified_domains"])
    assert {place["sync_by_default"] for place in locations} == {True, False}


def test_tenant_names_no_domain(sheets: dict[str, dict[str, Any]]) -> None:
    sheet = sheets["demo-tenant"]
    assert sheet["usernames"]["domain_for_students"] == "tenant"
    assert "domain" not in str(sheet["schools"])


def test_oneroster_configuration_follows_the_orgs_and_allows_what_the_file_brings(
    demo: Demo, sheets: dict[str, dict[str, Any]]
) -> None:
    sheet = sheets["demo-oneroster"]
    orgs = read(demo.oneroster, "orgs")
    (district,) = (org for org in orgs if org["type"] == "district")
    (school,) = sheet["schools"]
    assert school["number"] == district["identifier"]
    assert [place["number"] for place in school["locations"]] == [
        org["sourcedId"] for org in orgs if org["parentSourcedId"] == district["sourcedId"]
    ]
    assert all(place["sync_by_default"] for place in school["locations"])
    assert sheet["privacy"] == {"guardians": True, "demographics": True, "user_flags": True}
    assert sheet["usernames"]["from_source"] == "ignore"


def test_releases_are_of_places_and_persons_whose_sync_is_off_by_default(
    demo: Demo, sheets: dict[str, dict[str, Any]]
) -> None:
    off = {
        (name, school["number"], place["number"])
        for name, sheet in sheets.items()
        for school in sheet["schools"]
        for place in school["locations"]
        if not place["sync_by_default"]
    }
    assert any(release.persons for release in demo.releases)
    assert {release.group for release in demo.releases} == {"students", "staff", None}
    for release in demo.releases:
        kinds = (release.persons, release.location, release.group == "staff" and release.school)
        assert sum(map(bool, kinds)) == 1
        if release.location:
            assert (release.configuration, release.school, release.location) in off
        elif release.school:
            assert any(place[:2] == (release.configuration, release.school) for place in off)


def test_whoever_is_released_by_hand_is_there_today(demo: Demo) -> None:
    present = {
        row["person"]
        for table in ("enrolments", "staff")
        for row in read(demo.bundle, table)
        if date.fromisoformat(row["start_date"]) <= TODAY <= day(row["end_date"], date.max)
    }
    for release in demo.releases:
        assert set(release.persons) <= present
