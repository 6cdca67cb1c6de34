"""What Microsoft takes as a username, and whether a configuration can make one that it refuses.

Source: Microsoft's limits on a user principal name: letters, digits and ``' . - _ ! # ^ ~``
before the @, at most 64 of them, and 113 characters in all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.local_parts import (
    MICROSOFT_LOCAL_PART_LENGTH,
    MICROSOFT_USERNAME_LENGTH,
    is_legal_local_part,
)
from services.username_engine.engine.rules import DEFAULT_RULES, Rules

SMALLEST_MAXIMUM_LENGTH: Final = 8
LARGEST_MAXIMUM_LENGTH: Final = 75
"""Between which a configuration's maximum length lies; the largest is also the manual's (M2)."""
ROOM_FOR_NAME: Final = 4
"""The fewest characters that a maximum length leaves for the names between fixed text."""
_NUMBER_LENGTH: Final = 7
"""Digits of a number that are reckoned with: ten million namesakes."""


class LimitCode(StrEnum):
    LOCAL_PART = "microsoft_local_part"
    """More than 64 characters before the @."""
    USERNAME = "microsoft_username"
    """More than 113 characters with @ and domain."""
    CHARACTERS = "microsoft_characters"
    """A character that Microsoft refuses, or a dot where it refuses one."""


@dataclass(frozen=True, slots=True)
class LimitWarning:
    """A limit that names of a configuration can exceed: they may have `length` characters, of
    which Microsoft takes `limit`; `domain` is the one that makes them so long."""

    code: LimitCode
    length: int
    limit: int
    domain: str | None = None

    def __str__(self) -> str:
        at = "before the @" if self.domain is None else f"in all, with {self.domain}"
        return f"names may have {self.length} characters {at}; Microsoft takes {self.limit}"


def exceeds_limits(local_part: str, domain: str | None) -> LimitCode | None:
    """The first limit that a name exceeds, None if Microsoft takes it.

    `domain`: the one it has, or the longest it may be sent with; None where the tenant assigns it:
    nothing can then be said of the whole.
    """
    if not is_legal_local_part(local_part):
        return LimitCode.CHARACTERS
    if len(local_part) > MICROSOFT_LOCAL_PART_LENGTH:
        return LimitCode.LOCAL_PART
    if domain is not None and len(local_part) + 1 + len(domain) > MICROSOFT_USERNAME_LENGTH:
        return LimitCode.USERNAME
    return None


def limit_warnings(
    username_format: UsernameFormat,
    *,
    maximum_length: int,
    domains: Iterable[str] = (),
    rules: Rules = DEFAULT_RULES,
) -> tuple[LimitWarning, ...]:
    """What names made by this configuration can exceed; `domains` are all it can send them with,
    its schools' and locations' as well as those verified in the tenant.

    A parsed format can only make allowed characters, so there is no warning for those.
    """
    length = _longest_name(username_format, maximum_length, rules)
    warnings: list[LimitWarning] = []
    if length > MICROSOFT_LOCAL_PART_LENGTH:
        warnings.append(LimitWarning(LimitCode.LOCAL_PART, length, MICROSOFT_LOCAL_PART_LENGTH))
    # Of equally long ones always the same, whatever the order they come in.
    domain = max(domains, key=lambda domain: (len(domain), domain), default=None)
    whole = length + 1 + len(domain or "")
    if domain is not None and whole > MICROSOFT_USERNAME_LENGTH:
        warnings.append(LimitWarning(LimitCode.USERNAME, whole, MICROSOFT_USERNAME_LENGTH, domain))
    return tuple(warnings)


def _longest_name(username_format: UsernameFormat, maximum_length: int, rules: Rules) -> int:
    longest = username_format.longest
    if longest is None:
        return maximum_length
    return min(maximum_length, longest + max(_NUMBER_LENGTH, rules.minimum_digits))
