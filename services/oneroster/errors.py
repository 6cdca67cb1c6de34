"""Everything the OneRoster service refuses, and how each version says so (`imsx_StatusInfo`).

RosterError
├── InvalidRequest      400  one or more faults of the parameters, all of them at once
├── UnauthorizedRequest 401  no token, or not a valid one
├── ForbiddenRequest    403  the token's scopes do not reach here
├── UnknownObject       404  no object of this id, or no such path
└── RosterUnavailable   503  nothing whole can be served at this moment

What the framework, the driver and the database raise takes the same shapes, and none of their words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import uuid4

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from services.oneroster.rostering.versions import Version, version_of

_log = structlog.stdlib.get_logger(__name__)


class CodeMinor(StrEnum):
    """Why a request is refused, as this service tells it apart; each version has its own words."""

    INVALID_SORT_FIELD = "invalid sort field"
    INVALID_FILTER_FIELD = "invalid filter field"
    INVALID_SELECTION_FIELD = "invalid selection field"
    INVALID_BLANK_SELECTION_FIELD = "invalid blank selection field"
    UNKNOWN_OBJECT = "unknown object"
    INVALID_DATA = "invalid data"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    SERVER_BUSY = "server busy"
    INTERNAL_ERROR = "internal error"


# OneRoster 1.1 §3.4.9, with the specification's spaces. It has none for a fault of the server.
_CODE_MINORS_V1P1: Mapping[CodeMinor, str] = {
    CodeMinor.INVALID_SORT_FIELD: "invalid_sort_field",
    CodeMinor.INVALID_FILTER_FIELD: "invalid_filter_field",
    CodeMinor.INVALID_SELECTION_FIELD: "invalid_selection_field",
    CodeMinor.INVALID_BLANK_SELECTION_FIELD: "invalid_blank_selection_field",
    CodeMinor.UNKNOWN_OBJECT: "unknown object",
    CodeMinor.INVALID_DATA: "invalid data",
    CodeMinor.UNAUTHORIZED: "unauthorized",
    CodeMinor.FORBIDDEN: "forbidden",
    CodeMinor.SERVER_BUSY: "server_busy",
    CodeMinor.INTERNAL_ERROR: "server_busy",
}
# imsx_CodeMinorFieldDType of 1.2's OpenAPI, which has none for sorting and for blank fields.
_CODE_MINORS_V1P2: Mapping[CodeMinor, str] = {
    CodeMinor.INVALID_SORT_FIELD: "invaliddata",
    CodeMinor.INVALID_FILTER_FIELD: "invalid_filter_field",
    CodeMinor.INVALID_SELECTION_FIELD: "invalid_selection_field",
    CodeMinor.INVALID_BLANK_SELECTION_FIELD: "invaliddata",
    CodeMinor.UNKNOWN_OBJECT: "unknownobject",
    CodeMinor.INVALID_DATA: "invaliddata",
    CodeMinor.UNAUTHORIZED: "unauthorisedrequest",
    CodeMinor.FORBIDDEN: "forbidden",
    CodeMinor.SERVER_BUSY: "server_busy",
    CodeMinor.INTERNAL_ERROR: "internal_server_error",
}
_CODE_MINOR_FIELD = "TargetEndSystem"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in words its sender can act on."""

    code_minor: CodeMinor
    description: str


class PageBroken(Exception):
    """Fewer rows than the total promises: an unfinished page must never look finished."""


class RosterError(Exception):
    """A refusal; `faults` says why, at least once."""

    status: ClassVar[HTTPStatus]

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.description for fault in faults))
        self.faults = faults

    def headers(self) -> Mapping[str, str]:
        return {}


class InvalidRequest(RosterError):
    status = HTTPStatus.BAD_REQUEST


class UnauthorizedRequest(RosterError):
    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, description: str, challenge: str) -> None:
        super().__init__(Fault(CodeMinor.UNAUTHORIZED, description))
        self._challenge = challenge

    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": self._challenge}


class ForbiddenRequest(RosterError):
    status = HTTPStatus.FORBIDDEN

    def __init__(self, scopes: Sequence[str]) -> None:
        wanted = " or ".join(scopes)
        super().__init__(Fault(CodeMinor.FORBIDDEN, f"The token lacks the scope {wanted}."))


class UnknownObject(RosterError):
    status = HTTPStatus.NOT_FOUND

    def __init__(self, description: str) -> None:
        super().__init__(Fault(CodeMinor.UNKNOWN_OBJECT, description))


class RosterUnavailable(RosterError):
    """A part of a roster would empty a school; so the whole is refused until it can be had."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, description: str, retry_after_seconds: int = 30) -> None:
        super().__init__(Fault(CodeMinor.SERVER_BUSY, description))
        self._retry_after = retry_after_seconds

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self._retry_after)}


def error_response(
    status: int,
    faults: Sequence[Fault],
    headers: Mapping[str, str] | None = None,
    *,
    version: Version,
) -> Response:
    """An error in the shape of `version`, all of `faults` in it."""
    content = _status_info_set(faults) if version is Version.V1P1 else _status_info(faults)
    return Response(orjson.dumps(content), status, headers, media_type="application/json")


def warning(*faults: Fault) -> bytes:
    """What 1.1 says after a collection that was served all the same: `"statusInfoSet":[…]`.

    A member of the object that holds the collection, without the comma before it.
    """
    entries = [_status_info_entry(fault, "success", "warning") for fault in faults]
    return b'"statusInfoSet":' + orjson.dumps(entries)


def _status_info_set(faults: Sequence[Fault]) -> dict[str, Any]:
    """1.1: one entry for each fault (OneRoster 1.1 §3.4.9)."""
    return {"statusInfoSet": [_status_info_entry(fault, "failure", "error") for fault in faults]}


def _status_info_entry(fault: Fault, code_major: str, severity: str) -> dict[str, str]:
    return {
        "imsx_codeMajor": code_major,
        "imsx_severity": severity,
        "imsx_messageRefIdentifier": str(uuid4()),
        "imsx_operationRefIdentifier": str(uuid4()),
        "imsx_description": fault.description,
        "imsx_codeMinor": _CODE_MINORS_V1P1[fault.code_minor],
    }


def _status_info(faults: Sequence[Fault]) -> dict[str, Any]:
    """1.2: one object for all faults (imsx_StatusInfoDType)."""
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": " ".join(fault.description for fault in faults),
        "imsx_CodeMinor": {
            "imsx_codeMinorField": [
                {
                    "imsx_codeMinorFieldName": _CODE_MINOR_FIELD,
                    "imsx_codeMinorFieldValue": _CODE_MINORS_V1P2[fault.code_minor],
                }
                for fault in faults
            ]
        },
    }


def internal_error_response(scope: Scope) -> Response:
    description = "The request could not be answered; the fault is on this side and was logged."
    fault = Fault(CodeMinor.INTERNAL_ERROR, description)
    version = version_of(scope["path"])
    return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, [fault], version=version)


def install_roster_handlers(app: FastAPI) -> None:
    """Every error of `app` in OneRoster's shapes, the framework's and the database's too."""
    app.add_exception_handler(RosterError, _render_roster_error)
    app.add_exception_handler(PageBroken, _render_page_broken)
    app.add_exception_handler(HTTPException, _render_http_exception)
    app.add_exception_handler(RequestValidationError, _render_invalid_request)
    # Away, or every connection busy beyond the pool's patience. The driver's own exceptions come
    # from connections that SQLAlchemy does not hold; TimeoutError is an OSError.
    for away in (OSError, PoolTimeout, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError):
        app.add_exception_handler(away, _render_database_error)


def _refusal(request: Request, error: RosterError) -> Response:
    version = version_of(request.scope["path"])
    return error_response(error.status, error.faults, error.headers(), version=version)


async def _render_roster_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RosterError)  # noqa: S101 - how it was registered
    return _refusal(request, error)


_FRAMEWORK_FAULTS = {
    HTTPStatus.UNAUTHORIZED: Fault(CodeMinor.UNAUTHORIZED, "This path asks for a token."),
    HTTPStatus.FORBIDDEN: Fault(CodeMinor.FORBIDDEN, "This path is not open to this client."),
    HTTPStatus.NOT_FOUND: Fault(CodeMinor.UNKNOWN_OBJECT, "There is nothing at this path."),
    HTTPStatus.METHOD_NOT_ALLOWED: Fault(
        CodeMinor.INVALID_DATA, "This path does not take this method; rosters are read by GET."
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Fault(CodeMinor.SERVER_BUSY, "Too many requests at a time."),
    HTTPStatus.SERVICE_UNAVAILABLE: Fault(CodeMinor.SERVER_BUSY, "No answer at this moment."),
}
_RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS: "5", HTTPStatus.SERVICE_UNAVAILABLE: "10"}


async def _render_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how it was registered
    status = HTTPStatus(error.status_code)
    fault = _FRAMEWORK_FAULTS.get(status, Fault(CodeMinor.INVALID_DATA, f"{status.phrase}."))
    headers = dict(error.headers or {})
    if status in _RETRY_AFTER:
        headers.setdefault("Retry-After", _RETRY_AFTER[status])
    return error_response(status, [fault], headers, version=version_of(request.scope["path"]))


async def _render_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - how it was registered
    # Where it is, and not in whose words: the framework's change with its versions.
    faults = [
        Fault(CodeMinor.INVALID_DATA, f"{'.'.join(map(str, each['loc']))} can't be read.")
        for each in error.errors()
    ]
    version = version_of(request.scope["path"])
    return error_response(HTTPStatus.UNPROCESSABLE_ENTITY, faults, version=version)


async def _render_page_broken(request: Request, _error: Exception) -> Response:
    _log.warning("roster.page_broken", path=request.scope["path"])
    return _refusal(
        request, RosterUnavailable("The page could not be read whole; please try again.", 5)
    )


async def _render_database_error(request: Request, error: Exception) -> Response:
    if not _passes(error):
        raise error
    _log.warning("roster.database_away", error=type(error).__name__)
    return _refusal(
        request, RosterUnavailable("The database does not answer in time; please try again.", 10)
    )


# Classes of SQLSTATE (PostgreSQL, appendix A) that say nothing against the statement itself.
_PASSING_STATES = (
    "08",  # the connection broke
    "25006",  # read-only: the primary has just become a standby
    "40",  # rolled back: a deadlock, or a standby's conflict with recovery
    "53",  # out of connections, memory or disk
    "55P03",  # a lock was not to be had in time
    "57",  # cancelled by a timeout, shutting down, starting up
)


def _passes(error: BaseException) -> bool:
    """Whether the same request may well be answered in a moment."""
    if isinstance(error, DBAPIError):
        # SQLAlchemy's own exception, the dialect's, and below it the driver's.
        cause = error.orig.__cause__ if error.orig is not None else None
        return error.connection_invalidated or (cause is not None and _passes(cause))
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "").startswith(_PASSING_STATES)
    return isinstance(error, OSError | PoolTimeout | asyncpg.InterfaceError)
