"""Sessions of browsers: a signed cookie that holds who it is and what he may, and nothing else."""

from collections.abc import Iterable
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response

from services.username_engine.access.errors import MissingCsrfTokenError, TooManyPlacesError
from services.username_engine.access.principal import SESSION_COOKIE, Grant, Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.access.sealing import Seal

CSRF_HEADER = "X-CSRF-Token"
_PORTS = {"http": 80, "https": 443}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Browsers drop a cookie whose name, value and attributes exceed 4,096 bytes, without a word.
_MAXIMUM_COOKIE = 3900


class Cookies:
    """How this service sets cookies: never readable by scripts, nor sent along by other sites."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure

    def name(self, name: str) -> str:
        """With the prefix that ties a cookie to https and to this host (RFC 6265bis §4.1.3)."""
        return f"__Host-{name}" if self._secure else name

    def get(self, request: Request, name: str) -> str | None:
        return request.cookies.get(self.name(name))

    def starting_with(self, request: Request, start: str) -> list[str]:
        """Names, the oldest first, as browsers send them (RFC 6265 §5.4)."""
        prefix = self.name("")
        names = [each.removeprefix(prefix) for each in request.cookies if each.startswith(prefix)]
        return [name for name in names if name.startswith(start)]

    def set(self, response: Response, name: str, value: str, lifetime: int) -> None:
        response.set_cookie(
            self.name(name),
            value,
            max_age=lifetime,
            path="/",
            secure=self._secure,
            httponly=True,
            # The issuer sends the browser back by a link, with which Strict would send nothing.
            samesite="lax",
        )

    def delete(self, response: Response, name: str) -> None:
        response.delete_cookie(
            self.name(name), path="/", secure=self._secure, httponly=True, samesite="lax"
        )


class Sessions:
    """`public_url` is the page's own site."""

    def __init__(self, seal: Seal, cookies: Cookies, public_url: str) -> None:
        self._seal = seal
        self._cookies = cookies
        self._origin = _origin(public_url)

    def begin(self, response: Response, principal: Principal) -> None:
        """Always a new session, so that nobody else knows it beforehand. Raises `AccessError`."""
        sealed = self._seal.close(_document(principal))
        if len(sealed) > _MAXIMUM_COOKIE:
            raise TooManyPlacesError
        self._cookies.set(response, SESSION_COOKIE, sealed, self._seal.lifetime)

    def end(self, response: Response) -> None:
        self._cookies.delete(response, SESSION_COOKIE)

    def principal(self, request: Request) -> Principal | None:
        """Who the request's session is of; raises `MissingCsrfTokenError` for a write without it."""
        sealed = self._cookies.get(request, SESSION_COOKIE)
        document = self._seal.open(sealed)
        if sealed is None or document is None:
            return None
        if request.method not in _SAFE_METHODS:
            self._check_csrf(request, sealed)
        return _principal(document)

    def csrf_token(self, request: Request) -> str | None:
        """Of the request's session, which has been opened before."""
        sealed = self._cookies.get(request, SESSION_COOKIE)
        return None if sealed is None else self._seal.companion(sealed)

    def ends(self, request: Request) -> datetime | None:
        """When the request's session does."""
        return self._seal.ends(self._cookies.get(request, SESSION_COOKIE))

    def _check_csrf(self, request: Request, sealed: str) -> None:
        origin = request.headers.get("Origin", "null")
        # A second lock: SameSite knows no ports. Some browsers say null of this site's own page.
        if origin != "null" and _origin(origin) != self._origin:
            raise MissingCsrfTokenError
        shown = request.headers.get(CSRF_HEADER, "")
        if not compare_digest(shown.encode(), self._seal.companion(sealed).encode()):
            raise MissingCsrfTokenError


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port (RFC 6454 §4); None for what is no address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None


def _document(principal: Principal) -> dict[str, Any]:
    """Short keys and no key twice: browsers keep 4,096 bytes."""
    return {
        "sub": principal.subject,
        "name": principal.name,
        "operator": principal.operator,
        "grants": _shortened(principal.grants),
    }


def _shortened(grants: Iterable[Grant]) -> list[list[Any]]:
    return sorted(
        [grant.group.value, grant.right.value, grant.school, *filter(None, [grant.location])]
        for grant in grants
    )


def _principal(document: dict[str, Any]) -> Principal:
    return Principal(
        subject=document["sub"],
        name=document["name"],
        operator=document["operator"],
        grants=frozenset(
            Grant(Group(group), Right(right), school, *location)
            for group, right, school, *location in document["grants"]
        ),
    )
