"""Many who edit, release, undo and create at once: what is stored is what the histories tell."""

import asyncio
import random
from typing import Any

import httpx
import pytest

from services.username_engine.usernames.creation import create_missing
from shared.database import Database
from tests.arranging import add_student
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import Api, calling, named, school_with
from tests.username_engine.looking import AUTUMN, Name, history_of, names_of, revision_of

# Few enough to be in one another's way.
WORDS = ("jan", "Jan", "j.an", "mia", "m.ia", "bert.ameel", "bert.ameel2", "jan@school.be")


async def undo_something(api: Api, person: str, chance: random.Random) -> httpx.Response:
    events = (await api.history(person, limit="100"))["items"]
    return await api.undo(person, chance.choice(events)["id"])


async def something(api: Api, persons: list[str], chance: random.Random) -> httpx.Response:
    person, word, on = chance.choice(persons), chance.choice(WORDS), chance.random() < 0.5
    match chance.randrange(6):
        case 0:
            if_match = chance.choice([None, '"1"', '"2"', '"3"'])
            return await api.edit(person, username=word, if_match=if_match)
        case 1:
            return await api.edit(person, username=word, sync=on)
        case 2:
            return await api.edit(person, sync=on)
        case 3:
            return await api.sync(sync=on, persons=chance.sample(persons, 3))
        case 4:
            return await undo_something(api, person, chance)
        case _:
            return await api.validate(person, word)


def told(events: list[tuple[str, str, Any, Any]]) -> dict[str, Any]:
    """What the history comes to; every event goes on from where the one before it ended."""
    state: dict[str, Any] = {}
    for kind, _, before, after in events:
        if kind == "created":
            assert not state
        elif kind in {"edited", "sync_set"}:
            assert {field: state.get(field, value) for field, value in before.items()} == before
        else:
            assert kind == "former_name_taken"
            continue
        state |= after
    return state


def changes(events: list[tuple[str, str, Any, Any]]) -> int:
    return sum(kind in {"edited", "sync_set"} for kind, *_ in events)


@pytest.mark.parametrize("seed", range(3))
async def test_the_histories_tell_what_is_stored(
    owner: Database, engine_database: Database, database: TestDatabase, seed: int
) -> None:
    chance = random.Random(seed)
    configuration, place = await school_with(owner, "provider")
    persons = [await add_student(owner, configuration, place) for _ in range(5)]
    await named(engine_database, configuration)

    answers: list[httpx.Response] = []
    async with calling(database, configuration) as api, asyncio.timeout(120):
        for _ in range(3):
            persons.append(await add_student(owner, configuration, place))
            at_once = [something(api, persons[:5], chance) for _ in range(10)]
            _, answered = await asyncio.gather(
                create_missing(engine_database, AUTUMN, configuration.id),
                asyncio.gather(*at_once),
            )
            answers.extend(answered)

    assert {answer.status_code for answer in answers} <= {200, 409, 412}, [
        answer.text for answer in answers if answer.status_code >= 500
    ]
    stored = await names_of(owner, configuration)
    assert stored.keys() == set(persons)
    assert len({name.local_part.lower() for name in stored.values()}) == len(persons)
    for person, name in stored.items():
        events = await history_of(owner, configuration, person)
        assert tells(told(events), name), (events, name)
        # Name and Sync that were saved together are two events of one version.
        assert 1 <= name.version <= 1 + changes(events)
    assert await revision_of(owner, configuration) == max(name.revision for name in stored.values())


def tells(state: dict[str, Any], name: Name) -> bool:
    return (state["local_part"], state["domain"], state["sync"]) == (
        name.local_part,
        name.domain,
        name.sync,
    )
