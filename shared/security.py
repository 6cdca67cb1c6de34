"""The service token: what the services show each other over internal HTTP."""

from collections.abc import Generator
from hashlib import sha256
from hmac import compare_digest

import httpx
from pydantic import SecretStr


class ServiceToken:
    """Checks the header `Authorization: Bearer <service token>` (RFC 6750 §2.1)."""

    def __init__(self, token: SecretStr) -> None:
        self._digest = _digest(token.get_secret_value())

    def accepts(self, authorization: str | None) -> bool:
        """In constant time; the scheme in any case, as HTTP has it (RFC 9110 §11.1)."""
        scheme, _, shown = (authorization or "").partition(" ")
        # Digests are of one length, so that the comparison does not tell the token's.
        return compare_digest(_digest(shown.strip()), self._digest) and scheme.lower() == "bearer"


class ServiceTokenAuth(httpx.Auth):
    """The client's side: `httpx.AsyncClient(auth=ServiceTokenAuth(settings.service_token))`."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        yield request


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
