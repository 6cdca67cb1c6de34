"""An official name as it stands in a local part, by the rules of its configuration."""

import re
from typing import Final

from services.username_engine.engine.rules import (
    DEFAULT_RULES,
    Apostrophes,
    Hyphens,
    Particles,
    Rules,
    Spaces,
)
from services.username_engine.engine.transliteration import (
    TABLES,
    Transliterated,
    transliterate,
    transliterate_words,
)

_DUTCH: Final = (
    "van vande vanden vander de den der het ten ter te op in 't 's aan bij onder over tot uit voor"
)
_GERMAN: Final = "von und vom zu zum zur am im"
_ROMANCE: Final = "du des la le les d' l' di da del della dello dei degli do dos das"
_ARABIC_AND_AMAZIGH: Final = "el al ben bin ibn bint ait ould"
_NORDIC: Final = "af av"
PARTICLES: Final = frozenset(
    " ".join((_DUTCH, _GERMAN, _ROMANCE, _ARABIC_AND_AMAZIGH, _NORDIC)).split()
)
"""Words as `transliterate_words` writes them."""

_WORD_BREAK: Final = re.compile(r"([ -]+)")
_APOSTROPHES: Final = re.compile(r"'{2,}")
_LOOSE_APOSTROPHE: Final = re.compile(r"(?<![a-z0-9])'+|'+(?![a-z0-9])")
_HYPHEN_AMONG_BLANKS: Final = re.compile(r"[ -]*-[ -]*")
_BLANKS: Final = re.compile(r" {2,}")
_BETWEEN_WORDS: Final = {
    Spaces.DROP: "",
    Spaces.HYPHEN: "-",
    Spaces.DOT: ".",
    Spaces.UNDERSCORE: "_",
}
_FOR_APOSTROPHE: Final = {
    Apostrophes.DROP: "",
    Apostrophes.KEEP: "'",
    Apostrophes.HYPHEN: "-",
    Apostrophes.SPACE: " ",
}
_FOR_HYPHEN: Final = {Hyphens.KEEP: "-", Hyphens.DROP: "", Hyphens.SPACE: " "}


def treat_given_name(name: str, rules: Rules = DEFAULT_RULES) -> Transliterated:
    """A given name; in it no word is a particle.

    The text matches ``[a-z0-9]+([-'._][a-z0-9]+)*``, or is empty where nothing could be kept.
    """
    return _treat(name, rules, Particles.KEEP)


def treat_family_name(name: str, rules: Rules = DEFAULT_RULES) -> Transliterated:
    """A family name; as `treat_given_name`, and its particles as the rules say.

    The last word of a name is never a particle, so that something is always left.
    """
    return _treat(name, rules, rules.particles)


def _treat(name: str, rules: Rules, particles: Particles) -> Transliterated:
    if rules.keeps_words_as_they_are and particles is Particles.KEEP:
        return transliterate(name, TABLES[rules.transliteration])
    words = transliterate_words(name, rules.transliteration)
    text = words.text
    if particles is not Particles.KEEP:
        text = _with_particles(text, particles)
    text = _joined(text, rules)
    return Transliterated(text, bool(text) and words.consonants_only)


def _with_particles(text: str, particles: Particles) -> str:
    # Words stand at even places, what separates them at odd ones.
    parts = _WORD_BREAK.split(text.lstrip(" -").rstrip(" -'"))
    kept = ""
    for at in range(0, len(parts) - 1, 2):
        word, after = parts[at], parts[at + 1]
        if word not in PARTICLES:
            kept += word + after
        elif particles is Particles.INITIALS:
            is_followed_by_another = at + 2 < len(parts) - 1 and parts[at + 2] in PARTICLES
            kept += word.lstrip("'")[0] + ("" if is_followed_by_another else after)
    return kept + parts[-1]


def _joined(text: str, rules: Rules) -> str:
    """Apostrophes first, as they may become hyphens or spaces; then hyphens, then spaces."""
    if "'" in text:
        if rules.apostrophes is Apostrophes.KEEP:
            text = _LOOSE_APOSTROPHE.sub("", _APOSTROPHES.sub("'", text))
        text = text.replace("'", _FOR_APOSTROPHE[rules.apostrophes])
    if "-" in text:
        text = _HYPHEN_AMONG_BLANKS.sub("-", text)
        text = text.strip("- ").replace("-", _FOR_HYPHEN[rules.hyphens])
    return _BLANKS.sub(" ", text.strip(" ")).replace(" ", _BETWEEN_WORDS[rules.spaces])
