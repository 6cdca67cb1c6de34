import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.formats import (
    FormatError,
    LiteralText,
    Name,
    NameField,
    ReviewFlag,
    UsernameFormat,
    parse_format,
)
from services.username_engine.engine.local_parts import is_legal_local_part

GIVEN = NameField(Name.GIVEN)
FAMILY = NameField(Name.FAMILY)
PERSON = "3a1ef908-3f3d-4b37-9a1c-8d8a3e0a7b11"


@pytest.mark.parametrize(
    ("spelling", "canonical", "username"),
    [
        ("{voornaam}.{familienaam}", "{voornaam}.{familienaam}", "bert.ameel"),
        ("{familienaam}.{voornaam}", "{familienaam}.{voornaam}", "ameel.bert"),
        ("{voornaam}_{familienaam}", "{voornaam}_{familienaam}", "bert_ameel"),
        ("{voornaam.familienaam}", "{voornaam}.{familienaam}", "bert.ameel"),
        ("{familienaam.voornaam}", "{familienaam}.{voornaam}", "ameel.bert"),
        ("naam.voornaam", "{familienaam}.{voornaam}", "ameel.bert"),
        ("voornaam.naam", "{voornaam}.{familienaam}", "bert.ameel"),
        ("{voornaam}.{naam}", "{voornaam}.{familienaam}", "bert.ameel"),
        ("{Voornaam}.{FAMILIENAAM}", "{voornaam}.{familienaam}", "bert.ameel"),
        ("Voornaam.Naam", "{voornaam}.{familienaam}", "bert.ameel"),
        ("  { voornaam }.{naam}\n", "{voornaam}.{familienaam}", "bert.ameel"),
        ("{voornaam}{naam}", "{voornaam}{familienaam}", "bertameel"),
        ("{voornaam}", "{voornaam}", "bert"),
        ("LL-{voornaam.naam}", "ll-{voornaam}.{familienaam}", "ll-bert.ameel"),
    ],
)
def test_spellings_of_the_manual(spelling: str, canonical: str, username: str) -> None:
    username_format = parse_format(spelling)

    assert str(username_format) == canonical
    assert username_format.render("Bert", "Ameel", identifier=PERSON).local_part == username


def test_parsed_format_is_literals_and_fields() -> None:
    assert parse_format("{naam}_{voornaam}").pieces == (FAMILY, LiteralText("_"), GIVEN)


@pytest.mark.parametrize(
    ("text", "position", "problem", "expected"),
    [
        ("", 1, "no name in the format", "{voornaam}"),
        ("   ", 1, "no name in the format", "{voornaam}"),
        ("2024.", 1, "'2024' is not a field", "{familienaam}"),
        ("._.", 1, "no name in the format", "{voornaam}"),
        ("{voornam}.{naam}", 2, "'voornam' is not a field", "{voornaam}"),
        ("prénom.naam", 1, "'prénom' is not a field", "{voornaam}"),
        ("voornaamnaam", 1, "'voornaamnaam' is not a field", "{voornaam}"),
        ("{voornaam.familienaan}", 11, "'familienaan' is not a field", "{familienaam}"),
        ("{voornaam.{naam}", 11, "opened inside another", "'}'"),
        ("{voornaam}.{naam", 12, "not closed", "'}'"),
        ("voornaam}.{naam}", 1, "stands outside the braces", "{voornaam}"),
        ("{voornaam}}.{naam}", 11, "no opening one", "'{'"),
        ("{voornaam}.{}", 12, "no name between the braces", "{voornaam}"),
        ("{voornaam}.naam", 12, "stands outside the braces", "{naam}"),
        ("{voornaam}@{naam}", 11, "character '@'", "a letter, a digit"),
        ("{voornaam} {naam}", 11, "character ' '", "a letter, a digit"),
        ("{voornaam}é{naam}", 11, r"character '\xe9'", "a letter, a digit"),
        ("{voornaam:1}.{naam}", 10, "character ':'", "a letter, a digit"),
        (".{voornaam}", 1, "begins with '.'", "a name"),
        ("  {voornaam}-", 13, "ends with '-'", "a name"),
        ("{voornaam}..{naam}", 12, "two dots", "a name"),
        ("{voornaam.}.{naam}", 12, "two dots", "a name"),
    ],
)
def test_fault_is_shown_with_position_and_what_was_expected(
    text: str, position: int, problem: str, expected: str
) -> None:
    with pytest.raises(FormatError) as caught:
        parse_format(text)

    assert caught.value.position == position
    assert problem in caught.value.problem
    assert expected in caught.value.expected
    assert f"at position {position}: expected " in str(caught.value)


@pytest.mark.parametrize(
    ("text", "given_name", "family_name", "username", "flags"),
    [
        ("{voornaam}.{naam}", "", "Ahmadzai", "ahmadzai", {ReviewFlag.NAME_MISSING}),
        ("{voornaam}.{naam}", "Sukarno", "-", "sukarno", {ReviewFlag.NAME_MISSING}),
        ("{voornaam}", "", "Ahmadzai", "ahmadzai", {ReviewFlag.NAME_MISSING}),
        ("ll-{voornaam}.{naam}", "", "Ahmadzai", "ll-ahmadzai", {ReviewFlag.NAME_MISSING}),
        ("ll-{voornaam}.{naam}", "Bert", "", "ll-bert", {ReviewFlag.NAME_MISSING}),
        ("{voornaam}.{naam}-24", "Bert", "?", "bert.24", {ReviewFlag.NAME_MISSING}),
        ("{voornaam}.x.{naam}", "", "Ameel", "x.ameel", {ReviewFlag.NAME_MISSING}),
        ("{voornaam}.{naam}", "😀", "\u200f", PERSON, {ReviewFlag.FROM_IDENTIFIER}),
        ("{voornaam}.{naam}", "محمد", "Ali", "mhmd.ali", {ReviewFlag.CONSONANTS_ONLY}),
        ("{naam}", "محمد", "Ali", "ali", set()),
        (
            "{voornaam}.{naam}",
            "יוסף",
            "",
            "yvsf",
            {ReviewFlag.CONSONANTS_ONLY, ReviewFlag.NAME_MISSING},
        ),
    ],
)
def test_names_with_something_missing_get_what_there_is_and_a_flag(
    text: str, given_name: str, family_name: str, username: str, flags: set[ReviewFlag]
) -> None:
    rendered = parse_format(text).render(given_name, family_name, identifier=PERSON)

    assert rendered.local_part == username
    assert rendered.flags == flags
    assert rendered.needs_review == bool(flags)


def test_identifiers_without_a_legal_character_stay_apart() -> None:
    username_format = parse_format("{voornaam}.{naam}")
    first, second = (
        username_format.render("", "", identifier=identifier).local_part
        for identifier in ("…", "\ud800")
    )

    assert first != second
    assert is_legal_local_part(first)
    assert is_legal_local_part(second)


FIELD_TEXTS = st.sampled_from(
    ["{voornaam}", "{familienaam}", "{Naam}", "{voornaam.naam}", "{naam_voornaam}"]
)
LITERAL_TEXTS = st.text("abcXYZ019'.-_!#^~", max_size=4)


def _parsed(text: str) -> UsernameFormat | None:
    try:
        return parse_format(text)
    except FormatError:
        return None


FORMATS = (
    st.lists(st.one_of(FIELD_TEXTS, LITERAL_TEXTS), min_size=1, max_size=6)
    .map("".join)
    .map(_parsed)
    .filter(lambda username_format: username_format is not None)
)
ANY_TEXT = st.text(st.characters(codec=None, categories=None, exclude_categories=()), max_size=30)
NAMES = st.one_of(
    ANY_TEXT,
    st.sampled_from(["Jan", "van den Berghe", "İbrahim", "محمد", "O'Neil", "王", "-", "😀", ""]),
)


@given(FORMATS)
def test_canonical_text_parses_back_to_the_same(username_format: UsernameFormat) -> None:
    assert parse_format(str(username_format)) == username_format


@given(FORMATS, NAMES, NAMES, ANY_TEXT)
def test_rendering_any_text_gives_a_legal_local_part(
    username_format: UsernameFormat, given_name: str, family_name: str, identifier: str
) -> None:
    rendered = username_format.render(given_name, family_name, identifier=identifier)

    assert is_legal_local_part(rendered.local_part)
    assert rendered.local_part == rendered.local_part.lower()
    assert rendered.local_part[0] not in "._-"
    assert rendered.local_part[-1] not in "._-"


@given(st.one_of(ANY_TEXT, st.text("{}.-_ voornaamfamilie", max_size=40)))
def test_any_text_parses_or_has_a_fault_within_it(text: str) -> None:
    if _parsed(text) is None:
        with pytest.raises(FormatError) as caught:
            parse_format(text)
        assert 1 <= caught.value.position <= max(1, len(text))
    else:
        assert any(isinstance(piece, NameField) for piece in parse_format(text).pieces)


def test_ten_thousand_characters() -> None:
    rendered = parse_format("naam.voornaam").render("é" * 10_000, "b" * 10_000, identifier=PERSON)

    assert rendered.local_part == "b" * 10_000 + "." + "e" * 10_000
