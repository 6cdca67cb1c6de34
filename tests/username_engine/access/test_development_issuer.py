"""The development issuer: every role of the manual through a browser's eyes."""

import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.username_engine.access.claims import ClaimsReader
from services.username_engine.development_issuer.codes import s256
from shared.database import Database
from tests.arranging import Place, add_location, add_school, new_configuration
from tests.username_engine.access.developing import (
    ENGINE,
    ISSUER,
    REQUEST,
    VERIFIER,
    app_with,
    development,
)
from tests.username_engine.access.issuing import browser, query_of
from tests.username_engine.access.test_rights import TABLE


@pytest.fixture
def app(engine_database: Database) -> FastAPI:
    return app_with(engine_database, development())


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, ENGINE) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def place(owner: Database) -> Place:
    configuration = await new_configuration(owner)
    return await add_location(owner, configuration, await add_school(owner, configuration))


class Page(HTMLParser):
    """The form as a browser would send it, and what a screen reader would say of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.labelled: set[str | None] = set()
        self.unlabelled: list[dict[str, str | None]] = []
        self._in_label = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "label":
            self._in_label = True
            self.labelled.add(given.get("for"))
        named = tag in {"input", "select"} and given.get("type") != "hidden"
        if named and not self._in_label and given.get("id") not in self.labelled:
            self.unlabelled.append(given)

    def handle_endtag(self, tag: str) -> None:
        self._in_label = self._in_label and tag != "label"

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [given for name, given in self.tags if name == tag]

    def hidden(self) -> dict[str, str]:
        inputs = [each for each in self.all("input") if each.get("type") == "hidden"]
        return {str(each["name"]): str(each["value"]) for each in inputs}

    def choices(self, name: str) -> list[str | None]:
        return [each.get("value") for each in self.all("input") if each.get("name") == name]

    def places(self) -> list[str | None]:
        return [each.get("value") for each in self.all("option")]


async def signed_in(client: httpx.AsyncClient, **chosen: Any) -> dict[str, Any]:
    """Through the whole of it, as a person does; what the engine then says of him."""
    answer = await client.get("/auth/sign-in?return_to=/usernames")
    page = await client.get(answer.headers["location"])
    form = Page(page.text)
    (action,) = {each["action"] for each in form.all("form")}
    answer = await client.post(str(action), data={**form.hidden(), **chosen})
    assert answer.status_code == 303, answer.text
    answer = await client.get(answer.headers["location"])
    assert (answer.status_code, answer.headers.get("location")) == (303, "/usernames"), answer.text
    me: dict[str, Any] = (await client.get("/api/v1/me")).json()
    return me


def at(place: Place, *, whole_school: bool = True) -> str:
    return json.dumps([place.school_number, None if whole_school else place.number])


@pytest.mark.parametrize(("application", "role", "right"), TABLE)
async def test_every_role_of_the_manual_signs_in_and_has_its_right(
    client: httpx.AsyncClient, place: Place, application: str, role: str, right: int
) -> None:
    me = await signed_in(client, role=f"{application}/{role}", place=at(place))
    group = "staff" if application == "iPersoneel" else "students"
    expected = {"group": group, "school": place.school_number, "location": None}
    named = ["none", "read", "write"][right]
    assert me["rights"] == ([{**expected, "right": named}] if right else [])
    assert not me["operator"]


async def test_at_one_location(client: httpx.AsyncClient, place: Place) -> None:
    location = at(place, whole_school=False)
    me = await signed_in(client, role="iBasis/Alles lezen", place=location)
    assert me["rights"] == [
        {
            "group": "students",
            "right": "read",
            "school": place.school_number,
            "location": place.number,
        }
    ]


async def test_several_roles_and_operators(client: httpx.AsyncClient, place: Place) -> None:
    roles = ["iLeerlingen/Alles schrijven", "iPersoneel/Alles lezen"]
    me = await signed_in(client, role=roles, place=at(place), operator="yes")
    assert me["operator"]
    assert {(each["group"], each["right"]) for each in me["rights"]} == {
        ("students", "write"),
        ("staff", "read"),
    }


def ready(page: Page, start: str, place: Place) -> str:
    """What the button sends that begins so, for the school of the place."""
    (found,) = [
        str(each["value"])
        for each in page.all("button")
        if (label := each.get("aria-label") or "").startswith(f"{start}, ")
        and f"({place.school_number})" in label
    ]
    return found


async def test_one_button_signs_in_as_somebody_with_several_roles(
    client: httpx.AsyncClient, owner: Database
) -> None:
    configuration = await new_configuration(owner)
    first = await add_location(owner, configuration, await add_school(owner, configuration))
    page = Page((await client.get(f"{ISSUER}/authorize", params=REQUEST)).text)
    assert len([each for each in page.all("button") if first.school_number in str(each)]) == 3
    await add_location(owner, configuration, first.school_number, "2")
    page = Page((await client.get(f"{ISSUER}/authorize", params=REQUEST)).text)

    me = await signed_in(client, person=ready(page, "Verschillende rollen", first))
    held = {(each["group"], each["right"], each["location"]) for each in me["rights"]}
    assert {each["school"] for each in me["rights"]} == {first.school_number}
    assert {(group, right) for group, right, _ in held} == {
        ("students", "write"),
        ("students", "read"),
        ("staff", "read"),
    }
    assert {place for group, _, place in held if group == "students"} == {first.number, "2"}

    for start, rights in (("Schrijven", {"write"}), ("Lezen", {"read"}), ("Geen toegang", set())):
        me = await signed_in(client, person=ready(page, start, first))
        assert {each["right"] for each in me["rights"]} == rights
        assert not me["operator"]
    assert (await signed_in(client, person="operator"))["operator"]


async def test_the_page_offers_every_role_and_place_and_can_be_heard(
    client: httpx.AsyncClient, place: Place
) -> None:
    answer = await client.get(f"{ISSUER}/authorize", params=REQUEST)
    page = Page(answer.text)
    assert page.choices("role") == [f"{application}/{role}" for application, role, _ in TABLE]
    assert {"*", at(place), at(place, whole_school=False)} <= set(page.places())
    assert page.unlabelled == []
    assert page.all("html") == [{"lang": "nl"}]
    assert not page.all("script")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy


async def test_what_was_asked_is_written_as_text(client: httpx.AsyncClient) -> None:
    asked = {**REQUEST, "state": '"><script>alert(1)</script>'}
    answer = await client.get(f"{ISSUER}/authorize", params=asked)
    assert "<script>" not in answer.text
    assert Page(answer.text).hidden()["state"] == asked["state"]


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"place": "*"},
        {"role": "iBasis/Alles lezen"},
        {"role": "iBasis/Alles lezen", "place": "nowhere"},
        {"role": "iBasis/Alles kunnen", "place": "*"},
        {"person": "nobody", "role": "iBasis/Alles lezen", "place": "*"},
    ],
)
async def test_without_a_choice_the_page_says_so(
    client: httpx.AsyncClient, place: Place, chosen: dict[str, str]
) -> None:
    answer = await client.post(f"{ISSUER}/sign-in", data={**REQUEST, **chosen})
    assert answer.status_code == 422
    assert re.search(r'role="alert">Kies minstens één rol', answer.text)


async def code(client: httpx.AsyncClient, **given: str) -> str:
    chosen = {**REQUEST, **given, "operator": "yes", "place": "*"}
    answer = await client.post(f"{ISSUER}/sign-in", data=chosen)
    return query_of(answer.headers["location"])["code"]


async def redeemed(client: httpx.AsyncClient, code: str, **given: str) -> httpx.Response:
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "rosterbridge",
        "redirect_uri": REQUEST["redirect_uri"],
        "code_verifier": VERIFIER,
    }
    return await client.post(f"{ISSUER}/token", data={**body, **given})


async def test_a_code_counts_once(client: httpx.AsyncClient) -> None:
    given = await code(client)
    first = await redeemed(client, given)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    again = await redeemed(client, given)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code_verifier": s256(VERIFIER)},
        {"client_id": "another"},
        {"redirect_uri": f"{ENGINE}/elsewhere"},
        {"code": "made-up"},
    ],
    ids=str,
)
async def test_a_code_is_bound_to_what_it_was_asked_with(
    client: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    given = await code(client)
    refused = await redeemed(client, **{"code": given, **wrong})
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    if "code" not in wrong:
        assert (await redeemed(client, given)).status_code == 400


async def test_no_other_grant(client: httpx.AsyncClient) -> None:
    refused = await redeemed(client, await code(client), grant_type="password")
    assert refused.json() == {"error": "unsupported_grant_type"}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
async def test_a_request_that_does_not_do_goes_back_to_the_client(
    client: httpx.AsyncClient, wrong: dict[str, str], error: str
) -> None:
    answer = await client.get(f"{ISSUER}/authorize", params={**REQUEST, **wrong})
    assert answer.headers["location"].startswith(f"{ENGINE}/auth/callback?")
    expected = {"error": error, "state": "a-state", "iss": ISSUER}
    assert query_of(answer.headers["location"]) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.test/"},
        {"redirect_uri": f"{ENGINE}/auth/callback/../x"},
        {"redirect_uri": ""},
    ],
    ids=str,
)
async def test_nobody_is_sent_to_an_address_that_is_not_the_clients(
    client: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    for answer in (
        await client.get(f"{ISSUER}/authorize", params={**REQUEST, **wrong}),
        await client.post(f"{ISSUER}/sign-in", data={**REQUEST, **wrong, "operator": "yes"}),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers


async def test_a_token_of_it_works_as_bearer(client: httpx.AsyncClient) -> None:
    token = (await redeemed(client, await code(client))).json()["access_token"]
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["operator"] is True


DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"


async def test_it_describes_itself(client: httpx.AsyncClient) -> None:
    document = (await client.get(DISCOVERY)).json()
    assert document["issuer"] == ISSUER
    assert document["code_challenge_methods_supported"] == ["S256"]
    (key,) = (await client.get(document["jwks_uri"])).json()["keys"]
    assert "d" not in key


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "engine.school.test"},
        {"Host": "127.0.0.1.evil.test:8002"},
        {"X-Forwarded-For": "10.0.0.5"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "for=10.0.0.5"},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
async def test_it_answers_this_machine_alone_under_its_own_name(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await client.get(DISCOVERY)).status_code == 200
    assert (await client.get(DISCOVERY, headers=headers)).status_code == 404
    assert (await client.get(f"{ISSUER}/authorize", headers=headers)).status_code == 404
    assert (await client.post(f"{ISSUER}/sign-in", headers=headers)).status_code == 404
    assert (await client.post(f"{ISSUER}/token", headers=headers)).status_code == 404


@pytest.mark.parametrize(
    ("client_address", "server_address"), [("10.0.0.5", "127.0.0.1"), ("127.0.0.1", "10.0.0.5")]
)
async def test_it_answers_no_other_address(
    app: FastAPI, client_address: str, server_address: str
) -> None:
    async def as_seen(scope: Any, receive: Any, send: Any) -> None:
        ends = {"client": (client_address, 1), "server": (server_address, 8002)}
        await app({**scope, **ends}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(as_seen)) as client:
        assert (await client.get(DISCOVERY)).status_code == 404


def test_the_names_it_uses_for_claims_are_the_settings_defaults() -> None:
    names = ClaimsReader.of(development()).names
    assert (names.roles, names.application, names.role, names.school, names.location) == (
        "rosterbridge_roles",
        "application",
        "role",
        "school",
        "location",
    )
