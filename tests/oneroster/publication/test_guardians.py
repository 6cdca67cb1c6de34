"""Guardians as users: who is served, with whom, under which name (docs/oneroster.md)."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from services.oneroster.publication.visibility import enter
from services.oneroster.rostering.versions import Version
from shared.clock import Clock
from shared.database import Database
from shared.tables import roster, sis, usernames
from tests.arranging import (
    Arranged,
    Place,
    add_guardian,
    add_guardianship,
    add_location,
    add_membership,
    add_school,
    add_staff,
    add_student,
    change,
    change_configuration,
    new_configuration,
    raise_counter,
    remove,
)
from tests.oneroster.conftest import Publishing
from tests.oneroster.rostering.validating import validator


async def _school(owner: Database, **choices: Any) -> tuple[Arranged, str, Place]:
    configuration = await new_configuration(owner, **{"keep_guardians": True, **choices})
    school = await add_school(owner, configuration)
    return configuration, school, await add_location(owner, configuration, school)


async def _users(publishing: Publishing, configuration: Arranged) -> dict[str, dict[str, Any]]:
    return await publishing.served(configuration, "users")


async def _users_v1p2(publishing: Publishing, configuration: Arranged) -> dict[str, dict[str, Any]]:
    table = roster.users
    async with publishing.database.transaction() as connection:
        await enter(connection, configuration.id)
        rows = await connection.execute(
            select(table.c.sourced_id, table.c.body_v1p2).where(
                table.c.configuration_id == configuration.id,
                table.c.until_edition.is_(None),
                table.c.active,
            )
        )
        return {
            sourced_id: orjson.loads(body.replace(b"\0", b"https://sds.example.be"))
            for sourced_id, body in rows
        }


def _agents(user: dict[str, Any]) -> list[str]:
    return [agent["sourcedId"] for agent in user.get("agents", ())]


def _roles(user: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["roleType"], each["role"], each["org"]["sourcedId"]) for each in user["roles"]]


async def _set_sync(owner: Database, configuration: Arranged, person: str, sync: bool) -> None:
    async with owner.transaction() as connection:
        revision = await raise_counter(connection, usernames.revision_counter, configuration.id)
        await connection.execute(
            update(usernames.username)
            .where(
                usernames.username.c.configuration_id == configuration.id,
                usernames.username.c.person_id == person,
            )
            .values(sync=sync, revision=revision)
        )


async def test_a_guardian_and_the_children_name_each_other(
    owner: Database, publishing: Publishing
) -> None:
    configuration, school, place = await _school(owner)
    other = await add_location(owner, configuration, school, "2")
    first = await add_student(owner, configuration, place, "Noor")
    second = await add_student(owner, configuration, other, "Emma")
    guardian = await add_guardian(
        owner,
        configuration,
        first,
        second,
        role="parent",
        email="ada@mail.be",
        phone="1",
        sms="2",
    )

    await publishing.publish(configuration)

    users = await _users(publishing, configuration)
    stamp = users[guardian].pop("dateLastModified")
    assert stamp
    assert users[guardian] == {
        "sourcedId": guardian,
        "status": "active",
        "username": guardian,
        "enabledUser": "false",
        "givenName": "Ada",
        "familyName": "Ameel",
        "role": "parent",
        "identifier": guardian,
        "orgs": [
            {"href": f"/orgs/{each}", "sourcedId": each, "type": "org"}
            for each in (place.sourced_id, other.sourced_id)
        ],
        "email": "ada@mail.be",
        "sms": "2",
        "phone": "1",
        "agents": [
            {"href": f"/users/{each}", "sourcedId": each, "type": "user"}
            for each in sorted((first, second))
        ],
    }
    assert _agents(users[first]) == _agents(users[second]) == [guardian]
    later = (await _users_v1p2(publishing, configuration))[guardian]
    validator(Version.V1P2, "UserDType").validate(later)
    assert _roles(later) == [
        ("primary", "parent", place.sourced_id),
        ("secondary", "parent", other.sourced_id),
    ]


async def test_what_the_source_calls_otherwise_is_a_guardian_with_its_own_word_on_1_2(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    child = await add_student(owner, configuration, place)
    guardian = await add_guardian(owner, configuration, child, role="legal tutor", identifier="R-1")

    await publishing.publish(configuration)

    served = (await _users(publishing, configuration))[guardian]
    assert (served["role"], served["identifier"]) == ("guardian", "R-1")
    later = (await _users_v1p2(publishing, configuration))[guardian]
    assert _roles(later) == [("primary", "ext:legal-tutor", place.sourced_id)]
    validator(Version.V1P2, "UserDType").validate(later)


async def test_without_the_configurations_leave_there_are_none_and_switched_off_they_go(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner, keep_guardians=False)
    child = await add_student(owner, configuration, place)
    guardian = await add_guardian(owner, configuration, child)

    await publishing.publish(configuration)
    assert list(await _users(publishing, configuration)) == [child]

    await change_configuration(owner, configuration, keep_guardians=True)
    await publishing.publish(configuration)
    assert set(await _users(publishing, configuration)) == {child, guardian}

    await change_configuration(owner, configuration, keep_guardians=False)
    await publishing.publish(configuration)
    users = await _users(publishing, configuration)
    assert list(users) == [child]
    assert "agents" not in users[child]
    assert list(await publishing.served(configuration, "users", active=False)) == [guardian]


async def test_a_guardian_comes_and_goes_with_the_children(
    owner: Database, publishing: Publishing
) -> None:
    configuration, school, place = await _school(owner)
    other = await add_location(owner, configuration, school, "2")
    first = await add_student(owner, configuration, place, "Noor")
    second = await add_student(owner, configuration, other, "Emma")
    guardian = await add_guardian(owner, configuration, first, second)
    bystander = await add_student(owner, configuration, place, "Piet")
    await add_guardian(owner, configuration, bystander)
    await publishing.publish(configuration)

    await _set_sync(owner, configuration, first, False)
    published = await publishing.publish(configuration)
    served = (await _users(publishing, configuration))[guardian]
    assert _agents(served) == [second]
    assert [org["sourcedId"] for org in served["orgs"]] == [other.sourced_id]
    # Only the child and the guardian: nobody else moved.
    assert published.edition.counts == {"users": 2}

    await remove(owner, configuration, sis.enrolment, person_id=second)
    await publishing.publish(configuration)
    assert guardian not in await _users(publishing, configuration)
    assert guardian in await publishing.served(configuration, "users", active=False)

    await _set_sync(owner, configuration, first, True)
    await publishing.publish(configuration)
    users = await _users(publishing, configuration)
    assert _agents(users[guardian]) == [first]
    assert _agents(users[first]) == [guardian]


async def test_a_relation_that_changes_reaches_both_ends(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    first = await add_student(owner, configuration, place, "Noor")
    second = await add_student(owner, configuration, place, "Emma")
    guardian = await add_guardian(owner, configuration, first)
    await publishing.publish(configuration)

    await add_guardianship(owner, configuration, second, guardian)
    added = await publishing.publish(configuration)
    assert added.edition.counts == {"users": 2}
    users = await _users(publishing, configuration)
    assert _agents(users[guardian]) == sorted((first, second))
    assert _agents(users[second]) == [guardian]

    await remove(owner, configuration, sis.guardianship, person_id=first)
    removed = await publishing.publish(configuration)
    assert removed.edition.counts == {"users": 2}
    users = await _users(publishing, configuration)
    assert (_agents(users[guardian]), _agents(users[first])) == ([second], [])

    await remove(owner, configuration, sis.guardian, id=guardian)
    await publishing.publish(configuration)
    users = await _users(publishing, configuration)
    assert (set(users), _agents(users[second])) == ({first, second}, [])


async def test_a_changed_guardian_moves_nobody_else(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    child = await add_student(owner, configuration, place)
    guardian = await add_guardian(owner, configuration, child)
    await publishing.publish(configuration)

    await change(owner, configuration, sis.guardian, {"id": guardian}, email="ada@mail.be")
    published = await publishing.publish(configuration)

    assert published.edition.counts == {"users": 1}
    assert (await _users(publishing, configuration))[guardian]["email"] == "ada@mail.be"


async def test_a_parent_who_teaches_is_one_user_on_staff_with_both_roles(
    owner: Database, publishing: Publishing
) -> None:
    configuration, school, place = await _school(owner)
    other = await add_location(owner, configuration, await add_school(owner, configuration))
    teacher = await add_staff(owner, configuration, school)
    child = await add_student(owner, configuration, other)
    await add_guardian(
        owner,
        configuration,
        child,
        guardian_id=teacher,
        role="parent",
        source_username="an@mail.be",
    )

    await publishing.publish(configuration)

    users = await _users(publishing, configuration)
    served = users[teacher]
    assert set(users) == {teacher, child}
    assert (served["role"], served["username"]) == ("teacher", "an.desmet")
    assert _agents(served) == [child]
    assert _agents(users[child]) == [teacher]
    assert [org["sourcedId"] for org in served["orgs"]] == sorted(
        (place.sourced_id, other.sourced_id)
    )
    later = (await _users_v1p2(publishing, configuration))[teacher]
    validator(Version.V1P2, "UserDType").validate(later)
    assert _roles(later) == [
        ("primary", "teacher", place.sourced_id),
        ("secondary", "parent", other.sourced_id),
    ]

    await _set_sync(owner, configuration, child, False)
    await publishing.publish(configuration)
    alone = (await _users(publishing, configuration))[teacher]
    assert _agents(alone) == []
    assert [org["sourcedId"] for org in alone["orgs"]] == [place.sourced_id]


async def test_a_person_whose_sync_is_off_is_still_the_guardian_of_a_child(
    owner: Database, publishing: Publishing
) -> None:
    """Without a name: the one he has here is not sent, and the source's might be another's account."""
    configuration, school, place = await _school(owner)
    teacher = await add_staff(owner, configuration, school)
    child = await add_student(owner, configuration, place)
    await add_guardian(
        owner, configuration, child, guardian_id=teacher, source_username="an@mail.be"
    )
    await publishing.publish(configuration)

    await _set_sync(owner, configuration, teacher, False)
    await publishing.publish(configuration)

    served = (await _users(publishing, configuration))[teacher]
    assert (served["role"], _agents(served)) == ("guardian", [child])
    assert "username" not in served


async def test_a_guardian_bears_the_sources_username_or_his_id_where_another_user_has_it(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    child = await add_student(owner, configuration, place, "Bert", "Ameel")
    names = {"free": "Ada@Mail.be", "taken": "BERT.Ameel", "one": "ouders@x", "two": "OUDERS@x"}
    for guardian_id, name in names.items():
        await add_guardian(
            owner, configuration, child, guardian_id=guardian_id, source_username=name
        )

    published = await publishing.publish(configuration)

    users = await _users(publishing, configuration)
    assert {each: users[each].get("username") for each in names} == {
        "free": "Ada@Mail.be",
        "taken": "taken",
        "one": "one",
        "two": "two",
    }
    assert published.edition.warnings == {"guardian_username_left_out": 3}


@pytest.mark.parametrize("whole", [False, True])
async def test_a_username_that_comes_free_goes_to_the_guardian_and_one_that_is_taken_leaves_him(
    owner: Database, publishing: Publishing, whole: bool
) -> None:
    configuration, _, place = await _school(owner)
    child = await add_student(owner, configuration, place, "Bert", "Ameel")
    for guardian_id in ("one", "two"):
        await add_guardian(
            owner, configuration, child, guardian_id=guardian_id, source_username="ouder"
        )
    await publishing.publish(configuration)

    async def published() -> dict[str, str | None]:
        if whole:
            await change_configuration(owner, configuration, removal_limit_percent=20)
        await publishing.publish(configuration)
        users = await _users(publishing, configuration)
        return {each: users[each].get("username") for each in ("one", "two")}

    await change(owner, configuration, sis.guardian, {"id": "one"}, source_username="moeder")
    assert await published() == {"one": "moeder", "two": "ouder"}

    rival = await add_student(owner, configuration, place, "Ouder", "Ouder")
    await publishing.publish(configuration)
    table = usernames.username
    async with owner.transaction() as connection:
        revision = await raise_counter(connection, usernames.revision_counter, configuration.id)
        await connection.execute(
            update(table)
            .where(table.c.configuration_id == configuration.id, table.c.person_id == rival)
            .values(local_part="ouder", revision=revision)
        )
    assert await published() == {"one": "moeder", "two": "two"}
    assert (await _users(publishing, configuration))[rival]["username"] == "ouder"

    await change(owner, configuration, sis.enrolment, {"person_id": rival}, removed_at=Clock.now())
    assert await published() == {"one": "moeder", "two": "ouder"}


async def test_who_is_guardian_of_staff_alone_is_not_served(
    owner: Database, publishing: Publishing
) -> None:
    """Nowhere would he be: a guardian is at the orgs of pupils."""
    configuration, school, _ = await _school(owner)
    teacher = await add_staff(owner, configuration, school)
    await add_guardian(owner, configuration, teacher)

    await publishing.publish(configuration)

    users = await _users(publishing, configuration)
    assert (set(users), _agents(users[teacher])) == ({teacher}, [])


async def test_staff_are_what_the_source_calls_them_on_1_2_the_primary_place_first(
    owner: Database, publishing: Publishing
) -> None:
    configuration, school, place = await _school(owner)
    second = await add_location(owner, configuration, school, "2")
    person = await add_student(owner, configuration, place)
    for location, primary, words in (
        (place.number, False, ()),
        (second.number, True, ("principal", "Teacher", "itAdmin")),
    ):
        await add_membership(
            owner,
            configuration,
            person,
            school,
            location_number=location,
            is_primary=primary,
            roles=words,
        )

    await publishing.publish(configuration)

    assert (await _users(publishing, configuration))[person]["role"] == "teacher"
    later = (await _users_v1p2(publishing, configuration))[person]
    validator(Version.V1P2, "UserDType").validate(later)
    assert _roles(later) == [
        ("primary", "principal", second.sourced_id),
        ("secondary", "teacher", second.sourced_id),
        ("secondary", "ext:itAdmin", second.sourced_id),
        ("secondary", "teacher", place.sourced_id),
        ("secondary", "student", place.sourced_id),
    ]
    assert later["primaryOrg"]["sourcedId"] == second.sourced_id


async def test_user_flags_are_served_where_the_configuration_keeps_them(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner, keep_user_flags=True)
    child = await add_student(owner, configuration, place, user_flags=["iep", "ell"])
    await publishing.publish(configuration)
    assert (await _users(publishing, configuration))[child]["metadata"] == {
        "microsoft.userFlags": "iep,ell"
    }

    await change_configuration(owner, configuration, keep_user_flags=False)
    await publishing.publish(configuration)
    assert "metadata" not in (await _users(publishing, configuration))[child]
