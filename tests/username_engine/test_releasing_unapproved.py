"""Sync on where the tenant probably has an account that nobody approved: nothing is linked unasked."""

from typing import Any

import pytest

from services.username_engine.access.rights import Group, Right
from services.username_engine.usernames.approving import approve
from shared.database import Database
from tests.arranging import Arranged, Place, add_staff, add_student
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import caller, calling, event_of, named, refused, school_with
from tests.username_engine.looking import AUTUMN, history_of, names_of
from tests.username_engine.tenant_files import imported

BERT = "bert.ameel@school.be,Bert Ameel,Bert,Ameel,,"
DRIES = "ddox@school.be,Dries Dox,Dries,Dox,,"


@pytest.fixture
async def roll_out(
    owner: Database, engine_database: Database
) -> tuple[Arranged, Place, dict[str, str]]:
    """A student whose account has his name, one whose account has another, one without any."""
    configuration, place = await school_with(owner)
    people = {
        "bert": await add_student(owner, configuration, place),
        "dries": await add_student(owner, configuration, place, "Dries", "Dox"),
        "mia": await add_student(owner, configuration, place, "Mia", "Maes"),
    }
    await imported(engine_database, configuration, BERT, DRIES)
    await named(engine_database, configuration)
    return configuration, place, people


async def on(owner: Database, configuration: Arranged) -> set[str]:
    found = await names_of(owner, configuration)
    return {person for person, name in found.items() if name.sync}


async def test_a_whole_list_is_not_released_over_accounts_that_nobody_approved(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    roll_out: tuple[Arranged, Place, dict[str, str]],
) -> None:
    configuration, place, people = roll_out
    rows = {"group": "students", "at_school": place.school_number}
    before = await names_of(owner, configuration)
    async with calling(database, configuration) as api:
        of_list = await api.sync(sync=True, list=rows, expected_total=3)
        of_persons = await api.sync(sync=True, persons=[people["mia"], people["bert"]])
        assert await names_of(owner, configuration) == before
        assert len(await history_of(owner, configuration, people["mia"])) == 1
        alone = await api.sync(sync=True, persons=[people["mia"]])
        off = await api.sync(sync=False, list=rows)
        await approve(engine_database, AUTUMN, configuration.id, None, "tests")
        approved = await api.sync(sync=True, list=rows)

    waiting = sorted([people["bert"], people["dries"]])
    assert refused(of_list, 409, "account.not_approved")["persons"] == waiting
    assert refused(of_persons, 409, "account.not_approved")["persons"] == [people["bert"]]
    assert (alone.json()["total"], off.json()["total"], approved.json()["total"]) == (1, 1, 3)


async def test_who_has_looked_at_them_says_so(
    owner: Database, database: TestDatabase, roll_out: tuple[Arranged, Place, dict[str, str]]
) -> None:
    configuration, place, people = roll_out
    rows = {"group": "students", "at_school": place.school_number}
    async with calling(database, configuration) as api:
        done = await api.sync(sync=True, list=rows, include_unapproved=True)
        again = await api.sync(sync=True, list=rows)
        misspelt = await api.sync(sync=True, list=rows, include_unapproved="yes")

    assert done.json()["total"] == 3
    assert await on(owner, configuration) == set(people.values())
    # Their Sync is on already: nothing would be linked that is not.
    assert (again.status_code, again.json()["total"]) == (200, 0)
    refused(misspelt, 422, "request.invalid")


async def test_only_who_may_write_is_told_of_accounts(
    owner: Database, database: TestDatabase, roll_out: tuple[Arranged, Place, dict[str, str]]
) -> None:
    configuration, place, people = roll_out
    teacher = await add_staff(owner, configuration, place.school_number)
    bert, number = people["bert"], place.school_number
    async with calling(database, configuration) as api:
        unseen = await api.sync(
            caller(Right.WRITE, number, group=Group.STAFF), sync=True, persons=[bert]
        )
        read = await api.sync(caller(Right.READ, number), sync=True, persons=[bert])
        nameless = await api.sync(sync=True, persons=[bert, teacher])
    refused(unseen, 404, "username.unknown")
    refused(read, 403, "auth.forbidden")
    assert refused(nameless, 404, "username.unknown")["persons"] == [teacher]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "niemand goedgekeurd heeft"),
        ("en", "nobody approved"),
        ("fr", "personne n'a approuvé"),
        ("de", "niemand genehmigt hat"),
    ],
)
async def test_one_by_one_it_saves_and_warns(
    database: TestDatabase,
    roll_out: tuple[Arranged, Place, dict[str, str]],
    language: str,
    words: str,
) -> None:
    configuration, _, people = roll_out

    def told(answer: Any) -> list[tuple[str, bool]]:
        assert answer.status_code == 200, answer.text
        return [(each["code"], words in each["detail"]) for each in answer.json()["warnings"]]

    async with calling(database, configuration) as api:
        asked: dict[str, Any] = {"language": language}
        bert, dries, mia = people["bert"], people["dries"], people["mia"]
        assert told(await api.edit(mia, sync=True, **asked)) == []
        for _ in range(2):  # sent again, as its answer got lost
            released = await api.edit(bert, sync=True, **asked)
            assert told(released) == [("username.account_exists", True)]
        assert told(await api.edit(bert, sync=False, **asked)) == []
        undo = (await event_of(api, bert, "sync_set", 0))["id"]
        undone = await api.undo(bert, undo, headers={"Accept-Language": language})
        assert told(undone) == [("username.account_exists", True)]
        both = await api.edit(dries, username="dries.dox", sync=True, **asked)
        assert told(both) == [("username.account_exists", True)]
        # A name that somebody chose is not the one that waited.
        await api.edit(dries, sync=False)
        assert told(await api.edit(dries, username="dries.d", sync=True, **asked)) == []


async def test_an_edit_does_not_take_the_question_away(
    owner: Database,
    database: TestDatabase,
    roll_out: tuple[Arranged, Place, dict[str, str]],
) -> None:
    configuration, _, people = roll_out
    async with calling(database, configuration) as api:
        edited = await api.edit(people["dries"], username="dries.d")
        assert edited.json()["flags"] == []
        released = await api.sync(sync=True, persons=[people["dries"]])
    assert (released.status_code, released.json()["code"]) == (409, "account.not_approved")
    assert await on(owner, configuration) == set()
