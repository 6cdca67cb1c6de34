import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.local_parts import ALLOWED, fold, is_legal_local_part


@pytest.mark.parametrize(
    "local_part", ["jan.peters", "b.bal_EX", "a", "o'neil", "x!#^~x", "-a-", "_", "1.2.3"]
)
def test_legal(local_part: str) -> None:
    assert is_legal_local_part(local_part)


@pytest.mark.parametrize(
    "local_part",
    ["", ".", ".jan", "jan.", "jan..peters", "jan peters", "jan@x", "é", "jan\n", "jan+x", "ı"],
)
def test_not_legal(local_part: str) -> None:
    assert not is_legal_local_part(local_part)


def test_length() -> None:
    assert is_legal_local_part("a" * 8, 8)
    assert not is_legal_local_part("a" * 9, 8)


def test_names_that_differ_in_case_are_one() -> None:
    assert fold("Jan.PETERS") == fold("jan.peters")


@given(st.text(sorted(ALLOWED)))
def test_folding_is_idempotent_and_keeps_what_is_legal(local_part: str) -> None:
    assert fold(fold(local_part)) == fold(local_part) == fold(local_part.upper())
    assert is_legal_local_part(fold(local_part)) == is_legal_local_part(local_part)
