"""Many configurations and several processes at once: none waits for ever, none is made twice."""

import asyncio
from contextlib import AsyncExitStack

import httpx
from pydantic import SecretStr

from services.oneroster.publication.engine import Engine
from services.oneroster.publication.freshness import Freshness
from services.oneroster.publication.publisher import Publisher
from shared.clock import Clock
from shared.database import Database
from shared.roles import Role
from tests.arranging import Arranged, add_location, add_school, add_student, new_configuration
from tests.conftest import TestDatabase
from tests.oneroster.conftest import IN_OCTOBER, SERVICE_TOKEN, Publishing, Service


async def _one_student(owner: Database) -> Arranged:
    configuration = await new_configuration(owner)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    await add_student(owner, configuration, place)
    return configuration


async def test_more_configurations_than_connections_are_all_published(
    database: TestDatabase, owner: Database, publishing: Publishing
) -> None:
    configurations = [await _one_student(owner) for _ in range(8)]
    url = database.url(Role.ONEROSTER)
    async with Database(url, application="tests", pool_size=4, pool_timeout=10) as pool:
        freshness = Freshness(Publisher(pool, publishing.engine, Clock(IN_OCTOBER)), 20)
        await asyncio.gather(*(freshness.ensure(each.id) for each in configurations))
        await freshness.close()

    for configuration in configurations:
        assert len(await publishing.usernames(configuration)) == 1


class _Stalling(httpx.AsyncBaseTransport):
    """An engine that never answers what it is asked to resolve."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/resolve"):
            await asyncio.Event().wait()
        return await self._inner.handle_async_request(request)


async def test_a_fresh_roster_is_served_while_others_are_long_in_publication(
    database: TestDatabase, owner: Database, service: Service, publishing: Publishing
) -> None:
    fresh = await _one_student(owner)
    await publishing.publish(fresh)
    client = await service.client(fresh)
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(
            Database(database.url(Role.ONEROSTER), application="tests", pool_size=4, pool_timeout=5)
        )
        engine = await stack.enter_async_context(
            Engine("http://engine", SecretStr(SERVICE_TOKEN), _Stalling(publishing.switch))
        )
        freshness = Freshness(Publisher(pool, engine, Clock(IN_OCTOBER)), wait_seconds=0.2)
        stack.push_async_callback(freshness.close)
        for _ in range(2):
            await freshness.ensure((await _one_student(owner)).id)
        service.app.state.roster.freshness = freshness

        answer = await client.get("/users")

        assert (answer.status_code, answer.headers["x-total-count"]) == (200, "1")


async def test_two_processes_make_each_edition_once(
    database: TestDatabase, owner: Database, publishing: Publishing
) -> None:
    configurations = [await _one_student(owner) for _ in range(4)]
    url = database.url(Role.ONEROSTER)
    async with (
        Database(url, application="tests", pool_size=5, pool_timeout=10) as one,
        Database(url, application="tests", pool_size=5, pool_timeout=10) as other,
    ):
        publishers = [
            Publisher(pool, publishing.engine, Clock(IN_OCTOBER)) for pool in (one, other)
        ]
        made = await asyncio.gather(
            *(publisher.publish(each.id) for publisher in publishers for each in configurations)
        )

    assert {each.edition.number for each in made} == {1}
    assert sum(each.changed > 0 for each in made) == len(configurations)
