"""The manual's table (M4.3.2), every role by every action."""

import pytest

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import (
    ROLES,
    Application,
    CustomRole,
    Group,
    Right,
    right_of,
)

NONE, READ, WRITE = Right.NONE, Right.READ, Right.WRITE

TABLE = [
    ("iLeerlingen", "Aanwezigheden", NONE),
    ("iLeerlingen", "Schrijven zonder deliberatie", WRITE),
    ("iLeerlingen", "Enkel inschrijven", NONE),
    ("iLeerlingen", "Personalia lezen", NONE),
    ("iLeerlingen", "Stages", NONE),
    ("iLeerlingen", "Alles schrijven", WRITE),
    ("iLeerlingen", "Algemeen lezen, rest schrijven", WRITE),
    ("iLeerlingen", "Alles lezen", READ),
    ("iPersoneel", "Enkel personalia lezen", NONE),
    ("iPersoneel", "Alles schrijven", WRITE),
    ("iPersoneel", "Alles lezen", READ),
    ("iBasis", "Algemeen lezen, rest schrijven", WRITE),
    ("iBasis", "Personalia lezen", NONE),
    ("iBasis", "Algemeen niet, rest lezen", READ),
    ("iBasis", "Alles schrijven", WRITE),
    ("iBasis", "Afwezigheden ingeven", NONE),
    ("iBasis", "Alles lezen", READ),
    ("iBasis", "iAanwezighedenLeerkrachten", NONE),
]


@pytest.mark.parametrize(("application", "role", "right"), TABLE)
def test_a_role_of_the_manual(application: str, role: str, right: Right) -> None:
    assert right_of(application, role, {}) is right


def test_there_is_no_other_role() -> None:
    known = {(application.value, role) for application, roles in ROLES.items() for role in roles}
    assert known == {(application, role) for application, role, _ in TABLE}


@pytest.mark.parametrize(
    ("application", "role"),
    [
        ("iLeerlingen", "Zorgcoördinator"),
        ("iLeerlingen", "alles schrijven"),
        ("iLeerlingen", "Algemeen niet, rest lezen"),
        ("iPersoneel", "Stages"),
        ("iFacturatie", "Alles schrijven"),
        ("", ""),
    ],
)
def test_what_the_manual_does_not_know_opens_nothing(application: str, role: str) -> None:
    assert right_of(application, role, {}) is NONE


@pytest.mark.parametrize(
    ("custom", "right"),
    [
        (CustomRole(), NONE),
        (CustomRole(access=READ), READ),
        (CustomRole(based_on="Alles schrijven"), WRITE),
        (CustomRole(based_on="Stages"), NONE),
        (CustomRole(access=NONE, based_on="Alles schrijven"), NONE),
        (CustomRole(access=WRITE, based_on="Alles lezen"), WRITE),
    ],
)
def test_a_custom_role_has_its_own_access_else_that_of_its_base(
    custom: CustomRole, right: Right
) -> None:
    custom_roles = {(Application.LEERLINGEN, "Zorg"): custom}
    assert right_of("iLeerlingen", "Zorg", custom_roles) is right
    assert right_of("iBasis", "Zorg", custom_roles) is NONE


@pytest.mark.parametrize(
    ("application", "group"),
    [
        (Application.LEERLINGEN, Group.STUDENTS),
        (Application.BASIS, Group.STUDENTS),
        (Application.PERSONEEL, Group.STAFF),
    ],
)
def test_the_list_an_application_opens(application: Application, group: Group) -> None:
    assert application.group is group


def test_of_several_roles_the_highest_counts_at_each_place() -> None:
    students = Group.STUDENTS
    person = Principal(
        "a-person",
        "Mia Maes",
        grants=frozenset(
            {
                Grant(students, READ, "001507"),
                Grant(students, WRITE, "001507", "1"),
                Grant(students, READ, "001507", "1"),
                Grant(students, WRITE, "042168"),
                Grant(Group.STAFF, READ, "042168"),
            }
        ),
    )

    readable, writable = person.places(students), person.places(students, WRITE)

    assert all(readable.covers(*place) for place in [("001507",), ("001507", "2"), ("042168", "3")])
    assert writable.covers("001507", "1")
    assert not writable.covers("001507", "2")
    assert not writable.covers("001507")
    assert writable.covers("042168", "3")
    assert person.places(Group.STAFF).covers("042168")
    assert not person.places(Group.STAFF, WRITE)
    assert not person.places(Group.STAFF).covers("001507")


def test_a_location_is_not_its_school() -> None:
    staff = Grant(Group.STAFF, WRITE, "001507", "1")
    person = Principal("a-person", "Mia Maes", grants=frozenset({staff}))
    assert not person.places(Group.STAFF).covers("001507")


def test_an_operator_is_everywhere_and_nobody_is_nowhere() -> None:
    assert Principal("a", "", operator=True).places(Group.STAFF, WRITE).covers("any", "where")
    nobody = Principal("a", "").places(Group.STUDENTS)
    assert not nobody
    assert not nobody.covers("001507", "1")
