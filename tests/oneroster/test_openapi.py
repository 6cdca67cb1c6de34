"""The OpenAPI documents: valid, true in their examples, and true whatever is sent to what they describe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
import requests
import schemathesis
from openapi_spec_validator import validate
from pydantic import SecretStr
from schemathesis import Case
from schemathesis.checks import CheckFunction
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import insert

from services.oneroster.app import create_app
from services.oneroster.oauth.keys import ensure_signing_key
from services.oneroster.rostering.discovery import DISCOVERY_PATHS
from services.oneroster.rostering.operations import OPERATIONS, Operation
from services.oneroster.rostering.query import parse_query
from services.oneroster.rostering.schemas import error_schema, kind_of
from services.oneroster.rostering.versions import Version
from services.username_engine.app import create_app as create_engine_app
from shared.client_secrets import new_secret, secret_hmac
from shared.database import Database
from shared.roles import Role
from shared.settings import EngineSettings, OneRosterSettings
from shared.tables import access
from tests.arranging import (
    add_class,
    add_class_enrolment,
    add_location,
    add_school,
    add_staff,
    add_student,
    new_configuration,
)
from tests.conftest import SECRET_KEY, TestDatabase
from tests.oneroster.conftest import IN_OCTOBER, SERVICE_TOKEN
from tests.oneroster.rostering.validating import validator
from tests.serving import serving


def _settings(database_url: str, **further: Any) -> OneRosterSettings:
    return OneRosterSettings(
        database_url=SecretStr(database_url),
        service_token=SecretStr(SERVICE_TOKEN),
        secret_key=SecretStr(SECRET_KEY),
        today=IN_OCTOBER,
        **further,
    )


DOCUMENT = create_app(_settings("postgresql://nowhere")).openapi()
each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda operation: f"{operation.id}-{operation.version}"
)


def _described(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][operation.version.base_path + operation.path]["get"]
    return found


def _response(operation: Operation, status: str) -> dict[str, Any]:
    response: dict[str, Any] = _described(operation)["responses"][status]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return response


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_each_operation_has_an_id_and_a_sentence_of_its_own() -> None:
    described = [each for item in DOCUMENT["paths"].values() for each in item.values()]
    ids = [each["operationId"] for each in described]

    assert len(set(ids)) == len(ids)
    assert all(each["summary"] and each["description"] for each in described)
    assert {_described(operation)["operationId"] for operation in OPERATIONS} >= {
        "getAllUsers",
        "getAllUsers_v1p1",
    }


@each_operation
def test_the_example_of_an_answer_is_true(operation: Operation) -> None:
    example = _response(operation, "200")["content"]["application/json"]["example"]
    kind = kind_of(operation.resource.collection)
    name = f"Single{kind}DType" if operation.single else f"{kind}SetDType"

    validator(operation.version, name).validate(example)
    assert list(example) == [operation.wrapper]


@each_operation
def test_each_error_is_shown_in_the_version_s_shape(operation: Operation) -> None:
    statuses = {"400", "401", "403", "500", "503"} | ({"404"} if operation.single else set())

    assert set(_described(operation)["responses"]) == {"200", "304"} | statuses
    for status in statuses:
        content = _response(operation, status)["content"]["application/json"]
        validator(operation.version, error_schema(operation.version)).validate(content["example"])


def _told(example: dict[str, Any]) -> str:
    """All descriptions of an error, of either version."""
    entries = example.get("statusInfoSet", [example])
    return " ".join(entry["imsx_description"] for entry in entries)


def _shown(operation: Operation, status: str) -> str:
    return _told(_response(operation, status)["content"]["application/json"]["example"])


@each_operation
def test_a_shown_400_is_of_the_operation_s_own_parameters(operation: Operation) -> None:
    shown, description = _shown(operation, "400"), _response(operation, "400")["description"]

    if operation.single:
        assert "fields" in shown or "selected" in shown
        assert not re.search(r"limit|filter|edition|pull", shown + description)
    else:
        assert "limit" in shown
        assert f"{operation.resource.collection} have: " in shown
        assert ", ".join(operation.resource.fields) in shown


@each_operation
def test_a_shown_403_names_every_scope_that_opens_it(operation: Operation) -> None:
    shown = _shown(operation, "403")

    assert re.findall(r"https://\S+?(?=[ ]|\.$)", shown) == list(operation.scopes)


@each_operation
def test_every_example_of_a_filter_can_be_sent(operation: Operation) -> None:
    examples = [
        example["value"]
        for parameter in _described(operation)["parameters"]
        if parameter.get("name") == "filter"
        for example in parameter["examples"].values()
    ]

    assert bool(examples) != operation.single
    for value in examples:
        assert value
        assert parse_query(f"filter={quote(value)}".encode(), operation, 100).filter.conditions


@pytest.mark.parametrize("name", ["getAllTeachers", "getTeacher", "getTeachersForSchool"])
def test_teachers_are_described_as_each_version_has_them(name: str) -> None:
    told = {
        operation.version: _described(operation)["description"]
        for operation in OPERATIONS
        if operation.id == name
    }

    assert "staff" in told[Version.V1P1]
    assert "the role `teacher`" in told[Version.V1P2]
    assert "teaching or not" not in told[Version.V1P2]


@each_operation
def test_the_count_is_described(operation: Operation) -> None:
    count = _response(operation, "200")["headers"]["X-Total-Count"]

    assert count["required"]
    assert (count["example"] == 1) == operation.single


ENGINE_DOCUMENT = create_engine_app(
    EngineSettings(
        database_url=SecretStr("postgresql://nowhere"), service_token=SecretStr(SERVICE_TOKEN)
    )
).openapi()


@pytest.mark.parametrize("document", [DOCUMENT, ENGINE_DOCUMENT], ids=["oneroster", "engine"])
@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_what_operators_ask_for_is_described(document: dict[str, Any], path: str) -> None:
    for response in document["paths"][path]["get"]["responses"].values():
        assert response["description"]
        assert response["description"] != "Successful Response"


@each_operation
def test_either_scope_opens_an_operation(operation: Operation) -> None:
    assert _described(operation)["security"] == [{"OAuth2CC": [each]} for each in operation.scopes]
    assert set(operation.scopes) <= set(
        DOCUMENT["components"]["securitySchemes"]["OAuth2CC"]["flows"]["clientCredentials"][
            "scopes"
        ]
    )


@each_operation
def test_the_parameters_in_a_path_are_described(operation: Operation) -> None:
    in_path = [each for each in _described(operation)["parameters"] if each.get("in") == "path"]

    assert [each["name"] for each in in_path] == list(operation.parameters)
    assert all(each["example"] and each["description"] for each in in_path)


@dataclass(frozen=True)
class Consumer:
    """Of both services on ports of their own, over a published roster."""

    address: str
    headers: dict[str, str]
    http: httpx.Client
    credentials: tuple[str, str]

    def with_scope(self, scope: str) -> "Consumer":
        """With a token for no more than `scope`."""
        grant = {"grant_type": "client_credentials", "scope": scope}
        token = self.http.post("/connect/token", data=grant, auth=self.credentials).json()
        return replace(self, headers={"Authorization": f"Bearer {token['access_token']}"})

    def get(self, path: str, **parameters: str) -> httpx.Response:
        return self.http.get(path, params=parameters, headers=self.headers)

    def any_id(self, version: Version, collection: str) -> str:
        """Of what is served there; of an empty collection one that nothing has."""
        answer = self.get(f"{version.base_path}/{collection}", limit="1").json()
        (objects,) = answer.values()
        return str(objects[0]["sourcedId"]) if objects else "none"


@pytest_asyncio.fixture(scope="module")
async def credentials(owner: Database) -> tuple[str, str]:
    """Id and secret of a client whose configuration has some of everything."""
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration, student_domain="college.be")
    place = await add_location(owner, configuration, school)
    class_id = await add_class(owner, configuration, place, number="1")
    for name in ("Aerts", "Bogaert", "Claes"):
        person = await add_student(owner, configuration, place, "Jan", name)
        await add_class_enrolment(owner, configuration, person, class_id)
    await add_staff(owner, configuration, school)
    client_id, secret = f"client-of-{configuration.name}", new_secret()
    async with owner.transaction() as connection:
        await ensure_signing_key(connection, SecretStr(SECRET_KEY))
        await connection.execute(
            insert(access.client).values(
                configuration_id=configuration.id,
                client_id=client_id,
                description="tests",
                secret_hmac=secret_hmac(secret, SECRET_KEY.encode()),
                default_limit=100,
            )
        )
    return client_id, secret


@pytest.fixture(scope="module")
def consumer(database: TestDatabase, credentials: tuple[str, str]) -> Iterator[Consumer]:
    engine = create_engine_app(
        EngineSettings(
            database_url=SecretStr(database.url(Role.ENGINE)),
            service_token=SecretStr(SERVICE_TOKEN),
            today=IN_OCTOBER,
        )
    )
    with serving(engine) as engine_url:
        app = create_app(_settings(database.url(Role.ONEROSTER), engine_url=engine_url))
        with serving(app) as address, httpx.Client(base_url=address) as http:
            grant = {"grant_type": "client_credentials"}
            token = http.post("/connect/token", data=grant, auth=credentials).json()["access_token"]
            yield Consumer(address, {"Authorization": f"Bearer {token}"}, http, credentials)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """One connection for all that schemathesis sends."""
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"max-examples": 5, "deterministic": True},
        "operations": [
            {
                # They take the parameters of the other collections, in the same code.
                "include-path-regex": r"/\{\w+\}/",
                "phases": {"coverage": {"enabled": False}},
            }
        ],
    }
)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)
# Their grammar, or what they name, can't be said in a schema: what fits it may be refused.
_BEYOND_A_SCHEMA = {"filter", "sort", "fields", "edition"}


@SCHEMA.parametrize()
def test_the_document_is_true_whatever_is_sent(
    case: Case[Any], consumer: Consumer, session: requests.Session
) -> None:
    asked = set(case.query or {})
    form = case.operation.path == "/connect/token"
    excluded: list[CheckFunction] = []
    if form or asked & _BEYOND_A_SCHEMA:
        excluded.append(positive_data_acceptance)
    case.call_and_validate(
        base_url=consumer.address,
        session=session,
        headers=consumer.headers,
        excluded_checks=excluded,
    )


@each_operation
def test_what_is_served_is_as_described(operation: Operation, consumer: Consumer) -> None:
    path = operation.version.base_path + operation.path
    for name in operation.parameters:
        collection = _COLLECTIONS.get(name) or operation.path.split("/")[1]
        path = path.replace(f"{{{name}}}", consumer.any_id(operation.version, collection))
    described = SCHEMA[operation.version.base_path + operation.path]["GET"]

    for parameters in ({}, {"fields": "sourcedId,status"}):
        response = consumer.get(path, **parameters)

        described.validate_response(response)
        assert response.status_code == 200 or path.endswith("/none")
        if response.status_code == 200 and not parameters:
            kind = kind_of(operation.resource.collection)
            name = f"Single{kind}DType" if operation.single else f"{kind}SetDType"
            validator(operation.version, name).validate(response.json())
    unchanged = consumer.http.get(
        path,
        headers={**consumer.headers, "If-None-Match": consumer.get(path).headers.get("etag", "")},
    )
    assert unchanged.status_code == (404 if path.endswith("/none") and operation.single else 304)


@each_operation
def test_the_refusals_shown_are_those_that_are_served(
    operation: Operation, consumer: Consumer
) -> None:
    path = re.sub(r"{\w+}", "none", operation.version.base_path + operation.path)
    wrong = {"fields": ""} if operation.version is Version.V1P1 else {"fields": "colour"}
    if not operation.single:
        wrong = {"limit": "0", "filter": "colour='red'"}

    refused = consumer.get(path, **wrong)
    assert (refused.status_code, _told(refused.json())) == (400, _shown(operation, "400"))
    if operation.single:
        missing = consumer.get(path)
        assert (missing.status_code, _told(missing.json())) == (404, _shown(operation, "404"))
    other = Version.V1P1 if operation.version is Version.V1P2 else Version.V1P2
    forbidden = consumer.with_scope(other.scope("roster.readonly")).get(path)
    assert (forbidden.status_code, _told(forbidden.json())) == (403, _shown(operation, "403"))


_COLLECTIONS = {
    "school_sourced_id": "schools",
    "class_sourced_id": "classes",
    "course_sourced_id": "courses",
    "term_sourced_id": "terms",
    "user_sourced_id": "users",
    "student_sourced_id": "students",
    "teacher_sourced_id": "teachers",
}


@pytest.mark.parametrize("path", DISCOVERY_PATHS)
def test_discovery_tells_of_1_2_alone_and_takes_no_token(path: str, consumer: Consumer) -> None:
    response = consumer.http.get(path)
    document = response.json()

    assert response.headers["content-type"] == "application/json"
    validate(document)
    of_1_2 = [operation for operation in OPERATIONS if operation.version is Version.V1P2]
    assert set(document["paths"]) == {operation.path for operation in of_1_2}
    assert {item["get"]["operationId"] for item in document["paths"].values()} == {
        operation.id for operation in of_1_2
    }
    assert document["servers"] == [{"url": consumer.address + Version.V1P2.base_path}]
    flow = document["components"]["securitySchemes"]["OAuth2CC"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == f"{consumer.address}/connect/token"
    assert set(flow["scopes"]) == {scope for operation in of_1_2 for scope in operation.scopes}
    assert "v1p1" not in response.text


def test_a_client_that_goes_by_discovery_reads_the_roster(
    consumer: Consumer, credentials: tuple[str, str]
) -> None:
    document = consumer.http.get(DISCOVERY_PATHS[0]).json()
    flow = document["components"]["securitySchemes"]["OAuth2CC"]["flows"]["clientCredentials"]
    asked = document["paths"]["/users"]["get"]["security"][0]["OAuth2CC"]

    token = consumer.http.post(
        flow["tokenUrl"],
        data={"grant_type": "client_credentials", "scope": " ".join(asked)},
        auth=credentials,
    ).json()["access_token"]
    answer = consumer.http.get(
        document["servers"][0]["url"] + "/users", headers={"Authorization": f"Bearer {token}"}
    )

    schemathesis.openapi.from_dict(document)["/users"]["GET"].validate_response(answer)
    assert len(answer.json()["users"]) == 4


def test_the_page_s_scripts_are_served_from_here(consumer: Consumer) -> None:
    page = consumer.http.get("/docs").text

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) >= 3
    for address in addresses:
        assert consumer.http.get(f"/{address}").status_code == 200
