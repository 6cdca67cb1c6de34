"""Every operation of the public API refuses in the language that is asked for."""

from typing import Any

import httpx
import pytest

from services.username_engine.access.principal import Principal
from services.username_engine.engine.messages import Language
from shared.database import Database
from tests.arranging import Arranged, new_configuration
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, calling
from tests.username_engine.test_openapi import DOCUMENT

NOBODY = Arranged(0, "no-such-configuration")
OPERATIONS = [
    (method, path)
    for path, operations in DOCUMENT["paths"].items()
    if path.startswith("/api/v1/")
    for method in operations
]
OF_A_CONFIGURATION = [each for each in OPERATIONS if "{configuration}" in each[1]]
OF_OPERATORS = [
    (method, path)
    for method, path in OF_A_CONFIGURATION
    if "/plans" in path or "/formats/" in path or path.endswith("{configuration}/history")
]


async def refusals(
    api: Api, method: str, path: str, caller: Principal | None, **options: Any
) -> dict[Language, httpx.Response]:
    """By the language that is asked for."""
    headers = {}
    if caller:
        api.door.principals[caller.subject] = caller
        headers = {"X-Caller": caller.subject}
    filled = path.replace("{configuration}", api.configuration.name)
    filled = filled.replace("{", "").replace("}", "")
    return {
        language: await api.client.request(
            method, filled, headers={"Accept-Language": language, **headers}, **options
        )
        for language in Language
    }


def check_spoken(answers: dict[Language, httpx.Response], codes: set[str]) -> None:
    for language, answer in answers.items():
        assert answer.json()["code"] in codes
        assert answer.headers["content-language"] == language
        assert "Accept-Language" in answer.headers["vary"]
    assert len({answer.json()["detail"] for answer in answers.values()}) == len(Language)
    assert len({answer.json()["title"] for answer in answers.values()}) == len(Language)


def takes_parameters(method: str, path: str) -> bool:
    operation = DOCUMENT["paths"][path][method]
    named = [parameter["in"] for parameter in operation.get("parameters", ())]
    takes_json = "application/json" in operation.get("requestBody", {}).get("content", ())
    return "query" in named or "{plan}" in path or takes_json


# Of a file its faults are told first.
@pytest.mark.parametrize(
    ("method", "path"),
    [each for each in OF_A_CONFIGURATION if not (each[0] == "post" and "/accounts" in each[1])],
)
async def test_of_a_configuration_that_is_unknown(
    database: TestDatabase, method: str, path: str
) -> None:
    async with calling(database, NOBODY) as api:
        answers = await refusals(api, method, path, OPERATOR, json=[])
        check_spoken(answers, {"configuration.unknown", "request.invalid"})


@pytest.mark.parametrize(
    ("method", "path"), [each for each in OF_A_CONFIGURATION if takes_parameters(*each)]
)
async def test_what_is_not_valid(
    owner: Database, database: TestDatabase, method: str, path: str
) -> None:
    async with calling(database, await new_configuration(owner)) as api:
        params = {"limit": "few", "group": "nobody", "at_school": "1", "dry_run": "perhaps"}
        answers = await refusals(api, method, path, OPERATOR, json=[], params=params)
        check_spoken(answers, {"request.invalid"})


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_who_is_not_signed_in(database: TestDatabase, method: str, path: str) -> None:
    async with calling(database, NOBODY) as api:
        check_spoken(await refusals(api, method, path, None), {"auth.required"})


@pytest.mark.parametrize(("method", "path"), OF_OPERATORS)
async def test_who_is_no_operator(database: TestDatabase, method: str, path: str) -> None:
    async with calling(database, NOBODY) as api:
        answers = await refusals(api, method, path, Principal("00u1", "Els Claes"))
        check_spoken(answers, {"auth.forbidden"})
