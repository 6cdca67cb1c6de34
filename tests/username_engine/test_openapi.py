"""The engine's OpenAPI document: valid, and true whatever is sent to what it describes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from openapi_spec_validator import validate
from pydantic import SecretStr
from schemathesis import Case
from schemathesis.config import SchemathesisConfig

from services.username_engine.app import create_app
from shared.database import Database
from shared.roles import Role
from shared.settings import EngineSettings
from tests.arranging import add_location, add_school, add_student, new_configuration
from tests.conftest import TestDatabase
from tests.serving import serving

TOKEN = "a service token that only these tests know"


def _settings(database_url: str) -> EngineSettings:
    return EngineSettings(
        database_url=SecretStr(database_url),
        service_token=SecretStr(TOKEN),
        today=date(2024, 10, 15),
    )


DOCUMENT = create_app(_settings("postgresql://nowhere")).openapi()
CONFIG = SchemathesisConfig.from_dict({"generation": {"max-examples": 20, "deterministic": True}})
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)


@pytest.fixture(scope="module")
def address(database: TestDatabase) -> Iterator[str]:
    with serving(create_app(_settings(database.url(Role.ENGINE)))) as base_url:
        yield base_url


@pytest.fixture(scope="module")
async def _a_configuration(owner: Database) -> None:
    configuration = await new_configuration(owner)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    await add_student(owner, configuration, place, "Mally", "Lassens")


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


@SCHEMA.parametrize()
@pytest.mark.usefixtures("_a_configuration")
def test_the_document_is_true(case: Case[Any], address: str) -> None:
    case.call_and_validate(base_url=address, headers={"Authorization": f"Bearer {TOKEN}"})


def test_each_operation_has_a_sentence() -> None:
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert operation["description"]


def test_the_examples_are_true() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for name in ("CreateRequest", "CreateAnswer", "ResolveRequest"):
        jsonschema_rs.validate(
            {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]},
            schemas[name]["example"],
        )
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                _check_problems(status, response)


def _check_problems(status: str, response: dict[str, Any]) -> None:
    problem = response.get("content", {}).get("application/problem+json", {})
    for example in problem.get("examples", {}).values():
        jsonschema_rs.validate(
            {**problem["schema"], "components": DOCUMENT["components"]}, example["value"]
        )
        assert str(example["value"]["status"]) == status


def test_the_page_s_token_is_asked_for_where_it_is_needed() -> None:
    described = DOCUMENT["components"]["securitySchemes"]["ServiceToken"]
    assert (described["type"], described["scheme"]) == ("http", "bearer")
    for path, operations in DOCUMENT["paths"].items():
        for operation in operations.values():
            schemes = {name for asked in operation.get("security", ()) for name in asked}
            assert ("ServiceToken" in schemes) == path.startswith("/internal/")
