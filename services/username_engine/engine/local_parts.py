"""The part of a username before the @: what it may hold, and the form it is unique in.

Source: Microsoft's limits on a user principal name.
"""

import re
from string import ascii_letters, digits
from typing import Final

PUNCTUATION: Final = "'.-_!#^~"
SEPARATORS: Final = ".-_"
"""What stands between two names."""
UNFIT_AT_AN_END: Final = SEPARATORS + "'"
"""What a made name neither begins nor ends with, whole or cut."""
ALLOWED: Final = frozenset(ascii_letters + digits + PUNCTUATION)

MICROSOFT_LOCAL_PART_LENGTH: Final = 64
MICROSOFT_USERNAME_LENGTH: Final = 113

_LEGAL: Final = re.compile(r"[A-Za-z0-9'\-_!#^~]+(?:\.[A-Za-z0-9'\-_!#^~]+)*")


def is_legal_local_part(text: str, maximum_length: int | None = None) -> bool:
    """Whether Microsoft takes it: allowed characters, no dot at an end nor two in a row.

    Microsoft forbids the dot at the end only; at the start and doubled it makes an address
    that mail systems refuse (RFC 5322 §3.2.3), so those are not legal here either.
    """
    if maximum_length is not None and len(text) > maximum_length:
        return False
    return _LEGAL.fullmatch(text) is not None


def fold(local_part: str) -> str:
    """The form in which a username is unique in its configuration: without regard to case.

    For a legal local part, which is ASCII, this equals PostgreSQL's ``lower()`` in any locale.
    """
    return local_part.lower()
