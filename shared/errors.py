"""Errors as problem details (RFC 9457): `application/problem+json` with a stable `code`.

`ProblemError` is the root of what a service refuses; the handlers below render it, and whatever the
framework raises by itself, in the same shape.
"""

import re
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

MEDIA_TYPE = "application/problem+json"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# As `re.escape` leaves it.
_PARAMETER = re.compile(r"\\\{[^/{}]+\\\}")


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


def described_problem(
    description: str, model: type[ProblemDocument] = ProblemDocument
) -> dict[str, Any]:
    """For `responses=` of an app or router, whose document `install_problem_handlers` completes."""
    schema = {"$ref": _SCHEMA.format(model=model.__name__)}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def described_errors(*errors: ProblemError) -> dict[str, Any]:
    """The same of errors with one status, and with what each of them answers as an example."""
    described = described_problem("; ".join(error.title for error in errors))
    described["content"][MEDIA_TYPE]["examples"] = {
        error.code: {
            "summary": error.title,
            "value": _document(error.status, error.code, error.title, error.detail, error.members),
        }
        for error in errors
    }
    return described


_SCHEMA = "#/components/schemas/{model}"
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    422: described_problem("The request is not valid", InvalidRequestDocument),
    "default": described_problem("A problem (RFC 9457)"),
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
    document = _document(status, code, title, detail, members)
    return Response(orjson.dumps(document), status, headers=headers, media_type=MEDIA_TYPE)


def _document(
    status: int, code: str, title: str, detail: str, members: Mapping[str, Any]
) -> dict[str, Any]:
    return {"status": status, "code": code, "title": title, "detail": detail, **members}


def internal_error_response(_: Scope) -> Response:
    """For what nobody foresaw; the log has the rest, under the request's id."""
    return problem_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "Internal error",
        "The request could not be answered; the fault is on this side and was logged.",
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Every error of `app` as a problem, the framework's own too, and so described."""
    app.add_exception_handler(ProblemError, _render_problem)
    app.add_exception_handler(HTTPException, _render_http_exception)
    app.add_exception_handler(RequestValidationError, _render_invalid_request)
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        # The framework adds only the schemas of models that it renders as plain JSON.
        components = generate().setdefault("components", {})
        components.setdefault("schemas", {}).update(_problem_schemas())
        return generate()

    app.openapi = openapi  # type: ignore[method-assign]


@cache
def _problem_schemas() -> dict[str, Any]:
    _, schemas = models_json_schema(
        [(ProblemDocument, "serialization"), (InvalidRequestDocument, "serialization")],
        ref_template=_SCHEMA,
    )
    return dict(schemas["$defs"])


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


async def _render_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how it was registered
    status = HTTPStatus(error.status_code)
    code, detail = _FRAMEWORK_CODES.get(status, ("http.refused", status.description))
    headers = dict(error.headers or {})
    if "Allow" in headers and (allowed := _allowed_methods(request.app, request.url.path)):
        headers["Allow"] = ", ".join(allowed)
    return problem_response(status, code, status.phrase, detail or status.phrase, headers=headers)


def _allowed_methods(app: FastAPI, path: str) -> list[str]:
    """Those of the operations documented at `path`; none where it is in no document.

    The framework names the methods of the first operation alone.
    """
    matching = [
        (template.count("{"), operations)
        for template, operations in app.openapi()["paths"].items()
        if re.fullmatch(_PARAMETER.sub("[^/]+", re.escape(template)), path)
    ]
    if not matching:
        return []
    # `/rows/{row}` matches `/rows/first` too, which is another path where it is documented.
    _, operations = min(matching, key=lambda each: each[0])
    return sorted(method.upper() for method in operations if method.upper() in _METHODS)


def request_faults(error: RequestValidationError) -> list[dict[str, str]]:
    """Each as a `RequestFault`: without the value, which may be a name."""
    return [
        {"location": ".".join(map(str, fault["loc"])), "detail": fault["msg"]}
        for fault in error.errors()
    ]


async def _render_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - how it was registered
    faults = request_faults(error)
    return problem_response(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "request.invalid",
        "Invalid request",
        f"{len(faults)} part(s) of the request are not valid",
        errors=faults,
    )
