"""`rosterbridge run`: a database, the migrations, the demo and both services, by one command."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cli.running.demo import DemoClients, load_demo
from cli.running.services import ServiceFailed, ServiceProcess, check_port
from cli.running.state import Secrets, role_url, settings_text, write_private
from migrations.runner import migrate
from services.oneroster.oauth.keys import ensure_signing_key
from services.username_engine.development_issuer.persons import OPERATOR_CLAIM, OPERATOR_VALUE
from shared.clock import Clock
from shared.database import Database
from shared.embedded_postgres import EmbeddedPostgres
from shared.roles import Role
from shared.settings import development_issuer_of, is_loopback_url

Say = Callable[[str], None]

# The second run on one database would take the first's roles and demo for its own.
_RUN_LOCK = 0x526F7375
_WATCH_SECONDS = 0.5


class DatabaseInUse(Exception):
    """Another run has this database."""


class StateFolderError(Exception):
    """The state folder can't be made or written to."""


@dataclass(frozen=True)
class RunOptions:
    """Where a run keeps its state, and where it answers."""

    state: Path
    host: str
    oneroster_port: int
    engine_port: int
    owner_url: str | None
    """A PostgreSQL of the operator's own (`DATABASE_URL`); None: the embedded one."""
    demo: bool
    clock: Clock

    @property
    def oneroster_url(self) -> str:
        return f"http://{self.host}:{self.oneroster_port}"

    @property
    def engine_url(self) -> str:
        return f"http://{self.host}:{self.engine_port}"

    @property
    def development_issuer(self) -> bool:
        """Whether anybody may sign in as anything: on this machine alone, and no issuer is set."""
        own = ("ROSTERBRIDGE_OIDC_ISSUER", "ROSTERBRIDGE_ENGINE_PUBLIC_URL")
        return is_loopback_url(self.engine_url) and not any(os.environ.get(name) for name in own)


@dataclass(frozen=True)
class Running:
    """What was started, for the welcome."""

    options: RunOptions
    demo: DemoClients | None


def run(options: RunOptions, say: Say, welcome: Callable[[Running], None]) -> None:
    """Returns after Ctrl-C or SIGTERM, when everything it started has ended."""
    check_port(options.host, options.oneroster_port, "ROSTERBRIDGE_ONEROSTER_PORT")
    check_port(options.host, options.engine_port, "ROSTERBRIDGE_ENGINE_PORT")
    try:
        options.state.mkdir(parents=True, exist_ok=True)
        kept = Secrets.kept_in(options.state)
    except OSError as error:
        raise StateFolderError(
            f"ROSTERBRIDGE_STATE_DIR: {options.state} can't be used: {error.strerror}"
        ) from None
    with ExitStack() as stack:
        owner_url = options.owner_url
        if owner_url is None:
            say("Starting PostgreSQL")
            # In the main thread: there the kernel ends it with this process.
            owner_url = stack.enter_context(EmbeddedPostgres(options.state)).url
        stack.callback(say, "Stopping")
        # Ctrl-C cancels the work below, which ends its processes on the way out.
        with suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(_Run(options, owner_url, kept, say).until_stopped(welcome))


class _Run:
    def __init__(self, options: RunOptions, owner_url: str, kept: Secrets, say: Say) -> None:
        self._options = options
        self._owner_url = owner_url
        self._secrets = kept
        self._say = say

    async def until_stopped(self, welcome: Callable[[Running], None]) -> None:
        task = asyncio.current_task()
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        async with (
            Database(self._owner_url, application="rosterbridge run", pool_size=2) as owner,
            owner.session_connection() as connection,
        ):
            if not await connection.fetchval("select pg_try_advisory_lock($1)", _RUN_LOCK):
                raise DatabaseInUse(
                    "Another run uses this database: name another one in DATABASE_URL."
                )
            demo = await self._prepare()
            with self._services() as services:
                for service in services:
                    await service.ready()
                if demo:
                    self._write_demo(demo)
                welcome(Running(self._options, demo))
                await self._watch(services)

    async def _watch(self, services: Sequence[ServiceProcess]) -> None:
        """Until no service is left: each goes on without the other, as it would in production."""
        alive = list(services)
        while alive:
            await asyncio.sleep(_WATCH_SECONDS)
            for service in [each for each in alive if each.has_ended]:
                alive.remove(service)
                self._say(f"{service.describe_end()}. The other goes on")
        raise ServiceFailed("Both services have ended.")

    def _write_demo(self, demo: DemoClients) -> None:
        options = self._options
        document = demo.document(options.oneroster_url, options.engine_url)
        write_private(options.state / "demo.json", json.dumps(document, indent=2) + "\n")

    async def _prepare(self) -> DemoClients | None:
        options, kept = self._options, self._secrets
        self._say("Migrating the database")
        await migrate(self._owner_url, kept.role_passwords)
        write_private(options.state / "settings.env", settings_text(self._settings()))
        operator_url = role_url(self._owner_url, Role.OPERATOR, kept)
        async with Database(operator_url, application="rosterbridge run") as operator:
            async with operator.transaction() as connection:
                await ensure_signing_key(connection, kept.secret_key.encode())
            if not options.demo:
                return None
            return await load_demo(
                operator, kept.secret_key, options.state, options.clock, self._say
            )

    def _settings(self) -> dict[str, str]:
        kept = self._secrets
        return {
            "ROSTERBRIDGE_SERVICE_TOKEN": kept.service_token,
            "ROSTERBRIDGE_SECRET_KEY": kept.secret_key,
            "ROSTERBRIDGE_ENGINE_URL": self._options.engine_url,
            **{
                f"ROSTERBRIDGE_{role.name}_DATABASE_URL": role_url(self._owner_url, role, kept)
                for role in (Role.ENGINE, Role.ONEROSTER, Role.OPERATOR)
            },
        }

    def _sign_in(self) -> dict[str, str]:
        """For the engine's process alone: another one that reads `settings.env` has no such issuer."""
        key = {"ROSTERBRIDGE_SESSION_KEY": self._secrets.session_key}
        if not self._options.development_issuer:
            return key
        return {
            **key,
            "ROSTERBRIDGE_DEVELOPMENT": "1",
            "ROSTERBRIDGE_ENGINE_PUBLIC_URL": self._options.engine_url,
            "ROSTERBRIDGE_OIDC_ISSUER": development_issuer_of(self._options.engine_url),
            "ROSTERBRIDGE_OIDC_CLIENT_ID": "rosterbridge",
            "ROSTERBRIDGE_OIDC_OPERATOR_CLAIM": OPERATOR_CLAIM,
            "ROSTERBRIDGE_OIDC_OPERATOR_VALUE": OPERATOR_VALUE,
        }

    @contextmanager
    def _services(self) -> Iterator[list[ServiceProcess]]:
        """Both services; the engine first, since the other asks it. Ended in the reverse order."""
        self._say("Starting the services")
        options = self._options
        logs = options.state / "logs"
        logs.mkdir(exist_ok=True)
        # The owner's URL and what else is not theirs stays out of their environment.
        inherited = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
        with ExitStack() as stack:
            started = []
            engine, oneroster = options.engine_port, options.oneroster_port
            for name, factory, port, more in (
                ("engine", "services.username_engine.app:create_app", engine, self._sign_in()),
                ("oneroster", "services.oneroster.app:create_app", oneroster, {}),
            ):
                own = {
                    **inherited,
                    **self._settings(),
                    **more,
                    "ROSTERBRIDGE_STATE_DIR": str(options.state),
                }
                service = ServiceProcess.start(
                    name, factory, options.host, port, own, logs / f"{name}.log"
                )
                stack.callback(service.stop)
                started.append(service)
            yield started
