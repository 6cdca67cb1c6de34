"""Importing the tenant's accounts and reading what was done to a configuration, over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.api.accounts import LARGEST_FILE
from services.username_engine.usernames.configuration_events import record_change
from services.username_engine.usernames.locks import lock_creation
from shared.database import Database
from tests.arranging import Arranged, add_student
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, caller, calling, refused, school_with
from tests.username_engine.proposals_api import call, proposed

FILE = (
    "userPrincipalName,givenName,surname\n"
    "bert.ameel@school.be,Bert,Ameel\n"
    "jan_gmail.com#EXT#@school.onmicrosoft.com,Jan,Peters\n"
)
COUNTS = {
    "accounts": 2,
    "guests": 1,
    "deleted": 0,
    "added": 2,
    "removed": 0,
    "links_kept": 0,
    "links_dropped": 0,
    "sure": 1,
    "likely": 0,
}


async def post(
    api: Api,
    content: bytes | AsyncIterator[bytes],
    who: Principal = OPERATOR,
    *,
    content_type: str | None = "text/csv",
    **params: str,
) -> httpx.Response:
    api.door.principals[who.subject] = who
    headers = {"X-Caller": who.subject, "Accept-Language": "en"}
    return await api.client.post(
        f"/api/v1/configurations/{api.configuration.name}/accounts",
        content=content,
        params=params,
        headers=headers | ({"Content-Type": content_type} if content_type else {}),
    )


@pytest.fixture
async def configuration(owner: Database) -> Arranged:
    configuration, place = await school_with(owner)
    await add_student(owner, configuration, place)
    return configuration


async def test_a_file_is_tried_then_imported_and_told(
    database: TestDatabase, configuration: Arranged
) -> None:
    async with calling(database, configuration) as api:
        empty = await call(api, "GET", "accounts")
        tried = await post(api, FILE.encode(), dry_run="true")
        still = await call(api, "GET", "accounts")
        done = await post(api, FILE.encode(), content_type="application/vnd.ms-excel")
        known = (await call(api, "GET", "accounts")).json()
        history = (await call(api, "GET", "history")).json()
        assert len(await proposed(api)) == 1

    nothing = {"accounts": 0, "linked": 0, "imported_at": None, "sure": 0, "likely": 0}
    assert empty.json() == still.json() == nothing
    assert tried.json() == {**COUNTS, "dry_run": True}
    assert done.json() == {**COUNTS, "dry_run": False}
    assert done.headers["Cache-Control"] == "no-store"
    assert known.pop("imported_at").endswith("Z")
    assert known == {"accounts": 2, "linked": 0, "sure": 1, "likely": 0}
    assert history["total"] == 1
    (event,) = history["items"]
    assert (event["kind"], event["actor"]) == ("accounts_imported", "Ops <00op>")
    assert (event["before"], event["after"]) == (None, COUNTS)


async def test_a_faulty_file_is_refused_with_every_fault_and_nothing_personal(
    database: TestDatabase, configuration: Arranged
) -> None:
    async with calling(database, configuration) as api:
        await post(api, FILE.encode())
        faulty = await post(api, b"userPrincipalName,surname\npeters,x\nmia@a.be\n")
        worthless = await post(api, b"userPrincipalName\n" + b"peters\n" * 500)
        empty = await post(api, b"")
        known = (await call(api, "GET", "accounts")).json()

    document = refused(faulty, 422, "accounts.faults")
    assert document["faults"] == [
        {
            "line": 2,
            "column": "userPrincipalName",
            "problem": "is not name@domain",
            "code": "not_an_address",
            "values": {},
        },
        {
            "line": 3,
            "column": None,
            "problem": "has 1 values, the header has 2",
            "code": "width",
            "values": {"found": 1, "expected": 2},
        },
    ]
    assert "peters" not in faulty.text
    document = refused(worthless, 422, "accounts.faults")
    assert (document["total"], len(document["faults"])) == (500, 100)
    assert refused(empty, 422, "accounts.faults")["faults"][0]["line"] is None
    assert known["accounts"] == 2


async def test_a_file_that_is_too_large_is_refused_before_it_is_held(
    database: TestDatabase, configuration: Arranged
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1024 * 1024
            yield bytes(1024 * 1024)

    async with calling(database, configuration) as api:
        refused(await post(api, endless()), 413, "accounts.too_large")
    assert sent <= LARGEST_FILE + 2 * 1024 * 1024


async def test_a_form_is_no_file(database: TestDatabase, configuration: Arranged) -> None:
    async with calling(database, configuration) as api:
        form = await post(api, FILE.encode(), content_type="multipart/form-data; boundary=x")
        refused(form, 415, "accounts.not_csv")
        assert (await post(api, FILE.encode(), content_type=None)).status_code == 200


@pytest.mark.parametrize("group", Group)
async def test_all_of_it_is_for_operators(
    database: TestDatabase, configuration: Arranged, group: Group
) -> None:
    someone = caller(Right.WRITE, "001507", group=group)
    async with calling(database, configuration) as api:
        refused(await post(api, FILE.encode(), someone), 403, "auth.forbidden")
        for path in ("accounts", "history"):
            refused(await call(api, "GET", path, someone), 403, "auth.forbidden")
        unknown = Arranged(0, "no-such-configuration")
        api.configuration = unknown
        refused(await post(api, FILE.encode()), 404, "configuration.unknown")
        refused(await call(api, "GET", "history"), 404, "configuration.unknown")


async def test_an_import_that_cannot_have_its_turn_says_so(
    owner: Database,
    database: TestDatabase,
    configuration: Arranged,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.username_engine.api.writing.LOCK_TIMEOUT", "50ms")
    async with calling(database, configuration) as api, owner.transaction() as creating:
        await lock_creation(creating, configuration.id)
        async with asyncio.timeout(10):
            refused(await post(api, FILE.encode()), 503, "username.busy")


async def test_the_history_is_read_in_parts_the_newest_first(
    owner: Database, database: TestDatabase, configuration: Arranged
) -> None:
    async with owner.transaction() as connection:
        for number in range(3):
            change: list[dict[str, Any]] = [{"limit": number}, {"limit": number + 1}]
            await record_change(connection, configuration.id, "operator", "tests", *change)
    async with calling(database, configuration) as api:
        page = (await call(api, "GET", "history", params={"limit": 2, "offset": 1})).json()
        refused(await call(api, "GET", "history", params={"limit": -1}), 422, "request.invalid")
    assert page["total"] == 3
    assert [event["after"] for event in page["items"]] == [{"limit": 2}, {"limit": 1}]
    assert all(event["rule"] == "tests" for event in page["items"])
