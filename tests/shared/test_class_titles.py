"""Class titles as a school reads them in Teams (M2, M Bijlage 1)."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.class_titles import TOKENS, ClassTitleFormatError, parse_class_title

VALUES = {
    "klas": "3 Latijn A",
    "klascode": "3LA",
    "vestiging": "Campus Zuid",
    "vestcode": "CZ",
    "schoolcode": "COL",
    "schoolyear": "2024-25",
    "startyear": "2024",
}


@pytest.mark.parametrize(
    ("format_", "empty", "title"),
    [
        ("{schoolyear} {klas} - {vestiging}", "", "2024-25 3 Latijn A - Campus Zuid"),
        ("{SchoolYear} {KLAS}", "", "2024-25 3 Latijn A"),
        ("{schoolyear} {klas} - {vestiging}", "vestiging", "2024-25 3 Latijn A"),
        ("{schoolyear} {klas} - {vestiging}", "klas", "2024-25 - Campus Zuid"),
        ("{schoolyear} {klas} - {vestiging}", "schoolyear", "3 Latijn A - Campus Zuid"),
        ("{klas} - {vestiging}", "klas vestiging", ""),
        ("{klas} ({vestiging})", "vestiging", "3 Latijn A"),
        ("{klas} ({vestiging})", "klas", "(Campus Zuid)"),
        ("{klas} [{schoolcode}/{vestcode}]", "schoolcode", "3 Latijn A [CZ]"),
        ("{klas} [{schoolcode}/{vestcode}]", "schoolcode vestcode", "3 Latijn A"),
        ("Klas {klas}, {vestiging}", "vestiging", "Klas 3 Latijn A"),
        ("Klas {klas}", "klas", ""),
        ("{klascode}/{startyear}", "", "3LA/2024"),
        (":) {klas} (x", "", ":) 3 Latijn A (x"),
        ("  {klas}  ", "", "3 Latijn A"),
    ],
)
def test_an_empty_token_drops_with_the_separator_beside_it(
    format_: str, empty: str, title: str
) -> None:
    values = {**VALUES, **dict.fromkeys(empty.split())}

    assert parse_class_title(format_).render(values) == title


@pytest.mark.parametrize(
    ("format_", "position", "expected"),
    [
        ("{klass}", 2, "{klas}"),
        ("{klas} {school}", 9, "{schoolyear}"),
        ("{klas} {leerling}", 9, "{vestiging}"),
        ("klas", 1, "{klas}"),
        ("", 1, "{klas}"),
        ("{}", 2, "{klas}"),
        ("{klas", 1, "'}' after it"),
        ("klas}", 5, "'{' before it"),
        ("{kl{as}}", 4, "'}' before it"),
        ("{klas}\x07", 7, "a visible one"),
        ("{klas}" * 50, 256, "its end"),
    ],
)
def test_what_is_no_format_is_refused_with_its_place(
    format_: str, position: int, expected: str
) -> None:
    with pytest.raises(ClassTitleFormatError) as caught:
        parse_class_title(format_)

    assert caught.value.position == position
    assert expected in caught.value.expected


names = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
values = st.dictionaries(st.sampled_from(TOKENS), st.one_of(st.none(), st.just(" "), names))
separators = st.text(st.sampled_from(" -/_.,()[]#"), max_size=3)


@st.composite
def formats(draw: st.DrawFn) -> str:
    tokens = draw(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=5))
    text = draw(separators)
    for token in tokens:
        text += f"{{{token}}}{draw(separators)}"
    return text


@given(formats(), values)
def test_every_value_is_in_the_title_and_nothing_else_than_separators(
    text: str, given_values: dict[str, str | None]
) -> None:
    format_ = parse_class_title(text)

    title = format_.render(given_values)

    filled = [
        value for token in format_.tokens if (value := (given_values.get(token) or "").strip())
    ]
    assert "".join(filled) == "".join(character for character in title if character.isalnum())
    assert title == title.strip()
    assert bool(title) == bool(filled)
    assert sum(map(title.count, "()[]-/_.,#")) <= sum(map(text.count, "()[]-/_.,#"))


@given(formats())
def test_with_all_values_the_format_is_filled_as_it_is_written(text: str) -> None:
    expected = text.strip()
    for token in TOKENS:
        expected = expected.replace(f"{{{token}}}", VALUES[token])

    assert parse_class_title(text).render(VALUES) == expected


@given(formats(), values)
def test_the_text_of_a_format_parses_back_to_the_same(
    text: str, given_values: dict[str, str | None]
) -> None:
    format_ = parse_class_title(text)
    again = parse_class_title(str(format_))

    assert again == format_
    assert again.render(given_values) == format_.render(given_values)


@given(st.text(st.sampled_from("{}() -kla") | st.characters(), max_size=40))
def test_a_text_without_a_token_is_never_a_format(text: str) -> None:
    has_token = any(f"{{{token}}}" in "".join(text.lower().split()) for token in TOKENS)

    with contextlib.suppress(ClassTitleFormatError):
        assert parse_class_title(text).render(VALUES)
        assert has_token


def test_fifty_thousand_titles_take_less_than_a_second() -> None:
    format_ = parse_class_title("{schoolyear} {klas} - {vestiging}")
    start = time.process_time()

    for _ in range(50_000):
        format_.render(VALUES)

    assert time.process_time() - start < 1
