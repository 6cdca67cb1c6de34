"""Tokens of the issuer: signature, issuer, audience, times (OpenID Connect Core §3.1.3.7, RFC 9068 §4)."""

import re
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from services.username_engine.access.errors import InvalidTokenError
from services.username_engine.access.issuer import Issuer

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures only: with `none`, or a MAC under a public key, anybody could make a token."""
LEEWAY_SECONDS = 30
"""What the clocks of the issuer and of this machine may differ."""
# Rights at a thousand places; what comes in a header is bounded by the server before.
_MAXIMUM_LENGTH = 128_000
_MAXIMUM_SUBJECT = 255
_COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})


class _Registry(JWSRegistry):
    """Issuers add header fields of their own; critical ones are still refused (RFC 7515 §4.1.11)."""

    max_header_length = 8192  # with a certificate in it (x5c)


_REGISTRY = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


class TokenVerifier:
    """`clock` gives seconds since 1970."""

    def __init__(self, issuer: Issuer, clock: Callable[[], float] = time.time) -> None:
        self._issuer = issuer
        self._clock = clock

    async def verified(self, token: str, audiences: Collection[str]) -> dict[str, Any]:
        """The claims. Raises `InvalidTokenError`, or `IssuerUnavailableError` without its keys."""
        header = _header(token)
        key = await self._issuer.key(header.get("kid"))
        if key is None or key.get("alg") not in (None, header["alg"]):
            raise InvalidTokenError
        try:
            signed = jws.deserialize_compact(token, key, registry=_REGISTRY)
            claims = orjson.loads(signed.payload or b"")
            self._check(claims, audiences)
        except (JoseError, ValueError, TypeError, KeyError):
            raise InvalidTokenError from None
        return dict(claims)

    def _check(self, claims: Any, audiences: Collection[str]) -> None:
        """Raises ValueError, TypeError or KeyError for claims that do not do."""
        aimed_at = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims["iss"] != self._issuer.url or not set(audiences).intersection(aimed_at):
            raise ValueError("made by or for another")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _MAXIMUM_SUBJECT:
            raise ValueError("of nobody")
        if "\0" in subject:
            raise ValueError("of somebody whom no history can name")
        now = self._clock()
        if _moment(claims["exp"]) + LEEWAY_SECONDS <= now:
            raise ValueError("has run out")
        if any(_moment(claims.get(name, 0)) - LEEWAY_SECONDS > now for name in ("nbf", "iat")):
            raise ValueError("not yet valid")


def _header(token: str) -> Mapping[str, Any]:
    """What a token says of itself, before anything of it is believed."""
    if len(token) > _MAXIMUM_LENGTH or not _COMPACT.fullmatch(token):
        raise InvalidTokenError
    try:
        header = jws.extract_compact(token.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise InvalidTokenError from None
    key_id, algorithm = header.get("kid"), header.get("alg")
    if (
        not (isinstance(algorithm, str) and algorithm in ALGORITHMS)
        or str(header.get("typ", "JWT")).lower() not in _TYPES
        or not (key_id is None or isinstance(key_id, str))
    ):
        raise InvalidTokenError
    return header


def _moment(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)
