"""Real processes over a real database: what the end-to-end tests start, watch and end."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import asyncpg
import httpx

from shared.database import asyncpg_url
from shared.roles import Role, role_name

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
COMMAND = str(Path(sys.executable).with_name("rosterbridge"))
TODAY = "2026-10-15"
_PAUSE = 0.05


def until(what: str, ask: Callable[[], T], *, seconds: float = 30) -> T:
    """The first true answer. Fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(_PAUSE)
    return answer


def free_ports(count: int) -> list[int]:
    """Ports of this moment, all of them different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def environment(bytecode: Path, values: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without any of our settings; compiled modules are shared."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ROSTERBRIDGE_")
        and name not in {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
    }
    return {**inherited, "PYTHONPYCACHEPREFIX": str(bytecode), "COLUMNS": "200", **values}


class Process:
    """A process in a group of its own, as a terminal starts it; its output goes to a file."""

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path
    ) -> None:
        self.log = log
        self._file: IO[bytes] = log.open("wb")
        self._process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def require_alive(self) -> None:
        assert self._process.poll() is None, f"ended by itself:\n{self.output}"

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def interrupt(self) -> int:
        """Ctrl-C: a terminal sends it to the whole group. Returns the exit code."""
        os.killpg(self._process.pid, signal.SIGINT)
        code = self._process.wait(timeout=30)
        self._file.close()
        return code

    def kill(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)
        self._file.close()


def ready(process: Process, port: int) -> Callable[[], bool]:
    def ask() -> bool:
        process.require_alive()
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
        except httpx.TransportError:
            return False

    return ask


def processes_with(value: str) -> dict[int, str]:
    """Running processes whose environment holds the text, by id, with their command line."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if value.encode() in (entry / "environ").read_bytes():
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(entry.name)] = command.decode(errors="replace")
    return found


def query(url: str, statement: str, *arguments: Any) -> list[Any]:
    async def run() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(statement, *arguments))
        finally:
            await connection.close()

    return asyncio.run(run())


@contextmanager
def own_database() -> Iterator[str]:
    """A fresh, empty database of the test server: its owner's URL."""
    server = asyncpg_url(os.environ["DATABASE_URL"]).set(drivername="postgresql")
    at = server.render_as_string(hide_password=False)
    name = f"e2e_{secrets.token_hex(6)}"
    query(at, f'create database "{name}"')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        query(at, f'drop database "{name}" with (force)')
        for role in Role:
            query(at, f'drop role if exists "{role_name(name, role)}"')


class Relay:
    """A wire between two services that can be cut in the middle of an answer."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._limit: int | None = None
        self._passed = 0
        self._lock = threading.Lock()
        self.held = threading.Event()
        self._cut = threading.Event()
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def hold_after(self, octets: int) -> None:
        """Of all answers from now on this much passes; then the wire is silent until `cut`."""
        with self._lock:
            self._passed, self._limit = 0, octets
        self.held.clear()
        self._cut.clear()

    def cut(self) -> None:
        """Ends every connection; new ones pass again."""
        with self._lock:
            self._limit = None
            broken, self._sockets = self._sockets, []
        self._cut.set()
        for one in broken:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                try:
                    upstream = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    client.close()
                    continue
                with self._lock:
                    self._sockets += [client, upstream]
                for source, target, counted in (
                    (client, upstream, False),
                    (upstream, client, True),
                ):
                    threading.Thread(
                        target=self._pump, args=(source, target, counted), daemon=True
                    ).start()

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                allowed = self._allowed(len(data)) if counted else len(data)
                target.sendall(data[:allowed])
                if allowed < len(data):
                    self.held.set()
                    self._cut.wait(60)
                    break
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            if one is source:
                one.close()

    def _allowed(self, size: int) -> int:
        with self._lock:
            if self._limit is None:
                return size
            allowed = max(0, min(size, self._limit - self._passed))
            self._passed += allowed
            return allowed
