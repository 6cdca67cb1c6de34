"""The demo as `rosterbridge run` starts it, and the two services started apart by hand."""

import asyncio
import json
import secrets
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from migrations.runner import migrate
from shared.database import asyncpg_url
from shared.roles import Role, role_name
from tests.e2e.consumer import Consumer, Pull
from tests.e2e.oracle import Account, Bundle, Feed, Oracle
from tests.e2e.processes import (
    COMMAND,
    ROOT,
    TODAY,
    Process,
    Relay,
    answers,
    environment,
    free_ports,
    own_database,
    processes_with,
    query,
    ready,
    until,
)

NATIVE = ("demo-provider", "demo-tenant")
Sheets = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled modules of all these processes: without them each start takes seconds."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture(scope="session")
def demo_files(bytecode: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `rosterbridge demo` writes."""
    folder = tmp_path_factory.mktemp("demo-files")
    subprocess.run(
        [COMMAND, "demo", str(folder)],
        env=environment(bytecode, {"ROSTERBRIDGE_TODAY": TODAY}),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="session")
def sheets(demo_files: Path) -> Sheets:
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in (demo_files / "configurations").glob("*.toml")
    }


# `rosterbridge run`


@dataclass(frozen=True)
class Demo:
    """Two runs of the same state folder, the second of which is up."""

    output: str
    """What the first run printed."""
    described: Mapping[str, Any]
    """The first run's `demo.json`, and what it served; then the second's."""
    served: Pull
    described_again: Mapping[str, Any]
    served_again: Pull
    exit_code: int
    left_over: Mapping[int, str]
    """Processes of the first run after its Ctrl-C."""
    ports: tuple[int, int]
    consumers: Mapping[str, Consumer]


@dataclass
class Runner:
    env: Mapping[str, str]
    state: Path
    ports: tuple[int, int]
    logs: Path

    def start(self, name: str) -> Process:
        process = Process([COMMAND, "run"], env=self.env, cwd=self.logs, log=self.logs / name)

        def up() -> bool:
            process.require_alive()
            return "curl" in process.output

        try:
            until("the run is up", up, seconds=90)
        except BaseException:
            process.kill()
            raise
        return process

    def described(self) -> dict[str, Any]:
        return dict(json.loads((self.state / "demo.json").read_text(encoding="utf-8")))

    def rest(self) -> dict[int, str]:
        return processes_with(f"ROSTERBRIDGE_STATE_DIR={self.state}")


def _consumer(described: Mapping[str, Any], configuration: str) -> Consumer:
    (client,) = (one for one in described["clients"] if one["configuration"] == configuration)
    return Consumer(described["oneroster_url"], client["client_id"], client["client_secret"])


@pytest.fixture(scope="session")
def demo(bytecode: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    state, logs = tmp_path_factory.mktemp("state"), tmp_path_factory.mktemp("run")
    ports = free_ports(2)
    with own_database() as url:
        values = {
            "DATABASE_URL": url,
            "ROSTERBRIDGE_STATE_DIR": str(state),
            "ROSTERBRIDGE_TODAY": TODAY,
            "ROSTERBRIDGE_ONEROSTER_PORT": str(ports[0]),
            "ROSTERBRIDGE_ENGINE_PORT": str(ports[1]),
        }
        runner = Runner(environment(bytecode, values), state, (ports[0], ports[1]), logs)
        first = runner.start("first")
        try:
            described, output = runner.described(), first.output
            with closing(_consumer(described, "demo-tenant")) as consumer:
                served = consumer.everything()
            code = first.interrupt()
            left_over = runner.rest()
        finally:
            first.kill()
        second = runner.start("second")
        try:
            again = runner.described()
            consumers = {
                one["configuration"]: _consumer(again, one["configuration"])
                for one in again["clients"]
            }
            yield Demo(
                output=output,
                described=described,
                served=served,
                described_again=again,
                served_again=consumers["demo-tenant"].everything(),
                exit_code=code,
                left_over=left_over,
                ports=runner.ports,
                consumers=consumers,
            )
            for consumer in consumers.values():
                consumer.close()
            second.interrupt()
        finally:
            second.kill()
        assert not runner.rest()
        assert not any(answers(port) for port in ports)


# The services apart


@dataclass
class Apart:
    """One database, the demo's two native configurations in it, and no service running.

    A test starts the services it needs and changes the bundle; the next finds what it left.
    """

    owner_url: str
    env: Mapping[str, str]
    ports: tuple[int, int]
    relay: Relay
    folder: Path
    sheets: Sheets
    bundle: Bundle
    clients: dict[str, Mapping[str, str]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Account]] = field(default_factory=dict)
    imports: int = 0

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [COMMAND, *arguments], env=self.env, cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def import_bundle(self) -> None:
        self.imports += 1
        folder = self.folder / f"bundle-{self.imports}"
        self.bundle.write(folder)
        self.command("import", str(folder))

    def expected(self, configuration: str) -> Feed:
        """By the bundle as it is now; names once made are remembered."""
        oracle = Oracle(self.bundle, self.sheets[configuration], TODAY)
        made = oracle.accounts(self.accounts.get(configuration, {}))
        self.accounts[configuration] = made
        return oracle.feed(made)

    def has_name(self, person: str) -> bool:
        return bool(
            query(self.owner_url, "select from usernames.username where person_id = $1", person)
        )

    @contextmanager
    def engine(self) -> Iterator[Process]:
        with self._started("username_engine", self.ports[1], {}) as (process, wait):
            wait()
            yield process

    @contextmanager
    def oneroster(self, *, opening_wait: float = 20) -> Iterator[Process]:
        values = {"ROSTERBRIDGE_OPENING_WAIT_SECONDS": str(opening_wait)}
        with self._started("oneroster", self.ports[0], values) as (process, wait):
            wait()
            yield process

    @contextmanager
    def both(self, *, opening_wait: float = 20) -> Iterator[tuple[Process, Process]]:
        """The engine and the OneRoster service, started at once."""
        values = {"ROSTERBRIDGE_OPENING_WAIT_SECONDS": str(opening_wait)}
        with (
            self._started("username_engine", self.ports[1], {}) as (engine, engine_wait),
            self._started("oneroster", self.ports[0], values) as (oneroster, oneroster_wait),
        ):
            engine_wait()
            oneroster_wait()
            yield engine, oneroster

    @contextmanager
    def _started(
        self, name: str, port: int, values: Mapping[str, str]
    ) -> Iterator[tuple[Process, Callable[[], object]]]:
        """The process, and what waits until it answers."""
        command = [sys.executable, "-m", "uvicorn", "--factory"]
        command += [f"services.{name}.app:create_app", "--port", str(port)]
        process = Process(
            command,
            env={**self.env, **values},
            cwd=ROOT,
            log=self.folder / f"{name}-{secrets.token_hex(4)}.log",
        )
        try:
            yield process, lambda: until(f"{name} is ready", ready(process, port))
        finally:
            process.kill()

    @contextmanager
    def consumer(self, configuration: str) -> Iterator[Consumer]:
        client = self.clients[configuration]
        url = f"http://127.0.0.1:{self.ports[0]}"
        with closing(Consumer(url, client["client_id"], client["client_secret"])) as consumer:
            yield consumer


def _service_settings(owner_url: str, ports: tuple[int, int], relay: Relay) -> dict[str, str]:
    owner = asyncpg_url(owner_url).set(drivername="postgresql")

    def url(role: Role) -> str:
        login = owner.set(username=role_name(str(owner.database), role), password=_PASSWORD)
        return login.render_as_string(hide_password=False)

    return {
        "ROSTERBRIDGE_TODAY": TODAY,
        "ROSTERBRIDGE_SERVICE_TOKEN": secrets.token_hex(32),
        "ROSTERBRIDGE_SECRET_KEY": secrets.token_hex(32),
        "ROSTERBRIDGE_ENGINE_DATABASE_URL": url(Role.ENGINE),
        "ROSTERBRIDGE_ONEROSTER_DATABASE_URL": url(Role.ONEROSTER),
        "ROSTERBRIDGE_OPERATOR_DATABASE_URL": url(Role.OPERATOR),
        "ROSTERBRIDGE_ENGINE_URL": f"http://127.0.0.1:{relay.port}",
        "ROSTERBRIDGE_PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
    }


_PASSWORD = secrets.token_hex(16)


@pytest.fixture(scope="session")
def apart(
    bytecode: Path, demo_files: Path, sheets: Sheets, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Apart]:
    folder = tmp_path_factory.mktemp("apart")
    oneroster_port, engine_port = free_ports(2)
    ports = (oneroster_port, engine_port)
    with own_database() as url, closing(Relay(engine_port)) as relay:
        asyncio.run(migrate(url, dict.fromkeys(Role, _PASSWORD)))
        settings = _service_settings(url, ports, relay)
        made = Apart(
            owner_url=url,
            env=environment(bytecode, {**settings, "ROSTERBRIDGE_STATE_DIR": str(folder)}),
            ports=ports,
            relay=relay,
            folder=folder,
            sheets=sheets,
            bundle=Bundle(demo_files / "bundle"),
        )
        of_native = [str(demo_files / "configurations" / f"{name}.toml") for name in NATIVE]
        made.command("configuration", "apply", *of_native)
        with ThreadPoolExecutor() as pool:
            loaded = pool.submit(made.import_bundle)
            for name in NATIVE:
                made.clients[name] = json.loads(made.command("client", "create", name, "--json"))
            loaded.result()
        yield made
