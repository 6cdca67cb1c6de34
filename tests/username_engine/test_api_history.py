"""The history of a name over HTTP: who did what, append-only."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from services.username_engine.usernames.domain_policies import follow_domain_policies
from services.username_engine.usernames.moving import move_name
from shared.database import Database
from shared.tables import sis
from tests.arranging import add_staff, add_student, change_configuration, remove
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import (
    caller,
    calling,
    event_of,
    named,
    refused,
    school_with,
)
from tests.username_engine.looking import AUTUMN

READ, WRITE = Right.READ, Right.WRITE


async def test_it_says_who_when_from_to_and_by_what_rule_the_newest_first(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    writer = caller(WRITE, place.school_number)

    async with calling(database, configuration) as api:
        await api.edit(person, writer, username="bert")
        await api.sync(sync=True, persons=[person])
        history = await api.history(person, writer)

    assert history["total"] == 3
    moments = [event.pop("at") for event in history["items"]]
    assert all(re.fullmatch(r"[\d-]{10}T[\d:]{8}(\.\d+)?Z", moment) for moment in moments)
    assert moments == sorted(moments, reverse=True)
    assert [event.pop("id") > 0 for event in history["items"]] == [True] * 3
    assert history["items"] == [
        {
            "actor": "Ops <00op>",
            "kind": "sync_set",
            "before": {"sync": False},
            "after": {"sync": True},
            "rule": "edited",
            "undoable": True,
        },
        {
            "actor": "Els Claes <00u1>",
            "kind": "edited",
            "before": {
                "local_part": "bert.ameel",
                "domain": None,
                "rule": "{voornaam}.{familienaam}",
            },
            "after": {
                "local_part": "bert",
                "domain": None,
                "rule": "edited",
                "reserved": "bert.ameel",
            },
            "rule": "edited",
            "undoable": True,
        },
        {
            "actor": "engine",
            "kind": "created",
            "before": None,
            "after": {"local_part": "bert.ameel", "domain": None, "sync": False, "flags": []},
            "rule": "{voornaam}.{familienaam}",
            "undoable": False,
        },
    ]


async def test_it_is_paged(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        for n in range(4):
            await api.edit(person, username=f"bert{n}")
        pages = [await api.history(person, limit="2", offset=str(offset)) for offset in (0, 2, 4)]
        too_many = await api.call("GET", f"/{person}/history", params={"limit": "1001"})

    assert [page["total"] for page in pages] == [5, 5, 5]
    assert [event["after"]["local_part"] for page in pages for event in page["items"]] == [
        "bert3",
        "bert2",
        "bert1",
        "bert0",
        "bert.ameel",
    ]
    refused(too_many, 422, "request.invalid")


async def test_a_change_of_the_configuration_that_touches_the_name_is_in_it(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner, "provider")
    person = await add_staff(owner, configuration, place.school_number)
    await named(engine_database, configuration)
    provider, tenant = DomainPolicy.PROVIDER, DomainPolicy.TENANT
    await change_configuration(owner, configuration, staff_domain_policy="tenant")
    async with owner.transaction() as connection:
        await follow_domain_policies(
            connection,
            configuration.id,
            DomainPolicies(provider, provider),
            DomainPolicies(provider, tenant),
            today=AUTUMN.today(),
            actor="operator",
        )

    async with calling(database, configuration) as api:
        event = (await api.history(person))["items"][0]
        answer = await api.undo(person, event["id"])

    assert (event["kind"], event["actor"], event["undoable"]) == (
        "domain_policy",
        "operator",
        False,
    )
    assert (event["before"], event["after"]) == ({"domain": "staff.be"}, {"domain": None})
    document = refused(answer, 409, "history.not_undoable")
    assert document["detail"] == "Deze wijziging kan niet ongedaan gemaakt worden"


async def test_the_engine_itself_can_neither_change_nor_delete_what_happened(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    for statement in (
        "update usernames.event set actor = 'somebody else'",
        "delete from usernames.event",
        "truncate usernames.event",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with engine_database.transaction() as connection:
                await connection.execute(text(statement))

    async with calling(database, configuration) as api:
        assert (await api.history(person))["total"] == 1


async def test_it_is_for_who_may_see_the_person(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    number = place.school_number

    async with calling(database, configuration) as api:
        assert (await api.history(person, caller(READ, number)))["total"] == 1
        event = (await event_of(api, person, "created"))["id"]
        for stranger in (
            caller(WRITE, number, "99"),
            caller(WRITE, number, group=Group.STAFF),
            Principal("00u9", "Nobody"),
        ):
            answer = await api.call("GET", f"/{person}/history", stranger)
            refused(answer, 404, "username.unknown")
            refused(await api.undo(person, event, stranger), 404, "username.unknown")
        for nobody in ("nobody", "no%00body"):
            refused(await api.call("GET", f"/{nobody}/history"), 404, "username.unknown")
        refused(await api.undo(person, event, caller(READ, number)), 403, "auth.forbidden")


async def test_a_moved_history_stands_in_the_order_in_which_it_happened(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    former = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    async with calling(database, configuration) as api:
        await api.edit(former, username="bertje")
        present = await add_student(owner, configuration, place)
        await named(engine_database, configuration)
        await remove(owner, configuration, sis.person, id=former)
        await move_name(
            engine_database, AUTUMN, configuration.id, former, present, actor="operator"
        )
        found = await api.history(present)
        pages = [await api.history(present, limit="1", offset=str(n)) for n in range(4)]
        copied = next(event for event in found["items"] if event["kind"] == "edited")
        undone = await api.undo(present, copied["id"])

    kinds = [event["kind"] for event in found["items"]]
    assert kinds == ["moved", "created", "edited", "created"]
    moments = [event["at"] for event in found["items"]]
    assert moments == sorted(moments, reverse=True)
    assert [page["items"][0] for page in pages] == found["items"]
    assert undone.json()["username"] == "bert.ameel"


async def test_sync_of_one_and_of_many_is_told_by_the_same_rule(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.edit(person, sync=True)
        await api.sync(persons=[person], sync=False)
        events = [await event_of(api, person, "sync_set", index) for index in (0, 1)]

    assert [event["after"] for event in events] == [{"sync": False}, {"sync": True}]
    assert [event["rule"] for event in events] == ["edited", "edited"]
