"""How a consumer that counts offsets walks a collection, as pages for a load."""

from urllib.parse import urlencode

import httpx

from benchmarks.load import Page
from benchmarks.worker import ROSTERING

ACTIVE = "status='active'"


def page_path(limit: int, offset: int, collection: str = "users", wanted: str = ACTIVE) -> str:
    """As SDS asks for it; without the base URL of the rosters."""
    query = urlencode({"limit": limit, "offset": offset, "filter": wanted}, safe="'=>")
    return f"/{collection}?{query}"


def user_page(limit: int, offset: int, total: int) -> Page:
    return Page(ROSTERING + page_path(limit, offset), min(limit, total - offset))


async def open_pull(consumer: httpx.AsyncClient, limit: int) -> httpx.Response:
    """The first page; raises where it isn't one."""
    answer = await consumer.get(page_path(limit, 0))
    answer.raise_for_status()
    users, total = len(answer.json()["users"]), total_of(answer)
    if users != min(limit, total):
        raise AssertionError(f"a page of {limit} among {total} holds {users}")
    return answer


def total_of(answer: httpx.Response) -> int:
    return int(answer.headers["X-Total-Count"])
