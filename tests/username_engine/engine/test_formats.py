import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.formats import (
    LiteralText,
    Name,
    NameField,
    ReviewFlag,
    UsernameFormat,
    legal_identifier,
    parse_format,
)
from services.username_engine.engine.local_parts import fold, is_legal_local_part
from services.username_engine.engine.rules import LetterCase, Particles, Rules, Transliteration
from services.username_engine.engine.transliteration import transliterate
from tests.username_engine.engine.names import (
    ANY_TEXT,
    FORMATS,
    NAMES,
    RULES,
    unhurried,
)

GIVEN = NameField(Name.GIVEN)
FAMILY = NameField(Name.FAMILY)
NO_VOWELS_AND_ONE_MISSING = {ReviewFlag.CONSONANTS_ONLY, ReviewFlag.NAME_MISSING}
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


@unhurried
@given(FORMATS)
def test_canonical_text_parses_back_to_the_same(username_format: UsernameFormat) -> None:
    assert parse_format(str(username_format)) == username_format


@unhurried
@given(FORMATS, NAMES, NAMES, ANY_TEXT)
def test_rendering_any_text_gives_a_legal_local_part(
    username_format: UsernameFormat, given_name: str, family_name: str, identifier: str
) -> None:
    rendered = username_format.render(given_name, family_name, identifier=identifier)

    assert is_legal_local_part(rendered.local_part)
    assert rendered.local_part == rendered.local_part.lower()
    assert rendered.local_part[0] not in "._-'"
    assert rendered.local_part[-1] not in "._-'"


@unhurried
@given(FORMATS, NAMES, NAMES, ANY_TEXT, RULES, st.one_of(st.none(), st.integers(1900, 2100)))
def test_candidates_by_any_rules_are_legal_and_different(
    username_format: UsernameFormat,
    given_name: str,
    family_name: str,
    identifier: str,
    rules: Rules,
    start_year: int | None,
) -> None:
    person = (given_name, family_name)
    candidates = username_format.candidates(
        *person, identifier=identifier, rules=rules, start_year=start_year
    )

    assert candidates[0] == username_format.render(
        *person, identifier=identifier, rules=rules, start_year=start_year
    )
    assert len({fold(one.local_part) for one in candidates}) == len(candidates)
    assert len(candidates) <= len(username_format.templates)
    for one in candidates:
        assert is_legal_local_part(one.local_part)
        assert one.local_part == rules.in_letter_case(one.local_part.lower())
        assert one.local_part[0] not in "._-'"
        assert one.local_part[-1] not in "._-'"
        assert username_format.longest is None or len(one.local_part) <= username_format.longest


@unhurried
@given(FORMATS, NAMES, NAMES, ANY_TEXT, RULES)
def test_composed_and_decomposed_names_give_the_same(
    username_format: UsernameFormat,
    given_name: str,
    family_name: str,
    identifier: str,
    rules: Rules,
) -> None:
    composed, decomposed = (
        username_format.candidates(
            unicodedata.normalize(form, given_name),
            unicodedata.normalize(form, family_name),
            identifier=identifier,
            rules=rules,
        )
        for form in ("NFC", "NFD")
    )

    assert composed == decomposed


@pytest.mark.parametrize(
    ("text", "canonical", "username"),
    [
        ("{voornaam:1}{familienaam:8}", "{voornaam:1}{familienaam:8}", "bvandenbe"),
        ("{Voornaam : 1}.{NAAM:-3}", "{voornaam:1}.{familienaam:-3}", "b.ghe"),
        ("voornaam:1.naam:8", "{voornaam:1}.{familienaam:8}", "b.vandenbe"),
        ("{voornaam:64}", "{voornaam:64}", "bert"),
        ("{given_name}.{familyName}", "{voornaam}.{familienaam}", "bert.vandenberghe"),
        ("{FirstName_Last_Name}", "{voornaam}_{familienaam}", "bert_vandenberghe"),
        ("given_name_surname", "{voornaam}_{familienaam}", "bert_vandenberghe"),
        ("{achternaam}{startjaar:-2}", "{familienaam}{startyear:-2}", "vandenberghe26"),
        ("{startyear}.{naam}", "{startyear}.{familienaam}", "2026.vandenberghe"),
        ("[{voornaam}.]{naam}", "[{voornaam}.]{familienaam}", "bert.vandenberghe"),
        ("naam|voornaam", "{familienaam} | {voornaam}", "vandenberghe"),
        ("naam|{naam}| NAAM", "{familienaam}", "vandenberghe"),
    ],
)
def test_template_language(text: str, canonical: str, username: str) -> None:
    username_format = parse_format(text)
    rendered = username_format.render("Bert", "van den Berghe", identifier=PERSON, start_year=2026)

    assert str(username_format) == canonical
    assert rendered.local_part == username
    assert not rendered.flags


@pytest.mark.parametrize(
    ("text", "given_name", "family_name", "username", "flags"),
    [
        ("[{voornaam:1}.]{naam}", "", "Ameel", "ameel", set()),
        ("{naam}[.{voornaam}]", "?", "Ameel", "ameel", set()),
        ("{naam}[.{voornaam}x{startyear}]", "Bert", "Ameel", "ameel", set()),
        ("ll.[{voornaam}-].{naam}", "", "Ameel", "ll.ameel", set()),
        ("ll-[{voornaam}].{naam}", "", "Ameel", "ll-ameel", set()),
        ("[{voornaam}.]{naam}", "Bert", "", "bert", {ReviewFlag.NAME_MISSING}),
        ("[{voornaam:1}.]{naam}", "Bert", "", "b", {ReviewFlag.NAME_MISSING}),
        ("{naam}[.{voornaam}x{startyear}]", "Bert", "", "bert", {ReviewFlag.NAME_MISSING}),
        ("{naam}'[{voornaam}]", "", "Ameel", "ameel", set()),
        ("{naam}[{voornaam}]'x", "", "Ameel", "ameel'x", set()),
        ("ll'{voornaam}.{naam}", "", "Ameel", "ll'ameel", {ReviewFlag.NAME_MISSING}),
        ("[{voornaam}.]{naam}", "", "", PERSON, {ReviewFlag.FROM_IDENTIFIER}),
        ("{naam}.{startyear:-2}", "Bert", "Ameel", "ameel", {ReviewFlag.YEAR_MISSING}),
        ("[{voornaam}.]{naam}", "محمد", "", "mhmd", NO_VOWELS_AND_ONE_MISSING),
        ("[{voornaam}.]{naam}", "محمد", "Ali", "mhmd.ali", {ReviewFlag.CONSONANTS_ONLY}),
        ("{voornaam:5}.{naam}", "Anne-Marie", "Ameel", "anne.ameel", set()),
        ("{voornaam:-6}.{naam}", "Anne-Marie", "Ameel", "marie.ameel", set()),
    ],
)
def test_groups_and_parts_of_what_is_empty_or_cut_at_a_separator(
    text: str, given_name: str, family_name: str, username: str, flags: set[ReviewFlag]
) -> None:
    rendered = parse_format(text).render(given_name, family_name, identifier=PERSON)

    assert rendered.local_part == username
    assert rendered.flags == flags


def test_candidates_stand_in_the_order_of_the_format_and_equal_ones_once() -> None:
    username_format = parse_format("{voornaam:1}{naam} | {voornaam:2}{naam} | voornaam.naam")

    assert [
        [one.local_part for one in username_format.candidates(*names, identifier=PERSON)]
        for names in (("Bert", "Ameel"), ("B", "Ameel"))
    ] == [["bameel", "beameel", "bert.ameel"], ["bameel", "b.ameel"]]


def test_rules_reach_every_part_of_a_name() -> None:
    rules = Rules(
        transliteration=Transliteration.GERMAN,
        particles=Particles.INITIALS,
        letter_case=LetterCase.TITLE,
    )
    username_format = parse_format("ll-{voornaam}.{naam}")

    assert (
        username_format.render("Jürgen", "van den Oever", identifier="x", rules=rules).local_part
        == "Ll-Juergen.Vdoever"
    )
    assert username_format.render("", "", identifier="abc", rules=rules).local_part == "Abc"


def test_long_identifiers_stay_short_and_apart() -> None:
    first, second = (legal_identifier("a" * 255 + end) for end in "xy")

    assert first != second
    assert first.startswith("aaaa")
    assert len(first) == len(second) == 40
    assert legal_identifier(PERSON) == PERSON


@unhurried
@given(FORMATS, NAMES, NAMES, ANY_TEXT, RULES)
def test_what_is_made_of_less_than_the_format_asks_is_flagged(
    username_format: UsernameFormat,
    given_name: str,
    family_name: str,
    identifier: str,
    rules: Rules,
) -> None:
    person = (given_name, family_name)
    outside = [piece for piece in username_format.pieces if isinstance(piece, NameField)]
    names = {Name.GIVEN: given_name, Name.FAMILY: family_name}
    empty = {field.name for field in outside if not transliterate(names[field.name]).text}

    rendered = username_format.render(*person, identifier=identifier, rules=rules, start_year=2026)

    assert bool(empty) == bool(
        rendered.flags & {ReviewFlag.NAME_MISSING, ReviewFlag.FROM_IDENTIFIER}
    )
    assert rendered == username_format.render(
        *person, identifier=identifier, rules=rules, start_year=2026
    )


def test_ten_thousand_characters() -> None:
    rendered = parse_format("naam.voornaam").render("é" * 10_000, "b" * 10_000, identifier=PERSON)

    assert rendered.local_part == "b" * 10_000 + "." + "e" * 10_000
