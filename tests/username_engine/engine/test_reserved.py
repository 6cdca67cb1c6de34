import pytest

from services.username_engine.engine.local_parts import fold, is_legal_local_part
from services.username_engine.engine.reserved import (
    RESERVED_NAMES,
    ReservedWordError,
    is_reserved,
    reserved_word,
)

RFC_2142 = """
    info marketing sales support abuse noc security
    postmaster hostmaster usenet news webmaster www uucp ftp
"""
ADMINISTRATIVE = "admin administrator root noreply mailer-daemon directie"


@pytest.mark.parametrize("name", [*RFC_2142.split(), *ADMINISTRATIVE.split()])
def test_role_mailboxes_are_reserved(name: str) -> None:
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["info2", "jan.info", "infos", "bert.ameel", ""])
def test_only_the_whole_name_is(name: str) -> None:
    assert not is_reserved(name)


def test_a_schools_own_words_are_reserved_too() -> None:
    words = {reserved_word("  Scholengroep "), reserved_word("b.bal_EX")}

    assert words == {"scholengroep", "b.bal_ex"}
    assert is_reserved("scholengroep", words)
    assert is_reserved("info", words)
    assert not is_reserved("scholengroep")


@pytest.mark.parametrize(
    "typed", ["", "  ", "info@school.be", "café", ".info", "info.", "a..b", "a b"]
)
def test_a_word_that_cannot_be_a_username_is_refused(typed: str) -> None:
    with pytest.raises(ReservedWordError) as caught:
        reserved_word(typed)

    assert caught.value.word == typed
    assert not typed.strip() or typed not in str(caught.value)


def test_every_reserved_name_is_one_that_could_be_generated() -> None:
    assert all(is_legal_local_part(name) and fold(name) == name for name in RESERVED_NAMES)
