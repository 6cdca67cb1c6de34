"""The names tried one after the other for one person: bare, then with 2, 3, 4 … (M4.1.1).

The base is cut for the suffix first, so that a candidate is never longer than the maximum, and a
cut never leaves a dot, hyphen, underscore or apostrophe at the end of the bare name or before the
suffix.

No two candidates of a base are equal. Their numbers are written in different ways, filled up with
zeros or not. What could still make them equal is a digit at the cut: ``ab1`` with 2 and ``ab``
with 12 are both ``ab12``. Hence a *cut* stem never ends in a digit, so that its suffix is the
whole run of digits at its end; and it is never exactly the base without its own last digits, as
then ``ab`` + 12 would meet the uncut ``ab1`` + 2.

How small a maximum may be: the configuration's minimum is 8, at which a base still has 10^7
candidates. Anything from 2 up works by the same rules; where nothing of the base is left beside a
long suffix, one letter stands for it. The candidates end when the suffix has no room beside one
letter.
"""

from collections.abc import Iterator
from itertools import count
from typing import Final

from services.username_engine.engine.local_parts import UNFIT_AT_AN_END
from services.username_engine.engine.rules import DEFAULT_RULES, Rules

MINIMUM_LENGTH: Final = 2
_DIGITS: Final = "0123456789"


def candidates(
    base: str, maximum_length: int, rules: Rules = DEFAULT_RULES, *, first: int = 1
) -> Iterator[str]:
    """`nth_candidate` for `first`, `first` + 1 … until there is no room for the suffix."""
    _check_maximum(maximum_length)
    for n in count(first):
        if n > 1 and len(_suffix(n, rules)) >= maximum_length:
            return
        yield nth_candidate(base, maximum_length, n, rules)


def nth_candidate(base: str, maximum_length: int, n: int, rules: Rules = DEFAULT_RULES) -> str:
    """The nth name tried for `base`, a legal local part: the bare name for 1, the first number of
    the rules for 2, and so on; with the default rules n is the number itself.

    Takes the same time for every n, so that a caller may ask for any window. Raises ValueError
    for n under 1, a maximum length under 2, or a number that has no room in it beside one letter.
    """
    _check_maximum(maximum_length)
    if n < 1:
        raise ValueError("candidates are counted from 1")
    bare = base[:maximum_length].rstrip(UNFIT_AT_AN_END) or _stand_in(base)
    if n == 1:
        return bare
    suffix = _suffix(n, rules)
    room = maximum_length - len(suffix)
    if room < 1:
        raise ValueError(f"suffix {suffix} has no room within {maximum_length} characters")
    return (bare if len(bare) <= room else _cut_stem(bare, room)) + suffix


def _suffix(n: int, rules: Rules) -> str:
    return str(rules.first_number + n - 2).zfill(rules.minimum_digits)


def _cut_stem(bare: str, room: int) -> str:
    without_digits = bare.rstrip(_DIGITS)
    stem = bare[:room].rstrip(UNFIT_AT_AN_END + _DIGITS)
    if stem == without_digits:
        stem = stem[:-1].rstrip(UNFIT_AT_AN_END + _DIGITS)
    return stem or _stand_in(without_digits)


def _stand_in(name: str) -> str:
    """A letter for a name of which nothing is left; never equal to the name itself."""
    letter = "x" if name.lower() == "u" else "u"
    return letter.upper() if name.isupper() else letter


def _check_maximum(maximum_length: int) -> None:
    if maximum_length < MINIMUM_LENGTH:
        raise ValueError(f"a maximum length under {MINIMUM_LENGTH} has no room for a suffix")
