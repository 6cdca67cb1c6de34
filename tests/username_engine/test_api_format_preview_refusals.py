"""Formats, rules and requests that cannot be tried (docs/formats.md, "Preview")."""

from typing import Any

import pytest

from services.username_engine.access.rights import Right
from shared.database import Database
from tests.arranging import (
    Arranged,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, caller, calling, school_with
from tests.username_engine.previews import preview


@pytest.mark.parametrize(
    ("text", "position", "proposal", "expected"),
    [
        ("{voornam}.{naam}", 2, "{voornaam}.{familienaam}", "{voornaam}"),
        ("{voornaam}.{naam", 12, "{voornaam}.{familienaam}", "'}'"),
        ("", 1, "{voornaam}.{familienaam}", "{voornaam}"),
        ("{naam}" * 100, 256, None, "255 characters"),
    ],
)
async def test_a_faulty_format_is_refused_with_position_and_a_mended_proposal(
    owner: Database,
    database: TestDatabase,
    text: str,
    position: int,
    proposal: str | None,
    expected: str,
) -> None:
    configuration, _ = await school_with(owner)
    async with calling(database, configuration) as api:
        answer = await preview(api, text)

    document = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["code"] == "format.invalid"
    assert document["position"] == position
    assert document["proposal"] == proposal
    assert expected in document["expected"]
    assert [fault["location"] for fault in document["errors"]] == ["format"]


async def test_faults_of_rules_and_words_name_their_keys_all_at_once(
    owner: Database, database: TestDatabase
) -> None:
    configuration, _ = await school_with(owner)
    body = {
        "rules": {"particles": "none", "first_number": True, "hyphen": "keep", "spaces": None},
        "reserved_words": ["kantine", "a@b", "..", ""],
    }
    async with calling(database, configuration) as api:
        right = await preview(api, "{naam}", body=body)
        wrong = await preview(api, "{nam", body=body)

    document = right.json()
    assert (right.status_code, document["code"]) == (422, "format.invalid")
    assert (document["position"], document["proposal"]) == (None, None)
    assert [fault["location"] for fault in document["errors"]] == [
        "rules.particles",
        "rules.first_number",
        "rules.hyphen",
        "rules.spaces",
        "reserved_words.1",
        "reserved_words.2",
        "reserved_words.3",
    ]
    assert document["errors"][0]["expected"] == "keep or drop or initials"
    assert document["errors"][2]["expected"] == "hyphens"
    assert [fault["location"] for fault in wrong.json()["errors"]][:2] == [
        "format",
        "rules.particles",
    ]


async def test_a_format_without_room_for_a_name_is_refused_as_when_applied(
    owner: Database, database: TestDatabase
) -> None:
    configuration, _ = await school_with(owner, username_maximum_length=10)
    async with calling(database, configuration) as api:
        fits = await preview(api, "atheneum{naam:1}", body={"maximum_length": 12})
        full = await preview(api, "athe-{naam}{startyear:-2} | {naam}")

    assert fits.status_code == 200
    (fault,) = full.json()["errors"]
    assert (full.status_code, full.json()["code"]) == (422, "format.invalid")
    assert fault["location"] == "maximum_length"
    assert "7 fixed characters leave no room" in fault["detail"]
    assert fault["expected"] == "at most 6 fixed characters"


@pytest.mark.parametrize(
    "body",
    [
        {"maximum_length": 7},
        {"maximum_length": 76},
        {"maximum_length": "20"},
        {"maximum_length": True},
        {"rules": []},
        {"rules": {f"rule{n}": 1 for n in range(33)}},
        {"reserved_words": "info"},
        {"reserved_words": [1]},
        {"regels": {}},
        {"format": 3},
        {"format": None},
    ],
)
async def test_what_is_no_request_is_refused(
    owner: Database, database: TestDatabase, body: Any
) -> None:
    configuration, _ = await school_with(owner)
    async with calling(database, configuration) as api:
        answer = await preview(api, "{naam}", body=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(
    "content",
    [
        b'{"format": "{naam}\\ud800"}',
        b'{"format": "{naam}", "rules": {"\\ud800": 1}}',
        b'{"format": "{naam}", "rules": {"particles": "\\ud800"}}',
        b'{"format": "{naam}\\u0000"}',
        b'{"format": "{naam}", "reserved_words": ["\\u0000"]}',
        b'{"format": "{naam}", "rules": {"particles": ["keep"]}}',
    ],
)
async def test_text_that_is_no_text_is_refused_too(
    owner: Database, database: TestDatabase, content: bytes
) -> None:
    configuration, _ = await school_with(owner)
    async with calling(database, configuration) as api:
        api.door.principals[OPERATOR.subject] = OPERATOR
        answer = await api.client.post(
            f"/api/v1/configurations/{configuration.name}/formats/preview",
            content=content,
            headers={"X-Caller": OPERATOR.subject, "Content-Type": "application/json"},
        )

    assert answer.status_code == 422, answer.text


async def test_it_is_for_operators_of_a_configuration_that_is_there(
    owner: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    writer = caller(Right.WRITE, place.school_number)
    async with calling(database, configuration) as api:
        refused = await preview(api, "{naam}", writer)
        faulty = await preview(api, "{", writer)
        api.configuration = Arranged(0, "nergens")
        unknown = await preview(api, "{naam}")

    for answer in (refused, faulty):
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")
        assert "position" not in answer.json()
    assert (unknown.status_code, unknown.json()["code"]) == (404, "configuration.unknown")


async def test_without_data_of_the_school_year_there_is_nobody_to_show_it_on(
    owner: Database, database: TestDatabase
) -> None:
    configuration = await new_configuration(owner, school_year=False)
    async with calling(database, configuration) as api:
        answer = await preview(api, "{naam}")

    assert (answer.status_code, answer.json()["code"]) == (409, "configuration.no_school_year")
