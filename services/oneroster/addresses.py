"""Addresses as clients write them and as they see them.

Consumers write the base URL with a trailing slash, double slashes, or `/ims/oneRoster` in another
case; and behind a proxy the host they see is not the one this process is asked on.
"""

import re
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.oneroster.rostering.resources import BASE_PATH

_SLASHES = re.compile(r"/{2,}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


class NormalisedPaths:
    """ASGI middleware: one spelling of a path, before it is routed.

    Of the path as it was sent: in a sourcedId, slashes are percent-encoded and stay as they are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            sent = (scope.get("raw_path") or scope["path"].encode()).split(b"?")[0]
            scope = {**scope, "path": normalised(sent.decode("latin-1"))}
        await self._app(scope, receive, send)


def normalised(sent: str) -> str:
    """The decoded path: slashes single, none at the end, the base path in its own case."""
    path = _SLASHES.sub("/", sent)
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    path = unquote(path)
    if path[: len(BASE_PATH)].lower() == BASE_PATH:
        path = BASE_PATH + path[len(BASE_PATH) :]
    return path


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
