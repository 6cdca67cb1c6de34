"""Official names in any script to the ASCII of a local part.

Three steps per character, each documented by its table: this module's overrides, then anyascii,
then an allow-list (a–z, 0–9 and the hyphen). The overrides pin what anyascii happens to do
today for the letters of European names, so that an upgrade of it never changes a name, and
correct it where a Belgian reader would write otherwise.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anyascii import anyascii

from services.username_engine.engine.rules import Transliteration

_LATIN_OVERRIDES: Final = {
    "ß": "ss",
    "ẞ": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "å": "a",
    "ä": "a",
    "ö": "o",
    "ü": "u",
    "ð": "d",
    "þ": "th",
    "đ": "d",
    "ħ": "h",
    "ı": "i",  # Turkish dotless i
    "İ": "i",  # its str.lower() is two code points, so it is mapped before any lowering
    "ĳ": "ij",
    "ł": "l",
    "ŋ": "ng",
    "ŧ": "t",
    "ə": "e",
    "ŉ": "n",
    "ſ": "s",
}
# One letter, one result, whatever the language: г is g and и is i (Russian, Bulgarian, Serbian),
# as a name alone does not say whether it is Ukrainian. Only letters that Ukrainian has alone differ
# from anyascii, which writes the form that is right inside a word (ie, i) at its start as well.
_CYRILLIC_OVERRIDES: Final = {
    "є": "ye",
    "ї": "yi",
    "й": "y",
    "х": "kh",
    "ц": "ts",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
}
# As typed and as typeset, and what is taken for one: primes, accents that stand alone, saltillo.
_APOSTROPHES: Final = "'’‘‛ʼʻ´`′＇ꞌ"
# These are dropped like the plain one, and so are the signs for hamza, ayn and the soft sign; the
# minus sign is what some keyboards give for a hyphen.
_PUNCTUATION_OVERRIDES: Final = dict.fromkeys(_APOSTROPHES + "ʹʿʾ", "") | {"\N{MINUS SIGN}": "-"}

PLAIN_OVERRIDES: Final[Mapping[str, str]] = {
    **_LATIN_OVERRIDES,
    **_CYRILLIC_OVERRIDES,
    **_PUNCTUATION_OVERRIDES,
}

GERMAN_OVERRIDES: Final[Mapping[str, str]] = {
    **PLAIN_OVERRIDES,
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    **dict.fromkeys("ǖǘǚǜ", "ue"),
    "ǟ": "ae",
    "ȫ": "oe",
    "ß": "ss",
    "ẞ": "ss",
}
NORDIC_OVERRIDES: Final[Mapping[str, str]] = {
    **PLAIN_OVERRIDES,
    "ø": "oe",
    "ǿ": "oe",
    "å": "aa",
    "ǻ": "aa",
    "æ": "ae",
    "ǽ": "ae",
}
OVERRIDES: Final[Mapping[Transliteration, Mapping[str, str]]] = {
    Transliteration.PLAIN: PLAIN_OVERRIDES,
    Transliteration.GERMAN: GERMAN_OVERRIDES,
    Transliteration.NORDIC: NORDIC_OVERRIDES,
}

_REMEMBERED_CHARACTERS: Final = 8192
# Everything that separates words: blanks of any width, tabs and line ends.
_SPACES: Final = [chr(point) for point in range(0x3001) if chr(point).isspace()]
_WORDS_OVERRIDES: Final = dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_SPACES, " ")
_NOT_LETTER_OR_DIGIT: Final = re.compile(r"[^a-z0-9]+")
_NOT_ALLOWED_IN_ASCII: Final = re.compile(r"[^A-Za-z0-9-]+")
_HYPHENS: Final = re.compile(r"-{2,}")
_VOWEL: Final = re.compile(r"[aeiouy]")
# Hebrew; Arabic, Syriac and their supplements, Samaritan, Mandaic; presentation forms.
_ABJAD: Final = re.compile("[\u0590-\u074f\u0750-\u077f\u0800-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


class TransliterationTable(dict[int, str]):
    """A table for `str.translate` that fills itself: code point → lower-case ASCII."""

    def __init__(self, overrides: Mapping[str, str]) -> None:
        super().__init__()
        for character, ascii_text in overrides.items():
            self[ord(character)] = ascii_text
            capital = character.upper()
            if len(capital) == 1 and not capital.isascii():
                self[ord(capital)] = ascii_text

    def __missing__(self, code_point: int) -> str:
        ascii_text = _ascii_of(chr(code_point))
        if len(self) < _REMEMBERED_CHARACTERS:
            self[code_point] = ascii_text
        return ascii_text


def _ascii_of(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Pd":
        return "-"
    if category[0] in "CPSZ":  # controls and marks of direction, punctuation, emoji, spaces
        return ""
    return _NOT_LETTER_OR_DIGIT.sub("", anyascii(character).lower())


TABLES: Final = {name: TransliterationTable(table) for name, table in OVERRIDES.items()}
PLAIN: Final = TABLES[Transliteration.PLAIN]
_WORD_TABLES: Final = {
    name: TransliterationTable({**table, **_WORDS_OVERRIDES}) for name, table in OVERRIDES.items()
}


@dataclass(frozen=True, slots=True)
class Transliterated:
    """What a name becomes.

    `text` matches ``[a-z0-9]+(-[a-z0-9]+)*`` or is empty when nothing could be kept.
    `consonants_only` says that a reader should look at it: its script leaves the vowels unwritten.
    """

    text: str
    consonants_only: bool = False


def transliterate(name: str, table: TransliterationTable = PLAIN) -> Transliterated:
    """An official name as lower-case ASCII; never fails, whatever the text holds.

    Spaces, apostrophes and all other punctuation are dropped, hyphens kept (**D**): ``van den
    Berghe`` → ``vandenberghe``, ``O'Neil`` → ``oneil``, ``Anne-Marie`` → ``anne-marie``. Composed
    and decomposed input (NFC, NFD) give the same.
    """
    if name.isascii():
        kept = name if name.isalpha() else _NOT_ALLOWED_IN_ASCII.sub("", name)
        return Transliterated(_tidy_hyphens(kept.lower()))
    composed = unicodedata.normalize("NFC", name)
    text = _tidy_hyphens(composed.translate(table))
    return Transliterated(text, bool(text) and _is_unvocalised(composed, text))


def transliterate_words(name: str, table: Transliteration) -> Transliterated:
    """As `transliterate`, with spaces as ``" "`` and apostrophes as ``"'"``, untidied.

    `text` holds only ``a-z``, ``0-9``, ``-``, ``'`` and the space.
    """
    composed = unicodedata.normalize("NFC", name)
    text = composed.translate(_WORD_TABLES[table])
    return Transliterated(text, not name.isascii() and _is_unvocalised(composed, text))


def _tidy_hyphens(text: str) -> str:
    return _HYPHENS.sub("-", text).strip("-") if "-" in text else text


def _is_unvocalised(name: str, text: str) -> bool:
    """Hebrew or Arabic letters, or no vowel at all from another script than Latin (Thai)."""
    if any(character.isalpha() for character in _ABJAD.findall(name)):
        return True
    return _VOWEL.search(text) is None and not _is_latin(name)


def _is_latin(name: str) -> bool:
    return all(
        unicodedata.name(character, "").startswith("LATIN ")
        for character in name
        if character.isalpha()
    )
