"""Undoing from the history over HTTP: an edit by the rules for edits."""

from typing import Any

from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from services.username_engine.usernames.domain_policies import follow_domain_policies
from services.username_engine.usernames.events import Event, EventKind, record_events
from shared.database import Database
from tests.arranging import add_staff, add_student, change_configuration
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import (
    OPERATOR,
    calling,
    event_of,
    named,
    refused,
    school_with,
)
from tests.username_engine.looking import AUTUMN, names_of


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


async def test_of_all_that_happens_only_edits_can_be_undone(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    name = {"local_part": "b.ameel", "domain": None, "rule": "{voornaam:1}.{familienaam}"}
    other = {"local_part": "b", "domain": None, "rule": "edited", "sync": False}
    events = [Event(person, kind, name | {"sync": True}, other) for kind in EventKind]
    nothing_to_go_back_to: tuple[dict[str, Any] | None, ...] = (None, {}, {"flags": []})
    without = [
        Event(person, kind, before, other)
        for kind in (EventKind.EDITED, EventKind.RENAMED, EventKind.SYNC_SET)
        for before in nothing_to_go_back_to
    ]
    async with engine_database.transaction() as connection:
        await record_events(connection, configuration.id, "operator", [*events, *without])

    async with calling(database, configuration) as api:
        found = (await api.history(person, limit="100"))["items"]
        answers = {event["id"]: await api.undo(person, event["id"]) for event in found}

    undoable = [event for event in found if event["undoable"]]
    assert {event["kind"] for event in undoable} == {"edited", "renamed", "sync_set"}
    assert len(undoable) == 3
    for event in found:
        if event["undoable"]:
            assert answers[event["id"]].status_code == 200
        else:
            refused(answers[event["id"]], 409, "history.not_undoable")
    stored = (await names_of(owner, configuration))[person]
    assert (stored.local_part, stored.sync, stored.rule) == ("b.ameel", True, name["rule"])


async def test_undoing_leaves_alone_what_the_event_did_not_change(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner, "provider")
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    created = (await names_of(owner, configuration))[person]

    async with calling(database, configuration) as api:
        await api.edit(person, username="bertje")
        await api.edit(person, username="bertje@school.be")
        name, domain = [await event_of(api, person, "edited", index) for index in (1, 0)]
        without_name = await api.undo(person, name["id"])
        by_format = (await names_of(owner, configuration))[person]
        await api.edit(person, username="hans@school.be")
        without_domain = await api.undo(person, domain["id"])

    assert without_name.json()["username"] == "bert.ameel@school.be"
    assert by_format.rule == created.rule
    assert without_domain.json()["username"] == "hans"
    # That name was typed, so no plan renames it.
    assert (await names_of(owner, configuration))[person].rule == "edited"


async def test_a_name_is_undone_also_after_the_domain_policy_was_turned_round(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_staff(owner, configuration, place.school_number)
    await named(engine_database, configuration)
    async with calling(database, configuration) as api:
        await api.edit(person, username="annie")
    await change_configuration(owner, configuration, staff_domain_policy="provider")
    tenant, provider = DomainPolicy.TENANT, DomainPolicy.PROVIDER
    async with owner.transaction() as connection:
        await follow_domain_policies(
            connection,
            configuration.id,
            DomainPolicies(tenant, tenant),
            DomainPolicies(tenant, provider),
            today=AUTUMN.today(),
            actor="operator",
        )

    async with calling(database, configuration) as api:
        answer = await api.undo(person, (await event_of(api, person, "edited"))["id"])

    assert answer.status_code == 200, answer.text
    assert answer.json()["username"] == "an.desmet@staff.be"
