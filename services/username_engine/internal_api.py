"""What the OneRoster service asks of the engine; by service token only, never from outside."""

import re
from collections.abc import AsyncIterator
from datetime import date
from http import HTTPStatus
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Path, Request, Security
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPBearer
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.api.dependencies import CurrentClock, CurrentDatabase
from services.username_engine.errors import (
    NoSchoolYearError,
    SnapshotGoneError,
    UnknownConfigurationError,
)
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.resolving import import_snapshot, resolved_usernames
from shared.errors import UnauthorizedError, described_errors
from shared.security import ServiceToken

NDJSON = "application/x-ndjson"
MOST_PERSONS = 100_000
"""Named in one request: publication asks for everyone long before."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

ConfigurationId = Annotated[int, Path(ge=1, lt=2**31)]


# Only describes, so that the Authorize button of /docs asks for it; the token is checked below.
_bearer = HTTPBearer(
    scheme_name="ServiceToken", description="What the services show each other.", auto_error=False
)


_WHAT_IS_ASKED = "This takes the service token as a bearer token."


def require_service_token(request: Request) -> None:
    token: ServiceToken = request.app.state.service_token
    if not token.accepts(request.headers.get("Authorization")):
        raise UnauthorizedError(_WHAT_IS_ASKED)


async def _snapshot(database: CurrentDatabase) -> AsyncIterator[AsyncConnection]:
    """A read-only transaction that stays open until the last line is sent."""
    async with database.snapshot() as connection:
        yield connection


def _written_as_a_day(given: object) -> object:
    """Pydantic would also take seconds since 1970, and a time at midnight."""
    if not isinstance(given, str) or not _DAY.fullmatch(given):
        raise ValueError("not a day as YYYY-MM-DD")
    return given


Day = Annotated[date, BeforeValidator(_written_as_a_day)]


def _storable(given: str) -> str:
    """The database takes no text with a NUL, nor with half of a surrogate pair (RFC 8259 §8.2)."""
    if "\0" in given or any("\ud800" <= character <= "\udfff" for character in given):
        raise ValueError("no id that a person can have")
    return given


PersonId = Annotated[str, AfterValidator(_storable)]


class CreateRequest(BaseModel):
    """For which day names must be complete."""

    model_config = ConfigDict(json_schema_extra={"example": {"reference_date": "2026-09-01"}})

    reference_date: Day


class CreateAnswer(BaseModel):
    """Names are complete for these counters and this date."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "created": 12,
                "sis_revision": 41,
                "access_revision": 3,
                "reference_date": "2026-09-01",
            }
        }
    )

    created: int
    sis_revision: int
    access_revision: int
    reference_date: date


class ResolveRequest(BaseModel):
    """Whose names are asked for, and at which moment they are read."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "reference_date": "2026-09-01",
                "persons": ["2485f0b2-07dd-4731-893b-f09b677e9591"],
            }
        }
    )

    reference_date: Day
    snapshot: str | None = Field(default=None, description="From `pg_export_snapshot()`")
    persons: Annotated[list[PersonId], Field(max_length=MOST_PERSONS)] | None = Field(
        default=None, description="Only these; null: everyone"
    )


router = APIRouter(
    prefix="/internal/v1/configurations/{configuration_id}/usernames",
    dependencies=[Depends(require_service_token), Security(_bearer)],
    tags=["internal"],
    responses={
        HTTPStatus.UNAUTHORIZED: described_errors(UnauthorizedError(_WHAT_IS_ASKED)),
        HTTPStatus.NOT_FOUND: described_errors(UnknownConfigurationError(7)),
    },
)


_LINES = """[["2485f0b2-07dd-4731-893b-f09b677e9591","mally.lassens@college.be"]]
{"count":1}
"""


@router.post(
    "/create",
    summary="Make the names that are missing",
    response_description="Every name is there for these counters and this date",
)
async def create(
    configuration_id: ConfigurationId,
    body: CreateRequest,
    database: CurrentDatabase,
    clock: CurrentClock,
) -> CreateAnswer:
    """Makes every username that is missing on the date; answers once none is."""
    created = await create_missing(
        database, clock, configuration_id, reference_date=body.reference_date
    )
    return CreateAnswer.model_validate(created, from_attributes=True)


@router.post(
    "/resolve",
    summary="The names to send on a date",
    response_class=StreamingResponse,
    responses={
        HTTPStatus.OK: {
            "description": "Lines of JSON: arrays of up to 1,000 `[person, username]`, then "
            '`{"count": n}`; without this last line the answer is not whole',
            "content": {NDJSON: {"example": _LINES}},
        },
        HTTPStatus.CONFLICT: described_errors(NoSchoolYearError(), SnapshotGoneError()),
    },
)
async def resolve(
    configuration_id: ConfigurationId,
    body: ResolveRequest,
    connection: Annotated[AsyncConnection, Depends(_snapshot)],
) -> StreamingResponse:
    """The usernames to send on the date, of everyone present whose Sync is on."""
    if body.snapshot is not None:
        await import_snapshot(connection, body.snapshot)
    names = await resolved_usernames(
        connection, configuration_id, body.reference_date, body.persons
    )
    return StreamingResponse(_lines(names), media_type=NDJSON)


async def _lines(batches: AsyncIterator[list[tuple[str, str]]]) -> AsyncIterator[bytes]:
    count = 0
    async for names in batches:
        count += len(names)
        yield orjson.dumps(names, option=orjson.OPT_APPEND_NEWLINE)
    yield orjson.dumps({"count": count}, option=orjson.OPT_APPEND_NEWLINE)
