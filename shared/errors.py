"""Errors as problem details (RFC 9457): `application/problem+json` with a stable `code`.

`ProblemError` is the root of what a service refuses; the handlers below render it, and whatever the
framework raises by itself, in the same shape.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A refusal with a stable code. `detail` says what is wrong with this request.

    Kinds are subclasses; `members` are further fields of the answer (RFC 9457 §3.2). Neither holds
    personal data beyond what the caller himself sent.
    """

    status: int = HTTPStatus.BAD_REQUEST
    code: str = "request.refused"
    title: str = "Request refused"

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members

    def headers(self) -> Mapping[str, str]:
        return {}


class UnauthorizedError(ProblemError):
    """No token, or not the right one."""

    status = HTTPStatus.UNAUTHORIZED
    code = "token.invalid"
    title = "Not authenticated"

    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class ProblemDocument(BaseModel):
    """The body of every error (RFC 9457)."""

    status: int
    code: str
    title: str
    detail: str


class RequestFault(BaseModel):
    """One thing that is wrong with a request, and where."""

    location: str
    detail: str


class InvalidRequestDocument(ProblemDocument):
    """All that is wrong with a request, at once."""

    errors: list[RequestFault]


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    422: {"model": InvalidRequestDocument, "description": "The request is not valid"},
    "default": {"model": ProblemDocument, "description": "A problem (RFC 9457)"},
}
"""For `responses=` of an app or router, so that its OpenAPI page shows this shape."""

_FRAMEWORK_CODES = {
    HTTPStatus.NOT_FOUND: ("http.not_found", "There is nothing at this path"),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "http.method_not_allowed",
        "This path does not take this method",
    ),
}


def problem_response(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    document = {"status": status, "code": code, "title": title, "detail": detail, **members}
    return Response(orjson.dumps(document), status, headers=headers, media_type=MEDIA_TYPE)


def internal_error_response() -> Response:
    """For what nobody foresaw; the log has the rest, under the request's id."""
    return problem_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "Internal error",
        "The request could not be answered; the fault is on this side and was logged.",
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Every error of `app` as a problem, the framework's own too."""
    app.add_exception_handler(ProblemError, _render_problem)
    app.add_exception_handler(HTTPException, _render_http_exception)
    app.add_exception_handler(RequestValidationError, _render_invalid_request)


async def _render_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 - how it was registered
    return problem_response(
        error.status,
        error.code,
        error.title,
        error.detail,
        headers=error.headers(),
        **error.members,
    )


async def _render_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how it was registered
    status = HTTPStatus(error.status_code)
    code, detail = _FRAMEWORK_CODES.get(status, ("http.refused", status.description))
    return problem_response(
        status, code, status.phrase, detail or status.phrase, headers=error.headers
    )


async def _render_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - how it was registered
    faults = [
        {"location": ".".join(map(str, fault["loc"])), "detail": fault["msg"]}
        for fault in error.errors()
    ]
    return problem_response(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "request.invalid",
        "Invalid request",
        f"{len(faults)} part(s) of the request are not valid",
        errors=faults,
    )
