import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.rules import (
    Apostrophes,
    Hyphens,
    LetterCase,
    Particles,
    Rules,
    Spaces,
    Transliteration,
)
from services.username_engine.engine.transliteration import (
    TABLES,
    transliterate,
    transliterate_words,
)
from services.username_engine.engine.treatment import (
    PARTICLES,
    treat_family_name,
    treat_given_name,
)
from tests.username_engine.engine.names import ANY_TEXT, NAMES, RULES, unhurried

DROP = Rules(particles=Particles.DROP)
INITIALS = Rules(particles=Particles.INITIALS)


@pytest.mark.parametrize(
    ("name", "dropped", "initials"),
    [
        ("Peeters", "peeters", "peeters"),
        ("van den Berghe", "berghe", "vdberghe"),
        ("Van Den Berghe", "berghe", "vdberghe"),
        ("de la Cruz", "cruz", "dlcruz"),
        ("von und zu Thal", "thal", "vuzthal"),
        ("Vanden Broeck", "broeck", "vbroeck"),
        ("Vander Elst", "elst", "velst"),
        ("Vande Velde", "velde", "vvelde"),
        ("'t Kindt", "kindt", "tkindt"),
        ("’t Kindt", "kindt", "tkindt"),
        ("van 't Hof", "hof", "vthof"),
        ("El Khaïri", "khairi", "ekhairi"),
        ("El-Khaïri", "khairi", "e-khairi"),
        ("De Smet-Van den Berghe", "smet-berghe", "dsmet-vdberghe"),
        ("Silva dos Santos", "silvasantos", "silvadsantos"),
        # what is written in one word has no particle, nor has a name of which nothing would stay
        ("Vandenberghe", "vandenberghe", "vandenberghe"),
        ("D'Hondt", "dhondt", "dhondt"),
        ("Van", "van", "van"),
        ("Van De", "de", "vde"),
        ("van 😀", "van", "van"),
        ("van '", "van", "van"),
        ("T Kindt", "tkindt", "tkindt"),
        ("", "", ""),
    ],
)
def test_particles_of_family_names(name: str, dropped: str, initials: str) -> None:
    assert treat_family_name(name, DROP).text == dropped
    assert treat_family_name(name, INITIALS).text == initials


def test_given_names_have_no_particles() -> None:
    assert treat_given_name("Maria de los Angeles", DROP).text == "mariadelosangeles"


@pytest.mark.parametrize(
    ("rules", "name", "text"),
    [
        (Rules(spaces=Spaces.HYPHEN), "van den  Berghe", "van-den-berghe"),
        (Rules(spaces=Spaces.DOT), "van\tden\u00a0Berghe", "van.den.berghe"),
        (Rules(spaces=Spaces.UNDERSCORE), " Jan Piet ", "jan_piet"),
        (Rules(spaces=Spaces.DOT), "Anne - Marie", "anne-marie"),
        (Rules(spaces=Spaces.DOT), "Jan (Jr.)", "jan.jr"),
        (Rules(hyphens=Hyphens.DROP), "Anne-Marie", "annemarie"),
        (Rules(hyphens=Hyphens.SPACE), "Anne-Marie", "annemarie"),
        (Rules(hyphens=Hyphens.SPACE, spaces=Spaces.DOT), "Anne-Marie", "anne.marie"),
        (Rules(hyphens=Hyphens.DROP, spaces=Spaces.HYPHEN), "Anne-Marie Els", "annemarie-els"),
        (Rules(apostrophes=Apostrophes.KEEP), "O’Neil", "o'neil"),
        (Rules(apostrophes=Apostrophes.KEEP), "O''Neil", "o'neil"),
        (Rules(apostrophes=Apostrophes.KEEP), "O\u2032Neil", "o'neil"),
        (Rules(apostrophes=Apostrophes.KEEP), "O\uff07Neil", "o'neil"),
        (Rules(apostrophes=Apostrophes.HYPHEN), "O\ua78cNeil", "o-neil"),
        (Rules(apostrophes=Apostrophes.KEEP), "'t Kindt'", "tkindt"),
        (Rules(apostrophes=Apostrophes.KEEP), "ʿAbd", "abd"),
        (Rules(apostrophes=Apostrophes.HYPHEN), "O'Neil", "o-neil"),
        (Rules(apostrophes=Apostrophes.HYPHEN), "'t Kindt", "tkindt"),
        (Rules(apostrophes=Apostrophes.SPACE, spaces=Spaces.DOT), "D'Hondt", "d.hondt"),
        (Rules(particles=Particles.INITIALS, spaces=Spaces.HYPHEN), "van den Berg", "vd-berg"),
        (Rules(particles=Particles.DROP, spaces=Spaces.DOT), "de la Cruz Gil", "cruz.gil"),
    ],
)
def test_hyphens_apostrophes_and_spaces(rules: Rules, name: str, text: str) -> None:
    assert treat_family_name(name, rules).text == text


@pytest.mark.parametrize(
    ("table", "name", "text"),
    [
        (Transliteration.GERMAN, "Jürgen Ägidius Öztürk Groß", "juergenaegidiusoeztuerkgross"),
        (Transliteration.GERMAN, "JU\u0308RGEN", "juergen"),
        (Transliteration.GERMAN, "Søren Daniël", "sorendaniel"),
        # with a second mark, as in Chinese Lǚ and Livonian
        (Transliteration.GERMAN, "Lǚ LǙ Lǖ Lǜ Lǘ ǞȪ", "lueluelueluelueaeoe"),
        (Transliteration.GERMAN, "Lu\u0308\u030c", "lue"),
        (Transliteration.NORDIC, "ǢǼ", "aeae"),
        (Transliteration.NORDIC, "Åse Kjærgård Ørsted", "aasekjaergaardoersted"),
        (Transliteration.NORDIC, "A\u030ase", "aase"),
        (Transliteration.NORDIC, "Müller", "muller"),
    ],
)
def test_tables(table: Transliteration, name: str, text: str) -> None:
    assert treat_given_name(name, Rules(transliteration=table)).text == text
    # and by the way names go that are taken apart in words
    taken_apart = Rules(transliteration=table, particles=Particles.INITIALS)
    assert treat_family_name(name, taken_apart).text == text


@unhurried
@given(NAMES, RULES)
def test_any_name_by_any_rules_gives_words_with_single_separators(name: str, rules: Rules) -> None:
    for treated in (treat_given_name(name, rules), treat_family_name(name, rules)):
        assert re.fullmatch(r"([a-z0-9]+([-'._][a-z0-9]+)*)?", treated.text)
        assert not (treated.consonants_only and not treated.text)


@unhurried
@given(NAMES, RULES)
def test_rules_never_lose_a_name(name: str, rules: Rules) -> None:
    kept = bool(transliterate(name).text)

    assert bool(treat_given_name(name, rules).text) == kept
    assert bool(treat_family_name(name, rules).text) == kept


@unhurried
@given(st.one_of(ANY_TEXT, NAMES), st.sampled_from(Transliteration))
def test_names_without_particles_are_as_by_the_default_rules(
    name: str, table: Transliteration
) -> None:
    """The two ways through the code agree: by words, and the quick one."""
    words = transliterate_words(name, table).text
    if PARTICLES.isdisjoint(re.split("[ -]+", words)) and "'" not in words:
        by_words = treat_family_name(name, Rules(particles=Particles.DROP, transliteration=table))
        assert by_words == transliterate(name, TABLES[table])


@unhurried
@given(NAMES, RULES)
def test_composed_and_decomposed_names_give_the_same(name: str, rules: Rules) -> None:
    composed, decomposed = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))

    assert treat_family_name(composed, rules) == treat_family_name(decomposed, rules)


@unhurried
@given(NAMES, RULES)
def test_what_is_treated_stays_as_it_is(name: str, rules: Rules) -> None:
    # A dot between words is dropped as any other in a name, and initials can form a particle.
    rules = replace(rules, particles=Particles.KEEP, letter_case=LetterCase.LOWER)
    if rules.spaces in (Spaces.DROP, Spaces.HYPHEN) and rules.hyphens is Hyphens.KEEP:
        once = treat_given_name(name, rules).text
        assert treat_given_name(once, rules).text == once
