from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.rules import (
    DEFAULT_RULES,
    LetterCase,
    Particles,
    Rules,
    RulesError,
    Transliteration,
)
from tests.username_engine.engine.names import RULES


def test_without_keys_everything_is_as_the_manual_says() -> None:
    assert Rules.from_json({}) == DEFAULT_RULES == Rules()
    assert DEFAULT_RULES.to_json() == {}


def test_only_what_differs_is_written() -> None:
    rules = Rules(
        transliteration=Transliteration.GERMAN, particles=Particles.INITIALS, first_number=1
    )

    assert rules.to_json() == {
        "transliteration": "german",
        "particles": "initials",
        "first_number": 1,
    }


@given(RULES)
def test_rules_are_read_back_as_they_were_written(rules: Rules) -> None:
    assert Rules.from_json(rules.to_json()) == rules


@pytest.mark.parametrize(
    ("mapping", "key", "expected"),
    [
        ({"transliteration": "swiss"}, "transliteration", "plain or german or nordic"),
        ({"particles": "Keep"}, "particles", "keep or drop or initials"),
        ({"particles": None}, "particles", "keep or drop or initials"),
        ({"hyphens": ["keep"]}, "hyphens", "keep or drop or space"),
        ({"apostrophes": ""}, "apostrophes", "drop or keep or hyphen or space"),
        ({"spaces": 1}, "spaces", "drop or hyphen or dot or underscore"),
        ({"letter_case": "camel"}, "letter_case", "lower or upper or title"),
        ({"first_number": -1}, "first_number", "a whole number from 0 to 999"),
        ({"first_number": 1000}, "first_number", "a whole number from 0 to 999"),
        ({"first_number": "2"}, "first_number", "a whole number from 0 to 999"),
        ({"first_number": 2.0}, "first_number", "a whole number from 0 to 999"),
        ({"minimum_digits": 0}, "minimum_digits", "a whole number from 1 to 4"),
        ({"minimum_digits": True}, "minimum_digits", "a whole number from 1 to 4"),
        ({"minimum_digits": 5}, "minimum_digits", "a whole number from 1 to 4"),
        ({"particle": "drop"}, "particle", "particles"),
        ({"Hyphen": "drop"}, "Hyphen", "hyphens"),
    ],
)
def test_a_fault_names_the_key_and_what_it_takes(
    mapping: Mapping[str, object], key: str, expected: str
) -> None:
    with pytest.raises(RulesError) as caught:
        Rules.from_json(mapping)

    (fault,) = caught.value.faults
    assert (fault.key, fault.expected) == (key, expected)
    assert key in str(caught.value)
    assert expected in str(caught.value)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(RulesError) as caught:
        Rules.from_json({"spaces": "x", "particles": "drop", "zzz": 1, "first_number": None})

    assert [fault.key for fault in caught.value.faults] == ["spaces", "zzz", "first_number"]
    assert "letter_case" in caught.value.faults[1].expected


@given(
    st.dictionaries(
        st.one_of(st.text(max_size=8), st.sampled_from(["spaces", "first_number", "letter_case"])),
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just("lower")),
    )
)
def test_any_object_is_rules_or_faults_that_name_its_keys(mapping: dict[str, object]) -> None:
    faulty = _faulty_keys(mapping)
    rest = {key: value for key, value in mapping.items() if key not in faulty}

    assert faulty <= set(mapping)
    assert Rules.from_json(rest).to_json().items() <= rest.items()


def _faulty_keys(mapping: Mapping[str, object]) -> set[str]:
    try:
        Rules.from_json(mapping)
    except RulesError as error:
        return {fault.key for fault in error.faults}
    return set()


@pytest.mark.parametrize(("first_number", "minimum_digits"), [(-1, 1), (1000, 1), (2, 0), (2, 5)])
def test_numbers_out_of_range_cannot_be_made(first_number: int, minimum_digits: int) -> None:
    with pytest.raises(RulesError, match="out of range"):
        Rules(first_number=first_number, minimum_digits=minimum_digits)


@pytest.mark.parametrize(
    ("letter_case", "text"),
    [
        (LetterCase.LOWER, "anne-marie.o'neil2"),
        (LetterCase.UPPER, "ANNE-MARIE.O'NEIL2"),
        (LetterCase.TITLE, "Anne-Marie.O'Neil2"),
    ],
)
def test_letter_case(letter_case: LetterCase, text: str) -> None:
    assert Rules(letter_case=letter_case).in_letter_case("anne-marie.o'neil2") == text
