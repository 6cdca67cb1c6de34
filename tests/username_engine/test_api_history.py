"""The history of a name over HTTP: who did what, append-only, and undoing from it."""

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from services.username_engine.usernames.domain_policies import follow_domain_policies
from shared.database import Database
from tests.arranging import add_staff, add_student, change_configuration
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, caller, calling, named, school_with
from tests.username_engine.looking import AUTUMN, names_of
from tests.username_engine.test_api_editing import refused

READ, WRITE = Right.READ, Right.WRITE


async def event_of(api: Api, person: str, kind: str, index: int = 0) -> dict[str, Any]:
    """Of the person's events of that kind the newest, or an older one."""
    events: list[dict[str, Any]] = (await api.history(person))["items"]
    return [event for event in events if event["kind"] == kind][index]


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
            "rule": None,
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


async def test_an_edit_is_undone_and_the_undoing_too(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.edit(person, username="eerste")
        await api.edit(person, username="tweede")
        last, first = [(await event_of(api, person, "edited", index))["id"] for index in (0, 1)]
        one_back = await api.undo(person, last)
        all_back = await api.undo(person, first)
        rule_of_generated = (await names_of(owner, configuration))[person].rule
        newest = await event_of(api, person, "edited")
        forth = await api.undo(person, newest["id"])
        again = await api.undo(person, newest["id"])
        history = await api.history(person)

    assert one_back.status_code == 200, one_back.text
    assert one_back.headers["etag"] == '"4"'
    assert [answer.json()["username"] for answer in (one_back, all_back, forth)] == [
        "eerste",
        "bert.ameel",
        "eerste",
    ]
    # It is the format's name again, so a rename by plan may touch it.
    assert rule_of_generated == "{voornaam}.{familienaam}"
    assert (await names_of(owner, configuration))[person].rule == "edited"
    assert newest["rule"] == f"undo:{first}"
    assert (again.json()["changed"], again.json()["version"]) == (False, 6)
    assert history["total"] == 6


async def test_a_change_of_sync_is_undone_without_touching_the_name(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.sync(sync=True, persons=[person])
        await api.edit(person, username="bert")
        event = await event_of(api, person, "sync_set")
        answer = await api.undo(person, event["id"])

    assert (answer.json()["sync"], answer.json()["username"]) == (False, "bert")


async def test_of_an_edit_of_both_each_is_undone_alone(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.edit(person, username="bert", sync=True)
        answer = await api.undo(person, (await event_of(api, person, "edited"))["id"])

    assert (answer.json()["sync"], answer.json()["username"]) == (True, "bert.ameel")


async def test_it_is_refused_where_the_name_may_not_be_saved_now(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner, "provider")
    person = await add_student(owner, configuration, place)
    other = await add_student(owner, configuration, place, "Mia", "Maes")
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.edit(person, username="bert@school.be")
        to_bare = (await event_of(api, person, "edited"))["id"]
        await api.edit(person, username="bertje")
        to_domain = (await event_of(api, person, "edited"))["id"]
        await api.edit(other, username="bert.ameel")
        taken = await api.undo(person, to_bare)
        await change_configuration(owner, configuration, student_domain_policy="tenant")
        with_domain = await api.undo(person, to_domain)

    document = refused(taken, 409, "username.taken")
    assert document["detail"] == "'bert.ameel' is al in gebruik. Pas de gebruikersnaam aan."
    assert document["proposal"] == "bert.ameel2"
    refused(with_domain, 422, "username.domain_not_allowed")
    assert (await names_of(owner, configuration))[person].local_part == "bertje"


async def test_it_warns_as_an_edit_does_and_takes_if_match(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    other = await add_student(owner, configuration, place, "Mia", "Maes")
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.edit(person, username="iets")
        await api.edit(other, username="bertameel")
        event = (await event_of(api, person, "edited"))["id"]
        stale = await api.undo(person, event, headers={"If-Match": '"1"'})
        done = await api.undo(person, event, headers={"If-Match": '"2"', "Accept-Language": "en"})

    refused(stale, 412, "version.conflict")
    assert done.json()["warnings"] == [
        {
            "code": "username.folded_twin",
            "detail": "'bert.ameel' differs only in punctuation from somebody else's username",
        }
    ]


async def test_an_event_of_somebody_else_is_not_in_the_persons_history(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    other = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.edit(other, username="iets")
        event = (await event_of(api, other, "edited"))["id"]
        refused(await api.undo(person, event), 404, "history.unknown")
        refused(await api.undo(person, 2**62), 404, "history.unknown")
        created = (await event_of(api, person, "created"))["id"]
        refused(await api.undo(person, created), 409, "history.not_undoable")
        assert (await api.history(other, OPERATOR))["total"] == 2
