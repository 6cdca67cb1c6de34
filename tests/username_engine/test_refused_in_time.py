"""Who may not write holds nobody up, and learns nothing from how long the answer takes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.api import writing
from services.username_engine.usernames.counters import take_turn
from shared.database import Database
from shared.tables import sis
from tests.arranging import add_location, add_school, add_staff, add_student, change
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import Api, calling, named, school_with
from tests.username_engine.looking import names_of


def caller(right: Right, school: str) -> Principal:
    return Principal(
        "00u1", "Els Claes", grants=frozenset(Grant(group, right, school) for group in Group)
    )


Ask = Callable[[], Awaitable[httpx.Response]]


def writes(api: Api, person: str, by: Principal) -> list[Ask]:
    return [
        partial(api.edit, person, by, username="een.ander"),
        partial(api.edit, person, by, sync=True),
        partial(api.undo, person, 1, by),
        partial(api.sync, by, persons=[person], sync=True),
    ]


async def every_write(api: Api, person: str, by: Principal, school: str) -> list[httpx.Response]:
    """The last is of a list."""
    rows = {"group": "students", "at_school": school}
    return [
        *[await ask() for ask in writes(api, person, by)],
        await api.sync(by, list=rows, sync=True),
    ]


async def test_who_may_not_write_is_refused_while_another_has_the_turn(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "LOCK_TIMEOUT", "50ms")
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    reader, stranger = caller(Right.READ, place.school_number), caller(Right.WRITE, "999999")
    writer = caller(Right.WRITE, place.school_number)

    async with calling(database, configuration) as api, owner.transaction() as connection:
        await take_turn(connection, configuration.id)
        of_reader = await every_write(api, person, reader, place.school_number)
        of_stranger = await every_write(api, person, stranger, place.school_number)
        of_writer = await every_write(api, person, writer, place.school_number)

    assert [answer.status_code for answer in of_reader] == [403] * 5
    assert [answer.status_code for answer in of_stranger] == [404] * 4 + [200]
    assert of_stranger[-1].json()["selected"] == 0
    assert [answer.status_code for answer in of_writer] == [503] * 5


async def somebody_waits(owner: Database, holder: int) -> bool:
    waits = text(
        "select 1 from pg_locks where not granted and :holder = any(pg_blocking_pids(pid))"
    )
    async with owner.transaction() as connection:
        return (await connection.execute(waits, {"holder": holder})).first() is not None


async def test_whose_right_goes_while_he_waits_for_his_turn_is_refused(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    elsewhere = await add_location(owner, configuration, await add_school(owner, configuration))
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    writer = caller(Right.WRITE, place.school_number)
    moved = {"school_number": elsewhere.school_number, "location_number": elsewhere.number}

    async with calling(database, configuration) as api:
        for ask in writes(api, person, writer):
            async with owner.transaction() as connection:
                await take_turn(connection, configuration.id)
                holder = (await connection.execute(text("select pg_backend_pid()"))).scalar_one()
                waiting = asyncio.ensure_future(ask())
                while not waiting.done() and not await somebody_waits(owner, holder):
                    pass
                await change(owner, configuration, sis.enrolment, {"person_id": person}, **moved)
            answer = await waiting
            assert (answer.status_code, answer.json()["code"]) == (404, "username.unknown")
            back = {"school_number": place.school_number, "location_number": place.number}
            await change(owner, configuration, sis.enrolment, {"person_id": person}, **back)
    name = (await names_of(owner, configuration))[person]
    assert (name.local_part, name.sync, name.version) == ("bert.ameel", False, 1)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Those that are executed meanwhile, without their values."""
    found: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_for_who_is_out_of_reach_no_more_is_read_than_for_nobody(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    foreign = await add_location(owner, configuration, await add_school(owner, configuration))
    student = await add_student(owner, configuration, foreign, "Wolf", "Zwaanhals")
    teacher = await add_staff(owner, configuration, foreign.school_number)
    await named(engine_database, configuration)
    outsider = caller(Right.WRITE, place.school_number)

    async with calling(database, configuration) as api:
        read: list[list[str]] = []
        for person in (str(uuid4()), student, teacher):
            with statements() as found:
                await api.validate(person, "een.ander", outsider)
                await every_write(api, person, outsider, "999999")
            read.append(found)

    assert len(read[0]) > 10
    assert read[1:] == [read[0], read[0]]
