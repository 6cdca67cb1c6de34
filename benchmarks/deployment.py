"""A deployment to measure: a PostgreSQL of its own, the engine as a process, a publisher here."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from cli.access.applying import ReadFile, apply_sheets
from cli.configuration_sheet.reading import read_sheet
from cli.running.services import ServiceProcess
from demo import SizedBundle
from migrations.runner import migrate
from services.oneroster.publication.engine import Engine
from services.oneroster.publication.publisher import Publisher
from shared.clock import Clock
from shared.database import Database
from shared.roles import Role, role_name

SCHOOL_YEAR = "2026-27"
TODAY = date(2026, 11, 21)
_PASSWORD = "a password for benchmarks"  # noqa: S105 - of a database that lives for a benchmark
_TOKEN = "a service token for benchmarks, long enough"  # noqa: S105
# The first of a fresh database; every benchmark has one configuration.
CONFIGURATION_ID = 1


@dataclass(frozen=True)
class Deployment:
    """One migrated database with the engine in front of it, durable as in production."""

    owner_url: str
    operator: Database
    publisher: Publisher
    engine: Engine

    async def configure(self, bundle: SizedBundle) -> None:
        files = sorted(bundle.configurations.glob("*.toml"))
        sheets = [ReadFile(path.name, read_sheet(path.read_bytes())) for path in files]
        async with self.operator.transaction() as connection:
            await apply_sheets(connection, sheets, today=TODAY)


@asynccontextmanager
async def deployment(server_url: str, name: str) -> AsyncIterator[Deployment]:
    """A database of its own in the server."""
    server = await asyncpg.connect(server_url)
    await server.execute(f'create database "{name}"')
    await server.close()
    owner_url = make_url(server_url).set(database=name)
    await migrate(owner_url.render_as_string(hide_password=False), dict.fromkeys(Role, _PASSWORD))
    urls = {
        role: owner_url.set(username=role_name(name, role), password=_PASSWORD).render_as_string(
            hide_password=False
        )
        for role in Role
    }
    with TemporaryDirectory() as folder, ExitStack() as stack:
        process = _engine(urls[Role.ENGINE], Path(folder))
        stack.callback(process.stop)
        await process.ready()
        async with (
            Database(urls[Role.OPERATOR], application="benchmarks") as operator,
            Database(urls[Role.ONEROSTER], application="benchmarks") as publishing,
            Engine(process.url, SecretStr(_TOKEN)) as engine,
        ):
            yield Deployment(
                owner_url.render_as_string(hide_password=False),
                operator,
                Publisher(publishing, engine, Clock(TODAY)),
                engine,
            )


def _engine(url: str, folder: Path) -> ServiceProcess:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "ROSTERBRIDGE_ENGINE_DATABASE_URL": url,
        "ROSTERBRIDGE_SERVICE_TOKEN": _TOKEN,
        "ROSTERBRIDGE_STATE_DIR": str(folder),
        "ROSTERBRIDGE_TODAY": TODAY.isoformat(),
        "ROSTERBRIDGE_LOG_LEVEL": "ERROR",
    }
    return ServiceProcess.start(
        "engine",
        "services.username_engine.app:create_app",
        "127.0.0.1",
        port,
        environment,
        folder / "engine.log",
    )
