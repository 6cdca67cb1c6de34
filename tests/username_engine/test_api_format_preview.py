"""A format tried on the persons of a configuration (docs/formats.md, "Preview")."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest
from sqlalchemy import func, insert, select, text

from services.username_engine.usernames import previewing
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.preview_pages import PageOfRows
from services.username_engine.usernames.preview_rows import PreviewRow
from shared.database import Database
from shared.tables import access, usernames
from shared.tables.base import metadata
from tests.arranging import (
    Arranged,
    add_location,
    add_school,
    add_staff,
    add_student,
    change_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, calling, named, school_with
from tests.username_engine.looking import AUTUMN, local_parts_of
from tests.username_engine.previews import PERSONS, a_school, notes_of, preview, previewed


async def test_every_note_and_the_counts_of_each(owner: Database, database: TestDatabase) -> None:
    configuration, _ = await a_school(owner)
    async with calling(database, configuration) as api:
        document = await previewed(api, "{voornaam}{naam}", {"maximum_length": 16})

    assert notes_of(document) == {
        "p2": ("bertameel2", ["clash", "number"]),
        "p3": ("info2", ["number", "reserved"]),
        "p4": ("jurgenoz", ["transliterated"]),
        "p5": ("maximiliaanvande", ["cut"]),
        "p6": ("mhmdpeeters", ["transliterated", "needs_review", "consonants_only"]),
        "p7": ("claes", ["needs_review", "name_missing"]),
        "p9": ("maximiliaanvand2", ["clash", "number", "cut"]),
        "p1": ("bertameel", []),
        "p8": ("anys", []),
    }
    assert document["format"] == "{voornaam}{familienaam}"
    assert document["total"] == 9
    assert document["summary"] == {
        "persons": 9,
        "unchanged": 0,
        "changed": 0,
        "without_username": 9,
        "notes": {
            "clash": 2,
            "number": 3,
            "candidate": 0,
            "reserved": 1,
            "cut": 2,
            "transliterated": 2,
        },
        "flags": {"consonants_only": 1, "name_missing": 1, "needs_review": 2},
    }
    assert document["warnings"] == []


async def test_rows_with_something_to_look_at_come_first_in_the_order_of_creation(
    owner: Database, database: TestDatabase
) -> None:
    configuration, _ = await a_school(owner)
    async with calling(database, configuration) as api:
        whole = await previewed(api, "{voornaam}.{naam}")
        pages = [
            await previewed(api, "{voornaam}.{naam}", limit=2, offset=at) for at in range(0, 10, 2)
        ]

    order = ["p2", "p4", "p6", "p7", "p1", "p3", "p5", "p8", "p9"]
    assert [row["person"] for row in whole["items"]] == order
    assert [row["person"] for page in pages for row in page["items"]] == order
    assert [len(page["items"]) for page in pages] == [2, 2, 2, 2, 1]
    assert {page["total"] for page in pages} == {9}
    assert all(page["summary"] == whole["summary"] for page in pages)


@pytest.mark.parametrize(
    ("show", "persons"),
    [
        ("all", {*PERSONS}),
        ("clashes", {"p2", "p9"}),
        ("cut", {"p5", "p9"}),
        ("transliterated", {"p4", "p6"}),
        ("reserved", {"p3"}),
        ("flagged", {"p6", "p7"}),
        ("changed", {"p1"}),
    ],
)
async def test_each_filter_shows_its_rows_and_counts_them(
    owner: Database, database: TestDatabase, show: str, persons: set[str]
) -> None:
    configuration, _ = await a_school(owner, username_format="{voornaam}{naam}")
    await _give(owner, configuration, "p1", "bert")
    await _give(owner, configuration, "p8", "anys")
    async with calling(database, configuration) as api:
        body = {"maximum_length": 16}
        document = await previewed(api, "{voornaam}{naam}", body, show=show)
        page = await previewed(api, "{voornaam}{naam}", body, show=show, limit=1, offset=1)

    assert {row["person"] for row in document["items"]} == persons
    assert document["total"] == page["total"] == len(persons)
    assert len(page["items"]) == min(1, len(persons) - 1)
    assert document["summary"]["persons"] == 9
    assert document["summary"]["changed"] == 1
    assert document["summary"]["unchanged"] == 1
    assert document["summary"]["without_username"] == 7


async def _give(owner: Database, configuration: Arranged, person: str, local_part: str) -> None:
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.username).values(
                configuration_id=configuration.id,
                person_id=person,
                local_part=local_part,
                sync=False,
                flags=[],
                rule="edit",
                revision=1,
            )
        )


async def test_candidates_are_tried_before_numbers(owner: Database, database: TestDatabase) -> None:
    configuration, place = await school_with(owner)
    for person in ("a1", "a2", "a3"):
        await add_student(owner, configuration, place, "Bert", "Ameel", person_id=person)
    async with calling(database, configuration) as api:
        document = await previewed(
            api, "{voornaam:1}{naam} | {voornaam:2}{naam}", {"rules": {"first_number": 1}}
        )

    assert notes_of(document) == {
        "a1": ("bameel", []),
        "a2": ("beameel", ["clash", "candidate"]),
        "a3": ("bameel1", ["clash", "number"]),
    }
    assert document["summary"]["notes"]["candidate"] == 1


async def test_what_is_left_out_is_as_the_configuration_has_it(
    owner: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(
        owner,
        username_maximum_length=12,
        username_rules={"letter_case": "upper", "particles": "drop"},
        reserved_words=["an.ys"],
    )
    await add_student(owner, configuration, place, "An", "Ys", person_id="p1")
    await add_student(owner, configuration, place, "Maximiliaan", "van Ham", person_id="p2")
    async with calling(database, configuration) as api:
        own = await previewed(api, "{voornaam}.{naam}")
        other = await previewed(
            api,
            "{voornaam}.{naam}",
            {
                "maximum_length": 75,
                "rules": {"particles": "initials", "letter_case": "lower"},
                "reserved_words": [" Maximiliaan.VHam "],
            },
        )

    assert notes_of(own) == {
        "p1": ("AN.YS2", ["number", "reserved"]),
        "p2": ("MAXIMILIAAN", ["cut"]),
    }
    assert notes_of(other) == {
        "p1": ("an.ys", []),
        "p2": ("maximiliaan.vham2", ["number", "reserved"]),
    }


async def test_everyone_who_needs_a_name_is_in_it_once_and_nobody_else(
    owner: Database, database: TestDatabase, engine_database: Database
) -> None:
    configuration, place = await school_with(owner, policy="provider")
    student = await add_student(owner, configuration, place, "An", "Maes")
    future = await add_student(
        owner, configuration, place, "Bo", "Maes", start_date=AUTUMN.today() + timedelta(days=9)
    )
    left = await add_student(
        owner, configuration, place, "Ed", "Maes", end_date=AUTUMN.today() - timedelta(days=1)
    )
    teacher = await add_staff(owner, configuration, place.school_number, "Els", "Maes")
    both = await add_student(owner, configuration, place, "Gil", "Maes")
    await add_staff(owner, configuration, place.school_number, "Gil", "Maes", person_id=both)
    elsewhere, its_place = await school_with(owner)
    stranger = await add_student(owner, elsewhere, its_place, "An", "Maes")
    await named(engine_database, configuration)
    await named(engine_database, elsewhere)
    async with calling(database, configuration) as api:
        document = await previewed(api, "{naam}.{voornaam}")

    found = {row["person"]: (row["username"], row["current_username"]) for row in document["items"]}
    assert found == {
        student: ("maes.an", "an.maes"),
        future: ("maes.bo", "bo.maes"),
        teacher: ("maes.els@staff.be", "els.maes@staff.be"),
        both: ("maes.gil@staff.be", "gil.maes@staff.be"),
    }
    assert not {left, stranger} & set(found)
    assert document["summary"]["changed"] == document["summary"]["persons"] == 4


async def test_it_shows_the_names_that_creation_makes_from_nothing(
    owner: Database, database: TestDatabase, engine_database: Database
) -> None:
    """With clashes among names, candidates, numbers and cut names of other bases."""
    username_format = "{voornaam:3}{naam} | {naam}{voornaam:1}"
    configuration, place = await school_with(
        owner,
        username_format=username_format,
        username_maximum_length=8,
        reserved_words=["jansmit2"],
    )
    given = ["Jan", "Jana", "Ján", "JAN", "Jan2", "J.", "Els", "El"]
    family = ["Smit", "Smits", "Smit-Smit", "smit", "Smit 2", "Smit3"]
    for name in [(first, last) for first in given for last in family] * 3:
        await add_student(owner, configuration, place, *name)
    async with calling(database, configuration) as api:
        document = await previewed(api, username_format, limit=1000)
    await create_missing(engine_database, AUTUMN, configuration.id)

    assert {row["person"]: row["username"] for row in document["items"]} == await local_parts_of(
        owner, configuration
    )
    assert document["summary"]["persons"] == len(given) * len(family) * 3


async def test_flags_and_warnings_of_what_microsoft_refuses(
    owner: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner, policy="provider")
    domain = f"{'b' * 60}.be"
    school = await add_school(owner, configuration, staff_domain=domain)
    no_domain = await add_school(owner, configuration)
    await add_location(owner, configuration, school)
    await add_location(owner, configuration, no_domain)
    long = await add_student(owner, configuration, place, "A" * 40, "B" * 40)
    staff = await add_staff(owner, configuration, school, "C" * 20, "D" * 40)
    nowhere = await add_staff(owner, configuration, no_domain, "An", "Ys")
    async with calling(database, configuration) as api:
        document = await previewed(api, "{voornaam}.{naam}")
        shorter = await previewed(api, "{voornaam}.{naam}", {"maximum_length": 40})

    found = notes_of(document)
    assert found[long][1] == ["cut", "exceeds_microsoft_limit"]
    assert found[staff][1] == ["exceeds_microsoft_limit"]
    assert found[nowhere][1] == ["domain_missing"]
    assert [
        (each["code"], each["length"], each["limit"], each["domain"])
        for each in document["warnings"]
    ] == [
        ("microsoft_local_part", 75, 64, None),
        ("microsoft_username", 75 + 1 + len(domain), 113, domain),
    ]
    assert "Microsoft takes 64" in document["warnings"][0]["detail"]
    assert shorter["warnings"] == []


async def test_nothing_is_written(
    owner: Database, database: TestDatabase, engine_database: Database
) -> None:
    configuration, place = await a_school(owner)
    await named(engine_database, configuration)
    await add_student(owner, configuration, place, "Zoë", "Zo")
    await change_configuration(owner, configuration, username_format="{voornaam}{naam}")
    before = await _everything(owner, configuration)
    async with calling(database, configuration) as api:
        document = await previewed(api, "{naam}", {"rules": {"first_number": 5}})

    assert document["summary"]["without_username"] == 1
    assert await _everything(owner, configuration) == before


async def _everything(owner: Database, configuration: Arranged) -> dict[str, Any]:
    """All rows of the engine and of the configuration, with their counters and hidden versions."""
    tables = [*metadata.tables.values()]
    found: dict[str, Any] = {}
    async with owner.transaction() as connection:
        for table in tables:
            if table.schema not in {usernames.SCHEMA, access.SCHEMA}:
                continue
            key = "id" if table is access.configuration else "configuration_id"
            if key not in table.c:
                continue
            statement = (
                select(table, text("xmin::text"))
                .where(table.c[key] == configuration.id)
                .order_by(text("ctid"))
            )
            found[str(table)] = (await connection.execute(statement)).all()
        assert await connection.scalar(select(func.count()).select_from(usernames.username))
    return found


async def test_others_have_their_turn_after_each_few_hundred_persons(
    owner: Database, database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration, place = await school_with(owner)
    await asyncio.gather(
        *(add_student(owner, configuration, place, "Bert", "Ameel") for _ in range(250))
    )
    turns = 0
    named_in_turn: Counter[int] = Counter()

    class Page(PageOfRows):
        def add(self, row: PreviewRow) -> None:
            named_in_turn[turns] += 1
            super().add(row)

    async def take_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    monkeypatch.setattr(previewing, "PageOfRows", Page)
    async with calling(database, configuration) as api:
        others = asyncio.create_task(take_turns())
        document = await previewed(api, "{naam}", limit=0)
        others.cancel()

    assert document["items"] == []
    assert document["summary"]["notes"]["number"] == 249
    assert named_in_turn.total() == 250
    assert max(named_in_turn.values()) <= 100


@pytest.mark.parametrize(
    "params", [{"show": "some"}, {"limit": "5001"}, {"offset": "-1"}, {"shwo": "cut"}]
)
async def test_rows_are_asked_for_by_what_there_is(
    owner: Database, database: TestDatabase, params: dict[str, str]
) -> None:
    configuration, _ = await school_with(owner)
    async with calling(database, configuration) as api:
        answer = await preview(api, "{naam}", OPERATOR, None, **params)

    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_the_document_is_true(owner: Database, database: TestDatabase) -> None:
    configuration, _ = await a_school(owner)
    async with calling(database, configuration) as api:
        document = (await api.client.get("/openapi.json")).json()
        answer = await previewed(api, "{voornaam}.{naam}")
        refused = await preview(api, "{naam", body={"rules": {"spaces": 1}})

    components = document["components"]
    for name, instances in {
        "PreviewRequest": [components["schemas"]["PreviewRequest"]["example"]],
        "PreviewAnswer": [components["schemas"]["PreviewAnswer"]["example"], answer],
        "InvalidRequestDocument": [refused.json()],
    }.items():
        for instance in instances:
            jsonschema_rs.validate(
                {"$ref": f"#/components/schemas/{name}", "components": components}, instance
            )
