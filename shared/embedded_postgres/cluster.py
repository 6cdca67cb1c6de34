"""One cluster: its files, and PostgreSQL's programs at work on them."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.embedded_postgres.account import Account
from shared.embedded_postgres.errors import EmbeddedPostgresError
from shared.embedded_postgres.processes import (
    FAST_STOP_SECONDS,
    command_line,
    environment,
    is_alive,
    launched,
    wait_until,
)

OWNER = "rosterbridge_owner"
DATABASE = "rosterbridge"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The files of one cluster and the programs that work on them."""

    place: Path
    binaries: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.place / "server.log"

    @property
    def port_file(self) -> Path:
        return self.place / "port"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def initialise(self, *, durable: bool) -> str:
        """Make the data folder unless it is there; return the owner's password."""
        password_file = self.place / "password"
        if self.data.exists():
            if self.data.stat().st_uid != self.account.uid:
                raise EmbeddedPostgresError(
                    f"The database in {self.place} was made by another user "
                    f"(uid {self.data.stat().st_uid}): run as that user or choose another folder."
                )
            return password_file.read_text().rstrip("\n")
        password = secrets.token_urlsafe(24)
        _write_private(password_file, password)
        self._initdb(password, durable=durable)
        return password

    def _initdb(self, password: str, *, durable: bool) -> None:
        """Made beside its final name and renamed, so that half a cluster is never taken for one."""
        fresh, password_file = self.place / "data.new", self.place / "password.initdb"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(0o700)
        _write_private(password_file, password)
        for path in (fresh, password_file):
            os.chown(path, self.account.uid, self.account.gid)
        command = [
            *(str(self.binaries / "initdb"), f"--pgdata={fresh}", f"--username={OWNER}"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C"),
            *(() if durable else ("--no-sync", "--no-data-checksums")),
        ]
        try:
            self._complete("make a cluster", launched(command, self.account))
        finally:
            password_file.unlink()
        fresh.rename(self.data)

    def spawn(self, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """The server, not yet ready, writing to a new `log`."""
        command = [
            *(str(self.binaries / "postgres"), "-D", str(self.data)),
            *(f"--{name}={value}" for name, value in settings.items()),
        ]
        with self.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own program and arguments
                launched(command, self.account),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                cwd="/",
                start_new_session=True,
            )

    def becomes_ready(self, server: subprocess.Popen[bytes], deadline: float) -> bool:
        """False when it ended, or did not get ready in time; see `fault`."""

        def settled() -> bool:
            return server.poll() is not None or self._reports_ready(server.pid)

        return wait_until(settled, deadline) and server.poll() is None

    def _reports_ready(self, pid: int) -> bool:
        match self._pid_lines():
            case [process, _, _, _, _, _, _, state]:  # postmaster.pid, see miscadmin.h
                return process == str(pid) and state.strip() == "ready"
        return False

    def _pid_lines(self) -> list[str]:
        try:
            return self.pid_file.read_text().splitlines()
        except FileNotFoundError:
            return []

    def fault(self) -> str:
        return _last_line(self.log.read_text(errors="replace"), "FATAL:")

    def remembered_port(self) -> int:
        try:
            return int(self.port_file.read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def end_orphan(self) -> None:
        """Stop a server whose run was killed (we hold the lock, so no run has it any more).

        After a reboot its number may belong to any process, and PostgreSQL would believe it is
        its own. A file that names the new server's parent is stale to PostgreSQL, which then
        still looks for backends the killed server left; deleting the file would skip that.
        """
        lines = self._pid_lines()
        if not lines or not lines[0].isdecimal() or not is_alive(pid := int(lines[0])):
            return
        if not self._is_server(pid):
            self.pid_file.write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + FAST_STOP_SECONDS
        if not wait_until(lambda: not self._is_server(pid), deadline):
            raise EmbeddedPostgresError(
                f"A PostgreSQL that an earlier run left behind (process {pid}) does not stop."
            )

    def _is_server(self, pid: int) -> bool:
        return os.fsencode(self.data) in command_line(pid)

    def create_database(self, port: int, password: str) -> None:
        """Also the proof that the owner is let in with `password`."""
        self._complete(
            "open its database",
            [
                *(str(self.binaries / "psql"), "--no-psqlrc", "--quiet", "--no-password"),
                *("--set=ON_ERROR_STOP=1", f"--set=name={DATABASE}"),
                f"postgresql://{OWNER}@{HOST}:{port}/postgres",
            ],
            "SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS "
            "(SELECT FROM pg_database WHERE datname = :'name') \\gexec\n",
            PGPASSWORD=password,
        )

    def _complete(self, aim: str, command: Sequence[str], text: str = "", **variables: str) -> None:
        """Run a program to its end, out of reach of Ctrl-C, and complain if it fails."""
        done = subprocess.run(  # noqa: S603 - our own program and arguments
            command,
            input=text,
            env={**environment(), **variables},
            cwd="/",
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EmbeddedPostgresError(
                f"PostgreSQL in {self.place} could not {aim}: {_last_line(done.stderr)}"
            )


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{text}\n")


def _last_line(text: str, marked: str = "") -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return ([line for line in lines if marked in line] or lines or ["it gave no reason"])[-1]
