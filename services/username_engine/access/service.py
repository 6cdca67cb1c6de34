"""Access of one engine process: sessions and tokens, put together from the settings."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode, urlsplit

import httpx
from fastapi import Request

from services.username_engine.access.claims import ClaimsReader
from services.username_engine.access.errors import InvalidTokenError, NotSignedInError
from services.username_engine.access.issuer import Issuer
from services.username_engine.access.principal import Principal
from services.username_engine.access.sealing import Seal
from services.username_engine.access.sessions import Cookies, Sessions
from services.username_engine.access.sign_in import Client, SignIn
from services.username_engine.access.tokens import TokenVerifier
from shared.settings import EngineSettings, is_loopback_host, is_loopback_url

CALLBACK_PATH = "/auth/callback"
SIGN_IN_SECONDS = 600
"""How long a person may take at the issuer."""


@dataclass(frozen=True)
class Access:
    """With an issuer set; without, nobody is let in (`NoAccess`)."""

    issuer: Issuer
    verifier: TokenVerifier
    sign_in: SignIn
    sessions: Sessions
    cookies: Cookies
    begun: Seal
    """For the cookie that holds what a browser has to bring back from the issuer."""
    reader: ClaimsReader
    audiences: frozenset[str]
    client_id: str
    public_url: str

    @classmethod
    def of(
        cls,
        settings: EngineSettings,
        clock: Callable[[], float] = time.time,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> Self | None:
        """None without an issuer. `transport` reaches the issuer. Raises `SettingsError`."""
        reader = ClaimsReader.of(settings)
        url, client_id = settings.oidc_issuer, settings.oidc_client_id
        public_url, key = settings.engine_public_url, settings.session_key
        if url is None or client_id is None or public_url is None or key is None:
            return None
        public_url = public_url.rstrip("/")
        issuer = Issuer(url, clock, transport)
        verifier = TokenVerifier(issuer, clock)
        secret = settings.oidc_client_secret
        client = Client(
            client_id,
            None if secret is None else secret.get_secret_value(),
            public_url + CALLBACK_PATH,
            settings.oidc_scopes,
            settings.oidc_roles_claim,
        )
        session = Seal(key, "session", url, settings.session_lifetime_seconds, clock)
        cookies = Cookies(secure=public_url.startswith("https://"))
        return cls(
            issuer,
            verifier,
            SignIn(issuer, verifier, client),
            Sessions(session, cookies, public_url),
            cookies,
            Seal(key, "sign-in", url, SIGN_IN_SECONDS, clock),
            reader,
            _audiences(settings.oidc_audiences, client_id),
            client_id,
            public_url,
        )

    async def authenticate(self, request: Request) -> Principal:
        """By the token that is shown; only without one, by the session."""
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            return await self._by_token(authorization)
        principal = self.sessions.principal(request)
        if principal is None:
            raise NotSignedInError
        return principal

    async def _by_token(self, authorization: str) -> Principal:
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidTokenError
        claims = await self.verifier.verified(token.strip(), self.audiences)
        return self.reader.principal(claims)

    def elsewhere(self, request: Request) -> str | None:
        """The same address under the public URL, where this is another name of this machine.

        On `localhost` a browser would not send what the callback on 127.0.0.1 needs. Of any other
        name nothing is known here: a proxy may have put its own.
        """
        public, asked = urlsplit(self.public_url).hostname, request.url.hostname or ""
        if not is_loopback_url(self.public_url) or not is_loopback_host(asked) or asked == public:
            return None
        query = f"?{request.url.query}" if request.url.query else ""
        return f"{self.public_url}{request.url.path}{query}"

    async def issuer_sign_out(self) -> str | None:
        """Where a browser ends its session at the issuer too, if that has such a page."""
        address = (await self.issuer.metadata()).end_session_endpoint
        if address is None:
            return None
        query = urlencode(
            {"client_id": self.client_id, "post_logout_redirect_uri": f"{self.public_url}/"}
        )
        return f"{address}{'&' if '?' in address else '?'}{query}"


class NoAccess:
    """No issuer is set: nobody can show who he is."""

    async def authenticate(self, request: Request) -> Principal:
        raise NotSignedInError


def _audiences(setting: str | None, client_id: str) -> frozenset[str]:
    given = frozenset(filter(None, map(str.strip, (setting or "").split(","))))
    return given or frozenset({client_id})
