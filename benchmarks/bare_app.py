"""The ceiling that pages are measured against: select ready text with the driver, join, send.

`GET /?after=<sourcedId>&limit=<n>`; no token, no row-level security, no count, no links. Its pool
does not even reset a connection between two requests.
"""

import os
from typing import Any
from urllib.parse import parse_qs

import asyncpg
from starlette.types import ASGIApp, Receive, Scope, Send

_PAGE = """
select body from roster.users
where configuration_id = $1 and from_edition <= $2
  and (until_edition is null or until_edition > $2)
  and active and sourced_id > $3
order by sourced_id limit $4
"""


def create_app() -> ASGIApp:
    url = os.environ["BARE_DATABASE_URL"]
    pool_size = int(os.environ["BARE_POOL_SIZE"])
    configuration, edition = int(os.environ["BARE_CONFIGURATION"]), int(os.environ["BARE_EDITION"])
    base_url = os.environ["BARE_BASE_URL"].encode()
    pool = asyncpg.create_pool(url, min_size=pool_size, max_size=pool_size, reset=_no_reset)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(pool, receive, send)
            return
        if scope["path"] == "/health/ready":
            await _answer(send, b"")
            return
        query = parse_qs(scope["query_string"].decode(), keep_blank_values=True)
        after, limit = query["after"][0], int(query["limit"][0])
        rows = await pool.fetch(_PAGE, configuration, edition, after, limit)
        users = b",".join([row[0] for row in rows]).replace(b"\0", base_url)
        await _answer(send, b'{"users":[' + users + b"]}")

    return app


async def _no_reset(_: Any) -> None:
    return None


async def _lifespan(pool: "asyncpg.Pool[asyncpg.Record]", receive: Receive, send: Send) -> None:
    await receive()
    await pool
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await pool.close()
    await send({"type": "lifespan.shutdown.complete"})


async def _answer(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
