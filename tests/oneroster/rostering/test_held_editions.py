"""An edition that goes while it is read never looks whole, and a bookmark is moved by reading alone."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
from sqlalchemy import func, insert, update

from services.oneroster.addresses import PublicOrigin
from services.oneroster.rostering.service import Roster
from shared.clock import Clock
from shared.database import Database
from shared.driver_pool import DriverPool
from shared.roles import Role
from shared.tables import access, sis
from tests.arranging import FIRST_DAY, YEAR, add_school, change, new_configuration, raise_counter
from tests.conftest import TestDatabase
from tests.oneroster.conftest import ApiClient, Publishing, Service
from tests.oneroster.rostering.test_pulls import (
    BEGINNING,
    School,
    _id,
    _ids,
    _later,
    _links,
    _moment_of,
    _page,
    _refused,
    _since,
)

PATIENCE_SECONDS = 60
# Of one page in three chunks, of which the last is short.
MANY = 2100


async def _school(owner: Database, publishing: Publishing) -> School:
    configuration = await new_configuration(owner)
    made = School(owner, publishing, configuration, await add_school(owner, configuration))
    for _ in range(BEGINNING):
        await made.import_one_more()
    await publishing.publish(configuration)
    return made


@pytest_asyncio.fixture
async def school(owner: Database, publishing: Publishing) -> School:
    return await _school(owner, publishing)


def _begin_again(answer: httpx.Response) -> None:
    assert answer.status_code == 400, (answer.status_code, answer.text)
    assert "start again" in answer.json()["statusInfoSet"][0]["imsx_description"]


# A page that is sent in chunks.


def _student(number: int) -> str:
    return f"p{number:05d}"


async def _enrol_many(school: School) -> None:
    at = {"school_number": school.number, "location_number": _id(1), "school_year": YEAR}
    students = [_student(number) for number in range(MANY)]
    async with school.owner.transaction() as connection:
        counter = sis.revision_counter
        revision = await raise_counter(connection, counter, school.configuration.id)
        key = {"configuration_id": school.configuration.id, "revision": revision}
        await connection.execute(
            insert(sis.person),
            [{**key, "id": each, "given_name": "Jan", "family_name": each} for each in students],
        )
        await connection.execute(
            insert(sis.enrolment),
            [{**key, "person_id": each, "start_date": FIRST_DAY, **at} for each in students],
        )
    await school.publishing.publish(school.configuration)


@dataclass
class Taken:
    """An answer as a server has put it on the wire."""

    body: bytearray = field(default_factory=bytearray)
    ended: bool = False
    """By its last piece; without it the server breaks the connection off."""

    def ids(self) -> list[str]:
        return [each["sourcedId"] for each in orjson.loads(self.body)["users"]]


async def _nothing() -> None:
    """An undisturbed page."""


async def _take(
    service: Service, client: ApiClient, meanwhile: Callable[[], Awaitable[None]]
) -> Taken:
    """All users in one page; `meanwhile` happens once its first piece is taken."""
    taken = Taken()

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] != "http.response.body":
            assert message.get("status") == 200
            return
        is_first = not taken.body
        taken.body += message.get("body", b"")
        taken.ended = not message.get("more_body", False)
        if is_first:
            assert taken.body
            await meanwhile()

    path = "/ims/oneroster/v1p1/users"
    authorization = client.http.headers["authorization"].encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"limit=5000",
        "headers": [(b"host", b"sds.example.be"), (b"authorization", authorization)],
        "server": ("sds.example.be", 443),
        "client": ("127.0.0.1", 1),
    }
    async with asyncio.timeout(PATIENCE_SECONDS):
        # Whatever an application raises, a server then sends no last piece.
        with suppress(Exception):
            await service.app(scope, receive, send)
    return taken


async def _take_undisturbed(service: Service, client: ApiClient) -> None:
    whole = await _take(service, client, _nothing)
    assert whole.ended
    students = [_student(number) for number in range(MANY)]
    assert whole.ids() == sorted(_id(number) for number in range(1, BEGINNING + 1)) + students


async def test_a_page_whose_edition_is_pruned_meanwhile_breaks_off(
    school: School, service: Service
) -> None:
    await _enrol_many(school)
    client = await service.client(school.configuration)
    # So that its pull has ended by the time of pruning.
    service.time.passed = -timedelta(minutes=121)
    await _take_undisturbed(service, client)
    published = 0

    async def publish() -> None:
        nonlocal published
        in_second_chunk = {"id": _student(1500)}
        await change(
            school.owner, school.configuration, sis.person, in_second_chunk, given_name="Piet"
        )
        published = (await school.publishing.publish(school.configuration)).changed

    taken = await _take(service, client, publish)

    assert published
    assert not taken.ended


async def test_a_client_revoked_in_the_middle_of_a_page_gets_no_whole_page(
    school: School, service: Service
) -> None:
    await _enrol_many(school)
    client = await service.client(school.configuration)
    await _take_undisturbed(service, client)
    revoked = 0

    async def revoke() -> None:
        nonlocal revoked
        mine = access.client.c.client_id == client.client_id
        async with school.owner.transaction() as connection:
            result = await connection.execute(
                update(access.client).where(mine).values(revoked_at=func.now())
            )
            revoked = result.rowcount

    taken = await _take(service, client, revoke)

    assert revoked == 1
    assert not taken.ended
    assert (await client.get("/users?limit=5000")).status_code == 401


# The end of a pull.


@pytest.mark.parametrize(("opened", "read"), [(21, 21), (30, 12)])
async def test_a_pull_that_ended_stays_ended_though_its_progress_is_written_late(
    school: School, service: Service, opened: int, read: int
) -> None:
    """`opened` and `read`: minutes before the edition was pruned; `read` was not written by then."""
    client = await service.client(school.configuration)
    service.time.passed = -timedelta(minutes=opened)
    assert await _page(client, "users") == BEGINNING
    service.time.passed = -timedelta(minutes=read)
    assert await _page(client, "users", 2) == BEGINNING
    service.time.passed = timedelta()
    await school.rename(_id(1), "Piet")
    assert await school.versions_of(_id(1)) == 1

    await service.app.state.roster.pulls.write()

    assert "start again" in await _refused(client, "users", 4)
    await client.take_token()
    assert "start again" in await _refused(client, "users", 4)
    assert await _page(client, "users") == school.size


async def test_a_token_for_each_page_goes_on_with_the_later_pull_at_another_worker(
    database: TestDatabase, school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    here: Roster = service.app.state.roster
    for offset in (0, 2, 4):
        await client.take_token()
        assert await _page(client, "users", offset) == BEGINNING
    await here.pulls.write()
    await school.grow()
    await client.take_token()
    assert await _page(client, "users") == school.size

    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        DriverPool(database.url(Role.ONEROSTER), application="tests", size=3) as pool,
    ):
        service.app.state.roster = Roster(
            pool,
            service.app.state.oauth.verifier,
            here.freshness,
            PublicOrigin("https://sds.example.be", trusted_proxies=""),
            service.time.now,
        )
        await client.take_token()
        assert await _page(client, "users", 2) == school.size


async def test_a_link_to_the_beginning_shows_what_was_committed_before_it(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    first = _links(await client.get("/users?limit=2"))["first"]
    assert "edition=1" in first
    await _later(service, timedelta(hours=30))
    await client.take_token()
    await school.import_one_more()

    assert _moment_of(await client.http.get(first), 0, 2) == school.size
    await _later(service, timedelta(hours=60))
    await client.take_token()
    _begin_again(await client.http.get(first))


# Bookmarks that a consumer takes from its own clock.


def _ahead(service: Service, minutes: int) -> datetime:
    return Clock.now() + service.time.passed + timedelta(minutes=minutes)


@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=30)])
@pytest.mark.parametrize("others", ["", "?filter=role='guardian'", "?filter=status='tobedeleted'"])
async def test_a_count_and_a_reading_of_a_part_hide_no_change_from_a_delta(
    school: School, service: Service, others: str, later: timedelta
) -> None:
    client = await service.client(school.configuration, bookmarks_by_clock=True)
    assert await _page(client, "users", limit=100) == BEGINNING
    await school.grow()
    delta = await client.get("/users", params=_since(_ahead(service, 60)))
    assert _ids(delta) == [_id(school.size)]
    await _later(service, later)
    await client.take_token()
    await school.grow()

    assert (await client.get(f"/users{others}")).status_code == 200

    delta = await client.get("/users", params=_since(_ahead(service, 61)))
    assert _id(school.size) in _ids(delta)


async def test_a_link_of_a_delta_by_clock_whose_pull_ended_is_refused_never_an_empty_rest(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration, bookmarks_by_clock=True)
    assert await _page(client, "users", limit=100) == BEGINNING
    for _ in range(4):
        await school.grow()
    first = await client.get("/users", params={**_since(_ahead(service, 60)), "limit": 2})
    assert first.headers["x-total-count"] == "4"
    rest = _links(first)["next"]
    second = await client.http.get(rest)
    assert len({*_ids(first), *_ids(second)}) == 4

    await _later(service, timedelta(minutes=21))
    await client.take_token()

    _begin_again(await client.http.get(rest))


# What opens no pull.


async def _given_name(client: ApiClient, query: str) -> str:
    answer = await client.get(f"/users{query}")
    assert answer.status_code == 200, (answer.status_code, answer.text)
    found = answer.json()
    user = found["user"] if "user" in found else found["users"][0]
    return str(user["givenName"])


@pytest.mark.parametrize(
    ("query", "step"),
    [
        ("/{}", "single"),
        ("?filter=sourcedId='{}'", "positions"),
        ("?filter=sourcedId='{}'", "chunks"),
    ],
)
async def test_who_is_there_is_found_though_its_edition_is_pruned_meanwhile(
    school: School,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    step: str,
) -> None:
    """`step`: of the reading, before which the edition that it was to read goes."""
    client = await service.client(school.configuration)
    reader = service.app.state.roster.reader
    undisturbed = getattr(reader, step)
    times = 0

    async def publish_once() -> None:
        nonlocal times
        times += 1
        if times == 1:
            await school.rename(_id(2), "Piet")
            assert await school.versions_of(_id(2)) == 1

    async def disturbed(*given: Any) -> Any:
        await publish_once()
        return await undisturbed(*given)

    async def disturbed_chunks(*given: Any) -> AsyncGenerator[bytes]:
        await publish_once()
        async for chunk in undisturbed(*given):
            yield chunk

    monkeypatch.setattr(reader, step, disturbed_chunks if step == "chunks" else disturbed)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await _given_name(client, query.format(_id(2))) == "Piet"
    assert times == 2


async def test_a_page_of_another_configuration_is_no_page_that_is_known(
    owner: Database, publishing: Publishing, school: School, service: Service
) -> None:
    one = await service.client(school.configuration)
    other = await service.client((await _school(owner, publishing)).configuration)
    page = "/users?limit=2&offset=0"
    known = {"If-None-Match": (await one.get(page)).headers["etag"]}
    assert (await one.get(page, headers=known)).status_code == 304

    theirs = await other.get(page, headers=known)

    assert _moment_of(theirs, 0, 2) == BEGINNING
    assert theirs.headers["etag"] != known["If-None-Match"]
