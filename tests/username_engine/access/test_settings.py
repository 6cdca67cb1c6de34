"""What sign-in needs of the settings, and what `rosterbridge run` gives it."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.running.state import Secrets
from cli.running.supervisor import RunOptions
from shared.clock import Clock
from shared.settings import SettingsError
from tests.username_engine.access.issuing import settings


def test_all_that_sign_in_lacks_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        settings(engine_public_url=None, session_key=None, oidc_client_id=None)
    assert str(refused.value).splitlines() == [
        f"ROSTERBRIDGE_{name}: is not set, and sign-in needs it"
        for name in ("ENGINE_PUBLIC_URL", "SESSION_KEY", "OIDC_CLIENT_ID")
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"oidc_issuer": "http://issuer.school.test"}, "OIDC_ISSUER: must be an https:// URL"),
        ({"oidc_issuer": "issuer.school.test"}, "OIDC_ISSUER: must be an https:// URL"),
        ({"engine_public_url": "http://school.test"}, "ENGINE_PUBLIC_URL: must be an https://"),
        ({"engine_public_url": "https://a@school.test"}, "ENGINE_PUBLIC_URL: must be an https://"),
        ({"engine_public_url": "https://school.test?x"}, "ENGINE_PUBLIC_URL: must be an https://"),
        ({"engine_public_url": "https://school.test/names"}, "ENGINE_PUBLIC_URL: must be the root"),
        ({"session_key": "short"}, "SESSION_KEY: .*at least 32 characters"),
        ({"session_lifetime_seconds": 10**6}, "SESSION_LIFETIME_SECONDS: "),
        ({"oidc_operator_value": None}, "OIDC_OPERATOR_VALUE: is not set beside the claim"),
    ],
    ids=str,
)
def test_settings_that_do_not_do(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=f"ROSTERBRIDGE_{said}"):
        settings(**given)


def test_a_state_folder_of_before_gets_a_session_key_and_keeps_its_secrets(tmp_path: Path) -> None:
    kept = Secrets.kept_in(tmp_path)
    file = tmp_path / "secrets.json"
    stored = json.loads(file.read_text())
    del stored["session_key"]
    file.write_text(json.dumps(stored))

    again = Secrets.kept_in(tmp_path)

    assert (again.service_token, again.secret_key) == (kept.service_token, kept.secret_key)
    assert again.role_passwords == kept.role_passwords
    assert len(again.session_key) >= 32
    assert Secrets.kept_in(tmp_path).session_key == again.session_key
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("host", "variables", "on"),
    [
        ("127.0.0.1", {}, True),
        ("localhost", {}, True),
        ("0.0.0.0", {}, False),  # noqa: S104 - what must not do
        ("192.168.1.5", {}, False),
        ("127.0.0.1", {"ROSTERBRIDGE_OIDC_ISSUER": "https://issuer.school.test"}, False),
        ("127.0.0.1", {"ROSTERBRIDGE_ENGINE_PUBLIC_URL": "https://school.test"}, False),
    ],
)
def test_a_run_brings_it_on_this_machine_unless_an_issuer_is_set(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    variables: dict[str, str],
    on: bool,
) -> None:
    for name in ("ROSTERBRIDGE_OIDC_ISSUER", "ROSTERBRIDGE_ENGINE_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    options = RunOptions(tmp_path, host, 8001, 8002, None, True, Clock())
    assert options.development_issuer is on
