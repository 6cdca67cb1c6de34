"""Bearer tokens of the issuer, and everything that only looks like one."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
import time_machine
from joserfc.jws import JWSRegistry

from tests.username_engine.access.issuing import (
    CLIENT_ID,
    ScriptedIssuer,
    browser,
    code_of,
    guarded_app,
    new_key,
    settings,
    sign_in,
    symmetric_key_of,
)

NOW = int(time.time())


async def asked_with(
    issuer: ScriptedIssuer, token: str, path: str = "/api/v1/me", **given: Any
) -> httpx.Response:
    async with browser(guarded_app(issuer, settings(**given))) as client:
        return await client.get(path, headers={"Authorization": f"Bearer {token}"})


async def test_a_token_of_the_issuer_lets_its_person_in() -> None:
    issuer = ScriptedIssuer()
    me = (await asked_with(issuer, issuer.token())).json()
    assert (me["subject"], me["csrf_token"], len(me["rights"])) == ("a-person", None, 2)


async def test_a_write_by_token_takes_no_csrf_token() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        bearer = {"Authorization": f"Bearer {issuer.token()}"}
        assert (await client.patch("/list/students/001507/1", headers=bearer)).json() is True
        assert (await client.patch("/list/students/042168/3", headers=bearer)).json() is False


WRONG: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another-front-end"},
    "other audiences": {"aud": [None, "another"]},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://issuer.test/"},
    "no issuer": {"iss": None},
    "run out": {"exp": NOW - 60},
    "without end": {"exp": None},
    "an end that is no number": {"exp": True},
    "an end that is a text": {"exp": "tomorrow"},
    "not yet": {"nbf": NOW + 3600},
    "made later": {"iat": NOW + 3600},
    "of nobody": {"sub": None},
    "of an empty subject": {"sub": ""},
    "of a number": {"sub": 7},
    "of a subject that no history can name": {"sub": "a\0b"},
    "of another kind": {"header": {"typ": "logout+jwt"}},
    "by a key nobody knows": {"header": {"kid": "unknown"}},
    "by another key of that id": {"key": new_key("first")},
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_token_that_is_not_for_here_or_not_in_its_time(what: str) -> None:
    issuer = ScriptedIssuer()
    token = issuer.token(**WRONG[what])
    assert code_of(await asked_with(issuer, token)) == (401, "auth.token_invalid")


async def test_only_signatures_of_the_published_key_count() -> None:
    issuer = ScriptedIssuer()
    header, payload, signature = issuer.token().split(".")
    _, other, _ = issuer.token(sub="another", groups=["directeurs-ict"]).split(".")
    mac = symmetric_key_of(issuer.key)
    for forged in (
        f"{header}.{other}.{signature}",
        f"{header}.{payload}.",
        # {"alg":"none","typ":"JWT"} and {"alg":"none","typ":"JWT","kid":"first"}
        f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.",
        f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiZmlyc3QifQ.{payload}.{signature}",
        issuer.token(key=mac, header={"alg": "HS256"}),
        payload,
        "",
        "a.b.c",
        "x" * 20_000,
    ):
        assert code_of(await asked_with(issuer, forged)) == (401, "auth.token_invalid")


@pytest.mark.parametrize(
    "header",
    [
        {"alg": ["ES256"]},
        {"alg": {"ES256": 1}},
        {"alg": None},
        {"typ": ["JWT"]},
        {"kid": ["first"]},
    ],
    ids=str,
)
async def test_a_header_that_is_not_as_it_should_be(header: dict[str, Any]) -> None:
    issuer = ScriptedIssuer()
    stated, payload, signature = issuer.token().split(".")
    changed = {**orjson.loads(urlsafe_b64decode(stated + "==")), **header}
    forged = urlsafe_b64encode(orjson.dumps(changed)).rstrip(b"=").decode()
    answer = await asked_with(issuer, f"{forged}.{payload}.{signature}")
    assert code_of(answer) == (401, "auth.token_invalid")


async def test_a_key_of_another_kind_than_the_header_says() -> None:
    issuer = ScriptedIssuer()
    rsa = new_key("first", "RSA")
    forged = issuer.token(key=rsa, header={"alg": "RS256"})
    assert code_of(await asked_with(issuer, forged)) == (401, "auth.token_invalid")


async def test_rsa_keys_and_access_tokens_are_known_too() -> None:
    issuer = ScriptedIssuer(key=new_key("first", "RSA"))
    for algorithm, kind in (("RS256", "at+jwt"), ("PS256", "JWT")):
        token = issuer.token(header={"alg": algorithm, "typ": kind})
        assert (await asked_with(issuer, token)).status_code == 200


async def test_headers_that_issuers_add_do_no_harm_but_critical_ones_are_not_passed_over() -> None:
    issuer = ScriptedIssuer()
    header, payload, _ = issuer.token().split(".")
    for more, status in (({"x5t": "abc", "rh": "1"}, 200), ({"crit": ["exp"], "exp": 1}, 401)):
        stated = {**orjson.loads(urlsafe_b64decode(header + "==")), **more}
        start = urlsafe_b64encode(orjson.dumps(stated)).rstrip(b"=") + b"." + payload.encode()
        signature = JWSRegistry.algorithms["ES256"].sign(start, issuer.key)
        token = b".".join([start, urlsafe_b64encode(signature).rstrip(b"=")]).decode()
        assert (await asked_with(issuer, token)).status_code == status


async def test_audiences_of_other_front_ends_are_a_setting() -> None:
    issuer = ScriptedIssuer()
    audiences = "front-end, mobile"
    for audience, status in (("mobile", 200), (["x", "front-end"], 200), (CLIENT_ID, 401)):
        token = issuer.token(aud=audience)
        answer = await asked_with(issuer, token, oidc_audiences=audiences)
        assert answer.status_code == status


async def test_a_wrong_token_is_not_made_good_by_a_session() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        await sign_in(client, issuer)
        for shown in ("Bearer wrong", "Bearer", "Basic abc", ""):
            answer = await client.get("/api/v1/me", headers={"Authorization": shown})
            assert code_of(answer) == (401, "auth.token_invalid")


async def test_a_new_key_is_fetched_when_a_token_names_it_and_the_old_one_is_forgotten() -> None:
    issuer = ScriptedIssuer()
    app = guarded_app(issuer)

    async def ask(client: httpx.AsyncClient, token: str) -> int:
        bearer = {"Authorization": f"Bearer {token}"}
        return (await client.get("/api/v1/me", headers=bearer)).status_code

    with time_machine.travel("2026-11-20T08:00:00Z", tick=False) as clock:
        async with browser(app) as client:
            old = issuer.token(exp=int(time.time()) + 7200)
            assert [await ask(client, old), await ask(client, old)] == [200, 200]
            assert issuer.keys_read == 1
            issuer.key = new_key("second")
            clock.shift(timedelta(seconds=11))
            assert await ask(client, issuer.token()) == 200
            assert issuer.keys_read == 2
            assert await ask(client, old) == 401


@pytest.mark.parametrize(
    "other",
    [
        7,
        {"kid": "without-a-kind"},
        {"kty": "RSA", "kid": "without-numbers"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "too-short"},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA", "kid": "of-a-kind-to-come"},
    ],
    ids=str,
)
async def test_a_published_key_that_is_of_no_use_leaves_the_others(other: object) -> None:
    issuer = ScriptedIssuer(other_keys=[other])
    assert (await asked_with(issuer, issuer.token())).status_code == 200


async def test_unknown_key_ids_do_not_have_the_issuer_asked_each_time() -> None:
    issuer = ScriptedIssuer()
    with time_machine.travel("2026-11-20T08:00:00Z", tick=False):
        async with browser(guarded_app(issuer)) as client:
            for number in range(5):
                token = issuer.token(header={"kid": f"made-up-{number}"})
                bearer = {"Authorization": f"Bearer {token}"}
                assert (await client.get("/api/v1/me", headers=bearer)).status_code == 401
    assert issuer.keys_read == 1


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.test"},
        {"jwks_uri": "http://issuer.test/keys"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
async def test_an_issuer_that_describes_another_or_unsafe_addresses(
    metadata: dict[str, Any],
) -> None:
    issuer = ScriptedIssuer(metadata=metadata)
    answer = await asked_with(issuer, issuer.token())
    assert code_of(answer) == (503, "auth.issuer_unavailable")


async def test_an_issuer_that_is_away() -> None:
    issuer = ScriptedIssuer(reachable=False)
    answer = await asked_with(issuer, issuer.token())
    assert code_of(answer) == (503, "auth.issuer_unavailable")


async def test_an_issuer_that_is_away_is_not_asked_by_everyone_who_waits_for_it() -> None:
    issuer = ScriptedIssuer(reachable=False)
    with time_machine.travel("2026-11-20T08:00:00Z", tick=False) as clock:
        bearer = {"Authorization": f"Bearer {issuer.token()}"}
        async with browser(guarded_app(issuer)) as client:
            for _ in range(5):
                assert (await client.get("/api/v1/me", headers=bearer)).status_code == 503
            assert issuer.asked_to_describe_itself == 1
            issuer.reachable = True
            clock.shift(timedelta(seconds=3))
            assert (await client.get("/api/v1/me", headers=bearer)).status_code == 200
