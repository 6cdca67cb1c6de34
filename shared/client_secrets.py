"""Secrets of API clients: made here once, kept only as an HMAC (RFC 2104).

A secret is 32 random bytes, so a slow password hash would guard nothing and block the event loop;
under the deployment's key a stolen table of HMACs verifies nothing.
"""

import hashlib
import hmac
import secrets
from typing import Final

SECRET_BYTES: Final = 32


def new_secret() -> str:
    """256 random bits in URL-safe base64: 43 characters, none that a form or a header changes."""
    return secrets.token_urlsafe(SECRET_BYTES)


def secret_hmac(secret: str, key: bytes) -> bytes:
    """HMAC-SHA256 of a client secret under the deployment's key: 32 bytes.

    Any text has one, also one that no form could hold, so that a wrong secret never errs.
    """
    return hmac.digest(key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)


def is_secret(secret: str, stored_hmac: bytes, key: bytes) -> bool:
    """Whether `secret` is the one of which `stored_hmac` was kept; in constant time."""
    return hmac.compare_digest(secret_hmac(secret, key), stored_hmac)
