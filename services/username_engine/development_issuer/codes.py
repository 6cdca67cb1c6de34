"""Authorization codes: for one use, a minute long, bound to what they were asked with (RFC 6749 §4.1)."""

import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from services.username_engine.development_issuer.persons import Person

LIFETIME_SECONDS = 60
_MAXIMUM = 1000
# RFC 7636 §4.1.
_VERIFIER = re.compile(r"[\w.~-]{43,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of an authorization request binds its code."""

    client_id: str
    redirect_uri: str
    code_challenge: str
    nonce: str | None


@dataclass(frozen=True, slots=True)
class _Issued:
    asked: Asked
    person: Person
    ends: float


class Codes:
    """In this process's memory; `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._issued: dict[str, _Issued] = {}

    def issue(self, asked: Asked, person: Person) -> str:
        if len(self._issued) >= _MAXIMUM:
            self._issued.pop(next(iter(self._issued)))
        code = secrets.token_urlsafe(32)
        self._issued[code] = _Issued(asked, person, self._clock() + LIFETIME_SECONDS)
        return code

    def redeem(
        self, code: str, *, client_id: str, redirect_uri: str, code_verifier: str
    ) -> tuple[Asked, Person] | None:
        """None for a code that is not known, was used or ran out, or belongs to another request."""
        # Taken whatever comes of it: a code that was tried wrongly is lost (RFC 6749 §10.5).
        issued = self._issued.pop(code, None)
        if issued is None or issued.ends <= self._clock():
            return None
        asked = issued.asked
        if (asked.client_id, asked.redirect_uri) != (client_id, redirect_uri):
            return None
        if not _VERIFIER.fullmatch(code_verifier):
            return None
        if not compare_digest(s256(code_verifier).encode(), asked.code_challenge.encode()):
            return None
        return asked, issued.person


def s256(code_verifier: str) -> str:
    """RFC 7636 §4.2."""
    digest = sha256(code_verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
