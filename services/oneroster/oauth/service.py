"""What the token endpoint decides, without HTTP's own parts."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.oneroster.oauth.authorization_server import TokenRequest, token_response
from services.oneroster.oauth.clients import Client, authenticated_client
from services.oneroster.oauth.credentials import presented_credentials
from services.oneroster.oauth.errors import temporarily_unavailable
from services.oneroster.oauth.form import read_form
from services.oneroster.oauth.key_ring import KeyRing, SigningKey
from services.oneroster.oauth.keys import SigningKeyError
from services.oneroster.oauth.tokens import issuer, new_access_token, signed
from services.oneroster.oauth.verify import TokenVerifier
from shared.database import Database
from shared.settings import OneRosterSettings

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class OAuthService:
    """One for each worker, at `app.state.oauth`."""

    database: Database
    keys: KeyRing
    verifier: TokenVerifier
    secret_key: bytes = field(repr=False)
    public_url: str | None
    token_lifetime: int
    """In seconds."""
    clock: Callable[[], float]

    @classmethod
    def create(
        cls,
        database: Database,
        settings: OneRosterSettings,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        keys = KeyRing(database, settings.secret_key, clock)
        return cls(
            database=database,
            keys=keys,
            verifier=TokenVerifier(keys, issuer(settings.public_url), clock),
            secret_key=settings.secret_key.get_secret_value().encode(),
            public_url=settings.public_url.rstrip("/") if settings.public_url else None,
            token_lifetime=settings.token_lifetime_seconds,
            clock=clock,
        )

    async def answer(
        self, content_type: str | None, authorization: Sequence[str], body: bytes
    ) -> dict[str, Any]:
        """The members of a token response (RFC 6749 §5.1). Raises `TokenError`."""
        form = read_form(content_type, body)
        presented = presented_credentials(authorization, form)
        with _failing_softly():
            async with self.database.transaction() as connection:
                client = await authenticated_client(connection, presented, self.secret_key)
            key = await self.keys.signing_key()
        return token_response(
            TokenRequest(form, client, challenge=not presented.in_body),
            lambda client, scopes: self._sign(key, client, scopes),
            self.token_lifetime,
        )

    async def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The JWK Set. Raises `TokenError` (503)."""
        with _failing_softly():
            return await self.keys.jwks()

    def _sign(self, key: SigningKey, client: Client, scopes: tuple[str, ...]) -> str:
        token = new_access_token(
            issuer(self.public_url),
            client.client_id,
            scopes,
            now=self.clock(),
            lifetime=self.token_lifetime,
        )
        _log.info("oauth.token_issued", client_id=client.client_id, token_id=token.token_id)
        return signed(token, key)


@contextmanager
def _failing_softly() -> Iterator[None]:
    """The database away, or no signing key: 503, and the operator's log says which."""
    try:
        yield
    except (SQLAlchemyError, OSError, SigningKeyError) as error:
        # A database error's own text repeats the statement's parameters.
        reason = str(error) if isinstance(error, SigningKeyError) else type(error).__name__
        _log.error("oauth.unavailable", reason=reason)
        raise temporarily_unavailable() from None
