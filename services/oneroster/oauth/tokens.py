"""Access tokens: JWTs of type at+jwt (RFC 9068)."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from joserfc import jws

from services.oneroster.oauth.key_ring import SigningKey
from services.oneroster.oauth.keys import ALGORITHM

TOKEN_TYPE = "at+jwt"  # noqa: S105 - the JWT's media type
AUDIENCE = "urn:rosterbridge:oneroster"


def issuer(public_url: str | None) -> str:
    """The `iss` claim: from settings only, so that a token holds under each of the service's hosts.

    Without a public URL it is a name of the service and no address. Another deployment's token
    would carry the same, and be refused for its key.
    """
    return public_url.rstrip("/") if public_url else AUDIENCE


@dataclass(frozen=True)
class AccessToken:
    """What is signed. Times in whole seconds since 1970."""

    issuer: str
    client_id: str
    scopes: tuple[str, ...]
    issued_at: int
    expires_at: int
    token_id: str

    def claims(self) -> dict[str, Any]:
        return {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": self.client_id,
            "client_id": self.client_id,
            "scope": " ".join(self.scopes),
            "iat": self.issued_at,
            "exp": self.expires_at,
            "jti": self.token_id,
        }


def new_access_token(
    issuer: str, client_id: str, scopes: Iterable[str], *, now: float, lifetime: int
) -> AccessToken:
    return AccessToken(
        issuer=issuer,
        client_id=client_id,
        scopes=tuple(scopes),
        issued_at=int(now),
        expires_at=int(now) + lifetime,
        token_id=secrets.token_urlsafe(16),
    )


def signed(token: AccessToken, key: SigningKey) -> str:
    header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": key.key_id}
    payload = json.dumps(token.claims(), separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, key.private, [ALGORITHM])
