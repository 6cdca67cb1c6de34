"""Errors in each version's own shape, whoever makes them: this service, the framework, the database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI, HTTPException
from pydantic import SecretStr
from sqlalchemy import text

from services.oneroster.app import create_app
from services.oneroster.errors import (
    CodeMinor,
    Fault,
    ForbiddenRequest,
    InvalidRequest,
    PageBroken,
    RosterUnavailable,
    UnauthorizedRequest,
    UnknownObject,
    install_roster_handlers,
    internal_error_response,
    warning,
)
from services.oneroster.rostering.versions import Version
from shared.database import Database, driver_connection
from shared.roles import Role, role_name
from shared.settings import OneRosterSettings
from shared.telemetry import RequestTelemetry, configure_logging
from tests.arranging import new_configuration
from tests.conftest import SECRET_KEY, TestDatabase
from tests.oneroster.conftest import SERVICE_TOKEN, Service
from tests.oneroster.rostering.validating import error_validator

BASES = [(version, version.base_path) for version in Version]
both_versions = pytest.mark.parametrize(("version", "base"), BASES)


def code_minors(response: httpx.Response, version: Version) -> list[str]:
    """Those of an error, once it is known to have the shape of `version`."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    error_validator(version).validate(body)
    if version is Version.V1P1:
        entries = body["statusInfoSet"]
        assert {entry["imsx_codeMajor"] for entry in entries} == {"failure"}
        assert {entry["imsx_severity"] for entry in entries} == {"error"}
        return [entry["imsx_codeMinor"] for entry in entries]
    assert (body["imsx_codeMajor"], body["imsx_severity"]) == ("failure", "error")
    fields = body["imsx_CodeMinor"]["imsx_codeMinorField"]
    assert {field["imsx_codeMinorFieldName"] for field in fields} == {"TargetEndSystem"}
    return [field["imsx_codeMinorFieldValue"] for field in fields]


def descriptions(response: httpx.Response) -> str:
    body = response.json()
    entries = body.get("statusInfoSet", [body])
    return " ".join(entry["imsx_description"] for entry in entries)


@asynccontextmanager
async def answering(handler: Callable[..., Awaitable[Any]]) -> AsyncIterator[httpx.AsyncClient]:
    """An app in which every path of both versions runs `handler`."""
    configure_logging()
    app = FastAPI()
    install_roster_handlers(app)
    app.add_middleware(RequestTelemetry, service="tests", render_failure=internal_error_response)
    app.add_api_route("/{path:path}", handler, methods=["GET"])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tests") as client:
        yield client


@asynccontextmanager
async def refusing(error: Exception) -> AsyncIterator[httpx.AsyncClient]:
    async def refuse() -> None:
        raise error

    async with answering(refuse) as client:
        yield client


REFUSALS = [
    (UnauthorizedRequest("No token.", "Bearer"), 401, "unauthorized", "unauthorisedrequest"),
    (ForbiddenRequest(["a", "b"]), 403, "forbidden", "forbidden"),
    (UnknownObject("No such org."), 404, "unknown object", "unknownobject"),
    (RosterUnavailable("No whole roster."), 503, "server_busy", "server_busy"),
    (PageBroken(), 503, "server_busy", "server_busy"),
    (HTTPException(413), 413, "invalid data", "invaliddata"),
    (HTTPException(422), 422, "invalid data", "invaliddata"),
    (HTTPException(429), 429, "server_busy", "server_busy"),
    (ZeroDivisionError("12 / 0"), 500, "server_busy", "internal_server_error"),
    (ConnectionRefusedError("10.0.0.7"), 503, "server_busy", "server_busy"),
    (TimeoutError(), 503, "server_busy", "server_busy"),
]


@pytest.mark.parametrize(("error", "status", "code_v1p1", "code_v1p2"), REFUSALS)
async def test_each_refusal_has_its_status_and_code_minor_in_either_version(
    error: Exception, status: int, code_v1p1: str, code_v1p2: str
) -> None:
    async with refusing(error) as client:
        for version, base in BASES:
            response = await client.get(f"{base}/orgs")

            expected = code_v1p1 if version is Version.V1P1 else code_v1p2
            assert (response.status_code, code_minors(response, version)) == (status, [expected])
            assert ("retry-after" in response.headers) == (status in (429, 503))
            assert ("www-authenticate" in response.headers) == (status == 401)
            assert not any(str(each) in response.text for each in error.args if each != status) or (
                descriptions(response) == str(error)
            )


@both_versions
async def test_all_faults_of_a_request_are_told_together(version: Version, base: str) -> None:
    faults = [
        Fault(CodeMinor.INVALID_SORT_FIELD, "There is no field colour."),
        Fault(CodeMinor.INVALID_FILTER_FIELD, "The filter can't be read."),
        Fault(CodeMinor.INVALID_SELECTION_FIELD, "There is no field size."),
        Fault(CodeMinor.INVALID_BLANK_SELECTION_FIELD, "No field is named."),
        Fault(CodeMinor.INVALID_DATA, "limit is below 1."),
    ]
    expected = {
        Version.V1P1: [
            "invalid_sort_field",
            "invalid_filter_field",
            "invalid_selection_field",
            "invalid_blank_selection_field",
            "invalid data",
        ],
        Version.V1P2: [
            "invaliddata",
            "invalid_filter_field",
            "invalid_selection_field",
            "invaliddata",
            "invaliddata",
        ],
    }
    async with refusing(InvalidRequest(*faults)) as client:
        response = await client.get(f"{base}/orgs")

    assert response.status_code == 400
    assert code_minors(response, version) == expected[version]
    assert descriptions(response) == " ".join(fault.description for fault in faults)


def test_a_warning_of_1_1_is_a_member_of_the_collections_object() -> None:
    said = warning(
        Fault(CodeMinor.INVALID_SORT_FIELD, "There is no field colour."),
        Fault(CodeMinor.INVALID_SELECTION_FIELD, "There is no field size."),
    )

    body = orjson.loads(b'{"orgs":[],' + said + b"}")

    assert [
        (entry["imsx_codeMajor"], entry["imsx_severity"], entry["imsx_codeMinor"])
        for entry in body["statusInfoSet"]
    ] == [
        ("success", "warning", "invalid_sort_field"),
        ("success", "warning", "invalid_selection_field"),
    ]
    error_validator(Version.V1P1).validate({"statusInfoSet": body["statusInfoSet"]})


@both_versions
async def test_a_value_the_framework_refuses_is_not_told_in_its_words(
    version: Version, base: str
) -> None:
    async def handler(number: int) -> None:
        raise AssertionError

    async with answering(handler) as client:
        response = await client.get(f"{base}/orgs", params={"number": "many"})

    assert (response.status_code, code_minors(response, version)) == (
        422,
        ["invaliddata" if version is Version.V1P2 else "invalid data"],
    )
    assert descriptions(response) == "query.number can't be read."


async def _cancelled(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("set local statement_timeout = 1"))
        await connection.execute(text("select pg_sleep(5)"))


async def _cancelled_in_the_driver(database: Database) -> None:
    async with database.transaction() as connection:
        raw = await driver_connection(connection)
        await raw.execute("set local statement_timeout = 1")
        await raw.fetch("select pg_sleep(5)")


async def _connection_lost(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))


async def _connection_lost_in_the_driver(database: Database) -> None:
    async with database.session_connection() as connection:
        await connection.fetch("select pg_terminate_backend(pg_backend_pid())")


async def _connection_closed(database: Database) -> None:
    async with database.session_connection() as connection:
        await connection.close()
        await connection.fetch("select 1")


async def _pool_exhausted(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    async with (
        Database(url, application="tests", pool_size=1, pool_timeout=0.01) as small,
        small.transaction(),
        small.transaction(),
    ):
        raise AssertionError


async def _driver_pool_exhausted(database: Database) -> None:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with (
        asyncpg.create_pool(url, min_size=1, max_size=1) as pool,
        pool.acquire(),
        pool.acquire(timeout=0.01),
    ):
        raise AssertionError


async def _not_listening(_: Database) -> None:
    async with (
        Database("postgresql://nobody@127.0.0.1:1/none", application="tests") as away,
        away.transaction(),
    ):
        raise AssertionError


PASSING = [
    _cancelled,
    _cancelled_in_the_driver,
    _connection_lost,
    _connection_lost_in_the_driver,
    _connection_closed,
    _pool_exhausted,
    _driver_pool_exhausted,
    _not_listening,
]


@pytest.mark.parametrize("happening", PASSING)
async def test_a_database_that_does_not_answer_now_is_an_invitation_to_return(
    oneroster_database: Database, happening: Callable[[Database], Awaitable[None]]
) -> None:
    async def handler() -> None:
        await happening(oneroster_database)

    async with answering(handler) as client:
        for version, base in BASES:
            response = await client.get(f"{base}/orgs")

            assert (response.status_code, code_minors(response, version)) == (503, ["server_busy"])
            assert int(response.headers["retry-after"]) > 0


async def test_a_server_without_a_free_connection_is_an_invitation_to_return(
    database: TestDatabase, owner: Database
) -> None:
    name = role_name(str(owner.url.database), Role.OPERATOR)
    limit = text(f'alter role "{name}" connection limit 0')
    without_limit = text(f'alter role "{name}" connection limit -1')

    async def handler() -> None:
        async with (
            Database(database.url(Role.OPERATOR), application="tests") as full,
            full.transaction(),
        ):
            raise AssertionError

    async with owner.transaction() as connection:
        await connection.execute(limit)
    try:
        async with answering(handler) as client:
            response = await client.get("/ims/oneroster/v1p1/orgs")
    finally:
        async with owner.transaction() as connection:
            await connection.execute(without_limit)

    assert (response.status_code, code_minors(response, Version.V1P1)) == (503, ["server_busy"])


async def _wrong_statement(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("select no_such_column"))


async def _wrong_statement_in_the_driver(database: Database) -> None:
    async with database.transaction() as connection:
        await (await driver_connection(connection)).fetch("select no_such_column")


@pytest.mark.parametrize("happening", [_wrong_statement, _wrong_statement_in_the_driver])
async def test_a_statement_that_can_never_succeed_is_a_fault_of_ours(
    oneroster_database: Database, happening: Callable[[Database], Awaitable[None]]
) -> None:
    async def handler() -> None:
        await happening(oneroster_database)

    async with answering(handler) as client:
        for version, base in BASES:
            response = await client.get(f"{base}/orgs")

            assert response.status_code == 500
            assert "no_such_column" not in response.text
            code_minors(response, version)


@both_versions
async def test_an_unknown_path_is_an_unknown_object(
    service: Service, version: Version, base: str
) -> None:
    async with _consumer(service) as http:
        for path in ("/classGroups", ""):
            response = await http.get(base + path)

            assert response.status_code == 404
            (code,) = code_minors(response, version)
            assert code == ("unknown object" if version is Version.V1P1 else "unknownobject")


@both_versions
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/users", "/users/1", "/schools/1/classes/2/students"])
async def test_another_method_is_told_which_ones_there_are(
    service: Service, version: Version, base: str, method: str, path: str
) -> None:
    async with _consumer(service) as http:
        response = await http.request(method, base + path, content=b"{}")

    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
    (code,) = code_minors(response, version)
    assert code == ("invalid data" if version is Version.V1P1 else "invaliddata")


@both_versions
@pytest.mark.parametrize("path", ["/users", "/users/1", "/schools/1/classes/2/students"])
async def test_without_a_token_each_operation_asks_for_one(
    service: Service, version: Version, base: str, path: str
) -> None:
    async with _consumer(service) as http:
        response = await http.get(base + path)
        forged = await http.get(base + path, headers={"Authorization": "Bearer a.b.c"})

    for each in (response, forged):
        assert each.status_code == 401
        assert each.headers["www-authenticate"].startswith("Bearer")
        (code,) = code_minors(each, version)
        assert code == ("unauthorized" if version is Version.V1P1 else "unauthorisedrequest")


@both_versions
async def test_a_token_of_the_other_version_does_not_reach(
    owner: Database, service: Service, version: Version, base: str
) -> None:
    other = Version.V1P2 if version is Version.V1P1 else Version.V1P1
    client = await service.client(
        await new_configuration(owner), scope=other.scope("roster.readonly")
    )

    response = await client.http.get(f"{base}/users")

    assert (response.status_code, code_minors(response, version)) == (403, ["forbidden"])
    assert version.scope("roster.readonly") in descriptions(response)


@both_versions
async def test_what_nobody_foresaw_is_told_in_the_version_s_shape(
    service: Service, version: Version, base: str
) -> None:
    del service.app.state.roster
    async with _consumer(service) as http:
        response = await http.get(f"{base}/users")

    assert response.status_code == 500
    assert "state" not in response.text.lower().replace("statusinfo", "")
    assert code_minors(response, version) == [
        "server_busy" if version is Version.V1P1 else "internal_server_error"
    ]
    assert response.headers["x-request-id"]


@asynccontextmanager
async def _consumer(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://sds.example.be") as http:
        yield http


@pytest_asyncio.fixture
async def without_database() -> AsyncIterator[httpx.AsyncClient]:
    """The whole service as it starts while its database is away."""
    settings = OneRosterSettings(
        database_url=SecretStr("postgresql://rosterbridge@127.0.0.1:1/none"),
        service_token=SecretStr(SERVICE_TOKEN),
        secret_key=SecretStr(SECRET_KEY),
        public_url="https://sds.example.be",
    )
    app = create_app(settings)
    async with asyncio.timeout(30), app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://tests") as http:
            yield http


# Three parts that look like a JWT's; its key can't be looked up.
_TOKEN = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImsxIn0.e30.c2lnbmF0dXJl"


@both_versions
async def test_with_the_database_away_the_answer_is_503(
    without_database: httpx.AsyncClient, version: Version, base: str
) -> None:
    response = await without_database.get(
        f"{base}/users", headers={"Authorization": f"Bearer {_TOKEN}"}
    )

    assert (response.status_code, code_minors(response, version)) == (503, ["server_busy"])
    assert int(response.headers["retry-after"]) > 0


async def test_the_token_endpoint_speaks_oauth_with_the_database_away_too(
    without_database: httpx.AsyncClient,
) -> None:
    response = await without_database.post(
        "/connect/token", data={"grant_type": "client_credentials"}, auth=("client", "secret")
    )

    assert (response.status_code, response.json()["error"]) == (503, "temporarily_unavailable")
    assert int(response.headers["retry-after"]) > 0
