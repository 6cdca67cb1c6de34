"""The server that a run starts and stops."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from shared.embedded_postgres.account import Account, server_account, system_folder
from shared.embedded_postgres.binaries import reachable_binaries
from shared.embedded_postgres.cluster import DATABASE, HOST, OWNER, Cluster
from shared.embedded_postgres.errors import EmbeddedPostgresError
from shared.embedded_postgres.processes import end

if sys.platform != "win32":
    import fcntl

_START_SECONDS = 120  # crash recovery replays up to max_wal_size first

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Error texts quote values, and the values here are pupils: the client gets them, not the log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
}
_THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class EmbeddedPostgres:
    """One cluster in `folder`, held by one run at a time.

    Start it from the main thread: on Linux the server is then stopped by the kernel when this
    process dies, however it dies. From another thread that tie is left out, since the kernel
    would stop the server at that thread's end. The server has a session of its own, so Ctrl-C
    does not reach it before `stop`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = True,
        max_connections: int = 100,
        settings: Mapping[str, str] | None = None,
        system_folder: Path = Path("/var"),
    ) -> None:
        """`durable=False` may lose the data when the machine stops: for tests.

        `settings` are PostgreSQL's own (postgresql.conf) and win over ours. Under `system_folder`
        lie `lib/rosterbridge` and `cache/rosterbridge`, used as root only.
        """
        self._folder = folder.absolute()
        self._durable = durable
        self._settings: dict[str, str] = {
            **_SETTINGS,
            **({} if durable else _THROWAWAY_SETTINGS),
            "max_connections": str(max_connections),
            **(settings or {}),
        }
        self._system_folder = system_folder
        self._lock: IO[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._url: str | None = None

    @property
    def url(self) -> str:
        """The owner's address of the database `rosterbridge`, with the password."""
        if self._url is None:
            raise EmbeddedPostgresError("The embedded PostgreSQL is not running.")
        return self._url

    @property
    def pid(self) -> int:
        """The process id of the server (postmaster)."""
        if self._server is None:
            raise EmbeddedPostgresError("The embedded PostgreSQL is not running.")
        return self._server.pid

    def start(self) -> str:
        """Make the cluster if there is none, start its server and return `url`.

        Raises EmbeddedPostgresError, also when another run holds the cluster.
        """
        if sys.platform == "win32":
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL does not run on Windows: set DATABASE_URL to a PostgreSQL."
            )
        if self._lock is not None:
            raise EmbeddedPostgresError("The embedded PostgreSQL was started already.")
        try:
            self._url = self._start(server_account())
        except OSError as error:
            self.stop()
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL cannot be set up in {self._folder}: {error}."
            ) from error
        except BaseException:
            self.stop()
            raise
        return self._url

    def stop(self) -> None:
        """Stop the server: fast (sessions are cut, data is safe), and harder if it does not go."""
        if self._server is not None:
            end(self._server)
        if self._lock is not None:
            self._lock.close()
        self._server = self._lock = self._url = None

    def remove(self) -> None:
        """Stop the server and delete the cluster with all its data."""
        self.stop()
        if (place := self._recorded_place()) is not None:
            with _locked(place):
                shutil.rmtree(place)
        self._pointer.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start(self, account: Account) -> str:
        binaries = reachable_binaries(account, self._system_folder / "cache" / "rosterbridge")
        place = self._recorded_place() or self._new_place(account)
        if not account.may_enter(place):
            raise EmbeddedPostgresError(
                f"The database in {place} can no longer be reached by the user it runs as "
                f"(uid {account.uid}): a folder above it was closed."
            )
        self._lock = _locked(place)
        cluster = Cluster(place, binaries, account)
        password = cluster.initialise(durable=self._durable)
        cluster.end_orphan()
        port = self._serve(cluster)
        cluster.create_database(port, password)
        return f"postgresql://{OWNER}:{password}@{HOST}:{port}/{DATABASE}"

    def _serve(self, cluster: Cluster) -> int:
        """Start the server and return its port once it takes connections."""
        deadline = time.monotonic() + _START_SECONDS
        preferred = cluster.remembered_port()
        while True:
            port = _free_port(preferred)
            self._server = cluster.spawn({**self._settings, "port": str(port)})
            if cluster.becomes_ready(self._server, deadline):
                cluster.port_file.write_text(f"{port}\n")
                return port
            fault = cluster.fault()
            end(self._server)
            self._server = None
            if "TCP/IP sockets" in fault:
                preferred = 0  # someone else took the port since it was found free
            elif "shared memory block" in fault:
                time.sleep(0.1)  # the backends of a killed server leave within moments
            else:
                deadline = 0.0
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {fault} ({cluster.log})")

    @property
    def _pointer(self) -> Path:
        return self._folder / "postgres-location"

    def _recorded_place(self) -> Path | None:
        """Where the cluster of this folder is, if it was ever made."""
        place = self._folder / "postgres"
        if self._pointer.exists():
            place = Path(self._pointer.read_text().rstrip("\n"))
        return place if place.exists() else None

    def _new_place(self, account: Account) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        if account.may_enter(self._folder):
            place = self._folder / "postgres"
            place.mkdir(exist_ok=True)
        else:
            place = self._new_place_elsewhere()
            self._pointer.write_text(f"{place}\n")
        place.chmod(0o755 if account.is_other else 0o700)
        return place

    def _new_place_elsewhere(self) -> Path:
        """A folder named after this one's path, numbered if a moved or deleted one left its own."""
        home = system_folder(self._system_folder / "lib" / "rosterbridge")
        digest = hashlib.sha256(os.fsencode(self._folder.resolve())).hexdigest()[:16]
        number = 1
        while (place := home / (digest if number == 1 else f"{digest}-{number}")).exists():
            number += 1
        place.mkdir()
        return place


@contextmanager
def throwaway_postgres(
    *, max_connections: int = 100, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A fast server on an empty cluster in a temporary folder, for tests: yields the owner's URL.

    It and its folder are gone at the end.
    """
    with tempfile.TemporaryDirectory(prefix="rosterbridge-") as name:
        Path(name).chmod(0o711)  # so that nobody may pass
        postgres = EmbeddedPostgres(
            Path(name), durable=False, max_connections=max_connections, settings=settings
        )
        try:
            yield postgres.start()
        finally:
            postgres.remove()


def _locked(place: Path) -> IO[bytes]:
    """The open lock file of a cluster; it is held until closed, or until this process ends."""
    lock = (place / "lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise EmbeddedPostgresError(
            f"The database in {place} is in use by another run: stop that one, or choose another "
            "folder with ROSTERBRIDGE_STATE_DIR."
        ) from None
    return lock


def _free_port(preferred: int) -> int:
    """`preferred` if nobody has it, else one of the system's choice."""
    for port in (preferred, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EmbeddedPostgresError(f"No port is free on {HOST}.")
