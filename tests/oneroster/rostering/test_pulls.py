"""A pull sees one moment, whatever a consumer's way of reading (docs/publication.md, "Pulls").

The school here has as many orgs, users, classes, courses and enrollments as the times it has grown,
and what comes stands before what was there. So X-Total-Count names the moment a page shows, the
same in all five collections, and a page of another moment holds other rows.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import Table, delete, func, insert, select

from services.oneroster.addresses import PublicOrigin
from services.oneroster.app import create_app
from services.oneroster.oauth.service import OAuthService
from services.oneroster.publication.freshness import Freshness
from services.oneroster.rostering.service import Roster
from shared.clock import Clock, timestamp_text
from shared.database import Database, notify
from shared.driver_pool import DriverPool
from shared.roles import Role
from shared.settings import OneRosterSettings
from shared.tables import roster, sis
from tests.arranging import (
    FIRST_DAY,
    YEAR,
    Arranged,
    add_school,
    change,
    new_configuration,
    raise_counter,
)
from tests.conftest import SECRET_KEY, TestDatabase
from tests.oneroster.conftest import (
    IN_OCTOBER,
    SERVICE_TOKEN,
    ApiClient,
    Publishing,
    Service,
)

COLLECTIONS = ("orgs", "users", "classes", "courses", "enrollments")
BEGINNING = 5
LINK = re.compile(r'<([^>]*)>; rel="(\w+)"')


@dataclass
class School:
    """A configuration of one school."""

    owner: Database
    publishing: Publishing
    configuration: Arranged
    number: str
    size: int = 0

    async def grow(self) -> None:
        """One more of each: imported, in one transaction, and published."""
        await self.import_one_more()
        await self.publishing.publish(self.configuration)

    async def import_one_more(self) -> int:
        """The size that it gave."""
        self.size += 1
        name = _id(self.size)
        at = {"school_number": self.number, "location_number": name, "school_year": YEAR}
        rows: list[tuple[Table, dict[str, Any]]] = [
            (sis.location, self._location(name)),
            (sis.person, {"id": name, "given_name": "Jan", "family_name": f"Peeters{name}"}),
            (sis.enrolment, {"person_id": name, "start_date": FIRST_DAY, **at}),
            (sis.class_, {"id": name, "number": name, "kind": "class", "code": name, **at}),
            (
                sis.class_enrolment,
                {
                    "person_id": name,
                    "class_id": name,
                    "start_date": FIRST_DAY,
                    "sourced_id": name,
                },
            ),
        ]
        async with self.owner.transaction() as connection:
            revision = await raise_counter(connection, sis.revision_counter, self.configuration.id)
            key = {"configuration_id": self.configuration.id, "revision": revision}
            for table, row in rows:
                await connection.execute(insert(table).values({**key, **row}))
            await notify(connection, "rosterbridge_sis", str(self.configuration.id))
        return self.size

    def _location(self, name: str) -> dict[str, Any]:
        return {
            "school_number": self.number,
            "number": name,
            "name": name,
            "active": True,
            "sourced_id": name,
            "identifier": name,
            "type": "school",
        }

    async def rename(self, person: str, given_name: str) -> None:
        await change(
            self.owner, self.configuration, sis.person, {"id": person}, given_name=given_name
        )
        await self.publishing.publish(self.configuration)

    async def versions_of(self, person: str) -> int:
        users = roster.users.c
        statement = (
            select(func.count())
            .where(users.configuration_id == self.configuration.id)
            .where(users.sourced_id == person)
        )
        async with self.owner.transaction() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def stamp(self) -> datetime:
        """Of the newest edition."""
        edition = roster.edition.c
        statement = select(func.max(edition.stamp)).where(
            edition.configuration_id == self.configuration.id
        )
        async with self.owner.transaction() as connection:
            moment: datetime = (await connection.execute(statement)).scalar_one()
            return moment


@pytest_asyncio.fixture
async def school(owner: Database, publishing: Publishing) -> School:
    configuration = await new_configuration(owner)
    made = School(owner, publishing, configuration, await add_school(owner, configuration))
    for _ in range(BEGINNING):
        await made.import_one_more()
    await publishing.publish(configuration)
    return made


def _id(number: int) -> str:
    """The later, the nearer to the front."""
    return f"{9999 - number:04d}"


def _rows(size: int) -> list[str]:
    """What each collection held when it had grown to that size."""
    return [_id(number) for number in range(size, 0, -1)]


def _ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    (objects,) = answer.json().values()
    return [each["sourcedId"] for each in objects]


def _links(answer: httpx.Response) -> dict[str, str]:
    return {relation: url for url, relation in LINK.findall(answer.headers["link"])}


def _moment_of(answer: httpx.Response, offset: int, limit: int) -> int:
    """The moment that the page shows, whose rows it holds."""
    assert answer.status_code == 200, answer.text
    moment = int(answer.headers["x-total-count"])
    assert _ids(answer) == _rows(moment)[offset : offset + limit]
    return moment


async def _page(
    client: ApiClient,
    collection: str,
    offset: int = 0,
    *,
    limit: int = 2,
    others: Mapping[str, str] | None = None,
) -> int:
    parameters = {"offset": offset, "limit": limit, **(others or {})}
    answer = await client.get(f"/{collection}", params=parameters)
    return _moment_of(answer, offset, limit)


async def _refused(client: ApiClient, collection: str, offset: int, **others: str) -> str:
    """What it says where a pull is gone."""
    answer = await client.get(f"/{collection}", params={"offset": offset, "limit": 2, **others})
    assert answer.status_code == 400, (answer.status_code, answer.text)
    (info,) = answer.json()["statusInfoSet"]
    assert info["imsx_codeMinor"] == "invalid data"
    return str(info["imsx_description"])


async def _probe(client: ApiClient, collection: str) -> int:
    """A bare count probe, as Microsoft's pipeline sends it."""
    return _moment_of(await client.get(f"/{collection}"), 0, 100)


async def _new_token(client: ApiClient) -> str:
    await client.take_token()
    return client.http.headers["Authorization"]


async def _later(service: Service, passed: timedelta) -> None:
    """So long after the beginning; what pages noted in memory has been written long before."""
    await service.app.state.roster.pulls.write()
    service.time.passed = passed


def _with_token(client: ApiClient, token: str) -> ApiClient:
    client.http.headers["Authorization"] = token
    return client


# P1: a pull is opened by a request, which never gets less than what was committed before it.


async def test_a_pull_opens_at_the_newest_commit_and_stays_there(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    await school.import_one_more()
    opened = await _page(client, "users")
    assert opened == school.size
    for offset in (2, 4, 6):
        await school.grow()
        assert await _page(client, "users", offset) == opened
    for collection in ("orgs", "classes", "courses", "enrollments"):
        for offset in (0, 2, 4, 6):
            assert await _page(client, collection, offset) == opened


async def test_a_delta_and_a_full_pull_of_one_token_are_two_pulls(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    bookmark = timestamp_text(await school.stamp())
    full = await _page(client, "users")
    await school.grow()
    delta = {"filter": f"dateLastModified>'{bookmark}'"}

    changed = await client.get("/users", params=delta)
    assert _ids(changed) == [_id(school.size)]
    await school.grow()
    of_orgs = await client.get("/orgs", params=delta)

    assert _ids(of_orgs) == _ids(changed)
    assert await _page(client, "users", 2) == full
    assert await _page(client, "orgs") == full


async def test_deltas_of_two_bookmarks_are_two_pulls(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    first = timestamp_text(await school.stamp())
    await school.grow()
    second = timestamp_text(await school.stamp())
    of_first = await client.get("/users", params={"filter": f"dateLastModified>'{first}'"})
    assert _ids(of_first) == [_id(6)]
    await school.grow()

    of_second = await client.get("/orgs", params={"filter": f"dateLastModified>'{second}'"})
    of_first = await client.get("/orgs", params={"filter": f"dateLastModified>'{first}'"})

    assert _ids(of_second) == [_id(7)]
    assert _ids(of_first) == [_id(6)]


async def test_two_clients_share_no_pull(school: School, service: Service) -> None:
    one = await service.client(school.configuration, name="one")
    other = await service.client(school.configuration, name="other")
    opened = await _page(one, "users")
    await school.grow()

    assert await _page(other, "orgs") == school.size
    assert await _page(other, "users") == school.size
    assert await _page(one, "users", 2) == opened
    assert await _page(one, "orgs") == opened


# P2: what joins a pull and what opens one.


@pytest.mark.parametrize("tokens", [1, 5])
async def test_five_collections_asked_in_parallel_end_in_one_pull(
    school: School, service: Service, tokens: int
) -> None:
    client = await service.client(school.configuration)

    async def page(collection: str, token: str, offset: int) -> int:
        answer = await client.get(
            f"/{collection}",
            params={"offset": offset, "limit": 2},
            headers={"Authorization": token},
        )
        return _moment_of(answer, offset, 2)

    headers: list[str] = []
    for _ in range(3):
        if tokens > 1 or not headers:
            headers = [await _new_token(client) for _ in range(tokens)] * (5 // tokens)
        first, *_ = await asyncio.gather(
            *(page(*each, 0) for each in zip(COLLECTIONS, headers, strict=True)),
            school.import_one_more(),
        )
        await school.grow()
        for offset in (2, 4):
            moments = await asyncio.gather(
                *(page(*each, offset) for each in zip(COLLECTIONS, headers, strict=True))
            )
            assert moments == [first] * 5


async def test_first_pages_in_parallel_show_one_moment_while_data_arrives(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    for _ in range(5):
        before = school.size
        *moments, _ = await asyncio.gather(
            *(_page(client, collection) for collection in COLLECTIONS), school.import_one_more()
        )
        assert len(set(moments)) == 1
        assert moments[0] >= before


async def test_a_key_seen_again_opens_a_new_pull(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    opened = await _page(client, "users")
    await school.grow()
    assert await _page(client, "orgs") == opened

    again = await _page(client, "users", limit=3)

    assert again == school.size
    await school.grow()
    assert await _page(client, "orgs") == again
    assert await _page(client, "users", 3) == again


@pytest.mark.parametrize(
    "others",
    [
        {"filter": "status='active'"},
        {"sort": "familyName"},
        {"sort": "familyName", "orderBy": "asc"},
        {"fields": "sourcedId,familyName"},
    ],
)
async def test_another_filter_sort_or_selection_is_another_key(
    school: School, service: Service, others: dict[str, str]
) -> None:
    client = await service.client(school.configuration)
    opened = await _page(client, "users")
    await school.grow()

    assert await _page(client, "users", others=others) == opened
    assert await _page(client, "users", 2, others=others) == opened
    assert await _page(client, "users", others=others) == school.size


async def test_another_path_is_another_key(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    opened = await _page(client, "users")
    await school.grow()

    assert await _page(client, "students") == opened
    (enrollment,) = _ids(await client.get(f"/classes/{_id(1)}/students", params={"offset": 0}))
    assert enrollment == _id(1)
    newest = await client.get(f"/classes/{_id(school.size)}/students", params={"offset": 0})
    assert _ids(newest) == [], "a class that the pull does not have yet"


async def test_a_bare_count_and_the_first_page_after_it_are_one_pull(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    counted = await _probe(client, "users")
    await school.grow()
    assert await _page(client, "users") == counted
    await school.grow()
    assert await _page(client, "users", 2) == counted

    assert await _page(client, "users") == school.size


async def test_a_bare_request_after_a_page_opens_a_new_pull(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    await _page(client, "users")
    await school.grow()

    assert await _probe(client, "users") == school.size


async def test_all_collections_counted_before_their_pages_are_one_pull(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    counted = [await _probe(client, collection) for collection in COLLECTIONS]
    await school.grow()
    opened = [await _page(client, collection) for collection in COLLECTIONS]
    assert counted == opened == [BEGINNING] * 5


async def test_a_token_per_collection_is_one_pull_and_the_next_run_a_newer_one(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    for _ in range(2):
        opened = school.size
        for collection in COLLECTIONS:
            await client.take_token()
            assert await _probe(client, collection) == opened
            for offset in range(0, opened, 2):
                assert await _page(client, collection, offset) == opened
            await school.grow()


async def test_the_same_first_page_twice_at_once_is_answered_twice(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    moments = await asyncio.gather(*(_page(client, "users") for _ in range(6)))
    assert moments == [school.size] * 6


# P3: pages after the first.


async def test_pages_counted_by_offset_show_one_moment(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    seen: list[str] = []
    for offset in (0, 2, 4, 6):
        page = await client.get("/users", params={"limit": 2, "offset": offset})
        assert page.headers["x-total-count"] == str(BEGINNING)
        seen += _ids(page)
        await school.grow()
    assert seen == _rows(BEGINNING)


async def test_pages_asked_in_parallel_and_in_any_order_show_one_moment(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    opened = await _page(client, "users", limit=1)
    await school.grow()

    moments = await asyncio.gather(
        *(
            _page(client, "users", offset, limit=limit)
            for offset in (4, 2, 3, 1)
            for limit in (1, 2)
        )
    )

    assert moments == [opened] * 8


async def test_our_link_names_its_edition_whatever_else_the_token_reads(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    old = _links(await client.get("/users?limit=2&offset=0"))["next"]
    await school.grow()
    newer = await _page(client, "users")
    assert newer == school.size

    assert _moment_of(await client.http.get(old), 2, 2) == BEGINNING
    assert await _page(client, "users", 2) == newer
    await client.take_token()
    assert _moment_of(await client.http.get(old), 2, 2) == BEGINNING


async def test_links_forth_and_back_lead_through_one_moment(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    page = await client.get("/users?limit=2")
    for relation, offset in (("next", 2), ("next", 4), ("prev", 2), ("first", 0), ("last", 4)):
        await school.grow()
        page = await client.http.get(_links(page)[relation])
        assert _moment_of(page, offset, 2) == BEGINNING
    assert "next" not in _links(page)


async def test_each_token_goes_on_with_its_own_pull(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    one, other = await _new_token(client), await _new_token(client)
    assert await _page(_with_token(client, one), "users") == BEGINNING
    await school.grow()
    newer = await _page(_with_token(client, other), "users")
    assert newer == BEGINNING + 1
    await school.grow()

    for offset in (2, 4):
        assert await _page(_with_token(client, one), "users", offset) == BEGINNING
        assert await _page(_with_token(client, other), "users", offset) == newer


async def test_a_new_token_in_the_middle_goes_on_where_the_client_was(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    for offset in (0, 2):
        assert await _page(client, "users", offset) == BEGINNING
        await school.grow()
    await client.take_token()

    assert await _page(client, "users", 4) == BEGINNING
    assert await _page(client, "orgs") == BEGINNING
    await client.take_token()
    assert await _page(client, "orgs", 2) == BEGINNING


@pytest.mark.parametrize("later", [timedelta(), timedelta(seconds=30)])
async def test_a_new_token_goes_on_with_that_pull_which_has_come_to_its_offset(
    school: School, service: Service, later: timedelta
) -> None:
    client = await service.client(school.configuration)
    one, other = await _new_token(client), await _new_token(client)
    for offset in (0, 2):
        assert await _page(_with_token(client, one), "users", offset) == BEGINNING
    await school.grow()
    newer = await _page(_with_token(client, other), "users")
    assert newer == BEGINNING + 1
    await school.grow()
    if later:
        await _later(service, later)

    await client.take_token()
    assert await _page(client, "users", 4) == BEGINNING
    await client.take_token()
    assert await _page(client, "users", 2) == newer


async def test_never_asked_for_a_first_page_a_later_one_shows_the_newest(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    await school.import_one_more()
    assert await _page(client, "users", 2, limit=1) == school.size


async def test_a_page_never_begun_is_answered_beside_a_pull_of_other_collections(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    assert await _page(client, "orgs") == BEGINNING
    assert await _page(client, "users", 2, limit=1) == BEGINNING


async def test_a_pull_that_is_gone_is_refused_and_begins_again_at_the_start(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    await _page(client, "users")
    await school.grow()
    await _later(service, timedelta(minutes=21))

    for collection in ("users", "users"):
        assert "start again" in await _refused(client, collection, 2)
    await client.take_token()
    assert "start again" in await _refused(client, "users", 2)

    again = await _page(client, "users")
    assert again == school.size
    assert await _page(client, "users", 2) == again


async def test_a_pull_of_hours_ago_is_refused_and_one_of_yesterday_is_forgotten(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    await _page(client, "users")
    await school.grow()
    for hours in (3, 23):
        await _later(service, timedelta(hours=hours))
        assert "start again" in await _refused(client, "users", 2)
    await _later(service, timedelta(hours=25))
    assert await _page(client, "users", 2) == school.size


async def test_a_link_to_an_edition_of_another_configuration_is_refused(
    owner: Database, publishing: Publishing, school: School, service: Service
) -> None:
    await school.grow()
    client = await service.client(school.configuration)
    await _page(client, "users")
    configuration = await new_configuration(owner)
    theirs = School(owner, publishing, configuration, await add_school(owner, configuration))
    await theirs.grow()
    stranger = await service.client(configuration)
    assert await _page(stranger, "users") == 1

    for offset in (0, 2):
        assert "start again" in await _refused(stranger, "users", offset, edition="2")
    assert await _page(stranger, "users", others={"edition": "1"}) == 1


# Several processes serve one consumer.


@pytest_asyncio.fixture
async def other_process(
    database: TestDatabase, publishing: Publishing, service: Service
) -> AsyncIterator[Service]:
    """Another process of the same deployment: its memory is its own, the database is not."""
    settings = OneRosterSettings(
        database_url=SecretStr(database.url(Role.ONEROSTER)),
        service_token=SecretStr(SERVICE_TOKEN),
        secret_key=SecretStr(SECRET_KEY),
        today=IN_OCTOBER,
        public_url="https://sds.example.be",
    )
    app = create_app(settings)
    app.state.database = publishing.database
    app.state.oauth = OAuthService.create(publishing.database, settings)
    freshness = Freshness(publishing.publisher(), settings.opening_wait_seconds)
    async with (
        DriverPool(settings.database_url.get_secret_value(), application="tests", size=5) as pool,
        AsyncExitStack() as stack,
    ):
        stack.push_async_callback(freshness.close)
        app.state.roster = Roster(
            pool,
            app.state.oauth.verifier,
            freshness,
            PublicOrigin(settings.public_url, settings.trusted_proxies),
            service.time.now,
        )
        yield Service(app, service.owner, stack, service.time)


async def _at(process: Service, client: ApiClient) -> ApiClient:
    """The same consumer, answered by that process."""
    http = httpx.AsyncClient(
        transport=httpx.ASGITransport(process.app),
        base_url="https://sds.example.be",
        headers=client.http.headers,
    )
    return replace(client, http=await process.stack.enter_async_context(http))


async def test_processes_in_turn_answer_from_one_pull(
    school: School, service: Service, other_process: Service
) -> None:
    here = await service.client(school.configuration)
    there = await _at(other_process, here)
    opened = await _page(here, "users", limit=1)
    for offset, client in enumerate((there, here, there), start=1):
        await school.grow()
        assert await _page(client, "users", offset, limit=1) == opened
    assert await _page(there, "orgs") == opened
    assert await _page(here, "orgs", 2) == opened
    moments = await asyncio.gather(
        _page(here, "classes"), _page(there, "courses"), _page(here, "enrollments")
    )
    assert set(moments) == {opened}


async def test_first_pages_in_parallel_at_two_processes_end_in_one_pull(
    school: School, service: Service, other_process: Service
) -> None:
    here = await service.client(school.configuration)
    there = await _at(other_process, here)
    processes = (here, there, here, there, here)
    for _ in range(4):
        *moments, _ = await asyncio.gather(
            *(_page(*each) for each in zip(processes, COLLECTIONS, strict=True)),
            school.import_one_more(),
        )
        assert len(set(moments)) == 1


async def test_a_pull_begun_anew_at_one_process_is_read_on_at_the_other(
    school: School, service: Service, other_process: Service
) -> None:
    here = await service.client(school.configuration)
    there = await _at(other_process, here)
    assert await _page(here, "users") == await _page(here, "users", 2) == BEGINNING
    await school.grow()
    newer = await _page(there, "users")
    assert newer == BEGINNING + 1

    assert await _page(here, "users", 2) == newer
    assert await _page(there, "users", 4) == newer
    assert await _page(here, "users", 4) == newer


async def test_a_token_finds_its_pull_however_often_another_of_the_client_begins(
    school: School, service: Service, other_process: Service
) -> None:
    here = await service.client(school.configuration)
    there = await _at(other_process, here)
    assert await _page(here, "users") == BEGINNING
    await school.grow()
    await here.take_token()
    for _ in range(110):
        await _page(here, "users")

    assert await _page(there, "users", 2) == BEGINNING


# P4: what reads the newest edition and opens nothing.


async def _single(client: ApiClient, person: str) -> str:
    return str((await client.get(f"/users/{person}")).json()["user"]["givenName"])


async def _by_filter(client: ApiClient, text: str) -> str:
    users = (await client.get("/users", params={"filter": text})).json()["users"]
    (user,) = users
    return str(user["givenName"])


async def _by_id(client: ApiClient, person: str) -> str:
    return await _by_filter(client, f"sourcedId='{person}'")


async def _by_id_and_status(client: ApiClient, person: str) -> str:
    return await _by_filter(client, f"sourcedId='{person}' AND status='active'")


async def _by_username(client: ApiClient, person: str) -> str:
    user = (await client.get(f"/users/{person}")).json()["user"]
    return await _by_filter(client, f"username='{user['username']}'")


Reading = Callable[[ApiClient, str], Awaitable[str]]
IDENTITY: list[Reading] = [_single, _by_id, _by_id_and_status, _by_username]


@pytest.mark.parametrize("read", IDENTITY)
async def test_identity_reads_the_newest_in_the_middle_of_a_pull(
    school: School, service: Service, read: Reading
) -> None:
    client = await service.client(school.configuration)
    opened = await _page(client, "users")
    await school.grow()
    await school.rename(_id(5), "Piet")
    assert await read(client, _id(5)) == "Piet"
    assert await read(client, _id(school.size)) == "Jan"
    users = (await client.get("/users?limit=100&offset=0&sort=sourcedId")).json()["users"]
    assert {user["givenName"] for user in users} == {"Jan"}
    assert await _page(client, "users", 2) == opened


@pytest.mark.parametrize("read", IDENTITY)
async def test_identity_opens_no_pull(school: School, service: Service, read: Reading) -> None:
    client = await service.client(school.configuration)
    assert await read(client, _id(5)) == "Jan"
    await school.grow()

    assert await _page(client, "orgs") == school.size


@pytest.mark.parametrize("read", IDENTITY)
async def test_identity_keeps_no_pull_alive(
    school: School, service: Service, read: Reading
) -> None:
    client = await service.client(school.configuration)
    await _page(client, "users")
    await _later(service, timedelta(minutes=15))
    await read(client, _id(5))
    await _later(service, timedelta(minutes=30))
    assert "start again" in await _refused(client, "users", 2)


# P5: how long a pull lasts, and what it keeps.


async def test_a_pull_that_is_read_lasts_longer_than_twenty_minutes(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    opened = await _page(client, "users", limit=1)
    for number in range(1, 5):
        await school.grow()
        await _later(service, timedelta(minutes=19 * number))
        assert await _page(client, "users", number, limit=1) == opened
    assert await _page(client, "orgs") == opened


async def test_a_pull_ends_after_two_hours_however_it_is_read(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    opened = await _page(client, "users")
    await school.grow()
    for minutes in range(15, 120, 15):
        await _later(service, timedelta(minutes=minutes))
        assert await _page(client, "users", 2) == opened
    await _later(service, timedelta(minutes=121))

    assert "start again" in await _refused(client, "users", 4)
    assert await _page(client, "orgs") == school.size


async def test_an_idle_pull_is_not_joined_by_another_collection(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    await _page(client, "users")
    await school.grow()
    await _later(service, timedelta(minutes=21))

    assert await _page(client, "orgs") == school.size
    assert "start again" in await _refused(client, "users", 2)


async def test_an_edition_that_nobody_reads_is_pruned_once_superseded(school: School) -> None:
    for name in ("Piet", "Joris", "Korneel"):
        await school.rename(_id(5), name)
    assert await school.versions_of(_id(5)) == 1


async def test_an_edition_that_a_pull_reads_is_kept_and_those_between_are_not(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    first = await client.get("/users?limit=1&offset=0")
    for name in ("Piet", "Joris", "Korneel"):
        await school.rename(_id(5), name)

    assert await school.versions_of(_id(5)) == 2
    again = (await client.get("/users?limit=1&offset=0&fields=sourcedId,givenName")).json()["users"]
    assert again == [{"sourcedId": _id(5), "givenName": "Jan"}]
    assert await _page(client, "users", 2) == BEGINNING
    assert _moment_of(await client.http.get(_links(first)["next"]), 1, 1) == BEGINNING


@pytest.mark.parametrize("ago", [timedelta(minutes=21), timedelta(hours=2, minutes=1)])
async def test_what_a_pull_kept_is_pruned_after_its_end_and_its_links_are_refused(
    school: School, service: Service, ago: timedelta
) -> None:
    client = await service.client(school.configuration)
    service.time.passed = -ago
    first = await client.get("/users?limit=2&offset=0")
    assert _moment_of(first, 0, 2) == BEGINNING
    service.time.passed = timedelta()
    for name in ("Piet", "Joris"):
        await school.rename(_id(5), name)

    assert await school.versions_of(_id(5)) == 1
    gone = await client.http.get(_links(first)["next"])
    assert gone.status_code == 400
    assert "start again" in gone.json()["statusInfoSet"][0]["imsx_description"]


# ETags (publication.md, "Reading fast"): a 304 does to a pull what a 200 would.


def _if_none_match(answer: httpx.Response) -> dict[str, str]:
    return {"If-None-Match": answer.headers["etag"]}


async def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_is(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    first = await client.get("/users?limit=2&offset=0")
    known = _if_none_match(first)

    unchanged = await client.get("/users?limit=2&offset=0", headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == first.headers["etag"]
    other_page = await client.get("/users?limit=2&offset=2", headers=known)
    assert _moment_of(other_page, 2, 2) == BEGINNING

    await school.import_one_more()
    changed = await client.get("/users?limit=2&offset=0", headers=known)
    assert _moment_of(changed, 0, 2) == school.size
    assert changed.headers["etag"] != first.headers["etag"]


async def test_not_modified_opens_a_pull(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    known = _if_none_match(await client.get("/users?limit=2&offset=0"))
    await _later(service, timedelta(minutes=21))
    assert (await client.get("/users?limit=2&offset=0", headers=known)).status_code == 304
    await school.grow()

    assert await _page(client, "users", 2) == BEGINNING
    assert await _page(client, "orgs") == BEGINNING


async def test_not_modified_joins_a_pull_and_counts_as_seen(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    known = _if_none_match(await client.get("/orgs?limit=2&offset=0"))
    await client.take_token()
    assert await _page(client, "users") == BEGINNING
    assert (await client.get("/orgs?limit=2&offset=0", headers=known)).status_code == 304
    await school.grow()
    assert await _page(client, "orgs", 2) == BEGINNING

    again = await client.get("/orgs?limit=2&offset=0", headers=known)
    assert _moment_of(again, 0, 2) == school.size


async def test_not_modified_keeps_a_pull_alive(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    await _page(client, "users")
    known = _if_none_match(await client.get("/users?limit=2&offset=2"))
    await school.grow()
    for minutes in (15, 30, 45):
        await _later(service, timedelta(minutes=minutes))
        page = await client.get("/users?limit=2&offset=2", headers=known)
        assert page.status_code == 304
    assert await _page(client, "users", 4) == BEGINNING


# Bookmarks that a consumer takes from its own clock.


def _since(moment: datetime) -> dict[str, str]:
    return {"filter": f"dateLastModified>'{timestamp_text(moment)}'"}


async def test_a_bookmark_ahead_of_the_last_pull_loses_nothing_where_the_client_is_set_so(
    school: School, service: Service
) -> None:
    careful = await service.client(school.configuration, name="set", bookmarks_by_clock=True)
    other = await service.client(school.configuration, name="unset")
    for client in (careful, other):
        assert await _page(client, "users") == BEGINNING
    await school.grow()
    ahead = Clock.now() + timedelta(minutes=10)

    for collection in COLLECTIONS:
        delta = await careful.get(f"/{collection}", params=_since(ahead))
        assert _ids(delta) == [_id(school.size)]
        assert _ids(await other.get(f"/{collection}", params=_since(ahead))) == []


async def test_a_bookmark_behind_the_last_pull_is_taken_as_it_is(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration, bookmarks_by_clock=True)
    before = await school.stamp()
    await school.grow()
    assert await _page(client, "users") == school.size
    await school.grow()

    assert _ids(await client.get("/users", params=_since(before))) == [_id(6), _id(7)]


@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=30), timedelta(hours=12)])
async def test_a_delta_asked_again_after_it_failed_loses_nothing(
    school: School, service: Service, later: timedelta
) -> None:
    client = await service.client(school.configuration, bookmarks_by_clock=True)
    await _page(client, "users")
    for _ in range(3):
        await school.grow()
    ahead = Clock.now() + timedelta(minutes=10)
    begun = await client.get("/users", params={**_since(ahead), "limit": 2, "offset": 0})
    assert begun.headers["x-total-count"] == "3"

    await _later(service, later)
    await client.take_token()
    again = [
        each
        for offset in (0, 2, 4)
        for each in _ids(
            await client.get("/users", params={**_since(ahead), "limit": 2, "offset": offset})
        )
    ]

    assert sorted(again) == _rows(school.size)[:3]


async def test_after_a_delta_the_next_one_begins_where_it_ended(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration, bookmarks_by_clock=True)
    await _page(client, "users")
    ahead = Clock.now() + timedelta(minutes=10)
    for _ in range(3):
        await school.grow()
        ahead += timedelta(minutes=1)
        for collection in COLLECTIONS:
            delta = await client.get(f"/{collection}", params=_since(ahead))
            assert _ids(delta) == [_id(school.size)]


async def test_a_full_pull_of_another_collection_hides_no_change_from_a_delta(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration, bookmarks_by_clock=True)
    for collection in ("users", "orgs"):
        await _page(client, collection)
    await school.grow()
    await client.get("/orgs?limit=100")
    ahead = Clock.now() + timedelta(minutes=10)

    assert _ids(await client.get("/users", params=_since(ahead))) == [_id(school.size)]


async def test_a_delta_asked_again_after_days_begins_where_it_began(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration, bookmarks_by_clock=True)
    await _page(client, "users")
    await school.grow()
    ahead = Clock.now() + timedelta(minutes=10)
    assert _ids(await client.get("/users", params=_since(ahead))) == [_id(school.size)]

    await _later(service, timedelta(days=3))
    await client.take_token()

    assert _ids(await client.get("/users", params=_since(ahead))) == [_id(school.size)]


async def test_a_page_with_fewer_rows_than_promised_is_refused(
    school: School, service: Service, owner: Database
) -> None:
    client = await service.client(school.configuration)
    await _page(client, "users")
    async with owner.transaction() as connection:
        await connection.execute(
            delete(roster.users).where(
                roster.users.c.configuration_id == school.configuration.id,
                roster.users.c.sourced_id == _id(4),
            )
        )

    last = await client.get("/users?limit=2&offset=4")

    assert last.status_code == 503
    assert last.headers["Retry-After"]


async def test_joining_pulls_and_writing_their_progress_do_not_wait_for_each_other(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    tokens = [await _new_token(client) for _ in range(8)]
    collections = ("users", "orgs")
    pulls = service.app.state.roster.pulls

    async def pages(token: str, order: Sequence[str]) -> set[int]:
        """Each first page opens or joins a pull, each later one notes how far it came."""
        return {
            (
                await client.get(
                    f"/{collection}?limit=2&offset={offset}", headers={"Authorization": token}
                )
            ).status_code
            for _ in range(4)
            for collection in order
            for offset in (0, 2)
        }

    async def writing() -> None:
        while not done.is_set():
            await pulls.write()
            await asyncio.sleep(0)

    done = asyncio.Event()
    writer = asyncio.create_task(writing())
    statuses = await asyncio.gather(
        *(pages(token, collections[:: 1 - 2 * (n % 2)]) for n, token in enumerate(tokens))
    )
    done.set()
    await writer
    assert set().union(*statuses) == {200}
