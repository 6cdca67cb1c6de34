import asyncio
import json
import logging
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.errors import install_problem_handlers, internal_error_response
from shared.telemetry import RequestTelemetry, configure_logging


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture
def client() -> httpx.AsyncClient:
    configure_logging()
    app = FastAPI()
    install_problem_handlers(app)
    app.add_middleware(RequestTelemetry, service="tests", render_failure=internal_error_response)

    @app.get("/lists/{name}")
    async def read(name: str) -> str:
        return name

    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tests")


async def test_a_request_is_logged_without_its_query(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client:
        response = await client.get("/lists/6j", params={"q": "Bert Ameel"})
    (logged,) = [line for line in lines(capsys) if line["event"] == "request"]
    assert (logged["path"], logged["status"]) == ("/lists/6j", 200)
    assert logged["request_id"] == response.headers["x-request-id"]
    assert "Ameel" not in json.dumps(logged)


@pytest.mark.parametrize(
    ("given", "kept"), [("a-1.b_c", True), ('x" injected', False), ("x" * 65, False)]
)
async def test_only_a_harmless_request_id_is_taken_over(
    client: httpx.AsyncClient, given: str, kept: bool
) -> None:
    async with client:
        response = await client.get("/lists/6j", headers={"X-Request-Id": given})
    assert (response.headers["x-request-id"] == given) is kept
    assert response.headers["x-request-id"]


async def test_what_libraries_log_loses_the_texts_of_exceptions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()

    async def fail() -> None:
        raise ValueError("Key (folded)=(bert.ameel) already exists.")

    task = asyncio.ensure_future(fail())
    await asyncio.wait([task])
    # As asyncio does when such a task is thrown away: the text also stands in its repr.
    error = task.exception()
    logging.getLogger("asyncio").error("never retrieved\nfuture: %r", task, exc_info=error)
    (logged,) = lines(capsys)
    assert "ameel" not in json.dumps(logged)
    assert logged["event"] == "never retrieved"
    assert logged["exception"][0]["type"] == "builtins.ValueError"
    assert logged["exception"][0]["at"][0].endswith(" fail")


def test_addresses_are_not_logged_a_second_time(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    logging.getLogger("uvicorn.access").info('"GET /?q=Ameel HTTP/1.1" 200')
    assert lines(capsys) == []
