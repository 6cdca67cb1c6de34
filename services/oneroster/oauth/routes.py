"""The OAuth endpoints: tokens, keys, metadata (RFC 6749, RFC 7517, RFC 8414)."""

from typing import Annotated, Any, Literal, cast

import orjson
import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2
from pydantic import BaseModel

from services.oneroster.oauth.errors import TokenError, body_too_large, method_not_allowed
from services.oneroster.oauth.form import MEDIA_TYPE
from services.oneroster.oauth.scopes import OFFERED, scope_uri
from services.oneroster.oauth.service import OAuthService

TOKEN_PATH = "/connect/token"  # noqa: S105 - an address
JWKS_PATH = "/.well-known/jwks.json"
METADATA_PATH = "/.well-known/oauth-authorization-server"
MAXIMUM_BODY = 16_384
_KEYS_SECONDS = 300
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_OTHER_METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]

_log = structlog.get_logger(__name__)
router = APIRouter(tags=["OAuth 2.0"])

# For the read routes: makes the Authorize button of /docs ask for a client's id and secret. It
# only describes (auto_error off); `TokenVerifier` decides. The URL is relative to /openapi.json.
client_credentials = OAuth2(
    scheme_name="OAuth2CC",
    description="An API client's id and secret, as `rosterbridge client create` showed them.",
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(
            tokenUrl=TOKEN_PATH.removeprefix("/"), scopes=OFFERED
        )
    ),
    auto_error=False,
)


class TokenResponse(BaseModel):
    """RFC 6749 §5.1."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    """Seconds."""
    scope: str
    """What was granted, separated by spaces."""


class TokenErrorResponse(BaseModel):
    """RFC 6749 §5.2."""

    error: str
    error_description: str


class JsonWebKeySet(BaseModel):
    """RFC 7517 §5."""

    keys: list[dict[str, str]]


class AuthorizationServerMetadata(BaseModel):
    """RFC 8414 §2."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]


def oauth_service(request: Request) -> OAuthService:
    return cast(OAuthService, request.app.state.oauth)


Service = Annotated[OAuthService, Depends(oauth_service)]

_TOKEN_FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "scope": {"type": "string", "description": "Separated by spaces; without it, all."},
        "client_id": {"type": "string", "description": "Unless HTTP Basic names the client."},
        "client_secret": {"type": "string", "format": "password"},
    },
}
_TOKEN_FORM_EXAMPLE = {
    "grant_type": "client_credentials",
    "scope": scope_uri("v1p1", "roster-core.readonly"),
}
_TOKEN_EXAMPLE = {
    "access_token": "eyJhbGciOiJFUzI1NiIs…",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": scope_uri("v1p1", "roster-core.readonly"),
}

_KEYS_EXAMPLE = {
    "keys": [
        {"kty": "EC", "crv": "P-256", "x": "…", "y": "…", "kid": "…", "use": "sig", "alg": "ES256"}
    ]
}


def _refusal(description: str, error: str) -> dict[str, Any]:
    example = {"error": error, "error_description": "…"}
    return {
        "model": TokenErrorResponse,
        "description": description,
        "content": {"application/json": {"example": example}},
    }


@router.post(
    TOKEN_PATH,
    summary="Ask for an access token",
    operation_id="createAccessToken",
    response_class=Response,
    responses={
        200: {
            "model": TokenResponse,
            "description": "An access token.",
            "content": {"application/json": {"example": _TOKEN_EXAMPLE}},
        },
        400: _refusal("The request is faulty, or the client in its body.", "invalid_request"),
        401: _refusal("The client is unknown, revoked, or its secret wrong.", "invalid_client"),
        413: _refusal("The body is too long.", "invalid_request"),
        503: _refusal("No token can be given just now.", "temporarily_unavailable"),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {MEDIA_TYPE: {"schema": _TOKEN_FORM, "example": _TOKEN_FORM_EXAMPLE}},
        }
    },
)
async def create_access_token(request: Request, service: Service) -> Response:
    """Client credentials (RFC 6749 §4.4), by HTTP Basic or in the body.

    Of the scopes asked those that are offered are granted; where none is asked, or none of them is
    offered, all. `scope` in the answer says which.
    """
    try:
        answer = await service.answer(
            request.headers.get("content-type"),
            request.headers.getlist("authorization"),
            await _bounded_body(request),
        )
    except TokenError as error:
        return _refused(error)
    return _json(answer, headers=_NO_STORE)


@router.api_route(TOKEN_PATH, methods=_OTHER_METHODS, include_in_schema=False)
async def refuse_method() -> Response:
    return _refused(method_not_allowed())


@router.get(
    JWKS_PATH,
    summary="The public keys of access tokens",
    operation_id="getKeys",
    response_class=Response,
    responses={
        200: {
            "model": JsonWebKeySet,
            "description": "A JWK Set.",
            "content": {"application/json": {"example": _KEYS_EXAMPLE}},
        },
        503: _refusal("The keys cannot be read just now.", "temporarily_unavailable"),
    },
)
async def get_keys(service: Service) -> Response:
    """A retired key stays until the tokens made with it have run out."""
    try:
        keys = await service.jwks()
    except TokenError as error:
        return _refused(error)
    return _json(keys, headers={"Cache-Control": f"public, max-age={_KEYS_SECONDS}"})


@router.get(
    METADATA_PATH,
    summary="Authorization server metadata",
    operation_id="getAuthorizationServerMetadata",
    response_class=Response,
    responses={200: {"model": AuthorizationServerMetadata, "description": "Metadata (RFC 8414)."}},
)
async def get_metadata(request: Request, service: Service) -> Response:
    """Addresses are the public URL's; where none is set, those of this request."""
    base = service.public_url or str(request.base_url).rstrip("/")
    metadata = AuthorizationServerMetadata(
        issuer=base,
        token_endpoint=base + TOKEN_PATH,
        jwks_uri=base + JWKS_PATH,
        scopes_supported=list(OFFERED),
        response_types_supported=[],
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
    )
    return _json(metadata.model_dump(), headers={"Cache-Control": "no-cache"})


async def _bounded_body(request: Request) -> bytes:
    """Raises `TokenError` (413) without reading more than the limit, whatever the length says."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAXIMUM_BODY:
            raise body_too_large(MAXIMUM_BODY)
    return bytes(body)


def _refused(error: TokenError) -> Response:
    _log.info("oauth.token_refused", status=error.status, error=error.error)
    content = {"error": error.error, "error_description": error.description}
    return _json(content, status=error.status, headers={**_NO_STORE, **error.headers})


def _json(content: dict[str, Any], *, status: int = 200, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")
