"""Which rows of the list have a flag, and those of names that are easily taken for each other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Right
from shared.database import Database
from shared.tables import sis, usernames
from tests.arranging import (
    FIRST_DAY,
    Place,
    add_enrolment,
    add_location,
    add_school,
    add_staff,
    add_student,
    change,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, caller, calling, named, school_with


@dataclass
class Flagged:
    """Students with each kind of flag and one with none; a teacher who left, one who did not."""

    api: Api
    place: Place
    persons: dict[str, str]

    async def get(self, who: Principal = OPERATOR, /, **params: str) -> Any:
        answer = await self.api.call("GET", "", who, params=self.of_school(**params))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def flags(self, who: Principal = OPERATOR, /, **params: str) -> dict[str, list[str]]:
        """By name."""
        names = {person: name for name, person in self.persons.items()}
        rows = (await self.get(who, **params))["items"]
        return {names[row["person"]]: row["flags"] for row in rows}

    def of_school(self, **params: str) -> dict[str, str]:
        return {"group": "students", "at_school": self.place.school_number, **params}


STUDENTS = {
    "plain": [],
    "reviewed": ["needs_review"],
    "several": ["several_enrolments"],
    "twin": ["folded_twin"],
    "all": ["needs_review", "several_enrolments", "folded_twin"],
}
STAFF = {"teacher": ["folded_twin"], "left": ["inactive"]}


@pytest.fixture
async def flagged(
    owner: Database, engine_database: Database, database: TestDatabase
) -> AsyncIterator[Flagged]:
    configuration, place = await school_with(owner)
    south = await add_location(owner, configuration, place.school_number, "2", name="Zuid")
    school = await add_school(owner, configuration)
    persons = {
        name: await add_student(owner, configuration, place, "Mia", name) for name in STUDENTS
    }
    for name in ("several", "all"):
        await add_enrolment(owner, configuration, persons[name], south)
    persons["teacher"] = await add_staff(owner, configuration, place.school_number, "An", "Leraar")
    persons["left"] = await add_staff(owner, configuration, place.school_number, "Jan", "Weg")
    elsewhere = await add_location(owner, configuration, school, "1")
    stranger = await add_student(owner, configuration, elsewhere, "Mia", "Vreemd")
    await named(engine_database, configuration)
    last_day = FIRST_DAY.replace(day=20)
    await change(owner, configuration, sis.staff, {"person_id": persons["left"]}, end_date=last_day)
    stored = usernames.username.c
    for person, changed in (
        (persons["reviewed"], {"flags": ["needs_review"]}),
        (persons["all"], {"flags": ["needs_review"], "local_part": "Mia-All"}),
        (persons["teacher"], {"local_part": "miaall"}),
        (stranger, {"local_part": "mia_twin"}),
        # Neither letters nor digits: nobody takes these for each other.
        (persons["plain"], {"local_part": "---"}),
        (persons["left"], {"local_part": "_"}),
    ):
        async with owner.transaction() as connection:
            await connection.execute(
                update(usernames.username)
                .where(stored.configuration_id == configuration.id, stored.person_id == person)
                .values(**changed)
            )
    async with calling(database, configuration) as api:
        yield Flagged(api, place, persons)


async def test_each_row_has_its_flags(flagged: Flagged) -> None:
    assert await flagged.flags() == STUDENTS
    assert await flagged.flags(group="staff") == STAFF


@pytest.mark.parametrize("more", [{}, {"sort": "class"}, {"limit": "2"}, {"q": "mia"}])
async def test_rows_are_chosen_by_having_any(flagged: Flagged, more: dict[str, str]) -> None:
    with_any = {name: flags for name, flags in STUDENTS.items() if flags}
    limit = int(more.get("limit", len(with_any)))
    # Twice: read, and from what is kept of it.
    for _ in range(2):
        chosen = await flagged.get(flagged="true", **more)
        assert (chosen["total"], len(chosen["items"])) == (len(with_any), limit)
        flags = await flagged.flags(flagged="true", **more)
        assert flags == {name: with_any[name] for name in flags}
        assert await flagged.flags(flagged="false", **more) == {"plain": []}
        assert await flagged.flags(flagged="true", group="staff") == STAFF
    everyone = await flagged.get(**more)
    assert chosen["waiting"] == everyone["waiting"]


async def test_who_has_none_is_no_match(flagged: Flagged) -> None:
    answer = await flagged.get(flagged="false", group="staff")
    assert (answer["total"], answer["reason"]) == (0, "no_match")


async def test_an_edit_is_seen_at_once(flagged: Flagged) -> None:
    assert "twin" in await flagged.flags(flagged="true")
    saved = await flagged.api.edit(flagged.persons["twin"], username="mia.anders")
    assert saved.json()["flags"] == []
    assert "twin" not in await flagged.flags(flagged="true")
    # The other one's name has a twin again: of the same letters, by somebody of another list.
    saved = await flagged.api.edit(flagged.persons["twin"], username="Mia.All")
    assert saved.json()["flags"] == ["folded_twin"]


async def test_the_file_and_a_bulk_are_narrowed_alike(flagged: Flagged) -> None:
    writer = caller(Right.WRITE, flagged.place.school_number)
    file = await flagged.api.call(
        "GET",
        ".csv",
        writer,
        params=flagged.of_school(flagged="false", columns="username"),
    )
    assert file.text.split("\r\n")[1:] == ["'---", ""]
    rows = {**flagged.of_school(), "flagged": True}
    done = await flagged.api.sync(writer, sync=True, list=rows, expected_total=4)
    assert done.status_code == 200, done.text
    assert {each["person"] for each in done.json()["items"]} == {
        flagged.persons[name] for name, flags in STUDENTS.items() if flags
    }


@pytest.mark.parametrize("given", ["1", "yes", "", "True"])
async def test_it_is_true_or_false(flagged: Flagged, given: str) -> None:
    answer = await flagged.api.call("GET", "", params=flagged.of_school(flagged=given))
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["location"] == "query.flagged"


@pytest.mark.parametrize("name", ["all", "several", "reviewed", "left"])
@pytest.mark.parametrize("typed", ["anders", "Mi.a.twin"])
async def test_asking_first_tells_the_flags_that_saving_does(
    flagged: Flagged, name: str, typed: str
) -> None:
    person = flagged.persons[name]
    asked = await flagged.api.validate(person, typed)
    saved = await flagged.api.edit(person, username=typed)
    assert asked.json()["flags"] == saved.json()["flags"]
