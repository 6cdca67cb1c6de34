"""Where there is no development issuer."""

from typing import Any

import pytest

from shared.database import Database
from shared.settings import SettingsError, development_issuer_of
from tests.username_engine.access.developing import (
    ENGINE,
    ISSUER,
    app_with,
    development,
)
from tests.username_engine.access.issuing import browser

DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"


async def test_outside_development_there_is_none(engine_database: Database) -> None:
    app = app_with(engine_database, development(development=False))
    async with browser(app, ENGINE) as client:
        assert (await client.get(DISCOVERY)).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"engine_public_url": "https://engine.school.test"},
        {"engine_public_url": "https://127.0.0.1:8002"},
        {"engine_public_url": "http://0.0.0.0:8002"},
        {"engine_public_url": "http://10.0.0.5:8002"},
        {"engine_public_url": "http://localhost.evil.test:8002"},
        {"engine_public_url": None},
        {"oidc_issuer": "https://issuer.school.test"},
        {"oidc_issuer": None},
    ],
    ids=str,
)
def test_it_cannot_be_switched_on_elsewhere(given: dict[str, Any]) -> None:
    public = given.get("engine_public_url")
    own = {"oidc_issuer": development_issuer_of(public)} if public else {}
    with pytest.raises(SettingsError, match="ROSTERBRIDGE_"):
        development(**{**own, **given})


def test_settings_that_were_never_checked_do_not_bring_it(engine_database: Database) -> None:
    unchecked = development().model_copy(update={"engine_public_url": "https://school.test"})
    with pytest.raises(SettingsError, match="ROSTERBRIDGE_DEVELOPMENT"):
        app_with(engine_database, unchecked)
