from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.username_engine.engine.local_parts import fold, is_legal_local_part
from services.username_engine.engine.rules import LetterCase, Rules
from services.username_engine.engine.suffixes import candidates, nth_candidate
from tests.username_engine.engine.names import RULES, unhurried

LOCAL_PARTS = st.one_of(
    st.from_regex(r"[a-zA-Z0-9_'-]+(\.[a-zA-Z0-9_'-]+)*", fullmatch=True),
    # what could meet itself at the cut: few letters, digits and separators
    st.from_regex(r"[au12]([.\-_']?[au12])*", fullmatch=True),
)


def test_a_clash_takes_2_then_3_then_4() -> None:
    assert list(islice(candidates("bert.ameel", 75), 4)) == [
        "bert.ameel",
        "bert.ameel2",
        "bert.ameel3",
        "bert.ameel4",
    ]


@pytest.mark.parametrize(
    ("base", "maximum_length", "n", "candidate"),
    [
        ("maximiliaan", 8, 1, "maximili"),
        ("maximiliaan", 8, 2, "maximil2"),
        ("maximiliaan", 8, 10, "maximi10"),
        ("maximil.jan", 8, 1, "maximil"),
        ("maximil.jan", 8, 2, "maximil2"),
        ("maximi-jan", 8, 2, "maximi2"),
        ("maximi._jan", 8, 2, "maximi2"),
        # nor does an apostrophe stay at the cut
        ("maximil'jan", 8, 1, "maximil"),
        ("maximi.'jan", 8, 1, "maximi"),
        ("maximil'jan", 9, 2, "maximil2"),
        ("bert.ameel", 11, 9, "bert.ameel9"),
        ("bert.ameel", 11, 10, "bert.amee10"),
        ("jan2", 75, 2, "jan22"),
        # digits at the cut go with it
        ("peters2024", 10, 2, "peter2"),
        ("3", 8, 1_000_000, "31000000"),
        ("34", 8, 1_000_000, "u1000000"),
    ],
)
def test_suffix_fits_inside_the_maximum_length(
    base: str, maximum_length: int, n: int, candidate: str
) -> None:
    assert nth_candidate(base, maximum_length, n) == candidate


@pytest.mark.parametrize(
    ("first_number", "minimum_digits", "names"),
    [
        (2, 1, ["bert", "bert2", "bert3"]),
        (1, 1, ["bert", "bert1", "bert2"]),
        (0, 1, ["bert", "bert0", "bert1"]),
        (1, 2, ["bert", "bert01", "bert02"]),
        (99, 2, ["bert", "bert99", "bert100"]),
        (999, 4, ["bert", "bert0999", "bert1000"]),
    ],
)
def test_first_number_and_digits(first_number: int, minimum_digits: int, names: list[str]) -> None:
    rules = Rules(first_number=first_number, minimum_digits=minimum_digits)

    assert list(islice(candidates("bert", 75, rules), 3)) == names


@pytest.mark.parametrize(
    ("base", "maximum_length", "n", "candidate"),
    [
        ("maximiliaan", 8, 2, "maxim001"),
        ("maximil.jan", 10, 2, "maximil001"),
        ("maxim.jan", 9, 2, "maxim001"),
        ("maxi.jan", 8, 2, "maxi001"),
        ("34", 4, 2, "u001"),
        ("U1", 4, 2, "X001"),
        ("34", 4, 1001, "ValueError"),
    ],
)
def test_wide_numbers_fit_inside_the_maximum_length(
    base: str, maximum_length: int, n: int, candidate: str
) -> None:
    rules = Rules(first_number=1, minimum_digits=3, letter_case=LetterCase.UPPER)

    if candidate == "ValueError":
        with pytest.raises(ValueError, match="suffix 1000 has no room within 4 characters"):
            nth_candidate(base, maximum_length, n, rules)
    else:
        assert nth_candidate(base, maximum_length, n, rules) == candidate


@unhurried
@given(LOCAL_PARTS, st.integers(2, 80), st.integers(1, 10**12), RULES)
def test_every_candidate_is_legal_and_within_length(
    base: str, maximum_length: int, n: int, rules: Rules
) -> None:
    number = str(rules.first_number + n - 2).rjust(rules.minimum_digits, "0")
    if n > 1 and len(number) >= maximum_length:
        with pytest.raises(ValueError, match="no room"):
            nth_candidate(base, maximum_length, n, rules)
        return
    candidate = nth_candidate(base, maximum_length, n, rules)

    assert is_legal_local_part(candidate, maximum_length)
    if n == 1:
        assert candidate[-1] not in "._-'"
    else:
        assert candidate.endswith(number)
        stem = candidate.removesuffix(number)
        assert stem
        assert stem[-1] not in "._-'"


ENOUGH = 1200


@unhurried
@given(LOCAL_PARTS, st.integers(2, 14), RULES)
@example("ab1", 4, Rules())
@example("abcdefg2", 8, Rules())
@example("12345", 8, Rules())
@example("u2", 4, Rules())
@example("U2", 4, Rules())
@example("u-2", 4, Rules())
@example("a1a1", 4, Rules())
@example("ab0", 4, Rules(first_number=0))
@example("ab00", 6, Rules(first_number=0, minimum_digits=2))
@example("u001", 5, Rules(first_number=1, minimum_digits=3))
def test_first_candidates_are_all_different(base: str, maximum_length: int, rules: Rules) -> None:
    first = [fold(name) for name in islice(candidates(base, maximum_length, rules), ENOUGH)]

    assert len(set(first)) == len(first)


@unhurried
@given(
    st.from_regex(r"[au012]([.\-_]?[au012]){0,9}", fullmatch=True),
    st.integers(4, 12),
    st.integers(2, 999_999),
    st.integers(1, 5),
    RULES,
)
def test_suffixes_that_begin_with_digits_of_the_base_never_meet_another(
    base: str, maximum_length: int, n: int, digits_of_base: int, rules: Rules
) -> None:
    """The one way two candidates could be equal: base + number and shorter base + (digits,
    number)."""
    tail = base[-digits_of_base:]
    number = str(rules.first_number + n - 2).zfill(rules.minimum_digits)
    longer = int(tail + number) - rules.first_number + 2 if tail.isdigit() else 0
    if longer <= n or len(tail + number) >= maximum_length:
        return
    nth, other = (nth_candidate(base, maximum_length, one, rules) for one in (n, longer))

    assert nth != other
    assert nth_candidate(base, maximum_length, 1, rules) not in {nth, other}


@unhurried
@given(LOCAL_PARTS, st.integers(8, 80), st.integers(0, 50), RULES)
def test_any_window_is_what_the_iterator_gives(
    base: str, maximum_length: int, start: int, rules: Rules
) -> None:
    window = [nth_candidate(base, maximum_length, n, rules) for n in range(start + 1, start + 6)]

    assert window == list(islice(candidates(base, maximum_length, rules), start, start + 5))
    assert window == list(islice(candidates(base, maximum_length, rules, first=start + 1), 5))


def test_candidates_end_when_the_suffix_has_no_room_beside_one_letter() -> None:
    assert list(candidates("jan", 2)) == ["ja", *(f"j{n}" for n in range(2, 10))]


@pytest.mark.parametrize(("maximum_length", "n"), [(1, 1), (0, 1), (8, 0), (8, -1)])
def test_what_has_no_candidate_is_refused(maximum_length: int, n: int) -> None:
    with pytest.raises(ValueError, match=r"maximum length|counted from 1"):
        nth_candidate("jan", maximum_length, n)
