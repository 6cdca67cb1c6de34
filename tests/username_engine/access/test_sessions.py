"""Sessions of browsers: what is in the cookie, how long it holds, and writes from other sites."""

import zlib
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest
import time_machine

from services.username_engine.access.principal import SESSION_COOKIE
from tests.username_engine.access.issuing import (
    ENGINE,
    ROLE_AT_SCHOOL,
    ScriptedIssuer,
    begin,
    browser,
    code_of,
    come_back,
    guarded_app,
    settings,
    sign_in,
)

NAME = f"__Host-{SESSION_COOKIE}"
READABLE, WRITABLE = "/list/students/042168/3", "/list/students/001507/1"


def cookie(client: httpx.AsyncClient) -> str:
    return str(client.cookies[NAME])


def replace_cookie(client: httpx.AsyncClient, value: str) -> None:
    client.cookies.clear()
    client.cookies.set(NAME, value)


async def test_a_session_is_a_cookie_no_script_reads_and_no_other_site_sends() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        answer = await come_back(client, issuer, await begin(client))
    assert answer.headers["location"] == "/usernames"
    assert answer.headers["cache-control"] == "no-store"
    header = next(
        each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{NAME}=")
    )
    attributes = {part.strip() for part in header.split(";")[1:]}
    assert attributes == {"HttpOnly", "Max-Age=28800", "Path=/", "SameSite=lax", "Secure"}


async def test_the_cookie_holds_who_it_is_and_what_he_may_and_nothing_else() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        await sign_in(client, issuer, email="mia@school.test", groups=["secretariaat"])
        payload = cookie(client).split(".")[1]
    document = orjson.loads(zlib.decompress(urlsafe_b64decode(payload + "==")))
    assert set(document) == {"sub", "name", "operator", "grants", "exp"}
    assert document["grants"] == [["students", 1, "042168", "3"], ["students", 2, "001507"]]


async def test_who_one_is_and_what_one_may() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        await sign_in(client, issuer)
        answer = await client.get("/api/v1/me")
    assert answer.headers["cache-control"] == "no-store"
    me = answer.json()
    assert me.pop("csrf_token")
    ends = datetime.fromisoformat(me.pop("session_ends"))
    assert abs(ends - datetime.now(UTC) - timedelta(hours=8)) < timedelta(minutes=5)
    assert me == {
        "subject": "a-person",
        "name": "Mia Maes",
        "operator": False,
        "rights": [
            {"group": "students", "right": "write", "school": "001507", "location": None},
            {"group": "students", "right": "read", "school": "042168", "location": "3"},
        ],
        "sign_in": "/auth/sign-in",
        "sign_out": "/auth/sign-out",
    }


async def test_nobody_is_let_in_without_a_session() -> None:
    async with browser(guarded_app(ScriptedIssuer())) as client:
        for path in ("/api/v1/me", READABLE):
            answer = await client.get(path)
            assert code_of(answer) == (401, "auth.required")
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["sign_in"] == "/auth/sign-in"
        assert code_of(await client.patch(WRITABLE)) == (401, "auth.required")


async def test_a_session_ends_when_its_time_is_over_whatever_was_done_in_it() -> None:
    issuer = ScriptedIssuer()
    app = guarded_app(issuer, settings(session_lifetime_seconds=600))
    with time_machine.travel("2026-11-20T08:00:00Z", tick=False) as clock:
        async with browser(app) as client:
            await sign_in(client, issuer)
            kept = cookie(client)
            clock.shift(timedelta(seconds=599))
            assert (await client.get("/api/v1/me")).status_code == 200
            clock.shift(timedelta(seconds=1))
            replace_cookie(client, kept)
            assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")


async def test_a_cookie_that_was_changed_is_no_session() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        await sign_in(client, issuer)
        header, payload, signature = cookie(client).split(".")
        await sign_in(client, issuer, sub="another", groups=["directeurs-ict"])
        other = cookie(client).split(".")
        for forged in (
            f"{header}.{other[1]}.{signature}",
            f"{header}.{payload}.{signature[:-2]}AA",
            f"{header}.{payload}.",
            # {"alg":"none","typ":"session"}
            f"eyJhbGciOiJub25lIiwidHlwIjoic2Vzc2lvbiJ9.{payload}.",
            "x" * 5000,
            "geen.geldige.sessie",
        ):
            replace_cookie(client, forged)
            assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")


async def test_a_session_signed_under_another_key_is_none() -> None:
    issuer = ScriptedIssuer()
    other_key = settings(session_key="another-session-key-of-another-engine")
    async with browser(guarded_app(issuer, other_key)) as elsewhere:
        await sign_in(elsewhere, issuer)
        foreign = cookie(elsewhere)
    async with browser(guarded_app(issuer)) as client:
        replace_cookie(client, foreign)
        assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")


async def test_a_session_of_another_issuer_is_none() -> None:
    """As of the development issuer, whose sessions are signed under the same state folder's key."""
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as elsewhere:
        await sign_in(elsewhere, issuer, groups=["directeurs-ict"])
        foreign = cookie(elsewhere)
    other = settings(oidc_issuer="https://another.test")
    async with browser(guarded_app(issuer, other)) as client:
        replace_cookie(client, foreign)
        assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")


async def test_what_a_browser_brings_to_the_callback_is_no_session() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        await begin(client)
        (begun,) = client.cookies.jar
        replace_cookie(client, str(begun.value))
        assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")


@pytest.mark.parametrize("shown", [None, "", "wrong", "é"])
async def test_a_write_by_session_takes_its_csrf_token(shown: str | None) -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        token = await sign_in(client, issuer)
        headers = {} if shown is None else {b"X-CSRF-Token": shown.encode()}
        for method, path in (("PATCH", WRITABLE), ("POST", "/plan"), ("POST", "/auth/sign-out")):
            refused = await client.request(method, path, headers=headers)
            assert code_of(refused) == (403, "auth.csrf")
        allowed = await client.patch(WRITABLE, headers={"X-CSRF-Token": token})
        assert (allowed.status_code, allowed.json()) == (200, True)
        assert (await client.get(WRITABLE)).json() is True


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (ENGINE, 200),
        (f"{ENGINE.upper()}:443", 200),
        ("null", 200),
        ("https://evil.test", 403),
        (f"{ENGINE}:8443", 403),
        (ENGINE.replace("https", "http"), 403),
        ("https://engine.test.evil.test", 403),
        ("https://engine.test:port", 403),
        ("", 403),
    ],
)
async def test_a_write_of_another_sites_page_is_refused_even_with_the_token(
    origin: str, status: int
) -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        token = await sign_in(client, issuer)
        headers = {"X-CSRF-Token": token, "Origin": origin}
        assert (await client.patch(WRITABLE, headers=headers)).status_code == status
        bearer = {"Authorization": f"Bearer {issuer.token()}", "Origin": origin}
        assert (await client.patch(WRITABLE, headers=bearer)).status_code == 200


async def test_with_a_token_the_session_beside_it_does_not_count() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        await sign_in(client, issuer, groups=["directeurs-ict"])
        bearer = {"Authorization": f"Bearer {issuer.token(sub='another')}"}
        me = (await client.get("/api/v1/me", headers=bearer)).json()
        assert (me["subject"], me["operator"]) == ("another", False)
        assert (me["csrf_token"], me["session_ends"]) == (None, None)
        assert code_of(await client.post("/plan", headers=bearer)) == (403, "auth.forbidden")


async def test_the_csrf_token_of_another_session_does_not_do() -> None:
    issuer = ScriptedIssuer()
    app = guarded_app(issuer)
    async with browser(app) as client, browser(app) as attacker:
        await sign_in(client, issuer)
        foreign = await sign_in(attacker, issuer, sub="another")
        refused = await client.patch(WRITABLE, headers={"X-CSRF-Token": foreign})
    assert code_of(refused) == (403, "auth.csrf")


async def test_signing_out_ends_the_session_and_says_where_the_issuers_ends() -> None:
    issuer = ScriptedIssuer(metadata={"end_session_endpoint": "https://issuer.test/end"})
    async with browser(guarded_app(issuer)) as client:
        token = await sign_in(client, issuer)
        answer = await client.post("/auth/sign-out", headers={"X-CSRF-Token": token})
        assert answer.json() == {
            "issuer_sign_out": "https://issuer.test/end?client_id=usernames"
            f"&post_logout_redirect_uri={ENGINE.replace(':', '%3A').replace('/', '%2F')}%2F"
        }
        assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")


async def test_rights_at_fifty_schools_fit_and_what_does_not_fit_is_said() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        many = [{**ROLE_AT_SCHOOL, "school": f"{number:06}"} for number in range(0, 50_000, 997)]
        await sign_in(client, issuer, rosterbridge_roles=many)
        assert len((await client.get("/api/v1/me")).json()["rights"]) == len(many)

        more = [{**ROLE_AT_SCHOOL, "school": f"{number * 7919:08}"} for number in range(1000)]
        answer = await come_back(client, issuer, await begin(client), rosterbridge_roles=more)
        assert code_of(answer) == (403, "auth.too_many_places")


async def test_what_touches_a_whole_configuration_is_for_operators() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        token = await sign_in(client, issuer)
        refused = await client.post("/plan", headers={"X-CSRF-Token": token})
        assert code_of(refused) == (403, "auth.forbidden")
        token = await sign_in(client, issuer, groups=["directeurs-ict"])
        assert (await client.post("/plan", headers={"X-CSRF-Token": token})).json() is True


async def test_without_an_issuer_nobody_signs_in() -> None:
    unset = settings(oidc_issuer=None, oidc_client_id=None, oidc_operator_claim=None)
    async with browser(guarded_app(ScriptedIssuer(), unset)) as client:
        assert code_of(await client.get("/auth/sign-in")) == (404, "auth.not_configured")
        assert code_of(await client.get("/auth/callback")) == (404, "auth.not_configured")
        assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")
        bearer = {"Authorization": f"Bearer {ScriptedIssuer().token()}"}
        assert code_of(await client.get("/api/v1/me", headers=bearer)) == (401, "auth.required")
