"""The secrets of API clients."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from shared.client_secrets import is_secret, new_secret, secret_hmac

KEY = b"the deployment's key"


def test_a_secret_is_long_and_passes_a_form_and_a_header_unchanged() -> None:
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(len(secret) >= 43 for secret in secrets)
    assert all(secret.replace("-", "").replace("_", "").isalnum() for secret in secrets)
    assert all(secret.isascii() for secret in secrets)


def test_what_is_kept_is_hmac_sha256_under_the_deployments_key() -> None:
    expected = hmac.new(KEY, b"a secret", hashlib.sha256).digest()

    assert secret_hmac("a secret", KEY) == expected


@given(st.text(st.characters()), st.text(st.characters()))
def test_only_the_same_secret_under_the_same_key_is_the_secret(one: str, other: str) -> None:
    kept = secret_hmac(one, KEY)

    assert is_secret(one, kept, KEY)
    assert is_secret(other, kept, KEY) == (one == other)
    assert not is_secret(one, kept, b"another key")
