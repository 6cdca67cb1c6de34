"""`rosterbridge run` as a new user starts it, pulled as consumers pull it."""

import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import NATIVE, Demo, Sheets
from tests.e2e.consumer import (
    COLLECTIONS,
    SINGULAR,
    WAYS,
    Consumer,
    Object,
    Page,
    Pull,
    by_id,
)
from tests.e2e.differences import differences
from tests.e2e.oracle import Bundle, Oracle, switched
from tests.e2e.processes import TODAY

CONFIGURATIONS = ("demo-provider", "demo-tenant", "demo-oneroster")
REFERS_TO = {
    "org": "orgs",
    "academicSession": "academicSessions",
    "user": "users",
    "course": "courses",
    "class": "classes",
}
ENUMERATIONS = {
    ("academicSessions", "type"): {"schoolYear", "semester", "term", "gradingPeriod"},
    ("orgs", "type"): {"department", "school", "district", "local", "state", "national"},
    ("users", "role"): {"student", "teacher", "administrator", "aide", "parent", "guardian"},
    ("users", "enabledUser"): {"true", "false"},
    ("classes", "classType"): {"homeroom", "scheduled"},
    ("enrollments", "role"): {"student", "teacher", "administrator", "proctor"},
}


@pytest.fixture(scope="module", params=CONFIGURATIONS)
def configuration(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def consumer(demo: Demo, configuration: str) -> Consumer:
    return demo.consumers[configuration]


@pytest.fixture(scope="module")
def served(consumer: Consumer) -> Pull:
    return consumer.everything()


# The run


def test_the_run_prints_where_everything_is(demo: Demo) -> None:
    for value in (
        demo.described["oneroster_url"],
        demo.described["engine_url"],
        demo.described["client_id"],
        demo.described["client_secret"],
    ):
        assert value in demo.output
    for page in (f"{demo.described[url]}/docs" for url in ("oneroster_url", "engine_url")):
        assert page in demo.output
        assert httpx.get(page).status_code == 200


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_the_printed_curl_works_as_it_stands(demo: Demo) -> None:
    first_curl = re.search(r"^.*curl.*$", demo.output, re.MULTILINE)
    assert first_curl
    start = demo.output.index(first_curl.group(0))
    command = "\n".join(itertools.takewhile(str.strip, demo.output[start:].splitlines()))
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert '"users"' in done.stdout


def test_ctrl_c_ends_everything(demo: Demo) -> None:
    assert demo.left_over == {}
    assert demo.exit_code == 0


def test_a_second_run_finds_its_data_again(demo: Demo) -> None:
    assert demo.described_again == demo.described
    assert demo.served_again == demo.served


# Pulls


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_way_to_find_the_end_gives_the_same_objects(
    consumer: Consumer, served: Pull, collection: str
) -> None:
    limits = (3, 2, 7, 5, 1) if len(served[collection]) < 20 else (101, 97, 53, 89, 61)
    for way, limit in zip(WAYS, limits, strict=True):
        pages = way(consumer, collection, limit)
        _require_full_pages(pages, limit)
        items = [item for page in pages for item in page.items]
        assert by_id(items) == served[collection], way.__name__


def _require_full_pages(pages: list[Page], limit: int) -> None:
    holding = [page for page in pages if page.items]
    assert all(len(page.items) == limit for page in holding[:-1])
    total = sum(len(page.items) for page in holding)
    assert {page.total for page in pages} <= {total}
    assert not any("next" in page.links for page in pages[len(holding) - 1 :] if holding)


def test_every_reference_resolves_inside_the_same_pull(consumer: Consumer, served: Pull) -> None:
    seen: dict[str, Object] = {}
    for collection in COLLECTIONS:
        for item in served[collection].values():
            for reference in _references(item):
                assert reference["sourcedId"] in served[REFERS_TO[reference["type"]]]
                seen[reference["type"]] = reference
    for reference in seen.values():
        collection = REFERS_TO[reference["type"]]
        answer = consumer.get(reference["href"])
        assert answer.status_code == 200
        assert answer.json() == {SINGULAR[collection]: served[collection][reference["sourcedId"]]}


def _references(value: Any) -> Iterator[Object]:
    if isinstance(value, dict):
        if "href" in value:
            assert value.keys() == {"href", "sourcedId", "type"}
            yield value
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def test_school_data_sync_would_accept_it(served: Pull) -> None:
    for collection, items in served.items():
        for item in items.values():
            assert item["status"] == "active"
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", item["dateLastModified"])
            assert not _blanks(item)
            for (where, name), allowed in ENUMERATIONS.items():
                assert where != collection or item[name] in allowed
    for session in served["academicSessions"].values():
        assert session["schoolYear"] == "2027"
    assert all(one["identifier"] and one["name"] for one in served["orgs"].values())
    for user in served["users"].values():
        assert user["identifier"]
        assert user["orgs"]
        assert user["username"]
        assert user["givenName"]
        assert user["familyName"]
    for class_ in served["classes"].values():
        assert class_["terms"]
        assert class_["title"]
        assert served["courses"][class_["course"]["sourcedId"]]["org"]
    for enrollment in served["enrollments"].values():
        assert enrollment["user"]
        assert enrollment["class"]
        assert enrollment["school"]


def _blanks(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_blanks, value.values()))
    if isinstance(value, list):
        return not value or any(map(_blanks, value))
    return value is None or value == ""


def test_the_oneroster_demo_holds_what_the_acceptance_test_wants(demo: Demo) -> None:
    served = demo.consumers["demo-oneroster"].everything()
    for collection, least in (("academicSessions", 3), ("orgs", 3), ("users", 3)):
        assert len(served[collection]) >= least
    second = demo.consumers["demo-oneroster"].get("/users", offset=2, limit=1).json()["users"]
    first = demo.consumers["demo-oneroster"].get("/users", offset=0, limit=1).json()["users"]
    assert len(first) == len(second) == 1
    assert first != second
    nothing = demo.consumers["demo-oneroster"].get("/users", filter="status='norecords'")
    assert (nothing.status_code, nothing.json()) == (200, {"users": []})


# Usernames


def test_no_username_is_sent_twice_and_each_is_legal(
    configuration: str, served: Pull, sheets: Sheets
) -> None:
    names = [str(user["username"]) for user in served["users"].values()]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        local, at, domain = name.partition("@")
        assert re.fullmatch(r"[a-z0-9'._!#^~-]+", local)
        assert len(local) <= sheets[configuration]["usernames"].get("maximum_length", 75)
        assert bool(at) == (configuration == "demo-provider")
        assert not domain or domain in sheets[configuration]["usernames"]["verified_domains"]


# The oracle


@pytest.mark.parametrize("name", NATIVE)
def test_the_feed_is_what_the_bundle_says(
    demo: Demo, demo_files: Any, sheets: Sheets, name: str
) -> None:
    oracle = Oracle(Bundle(demo_files / "bundle"), sheets[name], TODAY)
    accounts = oracle.accounts({})
    served = demo.consumers[name].everything()
    users = served["users"].keys()

    assert oracle.feed(accounts)["users"].keys() < users, "defaults, and some released by hand"
    assert users <= oracle.feed(switched(accounts, lambda _: True))["users"].keys()

    assert differences(oracle.feed(switched(accounts, users.__contains__)), served) == {}


# Configurations


@pytest.mark.parametrize("collection", ["orgs", "users", "classes", "courses", "enrollments"])
def test_no_client_sees_another_configurations_rows(demo: Demo, collection: str) -> None:
    everything = {name: one.everything()[collection] for name, one in demo.consumers.items()}
    for mine, other in itertools.permutations(CONFIGURATIONS, 2):
        consumer = demo.consumers[mine]
        foreign = sorted(everything[other].keys() - everything[mine].keys())
        assert foreign
        assert consumer.get(f"/{collection}/{foreign[0]}").status_code == 404
        for clause in (
            f"sourcedId='{foreign[0]}'",
            f"sourcedId='{foreign[0]}' OR sourcedId='{foreign[-1]}'",
            f"status='active' OR sourcedId='{foreign[0]}'",
            "status='active' OR status='tobedeleted'",
            "sourcedId!='x' OR dateLastModified>'2000-01-01'",
        ):
            page = consumer.page(consumer.url(collection, limit=100_000, filter=clause))
            assert not by_id(page.items).keys() & set(foreign), clause
            assert all(everything[mine].get(item["sourcedId"]) == item for item in page.items)
            assert page.total == len(page.items)


# Access


def test_every_way_to_send_credentials_gives_a_token(demo: Demo) -> None:
    client = {name: demo.described[name] for name in ("client_id", "client_secret")}
    grant = {"grant_type": "client_credentials"}
    url = demo.described["token_url"]
    for answer in (
        httpx.post(url, data=grant, auth=(client["client_id"], client["client_secret"])),
        httpx.post(url, data={**grant, **client}),
        httpx.post(url, data={**grant, **client, "scope": ""}),
    ):
        assert answer.status_code == 200
        token = answer.json()
        assert token["token_type"].lower() == "bearer"
        assert token["expires_in"] >= 3600
        orgs = httpx.get(
            f"{demo.described['oneroster_url']}/ims/oneroster/v1p1/orgs",
            headers={"Authorization": f"Bearer {token['access_token']}"},
        )
        assert orgs.status_code == 200
        assert orgs.json()["orgs"]


def test_a_wrong_secret_opens_nothing(demo: Demo) -> None:
    grant = {"grant_type": "client_credentials"}
    refused = httpx.post(
        demo.described["token_url"], data=grant, auth=(demo.described["client_id"], "wrong")
    )
    assert refused.status_code == 401
    assert refused.json()["error"] == "invalid_client"
    bare = httpx.get(f"{demo.described['oneroster_url']}/ims/oneroster/v1p1/users")
    assert bare.status_code == 401
    assert bare.json()["statusInfoSet"]
