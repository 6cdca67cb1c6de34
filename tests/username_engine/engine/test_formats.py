import unicodedata

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
    legal_identifier,
    parse_format,
)
from services.username_engine.engine.local_parts import fold, is_legal_local_part
from services.username_engine.engine.rules import LetterCase, Particles, Rules, Transliteration
from tests.username_engine.engine.names import (
    ANY_TEXT,
    FORMAT_TEXTS,
    FORMATS,
    NAMES,
    RULES,
    parsed,
    unhurried,
)

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
        ("{voornaam}:1.{naam}", 11, "character ':'", "a letter, a digit"),
        ("{voornaam:0}.{naam}", 11, "part of a field", "1 to 64"),
        ("{voornaam:x}.{naam}", 11, "part of a field", "1 to 64"),
        ("{voornaam:65}.{naam}", 11, "part of a field", "-1 to -64"),
        ("{voornaam:}", 11, "part of a field", "1 to 64"),
        ("voornaam:", 9, "part of a field", "1 to 64"),
        ("{naam}{startyear:5}", 18, "part of a field", "1 to 4"),
        ("{naam:" + "9" * 200 + "}", 7, "part of a field", "1 to 64"),
        ("{voornaam}.{nummer:2}", 13, "'nummer' is not a field", "minimum_digits"),
        ("{startyear}", 1, "no name in the format", "{voornaam}"),
        ("[{voornaam}.{naam}", 1, "bracket is not closed", "']'"),
        ("{voornaam}.]{naam}", 12, "no opening one", "'['"),
        ("[[{voornaam}.]]{naam}", 2, "opened inside another", "']'"),
        ("{voornaam[.]}", 10, "bracket stands between braces", "'}'"),
        ("[.]{naam}", 1, "no field between the brackets", "{voornaam}"),
        ("[{voornaam}.][{naam}]", 1, "no name outside the brackets", "not dropped"),
        ("[voornaam.]{naam}", 2, "stands outside the braces", "{voornaam}"),
        ("[.{voornaam}]{naam}", 2, "begins with '.'", "a name"),
        ("naam | ", 6, "no name in the format", "after '|'"),
        ("| naam", 1, "no name in the format", "before '|'"),
        ("naam || voornaam", 6, "no name in the format", "after '|'"),
        ("naam | voornaam | {klas}", 20, "'klas' is not a field", "{startyear}"),
        ("{naam}" * 43, 256, "too long", "255 characters"),
        ("|".join(f"naam:{n}" for n in range(1, 31)), 230, "too long", "255 characters"),
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
    assert rendered.local_part[0] not in "._-"
    assert rendered.local_part[-1] not in "._-"


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
        assert one.local_part[0] not in "._-"
        assert one.local_part[-1] not in "._-"
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


@unhurried
@given(FORMAT_TEXTS)
def test_any_text_parses_or_has_a_fault_within_it(text: str) -> None:
    if parsed(text) is None:
        with pytest.raises(FormatError) as caught:
            parse_format(text)
        assert 1 <= caught.value.position <= max(1, len(text))
        assert caught.value.proposal is None or parsed(caught.value.proposal) is not None
    else:
        pieces = parse_format(text).pieces
        assert any(isinstance(piece, NameField) for piece in pieces)
        assert parse_format(f"  {text.swapcase() if text.isascii() else text} ").pieces == pieces


@unhurried
@given(FORMAT_TEXTS)
def test_a_proposal_is_what_it_would_be_mended_to_itself(text: str) -> None:
    try:
        parse_format(text)
    except FormatError as error:
        proposal = error.proposal
    else:
        return
    assert proposal is None or str(parse_format(proposal)) == proposal


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("", "{voornaam}.{familienaam}"),
        ("{voornam}.{naam}", "{voornaam}.{familienaam}"),
        ("voornam.famillienaam", "{voornaam}.{familienaam}"),
        ("{firstnme}.{lastnam}", "{voornaam}.{familienaam}"),
        ("{voornaam}.{naam}@school.be", "{voornaam}.{familienaam}"),
        ("voornaam.naam@school.be | naam", "{voornaam}.{familienaam} | {familienaam}"),
        ("{voornaam}@{naam}", "{voornaam}.{familienaam}"),
        ("{voornaam} {naam}", "{voornaam}.{familienaam}"),
        ("{voornaam} - {naam}", "{voornaam}-{familienaam}"),
        ("voornaam naam", "{voornaam}.{familienaam}"),
        ("voornaam + naam", "{voornaam}.{familienaam}"),
        ("{voornaam}é{naam}", "{voornaam}e{familienaam}"),
        ("{voornaam}ß{naam}", "{voornaam}ss{familienaam}"),
        ("voornaamnaam", "{voornaam}{familienaam}"),
        ("{voornaamnaam}", "{voornaam}{familienaam}"),
        ("ll.voornaam", "ll.{voornaam}"),
        ("ll-voornam:1", "ll-{voornaam:1}"),
        ("{voornaam.2024}", "{voornaam}.2024"),
        ("{voornaam}.{naam", "{voornaam}.{familienaam}"),
        ("{voornaam.{naam}", "{voornaam}.{familienaam}"),
        ("voornaam}.{naam}", "{voornaam}.{familienaam}"),
        ("{voornaam}.naam", "{voornaam}.{familienaam}"),
        ("{voornaam}}.{naam}", "{voornaam}.{familienaam}"),
        ("[{voornaam}.]{naam", "[{voornaam}.]{familienaam}"),
        ("[{voornaam}.{naam}", "{voornaam}.{familienaam}"),
        ("[[{voornaam}.]]{naam}", "[{voornaam}.]{familienaam}"),
        ("{[voornaam.]naam}", "[{voornaam}.]{familienaam}"),
        ("[{voornaam}]", "{voornaam}"),
        ("[.]{naam}", "{familienaam}"),
        (".{voornaam}..{naam}-", "{voornaam}.{familienaam}"),
        ("{voornaam:0}{startyear:9}", "{voornaam}{startyear}"),
        ("{voornaam}.{nummer:2}", "{voornaam}"),
        ("voornaam.nummer:2", "{voornaam}"),
        ("{klas}.{voornaam}", "{voornaam}"),
        ("{startyear}", "{startyear}.{voornaam}.{familienaam}"),
        ("naam | | voornaam |", "{familienaam} | {voornaam}"),
    ],
)
def test_a_fault_comes_with_a_mended_proposal(text: str, proposal: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_format(text)

    assert caught.value.proposal == proposal
    assert proposal in str(caught.value)


def test_what_is_beyond_mending_has_no_proposal() -> None:
    with pytest.raises(FormatError) as caught:
        parse_format("{naam}" * 100)

    assert caught.value.proposal is None


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
        ("[{voornaam}.]{naam}", "Bert", "", "bert.bert", {ReviewFlag.NAME_MISSING}),
        ("[{voornaam}.]{naam}", "", "", PERSON, {ReviewFlag.FROM_IDENTIFIER}),
        ("{naam}.{startyear:-2}", "Bert", "Ameel", "ameel", {ReviewFlag.YEAR_MISSING}),
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


def test_ten_thousand_characters() -> None:
    rendered = parse_format("naam.voornaam").render("é" * 10_000, "b" * 10_000, identifier=PERSON)

    assert rendered.local_part == "b" * 10_000 + "." + "e" * 10_000
