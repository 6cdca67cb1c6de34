"""Serves the built page: `/`, and its scripts and styles below `/assets`.

The page asks this host alone, and runs no script and no style but its own files: what a name or a
class could carry into it stays text.
"""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUILT: Final = Path(__file__).parent / "built"
"""What `make page` builds; wheels and the image carry it."""

_SECURITY: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_NOT_BUILT: Final = (
    "<!doctype html><html lang=en><title>Not built</title>"
    "<p>The page is not built on this machine: run <code>make page</code> and start the engine anew. "
    'The API is at <a href="/docs">/docs</a>.'
)


def install_page(app: FastAPI, built: Path = BUILT) -> None:
    """The page as it is in `built` now; without one, `/` says how to build it."""
    shell = built / "index.html"
    page = shell.read_text("utf-8") if shell.is_file() else None

    @app.get("/", include_in_schema=False)
    async def show_page() -> Response:
        # Which assets it names changes with each build; it holds nothing of anybody.
        headers = {**_SECURITY, "Cache-Control": "no-cache"}
        if page is None:
            return HTMLResponse(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE, headers)
        return HTMLResponse(page, headers=headers)

    if page is not None:
        app.mount(
            "/assets", GZipMiddleware(_Assets(directory=built / "assets")), name="page assets"
        )


class _Assets(StaticFiles):
    """Named after their content, so that a browser may keep them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
