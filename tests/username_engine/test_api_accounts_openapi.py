"""What the OpenAPI document says of accounts and history, held against what it answers an operator."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.checks import ignored_auth, positive_data_acceptance
from schemathesis.config import SchemathesisConfig

from shared.database import Database
from shared.roles import Role
from tests.arranging import add_location, add_school, add_student, new_configuration
from tests.conftest import TestDatabase
from tests.serving import serving
from tests.username_engine.operators_engine import operators_engine

_OF = "/api/v1/configurations/{configuration}"
PATHS = tuple(
    f"{_OF}/{path}"
    for path in ("proposals", "proposals/sure", "proposals/approve", "accounts", "history")
)
CONFIGURATION = "configuration-for-the-accounts-pages"


DOCUMENT = operators_engine("postgresql://nowhere").openapi()
CONFIG = SchemathesisConfig.from_dict({"generation": {"max-examples": 20, "deterministic": True}})
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG).include(path=list(PATHS))
OPERATIONS = [operation for path in PATHS for operation in DOCUMENT["paths"][path].values()]


@pytest.fixture(scope="module")
def address(database: TestDatabase) -> Iterator[str]:
    with serving(operators_engine(database.url(Role.ENGINE))) as base_url:
        yield base_url


@pytest.fixture(scope="module")
async def _a_configuration(owner: Database) -> None:
    configuration = await new_configuration(owner, name=CONFIGURATION)
    school = await add_school(owner, configuration)
    await add_student(owner, configuration, await add_location(owner, configuration, school))


@SCHEMA.parametrize()
@pytest.mark.usefixtures("_a_configuration")
def test_whatever_is_asked_is_answered_as_described(case: Case[Any], address: str) -> None:
    case.path_parameters["configuration"] = CONFIGURATION
    # The document can't say that one of two fields is needed or what a CSV file is, and here
    # everybody is an operator.
    case.call_and_validate(
        base_url=address, excluded_checks=[positive_data_acceptance, ignored_auth]
    )


@pytest.mark.parametrize(
    "name",
    [
        "ProposalList",
        "ApproveRequest",
        "ApproveAnswer",
        "AccountsSummary",
        "ImportAnswer",
        "ConfigurationHistoryPage",
    ],
)
def test_the_examples_are_true(name: str) -> None:
    jsonschema_rs.validate(
        {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]},
        DOCUMENT["components"]["schemas"][name]["example"],
    )


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: str(each["summary"]))
def test_each_operation_and_parameter_is_described(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert all(parameter["description"] for parameter in operation["parameters"])
    assert {"IssuerToken", "Session"} == {name for each in operation["security"] for name in each}
