"""The OneRoster read service: `uvicorn --factory services.oneroster.app:create_app`."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import stamina
from fastapi import FastAPI, Request

from services.oneroster.addresses import NormalisedPaths, PublicOrigin
from services.oneroster.errors import install_roster_handlers, internal_error_response
from services.oneroster.oauth.routes import router as oauth_router
from services.oneroster.oauth.service import OAuthService
from services.oneroster.publication.engine import Engine
from services.oneroster.publication.freshness import Freshness
from services.oneroster.publication.publisher import Publisher
from services.oneroster.publication.watcher import Watcher
from services.oneroster.rostering.descriptions import install_schemas
from services.oneroster.rostering.discovery import discovery_router
from services.oneroster.rostering.routes import roster_router
from services.oneroster.rostering.service import Roster
from shared.clock import Clock
from shared.database import Database
from shared.docs_page import install_docs_page
from shared.driver_pool import DriverPool
from shared.memory import settle
from shared.settings import OneRosterSettings
from shared.telemetry import RequestTelemetry, configure_logging, operations_router

# Two publications at once, and one connection to see what is stale.
_PUBLISHING_CONNECTIONS = 5

# Half of what School Data Sync waits for a page: then it is told to come back.
_PATIENCE_SECONDS = 15

_DESCRIPTION = """
The roster of a school's information system, for Microsoft School Data Sync and any other consumer
of OneRoster 1.1 and 1.2. Get a token at `/connect/token` with a client's id and secret (the Authorize
button does), then read the collections; a client sees its own configuration only.
"""


def create_app(settings: OneRosterSettings | None = None) -> FastAPI:
    settings = settings or OneRosterSettings.load()
    configure_logging(settings.log_level)
    origin = PublicOrigin(settings.public_url, settings.trusted_proxies)
    # Its own lines repeat the arguments of what is tried again; what fails for good is logged here.
    stamina.instrumentation.set_on_retry_hooks([])

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            await _open(app, settings, origin, stack)
            settle()
            yield

    app = FastAPI(
        title="RosterBridge OneRoster",
        summary="OneRoster 1.1 and 1.2 read service",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    install_docs_page(app)
    install_roster_handlers(app)
    app.include_router(oauth_router)
    app.include_router(roster_router())
    app.include_router(discovery_router(origin))
    app.include_router(operations_router(_database))
    install_schemas(app)
    app.add_middleware(
        RequestTelemetry, service="oneroster", render_failure=internal_error_response
    )
    app.add_middleware(NormalisedPaths)
    return app


async def _open(
    app: FastAPI, settings: OneRosterSettings, origin: PublicOrigin, stack: AsyncExitStack
) -> None:
    url = settings.database_url.get_secret_value()
    database = await stack.enter_async_context(
        Database(url, application="oneroster", pool_size=settings.database_pool_size)
    )
    reading = await stack.enter_async_context(
        DriverPool(
            url,
            application="oneroster reading",
            size=settings.database_pool_size,
            patience=_PATIENCE_SECONDS,
        )
    )
    # Its own pool: publication never waits for readers, nor they for it.
    publishing = await stack.enter_async_context(
        Database(url, application="oneroster publication", pool_size=_PUBLISHING_CONNECTIONS)
    )
    engine = await stack.enter_async_context(Engine(settings.engine_url, settings.service_token))
    clock = Clock(settings.today)
    freshness = Freshness(Publisher(publishing, engine, clock), settings.opening_wait_seconds)
    stack.push_async_callback(freshness.close)
    app.state.database = database
    app.state.oauth = OAuthService.create(database, settings)
    roster = Roster(reading, app.state.oauth.verifier, freshness, origin)
    app.state.roster = roster
    stack.push_async_callback(roster.pulls.write)
    for work in (Watcher(publishing, freshness, clock).run(), roster.pulls.write_always()):
        stack.push_async_callback(_stop, asyncio.create_task(work))


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
