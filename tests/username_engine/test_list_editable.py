"""Which rows of the list its caller may change: those he can edit."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from shared.database import Database
from tests.arranging import (
    Place,
    add_enrolment,
    add_location,
    add_membership,
    add_school,
    add_staff,
    add_student,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, calling, named, school_with

STUDENTS, STAFF, READ, WRITE = Group.STUDENTS, Group.STAFF, Right.READ, Right.WRITE


@dataclass
class Shared:
    """Two schools, the first of two locations; some persons are at several of these places."""

    api: Api
    place: Place
    first: str
    second: str
    persons: dict[str, str]

    def caller(self, *grants: tuple[Group, Right, str, str | None]) -> Principal:
        """Schools are told by `first` and `second`."""
        numbers = {"first": self.first, "second": self.second}
        return Principal(
            "00u1",
            "Els Claes",
            grants=frozenset(
                Grant(group, right, numbers[school], location)
                for group, right, school, location in grants
            ),
        )

    async def get(self, who: Principal, known: str = "", /, **params: str) -> httpx.Response:
        asked = {"group": "students", "at_school": self.first, **params}
        return await self.api.call(
            "GET", "", who, params=asked, headers={"If-None-Match": known} if known else {}
        )

    async def editable(self, who: Principal, /, **params: str) -> dict[str, bool]:
        """By name."""
        names = {person: name for name, person in self.persons.items()}
        rows = (await self.get(who, **params)).json()["items"]
        return {names[row["person"]]: row["editable"] for row in rows}


@pytest.fixture
async def shared(
    owner: Database, engine_database: Database, database: TestDatabase
) -> AsyncIterator[Shared]:
    configuration, place = await school_with(owner)
    first = place.school_number
    second = await add_school(owner, configuration)
    south = await add_location(owner, configuration, first, "2", name="Zuid")
    there = await add_location(owner, configuration, second, "1")
    persons = {
        "main": await add_student(owner, configuration, place),
        "south": await add_student(owner, configuration, south),
        "both": await add_student(owner, configuration, place),
        "elsewhere": await add_student(owner, configuration, south),
        "pupil teacher": await add_student(owner, configuration, south),
        "teacher": await add_staff(owner, configuration, first),
        "teacher of both": await add_staff(owner, configuration, first),
    }
    await add_enrolment(owner, configuration, persons["both"], south)
    await add_enrolment(owner, configuration, persons["elsewhere"], there)
    await add_membership(owner, configuration, persons["pupil teacher"], first)
    await add_membership(owner, configuration, persons["teacher of both"], second)
    await named(engine_database, configuration)
    async with calling(database, configuration) as api:
        yield Shared(api, place, first, second, persons)


READS_FIRST = ((STUDENTS, READ, "first", None), (STAFF, READ, "first", None))


@pytest.mark.parametrize(
    ("grants", "students", "staff"),
    [
        ([], set(), set()),
        ([(STUDENTS, WRITE, "first", None)], "all", {"pupil teacher"}),
        ([(STUDENTS, WRITE, "first", "1")], {"main", "both"}, set()),
        (
            [(STUDENTS, WRITE, "first", "2")],
            {"south", "both", "elsewhere", "pupil teacher"},
            {"pupil teacher"},
        ),
        ([(STUDENTS, WRITE, "second", None)], {"elsewhere"}, set()),
        ([(STAFF, WRITE, "first", None)], {"pupil teacher"}, "all"),
        ([(STAFF, WRITE, "second", None)], set(), {"teacher of both"}),
    ],
)
async def test_a_row_is_editable_where_the_caller_may_write(
    shared: Shared,
    grants: list[tuple[Group, Right, str, str | None]],
    students: set[str] | str,
    staff: set[str] | str,
) -> None:
    who = shared.caller(*READS_FIRST, *grants)
    for group, expected in (("students", students), ("staff", staff)):
        # What is kept of the place is the same for both.
        assert set((await shared.editable(OPERATOR, group=group)).values()) == {True}
        shown = await shared.editable(who, group=group)
        assert {name for name, can in shown.items() if can} == (
            set(shown) if expected == "all" else expected
        )
        for name, can in shown.items():
            saved = await shared.api.edit(shared.persons[name], who, sync=False)
            assert saved.status_code == (200 if can else 403), name
            assert not can or saved.json()["editable"] is True


async def test_of_a_place_he_sees_a_part_of_he_may_edit_what_he_sees(shared: Shared) -> None:
    who = shared.caller((STUDENTS, WRITE, "first", "1"))
    assert await shared.editable(who) == {"main": True, "both": True}
    at_south = shared.caller((STUDENTS, READ, "first", "2"), (STUDENTS, WRITE, "first", "1"))
    shown = await shared.editable(at_south, at_school="", at_location=f"{shared.first}-2")
    assert {name for name, can in shown.items() if can} == {"both"}


async def test_a_right_to_write_that_comes_or_goes_is_another_answer(shared: Shared) -> None:
    reader = shared.caller(*READS_FIRST)
    tag = (await shared.get(reader)).headers["etag"]
    assert (await shared.get(reader, tag)).status_code == 304
    for grant in (
        (STUDENTS, WRITE, "first", None),
        (STUDENTS, WRITE, "first", "2"),
        (STAFF, WRITE, "first", None),
    ):
        writer = shared.caller(*READS_FIRST, grant)
        answer = await shared.get(writer, tag)
        assert answer.status_code == 200
        assert any(row["editable"] for row in answer.json()["items"])
        own = answer.headers["etag"]
        assert (await shared.get(writer, own)).status_code == 304
        assert (await shared.get(reader, own)).status_code == 200
