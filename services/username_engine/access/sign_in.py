"""Signing in: OpenID Connect's authorization code flow, with PKCE, state and nonce (RFC 9700 §2.1)."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hmac import compare_digest
from typing import Any, Self

import httpx
import structlog
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc.errors import JoseError

from services.username_engine.access.errors import (
    InvalidTokenError,
    IssuerUnavailableError,
    SignInFailedError,
    SignInRefusedError,
)
from services.username_engine.access.issuer import Issuer, Metadata
from services.username_engine.access.tokens import LEEWAY_SECONDS, TokenVerifier

_RANDOM_BYTES = 32

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """What a browser that was sent to the issuer has to bring back."""

    state: str
    nonce: str
    verifier: str
    return_to: str

    @classmethod
    def new(cls, return_to: str) -> Self:
        state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
        return cls(state, nonce, verifier, return_to)

    def document(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Client:
    """This service as the issuer knows it."""

    client_id: str
    client_secret: str | None
    redirect_uri: str
    scopes: str
    roles_claim: str
    """Asked of the userinfo endpoint where the ID token does not have it."""


class SignIn:
    def __init__(self, issuer: Issuer, verifier: TokenVerifier, client: Client) -> None:
        self._issuer = issuer
        self._verifier = verifier
        self._client = client

    async def address(self, begun: Begun) -> str:
        """Where the browser goes to sign in. Raises `IssuerUnavailableError`."""
        metadata = await self._issuer.metadata()
        return str(
            prepare_grant_uri(
                metadata.authorization_endpoint,
                self._client.client_id,
                "code",
                redirect_uri=self._client.redirect_uri,
                scope=self._client.scopes,
                state=begun.state,
                nonce=begun.nonce,
                code_challenge=create_s256_code_challenge(begun.verifier),
                code_challenge_method="S256",
            )
        )

    async def claims(self, answer: Mapping[str, str], begun: Begun) -> dict[str, Any]:
        """Of the person, from what the browser brings back from the issuer.

        Raises `SignInFailedError`, `SignInRefusedError` or `IssuerUnavailableError`.
        """
        metadata = await self._issuer.metadata()
        _check_answer(answer, begun, metadata)
        token = await self._token(answer["code"], begun, metadata)
        claims = await self._id_token_claims(token, begun)
        if self._client.roles_claim not in claims and metadata.userinfo_endpoint:
            found = await self._userinfo(metadata.userinfo_endpoint, token)
            # OpenID Connect Core §5.3.2: else it may be another person's.
            if found.get("sub") != claims["sub"]:
                raise _failed("userinfo_of_another")
            claims = {**found, **claims}
        return claims

    async def _token(self, code: str, begun: Begun, metadata: Metadata) -> dict[str, Any]:
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self._client.redirect_uri,
            code=code,
            code_verifier=begun.verifier,
        )
        url, headers, body = self._client_auth(metadata).prepare(
            "POST",
            metadata.token_endpoint,
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body,
        )
        return await self._asked("POST", url, headers=headers, content=body)

    def _client_auth(self, metadata: Metadata) -> ClientAuth:
        secret = self._client.client_secret
        in_header = "client_secret_basic" if metadata.takes_secret_in_header else None
        method = (in_header or "client_secret_post") if secret else "none"
        return ClientAuth(self._client.client_id, secret, method)

    async def _id_token_claims(self, token: Mapping[str, Any], begun: Begun) -> dict[str, Any]:
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise _failed("no_id_token")
        try:
            claims = await self._verifier.verified(id_token, [self._client.client_id])
            # What of an ID token is not of every token: nonce, azp, auth_time (§3.1.3.7).
            expected = {"nonce": begun.nonce, "client_id": self._client.client_id}
            CodeIDToken(claims, {}, params=expected).validate(leeway=LEEWAY_SECONDS)
        except (InvalidTokenError, JoseError):
            raise _failed("id_token") from None
        return claims

    async def _userinfo(self, url: str, token: Mapping[str, Any]) -> dict[str, Any]:
        bearer = f"Bearer {token.get('access_token')}"
        return await self._asked("GET", url, headers={"Authorization": bearer})

    async def _asked(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            async with self._issuer.http() as http:
                answer = await http.request(method, url, **options)
            document = answer.json() if answer.is_success else None
        except httpx.HTTPError as error:
            _log.warning("issuer.unavailable", url=url, error=type(error).__name__)
            raise IssuerUnavailableError from None
        except ValueError:
            document = None
        if answer.is_server_error:
            raise IssuerUnavailableError
        if not isinstance(document, dict):
            raise _failed("issuer_refused")
        return document


def _check_answer(answer: Mapping[str, str], begun: Begun, metadata: Metadata) -> None:
    if not compare_digest(answer.get("state", "").encode(), begun.state.encode()):
        raise _failed("state")
    # RFC 9207 §2.4: an answer of another issuer is not this one's.
    named = answer.get("iss", None if metadata.sends_issuer else metadata.issuer)
    if named != metadata.issuer:
        raise _failed("issuer")
    if "error" in answer:
        raise SignInRefusedError
    if not answer.get("code"):
        raise _failed("no_code")


def _failed(reason: str) -> SignInFailedError:
    _log.warning("sign_in.failed", reason=reason)
    return SignInFailedError()
