"""The parameters of the read operations as OpenAPI describes them; `query` reads them."""

from collections.abc import Sequence
from typing import Any

from services.oneroster.rostering.examples import PARAMETERS, STAMP, example_id
from services.oneroster.rostering.filters import MAXIMUM_LENGTH
from services.oneroster.rostering.operations import Operation
from services.oneroster.rostering.schemas import MAXIMUM_INTEGER
from services.oneroster.rostering.versions import Version


def parameters_of(operation: Operation) -> Sequence[dict[str, Any]]:
    """Those of its path, then those of the query; what all share by reference."""
    path = [_path_parameter(operation, name) for name in operation.parameters]
    if operation.single:
        return [*path, _fields_parameter(operation), _shared_parameter("If-None-Match")]
    return [
        *path,
        _shared_parameter("limit"),
        _shared_parameter("offset"),
        _filter_parameter(operation),
        _sort_parameter(operation),
        _shared_parameter("orderBy"),
        _fields_parameter(operation),
        _shared_parameter("edition"),
        _shared_parameter("If-None-Match"),
    ]


def _shared_parameter(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/parameters/{name}"}


def _path_parameter(operation: Operation, name: str) -> dict[str, Any]:
    whose, sourced_id = PARAMETERS.get(name) or ("the object", example_id(operation))
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
        "description": f"The sourcedId of {whose}, percent-encoded where it needs to be.",
        "example": sourced_id,
    }


def _query_parameter(
    name: str, schema: dict[str, Any], description: str, **further: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": description,
        **further,
    }


SHARED_PARAMETERS = {
    "limit": _query_parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAXIMUM_INTEGER},
        "How many objects a page holds; every limit is honoured. Without it as many as the client's "
        "setting says (100).",
        example=100,
    ),
    "offset": _query_parameter(
        "offset",
        {"type": "integer", "minimum": 0, "maximum": MAXIMUM_INTEGER, "default": 0},
        "The index of the page's first object, from 0. At or behind the end: an empty list.",
        example=0,
    ),
    "orderBy": _query_parameter(
        "orderBy",
        {"type": "string", "enum": ["asc", "desc"]},
        "The direction of `sort`: ascending, unless this is `desc`.",
    ),
    "edition": _query_parameter(
        "edition",
        {"type": "integer", "minimum": 1, "maximum": MAXIMUM_INTEGER},
        "Set by the links of an earlier page: go on reading the same edition of the roster.",
    ),
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "The ETag of an earlier answer. Where nothing has changed since, the answer is 304.",
    },
}


def _filter_parameter(operation: Operation) -> dict[str, Any]:
    return _query_parameter(
        "filter",
        {"type": "string", "maxLength": MAXIMUM_LENGTH},
        "`field='value'` with one of `=` `!=` `>` `>=` `<` `<=` `~` (contains), or two of them joined "
        f"by one AND or OR. Fields: {_field_names(operation)}; a field inside one of them is written "
        f"with a dot: `{_dotted(operation)}`. Without `status` or `dateLastModified` only active objects "
        "are listed; with `dateLastModified` it is a delta, which lists tombstones (`tobedeleted`) too.",
        examples=_filter_examples(operation),
    )


def _filter_examples(operation: Operation) -> dict[str, Any]:
    # The page fills in the first one.
    values = {
        "Active objects": "status='active'",
        "What changed since": f"dateLastModified>'{STAMP}'",
        "Two conditions": f"status='active' AND sourcedId>='{example_id(operation)}'",
    }
    if operation.resource.field("role") is not None:
        values["By role"] = "role='student'"
    return {name: {"summary": name, "value": value} for name, value in values.items()}


def _sort_parameter(operation: Operation) -> dict[str, Any]:
    unknown = (
        "An unknown one is ignored, with a warning beside the collection."
        if operation.version is Version.V1P1
        else "An unknown one is refused."
    )
    return _query_parameter(
        "sort",
        {"type": "string"},
        "The field to order by, one of those that `filter` knows; sourcedIds break ties. "
        f"{unknown} Without it: by sourcedId, and a delta in the order of changes.",
    )


def _fields_parameter(operation: Operation) -> dict[str, Any]:
    if operation.version is Version.V1P1:
        return _query_parameter(
            "fields",
            {"type": "string"},
            "Only these members of each object, separated by commas. If one is unknown, objects are "
            f"served whole, with a warning beside the {'object' if operation.single else 'collection'}.",
        )
    return _query_parameter(
        "fields",
        {"type": "array", "items": {"type": "string"}},
        "Only these members of each object, separated by commas or each by itself. An unknown one "
        "is refused.",
        style="form",
        explode=True,
    )


def _field_names(operation: Operation) -> str:
    return ", ".join(f"`{name}`" for name in operation.resource.names)


def _dotted(operation: Operation) -> str:
    names = (name for name in operation.resource.fields if name.endswith(".sourcedId"))
    return next(names, "metadata.name")
