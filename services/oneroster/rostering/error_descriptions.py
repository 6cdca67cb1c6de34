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
from services.oneroster.rostering.operations import OPERATIONS
from services.oneroster.rostering.query import parse_query
from services.oneroster.rostering.schemas import error_schema, reference
from services.oneroster.rostering.versions import Version

_REFERENCES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def described_error(version: Version, status: HTTPStatus) -> dict[str, Any]:
    """A response object: when it comes, and one as it comes."""
    # Rendered as the service does, but for ids that are made anew each time.
    body = orjson.loads(
        bytes(error_response(status, _faults(version, status), version=version).body)
    )
    for entry in body.get("statusInfoSet", ()):
        entry["imsx_messageRefIdentifier"], entry["imsx_operationRefIdentifier"] = _REFERENCES
    schema = reference(version, error_schema(version))
    answer: dict[str, Any] = {
        "description": ERRORS[status],
        "content": {"application/json": {"schema": schema, "example": body}},
    }
    if status in _ERROR_HEADERS:
        name, text = _ERROR_HEADERS[status]
        answer["headers"] = {
            name: {"schema": {"type": "string"}, "required": True, "description": text}
        }
    return answer


ERRORS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "A parameter can't be read, or what it names is not held any longer; all "
    "faults at once.",
    HTTPStatus.UNAUTHORIZED: "No access token, or not a valid one.",
    HTTPStatus.FORBIDDEN: "The token lacks the scope.",
    HTTPStatus.NOT_FOUND: "No object has this sourcedId.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault on this side; the log has it under the answer's "
    "X-Request-Id.",
    HTTPStatus.SERVICE_UNAVAILABLE: "No whole roster can be served at this moment.",
}
_ERROR_HEADERS = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate", "What is asked for (RFC 6750)."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After", "When to come back, in seconds."),
}


def _faults(version: Version, status: HTTPStatus) -> Sequence[Fault]:
    """What this service says itself where it can be brought to."""
    match status:
        case HTTPStatus.BAD_REQUEST:
            return _faults_of_a_query(b"limit=0&filter=colour='red'", version)
        case HTTPStatus.FORBIDDEN:
            return ForbiddenRequest([version.scope("roster.readonly")]).faults
        case _:
            return [_FAULTS[status]]


def _faults_of_a_query(query_string: bytes, version: Version) -> Sequence[Fault]:
    operation = next(each for each in OPERATIONS if each.version is version and not each.single)
    try:
        parse_query(query_string, operation, default_limit=100)
    except InvalidRequest as refused:
        return refused.faults
    raise AssertionError(query_string)


_FAULTS: Mapping[HTTPStatus, Fault] = {
    HTTPStatus.UNAUTHORIZED: Fault(CodeMinor.UNAUTHORIZED, "A bearer token is needed."),
    HTTPStatus.NOT_FOUND: Fault(
        CodeMinor.UNKNOWN_OBJECT, "There is no org with this sourcedId under /orgs."
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Fault(
        CodeMinor.INTERNAL_ERROR,
        "The request could not be answered; the fault is on this side and was logged.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Fault(
        CodeMinor.SERVER_BUSY, "The database does not answer in time; please try again."
    ),
}
