"""Several who write at once, and what is told to who does not get his turn."""

import asyncio

import pytest
from sqlalchemy import text

from services.username_engine.api import writing
from services.username_engine.usernames.counters import take_turn
from shared.database import Database
from shared.roles import Role
from tests.arranging import (
    add_student,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import calling, named, refused, school_with
from tests.username_engine.looking import names_of


async def test_of_two_editors_at_once_one_is_told(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        answers = await asyncio.gather(
            *(api.edit(person, if_match='"1"', username=f"editor{n}") for n in range(8))
        )

    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    for answer in answers:
        if answer is not won[0]:
            document = refused(answer, 412, "version.conflict")
            assert document["present"]["username"] == won[0].json()["username"]
    assert (await names_of(owner, configuration))[person].version == 2


async def test_two_persons_one_name_at_once(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    persons = [await add_student(owner, configuration, place) for _ in range(6)]
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        answers = await asyncio.gather(
            *(api.edit(person, username="de.naam") for person in persons)
        )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 409, 409, 409, 409, 409]
    proposals = {answer.json().get("proposal") for answer in answers} - {None}
    assert proposals == {"de.naam2"}


async def test_an_edit_and_a_creation_at_once_never_share_a_name(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place, "Mia", "Maes")
    await named(engine_database, configuration)
    for _ in range(5):
        await add_student(owner, configuration, place)

    async with calling(database, configuration) as api:
        edited, _ = await asyncio.gather(
            api.edit(person, username="bert.ameel"), named(engine_database, configuration)
        )

    assert edited.status_code in {200, 409}
    found = [name.local_part.lower() for name in (await names_of(owner, configuration)).values()]
    assert len(found) == len(set(found)) == 6


async def test_sync_that_the_database_does_not_take_is_said_so(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    caplog: pytest.LogCaptureFixture,
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration, role=Role.ONEROSTER) as api:
        single = await api.edit(person, sync=True)
        many = await api.sync(sync=True, persons=[person])

    assert refused(single, 503, "sync.not_saved")["detail"] == "Opslaan sync mislukt"
    assert refused(many, 503, "sync.not_saved")["detail"] == "Opslaan sync mislukt"
    assert single.headers["retry-after"] == "1"
    assert not (await names_of(owner, configuration))[person].sync
    logged = [
        record.getMessage() for record in caplog.records if "not_saved" in record.getMessage()
    ]
    assert len(logged) == 2
    assert person not in "".join(logged)


async def test_who_does_not_get_his_turn_is_told_to_try_again(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "LOCK_TIMEOUT", "50ms")
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api, owner.transaction() as connection:
        await take_turn(connection, configuration.id)
        name = await api.edit(person, username="bert")
        sync = await api.edit(person, sync=True)

    assert refused(name, 503, "username.busy")["detail"].endswith("Probeer het opnieuw.")
    refused(sync, 503, "sync.not_saved")


async def test_who_loses_the_connection_while_waiting_is_told_to_try_again(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    break_those_who_wait = text(
        "select pg_terminate_backend(pid) from pg_locks"
        " where not granted and :holder = any(pg_blocking_pids(pid))"
    )

    async with calling(database, configuration) as api, owner.transaction() as connection:
        await take_turn(connection, configuration.id)
        holder = (await connection.execute(text("select pg_backend_pid()"))).scalar_one()
        edit = asyncio.create_task(api.edit(person, username="bert"))
        broken = False
        while not (broken or edit.done()):
            async with owner.transaction() as other:
                found = await other.execute(break_those_who_wait, {"holder": holder})
                broken = found.first() is not None
        answer = await edit
        # The connections that are left, and those that are opened, serve the next.
    async with calling(database, configuration) as api:
        again = await api.edit(person, username="bert")

    document = refused(answer, 503, "username.busy")
    assert "bert" not in document["detail"]
    assert answer.headers["retry-after"] == "1"
    assert (again.status_code, again.json()["version"]) == (200, 2)
