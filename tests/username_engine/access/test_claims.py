"""Rights from claims: what is not as documented gives none, and never more than it says."""

from typing import Any

import pytest

from services.username_engine.access.claims import ClaimsReader
from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from shared.settings import SettingsError
from tests.username_engine.access.issuing import ROLE_AT_LOCATION, ROLE_AT_SCHOOL, settings

AT_SCHOOL = Grant(Group.STUDENTS, Right.WRITE, "001507")
AT_LOCATION = Grant(Group.STUDENTS, Right.READ, "042168", "3")


def principal(claims: dict[str, Any], **given: Any) -> Principal:
    return ClaimsReader.of(settings(**given)).principal({"sub": "a-person", **claims})


def grants(entries: object, **given: Any) -> set[Grant]:
    return set(principal({"rosterbridge_roles": entries}, **given).grants)


def test_roles_at_schools_and_locations() -> None:
    assert grants([ROLE_AT_SCHOOL, ROLE_AT_LOCATION]) == {AT_SCHOOL, AT_LOCATION}


def test_entries_may_be_texts_with_json() -> None:
    text = '{"application": "iLeerlingen", "role": "Alles schrijven", "school": "001507"}'
    assert grants([text]) == {AT_SCHOOL}


@pytest.mark.parametrize(
    "entries",
    [
        None,
        "iLeerlingen",
        {"role": ROLE_AT_SCHOOL},
        [None, 7, "{", "[]", [ROLE_AT_SCHOOL]],
        [{**ROLE_AT_SCHOOL, "school": 1507}],
        [{**ROLE_AT_SCHOOL, "school": ""}],
        [{**ROLE_AT_SCHOOL, "school": ["001507"]}],
        [{**ROLE_AT_SCHOOL, "school": "0015\x0007"}],
        ['{"application": "iLeerlingen", "role": "Alles schrijven", "school": "\\ud800"}'],
        [{**ROLE_AT_SCHOOL, "location": "1\0"}],
        [{**ROLE_AT_SCHOOL, "location": ""}],
        [{**ROLE_AT_SCHOOL, "location": 1}],
        [{**ROLE_AT_SCHOOL, "location": False}],
        [{**ROLE_AT_SCHOOL, "location": ["1"]}],
        [{**ROLE_AT_SCHOOL, "role": "Stages"}],
        [{**ROLE_AT_SCHOOL, "role": ["Alles schrijven"]}],
        [{"application": "iLeerlingen", "role": "Alles schrijven"}],
    ],
)
def test_what_is_not_as_documented_gives_no_right(entries: object) -> None:
    assert grants(entries) == set()


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("Mia Maes", "Mia Maes"),
        ("  Mia\u00a0\r\nMaes\0\ud800\u202e ", "Mia Maes"),
        ("M" * 1000, "M" * 200),
        ("\0", ""),
        (None, ""),
        (7, ""),
        (["Mia"], ""),
    ],
)
def test_a_name_is_what_a_history_can_keep_on_one_line(claim: object, name: str) -> None:
    assert principal({"name": claim}).name == name


def test_one_wrong_entry_leaves_the_others() -> None:
    assert grants([7, ROLE_AT_SCHOOL]) == {AT_SCHOOL}


def test_the_names_of_claims_are_settings() -> None:
    claims = {
        "https://school.test/rollen": [
            {"app": "iPersoneel", "rol": "Alles lezen", "school_nr": "001507", "vestiging": None}
        ],
        "displayName": "Mia Maes",
    }
    found = principal(
        claims,
        oidc_roles_claim="https://school.test/rollen",
        oidc_application_field="app",
        oidc_role_field="rol",
        oidc_school_field="school_nr",
        oidc_location_field="vestiging",
        oidc_name_claim="displayName",
    )
    assert found.name == "Mia Maes"
    assert found.grants == {Grant(Group.STAFF, Right.READ, "001507")}


@pytest.mark.parametrize(
    ("held", "operator"),
    [
        ("directeurs-ict", True),
        (["a", "directeurs-ict"], True),
        (["a"], False),
        (None, False),
        (True, False),
        ("directeurs-ict-extern", False),
        ({"directeurs-ict": True}, False),
    ],
)
def test_operators(held: object, operator: bool) -> None:
    assert principal({"groups": held}).operator is operator


def test_nobody_is_an_operator_without_the_setting() -> None:
    settings_without = {"oidc_operator_claim": None, "oidc_operator_value": None}
    assert not principal({"groups": None}, **settings_without).operator


def test_custom_roles_open_what_the_setting_says() -> None:
    entry = {**ROLE_AT_SCHOOL, "role": "Zorg"}
    assert grants([entry]) == set()
    custom = '[{"application": "iLeerlingen", "role": "Zorg", "based_on": "Alles schrijven"}]'
    assert grants([entry], custom_roles=custom) == {AT_SCHOOL}


@pytest.mark.parametrize(
    ("custom", "said"),
    [
        ("Zorg", "must be a list in JSON"),
        ('[{"application": "iX", "role": "Zorg"}]', "iLeerlingen"),
        ('[{"application": "iBasis", "role": "Zorg", "acces": "read"}]', "Extra inputs"),
        ('[{"application": "iBasis", "role": "Stages", "based_on": "Stages"}]', "based on no role"),
        ('[{"application": "iBasis", "role": "Alles lezen"}]', "the manual's own role"),
        (
            '[{"application": "iBasis", "role": "Zorg"}, {"application": "iBasis", "role": "Zorg"}]',
            "twice",
        ),
    ],
)
def test_a_setting_of_custom_roles_that_does_not_do(custom: str, said: str) -> None:
    with pytest.raises(SettingsError, match=rf"ROSTERBRIDGE_CUSTOM_ROLES: .*{said}"):
        ClaimsReader.of(settings(custom_roles=custom))
