"""Whose account is probably whose: what a school's accounts look like, and what must not be sure."""

import pytest

from services.username_engine.usernames.account_matching import (
    Account,
    AccountIndex,
    Claimant,
    Reason,
    Strength,
    are_other_names,
    display_key,
    holders_of_bare_names,
    name_key,
    propose,
)


def account(name: str, shown: str = "", employee: str | None = None) -> Account:
    return Account(f"{name}@a.be", name, display_key(shown), employee, frozenset())


def person(given: str, family: str, *local_parts: str, identifier: str = "") -> Claimant:
    who = f"{given} {family}"
    return Claimant(who, local_parts, name_key(given, family), frozenset({identifier or who}), None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("An", "Van den Berg"), ("An", "Vandenberg")),
        (("Jan Jozef Maria", "Peters"), ("Jan", "Peters")),
        (("Jan", "Peters"), ("J.", "Peters")),
        (("Anne-Marie", "D'Haene"), ("Anne Marie", "Dhaene")),
        (("Zoë", "Peters"), ("", "")),
    ],
)
def test_one_persons_names_written_in_two_ways(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert not are_other_names(name_key(*one), name_key(*other))
    assert not are_other_names(name_key(*other), name_key(*one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Bert", "Ameel"), ("Boris", "Ameel")),
        (("Bert", "Ameel"), ("Berta", "Ameels")),
        (("Bert", "Ameel"), ("", "Secretariaat")),
        (("Bert", "Ameel"), ("B.", "Claes")),
    ],
)
def test_two_persons_names(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert are_other_names(name_key(*one), name_key(*other))
    assert are_other_names(name_key(*other), name_key(*one))


@pytest.mark.parametrize(
    "shown", ["Ameel Bert", "Bert Ameel (6 Latijn A)", "Ameel, Bert - 6A", "Bert Ameel [2011]"]
)
def test_a_name_for_showing_is_read_without_what_stands_beside_it(shown: str) -> None:
    assert display_key(shown) == name_key("Bert", "Ameel")


def test_a_short_local_part_with_a_display_name_of_somebody_else_is_not_sure() -> None:
    bert = person("Bert", "Ameel", "bameel")
    index = AccountIndex([account("bameel", "Boris Ameel")])
    (proposal,) = propose([bert], index)
    assert proposal.strength is Strength.LIKELY
    assert proposal.reason is Reason.EXACT_FORMAT_OTHER_NAMES
    assert holders_of_bare_names([bert], index) == {}


def test_a_name_spelt_otherwise_in_the_tenant_is_still_the_persons_own() -> None:
    an = person("An", "Van den Berg", "an.vandenberg")
    index = AccountIndex([account("an.vandenberg", "Vandenberg An")])
    (proposal,) = propose([an], index)
    assert (proposal.strength, proposal.reason) == (Strength.SURE, Reason.EXACT_FORMAT)
    assert holders_of_bare_names([an], index) == {"an.vandenberg": "An Van den Berg"}


def test_an_employee_id_that_two_administrations_gave_to_two_persons_is_not_sure() -> None:
    bert = person("Bert", "Ameel", "bert.ameel", identifier="123")
    (proposal,) = propose([bert], AccountIndex([account("mia.maes", "Mia Maes", "123")]))
    assert proposal.strength is Strength.LIKELY
    assert proposal.reason is Reason.EMPLOYEE_ID_OTHER_NAMES
