"""Dutch order: accents beside their letters, numbers as numbers, whatever the case. Pure.

What the embedded PostgreSQL cannot do, as it has no ICU collations: the order of the Unicode
root collation (CLDR has no tailoring for nl), with digits read as numbers (6j before 10a).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# As CLDR's root collation has them: before digits, which come before letters.
_PUNCTUATION: Final = str.maketrans(
    {sign: chr(place) for place, sign in enumerate(" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$", 1)}
)
# Letters of their own that Unicode does not take apart, and signs typed in several ways.
_ALIKE: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        **dict.fromkeys("‘’ʼʹ′", "'"),
        **dict.fromkeys("‐‑‒–—", "-"),
    }
)
_NUMBER: Final = re.compile(r"[0-9]+")
# The blocks of combining marks.
_ACCENTS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")


def base_letters(text: str) -> str:
    """Lower case without accents: what two texts are the same by when one searches."""
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return plain.casefold().translate(_ALIKE)


@lru_cache(maxsize=20_000)
def dutch_key(text: str) -> str:
    """To sort by: equal only for texts that differ in nothing but case or zeros before a number."""
    key = _NUMBER.sub(_by_length, base_letters(text).translate(_PUNCTUATION))
    if text.isascii():
        return key
    # Below every other sign, so that accents decide only between texts of the same letters.
    return f"{key}\0{unicodedata.normalize('NFD', text).casefold()}"


def _by_length(digits: re.Match[str]) -> str:
    """Numbers of more digits after those of fewer; all of them where the digits stood."""
    number = digits[0].lstrip("0")
    return f"0{chr(len(number) + 1)}{number}"
