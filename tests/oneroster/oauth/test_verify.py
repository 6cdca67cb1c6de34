import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import delete

from services.oneroster.oauth.errors import Unauthorized
from services.oneroster.oauth.key_ring import REFRESH_SECONDS, KeyRing, SigningKey
from services.oneroster.oauth.keys import rotate_signing_key
from services.oneroster.oauth.tokens import AUDIENCE, new_access_token, signed
from services.oneroster.oauth.verify import LEEWAY_SECONDS, TokenVerifier
from shared.database import Database
from shared.tables import access
from tests.conftest import SECRET_KEY
from tests.oneroster.oauth.conftest import Clock

ISSUER = "https://roster.example.org"
INVALID = "The access token is not valid."


@pytest.fixture
def keys(oneroster_database: Database, key_id: str, clock: Clock) -> KeyRing:
    return KeyRing(oneroster_database, SECRET_KEY.encode(), clock)


@pytest.fixture
def verifier(keys: KeyRing, clock: Clock) -> TokenVerifier:
    return TokenVerifier(keys, ISSUER, clock)


async def token(keys: KeyRing, clock: Clock, lifetime: int = 3600) -> str:
    made = new_access_token(ISSUER, "sds", ["a", "b"], now=clock(), lifetime=lifetime)
    return signed(made, await keys.signing_key())


def segment(content: Any) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def crafted(
    key: SigningKey,
    clock: Clock,
    header: dict[str, Any] | None = None,
    without: str = "",
    **claims: Any,
) -> str:
    """A token of ours with other headers and claims, properly signed."""
    base = new_access_token(ISSUER, "sds", ["a"], now=clock(), lifetime=3600).claims()
    payload = {name: value for name, value in {**base, **claims}.items() if name != without}
    headers = {"alg": "ES256", "typ": "at+jwt", "kid": key.key_id, **(header or {})}
    return jws.serialize_compact(headers, json.dumps(payload), key.private, ["ES256"])


async def refused(verifier: TokenVerifier, authorization: str | None) -> str:
    with pytest.raises(Unauthorized) as caught:
        await verifier.verify(authorization)
    return caught.value.description


async def test_our_own_token(verifier: TokenVerifier, keys: KeyRing, clock: Clock) -> None:
    text = await token(keys, clock)
    for scheme in ("Bearer", "bearer", " Bearer "):
        verified = await verifier.verify(f"{scheme} {text}")
        assert verified.client_id == "sds"
        assert verified.scopes == {"a", "b"}
        assert verified.expires_at == datetime.fromtimestamp(int(clock()) + 3600, UTC)
        assert len(verified.token_id) > 20


@pytest.mark.parametrize("authorization", [None, "", "Basic c2RzOnNkcw==", "eyJhbGciOi.e30.x"])
async def test_no_token_is_asked_for_one(
    verifier: TokenVerifier, authorization: str | None
) -> None:
    with pytest.raises(Unauthorized) as caught:
        await verifier.verify(authorization)
    # RFC 6750 §3.1: no error code where nothing was shown.
    assert caught.value.challenge == 'Bearer realm="RosterBridge"'


async def test_a_refused_token_is_told_so(verifier: TokenVerifier) -> None:
    with pytest.raises(Unauthorized) as caught:
        await verifier.verify("Bearer nonsense")
    assert 'error="invalid_token"' in caught.value.challenge


async def test_expiry_is_watched_for_remembered_tokens_too(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock
) -> None:
    header = f"Bearer {await token(keys, clock)}"
    expires_at = (await verifier.verify(header)).expires_at.timestamp()
    clock.now = expires_at + LEEWAY_SECONDS - 1
    await verifier.verify(header)
    clock.now = expires_at + LEEWAY_SECONDS
    assert await refused(verifier, header) == "The access token has expired."
    assert await refused(verifier, header) == "The access token has expired."


async def test_a_token_from_the_future(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock
) -> None:
    key = await keys.signing_key()
    ahead = int(clock()) + LEEWAY_SECONDS
    await verifier.verify(f"Bearer {crafted(key, clock, iat=ahead)}")
    await verifier.verify(f"Bearer {crafted(key, clock, nbf=ahead)}")
    assert await refused(verifier, f"Bearer {crafted(key, clock, iat=ahead + 1)}") == INVALID
    assert await refused(verifier, f"Bearer {crafted(key, clock, nbf=ahead + 1)}") == INVALID


async def test_one_of_several_audiences_may_be_ours(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock
) -> None:
    text = crafted(await keys.signing_key(), clock, aud=["another", AUDIENCE])
    assert (await verifier.verify(f"Bearer {text}")).client_id == "sds"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://another.example.org"},
        {"iss": None},
        {"aud": "another"},
        {"aud": []},
        {"aud": {AUDIENCE: 1}},
        {"client_id": None},
        {"client_id": 7},
        {"scope": ["a"]},
        {"jti": 1},
        {"exp": "soon"},
        {"exp": None},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": 1e300},
        {"iat": []},
        {"nbf": "x"},
        *({"without": name} for name in ("iss", "aud", "client_id", "scope", "jti", "exp", "iat")),
    ],
    ids=str,
)
async def test_signed_claims_that_do_not_do(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock, claims: dict[str, Any]
) -> None:
    text = crafted(await keys.signing_key(), clock, **claims)
    assert await refused(verifier, f"Bearer {text}") == INVALID


@pytest.mark.parametrize(
    "header",
    [{"typ": "JWT"}, {"typ": None}, {"typ": 1}, {"kid": "unknown"}, {"kid": None}],
    ids=str,
)
async def test_signed_headers_that_do_not_do(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock, header: dict[str, Any]
) -> None:
    key = await keys.signing_key()
    text = await token(keys, clock)
    payload = text.split(".")[1]
    start = f"{segment({'alg': 'ES256', 'typ': 'at+jwt', 'kid': key.key_id, **header})}.{payload}"
    signature = _signature(start, key)
    assert await refused(verifier, f"Bearer {start}.{signature}") == INVALID


def _signature(start: str, key: SigningKey) -> str:
    raw = jws.JWSRegistry(algorithms=["ES256"]).get_alg("ES256").sign(start.encode(), key.private)
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES384", "EdDSA", "", None, 1])
async def test_another_algorithm_is_refused(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock, algorithm: Any
) -> None:
    header, payload, signature = (await token(keys, clock)).split(".")
    kid = (await keys.signing_key()).key_id
    header = segment({"alg": algorithm, "typ": "at+jwt", "kid": kid})
    for end in (signature, "", "AA"):
        assert await refused(verifier, f"Bearer {header}.{payload}.{end}") == INVALID


async def test_the_public_key_is_no_hmac_secret(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock
) -> None:
    key = await keys.signing_key()
    public = await keys.verification_key(key.key_id)
    assert public is not None
    claims = new_access_token(ISSUER, "sds", ["a"], now=clock(), lifetime=3600).claims()
    for secret in (public.as_pem(private=False), json.dumps(public.as_dict()).encode()):
        header = {"alg": "HS256", "typ": "at+jwt", "kid": key.key_id}
        start = f"{segment(header)}.{segment(claims)}"
        raw = (
            jws.JWSRegistry(algorithms=["HS256"])
            .get_alg("HS256")
            .sign(start.encode(), OctKey.import_key(urlsafe_b64encode(secret)))
        )
        text = f"{start}.{urlsafe_b64encode(raw).rstrip(b'=').decode()}"
        assert await refused(verifier, f"Bearer {text}") == INVALID


async def test_a_stranger_s_key_under_our_key_id(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock
) -> None:
    kid = (await keys.signing_key()).key_id
    stranger = SigningKey(kid, ECKey.generate_key("P-256"))
    assert await refused(verifier, f"Bearer {crafted(stranger, clock)}") == INVALID


async def test_a_changed_token_is_refused_however_often(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock
) -> None:
    header, payload, signature = (await token(keys, clock)).split(".")
    await verifier.verify(f"Bearer {header}.{payload}.{signature}")
    claims = new_access_token(ISSUER, "another", ["a"], now=clock(), lifetime=3600).claims()
    for changed in (f"{header}.{segment(claims)}.{signature}", f"{header}.{payload}.{payload}"):
        for _ in range(2):
            assert await refused(verifier, f"Bearer {changed}") == INVALID


async def test_tokens_hold_after_a_rotation_and_fall_with_their_key(
    verifier: TokenVerifier, keys: KeyRing, clock: Clock, operator_database: Database
) -> None:
    header = f"Bearer {await token(keys, clock)}"
    await verifier.verify(header)
    async with operator_database.transaction() as connection:
        new = await rotate_signing_key(connection, SECRET_KEY.encode())
    clock.now += REFRESH_SECONDS
    await verifier.verify(header)
    async with operator_database.transaction() as connection:
        table = access.signing_key
        await connection.execute(delete(table).where(table.c.key_id != new))
    clock.now += REFRESH_SECONDS
    assert await refused(verifier, header) == INVALID


async def test_the_memory_is_bounded_and_forgetting_harmless(keys: KeyRing, clock: Clock) -> None:
    verifier = TokenVerifier(keys, ISSUER, clock, cache_size=2)
    headers = [f"Bearer {await token(keys, clock)}" for _ in range(5)]
    for header in (*headers, *headers):
        assert (await verifier.verify(header)).client_id == "sds"


async def test_a_header_nested_beyond_reason(verifier: TokenVerifier) -> None:
    nested = urlsafe_b64encode(b"[" * 2500).rstrip(b"=").decode()
    assert await refused(verifier, f"Bearer {nested}.e30.AA") == INVALID
    assert await refused(verifier, f"Bearer {'a' * 5000}.e30.AA") == INVALID


WORDS = st.one_of(
    st.text(st.characters(max_codepoint=255)),
    st.tuples(st.binary(), st.binary(), st.binary()).map(
        lambda parts: (
            "Bearer " + ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
        )
    ),
    st.tuples(st.recursive(st.none() | st.text() | st.integers(), st.lists), st.text()).map(
        lambda parts: (
            f"Bearer {segment({'alg': 'ES256', 'typ': 'at+jwt', 'kid': parts[0]})}"
            f".{segment(parts[1])}.AAAA"
        )
    ),
)


@given(header=WORDS)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_header_is_refused_in_one_way(verifier: TokenVerifier, header: str) -> None:
    assert await refused(verifier, header) in (INVALID, "A bearer token is needed.")
