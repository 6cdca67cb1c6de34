"""Signing in and out, and who one is: `/auth/…` and `/api/v1/me`."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from services.username_engine.access.errors import (
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
from shared.errors import described_errors, problem_response
from shared.settings import EngineSettings

_COOKIE = "rosterbridge_sign_in"
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

router = APIRouter(tags=["access"])


@router.get(
    "/auth/sign-in",
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
    access.cookies.set(response, _cookie_of(begun.state), sealed, access.begun.lifetime)
    _never_stored(response)
    return response


@router.get(
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
    """Begins a session for who the issuer says it is. Only in the browser that began the sign-in."""
    answer = dict(request.query_params)
    state = answer.get("state", "")
    if not _STATE.fullmatch(state):
        raise SignInFailedError
    try:
        response = await _signed_in(request, access, answer)
    except AccessError as error:
        response = problem_response(error.status, error.code, error.title, error.detail)
    # Used once, however it ended.
    access.cookies.delete(response, _cookie_of(state))
    _never_stored(response)
    return response


async def _signed_in(request: Request, access: Access, answer: Mapping[str, str]) -> Response:
    document = access.begun.open(access.cookies.get(request, _cookie_of(answer["state"])))
    if document is None:
        raise SignInFailedError
    begun = Begun(**document)
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
    "/auth/sign-out",
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


@router.get("/api/v1/me", summary="Who am I, and what may I", responses=_REFUSALS)
async def me(
    request: Request, principal: CurrentPrincipal, access: ConfiguredAccess, response: Response
) -> Me:
    """The person behind the session or the token, with his rights."""
    _never_stored(response)
    by_session = "Authorization" not in request.headers
    return Me(
        subject=principal.subject,
        name=principal.name,
        operator=principal.operator,
        rights=_rights(principal),
        csrf_token=access.sessions.csrf_token(request) if by_session else None,
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
