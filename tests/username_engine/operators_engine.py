"""An engine whose every caller is an operator, for holding its answers against its document."""

from datetime import date

from fastapi import FastAPI, Request
from pydantic import SecretStr

from services.username_engine.access.principal import Principal
from services.username_engine.app import create_app
from shared.settings import EngineSettings
from tests.username_engine.editing_api import OPERATOR


class _Operator:
    async def authenticate(self, _: Request) -> Principal:
        return OPERATOR


def operators_engine(database_url: str) -> FastAPI:
    """In the autumn of the tests' school year."""
    app = create_app(
        EngineSettings(
            database_url=SecretStr(database_url),
            service_token=SecretStr("a service token that only these tests know"),
            today=date(2024, 10, 15),
        )
    )
    app.state.authenticator = _Operator()
    return app
