"""Formats tried over HTTP, and a few persons to try them on."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from services.username_engine.access.principal import Principal
from shared.database import Database
from tests.arranging import (
    FIRST_DAY,
    Arranged,
    Place,
    add_student,
)
from tests.username_engine.editing_api import OPERATOR, Api, school_with


async def preview(
    api: Api, username_format: str, caller: Principal = OPERATOR, body: Any = None, **params: Any
) -> httpx.Response:
    api.door.principals[caller.subject] = caller
    return await api.client.post(
        f"/api/v1/configurations/{api.configuration.name}/formats/preview",
        json={"format": username_format, **(body or {})},
        params=params,
        headers={"X-Caller": caller.subject},
    )


async def previewed(api: Api, username_format: str, body: Any = None, **params: Any) -> Any:
    answer = await preview(api, username_format, body=body, **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def notes_of(document: Mapping[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """Username and notes by person."""
    return {row["person"]: (row["username"], row["notes"]) for row in document["items"]}


PERSONS = {
    # person: (given name, family name), in the order in which they get names
    "p1": ("Bert", "Ameel"),
    "p2": ("Bert", "Ameel"),
    "p3": ("In", "Fo"),
    "p4": ("Jürgen", "Öz"),
    "p5": ("Maximiliaan", "van den Bossche"),
    "p6": ("محمد", "Peeters"),
    "p7": ("", "Claes"),
    "p8": ("An", "Ys"),
    "p9": ("Maximiliaan", "van den Broucke"),
}


async def a_school(owner: Database, **choices: Any) -> tuple[Arranged, Place]:
    configuration, place = await school_with(owner, **choices)
    for day, (person, names) in enumerate(PERSONS.items()):
        start = FIRST_DAY + timedelta(days=day)
        await add_student(owner, configuration, place, *names, person_id=person, start_date=start)
    return configuration, place
