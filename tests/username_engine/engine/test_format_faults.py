"""What is wrong with a format: where, and what was perhaps meant."""

import pytest
from hypothesis import given

from services.username_engine.engine.formats import (
    FormatError,
    NameField,
    parse_format,
)
from tests.username_engine.engine.names import (
    FORMAT_TEXTS,
    parsed,
    unhurried,
)


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
        ("'voornaam.familienaam'", 1, 'begins with "\'"', "a name"),
        ("{voornaam}.{naam}'", 18, 'ends with "\'"', "a name"),
        ("{voor\u00adnaam}.{naam}", 6, r"character '\xad' is invisible", "nothing"),
        ("\ufeffnaam.voornaam", 1, r"character '\ufeff' is invisible", "nothing"),
        ("{first name}.{naam}", 2, "'first name' is not a field", "{voornaam}"),
        ("{naam:1:2}", 8, "character ':'", "a letter, a digit"),
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
        ("'voornaam.familienaam'", "{voornaam}.{familienaam}"),
        ("“naam.voornaam”", "{familienaam}.{voornaam}"),
        ("{voor\u00adnaam}.{naam}\u200b", "{voornaam}.{familienaam}"),
        ("\ufeffnaam.voor\u200bnaam", "{familienaam}.{voornaam}"),
        ("{first name}.{last name}", "{voornaam}.{familienaam}"),
        ("Given Name.Family Name", "{voornaam}.{familienaam}"),
        ("{first name:1}{family  name}", "{voornaam:1}{familienaam}"),
        ("{voornaam}–{naam}", "{voornaam}-{familienaam}"),
        ("voornaam−naam", "{voornaam}-{familienaam}"),
        ("{naam:1:2}", "{familienaam:1}"),
        ("{voornaam}:1.{naam}", "{voornaam}.{familienaam}"),
        ("[voornaam].[naam]", "{voornaam}.{familienaam}"),
        ("[voornaam]_[{naam}]", "{voornaam}_[{familienaam}]"),
        ("{schooljaar}.{naam}", "{startyear}.{familienaam}"),
        ("{naam}{year:-2}", "{familienaam}{startyear:-2}"),
        ("{roepnaam}.{naam}", "{voornaam}.{familienaam}"),
        ("{voorletter}.{naam}", "{voornaam:1}.{familienaam}"),
        ("{initialen:2}.{naam}", "{voornaam:1}.{familienaam}"),
        ("initiaal.naam", "{voornaam:1}.{familienaam}"),
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
