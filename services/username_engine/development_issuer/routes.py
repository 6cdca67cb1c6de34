"""The issuer's endpoints (OpenID Connect Core and Discovery 1.0, RFC 6749, 7636, 9207)."""

import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from joserfc import jws
from joserfc.jwk import ECKey
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from services.username_engine.access.plain_page import PAGE_HEADERS
from services.username_engine.access.service import CALLBACK_PATH
from services.username_engine.development_issuer.codes import Asked, Codes
from services.username_engine.development_issuer.page import (
    EVERY_SCHOOL,
    ready_persons,
    sign_in_page,
)
from services.username_engine.development_issuer.persons import (
    OPERATOR_CLAIM,
    OPERATOR_VALUE,
    ROLES_CLAIM,
    Person,
    Place,
    chosen_person,
    role_keys,
)
from services.username_engine.development_issuer.places import places
from shared.database import Database
from shared.settings import (
    DEVELOPMENT_ISSUER_PATH,
    EngineSettings,
    SettingsError,
    is_loopback_host,
    is_loopback_url,
)

ALGORITHM = "ES256"
TOKEN_SECONDS = 3600
_CHALLENGE = re.compile(r"[\w-]{43}", re.ASCII)
_CARRIED = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce")
_PKCE = ("code_challenge", "code_challenge_method")
_FORWARDED = ("forwarded", "via", "x-forwarded-", "x-real-ip")


class DevelopmentIssuer:
    """Keys and codes live as long as the process."""

    def __init__(self, url: str, client_id: str, redirect_uri: str) -> None:
        self.url = url
        self.client_id = client_id
        self.redirect_uri = redirect_uri
        self.codes = Codes()
        self._key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "scopes_supported": ["openid", "profile"],
            "claims_supported": ["sub", "name", ROLES_CLAIM, OPERATOR_CLAIM],
        }

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def id_token(self, person: Person, nonce: str | None) -> str:
        now = int(time.time())
        claims = {
            **person.claims(),
            "iss": self.url,
            "aud": self.client_id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            **({} if nonce is None else {"nonce": nonce}),
        }
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": self._key.kid}
        return jws.serialize_compact(header, orjson.dumps(claims), self._key)


def install_development_issuer(app: FastAPI, settings: EngineSettings) -> None:
    """Nothing unless `settings.development`. Raises `SettingsError` where it may not be."""
    if not settings.development:
        return
    public_url = (settings.engine_public_url or "").rstrip("/")
    # The settings say so too; what opens every door has a lock of its own.
    if not public_url.startswith("http://") or not is_loopback_url(public_url):
        raise SettingsError("ROSTERBRIDGE_DEVELOPMENT: is for an engine on this machine alone")
    app.state.development_issuer = DevelopmentIssuer(
        public_url + DEVELOPMENT_ISSUER_PATH,
        str(settings.oidc_client_id),
        public_url + CALLBACK_PATH,
    )
    app.include_router(router)


def _only_on_this_machine(request: Request) -> None:
    """404 unless both ends are loopback, under a loopback name, and nothing forwarded it.

    The name, since a page on the internet may have its own lead here (DNS rebinding).
    """
    ends = [request.scope.get("server"), request.scope.get("client")]
    hosts = [request.url.hostname, *(end[0] if end else None for end in ends)]
    forwarded = any(name.startswith(_FORWARDED) for name in request.headers)
    if forwarded or not all(host and is_loopback_host(host) for host in hosts):
        raise HTTPException(HTTPStatus.NOT_FOUND)


def _issuer(request: Request) -> DevelopmentIssuer:
    issuer: DevelopmentIssuer = request.app.state.development_issuer
    return issuer


CurrentIssuer = Annotated[DevelopmentIssuer, Depends(_issuer)]

router = APIRouter(
    prefix=DEVELOPMENT_ISSUER_PATH,
    dependencies=[Depends(_only_on_this_machine)],
    include_in_schema=False,
)


@router.get("/.well-known/openid-configuration")
async def discovery(issuer: CurrentIssuer) -> JSONResponse:
    return JSONResponse(issuer.metadata())


@router.get("/jwks")
async def jwks(issuer: CurrentIssuer) -> JSONResponse:
    return JSONResponse(issuer.jwks())


@router.get("/authorize")
async def authorize(request: Request, issuer: CurrentIssuer) -> Response:
    asked = dict(request.query_params)
    return _refused(asked, issuer) or _page(asked, await _places(request))


@router.post("/sign-in")
async def sign_in(request: Request, issuer: CurrentIssuer) -> Response:
    async with request.form() as form:
        asked = {name: value for name, value in form.items() if isinstance(value, str)}
        refused = _refused(asked, issuer)
        if refused is not None:
            return refused
        known = await _places(request)
        person = _chosen(form, known)
    if person is None:
        return _page(asked, known, "Kies minstens één rol, en een plaats uit de lijst.")
    code = issuer.codes.issue(
        Asked(
            asked["client_id"], asked["redirect_uri"], asked["code_challenge"], asked.get("nonce")
        ),
        person,
    )
    return _answered(asked, issuer, {"code": code})


@router.post("/token")
async def token(request: Request, issuer: CurrentIssuer) -> JSONResponse:
    async with request.form() as form:
        given = {name: value for name, value in form.items() if isinstance(value, str)}
    if given.get("grant_type") != "authorization_code":
        return _token_error("unsupported_grant_type")
    redeemed = issuer.codes.redeem(
        given.get("code", ""),
        client_id=given.get("client_id", ""),
        redirect_uri=given.get("redirect_uri", ""),
        code_verifier=given.get("code_verifier", ""),
    )
    if redeemed is None:
        return _token_error("invalid_grant")
    asked, person = redeemed
    id_token = issuer.id_token(person, asked.nonce)
    return JSONResponse(
        {
            # The same claims, for the same audience: a front end of one's own may show either.
            "access_token": issuer.id_token(person, None),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "id_token": id_token,
        },
        headers={"Cache-Control": "no-store"},
    )


def _token_error(error: str) -> JSONResponse:
    """RFC 6749 §5.2."""
    return JSONResponse(
        {"error": error}, HTTPStatus.BAD_REQUEST, headers={"Cache-Control": "no-store"}
    )


def _refused(asked: Mapping[str, str], issuer: DevelopmentIssuer) -> Response | None:
    """Of an authorization request that does not do (RFC 6749 §4.1.2.1); None where it does."""
    known = (issuer.client_id, issuer.redirect_uri)
    if (asked.get("client_id"), asked.get("redirect_uri")) != known:
        # Never sent on to an address that is not the client's.
        raise HTTPException(HTTPStatus.BAD_REQUEST, "client_id or redirect_uri is not known here")
    if asked.get("response_type") != "code":
        return _answered(asked, issuer, {"error": "unsupported_response_type"})
    if "openid" not in asked.get("scope", "").split():
        return _answered(asked, issuer, {"error": "invalid_scope"})
    challenge = asked.get("code_challenge", "")
    if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        return _answered(asked, issuer, {"error": "invalid_request"})
    return None


def _answered(
    asked: Mapping[str, str], issuer: DevelopmentIssuer, answer: Mapping[str, str]
) -> Response:
    state = {"state": asked["state"]} if "state" in asked else {}
    query = urlencode({**answer, **state, "iss": issuer.url})
    return RedirectResponse(
        f"{issuer.redirect_uri}?{query}", HTTPStatus.SEE_OTHER, headers=dict(PAGE_HEADERS)
    )


def _page(asked: Mapping[str, str], known: list[Place], fault: str | None = None) -> Response:
    carried = {name: asked[name] for name in (*_CARRIED, *_PKCE) if name in asked}
    return HTMLResponse(
        sign_in_page(f"{DEVELOPMENT_ISSUER_PATH}/sign-in", carried, known, fault),
        HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        headers=dict(PAGE_HEADERS),
    )


def _chosen(form: FormData, known: list[Place]) -> Person | None:
    """None where nothing, or something unknown, was chosen."""
    if "person" in form:
        ready = ready_persons(known).get(str(form["person"]))
        return None if ready is None else ready.person
    roles, ticked = role_keys(), [str(key) for key in form.getlist("role")]
    operator = form.get("operator") == OPERATOR_VALUE
    where = form.get("place")
    chosen = [
        place
        for place in known
        if place.key == where or (where == EVERY_SCHOOL and place.location is None)
    ]
    if not (ticked or operator) or not set(ticked) <= set(roles) or not (chosen or operator):
        return None
    return chosen_person([roles[key] for key in ticked], chosen, operator=operator)


async def _places(request: Request) -> list[Place]:
    database: Database = request.app.state.database
    async with database.snapshot() as connection:
        return await places(connection)
