"""What goes wrong in OAuth's own words.

TokenError     the token endpoint refuses (RFC 6749 §5.2)
Unauthorized   a read route refuses a token (RFC 6750 §3)
"""

from collections.abc import Mapping

_REALM = "RosterBridge"


class TokenError(Exception):
    """`description` is for a developer: printable ASCII without `"` and `\\`, nothing of the request."""

    def __init__(
        self,
        status: int,
        error: str,
        description: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{error}: {description}")
        self.status = status
        self.error = error
        self.description = description
        self.headers = dict(headers or {})


class Unauthorized(Exception):
    """No token, or none that holds. `challenge` is the value of WWW-Authenticate."""

    def __init__(self, description: str, *, error: str | None = "invalid_token") -> None:
        super().__init__(description)
        self.description = description
        # RFC 6750 §3.1: a request without a token is told no error, only the scheme.
        self.challenge = f'Bearer realm="{_REALM}"'
        if error is not None:
            self.challenge += f', error="{error}", error_description="{description}"'


def invalid_request(description: str) -> TokenError:
    return TokenError(400, "invalid_request", description)


def invalid_client(*, challenge: bool) -> TokenError:
    """The one answer to an unknown client, a wrong secret and a revoked client.

    `challenge`: 401 with WWW-Authenticate, which a client that used the Authorization header must
    get (RFC 6749 §5.2); else 400.
    """
    description = "The client is unknown, or its secret is wrong."
    if not challenge:
        return TokenError(400, "invalid_client", description)
    header = {"WWW-Authenticate": f'Basic realm="{_REALM}", charset="UTF-8"'}
    return TokenError(401, "invalid_client", description, header)


def unsupported_grant_type() -> TokenError:
    return TokenError(
        400, "unsupported_grant_type", "The only grant type here is client_credentials."
    )


def method_not_allowed() -> TokenError:
    return TokenError(405, "invalid_request", "Tokens are asked for with POST.", {"Allow": "POST"})


def body_too_large(limit: int) -> TokenError:
    return TokenError(413, "invalid_request", f"The body is longer than {limit} bytes.")


def temporarily_unavailable() -> TokenError:
    return TokenError(
        503, "temporarily_unavailable", "No token can be given just now.", {"Retry-After": "5"}
    )
