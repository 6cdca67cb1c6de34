from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.username_engine.engine.local_parts import fold, is_legal_local_part
from services.username_engine.engine.suffixes import candidates, nth_candidate

LOCAL_PARTS = st.one_of(
    st.from_regex(r"[a-zA-Z0-9_'-]+(\.[a-zA-Z0-9_'-]+)*", fullmatch=True),
    # what could meet itself at the cut: few letters, digits and separators
    st.from_regex(r"[au12]([.\-_]?[au12])*", fullmatch=True),
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


@given(LOCAL_PARTS, st.integers(2, 80), st.integers(1, 10**12))
def test_every_candidate_is_legal_and_within_length(base: str, maximum_length: int, n: int) -> None:
    if len(str(n)) >= maximum_length:
        with pytest.raises(ValueError, match="no room"):
            nth_candidate(base, maximum_length, n)
        return
    candidate = nth_candidate(base, maximum_length, n)

    assert is_legal_local_part(candidate, maximum_length)
    if n == 1:
        assert candidate[-1] not in "._-"
    else:
        assert candidate.endswith(str(n))
        stem = candidate.removesuffix(str(n))
        assert stem
        assert stem[-1] not in "._-"


@given(LOCAL_PARTS, st.integers(2, 14))
@example("ab1", 4)
@example("abcdefg2", 8)
@example("12345", 8)
@example("u2", 4)
@example("U2", 4)
@example("u-2", 4)
@example("a1a1", 4)
def test_first_candidates_are_all_different(base: str, maximum_length: int) -> None:
    first = [fold(name) for name in islice(candidates(base, maximum_length), 1200)]

    assert len(set(first)) == len(first)


@given(
    st.from_regex(r"[au12]([.\-_]?[au12]){0,9}", fullmatch=True),
    st.integers(4, 12),
    st.integers(2, 999_999),
    st.integers(1, 5),
)
def test_suffixes_that_begin_with_digits_of_the_base_never_meet_another(
    base: str, maximum_length: int, n: int, digits_of_base: int
) -> None:
    """The one way two candidates could be equal: base + n and shorter base + (digits, n)."""
    tail = base[-digits_of_base:]
    if not tail.isdigit():
        return
    longer = int(tail + str(n))
    if len(str(longer)) >= maximum_length:
        return

    assert nth_candidate(base, maximum_length, n) != nth_candidate(base, maximum_length, longer)
    assert nth_candidate(base, maximum_length, 1) != nth_candidate(base, maximum_length, longer)


@given(LOCAL_PARTS, st.integers(8, 80), st.integers(0, 50))
def test_any_window_is_what_the_iterator_gives(base: str, maximum_length: int, start: int) -> None:
    window = [nth_candidate(base, maximum_length, n) for n in range(start + 1, start + 6)]

    assert window == list(islice(candidates(base, maximum_length), start, start + 5))


def test_candidates_end_when_the_suffix_has_no_room_beside_one_letter() -> None:
    assert list(candidates("jan", 2)) == ["ja", *(f"j{n}" for n in range(2, 10))]


@pytest.mark.parametrize(("maximum_length", "n"), [(1, 1), (0, 1), (8, 0), (8, -1)])
def test_what_has_no_candidate_is_refused(maximum_length: int, n: int) -> None:
    with pytest.raises(ValueError, match=r"maximum length|counted from 1"):
        nth_candidate("jan", maximum_length, n)
