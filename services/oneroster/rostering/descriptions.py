"""The read operations as OpenAPI describes them: what comes, parameters, answers, true examples.

`operation_description` is told to the framework with each route; `install_schemas` adds what the
descriptions refer to. The routes themselves take the bare request.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from services.oneroster.oauth.routes import client_credentials
from services.oneroster.rostering.error_descriptions import (
    ERRORS,
    described_error,
    error_name,
)
from services.oneroster.rostering.examples import (
    EDITION,
    ETAG,
    PARAMETERS,
    PUBLIC_URL,
    TOTAL,
    example,
)
from services.oneroster.rostering.operations import OPERATIONS, Operation
from services.oneroster.rostering.parameters import SHARED_PARAMETERS, parameters_of
from services.oneroster.rostering.schemas import component, component_schemas, kind_of, reference
from services.oneroster.rostering.sentences import described
from services.oneroster.rostering.versions import Version

_JSON = "application/json"


def operation_description(operation: Operation) -> dict[str, Any]:
    """Keyword arguments of `add_api_route`."""
    summary, sentence = described(operation)
    return {
        "summary": summary,
        "description": f"{sentence} Answers as `{operation.wrapper}`.\n\n{_scopes(operation)}",
        "operation_id": operation_id(operation),
        "responses": {
            200: _single_answer(operation) if operation.single else _page_answer(operation)
        },
        "openapi_extra": {
            "parameters": list(parameters_of(operation)),
            "responses": _further_responses(operation),
            # Either scope does: alternatives, and not a list of which all are needed.
            "security": [{client_credentials.scheme_name: [scope]} for scope in operation.scopes],
        },
    }


def operation_id(operation: Operation) -> str:
    """1EdTech's for 1.2; the same with a suffix for 1.1, since ids are unique in a document."""
    return operation.id if operation.version is Version.V1P2 else f"{operation.id}_v1p1"


def install_schemas(app: FastAPI) -> None:
    """Adds to the document of `app` what the descriptions of operations refer to."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            components = generate().setdefault("components", {})
            for section, parts in _components().items():
                components.setdefault(section, {}).update(parts)
        return generate()

    app.openapi = openapi  # type: ignore[method-assign]


def _components() -> dict[str, dict[str, Any]]:
    return {
        "schemas": dict(component_schemas()),
        "parameters": dict(SHARED_PARAMETERS),
        "responses": {
            component(operation.version, error_name(operation, status)): described_error(
                operation, status
            )
            for operation in OPERATIONS
            for status in _statuses(operation)
        },
        "securitySchemes": {
            client_credentials.scheme_name: client_credentials.model.model_dump(
                by_alias=True, exclude_none=True, mode="json"
            )
        },
    }


def _scopes(operation: Operation) -> str:
    scopes = " or ".join(f"`{scope}`" for scope in operation.scopes)
    return f"Scope: {scopes}."


def _further_responses(operation: Operation) -> dict[str, dict[str, Any]]:
    unchanged = {"description": "Nothing has changed since the answer whose ETag was sent."}
    return {"304": unchanged} | {
        str(int(status)): {
            "$ref": "#/components/responses/"
            + component(operation.version, error_name(operation, status))
        }
        for status in _statuses(operation)
    }


def _statuses(operation: Operation) -> Sequence[HTTPStatus]:
    return [status for status in ERRORS if operation.single or status is not HTTPStatus.NOT_FOUND]


def _page_answer(operation: Operation) -> dict[str, Any]:
    kind = kind_of(operation.wrapper)
    return {
        "description": "A page, in a total order. A member for which an object has no value is left out.",
        "content": _content(
            operation.version,
            (f"{kind}SetDType", f"{kind}SelectionSetDType"),
            {operation.wrapper: [example(operation)]},
        ),
        "headers": {
            "X-Total-Count": {
                "schema": {"type": "integer", "minimum": 0},
                "required": True,
                "description": "How many objects the filter leaves, whatever the page.",
                "example": TOTAL,
            },
            "Link": {
                "schema": {"type": "string"},
                "description": "`first`, `prev`, `next` and `last` (RFC 8288), absolute; `next` "
                "while something follows. A pull that follows them reads one edition.",
                "example": _link(operation),
            },
            **_ETAG,
        },
    }


def _link(operation: Operation) -> str:
    path = operation.path
    for name in operation.parameters:
        path = path.replace(f"{{{name}}}", PARAMETERS[name][1])
    address = f"{PUBLIC_URL}{operation.version.base_path}{path}?limit=100&offset=100"
    return f'<{address}&edition={EDITION}>; rel="next"'


def _single_answer(operation: Operation) -> dict[str, Any]:
    kind = kind_of(operation.resource.collection)
    return {
        "description": "The object. One that was deleted is still answered, with the status "
        "`tobedeleted`. A member for which it has no value is left out.",
        "content": _content(
            operation.version,
            (f"Single{kind}DType", f"Single{kind}SelectionDType"),
            {operation.wrapper: example(operation)},
        ),
        "headers": {
            "X-Total-Count": {
                "schema": {"type": "integer", "enum": [1]},
                "required": True,
                "description": "Always 1.",
                "example": 1,
            },
            **_ETAG,
        },
    }


_ETAG = {
    "ETag": {
        "schema": {"type": "string"},
        "description": "Names what was answered; send it back as `If-None-Match`.",
        "example": ETAG,
    }
}


def _content(version: Version, names: Sequence[str], whole: Any) -> dict[str, Any]:
    """`names`: of the whole objects, and of what `fields` leaves of them."""
    schema = {"anyOf": [reference(version, name) for name in names]}
    return {_JSON: {"schema": schema, "example": whole}}
