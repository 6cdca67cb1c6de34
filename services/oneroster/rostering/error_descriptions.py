"""The errors of the read operations as OpenAPI describes them, with what the service itself answers."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson

from services.oneroster.errors import (
    CodeMinor,
    Fault,
    ForbiddenRequest,
    InvalidRequest,
    error_response,
)
from services.oneroster.rostering.operations import Operation
from services.oneroster.rostering.query import parse_query, parse_single_query
from services.oneroster.rostering.schemas import error_schema, kind_of, reference
from services.oneroster.rostering.versions import Version

_REFERENCES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def error_name(operation: Operation, status: HTTPStatus) -> str:
    """By which operations share a described error: `BadRequestUser`, `NotFoundTerms`, `Unauthorized`."""
    name = "".join(word.capitalize() for word in status.name.split("_"))
    match status:
        case HTTPStatus.BAD_REQUEST:
            single = "Single" if operation.single else ""
            return f"{name}{single}{kind_of(operation.resource.collection)}"
        case HTTPStatus.FORBIDDEN:
            words = operation.scopes[0].rsplit("/", 1)[1].removesuffix(".readonly").split("-")
            return name + "".join(word.capitalize() for word in words)
        case HTTPStatus.NOT_FOUND:
            collection = _collection(operation).removeprefix("/")
            return f"{name}{collection[0].upper()}{collection[1:]}"
        case _:
            return name


def described_error(operation: Operation, status: HTTPStatus) -> dict[str, Any]:
    """A response object: when it is answered, and an example, as it is answered."""
    version = operation.version
    # Rendered as the service does, but for ids that are made anew each time.
    body = orjson.loads(
        bytes(error_response(status, _faults(operation, status), version=version).body)
    )
    for entry in body.get("statusInfoSet", ()):
        entry["imsx_messageRefIdentifier"], entry["imsx_operationRefIdentifier"] = _REFERENCES
    schema = reference(version, error_schema(version))
    answer: dict[str, Any] = {
        "description": _description(operation, status),
        "content": {"application/json": {"schema": schema, "example": body}},
    }
    if status in _ERROR_HEADERS:
        name, text = _ERROR_HEADERS[status]
        answer["headers"] = {
            name: {"schema": {"type": "string"}, "required": True, "description": text}
        }
    return answer


ERRORS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "A parameter can't be read (all faults are told at once), or the pull that "
    "the page belongs to has ended.",
    HTTPStatus.UNAUTHORIZED: "No access token, or not a valid one.",
    HTTPStatus.FORBIDDEN: "The token has no scope that opens this.",
    HTTPStatus.NOT_FOUND: "No object has this sourcedId.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault on this side; the log has it under the answer's "
    "X-Request-Id.",
    HTTPStatus.SERVICE_UNAVAILABLE: "No whole roster can be served at this moment.",
}
_BAD_REQUEST_FOR_AN_OBJECT = "`fields` can't be read; all faults of it are told at once."
_ERROR_HEADERS = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate", "What is asked for (RFC 6750)."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After", "When to come back, in seconds."),
}


def _description(operation: Operation, status: HTTPStatus) -> str:
    if operation.single and status is HTTPStatus.BAD_REQUEST:
        return _BAD_REQUEST_FOR_AN_OBJECT
    return ERRORS[status]


def _faults(operation: Operation, status: HTTPStatus) -> Sequence[Fault]:
    """What this service says itself where it can be brought to."""
    match status:
        case HTTPStatus.BAD_REQUEST:
            return _faults_of_a_query(operation)
        case HTTPStatus.FORBIDDEN:
            return ForbiddenRequest(operation.scopes).faults
        case HTTPStatus.NOT_FOUND:
            description = f"There is no {operation.wrapper} with this sourcedId under {_collection(operation)}."
            return [Fault(CodeMinor.UNKNOWN_OBJECT, description)]
        case _:
            return [_FAULTS[status]]


def _faults_of_a_query(operation: Operation) -> Sequence[Fault]:
    try:
        if operation.single:
            # An unknown name is a fault on 1.2 only, a blank on both.
            first = operation.version is Version.V1P1
            parse_single_query(b"fields=" if first else b"fields=colour", operation)
        else:
            parse_query(b"limit=0&filter=colour='red'", operation, default_limit=100)
    except InvalidRequest as refused:
        return refused.faults
    raise AssertionError(operation.id)


def _collection(operation: Operation) -> str:
    """Of a single object: `/terms/{sourced_id}` → `/terms`."""
    return operation.path.rsplit("/", 1)[0]


_FAULTS: Mapping[HTTPStatus, Fault] = {
    HTTPStatus.UNAUTHORIZED: Fault(CodeMinor.UNAUTHORIZED, "A bearer token is needed."),
    HTTPStatus.INTERNAL_SERVER_ERROR: Fault(
        CodeMinor.INTERNAL_ERROR,
        "The request could not be answered; the fault is on this side and was logged.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Fault(
        CodeMinor.SERVER_BUSY, "The database does not answer in time; please try again."
    ),
}
