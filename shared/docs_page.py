"""The OpenAPI page at `/docs`, with its scripts from this host: an operator's network may have no other.

Addresses on it are relative, so that it works under any host name and behind any proxy.
"""

from importlib.resources import as_file, files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_ASSETS = "docs/assets"
_PARAMETERS: dict[str, Any] = {
    "tryItOutEnabled": True,
    "displayRequestDuration": True,
    "docExpansion": "list",
    # A box that leaves the groups with a word in their names.
    "filter": True,
    "defaultModelsExpandDepth": -1,
}


def install_docs_page(app: FastAPI) -> None:
    """For an app made with `docs_url=None` and `redoc_url=None`."""
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=app.title,
        swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{_ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{_ASSETS}/favicon-32x32.png",
        swagger_ui_parameters=_PARAMETERS,
    )

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return page

    # Wheels are installed unpacked; the folder is there for the life of the process.
    with as_file(files("fastapi_swagger.resources")) as folder:
        app.mount(f"/{_ASSETS}", StaticFiles(directory=folder), name="docs assets")
