"""docs/formats.md says what the code does."""

import re
from itertools import islice
from pathlib import Path

from services.username_engine.engine.format_words import FIELD_NAMES
from services.username_engine.engine.formats import parse_format
from services.username_engine.engine.reserved import RESERVED_NAMES
from services.username_engine.engine.rules import Rules, Transliteration
from services.username_engine.engine.suffixes import candidates
from services.username_engine.engine.transliteration import OVERRIDES
from services.username_engine.engine.treatment import PARTICLES, treat_given_name

DOCUMENT = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")


def section(title: str) -> str:
    (text,) = re.findall(
        rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", DOCUMENT, re.MULTILINE | re.DOTALL
    )
    return str(text)


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of its tables but the headings, without code marks."""
    lines = re.findall(r"^\|(.*)\|\n", text, re.MULTILINE)
    return [[cell.strip().strip("`").strip() for cell in line.split(" | ")] for line in lines][2:]


def code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def transliterations(table: Transliteration) -> dict[str, str]:
    found: dict[str, str] = {}
    for letter, code_point, becomes in rows(section(table)):
        assert chr(int(code_point.removeprefix("U+"), 16)) == (letter or "`")
        found[letter or "`"] = "" if becomes == "nothing" else becomes
    return found


def test_the_plain_table_is_all_of_it() -> None:
    assert transliterations(Transliteration.PLAIN) == OVERRIDES[Transliteration.PLAIN]


def test_the_other_tables_name_all_that_they_have_otherwise() -> None:
    plain = dict(OVERRIDES[Transliteration.PLAIN])
    for table in (Transliteration.GERMAN, Transliteration.NORDIC):
        documented = transliterations(table)
        assert plain | documented == OVERRIDES[table]
        for letter, becomes in documented.items():
            rules = Rules(transliteration=table)
            assert treat_given_name(letter, rules).text == becomes
            assert treat_given_name(letter.upper(), rules).text == becomes


def test_the_formats_give_the_usernames_beside_them() -> None:
    examples = re.split(r"\n\n", section("The template language"))[0]
    found = rows(examples + "\n")
    for text, given_name, family_name, username in found:
        rendered = parse_format(text).render(
            given_name.replace("(none)", ""), family_name, identifier="x", start_year=2026
        )
        assert rendered.local_part == username
    assert len(found) == 10


def test_every_spelling_of_a_field_is_named() -> None:
    fields = re.split(r"\n\n", section("The template language"))[2]
    spellings = {name.strip("{}").lower() for name in code(fields) if name.startswith("{")}

    assert spellings == set(FIELD_NAMES)


def test_the_candidates_of_the_example() -> None:
    (line,) = re.findall(r"`([^`]+ \| [^`]+)` gives (.*)\.$", DOCUMENT, re.MULTILINE)
    of_format = parse_format(line[0]).candidates("Bert", "Ameel", identifier="x")
    bare = [one.local_part for one in of_format]
    numbered = islice(candidates(bare[0], 75, first=2), 1)

    assert [*bare, *numbered] == code(line[1])


def test_the_numbers_are_those_tried() -> None:
    for first_number, minimum_digits, names in rows(section("Numbers")):
        rules = Rules(first_number=int(first_number), minimum_digits=int(minimum_digits))
        tried = islice(candidates("bert.ameel", 75, rules), 4)
        assert [*tried] == names.replace("`", "").split(", ")


def test_the_rules_do_what_stands_beside_them() -> None:
    username_format = parse_format("{voornaam}.{familienaam}")
    found = rows(section("Rules"))
    for key, value, given_name, family_name, username in found:
        rules = Rules.from_json({key: value.split("`")[0]})
        rendered = username_format.render(given_name, family_name, identifier="x", rules=rules)
        assert rendered.local_part == username
        assert value.endswith("(default)") == (rules == Rules())
    values = {(key, value.split("`")[0]) for key, value, *_ in found}
    assert values == {
        (key, value)
        for key, default in Rules.__annotations__.items()
        for value in (default if hasattr(default, "__members__") else ())
    }


def test_the_particles() -> None:
    (sentence,) = re.findall(
        r"^The particles: (.*?)\.$", section("Rules"), re.MULTILINE | re.DOTALL
    )

    assert code(sentence) == sorted(PARTICLES)


def test_the_reserved_names() -> None:
    assert code(section("Reserved names").split("\n\n")[1]) == sorted(RESERVED_NAMES)
