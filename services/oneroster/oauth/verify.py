"""Access tokens as they come back with a read request (RFC 6750 §2.1, RFC 9068 §4)."""

import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from services.oneroster.oauth.errors import Unauthorized
from services.oneroster.oauth.key_ring import KeyRing
from services.oneroster.oauth.keys import ALGORITHM
from services.oneroster.oauth.tokens import AUDIENCE, TOKEN_TYPE

LEEWAY_SECONDS = 10
"""What the clocks of two workers may differ."""
CACHE_SIZE = 4096
_MAXIMUM_LENGTH = 4096
_COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_TYPES = (TOKEN_TYPE, f"application/{TOKEN_TYPE}")


@dataclass(frozen=True)
class VerifiedToken:
    client_id: str
    scopes: frozenset[str]
    token_id: str
    expires_at: datetime


@dataclass(frozen=True)
class _Signed:
    """A token whose signature, issuer and audience hold; its times are looked at every time."""

    token: VerifiedToken
    key_id: str
    begins: float
    ends: float


class TokenVerifier:
    """Says who holds a token; whether that client may still come in is the caller's to look up.

    Only the cryptography is remembered, by the token's hash: a signature costs more than the rest
    of a request's checks together. The remembered result falls with its key.
    """

    def __init__(
        self,
        keys: KeyRing,
        issuer: str,
        clock: Callable[[], float] = time.time,
        cache_size: int = CACHE_SIZE,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._clock = clock
        self._cache_size = cache_size
        self._cache: OrderedDict[bytes, _Signed] = OrderedDict()

    async def verify(self, authorization: str | None) -> VerifiedToken:
        """`authorization`: the header's value. Raises `Unauthorized`.

        May read the signing keys over a connection of its own: hold none while calling this.
        """
        token = bearer_token(authorization)
        digest = sha256(token.encode()).digest()
        signed = self._cache.get(digest)
        if signed is None:
            signed = await self._signed(token)
            self._remember(digest, signed)
        elif await self._keys.verification_key(signed.key_id) is None:
            del self._cache[digest]
            raise _invalid()
        now = self._clock()
        if signed.ends + LEEWAY_SECONDS <= now:
            self._cache.pop(digest, None)
            raise Unauthorized("The access token has expired.")
        if signed.begins - LEEWAY_SECONDS > now:
            raise _invalid()
        return signed.token

    async def _signed(self, token: str) -> _Signed:
        key_id = _key_id(token)
        key = await self._keys.verification_key(key_id)
        if key is None:
            raise _invalid()
        try:
            payload = jws.deserialize_compact(token, key, [ALGORITHM]).payload
            return _read_claims(json.loads(payload or b""), self._issuer, key_id)
        except (JoseError, ValueError, TypeError, KeyError, OverflowError):
            raise _invalid() from None

    def _remember(self, digest: bytes, signed: _Signed) -> None:
        self._cache[digest] = signed
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)


def bearer_token(authorization: str | None) -> str:
    """The token of `Bearer …`. Raises `Unauthorized` where there is none or it cannot be a JWT."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized("A bearer token is needed.", error=None)
    token = token.strip()
    if len(token) > _MAXIMUM_LENGTH or not _COMPACT.fullmatch(token):
        raise _invalid()
    return token


def _key_id(token: str) -> str:
    """The key a token says it was signed with, before anything of it is believed."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise _invalid() from None
    key_id = header.get("kid")
    if (
        header.get("alg") != ALGORITHM
        or str(header.get("typ")).lower() not in _TYPES
        or not isinstance(key_id, str)
    ):
        raise _invalid()
    return key_id


def _read_claims(claims: Any, issuer: str, key_id: str) -> _Signed:
    """Raises ValueError, TypeError, KeyError or OverflowError for claims that do not do."""
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims["iss"] != issuer or AUDIENCE not in audience:
        raise ValueError("made by or for another service")
    client_id, token_id, scope = claims["client_id"], claims["jti"], claims["scope"]
    if not all(isinstance(text, str) for text in (client_id, token_id, scope)):
        raise TypeError("a claim is not a text")
    begins = max(float(claims["iat"]), float(claims.get("nbf", 0)))
    ends = float(claims["exp"])
    return _Signed(
        VerifiedToken(
            client_id, frozenset(scope.split()), token_id, datetime.fromtimestamp(ends, UTC)
        ),
        key_id,
        begins,
        ends,
    )


def _invalid() -> Unauthorized:
    # One text for every fault: which check failed helps only who forges.
    return Unauthorized("The access token is not valid.")
