"""The list of usernames, as JSON and as CSV (M4.3.3, M4.3.4)."""

from http import HTTPStatus
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from services.username_engine.access.principal import CurrentPrincipal
from services.username_engine.api.dependencies import ConfigurationId, Snapshot, Today
from services.username_engine.api.keeping import Kept
from services.username_engine.api.languages import LocalisedRoute
from services.username_engine.api.revalidation import KnownTags, is_known, list_tag
from services.username_engine.api.schemas import ExportParameters, PageParameters, UsernameList
from services.username_engine.errors import UnknownConfigurationError
from services.username_engine.usernames.columns import ListRow
from services.username_engine.usernames.csv_export import csv_of
from services.username_engine.usernames.listing import (
    list_usernames,
    open_lists,
    page_of_usernames,
)
from services.username_engine.usernames.reach import Reach
from shared.errors import described_errors

CSV = "text/csv"
# A browser is to keep no names; a page that asks again sends `If-None-Match` itself.
_NOT_KEPT = {"Cache-Control": "no-store"}
_TAGGED: dict[str, Any] = {
    "ETag": {
        "description": "Of this answer to this caller, for `If-None-Match`",
        "schema": {"type": "string"},
    }
}
_DOWNLOAD = {
    "Content-Disposition": 'attachment; filename="gebruikersnamen-ms365.csv"',
    "Content-Language": "nl",
    **_NOT_KEPT,
}
_CSV_EXAMPLE = (
    "\N{BYTE ORDER MARK}Klas;Naam;Voornaam;Sync?;Gebruikersnaam\r\n"
    "6j;Lassens;Mally;Aan;mally.lassens\r\n"
)

router = APIRouter(
    prefix="/configurations/{configuration}",
    tags=["usernames"],
    route_class=LocalisedRoute,
    responses={
        HTTPStatus.NOT_FOUND: described_errors(UnknownConfigurationError("demo-provider")),
    },
)


@router.get(
    "/usernames",
    summary="The list of usernames of a place",
    responses={
        HTTPStatus.OK: {"model": UsernameList, "headers": _TAGGED},
        HTTPStatus.NOT_MODIFIED: {
            "description": "What `If-None-Match` names is still the answer",
            "headers": _TAGGED,
        },
    },
)
async def usernames(
    principal: CurrentPrincipal,
    configuration_id: ConfigurationId,
    parameters: Annotated[PageParameters, Query()],
    connection: Snapshot,
    today: Today,
    known_tags: KnownTags,
    kept: Kept,
) -> Response:
    """The usernames of the students or staff of a place, as far as one may see them.

    Students who are enrolled there on the reference date (today, held inside the active school
    year); staff who are, or were earlier this school year, at the school. Where there is none,
    `reason` says why. Ask again with `If-None-Match` to learn of changes at little cost.
    """
    places, writable = principal.places(parameters.group), Reach.of(principal).writable
    opened = await open_lists(connection, configuration_id, today)
    tag = list_tag(opened.basis, places, writable, parameters)
    headers = {"ETag": tag, **_NOT_KEPT}
    if is_known(tag, known_tags):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    page = await page_of_usernames(
        opened,
        parameters.request(),
        places,
        limit=parameters.limit,
        offset=parameters.offset,
        kept=kept,
        writable=writable,
    )
    document = {
        "items": [_document(row) for row in page.items],
        "total": page.total,
        "sync_on": page.sync_on,
        "waiting": page.waiting,
        "reason": page.reason,
    }
    return Response(orjson.dumps(document), media_type="application/json", headers=headers)


@router.get(
    "/usernames.csv",
    summary="The list of usernames as a CSV file",
    response_class=StreamingResponse,
    responses={
        HTTPStatus.OK: {
            "description": "UTF-8 with a byte order mark, `;`, CRLF; headers in Dutch, Sync as "
            "`Aan` or `Uit`, dates as 2012-03-05. A cell that a spreadsheet would run as a formula "
            "has an apostrophe before it; one with a separator of any kind stands in quotes.",
            "content": {CSV: {"example": _CSV_EXAMPLE}},
        }
    },
)
async def usernames_csv(
    principal: CurrentPrincipal,
    configuration_id: ConfigurationId,
    parameters: Annotated[ExportParameters, Query()],
    connection: Snapshot,
    today: Today,
) -> StreamingResponse:
    """The same list with the columns in the order asked for, as the screen shows it."""
    listing = await list_usernames(
        connection,
        configuration_id,
        today,
        parameters.request(),
        principal.places(parameters.group),
    )
    end = None if parameters.limit is None else parameters.offset + parameters.limit
    rows = listing.rows[parameters.offset : end]
    return StreamingResponse(
        csv_of(rows, parameters.chosen_columns),
        media_type=f"{CSV}; charset=utf-8",
        headers=_DOWNLOAD,
    )


def _document(row: ListRow) -> dict[str, Any]:
    document = row._asdict()
    document["class"] = document.pop("class_")
    return document
