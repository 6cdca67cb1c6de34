"""Everything the OneRoster service refuses, and how 1.1 says so (`imsx_StatusInfo`).

RosterError
├── InvalidRequest      400  one or more faults of the parameters, all of them at once
├── UnauthorizedRequest 401  no token, or not a valid one
├── ForbiddenRequest    403  the token's scopes do not reach here
├── UnknownObject       404  no object of this id, or no such path
└── RosterUnavailable   503  nothing whole can be served at this moment
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import ClassVar
from uuid import uuid4

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response


class CodeMinor(StrEnum):
    """The code minors of OneRoster 1.1, with the specification's spaces."""

    INVALID_SORT_FIELD = "invalid_sort_field"
    INVALID_FILTER_FIELD = "invalid_filter_field"
    INVALID_SELECTION_FIELD = "invalid_selection_field"
    INVALID_BLANK_SELECTION_FIELD = "invalid_blank_selection_field"
    UNKNOWN_OBJECT = "unknown object"
    INVALID_DATA = "invalid data"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    SERVER_BUSY = "server_busy"


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


def status_info(fault: Fault, severity: str = "error") -> dict[str, str]:
    """One entry of `statusInfoSet`; the identifiers let a log line be found again."""
    return {
        "imsx_codeMajor": "success" if severity == "warning" else "failure",
        "imsx_severity": severity,
        "imsx_messageRefIdentifier": str(uuid4()),
        "imsx_operationRefIdentifier": str(uuid4()),
        "imsx_description": fault.description,
        "imsx_codeMinor": fault.code_minor,
    }


def error_response(
    status: int, faults: Sequence[Fault], headers: Mapping[str, str] | None = None
) -> Response:
    body = orjson.dumps({"statusInfoSet": [status_info(fault) for fault in faults]})
    return Response(body, status, headers, media_type="application/json")


def internal_error_response() -> Response:
    description = "The request could not be answered; the fault is on this side and was logged."
    return error_response(
        HTTPStatus.INTERNAL_SERVER_ERROR, [Fault(CodeMinor.SERVER_BUSY, description)]
    )


def install_roster_handlers(app: FastAPI) -> None:
    """Every error of `app` in OneRoster's shape, the framework's and the database's too."""
    app.add_exception_handler(RosterError, _render_roster_error)
    app.add_exception_handler(PageBroken, _render_page_broken)
    app.add_exception_handler(HTTPException, _render_http_exception)
    app.add_exception_handler(RequestValidationError, _render_invalid_request)
    # Away, or every connection busy beyond the pool's patience: an answer that invites to return.
    for away in (OSError, OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(away, _render_database_away)


async def _render_roster_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RosterError)  # noqa: S101 - how it was registered
    return error_response(error.status, error.faults, error.headers())


_FRAMEWORK_FAULTS = {
    HTTPStatus.NOT_FOUND: Fault(CodeMinor.UNKNOWN_OBJECT, "There is nothing at this path."),
    HTTPStatus.METHOD_NOT_ALLOWED: Fault(
        CodeMinor.INVALID_DATA, "This path does not take this method; rosters are read by GET."
    ),
}


async def _render_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how it was registered
    status = HTTPStatus(error.status_code)
    fault = _FRAMEWORK_FAULTS.get(status, Fault(CodeMinor.INVALID_DATA, f"{status.phrase}."))
    return error_response(status, [fault], error.headers)


async def _render_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - how it was registered
    faults = [
        Fault(CodeMinor.INVALID_DATA, f"{'.'.join(map(str, each['loc']))}: {each['msg']}.")
        for each in error.errors()
    ]
    return error_response(HTTPStatus.UNPROCESSABLE_ENTITY, faults)


async def _render_page_broken(request: Request, _error: Exception) -> Response:
    return await _render_roster_error(
        request, RosterUnavailable("The page could not be read whole; please try again.", 5)
    )


async def _render_database_away(_: Request, _error: Exception) -> Response:
    return await _render_roster_error(
        _, RosterUnavailable("The database does not answer in time; please try again.", 10)
    )
