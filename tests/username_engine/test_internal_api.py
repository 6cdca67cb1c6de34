import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from services.oneroster.publication.changes import MOST_CHANGED
from services.username_engine.app import create_app
from services.username_engine.engine.resolving import username_as_sent
from services.username_engine.internal_api import MOST_PERSONS
from services.username_engine.usernames import resolving
from shared.database import Database, scalar
from shared.roles import Role
from shared.security import ServiceTokenAuth
from shared.settings import EngineSettings
from shared.tables import sis
from tests.arranging import (
    FIRST_DAY,
    LAST_DAY,
    Arranged,
    Place,
    add_location,
    add_school,
    add_student,
    change,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.looking import AUTUMN, local_parts_of

TOKEN = SecretStr("a-service-token-for-tests-of-the-engine")
DAY = AUTUMN.today().isoformat()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport, base_url="http://engine", auth=ServiceTokenAuth(TOKEN)
        ) as client,
    ):
        yield client


@pytest.fixture
def app(database: TestDatabase) -> FastAPI:
    settings = {
        "ROSTERBRIDGE_ENGINE_DATABASE_URL": database.url(Role.ENGINE),
        "service_token": TOKEN.get_secret_value(),
        "today": AUTUMN.today(),
    }
    return create_app(EngineSettings.load(_env_file=None, **settings))


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with served(app) as opened:
        yield opened


async def arranged(owner: Database) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    return configuration, place


def path(configuration: Arranged | int, action: str) -> str:
    number = configuration if isinstance(configuration, int) else configuration.id
    return f"/internal/v1/configurations/{number}/usernames/{action}"


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert (response.status_code, document["status"]) == (status, status)
    assert document["code"] == code
    assert document["title"]
    assert document["detail"]
    return document


async def test_names_are_complete_when_create_answers(
    owner: Database, client: httpx.AsyncClient
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    async with owner.transaction() as connection:
        revisions = {
            f"{schema}_revision": await scalar(
                connection,
                f"select revision from {schema}.revision where configuration_id = :id",
                {"id": configuration.id},
            )
            for schema in ("sis", "access")
        }

    answer = await client.post(path(configuration, "create"), json={"reference_date": DAY})

    assert answer.status_code == 200
    # The background work may have come first.
    assert answer.json().pop("created") in {0, 1}
    assert answer.json().items() >= {**revisions, "reference_date": DAY}.items()
    assert await local_parts_of(owner, configuration) == {person: "bert.ameel"}


async def test_names_come_as_lines_with_a_count_at_the_end(
    owner: Database, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolving, "BATCH", 2)
    configuration, place = await arranged(owner)
    persons = [await add_student(owner, configuration, place) for _ in range(5)]
    await client.post(path(configuration, "create"), json={"reference_date": DAY})

    answer = await client.post(path(configuration, "resolve"), json={"reference_date": DAY})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    *lines, last = [orjson.loads(line) for line in answer.content.splitlines()]
    assert [len(line) for line in lines] == [2, 2, 1]
    assert last == {"count": 5}
    names = dict(pair for line in lines for pair in line)
    assert names == await local_parts_of(owner, configuration)

    some = {"reference_date": DAY, "persons": persons[:1], "snapshot": None}
    answer = await client.post(path(configuration, "resolve"), json=some)
    assert [orjson.loads(line) for line in answer.content.splitlines()] == [
        [[persons[0], names[persons[0]]]],
        {"count": 1},
    ]


@pytest.mark.parametrize("asked", ["0001-01-01", "1999-05-01", "2090-01-01", "9999-12-31"])
async def test_a_day_outside_the_school_year_counts_as_the_nearest_in_it(
    owner: Database, client: httpx.AsyncClient, asked: str
) -> None:
    configuration = await new_configuration(owner, reuse_after_days=400)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    person = await add_student(owner, configuration, place)
    left = await add_student(owner, configuration, place, "An", "Peeters")
    await client.post(path(configuration, "create"), json={"reference_date": DAY})
    await change(
        owner,
        configuration,
        sis.enrolment,
        {"person_id": left},
        start_date=FIRST_DAY - timedelta(days=300),
        end_date=FIRST_DAY - timedelta(days=30),
    )

    answer = await client.post(path(configuration, "create"), json={"reference_date": asked})

    assert answer.status_code == 200, answer.text
    nearest = min(max(asked, FIRST_DAY.isoformat()), LAST_DAY.isoformat())
    assert answer.json()["reference_date"] == nearest
    # Who left a year ago at the most keeps his name, however far the day.
    assert set(await local_parts_of(owner, configuration)) == {person, left}


@pytest.mark.parametrize("persons", [["a", "\0"], ["a", "\ud800"]])
async def test_ids_that_no_person_can_have_are_refused(
    owner: Database, client: httpx.AsyncClient, persons: list[str]
) -> None:
    configuration, _ = await arranged(owner)
    answer = await client.post(
        path(configuration, "resolve"),
        # As a client writes half of a surrogate pair: escaped.
        content=json.dumps({"reference_date": DAY, "persons": persons}),
        headers={"Content-Type": "application/json"},
    )
    document = problem(answer, 422, "request.invalid")
    assert [fault["location"] for fault in document["errors"]] == ["body.persons.1"]


async def test_so_is_a_list_longer_than_publication_ever_asks_for(
    owner: Database, client: httpx.AsyncClient
) -> None:
    configuration, _ = await arranged(owner)
    for number, status in ((MOST_PERSONS, 200), (MOST_PERSONS + 1, 422)):
        persons = [str(n) for n in range(number)]
        answer = await client.post(
            path(configuration, "resolve"), json={"reference_date": DAY, "persons": persons}
        )
        assert answer.status_code == status, answer.text
    assert MOST_PERSONS > MOST_CHANGED


async def test_the_snapshot_of_publication_is_read(
    owner: Database, oneroster_database: Database, client: httpx.AsyncClient
) -> None:
    configuration, place = await arranged(owner)
    body: dict[str, Any] = {"reference_date": DAY}
    async with oneroster_database.snapshot() as publishing:
        exported = await publishing.execute(text("select pg_export_snapshot()"))
        body["snapshot"] = exported.scalar_one()
        await add_student(owner, configuration, place)
        await client.post(path(configuration, "create"), json={"reference_date": DAY})
        answer = await client.post(path(configuration, "resolve"), json=body)
        assert answer.json() == {"count": 0}
    problem(await client.post(path(configuration, "resolve"), json=body), 409, "snapshot.gone")


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic abc", TOKEN.get_secret_value()])
async def test_only_the_service_token_opens_the_internal_api(
    client: httpx.AsyncClient, header: str | None
) -> None:
    for action in ("create", "resolve"):
        request = client.build_request("POST", path(1, action), json={"reference_date": DAY})
        if header:
            request.headers["Authorization"] = header
        response = await client.send(request, auth=None)
        problem(response, 401, "token.invalid")
        assert response.headers["www-authenticate"] == "Bearer"


async def test_all_that_is_wrong_with_a_request_is_said_at_once(client: httpx.AsyncClient) -> None:
    body = {"reference_date": "tomorrow", "persons": [1, 2]}
    response = await client.post(path(0, "resolve"), json=body)
    document = problem(response, 422, "request.invalid")
    assert [fault["location"] for fault in document["errors"]] == [
        "path.configuration_id",
        "body.reference_date",
        "body.persons.0",
        "body.persons.1",
    ]
    assert set(document["errors"][0]) == {"location", "detail"}
    problem(await client.post(path(2**31, "create"), content="{"), 422, "request.invalid")


async def test_what_does_not_exist_is_a_problem_too(client: httpx.AsyncClient) -> None:
    problem(await client.get("/nothing/here"), 404, "http.not_found")
    wrong_method = await client.get(path(1, "create"))
    problem(wrong_method, 405, "http.method_not_allowed")
    assert wrong_method.headers["allow"] == "POST"
    unknown = path(2**31 - 1, "create")
    problem(await client.post(unknown, json={"reference_date": DAY}), 404, "configuration.unknown")


async def test_a_fault_of_ours_tells_nothing_of_itself_and_carries_the_request_id(
    owner: Database, app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    configuration = await new_configuration(owner, username_format="{geheim}")
    async with served(app) as client:
        response = await client.post(
            path(configuration, "create"),
            json={"reference_date": DAY},
            headers={"X-Request-Id": "asked-for-this"},
        )
    problem(response, 500, "internal")
    assert response.headers["x-request-id"] == "asked-for-this"
    assert "geheim" not in response.text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    failed = next(line for line in lines if line["event"] == "request.failed")
    assert failed["request_id"] == "asked-for-this"
    assert failed["exception"][0]["type"].endswith("FormatError")
    # The texts of exceptions may hold personal data.
    assert not any("geheim" in json.dumps(line) for line in lines)


async def test_health_metrics_and_documentation_are_open(
    owner: Database, client: httpx.AsyncClient
) -> None:
    configuration, _ = await arranged(owner)
    await client.post(path(configuration, "create"), json={"reference_date": DAY})
    for public in ("/health/live", "/health/ready", "/metrics", "/docs", "/openapi.json"):
        assert (await client.get(public, auth=None)).status_code == 200
    metrics = (await client.get("/metrics")).text
    route = 'route="/internal/v1/configurations/{configuration_id}/usernames/create"'
    assert f'{route},service="username_engine",status="200"' in metrics


async def test_not_ready_while_the_database_is_away(database: TestDatabase) -> None:
    settings = {
        "ROSTERBRIDGE_ENGINE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "service_token": TOKEN.get_secret_value(),
    }
    async with served(create_app(EngineSettings.load(_env_file=None, **settings))) as client:
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["database"]) == (503, False)
        assert (await client.get("/health/live")).status_code == 200


async def test_a_stream_that_breaks_off_does_not_look_whole(
    owner: Database, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolving, "BATCH", 1)
    configuration, place = await arranged(owner)
    for _ in range(3):
        await add_student(owner, configuration, place)
    sent: list[str] = []

    def break_at_the_second(local_part: str, *arguments: Any, **options: Any) -> str:
        if sent:
            raise RuntimeError
        sent.append(local_part)
        return username_as_sent(local_part, *arguments, **options)

    async with served(app) as client:
        await client.post(path(configuration, "create"), json={"reference_date": DAY})
        monkeypatch.setattr(resolving, "username_as_sent", break_at_the_second)
        answer = await client.post(path(configuration, "resolve"), json={"reference_date": DAY})
    assert sent
    assert "count" not in answer.text
