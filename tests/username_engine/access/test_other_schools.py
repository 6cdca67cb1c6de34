"""Somebody at one school who would like to see another one's pupils: by every way the API has.

Whoever is out of reach is answered for as somebody who is not there, to the letter.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from shared.database import Database
from tests.arranging import (
    Place,
    add_location,
    add_membership,
    add_school,
    add_staff,
    add_student,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import Api, calling, named, school_with


@dataclass(frozen=True)
class Neighbours:
    """Two schools of one configuration, and a third of another; each name is told from all others."""

    api: Api
    own: Place
    own_student: str
    foreign: Place
    foreign_student: str
    foreign_teacher: str
    elsewhere: str
    """A pupil of the other configuration."""
    other_configuration: str
    outsider: Principal

    @property
    def secrets(self) -> set[str]:
        """What no answer to the outsider may hold."""
        return {"Zwaanhals", "zwaanhals", "Kraaijeveld", "kraaijeveld", self.foreign.school_number}


@pytest_asyncio.fixture
async def neighbours(
    owner: Database, engine_database: Database, database: TestDatabase
) -> AsyncIterator[Neighbours]:
    configuration, own = await school_with(owner)
    foreign = await add_location(owner, configuration, await add_school(owner, configuration))
    own_student = await add_student(owner, configuration, own)
    foreign_student = await add_student(owner, configuration, foreign, "Wolf", "Zwaanhals")
    teacher = await add_staff(
        owner, configuration, foreign.school_number, given_name="Kaat", family_name="Kraaijeveld"
    )
    await named(engine_database, configuration)
    other, third = await school_with(owner)
    elsewhere = await add_student(owner, other, third, "Wolf", "Zwaanhals")
    await named(engine_database, other)
    grants = {Grant(group, Right.WRITE, own.school_number) for group in Group}
    outsider = Principal("00out", "Mia Maes", grants=frozenset(grants))
    async with calling(database, configuration) as api:
        yield Neighbours(
            api,
            own,
            own_student,
            foreign,
            foreign_student,
            teacher,
            elsewhere,
            other.name,
            outsider,
        )


async def asked(
    neighbours: Neighbours, method: str, path: str, **options: Any
) -> tuple[int, str, dict[str, str]]:
    answer = await neighbours.api.call(method, path, neighbours.outsider, **options)
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"x-request-id", "content-length", "date"}
    }
    return answer.status_code, answer.text, headers


async def by_every_way(
    neighbours: Neighbours, person: str
) -> list[tuple[int, str, dict[str, str]]]:
    """What is answered about the person, with the id taken out."""
    own, foreign = neighbours.own_student, neighbours.foreign
    at_foreign = {"group": "students", "at_school": foreign.school_number}
    answers = [
        await asked(neighbours, "GET", f"/{person}/history"),
        await asked(neighbours, "GET", f"/{person}/history", params={"limit": "0"}),
        await asked(neighbours, "PATCH", f"/{person}", json={"sync": True}),
        await asked(neighbours, "PATCH", f"/{person}", json={"username": "een.ander"}),
        await asked(neighbours, "PATCH", f"/{person}", json={"username": "@"}),
        await asked(neighbours, "PATCH", f"/{person}", json={"sync": True}, params=at_foreign),
        await asked(
            neighbours, "PATCH", f"/{person}", json={"sync": True}, headers={"If-Match": '"999"'}
        ),
        await asked(neighbours, "POST", "/validate", json={"person": person, "username": "een"}),
        await asked(
            neighbours,
            "POST",
            "/validate",
            json={"person": person, "username": "wolf.zwaanhals"},
            params=at_foreign,
        ),
        await asked(neighbours, "POST", f"/{person}/history/1/undo"),
        await asked(neighbours, "POST", "/sync", json={"persons": [person], "sync": True}),
        await asked(neighbours, "POST", "/sync", json={"persons": [own, person], "sync": True}),
    ]
    return [(status, text.replace(person, "…"), headers) for status, text, headers in answers]


async def test_who_is_out_of_reach_is_answered_for_as_nobody(neighbours: Neighbours) -> None:
    nobody = await by_every_way(neighbours, str(uuid4()))
    assert {status for status, _, _ in nobody} == {404}
    for person in (
        neighbours.foreign_student,
        neighbours.foreign_teacher,
        neighbours.elsewhere,
    ):
        assert await by_every_way(neighbours, person) == nobody


async def test_of_many_who_is_there_is_not_told_apart_from_who_is_not(
    neighbours: Neighbours,
) -> None:
    """Else a list of ids could be sifted by the ids that the refusal leaves out."""
    nobody = str(uuid4())
    for person in (neighbours.foreign_student, neighbours.foreign_teacher):
        persons = [neighbours.own_student, person, nobody]
        answer = await neighbours.api.sync(neighbours.outsider, persons=persons, sync=True)
        assert answer.status_code == 404
        assert set(answer.json()["persons"]) == {person, nobody}


async def test_nothing_of_another_school_is_in_a_list_a_file_or_a_choice(
    neighbours: Neighbours,
) -> None:
    foreign, own = neighbours.foreign, neighbours.own
    places = (
        {"at_school": foreign.school_number},
        {"at_location": foreign.sourced_id},
        {"at_school": own.school_number, "location": foreign.number},
        {"at_school": own.school_number, "school": foreign.school_number},
    )
    for group in ("students", "staff"):
        for place in places:
            for more in ({}, {"q": "zwaan"}, {"username": "kraai"}, {"sort": "-school"}):
                parameters = {"group": group, **place, **more}
                for path in ("", ".csv"):
                    status, text, _ = await asked(neighbours, "GET", path, params=parameters)
                    assert status == 200
                    assert not [secret for secret in neighbours.secrets if secret in text]
                answer = await neighbours.api.sync(neighbours.outsider, list=parameters, sync=True)
                assert neighbours.foreign_student not in answer.text
                assert not answer.json()["selected"] or place.get("at_school") == own.school_number
    choices = await neighbours.api.client.get(
        "/api/v1/configurations", headers={"X-Caller": neighbours.outsider.subject}
    )
    assert choices.json()["total"] == 1
    assert not [secret for secret in neighbours.secrets if secret in choices.text]


async def test_a_row_is_not_shown_as_another_schools_list_has_it(
    neighbours: Neighbours, owner: Database, engine_database: Database
) -> None:
    """A teacher of both schools: the outsider may edit the name, and sees his own school alone."""
    configuration = neighbours.api.configuration
    both = await add_staff(owner, configuration, neighbours.own.school_number)
    await add_membership(owner, configuration, both, neighbours.foreign.school_number)
    await named(engine_database, configuration)
    at_foreign = {"group": "staff", "at_school": neighbours.foreign.school_number}
    for params in ({}, at_foreign):
        status, text, _ = await asked(
            neighbours, "PATCH", f"/{both}", json={"sync": True}, params=params
        )
        assert status == 200, text
        assert not [secret for secret in neighbours.secrets if secret in text]


async def test_a_taken_name_does_not_say_whose_it_is(neighbours: Neighbours) -> None:
    body = {"person": neighbours.own_student, "username": "wolf.zwaanhals"}
    for method, path, given in (
        ("POST", "/validate", body),
        ("PATCH", f"/{neighbours.own_student}", {"username": "wolf.zwaanhals"}),
    ):
        status, text, _ = await asked(neighbours, method, path, json=given)
        document = json.loads(text)
        assert (status, document["code"]) == (409, "username.taken")
        assert set(document) == {"status", "code", "title", "detail", "username", "proposal"}
        assert neighbours.foreign_student not in text


async def test_an_event_of_anothers_history_is_none_of_ones_own(neighbours: Neighbours) -> None:
    api = neighbours.api
    await api.edit(neighbours.foreign_student, username="wolf.anders")
    history = await api.history(neighbours.foreign_student)
    edit = history["items"][0]["id"]
    for person in (neighbours.own_student, neighbours.foreign_student, str(uuid4())):
        answer = await api.undo(person, edit, neighbours.outsider)
        own = person == neighbours.own_student
        expected = "history.unknown" if own else "username.unknown"
        assert (answer.status_code, answer.json()["code"]) == (404, expected)
    assert (await api.history(neighbours.foreign_student))["total"] == history["total"]


@pytest.mark.parametrize("group", ["students", "staff"])
async def test_another_configuration_tells_nothing_of_its_places(
    neighbours: Neighbours, group: str
) -> None:
    client, headers = neighbours.api.client, {"X-Caller": neighbours.outsider.subject}
    neighbours.api.door.principals[neighbours.outsider.subject] = neighbours.outsider

    async def listed(place: str) -> httpx.Response:
        return await client.get(
            f"/api/v1/configurations/{neighbours.other_configuration}/usernames",
            params={"group": group, "at_school": place},
            headers=headers,
        )

    there = await listed(neighbours.foreign.school_number)
    nowhere = await listed("999999")
    assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)
    assert there.json()["reason"] == "no_right"


async def test_a_role_that_opens_nothing_shows_no_configuration(neighbours: Neighbours) -> None:
    """Staff belong to schools, so a right to them at one location is none."""
    place = neighbours.own
    grant = Grant(Group.STAFF, Right.WRITE, place.school_number, place.number)
    nobody = Principal("00none", "Mia Maes", grants=frozenset({grant}))
    neighbours.api.door.principals[nobody.subject] = nobody
    answer = await neighbours.api.client.get(
        "/api/v1/configurations", headers={"X-Caller": nobody.subject}
    )
    assert answer.json() == {"items": [], "total": 0}
