"""What the framework refuses by itself, in the shape of every other problem."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from fastapi import APIRouter, FastAPI

from shared.errors import MEDIA_TYPE, install_problem_handlers


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    router = APIRouter(prefix="/lists/{name}")

    @router.get("/rows")
    async def rows(name: str) -> str:
        return name

    @router.post("/rows")
    async def add_row(name: str) -> str:
        return name

    @router.patch("/rows/{row}")
    async def change_row(name: str, row: str) -> str:
        return name + row

    @router.post("/rows/sort")
    async def sort_rows(name: str) -> str:
        return name

    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as opened:
        yield opened


async def test_a_wrong_method_is_told_all_that_the_path_takes(client: httpx.AsyncClient) -> None:
    answers = {
        path: await client.delete(f"/lists/a/{path}") for path in ("rows", "rows/1", "rows/sort")
    }
    assert {path: answer.headers["Allow"] for path, answer in answers.items()} == {
        "rows": "GET, POST",
        "rows/1": "PATCH",
        # A row of this name would be another path's.
        "rows/sort": "POST",
    }
    for answer in answers.values():
        assert answer.status_code == 405
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        assert answer.json()["code"] == "http.method_not_allowed"


async def test_a_path_that_is_none_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/lists/a")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, MEDIA_TYPE)
    assert "Allow" not in answer.headers
