"""Trying a username format before it is set (operators only)."""

from http import HTTPStatus
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from services.username_engine.access.errors import ForbiddenError
from services.username_engine.access.principal import CurrentOperator
from services.username_engine.api.dependencies import ConfigurationId, Snapshot, Today
from services.username_engine.api.format_schemas import PreviewAnswer, PreviewPage, PreviewRequest
from services.username_engine.api.languages import LocalisedRoute
from services.username_engine.engine.formats import FormatError
from services.username_engine.errors import NoSchoolYearError, UnknownConfigurationError
from services.username_engine.usernames.format_errors import InvalidFormatError, TriedFault
from services.username_engine.usernames.preview_rows import PreviewRow
from services.username_engine.usernames.previewing import Preview, preview_format
from shared.errors import MEDIA_TYPE, PROBLEM_RESPONSES, described_errors

_EXAMPLE = InvalidFormatError(
    FormatError(
        "'voornam' is not a field",
        2,
        "{voornaam} or {familienaam}, or {startyear}",
        "{voornaam}.{familienaam}",
    ),
    [TriedFault("rules.particles", "'none' is not one", "keep or drop or initials")],
)


def _described_faults() -> dict[str, Any]:
    """A faulty format beside a faulty request, whose document has the same `errors`."""
    described = described_errors(_EXAMPLE)
    described["description"] = "The request, or the format in it, is not valid"
    described["content"][MEDIA_TYPE]["schema"] = PROBLEM_RESPONSES[422]["content"][MEDIA_TYPE][
        "schema"
    ]
    return described


formats_router = APIRouter(
    prefix="/configurations/{configuration}/formats",
    tags=["formats"],
    route_class=LocalisedRoute,
    responses={
        HTTPStatus.FORBIDDEN: described_errors(ForbiddenError()),
        HTTPStatus.NOT_FOUND: described_errors(UnknownConfigurationError("demo-provider")),
    },
)


@formats_router.post(
    "/preview",
    summary="Try a username format on the persons of a configuration",
    responses={
        HTTPStatus.OK: {"model": PreviewAnswer},
        HTTPStatus.CONFLICT: described_errors(NoSchoolYearError()),
        HTTPStatus.UNPROCESSABLE_ENTITY: _described_faults(),
    },
)
async def preview(
    _: CurrentOperator,
    body: PreviewRequest,
    page: Annotated[PreviewPage, Query()],
    configuration_id: ConfigurationId,
    connection: Snapshot,
    today: Today,
) -> Response:
    """As if everyone who needs a name on the reference date were named from nothing; for operators.

    Rows with something to look at come first. Nothing is changed: names are changed by a plan.
    """
    found = await preview_format(
        connection,
        configuration_id,
        today,
        body.trial(),
        page.show,
        limit=page.limit,
        offset=page.offset,
    )
    return Response(
        orjson.dumps(_document(found)),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _document(found: Preview) -> dict[str, Any]:
    summary = found.summary
    return {
        "format": str(found.username_format),
        "items": [_row(row) for row in found.items],
        "total": found.total,
        "summary": {
            "persons": summary.persons,
            "unchanged": summary.unchanged,
            "changed": summary.changed,
            "without_username": summary.without_username,
            "notes": {note.value: number for note, number in summary.notes.items()},
            "flags": summary.flags,
        },
        "warnings": [
            {
                "code": warning.code,
                "detail": str(warning),
                "length": warning.length,
                "limit": warning.limit,
                "domain": warning.domain,
            }
            for warning in found.warnings
        ],
    }


def _row(row: PreviewRow) -> dict[str, Any]:
    current = row.current_username
    return {
        "person": row.person,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "username": str(row.username),
        "current_username": None if current is None else str(current),
        "notes": [*row.notes, *row.flags],
    }
