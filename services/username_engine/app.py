"""The username engine as an ASGI application: `uvicorn --factory services.username_engine.app:create_app`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from services.username_engine import internal_api
from services.username_engine.access.routes import install_access
from services.username_engine.api.dependencies import database_of
from services.username_engine.api.router import router as public_api
from services.username_engine.wake_ups import WakeUps
from services.username_engine.web.serving import install_page
from shared.clock import Clock
from shared.database import Database
from shared.docs_page import install_docs_page
from shared.errors import PROBLEM_RESPONSES, install_problem_handlers, internal_error_response
from shared.memory import settle
from shared.security import ServiceToken
from shared.settings import EngineSettings
from shared.telemetry import RequestTelemetry, configure_logging, operations_router

_SERVICE = "username_engine"

_DESCRIPTION = """
Usernames for Microsoft 365: made by a configuration's format as soon as a person's data arrives,
unique in the configuration, with the domain that holds at the moment of the sync. `/api/v1` is for
the people who look after them: it takes a session or a token of the issuer. `/internal` takes the
service token that both services share.
"""


def create_app(settings: EngineSettings | None = None) -> FastAPI:
    """The service; without `settings` those of the environment. It needs no other service."""
    settings = settings or EngineSettings.load()
    configure_logging(settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(
            settings.database_url.get_secret_value(),
            application=_SERVICE,
            pool_size=settings.database_pool_size,
        )
        async with database:
            app.state.database = database
            settle()
            wake_ups = asyncio.create_task(WakeUps(database, app.state.clock).run())
            yield
            wake_ups.cancel()
            with suppress(asyncio.CancelledError):
                await wake_ups

    app = FastAPI(
        title="RosterBridge username engine",
        summary="Makes usernames and says what each is sent as",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=PROBLEM_RESPONSES,
    )
    install_docs_page(app)
    app.state.clock = Clock(settings.today)
    app.state.service_token = ServiceToken(settings.service_token)
    install_problem_handlers(app)
    app.add_middleware(RequestTelemetry, service=_SERVICE, render_failure=internal_error_response)
    app.include_router(operations_router(database_of))
    app.include_router(internal_api.router)
    install_access(app, settings)
    app.include_router(public_api)
    install_page(app)
    return app
