"""Texts, names, rules and formats of every kind, for Hypothesis."""

from hypothesis import settings
from hypothesis import strategies as st

from services.username_engine.engine.format_faults import FormatFault
from services.username_engine.engine.format_mending import mended
from services.username_engine.engine.format_parsing import parse_templates
from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.rules import (
    Apostrophes,
    Hyphens,
    LetterCase,
    Particles,
    Rules,
    Spaces,
    Transliteration,
)

unhurried = settings(deadline=None)
"""anyascii reads a block of Unicode at its first character: slow, once, on a busy machine."""

ANY_TEXT = st.text(st.characters(codec=None, categories=None, exclude_categories=()), max_size=30)
_WORDS = [
    "Jan",
    "van",
    "den",
    "Berghe",
    "d'Hondt",
    "'t",
    "El-Khaïri",
    "Anne-Marie",
    "Jürgen",
    "Ærø",
    "İbrahim",
    "محمد",
    "王",
    "-",
    "'",
    "''",
    "😀",
    "\u00a0",
]
NAMES = st.one_of(
    ANY_TEXT,
    st.lists(st.sampled_from(_WORDS), max_size=5).map(" ".join),
    st.lists(st.sampled_from(_WORDS), max_size=5).map("".join),
    st.text("vande' -’\t", max_size=12),
)
RULES = st.builds(
    Rules,
    transliteration=st.sampled_from(Transliteration),
    particles=st.sampled_from(Particles),
    hyphens=st.sampled_from(Hyphens),
    apostrophes=st.sampled_from(Apostrophes),
    spaces=st.sampled_from(Spaces),
    letter_case=st.sampled_from(LetterCase),
    first_number=st.integers(0, 999),
    minimum_digits=st.integers(1, 4),
)

_FIELDS = st.sampled_from(
    [
        "{voornaam}",
        "{familienaam}",
        "{Naam}",
        "{voornaam.naam}",
        "{naam_voornaam}",
        "{voornaam:1}",
        "{family_name:8}",
        "{givenName:-2}",
        "{startyear}",
        "{startyear:-2}",
    ]
)
_LITERALS = st.text("abcXYZ019'.-_!#^~", max_size=4)
_PIECES = st.lists(st.one_of(_FIELDS, _LITERALS), min_size=1, max_size=5).map("".join)
_GROUPS = _PIECES.map(lambda pieces: f"[{pieces}]")
_CANDIDATES = st.lists(st.one_of(_PIECES, _GROUPS), min_size=1, max_size=4).map("".join)


def parsed(text: str) -> UsernameFormat | None:
    """Without the mending that `parse_format` does for what is faulty."""
    try:
        return UsernameFormat(parse_templates(text))
    except FormatFault:
        return None


def _parsed_or_mended(text: str) -> UsernameFormat | None:
    try:
        return UsernameFormat(parse_templates(text))
    except FormatFault as fault:
        return parsed(mended(text, fault) or "")


FORMATS = (
    st.lists(_CANDIDATES, min_size=1, max_size=3)
    .map(" | ".join)
    .map(_parsed_or_mended)
    .filter(lambda username_format: username_format is not None)
)
_FRAGMENTS = """
    { } [ ] | : . - _ @ é 0 2 99 -1 :1 voornaam naam {naam} {voornam} startyear nummer
    given_name given klas voornaamnaam
"""
FORMAT_TEXTS = st.one_of(
    ANY_TEXT,
    st.text("{}[]|:.-_@ 12é voornaamfamilie", max_size=40),
    st.lists(st.sampled_from([*_FRAGMENTS.split(), " "]), max_size=12).map("".join),
)
