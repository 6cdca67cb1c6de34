"""The authorization code flow at an issuer, and answers that do not belong to it."""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine

from shared.telemetry import configure_logging
from tests.username_engine.access.issuing import (
    CALLBACK,
    CLIENT_ID,
    ISSUER,
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

FAILED = (400, "auth.sign_in_failed")


async def test_what_the_issuer_is_asked_with() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        answer = await client.get("/auth/sign-in")
        assert answer.headers["location"].startswith(f"{ISSUER}/authorize?")
        assert answer.headers["cache-control"] == "no-store"
        asked, again = await begin(client), await begin(client)
    assert (
        asked.items()
        >= {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": CALLBACK,
            "scope": "openid profile",
            "code_challenge_method": "S256",
        }.items()
    )
    for fresh in ("state", "nonce", "code_challenge"):
        assert len(asked[fresh]) >= 43
        assert asked[fresh] != again[fresh]


async def test_the_code_is_redeemed_with_the_verifier_of_this_sign_in() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        asked = await begin(client)
        assert (await come_back(client, issuer, asked)).status_code == 303
    verifier = issuer.asked_for_token["code_verifier"]
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert digest == asked["code_challenge"]
    assert issuer.asked_for_token["redirect_uri"] == CALLBACK


async def test_two_tabs_may_sign_in_at_once() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        first, second = await begin(client, "/first"), await begin(client, "/second")
        for asked, path in ((first, "/first"), (second, "/second")):
            answer = await come_back(client, issuer, asked)
            assert answer.headers["location"] == path


async def test_a_browser_keeps_few_of_the_sign_ins_it_never_ended() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        asked = [await begin(client, f"/{number}") for number in range(12)]
        assert len(client.cookies) == 5
        answer = await come_back(client, issuer, asked[-1])
        assert answer.headers["location"] == "/11"


async def test_an_answer_with_another_state_is_refused() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        asked = await begin(client)
        forged = asked["state"][:12] + "x" * 31
        for state in (forged, "x" * 43, "", "short"):
            assert code_of(await come_back(client, issuer, {**asked, "state": state})) == FAILED
        assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")
    assert not issuer.asked_for_token


async def test_an_answer_in_another_browser_than_began_is_refused() -> None:
    issuer = ScriptedIssuer()
    app = guarded_app(issuer)
    async with browser(app) as attacker, browser(app) as victim:
        asked = await begin(attacker)
        assert code_of(await come_back(victim, issuer, asked)) == FAILED
    assert not issuer.asked_for_token


async def test_an_answer_counts_once() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        asked = await begin(client)
        assert (await come_back(client, issuer, asked)).status_code == 303
        issuer.asked_for_token = {}
        assert code_of(await come_back(client, issuer, asked)) == FAILED
    assert not issuer.asked_for_token


async def test_a_sign_in_that_took_too_long() -> None:
    issuer = ScriptedIssuer()
    with time_machine.travel("2026-11-20T08:00:00Z", tick=False) as clock:
        async with browser(guarded_app(issuer)) as client:
            asked = await begin(client)
            kept = dict(client.cookies)
            clock.shift(timedelta(minutes=10))
            client.cookies.clear()
            for name, value in kept.items():
                client.cookies.set(name, value)
            assert code_of(await come_back(client, issuer, asked)) == FAILED


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of-another-sign-in-than-this-browser-began"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT_ID, "another-client"]},
        {"azp": "another-client"},
        {"iss": "https://another.test"},
        {"exp": 1},
        {"iat": None},
    ],
    ids=str,
)
async def test_an_id_token_of_another_sign_in_client_issuer_or_time(claims: dict[str, Any]) -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        assert code_of(await come_back(client, issuer, await begin(client), **claims)) == FAILED
        assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")


@pytest.mark.parametrize(
    "answer", [{"error": "invalid_grant"}, {"access_token": "opaque"}, {"id_token": "a.b.c"}]
)
async def test_a_token_endpoint_that_gives_no_id_token(answer: dict[str, str]) -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        asked = await begin(client)
        issuer.answer = answer
        callback = {"code": "a-code", "state": asked["state"]}
        assert code_of(await client.get("/auth/callback", params=callback)) == FAILED


async def test_a_person_the_issuer_does_not_let_in() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        asked = await begin(client)
        refused = {"error": "access_denied", "error_description": "<b>x</b>"}
        answer = await client.get("/auth/callback", params={**refused, "state": asked["state"]})
    assert code_of(answer) == (403, "auth.sign_in_refused")
    assert "<b>" not in answer.text


async def test_an_answer_of_another_issuer_is_refused() -> None:
    issuer = ScriptedIssuer(metadata={"authorization_response_iss_parameter_supported": True})
    async with browser(guarded_app(issuer)) as client:
        for named in ({}, {"iss": "https://another.test"}):
            asked = await begin(client)
            answer = {"code": "a-code", "state": asked["state"], **named}
            assert code_of(await client.get("/auth/callback", params=answer)) == FAILED
    assert not issuer.asked_for_token


@pytest.mark.parametrize(
    "return_to",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "evil.test",
        "javascript:alert(1)",
        "/%2f/evil.test",
        "/a\r\nLocation: https://evil.test",
        "/\t/evil.test",
        "/usernames?q=mia.maes",
        "/usernames#x",
        "",
        "/" + "a" * 600,
    ],
)
async def test_signing_in_leads_to_no_other_host(return_to: str) -> None:
    async with browser(guarded_app(ScriptedIssuer())) as client:
        answer = await client.get("/auth/sign-in", params={"return_to": return_to})
        assert code_of(answer) == (400, "auth.return_to_not_local")
        assert not client.cookies


async def test_roles_that_the_id_token_lacks_are_asked_of_userinfo() -> None:
    issuer = ScriptedIssuer(
        metadata={"userinfo_endpoint": f"{ISSUER}/userinfo"},
        userinfo={"sub": "a-person", "rosterbridge_roles": [ROLE_AT_SCHOOL]},
    )
    async with browser(guarded_app(issuer)) as client:
        await sign_in(client, issuer, rosterbridge_roles=None)
        assert len((await client.get("/api/v1/me")).json()["rights"]) == 1
        issuer.userinfo["sub"] = "another"
        asked = await begin(client)
        assert code_of(await come_back(client, issuer, asked, rosterbridge_roles=None)) == FAILED


async def test_another_name_of_this_machine_leads_to_the_public_one() -> None:
    local = settings(engine_public_url="http://127.0.0.1:8002")
    async with browser(guarded_app(ScriptedIssuer(), local), "http://localhost:8002") as client:
        answer = await client.get("/auth/sign-in?return_to=/usernames")
    expected = "http://127.0.0.1:8002/auth/sign-in?return_to=/usernames"
    assert answer.headers["location"] == expected


async def test_over_plain_http_on_this_machine_the_cookie_is_not_secure() -> None:
    issuer = ScriptedIssuer()
    local = settings(engine_public_url="http://127.0.0.1:8002")
    async with browser(guarded_app(issuer, local), "http://127.0.0.1:8002") as client:
        await sign_in(client, issuer)
        assert "rosterbridge_session" in client.cookies


async def test_logs_name_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        await sign_in(client, issuer)
        await come_back(client, issuer, await begin(client), nonce="wrong")
    written = capsys.readouterr().err
    events = [json.loads(line)["event"] for line in written.splitlines()]
    assert "sign_in.failed" in events
    assert "Mia" not in written
    assert "a-person" not in written
