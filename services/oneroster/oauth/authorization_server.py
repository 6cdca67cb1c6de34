"""Authlib's authorization server with one grant: client credentials (RFC 6749 §4.4).

Authlib's core is synchronous. Everything that needs the database (the client, the signing key) is
fetched before, so nothing in here waits. Authlib has no types: this module is its border.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationServer,
    ClientCredentialsGrant,
    ClientMixin,
    OAuth2Error,
    OAuth2Request,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # type: ignore[import-untyped]
from authlib.oauth2.rfc6750 import BearerTokenGenerator  # type: ignore[import-untyped]

from services.oneroster.oauth.clients import Client
from services.oneroster.oauth.errors import (
    TokenError,
    invalid_client,
    invalid_request,
    unsupported_grant_type,
)
from services.oneroster.oauth.form import TokenForm
from services.oneroster.oauth.scopes import granted_scopes


@dataclass(frozen=True)
class TokenRequest:
    """`client` is who it proved to be, if anybody; `challenge`: see `invalid_client`."""

    form: TokenForm
    client: Client | None
    challenge: bool


Sign = Callable[[Client, tuple[str, ...]], str]


def token_response(request: TokenRequest, sign: Sign, lifetime: int) -> dict[str, Any]:
    """The members of RFC 6749 §5.1. Raises `TokenError`. `lifetime` in seconds."""
    answer: dict[str, Any] = _Server(sign, lifetime).create_token_response(request)
    return answer


class _Request(OAuth2Request):  # type: ignore[misc]
    def __init__(self, request: TokenRequest) -> None:
        # Authlib answers 500 to a URL of plain http, which is what a service behind a proxy sees.
        # Where TLS ends is the deployment's to say, and no part of this grant reads the URL.
        super().__init__("POST", "https://localhost/connect/token")
        form = {"grant_type": request.form.grant_type, "scope": request.form.scope}
        self.payload = BasicOAuth2Payload(form)
        self.token_request = request


class _GrantedClient(ClientMixin):  # type: ignore[misc]
    def __init__(self, client: Client) -> None:
        self.client = client

    def check_grant_type(self, grant_type: str) -> bool:
        return bool(grant_type == _Grant.GRANT_TYPE)

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(granted_scopes(scope))


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]
    def authenticate_token_endpoint_client(self) -> _GrantedClient:
        request: TokenRequest = self.request.token_request
        if request.client is None:
            raise invalid_client(challenge=request.challenge)
        return _GrantedClient(request.client)

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        # Authlib's own writes the token to its debug log.
        token = self.generate_token(scope=self.request.payload.scope, include_refresh_token=False)
        return 200, token, []


class _Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, sign: Sign, lifetime: int) -> None:
        super().__init__()

        def access_token(client: _GrantedClient, scope: str, **_: Any) -> str:
            return sign(client.client, tuple(scope.split()))

        self.register_grant(_Grant)
        self.register_token_generator(
            "default", BearerTokenGenerator(access_token, expires_generator=lambda *_: lifetime)
        )

    def create_oauth2_request(self, request: TokenRequest) -> _Request:
        return _Request(request)

    def get_token_grant(self, request: _Request) -> _Grant:
        if request.payload.grant_type is None:
            raise invalid_request("The parameter grant_type is missing.")
        try:
            grant: _Grant = super().get_token_grant(request)
        except UnsupportedGrantTypeError:
            # Authlib's description repeats what was sent, which may be anything.
            raise unsupported_grant_type() from None
        return grant

    def handle_response(
        self, _status: int, body: dict[str, Any], _headers: list[tuple[str, str]]
    ) -> dict[str, Any]:
        return body

    def handle_error_response(self, _request: _Request, error: OAuth2Error) -> NoReturn:
        raise TokenError(error.status_code, error.error, error.get_error_description())
