"""The discovery documents of OneRoster 1.2: what is served, as OpenAPI, for consumers that look it up.

Both names that the specification knows answer the same: the 1.2 part of this service's own document,
with addresses under the public origin.
"""

import re
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.oneroster.addresses import PublicOrigin
from services.oneroster.oauth.routes import TOKEN_PATH, client_credentials
from services.oneroster.rostering.versions import Version

DISCOVERY_PATHS = tuple(
    f"{Version.V1P2.base_path}/discovery/{name}"
    for name in (
        "onerosterv1p2rostersservice_openapi3_v1p0.json",
        "imsorv1p2_rostering_openapi3_v1p0.json",
    )
)
# As 1EdTech's own: there are consumers that do not read 3.1.
_OPENAPI = "3.0.3"
_INFO = {
    "title": "OneRoster 1.2 rostering",
    "version": "1.2",
    "description": "The read operations of OneRoster 1.2 that this service answers.",
}
_REFERENCE = re.compile(r"#/components/(\w+)/([\w.\-]+)")


def discovery_router(origin: PublicOrigin) -> APIRouter:
    """Both documents, without a token."""
    router = APIRouter(tags=["OneRoster 1.2 discovery"])

    async def discover(request: Request) -> Response:
        document = discovery_document(request.app.openapi(), origin.of(request.scope))
        return Response(orjson.dumps(document), media_type="application/json")

    for number, path in enumerate(DISCOVERY_PATHS, start=1):
        router.add_api_route(
            path,
            discover,
            summary="What is served of 1.2, as OpenAPI",
            description="The operations of OneRoster 1.2 with their schemas, for consumers that look "
            "them up. Takes no token.",
            operation_id=f"discover{number}",
            responses={
                200: {
                    "description": "An OpenAPI 3 document.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                }
            },
        )
    return router


def discovery_document(document: dict[str, Any], origin: str) -> dict[str, Any]:
    """Of this service's whole `document` the part under 1.2, as seen by a client of `origin`."""
    base_path = Version.V1P2.base_path
    paths = {
        path.removeprefix(base_path): item
        for path, item in document["paths"].items()
        if path.startswith(f"{base_path}/") and path not in DISCOVERY_PATHS
    }
    return {
        "openapi": _OPENAPI,
        "info": _INFO,
        "servers": [{"url": origin + base_path}],
        "paths": paths,
        "components": {
            **_reached(paths, document["components"]),
            "securitySchemes": {client_credentials.scheme_name: _security_scheme(origin)},
        },
    }


def _security_scheme(origin: str) -> dict[str, Any]:
    """Its address absolute: the document's own is not where tokens are relative to."""
    scheme = client_credentials.model.model_dump(by_alias=True, exclude_none=True, mode="json")
    flow = scheme["flows"]["clientCredentials"]
    flow["tokenUrl"] = origin + TOKEN_PATH
    flow["scopes"] = {
        scope: text for scope, text in flow["scopes"].items() if f"/{Version.V1P2}/" in scope
    }
    return dict(scheme)


def _reached(paths: dict[str, Any], components: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Those of `components` that `paths` refer to, and what these refer to."""
    reached: set[tuple[str, str]] = set()
    open_ends = _referred(paths)
    while open_ends:
        section, name = end = open_ends.pop()
        reached.add(end)
        open_ends |= _referred(components[section][name]) - reached
    parts: dict[str, dict[str, Any]] = {}
    for section, name in sorted(reached):
        parts.setdefault(section, {})[name] = components[section][name]
    return parts


def _referred(part: Any) -> set[tuple[str, str]]:
    """Sections and names."""
    return set(_REFERENCE.findall(orjson.dumps(part).decode()))
