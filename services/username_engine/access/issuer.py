"""The OpenID Connect issuer as it describes itself: endpoints and keys (OpenID Connect Discovery 1.0)."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from services.username_engine.access.errors import IssuerUnavailableError
from shared.settings import is_loopback_url

REFRESH_SECONDS = 3600
"""How old what is known of the issuer may be; a key it withdrew is refused by then."""
RELOAD_SECONDS = 10
"""An unknown key id has the keys read again, this often at most: ids come from anybody."""
_TIMEOUT_SECONDS = 5
_RETRY_SECONDS = 2
"""An issuer that did not answer is left alone so long, or all who wait for it would wait in turn."""
_DISCOVERY = "/.well-known/openid-configuration"

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is used of the discovery document (§3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    takes_secret_in_header: bool
    """Whether the token endpoint takes `client_secret_basic`; else the secret goes in the form."""
    sends_issuer: bool
    """It names itself in its answer to the browser (RFC 9207), which then has to be there."""


class Issuer:
    """`clock` gives seconds since 1970; `transport` carries the requests, for tests."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.time,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url
        self._clock = clock
        self._transport = transport
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._reading = asyncio.Lock()
        self._failed_at = -math.inf

    def http(self) -> httpx.AsyncClient:
        """For one conversation with the issuer; redirects are not followed."""
        return httpx.AsyncClient(
            timeout=_TIMEOUT_SECONDS,
            transport=self._transport,
            # No proxy of the environment leads back to this machine.
            trust_env=not is_loopback_url(self.url),
        )

    async def metadata(self) -> Metadata:
        """Raises `IssuerUnavailableError`."""
        if self._metadata is None or not self._fresh(self._metadata[0], REFRESH_SECONDS):
            document = await self._get(self.url.rstrip("/") + _DISCOVERY)
            self._metadata = (self._clock(), self._read(document))
        return self._metadata[1]

    async def key(self, key_id: str | None) -> Key | None:
        """The key a token says it was signed with. Raises `IssuerUnavailableError`."""
        for age in (REFRESH_SECONDS, RELOAD_SECONDS):
            keys = await self._keys_no_older_than(age)
            found = _found(keys, key_id)
            if found is not None:
                return found
        return None

    async def _keys_no_older_than(self, seconds: float) -> KeySet:
        if self._keys is None or not self._fresh(self._keys[0], seconds):
            async with self._reading:
                if self._keys is None or not self._fresh(self._keys[0], seconds):
                    document = await self._get((await self.metadata()).jwks_uri)
                    self._keys = (self._clock(), _key_set(document))
        return self._keys[1]

    def _fresh(self, read_at: float, seconds: float) -> bool:
        # A clock set back must not keep old keys: then the age is negative.
        return 0 <= self._clock() - read_at < seconds

    async def _get(self, url: str) -> Any:
        if self._fresh(self._failed_at, _RETRY_SECONDS):
            raise IssuerUnavailableError
        try:
            async with self.http() as client:
                answer = await client.get(url)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            self._failed_at = self._clock()
            _log.warning("issuer.unavailable", url=url, error=type(error).__name__)
            raise IssuerUnavailableError from None

    def _read(self, document: Any) -> Metadata:
        try:
            metadata = _metadata(document)
        except (KeyError, TypeError, ValueError):
            _log.warning("issuer.metadata_invalid", url=self.url)
            raise IssuerUnavailableError from None
        # §4.3: else another issuer's endpoints could be slipped in.
        if metadata.issuer != self.url or not all(map(self._is_safe, _endpoints(metadata))):
            _log.warning("issuer.metadata_refused", url=self.url)
            raise IssuerUnavailableError
        return metadata

    def _is_safe(self, url: str) -> bool:
        """https; plain http only where the issuer itself is on this machine."""
        scheme = urlsplit(url).scheme
        return scheme == "https" or (
            scheme == "http" and is_loopback_url(url) and is_loopback_url(self.url)
        )


def _metadata(document: Any) -> Metadata:
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        issuer=_text(document["issuer"]),
        authorization_endpoint=_text(document["authorization_endpoint"]),
        token_endpoint=_text(document["token_endpoint"]),
        jwks_uri=_text(document["jwks_uri"]),
        userinfo_endpoint=_optional_text(document.get("userinfo_endpoint")),
        end_session_endpoint=_optional_text(document.get("end_session_endpoint")),
        takes_secret_in_header="client_secret_basic" in methods,
        sends_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoints(metadata: Metadata) -> list[str]:
    optional = (metadata.userinfo_endpoint, metadata.end_session_endpoint)
    return [
        metadata.authorization_endpoint,
        metadata.token_endpoint,
        metadata.jwks_uri,
        *filter(None, optional),
    ]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _key_set(document: Any) -> KeySet:
    try:
        published = [each for each in document["keys"] if isinstance(each, dict)]
    except (KeyError, TypeError):
        _log.warning("issuer.keys_invalid")
        raise IssuerUnavailableError from None
    return KeySet([key for each in published for key in _known(each)])


def _known(published: dict[str, Any]) -> list[Key]:
    """None for a key of a kind that is not known here: the others still count (RFC 7517 §5)."""
    try:
        return list(KeySet.import_key_set({"keys": [published]}))
    except (JoseError, KeyError, TypeError, ValueError, AttributeError):
        _log.warning("issuer.key_unknown")
        return []


def _found(keys: KeySet, key_id: str | None) -> Key | None:
    """A token may leave the id out where there is one key (RFC 7515 §4.1.4, OpenID Core §10.1)."""
    signing = [key for key in keys if key.get("use", "sig") == "sig"]
    if key_id is None:
        return signing[0] if len(signing) == 1 else None
    return next((key for key in signing if key.kid == key_id), None)
