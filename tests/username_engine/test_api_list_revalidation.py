"""The page asks for its list every few seconds: 304 while it is what it has (RFC 9110 §13.1.2)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Group, Right
from shared.clock import Clock
from shared.database import Database
from shared.tables import sis
from tests.arranging import (
    Place,
    add_class,
    add_class_enrolment,
    add_location,
    add_staff,
    add_student,
    change,
    change_configuration,
    remove,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, caller, calling, named, school_with
from tests.username_engine.looking import AUTUMN


@dataclass
class Polled:
    """A school of two locations with a student at each and a teacher."""

    api: Api
    owner: Database
    place: Place
    mally: str
    bert: str

    async def get(
        self, who: Principal = OPERATOR, known: str | None = None, /, **params: str
    ) -> httpx.Response:
        asked = {"group": "students", "at_school": self.place.school_number, **params}
        headers = {} if known is None else {"If-None-Match": known}
        return await self.api.call("GET", "", who, params=asked, headers=headers)

    async def tag(self, who: Principal = OPERATOR, /, **params: str) -> str:
        answer = await self.get(who, **params)
        assert answer.status_code == 200, answer.text
        return answer.headers["etag"]


@pytest.fixture
async def polled(
    owner: Database, engine_database: Database, database: TestDatabase
) -> AsyncIterator[Polled]:
    configuration, place = await school_with(owner, policy="provider")
    south = await add_location(owner, configuration, place.school_number, "2", name="Zuid")
    mally = await add_student(owner, configuration, place, "Mally", "Lassens")
    bert = await add_student(owner, configuration, south, "Bert", "Ameel")
    await add_staff(owner, configuration, place.school_number)
    await named(engine_database, configuration)
    async with calling(database, configuration) as api:
        yield Polled(api, owner, place, mally, bert)


async def test_nothing_changed_is_not_answered_again(polled: Polled) -> None:
    first = await polled.get()
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for known in (tag, tag.removeprefix("W/"), f'"another", {tag}', "*"):
        again = await polled.get(OPERATOR, known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "no-store"
        assert again.headers["vary"] == first.headers["vary"]
    for known in ('"another"', "", tag.replace('"', ""), tag.upper()):
        assert (await polled.get(OPERATOR, known)).status_code == 200


async def edited(polled: Polled) -> None:
    await polled.api.edit(polled.mally, username="m.lassens")


async def synced(polled: Polled) -> None:
    await polled.api.sync(persons=[polled.mally], sync=True)


async def renamed_by_the_source(polled: Polled) -> None:
    changed = {"family_name": "Lassen"}
    await change(
        polled.owner, polled.api.configuration, sis.person, {"id": polled.mally}, **changed
    )


async def removed_by_the_source(polled: Polled) -> None:
    await remove(polled.owner, polled.api.configuration, sis.enrolment, person_id=polled.mally)


async def put_in_a_class(polled: Polled) -> None:
    class_id = await add_class(polled.owner, polled.api.configuration, polled.place, "6j")
    await add_class_enrolment(polled.owner, polled.api.configuration, polled.mally, class_id)


async def configured(polled: Polled) -> None:
    await change_configuration(
        polled.owner, polled.api.configuration, student_domain_policy="tenant"
    )


@pytest.mark.parametrize(
    ("happens", "shown"),
    [
        (edited, {"username": "m.lassens"}),
        (synced, {"sync": True}),
        (renamed_by_the_source, {"family_name": "Lassen"}),
        (removed_by_the_source, None),
        (put_in_a_class, {"class": "6j"}),
        (configured, {"domain": None}),
    ],
)
@pytest.mark.parametrize("params", [{}, {"sort": "class"}])
async def test_what_happens_to_a_row_is_shown_at_once(
    polled: Polled,
    params: Mapping[str, str],
    happens: Callable[[Polled], Awaitable[None]],
    shown: Mapping[str, Any] | None,
) -> None:
    tag = await polled.tag(**params)
    before = (await polled.get(**params)).json()["items"]
    await happens(polled)
    answer = await polled.get(OPERATOR, tag, **params)
    assert answer.status_code == 200
    assert answer.headers["etag"] != tag
    rows = {row["person"]: row for row in answer.json()["items"]}
    if shown is None:
        assert set(rows) == {polled.bert}
    else:
        (former,) = [row for row in before if row["person"] == polled.mally]
        assert {key: former[key] for key in shown} != shown
        assert {key: rows[polled.mally][key] for key in shown} == shown


async def test_the_day_is_part_of_the_answer(polled: Polled, database: TestDatabase) -> None:
    tag = await polled.tag()
    tomorrow = Clock(AUTUMN.today() + timedelta(days=1))
    async with calling(database, polled.api.configuration, tomorrow) as api:
        later = Polled(api, polled.owner, polled.place, polled.mally, polled.bert)
        assert (await later.get(OPERATOR, tag)).status_code == 200
    # In July every day shows 30 June.
    july, next_day = (
        Clock(AUTUMN.today().replace(2025, 7)),
        Clock(AUTUMN.today().replace(2025, 7, 2)),
    )
    async with calling(database, polled.api.configuration, july) as api:
        tag = await Polled(api, polled.owner, polled.place, "", "").tag()
    async with calling(database, polled.api.configuration, next_day) as api:
        held = Polled(api, polled.owner, polled.place, "", "")
        assert (await held.get(OPERATOR, tag)).status_code == 304


@pytest.mark.parametrize(
    "params",
    [
        {"q": "a"},
        {"sync": "true"},
        {"class": "geen"},
        {"family_name": "s"},
        {"given_name": "s"},
        {"sort": "class"},
        {"sort": "-class"},
        {"limit": "1"},
        {"offset": "1"},
        {"group": "staff"},
    ],
)
async def test_other_parameters_are_another_answer(
    polled: Polled, params: Mapping[str, str]
) -> None:
    tag, other = await polled.tag(), await polled.tag(**params)
    assert tag != other
    assert (await polled.get(OPERATOR, tag, **params)).status_code == 200
    assert (await polled.get(OPERATOR, other)).status_code == 200
    assert (await polled.get(OPERATOR, other, **params)).status_code == 304


async def test_another_one_s_tag_is_no_good_where_he_sees_other_rows(polled: Polled) -> None:
    number = polled.place.school_number
    callers = [
        caller(Right.READ, number, subject="00a"),
        caller(Right.READ, number, "1", subject="00b"),
        caller(Right.READ, number, "2", subject="00c"),
        caller(Right.WRITE, number, group=Group.STAFF, subject="00d"),
        Principal("00e", "Nobody"),
    ]
    answers = [await polled.get(who) for who in callers]
    persons = [[row["person"] for row in answer.json()["items"]] for answer in answers]
    assert persons == [[polled.bert, polled.mally], [polled.mally], [polled.bert], [], []]
    for who, own, rows in zip(callers, answers, persons, strict=True):
        assert (await polled.get(who, own.headers["etag"])).status_code == 304
        for other, theirs in zip(answers, persons, strict=True):
            answer = await polled.get(who, other.headers["etag"])
            if rows == theirs:
                continue
            assert answer.status_code == 200
            assert [row["person"] for row in answer.json()["items"]] == rows


async def test_a_right_that_is_withdrawn_is_another_answer(polled: Polled) -> None:
    number = polled.place.school_number
    tag = await polled.tag(caller(Right.READ, number))
    answer = await polled.get(caller(Right.READ, number, "2"), tag)
    assert answer.status_code == 200
    assert [row["person"] for row in answer.json()["items"]] == [polled.bert]


async def test_of_a_configuration_that_is_not_there_nothing_is_known(polled: Polled) -> None:
    await polled.tag()
    answer = await polled.api.client.get(
        "/api/v1/configurations/nowhere/usernames",
        params={"group": "students", "at_school": "1"},
        headers={"X-Caller": OPERATOR.subject, "If-None-Match": "*"},
    )
    assert answer.status_code == 404


async def test_not_modified_is_told_without_reading_a_row(
    polled: Polled, database: TestDatabase
) -> None:
    tag = await polled.tag()
    # A process that has not read the list before.
    async with calling(database, polled.api.configuration) as api:
        fresh = Polled(api, polled.owner, polled.place, polled.mally, polled.bert)
        async with polled.owner.transaction() as connection, asyncio.timeout(20):
            await connection.execute(
                text("lock table sis.enrolment, usernames.username in access exclusive mode")
            )
            assert (await fresh.get(OPERATOR, tag)).status_code == 304


async def test_a_list_is_sorted_and_searched_anew_without_being_read_anew(polled: Polled) -> None:
    await polled.tag()
    await polled.tag(sort="class")
    async with polled.owner.transaction() as connection, asyncio.timeout(20):
        await connection.execute(text("lock table sis.person in access exclusive mode"))
        by_username = (await polled.get(sort="-username")).json()
        searched = (await polled.get(q="lassens")).json()
    assert [row["username"] for row in by_username["items"]] == ["mally.lassens", "bert.ameel"]
    assert [row["person"] for row in searched["items"]] == [polled.mally]
