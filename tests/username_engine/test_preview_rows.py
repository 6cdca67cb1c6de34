"""Names where nobody has one: legal, within length, and those that creation would give."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.formats import UsernameFormat, parse_format
from services.username_engine.engine.local_parts import fold, is_legal_local_part
from services.username_engine.engine.reserved import is_reserved
from services.username_engine.engine.rules import DEFAULT_RULES, LetterCase, Rules
from services.username_engine.engine.usernames import (
    DomainPolicies,
    DomainPolicy,
    Group,
    Username,
)
from services.username_engine.usernames.allocation import NOBODY, Reserved, Wish, allocate
from services.username_engine.usernames.candidates import Candidate
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.preview_pages import PageOfRows, Show
from services.username_engine.usernames.preview_rows import (
    FreshNames,
    PreviewNaming,
    PreviewNote,
    PreviewRow,
)
from tests.username_engine.engine.names import FORMATS, NAMES, RULES, unhurried

TENANT = DomainPolicies(DomainPolicy.TENANT, DomainPolicy.TENANT)
WORDS = frozenset({"ab", "ab2", "a1", "jan"})
FEW_NAMES = st.sampled_from(["Jan", "Ján", "jan2", "An", "A", "Ab", "B", "Info", "", "Jan-An"])
MAXIMUM = st.integers(8, 80)


def configured(
    maximum_length: int = 75, rules: Rules = DEFAULT_RULES, words: frozenset[str] = WORDS
) -> Configuration:
    return Configuration(
        1, "demo", "", maximum_length, TENANT, False, frozenset(), rules, words, None
    )


def person(number: int, given_name: str, family_name: str) -> Candidate:
    return Candidate(
        f"p{number}", given_name, family_name, None, date(2026, 9, 1), Group.STUDENT, True, None
    )


def rows(
    configuration: Configuration, username_format: UsernameFormat, names: Sequence[tuple[str, str]]
) -> list[PreviewRow]:
    naming = PreviewNaming(configuration, username_format, 2026)
    return [naming.row(person(at, *name), None) for at, name in enumerate(names)]


@unhurried
@given(
    FORMATS,
    st.lists(st.tuples(NAMES | FEW_NAMES, NAMES | FEW_NAMES), max_size=12),
    RULES,
    MAXIMUM,
)
def test_any_format_gives_legal_and_different_names_that_are_never_reserved(
    username_format: UsernameFormat,
    names: list[tuple[str, str]],
    rules: Rules,
    maximum_length: int,
) -> None:
    configuration = configured(maximum_length, rules)
    found = rows(configuration, username_format, names)

    given_names = [row.username.local_part for row in found]
    assert len(set(map(fold, given_names))) == len(names)
    for local_part in given_names:
        assert is_legal_local_part(local_part, maximum_length)
        assert local_part[0] not in "._-'"
        assert local_part[-1] not in "._-'"
        assert not is_reserved(fold(local_part), WORDS)
        assert rules.letter_case is not LetterCase.UPPER or local_part == local_part.upper()
    assert found == rows(configuration, username_format, names)


@unhurried
@given(
    FORMATS,
    st.lists(st.tuples(FEW_NAMES, FEW_NAMES), max_size=30),
    RULES,
    st.integers(8, 14),
)
def test_they_are_what_creation_allocates(
    username_format: UsernameFormat,
    names: list[tuple[str, str]],
    rules: Rules,
    maximum_length: int,
) -> None:
    wishes = [
        Wish(
            f"p{at}",
            tuple(
                each.local_part
                for each in username_format.candidates(
                    *name, identifier=f"p{at}", rules=rules, start_year=2026
                )
            ),
        )
        for at, name in enumerate(names)
    ]

    async def never_generated(folded: Collection[str]) -> Reserved:
        return {name: NOBODY for name in folded if is_reserved(name, WORDS)}

    allocated = asyncio.run(allocate(wishes, maximum_length, never_generated, {}, rules=rules))

    found = rows(configured(maximum_length, rules), username_format, names)
    assert [row.username.local_part for row in found] == allocated


@pytest.mark.parametrize(
    ("candidates", "names"),
    [
        # a reserved first candidate moves to the next, and its numbers are tried last
        (["info", "in.fo"], ["in.fo", "info2", "info3"]),
        (["INFO"], ["INFO2", "INFO3", "INFO4"]),
        # reserved once it is cut
        (["administratief"], ["administra", "administr2", "administr3"]),
        (["postmasters"], ["postmaste2", "postmaste3", "postmaste4"]),
        # with a number
        (["pop"], ["pop", "pop2", "pop4"]),
        (["in.fo", "sales", "root"], ["in.fo", "in.fo2", "in.fo3"]),
    ],
)
def test_reserved_names_are_passed_over(candidates: list[str], names: list[str]) -> None:
    fresh = FreshNames(configured(10, words=frozenset({"kantine"})))

    assert [fresh.give(candidates).local_part for _ in names] == names


def test_a_number_that_is_reserved_is_noted() -> None:
    fresh = FreshNames(configured())
    for _ in range(2):
        fresh.give(["pop"])

    assert fresh.give(["pop"]).notes == [
        PreviewNote.CLASH,
        PreviewNote.NUMBER,
        PreviewNote.RESERVED,
    ]


@pytest.mark.parametrize(
    ("name", "is_noted"),
    [
        ("Zoë", True),
        ("Zoe\u0308", True),
        ("Łukasz", True),
        ("محمد", True),
        ("D’Hondt", False),
        ("Anne–Marie", False),
        ("Jan\u200b", False),
        ("Bert", False),
        ("", False),
    ],
)
def test_letters_beyond_z_are_noted_where_the_format_has_the_name(
    name: str, is_noted: bool
) -> None:
    of_given, of_family = (
        rows(configured(), parse_format(text), [(name, "Ameel")])[0].notes
        for text in ("[{voornaam}.]{naam}", "{naam}")
    )

    assert (PreviewNote.TRANSLITERATED in of_given) is is_noted
    assert of_family == ()


def _page(show: Show = Show.ALL, *, limit: int = 10, offset: int = 0) -> list[str]:
    page = PageOfRows(show, limit=limit, offset=offset)
    for at, (notes, flags) in enumerate(
        [((), ()), ((PreviewNote.CUT,), ()), ((), ()), ((), ("needs_review",)), ((), ())]
    ):
        name = Username(f"name{at}")
        current = Username("Name0" if at == 0 else f"name{at}")
        page.add(PreviewRow(f"p{at}", "", "", name, current, notes, flags))
    return [row.person for row in page.items]


@pytest.mark.parametrize("limit", range(7))
@pytest.mark.parametrize("offset", range(7))
def test_any_page_is_that_part_of_the_whole(limit: int, offset: int) -> None:
    whole = ["p1", "p3", "p0", "p2", "p4"]

    assert _page(limit=limit, offset=offset) == whole[offset : offset + limit]


def test_another_letter_case_is_a_change() -> None:
    assert _page(Show.CHANGED) == ["p0"]


def test_who_has_a_name_in_another_domain_has_it_unchanged() -> None:
    row = rows(configured(), parse_format("{naam}"), [("An", "Ys")])[0]
    fixed = replace(row.username, domain="school.be")

    assert not row._replace(current_username=fixed).is_changed
