"""A deployment to measure: a database, the engine and the read service as processes, a publisher here."""

import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from pydantic import SecretStr
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from benchmarks.browsers import SIGN_IN
from benchmarks.worker import Worker, access_token
from cli.access.applying import ReadFile, apply_sheets
from cli.configuration_sheet.reading import read_sheet
from cli.running.services import ServiceProcess
from demo import SizedBundle
from migrations.runner import migrate
from services.oneroster.oauth.keys import ensure_signing_key
from services.oneroster.publication.engine import Engine
from services.oneroster.publication.publisher import Publisher
from shared.client_secrets import secret_hmac
from shared.clock import Clock
from shared.database import Database
from shared.roles import Role, role_name
from shared.tables import access

SCHOOL_YEAR = "2026-27"
TODAY = date(2026, 11, 21)
_PASSWORD = "a password for benchmarks"  # noqa: S105 - of a database that lives for a benchmark
_TOKEN = "a service token for benchmarks, long enough"  # noqa: S105
_SECRET_KEY = "a secret key for benchmarks, long enough"  # noqa: S105
_HOST = "127.0.0.1"
# The first of a fresh database; every benchmark has one configuration.
CONFIGURATION_ID = 1
_CLIENT_ID, _CLIENT_SECRET = "bench", "a client secret for benchmarks"
_DEFAULT_LIMIT = 100


@dataclass(frozen=True)
class Deployment:
    """One migrated database with the engine in front of it, durable as in production."""

    owner_url: str
    urls: Mapping[Role, str]
    operator: Database
    publisher: Publisher
    engine: Engine
    engine_url: str
    folder: Path
    """For the logs of its processes."""

    async def configure(self, bundle: SizedBundle) -> None:
        files = sorted(bundle.configurations.glob("*.toml"))
        sheets = [ReadFile(path.name, read_sheet(path.read_bytes())) for path in files]
        async with self.operator.transaction() as connection:
            await apply_sheets(connection, sheets, today=TODAY)
            await ensure_signing_key(connection, SecretStr(_SECRET_KEY))
            # Known beforehand, so that a roster that is kept can be read again.
            await connection.execute(
                insert(access.client).values(
                    configuration_id=CONFIGURATION_ID,
                    client_id=_CLIENT_ID,
                    description="Benchmarks",
                    secret_hmac=secret_hmac(_CLIENT_SECRET, _SECRET_KEY.encode()),
                    default_limit=_DEFAULT_LIMIT,
                )
            )

    @asynccontextmanager
    async def worker(self, **settings: str) -> AsyncIterator[Worker]:
        """One process of the read service as `rosterbridge run` starts it, and a consumer's token.

        `settings` by their names in the environment, as in ROSTERBRIDGE_DATABASE_POOL_SIZE="5".
        """
        environment = {
            "ROSTERBRIDGE_ONEROSTER_DATABASE_URL": self.urls[Role.ONEROSTER],
            "ROSTERBRIDGE_ENGINE_URL": self.engine_url,
            "ROSTERBRIDGE_SECRET_KEY": _SECRET_KEY,
            **settings,
        }
        with ExitStack() as stack:
            process = start_process(
                stack, "oneroster", "services.oneroster.app:create_app", environment, self.folder
            )
            await process.ready()
            yield Worker(process, await access_token(process.url, _CLIENT_ID, _CLIENT_SECRET))


@asynccontextmanager
async def deployment(server_url: str, name: str) -> AsyncIterator[Deployment]:
    """A database of its own in the server."""
    async with opened(await new_database(server_url, name)) as deployed:
        yield deployed


async def new_database(server_url: str, name: str) -> str:
    """The owner's URL of a database of this name, `migrated`."""
    server = await asyncpg.connect(server_url)
    await server.execute(f'create database "{name}"')
    await server.close()
    return await migrated(server_url, name)


async def migrated(server_url: str, name: str) -> str:
    """The owner's URL of a database in the server, with all its tables and roles."""
    owner_url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    await migrate(owner_url, dict.fromkeys(Role, _PASSWORD))
    return owner_url


def role_urls(owner_url: str) -> dict[Role, str]:
    """The same database as each role logs in to it."""
    url = make_url(owner_url)
    return {
        role: url.set(
            username=role_name(str(url.database), role), password=_PASSWORD
        ).render_as_string(hide_password=False)
        for role in Role
    }


@asynccontextmanager
async def opened(owner_url: str) -> AsyncIterator[Deployment]:
    """The engine of a migrated database, and what a benchmark uses of it."""
    urls = role_urls(owner_url)
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        process = start_process(
            stack,
            "engine",
            "services.username_engine.app:create_app",
            {"ROSTERBRIDGE_ENGINE_DATABASE_URL": urls[Role.ENGINE], **SIGN_IN},
            folder,
        )
        await process.ready()
        async with (
            Database(urls[Role.OPERATOR], application="benchmarks") as operator,
            Database(urls[Role.ONEROSTER], application="benchmarks") as publishing,
            Engine(process.url, SecretStr(_TOKEN)) as engine,
        ):
            publisher = Publisher(publishing, engine, Clock(TODAY))
            yield Deployment(owner_url, urls, operator, publisher, engine, process.url, folder)


def start_process(
    stack: ExitStack, name: str, factory: str, environment: Mapping[str, str], folder: Path
) -> ServiceProcess:
    """uvicorn on a free port, ended with the stack; `factory` as uvicorn takes it."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port = probe.getsockname()[1]
    common = {
        "ROSTERBRIDGE_SERVICE_TOKEN": _TOKEN,
        "ROSTERBRIDGE_STATE_DIR": str(folder),
        "ROSTERBRIDGE_TODAY": TODAY.isoformat(),
        "ROSTERBRIDGE_LOG_LEVEL": "ERROR",
    }
    process = ServiceProcess.start(
        name, factory, _HOST, port, {**os.environ, **common, **environment}, folder / f"{name}.log"
    )
    stack.callback(process.stop)
    return process
