"""An engine with the development issuer."""

from typing import Any

import httpx
from fastapi import FastAPI

from services.username_engine.access.routes import install_access
from services.username_engine.development_issuer.codes import s256
from services.username_engine.development_issuer.persons import OPERATOR_CLAIM, OPERATOR_VALUE
from shared.database import Database
from shared.errors import install_problem_handlers
from shared.settings import EngineSettings, development_issuer_of
from tests.username_engine.access.issuing import settings

ENGINE = "http://127.0.0.1:8002"
ISSUER = development_issuer_of(ENGINE)
VERIFIER = "v" * 43
REQUEST = {
    "response_type": "code",
    "client_id": "rosterbridge",
    "redirect_uri": f"{ENGINE}/auth/callback",
    "scope": "openid profile",
    "state": "a-state",
    "nonce": "a-nonce",
    "code_challenge": s256(VERIFIER),
    "code_challenge_method": "S256",
}


def development(**given: Any) -> EngineSettings:
    values = {
        "development": True,
        "engine_public_url": ENGINE,
        "oidc_issuer": ISSUER,
        "oidc_client_id": "rosterbridge",
        "oidc_operator_claim": OPERATOR_CLAIM,
        "oidc_operator_value": OPERATOR_VALUE,
    }
    return settings(**{**values, **given})


def app_with(engine_database: Database, given: EngineSettings) -> FastAPI:
    app = FastAPI()
    app.state.database = engine_database
    install_problem_handlers(app)
    install_access(app, given, transport=httpx.ASGITransport(app))
    return app
