"""Small documents that come back unchanged or not at all: signed, with an end (JWS, HS256).

Each kind has its own type in the signed header, so that none is taken for another.
"""

import hmac
import time
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import SecretStr

_ALGORITHM = "HS256"
_MAXIMUM_LENGTH = 4096
_DERIVATION = b"rosterbridge session "


class Seal:
    """Signs and opens documents of one kind; `clock` gives seconds since 1970.

    What was sealed under another `issuer` does not open: who was let in by a development issuer, or
    by one that was given up, is not let in by the next.
    """

    def __init__(
        self,
        key: SecretStr,
        kind: str,
        issuer: str,
        lifetime: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.lifetime = lifetime
        self._clock = clock
        self._kind = kind
        self._secret = hmac.digest(
            key.get_secret_value().encode(), _DERIVATION + f"{kind} {issuer}".encode(), "sha256"
        )
        self._key = OctKey.import_key(self._secret)

    def close(self, document: Mapping[str, Any]) -> str:
        ends = int(self._clock()) + self.lifetime
        payload = zlib.compress(orjson.dumps({**document, "exp": ends}))
        return jws.serialize_compact({"alg": _ALGORITHM, "typ": self._kind}, payload, self._key)

    def open(self, sealed: str | None) -> dict[str, Any] | None:
        """None for what is not this seal's own, was changed, or has run out."""
        opened = self._opened(sealed)
        return None if opened is None else opened[0]

    def ends(self, sealed: str | None) -> datetime | None:
        """When it runs out; None for what does not open."""
        opened = self._opened(sealed)
        return None if opened is None else datetime.fromtimestamp(opened[1], UTC)

    def _opened(self, sealed: str | None) -> tuple[dict[str, Any], int] | None:
        if not sealed or len(sealed) > _MAXIMUM_LENGTH or not sealed.isascii():
            return None
        try:
            opened = jws.deserialize_compact(sealed, self._key, [_ALGORITHM])
            if opened.headers().get("typ") != self._kind:
                return None
            # Only what was signed here is unpacked.
            document: dict[str, Any] = orjson.loads(zlib.decompress(opened.payload or b""))
        except (JoseError, ValueError, TypeError, zlib.error):
            return None
        ends: int = document.pop("exp")
        return (document, ends) if ends > self._clock() else None

    def companion(self, sealed: str) -> str:
        """A text that only who has the key can make, and only for this sealed document."""
        digest = hmac.digest(self._secret, b"companion " + sealed.encode(), "sha256")
        return urlsafe_b64encode(digest).rstrip(b"=").decode()
