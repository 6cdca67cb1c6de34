"""The read routes as OpenAPI describes them: parameters, answers, true examples."""

from typing import Any

from services.oneroster.rostering.resources import Resource

_STAMP = "2026-09-01T06:30:00.123Z"
_BASE = "https://sds.example.be/ims/oneroster/v1p1"


def _ref(path: str, kind: str, sourced_id: str) -> dict[str, str]:
    return {"href": f"{_BASE}/{path}/{sourced_id}", "sourcedId": sourced_id, "type": kind}


_PERSON = "2485f0b2-07dd-4731-893b-f09b677e9591"
_CLASS = "e7600991-369a-4467-a0eb-6e6ae7bfed52"
_ORG = "001507-1"
_YEAR = "2026-27"

# Objects as they are served, without the three fields that all have.
_EXAMPLES: dict[str, dict[str, Any]] = {
    "academicSession": {
        "sourcedId": _YEAR,
        "title": "Schooljaar 2026-27",
        "startDate": "2026-09-01",
        "endDate": "2027-06-30",
        "type": "schoolYear",
        "schoolYear": "2027",
    },
    "org": {
        "sourcedId": _ORG,
        "name": "001507 - Zandpoort - vestiging B",
        "type": "school",
        "identifier": _ORG,
    },
    "user": {
        "sourcedId": _PERSON,
        "username": "mally.lassens@college.be",
        "enabledUser": "false",
        "givenName": "Mally",
        "familyName": "Lassens",
        "role": "student",
        "identifier": _PERSON,
        "orgs": [_ref("orgs", "org", _ORG)],
    },
    "class": {
        "sourcedId": _CLASS,
        "title": "2026-27 6j - vestiging B",
        "classCode": "6j",
        "classType": "homeroom",
        "course": _ref("courses", "course", _CLASS),
        "school": _ref("orgs", "org", _ORG),
        "terms": [_ref("academicSessions", "academicSession", _YEAR)],
    },
    "enrollment": {
        "sourcedId": f"{_PERSON}-27689",
        "role": "student",
        "user": _ref("users", "user", _PERSON),
        "class": _ref("classes", "class", _CLASS),
        "school": _ref("orgs", "org", _ORG),
        "beginDate": "2026-09-01",
        "endDate": "2027-06-30",
    },
    "course": {
        "sourcedId": _CLASS,
        "title": "2026-27 6j - vestiging B",
        "courseCode": "6j",
        "org": _ref("orgs", "org", _ORG),
    },
}

_STATUS_INFO = {
    "type": "object",
    "required": ["statusInfoSet"],
    "properties": {
        "statusInfoSet": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    name: {"type": "string"}
                    for name in (
                        "imsx_codeMajor",
                        "imsx_severity",
                        "imsx_messageRefIdentifier",
                        "imsx_operationRefIdentifier",
                        "imsx_description",
                        "imsx_codeMinor",
                    )
                },
            },
        }
    },
}
_ERRORS = {
    400: "A parameter can't be read, or its edition is not held any longer; all faults at once.",
    401: "No access token, or not a valid one.",
    403: "The token lacks the scope.",
    503: "No whole roster can be served at this moment; Retry-After says when to come back.",
}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": description,
    }


def _errors(*further: int) -> dict[int | str, dict[str, Any]]:
    texts = {**_ERRORS, 404: "No object has this sourcedId."}
    return {
        status: {
            "description": texts[status],
            "content": {"application/json": {"schema": _STATUS_INFO}},
        }
        for status in sorted({*_ERRORS, *further})
    }


def _example(resource: Resource) -> dict[str, Any] | None:
    example = _EXAMPLES.get(resource.object)
    if example is None:
        return None
    common = {"sourcedId": "", "status": "active", "dateLastModified": _STAMP}
    return common | example


def _answer(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schema}
    if example is not None:
        content["example"] = example
    return {"application/json": content}


def collection_operation(resource: Resource) -> dict[str, Any]:
    """Keyword arguments of `add_api_route`."""
    example = _example(resource)
    whole = {
        "type": "object",
        "required": [resource.collection],
        "properties": {resource.collection: {"type": "array", "items": {"type": "object"}}},
    }
    fields = ", ".join(f"`{name}`" for name in resource.field_names)
    return {
        "summary": f"All {resource.path}",
        "description": resource.description,
        "responses": {
            200: {
                "description": "A page, in a total order",
                "content": _answer(whole, example and {resource.collection: [example]}),
                "headers": {
                    "X-Total-Count": {
                        "schema": {"type": "integer"},
                        "description": "How many objects the filter leaves, whatever the page.",
                    },
                    "Link": {
                        "schema": {"type": "string"},
                        "description": "first, prev, next and last (RFC 8288).",
                    },
                },
            },
            **_errors(),
        },
        "openapi_extra": {
            "parameters": [
                _parameter(
                    "limit",
                    {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
                    "How many objects a page holds; without it, as many as the client's setting says (100).",
                ),
                _parameter(
                    "offset",
                    {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
                    "The index of the page's first object, from 0.",
                ),
                _parameter(
                    "filter",
                    {"type": "string", "maxLength": 1000},
                    "`field='value'` with one of `=` `!=` `>` `>=` `<` `<=` `~`, or two of them joined by "
                    f"AND or OR, on {fields}. A delta: `dateLastModified>'{_STAMP}'`, tombstones "
                    "(`tobedeleted`) among its rows.",
                ),
                _parameter(
                    "edition",
                    {"type": "integer", "minimum": 1},
                    "Set by the links of an earlier page: go on reading the same edition of the roster.",
                ),
            ]
        },
    }


def single_operation(resource: Resource) -> dict[str, Any]:
    """Keyword arguments of `add_api_route`."""
    example = _example(resource)
    whole = {
        "type": "object",
        "required": [resource.object],
        "properties": {resource.object: {"type": "object"}},
    }
    return {
        "summary": f"One of {resource.path}",
        "description": "The object with this sourcedId, a tombstone too. " + resource.description,
        "responses": {
            200: {
                "description": "The object",
                "content": _answer(whole, example and {resource.object: example}),
            },
            **_errors(404),
        },
        "openapi_extra": {
            "parameters": [
                {
                    "name": "sourced_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                    "description": "The object's sourcedId.",
                }
            ]
        },
    }
