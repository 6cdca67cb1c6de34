"""Addresses as clients write them and as they see them.

Consumers write the base URL with a trailing slash, double slashes, or `/ims/oneRoster` in another
case; and behind a proxy the host they see is not the one this process is asked on.
"""

import re
from urllib.parse import quote, unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.oneroster.rostering.versions import Version

_SLASHES = re.compile(r"/{2,}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


_BASE_PATHS = tuple(version.base_path for version in Version)


class NormalisedPaths:
    """ASGI middleware: one spelling of a path, before it is routed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": normalised(_sent_path(scope))}
        await self._app(scope, receive, send)


def normalised(sent: str) -> str:
    """The path decoded: slashes single, none at the end, a base path in its own case.

    Under a base path a segment keeps what would end it encoded (`%2F`, and so `%25`): a sourcedId may
    hold slashes, and is read by `decoded_segment`.
    """
    path = _SLASHES.sub("/", sent)
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    for base_path in _BASE_PATHS:
        if path.lower().startswith(base_path):
            rest = path[len(base_path) :]
            return base_path + (_decoded(rest) if "%" in rest else rest)
    return unquote(path)


def _decoded(rest: str) -> str:
    segments = (unquote(segment) for segment in rest.split("/"))
    return "/".join(segment.replace("%", "%25").replace("/", "%2F") for segment in segments)


def decoded_segment(segment: str) -> str:
    """What stands in a segment of a normalised path."""
    return segment.replace("%2F", "/").replace("%25", "%")


def encoded_path(scope: Scope) -> str:
    """The path as the client wrote it, safe in a header."""
    return quote(_sent_path(scope), safe="/%~._-")


def _sent_path(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.split(b"?")[0].decode("latin-1")


class PublicOrigin:
    """Scheme and host as the client sees them: `https://sds.example.be`."""

    def __init__(self, public_url: str | None, trusted_proxies: str) -> None:
        self._public_url = public_url.rstrip("/") if public_url else None
        self._trusted = {address.strip() for address in trusted_proxies.split(",")}

    def of(self, scope: Scope) -> str:
        """The configured one; else what a trusted proxy forwards; else what the request says."""
        if self._public_url:
            return self._public_url
        headers = Headers(scope=scope)
        scheme, host = str(scope["scheme"]), headers.get("host", "")
        client = scope.get("client")
        if "*" in self._trusted or (client and client[0] in self._trusted):
            scheme = _first(headers.get("x-forwarded-proto")).lower() or scheme
            host = _first(headers.get("x-forwarded-host")) or host
        if not _HOST.fullmatch(host) or scheme not in ("http", "https"):
            # Nothing that could break out of a Link header or a JSON string.
            host, scheme = "localhost", "http"
        return f"{scheme}://{host}"


def _first(forwarded: str | None) -> str:
    return (forwarded or "").split(",")[0].strip()
