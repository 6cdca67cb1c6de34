"""`POST /connect/token` as consumers use it, and as they get it wrong (RFC 6749 §4.4, §5)."""

import base64
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import Engine, event

from services.oneroster.oauth import clients
from services.oneroster.oauth.routes import MAXIMUM_BODY
from services.oneroster.oauth.scopes import OFFERED, scope_uri
from services.oneroster.oauth.service import OAuthService
from services.oneroster.oauth.tokens import AUDIENCE
from shared.client_secrets import is_secret
from shared.database import Database
from tests.conftest import TestDatabase
from tests.oneroster.oauth.conftest import (
    FORM,
    GRANT,
    Clock,
    NewClient,
    app_around,
    basic,
    configuration_read,
    consumer_of,
    new_client,
    oneroster_settings,
    revoke,
    token_of,
)

TOKEN = "/connect/token"
CORE = scope_uri("v1p1", "roster-core.readonly")
ROSTER_1P2 = scope_uri("v1p2", "roster.readonly")


def assert_refusal(response: httpx.Response, status: int, error: str) -> None:
    """RFC 6749 §5.2: the shape, the headers and the characters of every refusal."""
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert set(response.json()) == {"error", "error_description"}
    description = response.json()["error_description"]
    assert description.isascii()
    assert description.isprintable()
    assert not set(description) & set('"\\')
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["pragma"] == "no-cache"
    assert ("www-authenticate" in response.headers) == (status == 401)


async def test_a_token_by_http_basic(
    consumer: httpx.AsyncClient, client: NewClient, key_id: str, clock: Clock
) -> None:
    response = await consumer.post(TOKEN, data=GRANT, headers={"Authorization": client.basic()})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["pragma"] == "no-cache"
    answer = response.json()
    assert set(answer) == {"access_token", "token_type", "expires_in", "scope"}
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)

    published = (await consumer.get("/.well-known/jwks.json")).json()
    token = jwt.decode(answer["access_token"], KeySet.import_key_set(published), ["ES256"])
    assert token.header == {"alg": "ES256", "typ": "at+jwt", "kid": key_id}
    assert token.claims == {
        "iss": AUDIENCE,
        "aud": AUDIENCE,
        "sub": client.client_id,
        "client_id": client.client_id,
        "scope": answer["scope"],
        "iat": int(clock()),
        "exp": int(clock()) + 3600,
        "jti": token.claims["jti"],
    }


async def test_every_token_has_an_id_of_its_own(
    consumer: httpx.AsyncClient, client: NewClient
) -> None:
    assert await token_of(consumer, client) != await token_of(consumer, client)


async def test_a_token_by_credentials_in_the_body(
    consumer: httpx.AsyncClient, client: NewClient
) -> None:
    body = {**GRANT, "client_id": client.client_id, "client_secret": client.secret}
    response = await consumer.post(TOKEN, data=body)
    assert await configuration_read(consumer, response.json()["access_token"])


@pytest.mark.parametrize("secret", ["Zm9v+/Zm9v==", "100% sure & a:b", "a%2Bb", "wachtwoord-é€"])
async def test_a_secret_is_sent_raw_or_form_encoded(
    consumer: httpx.AsyncClient, owner: Database, secret: str
) -> None:
    client = await new_client(owner, secret=secret)
    for header in (
        basic(client.client_id, secret),
        basic(quote_plus(client.client_id), quote_plus(secret)),
    ):
        response = await consumer.post(TOKEN, data=GRANT, headers={"Authorization": header})
        assert response.status_code == 200


async def test_a_consumer_that_shows_its_credentials_twice(
    consumer: httpx.AsyncClient, client: NewClient
) -> None:
    header = {"Authorization": client.basic()}
    for more in ({"client_id": client.client_id}, {"client_secret": client.secret}):
        assert (await consumer.post(TOKEN, data=GRANT | more, headers=header)).is_success
    other = await consumer.post(TOKEN, data=GRANT | {"client_id": "another"}, headers=header)
    assert_refusal(other, 400, "invalid_request")


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ({}, list(OFFERED)),
        ({"scope": ""}, list(OFFERED)),
        ({"scope": CORE}, [CORE]),
        ({"scope": f"{ROSTER_1P2} {CORE}"}, [CORE, ROSTER_1P2]),
        (
            {"scope": f"{CORE} https://purl.imsglobal.org/spec/or/v1p1/scope/roster.createput"},
            [CORE],
        ),
        ({"scope": "openid"}, list(OFFERED)),
        ({"scope": "“curly” \\ é"}, list(OFFERED)),
    ],
    ids=["none", "empty", "one", "several", "more than there is", "unknown", "odd"],
)
async def test_what_is_asked_is_granted_as_far_as_it_is_offered(
    consumer: httpx.AsyncClient, client: NewClient, asked: dict[str, str], granted: list[str]
) -> None:
    response = await consumer.post(
        TOKEN, data=GRANT | asked, headers={"Authorization": client.basic()}
    )
    answer = response.json()
    assert answer["scope"].split() == granted
    read = await consumer.get(
        "/read", headers={"Authorization": f"Bearer {answer['access_token']}"}
    )
    assert read.json()["scopes"] == sorted(granted)


async def test_one_token_holds_under_every_host_and_without_tls(
    service: OAuthService, client: NewClient
) -> None:
    app = app_around(service)
    async with (
        consumer_of(app, "http://roster.internal:8001") as inside,
        consumer_of(app, "https://roster.example.org") as outside,
    ):
        token = await token_of(inside, client)
        assert await configuration_read(outside, token) == client.configuration_id


async def test_with_a_public_url_it_is_the_issuer(
    database: TestDatabase, oneroster_database: Database, key_id: str, client: NewClient
) -> None:
    settings = oneroster_settings(database, "https://roster.example.org/")
    app = app_around(OAuthService.create(oneroster_database, settings))
    async with consumer_of(app, "http://10.0.0.7") as consumer:
        token = await token_of(consumer, client)
        published = (await consumer.get("/.well-known/jwks.json")).json()
        claims = jwt.decode(token, KeySet.import_key_set(published), ["ES256"]).claims
        assert claims["iss"] == "https://roster.example.org"
        assert await configuration_read(consumer, token) == client.configuration_id


async def test_each_client_s_token_opens_its_own_configuration_only(
    consumer: httpx.AsyncClient, owner: Database
) -> None:
    first, second = await new_client(owner), await new_client(owner)
    assert first.configuration_id != second.configuration_id
    for one in (first, second):
        token = await token_of(consumer, one)
        assert await configuration_read(consumer, token) == one.configuration_id


async def test_a_revoked_client_s_live_token_opens_nothing(
    consumer: httpx.AsyncClient, owner: Database, client: NewClient
) -> None:
    token = await token_of(consumer, client)
    assert await configuration_read(consumer, token) == client.configuration_id
    await revoke(owner, client)
    assert await configuration_read(consumer, token) is None


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    statements: list[str] = []

    def record(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", record)


@pytest.mark.parametrize("in_body", [False, True], ids=["header", "body"])
async def test_unknown_wrong_and_revoked_are_told_apart_by_nothing(
    consumer: httpx.AsyncClient,
    owner: Database,
    client: NewClient,
    monkeypatch: pytest.MonkeyPatch,
    in_body: bool,
) -> None:
    revoked = await new_client(owner)
    await revoke(owner, revoked)
    await token_of(consumer, client)  # The keys are read by now.
    compared: list[int] = []

    def counted(secret: str, stored: bytes, key: bytes) -> bool:
        compared.append(len(stored))
        return is_secret(secret, stored, key)

    monkeypatch.setattr(clients, "is_secret", counted)
    seen = []
    for client_id, secret in (
        ("nobody", client.secret),
        (client.client_id, revoked.secret),
        (revoked.client_id, revoked.secret),
        (client.client_id, client.secret),
    ):
        compared.clear()
        body = GRANT | ({"client_id": client_id, "client_secret": secret} if in_body else {})
        header = {} if in_body else {"Authorization": basic(client_id, secret)}
        with recorded_statements() as statements:
            response = await consumer.post(TOKEN, data=body, headers=header)
        seen.append((statements, list(compared), response))
    *refusals, (right_statements, right_compared, right) = seen
    assert right.is_success
    for statements, lengths, response in refusals:
        assert_refusal(response, 400 if in_body else 401, "invalid_client")
        assert (response.content, response.headers) == (
            refusals[0][2].content,
            refusals[0][2].headers,
        )
        assert (statements, lengths) == (right_statements, right_compared)
    assert (len(right_statements), right_compared) == (1, [32, 32])


async def test_the_challenge_names_scheme_and_realm(consumer: httpx.AsyncClient) -> None:
    header = {"Authorization": basic("nobody", "nothing")}
    response = await consumer.post(TOKEN, data=GRANT, headers=header)
    assert response.headers["www-authenticate"] == 'Basic realm="RosterBridge", charset="UTF-8"'


async def test_no_credentials_at_all_are_asked_for(consumer: httpx.AsyncClient) -> None:
    assert_refusal(await consumer.post(TOKEN, data=GRANT), 401, "invalid_client")


@pytest.mark.parametrize(
    "header", ["Basic", "Basic ???", "Basic czZCaGRSa3F0Mw==", "Bearer abc", "Negotiate x", "é"]
)
async def test_a_broken_authorization_header(consumer: httpx.AsyncClient, header: str) -> None:
    headers = [(b"Authorization", header.encode("latin-1"))]
    response = await consumer.post(TOKEN, data=GRANT, headers=headers)
    assert_refusal(response, 401, "invalid_client")


async def test_two_authorization_headers(consumer: httpx.AsyncClient, client: NewClient) -> None:
    headers = [("Authorization", client.basic()), ("Authorization", client.basic())]
    assert_refusal(await consumer.post(TOKEN, data=GRANT, headers=headers), 400, "invalid_request")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_request"),
        (b"scope=x", "invalid_request"),
        (b"grant_type=", "invalid_request"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        (b"grant_type=client_credentials&scope=a&scope=b", "invalid_request"),
        (b"grant_type=client_credentials&scope=%zz", "invalid_request"),
        (b"grant_type=client_credentials&scope=%ff", "invalid_request"),
        (b"grant_type=client_credentials&scope=%00", "invalid_request"),
        (b"grant_type=client_credentials\xff", "invalid_request"),
        (b"grant_type=password&username=a&password=b", "unsupported_grant_type"),
        (b"grant_type=authorization_code&code=a", "unsupported_grant_type"),
        (b"grant_type=CLIENT_CREDENTIALS", "unsupported_grant_type"),
        ('grant_type="é\\'.encode(), "unsupported_grant_type"),
    ],
)
async def test_a_faulty_body(
    consumer: httpx.AsyncClient, client: NewClient, body: bytes, error: str
) -> None:
    headers = {"Authorization": client.basic(), **FORM}
    response = await consumer.post(TOKEN, content=body, headers=headers)
    assert_refusal(response, 400, error)


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
async def test_another_kind_of_body(
    consumer: httpx.AsyncClient, client: NewClient, content_type: str
) -> None:
    headers = {"Authorization": client.basic(), "Content-Type": content_type}
    response = await consumer.post(TOKEN, content=json.dumps(GRANT), headers=headers)
    assert_refusal(response, 400, "invalid_request")
    assert "application/x-www-form-urlencoded" in response.json()["error_description"]


async def test_credentials_in_the_url_are_not_read(
    consumer: httpx.AsyncClient, client: NewClient
) -> None:
    # RFC 6749 §2.3.1: never in the request URI.
    query = {**GRANT, "client_id": client.client_id, "client_secret": client.secret}
    assert_refusal(await consumer.post(TOKEN, params=query), 400, "invalid_request")


async def test_a_body_of_unstated_length_is_read_no_further_than_allowed(
    consumer: httpx.AsyncClient, client: NewClient
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent <= 10 * MAXIMUM_BODY:
            sent += 1024
            yield b"x" * 1024

    headers = {"Authorization": client.basic(), **FORM}
    response = await consumer.post(TOKEN, content=endless(), headers=headers)
    assert_refusal(response, 413, "invalid_request")
    assert sent <= MAXIMUM_BODY + 1024


async def test_a_body_of_the_largest_size(consumer: httpx.AsyncClient, client: NewClient) -> None:
    body = b"grant_type=client_credentials&x="
    headers = {"Authorization": client.basic(), **FORM}
    fits = await consumer.post(TOKEN, content=body.ljust(MAXIMUM_BODY, b"x"), headers=headers)
    assert fits.status_code == 200
    over = await consumer.post(TOKEN, content=body.ljust(MAXIMUM_BODY + 1, b"x"), headers=headers)
    assert_refusal(over, 413, "invalid_request")


async def test_head(consumer: httpx.AsyncClient) -> None:
    response = await consumer.head(TOKEN)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_another_method(consumer: httpx.AsyncClient, method: str) -> None:
    response = await consumer.request(method, TOKEN)
    assert_refusal(response, 405, "invalid_request")
    assert response.headers["allow"] == "POST"


async def test_without_a_signing_key(
    database: TestDatabase, oneroster_database: Database, client: NewClient
) -> None:
    service = OAuthService.create(oneroster_database, oneroster_settings(database, None))
    async with consumer_of(app_around(service)) as consumer:
        header = {"Authorization": client.basic()}
        response = await consumer.post(TOKEN, data=GRANT, headers=header)
    assert_refusal(response, 503, "temporarily_unavailable")
    assert response.headers["retry-after"] == "5"


async def test_without_a_database(database: TestDatabase, client: NewClient) -> None:
    async with Database("postgresql://nobody@127.0.0.1:1/none", application="tests") as away:
        service = OAuthService.create(away, oneroster_settings(database, None))
        async with consumer_of(app_around(service)) as consumer:
            header = {"Authorization": client.basic()}
            token = await consumer.post(TOKEN, data=GRANT, headers=header)
            keys = await consumer.get("/.well-known/jwks.json")
    assert_refusal(token, 503, "temporarily_unavailable")
    assert_refusal(keys, 503, "temporarily_unavailable")


async def test_nothing_secret_is_logged(
    consumer: httpx.AsyncClient,
    client: NewClient,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await token_of(consumer, client)
    await consumer.post(TOKEN, data=GRANT, headers={"Authorization": basic("x", "hush-hush")})
    printed = capsys.readouterr()
    logged = caplog.text + printed.out + printed.err
    assert client.client_id in logged
    for secret in (token, client.secret, client.basic().split()[1], "hush-hush"):
        assert secret not in logged


ANY_HEADER = st.one_of(
    st.binary().filter(lambda value: not set(value) & {0, 10, 13}),
    st.tuples(st.text(), st.text()).map(lambda pair: _basic_of(*pair)),
    st.binary().map(lambda value: b"Basic " + value.hex().encode()),
)
ANY_BODY = st.one_of(
    st.binary(),
    st.binary().map(lambda value: b"grant_type=client_credentials&" + value),
    st.tuples(st.text(), st.text()).map(
        lambda pair: (
            f"grant_type=client_credentials&client_id={quote_plus(pair[0], errors='ignore')}"
            f"&client_secret={quote_plus(pair[1], errors='ignore')}"
        ).encode()
    ),
)


def _basic_of(client_id: str, secret: str) -> bytes:
    return b"Basic " + base64.b64encode(f"{client_id}:{secret}".encode(errors="surrogatepass"))


@given(header=ANY_HEADER, body=ANY_BODY)
@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_header_and_any_body_are_refused_in_oauth_s_shape(
    consumer: httpx.AsyncClient, header: bytes, body: bytes
) -> None:
    form = (b"Content-Type", b"application/x-www-form-urlencoded")
    for headers in ([form], [form, (b"Authorization", header)]):
        response = await consumer.post(TOKEN, content=body, headers=headers)
        assert response.status_code in (400, 401)
        assert_refusal(response, response.status_code, response.json()["error"])
