"""The component schemas: 1.2's against 1EdTech's own file, 1.1's against what is known of 1.1."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from services.oneroster.rostering.schemas import component_schemas
from services.oneroster.rostering.versions import Version
from tests.oneroster.rostering.validating import validator

_OFFICIAL = "openapi/onerosterv1p2rostersservice_openapi3_v1p0.json"


@pytest.fixture(scope="session")
def official() -> dict[str, Any]:
    """Their component schemas, which are not ours to hand on."""
    repository = Path(__file__).parents[3]
    named = os.environ.get("ROSTERBRIDGE_REFERENCE_DIR")
    folder = Path(named) if named else repository.parent / "shared" / "reference"
    if not (folder / _OFFICIAL).exists():
        pytest.skip(f"1EdTech's OpenAPI of 1.2 is not at hand ({folder}/{_OFFICIAL})")
    schemas: dict[str, Any] = json.loads((folder / _OFFICIAL).read_text())["components"]["schemas"]
    return schemas


def _without_texts(schema: Any) -> Any:
    """The schema without its prose, in an order of its own."""
    if isinstance(schema, list):
        return [_without_texts(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: sorted(value) if key in ("required", "enum") else _without_texts(value)
        for key, value in schema.items()
        if not (key == "description" and isinstance(value, str))
    }


def test_the_schemas_of_1_2_are_those_of_1edtech(official: dict[str, Any]) -> None:
    ours = component_schemas()

    assert {name: _without_texts(ours.get(name)) for name in official} == {
        name: _without_texts(schema) for name, schema in official.items()
    }


def test_beside_those_of_1edtech_are_selections_and_those_of_1_1(official: dict[str, Any]) -> None:
    further = component_schemas().keys() - official.keys()

    assert [name for name in further if "Selection" not in name and "_v1p1" not in name] == []


_STAMPED = {"sourcedId": "1", "status": "active", "dateLastModified": "2026-09-01T06:30:00.123Z"}
_HREF = "https://sds.example.be/ims/oneroster"
_ORG_OBJECT = {**_STAMPED, "name": "B", "type": "school", "identifier": "1"}


def _org(sourced_id: str) -> dict[str, str]:
    return {"href": f"{_HREF}/orgs/{sourced_id}", "sourcedId": sourced_id, "type": "org"}


_PERSON = {
    **_STAMPED,
    "username": "mally.lassens",
    "enabledUser": "false",
    "givenName": "Mally",
    "familyName": "Lassens",
    "identifier": "1",
}
_USER = {
    Version.V1P1: {**_PERSON, "role": "student", "orgs": [_org("1")]},
    Version.V1P2: {
        **_PERSON,
        "roles": [{"roleType": "primary", "role": "student", "org": _org("1")}],
    },
}


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(
    "changed",
    [
        {"nickname": "Mal"},
        {"enabledUser": False},
        {"givenName": None},
        {"status": "deleted"},
        {"role": "janitor", "roles": [{"roleType": "primary", "role": "janitor"}]},
        {"dateLastModified": "today"},
        {"agents": [_org("1")]},
    ],
)
def test_what_a_version_does_not_know_is_no_user(version: Version, changed: dict[str, Any]) -> None:
    valid = validator(version, "SingleUserDType").is_valid

    assert valid({"user": _USER[version]})
    assert not valid({"user": {**_USER[version], **changed}})


def test_the_versions_do_not_take_each_other_s_users() -> None:
    assert not validator(Version.V1P1, "UserDType").is_valid(_USER[Version.V1P2])
    assert not validator(Version.V1P2, "UserDType").is_valid(_USER[Version.V1P1])


def test_types_of_a_source_s_own_are_for_1_2_alone() -> None:
    own = {**_ORG_OBJECT, "type": "ext:campus"}

    assert validator(Version.V1P2, "OrgDType").is_valid(own)
    assert not validator(Version.V1P1, "OrgDType").is_valid(own)


@pytest.mark.parametrize("stamp", ["2026-09-01T06:30:00Z", "2026-09-01T06:30:00.123456Z"])
def test_a_stamp_of_1_1_has_three_digits_of_milliseconds(stamp: str) -> None:
    assert not validator(Version.V1P1, "OrgDType").is_valid(
        {**_ORG_OBJECT, "dateLastModified": stamp}
    )


@pytest.mark.parametrize("version", Version)
def test_a_selection_may_lack_members_but_has_no_others(version: Version) -> None:
    valid = validator(version, "OrgSelectionSetDType").is_valid

    assert valid({"orgs": [{"name": "B"}, {}]})
    assert not valid({"orgs": [{"title": "B"}]})


def test_a_warning_stands_after_a_collection_of_1_1_alone() -> None:
    warning = {
        "imsx_codeMajor": "success",
        "imsx_severity": "warning",
        "imsx_messageRefIdentifier": "3d5f2b0c-6a1e-4f0a-9d55-0c6f5a9f1f4e",
        "imsx_operationRefIdentifier": "3d5f2b0c-6a1e-4f0a-9d55-0c6f5a9f1f4f",
        "imsx_description": "There is no field colour.",
        "imsx_codeMinor": "invalid_sort_field",
    }
    warned = {"orgs": [_ORG_OBJECT], "statusInfoSet": [warning]}

    assert validator(Version.V1P1, "OrgSetDType").is_valid(warned)
    assert not validator(Version.V1P2, "OrgSetDType").is_valid(warned)
