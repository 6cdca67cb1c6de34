"""The accounts that the tenant has: importing a file of them, and what is known (operators only)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from services.username_engine.access.errors import ForbiddenError
from services.username_engine.access.principal import CurrentOperator
from services.username_engine.api.account_schemas import AccountsSummary, ImportAnswer
from services.username_engine.api.dependencies import (
    ConfigurationId,
    ConfigurationName,
    CurrentClock,
    CurrentDatabase,
    Snapshot,
)
from services.username_engine.api.editing import NOT_KEPT, editor_of, known_configuration
from services.username_engine.api.languages import LocalisedRoute
from services.username_engine.api.writing import writing
from services.username_engine.errors import BusyError, UnknownConfigurationError
from services.username_engine.usernames.account_errors import (
    AccountFileTooLargeError,
    FaultyAccountFileError,
    NotCsvError,
)
from services.username_engine.usernames.account_faults import (
    AccountFault,
    AccountFileRefusedError,
    FaultCode,
)
from services.username_engine.usernames.account_file import read_accounts
from services.username_engine.usernames.tenant_accounts import known_accounts, write_accounts
from shared.errors import described_errors

LARGEST_FILE: Final = 64 * 1024 * 1024
"""Bytes: some 150,000 users with all columns of the Entra admin centre."""
CSV_TYPES: Final = frozenset(
    [
        "text/csv",
        "application/csv",
        # What browsers and curl make of a .csv where the machine does not know better.
        "application/octet-stream",
        "application/vnd.ms-excel",
        "text/plain",
    ]
)
_FAULT: Final = AccountFault(7, "userPrincipalName", FaultCode.NOT_AN_ADDRESS)
_BODY: Final[Mapping[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The CSV that the Entra admin centre exports (Users › All users › Download "
        "users): `curl --data-binary @users.csv -H 'Content-Type: text/csv' …`",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "userPrincipalName,displayName,givenName,surname\r\n"
                "mally.lassens@college.be,Lassens Mally,Mally,Lassens\r\n",
            }
        },
    }
}

accounts_router = APIRouter(
    prefix="/configurations/{configuration}/accounts",
    tags=["accounts"],
    route_class=LocalisedRoute,
    responses={
        HTTPStatus.FORBIDDEN: described_errors(ForbiddenError()),
        HTTPStatus.NOT_FOUND: described_errors(UnknownConfigurationError("demo-provider")),
    },
)


@accounts_router.get("", summary="What is known of the tenant's accounts")
async def accounts(
    _: CurrentOperator,
    configuration_id: ConfigurationId,
    connection: Snapshot,
    response: Response,
) -> AccountsSummary:
    """How many there are, how many are approved as somebody's, and when they were imported."""
    response.headers.update(NOT_KEPT)
    found = await known_accounts(connection, configuration_id)
    return AccountsSummary(**asdict(found))


@accounts_router.post(
    "",
    summary="Import the accounts that the tenant has",
    responses={
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: described_errors(
            AccountFileTooLargeError(LARGEST_FILE)
        ),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: described_errors(NotCsvError()),
        HTTPStatus.UNPROCESSABLE_ENTITY: described_errors(FaultyAccountFileError([_FAULT])),
        HTTPStatus.SERVICE_UNAVAILABLE: described_errors(BusyError()),
    },
    openapi_extra=dict(_BODY),
)
async def import_accounts(
    request: Request,
    principal: CurrentOperator,
    configuration: ConfigurationName,
    database: CurrentDatabase,
    clock: CurrentClock,
    response: Response,
    dry_run: Annotated[bool, Query(description="Answer what it would do, and do nothing")] = False,
) -> ImportAnswer:
    """In place of those imported before; what was approved stays while its account is in the file.

    No name is changed: whose accounts they probably are is proposed. With a fault anywhere nothing
    is written; the faults are named by line and column, the first hundred of them.
    """
    response.headers.update(NOT_KEPT)
    content = await _file(request)
    try:
        # Elsewhere, as others wait for this thread; a large file takes seconds.
        file = await asyncio.to_thread(read_accounts, content)
    except AccountFileRefusedError as error:
        raise FaultyAccountFileError(error.faults) from None
    async with writing(database) as connection:
        configuration_id = await known_configuration(connection, configuration)
        actor = editor_of(principal).actor
        done = await write_accounts(connection, clock, configuration_id, file, actor=actor)
        if dry_run:
            await connection.rollback()
    return ImportAnswer(**asdict(done), dry_run=dry_run)


async def _file(request: Request) -> bytes:
    """The body; raises `NotCsvError` and, before more of it is held, `AccountFileTooLargeError`."""
    media_type = request.headers.get("content-type", "text/csv").partition(";")[0].strip().lower()
    if media_type not in CSV_TYPES:
        raise NotCsvError
    content = bytearray()
    async for chunk in _bounded(request):
        content += chunk
    return bytes(content)


async def _bounded(request: Request) -> AsyncIterator[bytes]:
    declared = request.headers.get("content-length", "")
    size = int(declared) if declared.isdecimal() else 0
    if size > LARGEST_FILE:
        raise AccountFileTooLargeError(LARGEST_FILE)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_FILE:
            raise AccountFileTooLargeError(LARGEST_FILE)
        yield chunk
