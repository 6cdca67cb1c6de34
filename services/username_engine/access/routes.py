"""Signing in and out, and who one is: `/auth/…` and `/api/v1/me`."""

import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from services.username_engine.access.answers import render_access_error, sign_in_answer
from services.username_engine.access.errors import (
    SIGN_IN_PATH,
    AccessError,
    InvalidTokenError,
    IssuerUnavailableError,
    MissingCsrfTokenError,
    NotSignedInError,
    ReturnToError,
    SignInFailedError,
    SignInNotConfiguredError,
    SignInRefusedError,
    TooManyPlacesError,
)
from services.username_engine.access.principal import CurrentPrincipal, Principal
from services.username_engine.access.rights import Group
from services.username_engine.access.service import CALLBACK_PATH, Access, NoAccess
from services.username_engine.access.sign_in import Begun
from services.username_engine.development_issuer.routes import install_development_issuer
from shared.errors import described_errors
from shared.settings import EngineSettings

SIGN_OUT_PATH = "/auth/sign-out"
_COOKIE = "rosterbridge_sign_in"
_MOST_UNDER_WAY = 5
"""Sign-ins that a browser has begun and not ended; its cookies must stay within what servers take."""
# No query: it could hold a name, and addresses end up in logs. No `//` or `/\`: that is a host.
_LOCAL_PATH = re.compile(r"/(?!/)[\w./~-]{0,500}", re.ASCII)
_STATE = re.compile(r"[\w-]{20,100}", re.ASCII)


def install_access(
    app: FastAPI,
    settings: EngineSettings,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Routes, and `app.state.authenticator` for `CurrentPrincipal`; the development issuer if it is on.

    `transport` reaches the issuer. Raises `SettingsError`.
    """
    app.state.access = Access.of(settings, transport=transport)
    app.state.authenticator = app.state.access or NoAccess()
    app.add_exception_handler(AccessError, render_access_error)
    app.include_router(browser_router)
    app.include_router(router)
    install_development_issuer(app, settings)


def _never_stored(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"


def _access(request: Request) -> Access:
    access: Access | None = request.app.state.access
    if access is None:
        raise SignInNotConfiguredError
    return access


ConfiguredAccess = Annotated[Access, Depends(_access)]


class _BrowserRoute(APIRoute):
    """A browser goes here by itself, so that a person reads what is answered."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except AccessError as error:
                response = sign_in_answer(request, error)
                _never_stored(response)
                return response

        return answered


browser_router = APIRouter(tags=["access"], route_class=_BrowserRoute)
router = APIRouter(tags=["access"])


@browser_router.get(
    SIGN_IN_PATH,
    summary="Sign in at the issuer",
    status_code=HTTPStatus.SEE_OTHER,
    response_class=RedirectResponse,
    responses={
        HTTPStatus.SEE_OTHER: {"description": "To the issuer's sign-in page"},
        HTTPStatus.BAD_REQUEST: described_errors(ReturnToError()),
        HTTPStatus.NOT_FOUND: described_errors(SignInNotConfiguredError()),
        HTTPStatus.SERVICE_UNAVAILABLE: described_errors(IssuerUnavailableError()),
    },
)
async def sign_in(
    request: Request,
    access: ConfiguredAccess,
    return_to: Annotated[
        str, Query(description="A path of this host, without a query, to come back to")
    ] = "/",
) -> Response:
    """Sends the browser to the issuer, which sends it back to `/auth/callback`."""
    if not _LOCAL_PATH.fullmatch(return_to):
        raise ReturnToError
    elsewhere = access.elsewhere(request)
    if elsewhere is not None:
        return RedirectResponse(elsewhere, HTTPStatus.SEE_OTHER)
    begun = Begun.new(return_to)
    response = RedirectResponse(await access.sign_in.address(begun), HTTPStatus.SEE_OTHER)
    sealed = access.begun.close(begun.document())
    for name in access.cookies.starting_with(request, _COOKIE)[: 1 - _MOST_UNDER_WAY]:
        access.cookies.delete(response, name)
    access.cookies.set(response, _cookie_of(begun.state), sealed, access.begun.lifetime)
    _never_stored(response)
    return response


@browser_router.get(
    CALLBACK_PATH,
    summary="Come back from the issuer",
    status_code=HTTPStatus.SEE_OTHER,
    response_class=RedirectResponse,
    responses={
        HTTPStatus.SEE_OTHER: {"description": "Signed in, to the path asked for"},
        HTTPStatus.BAD_REQUEST: described_errors(SignInFailedError()),
        HTTPStatus.FORBIDDEN: described_errors(SignInRefusedError(), TooManyPlacesError()),
        HTTPStatus.NOT_FOUND: described_errors(SignInNotConfiguredError()),
        HTTPStatus.SERVICE_UNAVAILABLE: described_errors(IssuerUnavailableError()),
    },
)
async def callback(request: Request, access: ConfiguredAccess) -> Response:
    """Begins a session for who the issuer says it is. Only in the browser that began the sign-in.

    Whoever asks for `text/html`, as browsers do, gets a page where it fails, with a way to go on.
    """
    answer = dict(request.query_params)
    state = answer.get("state", "")
    if not _STATE.fullmatch(state):
        raise SignInFailedError
    document = access.begun.open(access.cookies.get(request, _cookie_of(state)))
    begun = None if document is None else Begun(**document)
    try:
        response = await _signed_in(access, answer, begun)
    except AccessError as error:
        response = sign_in_answer(request, error, begun.return_to if begun else "/")
    # Used once, however it ended.
    access.cookies.delete(response, _cookie_of(state))
    _never_stored(response)
    return response


async def _signed_in(access: Access, answer: Mapping[str, str], begun: Begun | None) -> Response:
    if begun is None:
        raise SignInFailedError
    claims = await access.sign_in.claims(answer, begun)
    response = RedirectResponse(begun.return_to, HTTPStatus.SEE_OTHER)
    access.sessions.begin(response, access.reader.principal(claims))
    return response


def _cookie_of(state: str) -> str:
    """One for each sign-in under way: a person may have begun in two tabs."""
    return f"{_COOKIE}_{state[:12]}"


class SignedOut(BaseModel):
    issuer_sign_out: str | None = Field(
        description="Where the browser ends its session at the issuer too, if there is such a page"
    )


_REFUSALS: dict[int | str, dict[str, Any]] = {
    HTTPStatus.UNAUTHORIZED: described_errors(NotSignedInError(), InvalidTokenError()),
    HTTPStatus.SERVICE_UNAVAILABLE: described_errors(IssuerUnavailableError()),
}


@router.post(
    SIGN_OUT_PATH,
    summary="End the session",
    responses={**_REFUSALS, HTTPStatus.FORBIDDEN: described_errors(MissingCsrfTokenError())},
)
async def sign_out(_: CurrentPrincipal, access: ConfiguredAccess, response: Response) -> SignedOut:
    """Takes the session's cookie away. A token that is shown ends by itself."""
    access.sessions.end(response)
    _never_stored(response)
    try:
        return SignedOut(issuer_sign_out=await access.issuer_sign_out())
    except IssuerUnavailableError:
        return SignedOut(issuer_sign_out=None)


class RightAtPlace(BaseModel):
    """A right to one list at a place; the highest of all the person's roles there."""

    group: Group
    right: str = Field(description="`read` or `write`")
    school: str = Field(description="Institution number")
    location: str | None = Field(description="The location's number; null: the whole school")


class Me(BaseModel):
    subject: str = Field(description="The issuer's id of the person")
    name: str
    operator: bool = Field(description="Sees and changes everything")
    rights: list[RightAtPlace]
    csrf_token: str | None = Field(
        description="For the header X-CSRF-Token of writes by session; null with a token"
    )
    session_ends: datetime | None = Field(
        description="When one has to sign in again, whatever one does; null with a token"
    )
    sign_in: str = Field(description="Where a browser signs in, again or as somebody else")
    sign_out: str = Field(description="To post to, to end the session")


@router.get("/api/v1/me", summary="Who am I, and what may I", responses=_REFUSALS)
async def me(
    request: Request, principal: CurrentPrincipal, access: ConfiguredAccess, response: Response
) -> Me:
    """The person behind the session or the token, with his rights."""
    _never_stored(response)
    by_session = "Authorization" not in request.headers
    sessions = access.sessions
    return Me(
        subject=principal.subject,
        name=principal.name,
        operator=principal.operator,
        rights=_rights(principal),
        csrf_token=sessions.csrf_token(request) if by_session else None,
        session_ends=sessions.ends(request) if by_session else None,
        sign_in=SIGN_IN_PATH,
        sign_out=SIGN_OUT_PATH,
    )


def _rights(principal: Principal) -> list[RightAtPlace]:
    highest: dict[tuple[Group, str, str | None], int] = {}
    for grant in principal.grants:
        place = (grant.group, grant.school, grant.location)
        highest[place] = max(grant.right, highest.get(place, 0))
    ordered = sorted(highest.items(), key=lambda item: (*item[0][:2], item[0][2] or ""))
    return [
        RightAtPlace(
            group=group, right="write" if right > 1 else "read", school=school, location=location
        )
        for (group, school, location), right in ordered
    ]
