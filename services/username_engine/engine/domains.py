"""The domain of a username: what is a valid one, and its normal form."""

from functools import cache
from typing import Final

import idna
from publicsuffixlist import PublicSuffixList

_FULL_STOPS: Final = ".\u3002\uff0e\uff61"
"""The full stop and what UTS 46 maps to it."""
_MAXIMUM_LENGTH: Final = 253


class DomainError(ValueError):
    """A domain that cannot be used; `problem` says what is wrong with it, without the domain."""

    def __init__(self, domain: str, problem: str) -> None:
        super().__init__(f"{domain!a} is not a valid domain: {problem}")
        self.domain = domain
        self.problem = problem


@cache
def _public_suffixes() -> PublicSuffixList:
    # Read at first use, as it costs a tenth of a second. Of the list only the part of registries:
    # a domain in its private part (where customers get names) may well be a school's own.
    return PublicSuffixList(accept_unknown=False, only_icann=True)


def normalise_domain(domain: str) -> str:
    """`domain` trimmed, in lower case and as A-labels (IDNA 2008 with UTS 46: ``café.be`` →
    ``xn--caf-dma.be``).

    Raises `DomainError` unless it is a name under a known public suffix; a bare suffix (``be``,
    ``co.uk``) and a name without one (``uwschool``) are not.
    """
    trimmed = domain.strip()
    if not trimmed:
        raise DomainError(domain, "it is empty")
    if len(trimmed) > _MAXIMUM_LENGTH:
        raise DomainError(domain, f"it is longer than {_MAXIMUM_LENGTH} characters")
    if trimmed[-1] in _FULL_STOPS:
        raise DomainError(domain, "it ends with a dot")
    try:
        ascii_domain = idna.encode(trimmed, uts46=True, std3_rules=True).decode("ascii").lower()
    except UnicodeError as error:  # idna's own errors are UnicodeErrors
        raise DomainError(domain, _plain(error)) from error
    _check_suffix(domain, ascii_domain)
    return ascii_domain


def _plain(error: UnicodeError) -> str:
    if isinstance(error, idna.InvalidCodepoint | idna.InvalidCodepointContext):
        return "it holds a character that a domain may not hold"
    return str(error).lower()


def _check_suffix(domain: str, ascii_domain: str) -> None:
    if "." not in ascii_domain:
        raise DomainError(domain, "it has no extension, such as .be")
    suffixes = _public_suffixes()
    if suffixes.publicsuffix(ascii_domain) is None:
        raise DomainError(domain, f"its extension .{ascii_domain.rpartition('.')[2]} is not known")
    if suffixes.privatesuffix(ascii_domain) is None:
        raise DomainError(domain, "it is an extension only, without a name before it")
