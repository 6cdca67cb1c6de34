"""The embedded PostgreSQL as a run meets it: started, found again, refused, recovered, left."""

import asyncio
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from shared.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, throwaway_postgres

PROJECT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel about processes")


def ask(url: str, statement: str) -> str:
    async def answer() -> str:
        connection = await asyncpg.connect(url)
        try:
            return str(await connection.fetchval(statement))
        finally:
            await connection.close()

    return asyncio.run(answer())


def new_folder() -> Path:
    """A folder that everyone may enter: pytest's own are closed to the server's user."""
    folder = Path(tempfile.mkdtemp(prefix="rosterbridge-test-"))
    folder.chmod(0o755)
    return folder


def wait_for_end(pid: int) -> None:
    with os.fdopen(os.pidfd_open(pid)) as process:
        ended, _, _ = select.select([process], [], [], 30)
    assert ended, "the process is still there after 30 seconds"


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = new_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddedPostgres]:
    """One running cluster for the tests that only look."""
    folder = new_folder()
    with EmbeddedPostgres(folder / "state", durable=False) as postgres:
        yield postgres
    shutil.rmtree(folder)


def state_of(postgres: EmbeddedPostgres) -> Path:
    return Path(ask(postgres.url, "SHOW data_directory")).parent.parent


def test_the_owner_url_opens_an_empty_utf8_database(running: EmbeddedPostgres) -> None:
    assert running.url.startswith("postgresql://rosterbridge_owner:")
    assert urlsplit(running.url).hostname == "127.0.0.1"
    facts = (
        "SELECT concat_ws(' ', current_database(), pg_encoding_to_char(encoding), datlocale) "
        "FROM pg_database WHERE datname = current_database()"
    )
    assert ask(running.url, facts) == "rosterbridge UTF8 PG_UNICODE_FAST"
    assert ask(running.url, "SELECT upper('ça élève')") == "ÇA ÉLÈVE"


def test_data_and_port_are_found_again_by_the_second_start(folder: Path) -> None:
    with EmbeddedPostgres(folder) as postgres:
        first_url = postgres.url
        ask(first_url, "CREATE TABLE kept AS SELECT 42 AS number")
    with EmbeddedPostgres(folder) as postgres:
        assert postgres.url == first_url
        assert ask(postgres.url, "SELECT number FROM kept") == "42"
        assert ask(postgres.url, "SHOW fsync") == "on"
        assert ask(postgres.url, "SHOW synchronous_commit") == "on"


def test_stop_ends_the_server_and_may_be_said_twice(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder, durable=False)
    url = postgres.start()
    postgres.stop()
    postgres.stop()
    with pytest.raises(OSError, match="Connect call failed"):
        ask(url, "SELECT 1")


def test_settings_of_the_caller_win(folder: Path) -> None:
    settings = {"work_mem": "7MB", "shared_buffers": "16MB"}
    postgres = EmbeddedPostgres(folder, durable=False, max_connections=33, settings=settings)
    with postgres:
        shown = [ask(postgres.url, f"SHOW {name}") for name in (*settings, "max_connections")]
    assert shown == ["7MB", "16MB", "33"]


def test_a_cluster_in_use_is_refused_and_left_in_peace(running: EmbeddedPostgres) -> None:
    second = EmbeddedPostgres(state_of(running))
    with pytest.raises(EmbeddedPostgresError, match="in use by another run"):
        second.start()
    with pytest.raises(EmbeddedPostgresError, match="in use by another run"):
        second.remove()
    second.stop()
    assert ask(running.url, "SELECT 1") == "1"


def test_two_clusters_live_side_by_side(running: EmbeddedPostgres) -> None:
    with throwaway_postgres() as url:
        ask(url, "CREATE TABLE only_here (number int)")
        assert ask(running.url, "SELECT to_regclass('only_here') IS NULL") == "True"
        assert urlsplit(url).port != urlsplit(running.url).port


def test_a_wrong_password_is_refused(running: EmbeddedPostgres) -> None:
    parts = urlsplit(running.url)
    for login in ("rosterbridge_owner:guess", "rosterbridge_owner:"):
        wrong = parts._replace(netloc=f"{login}@{parts.hostname}:{parts.port}")
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(urlunsplit(wrong), "SELECT 1")


def test_only_this_user_can_read_the_password(running: EmbeddedPostgres) -> None:
    password = urlsplit(running.url).password
    place = state_of(running) / "postgres"
    files = [path for path in place.iterdir() if path.is_file()]
    holding = [path for path in files if password and password in path.read_text()]
    assert [path.name for path in holding] == ["password"]
    assert holding[0].stat().st_mode & 0o777 == 0o600


def test_the_log_holds_no_value_of_a_failed_statement(running: EmbeddedPostgres) -> None:
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        ask(running.url, "SELECT 'Liesbeth Verhaeghe'::int")
    assert "Verhaeghe" not in (state_of(running) / "postgres" / "server.log").read_text()


@on_linux
def test_the_server_is_out_of_reach_of_ctrl_c(running: EmbeddedPostgres) -> None:
    assert os.getsid(running.pid) == os.getpgid(running.pid) == running.pid


def test_a_killed_server_is_recovered(folder: Path) -> None:
    with EmbeddedPostgres(folder) as postgres:
        ask(postgres.url, "CREATE TABLE kept AS SELECT 42 AS number")
        os.kill(postgres.pid, signal.SIGKILL)
    assert (folder / "postgres" / "data" / "postmaster.pid").exists()
    with EmbeddedPostgres(folder) as postgres:
        assert ask(postgres.url, "SELECT number FROM kept") == "42"


def test_a_process_number_used_anew_after_a_reboot_is_not_taken_for_the_server(
    folder: Path,
) -> None:
    with EmbeddedPostgres(folder, durable=False) as postgres:
        data = Path(ask(postgres.url, "SHOW data_directory"))
        record = (data / "postmaster.pid").read_text()
    owner = data.stat().st_uid
    with subprocess.Popen(["sleep", "600"], user=owner if os.geteuid() == 0 else None) as other:
        try:
            _, rest = record.split("\n", 1)
            (data / "postmaster.pid").write_text(f"{other.pid}\n{rest}")
            os.chown(data / "postmaster.pid", owner, -1)
            with EmbeddedPostgres(folder, durable=False) as postgres:
                assert ask(postgres.url, "SELECT 1") == "1"
            assert other.poll() is None
        finally:
            other.kill()


def test_a_remembered_port_that_is_taken_gives_way(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as postgres:
        port = urlsplit(postgres.url).port
    with socket.create_server(("127.0.0.1", port or 0)):  # noqa: SIM117 - taken before the start
        with EmbeddedPostgres(folder, durable=False) as postgres:
            assert urlsplit(postgres.url).port != port
            assert ask(postgres.url, "SELECT 1") == "1"


def test_a_cluster_left_half_made_is_made_anew(folder: Path) -> None:
    half = folder / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(folder, durable=False) as postgres:
        assert ask(postgres.url, "SELECT 1") == "1"
    assert not half.exists()


HOLD = """
import sys
from pathlib import Path
from shared.embedded_postgres import EmbeddedPostgres
postgres = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
print(postgres.start(), postgres.pid, flush=True)
sys.stdin.read()
postgres.stop()
"""


@on_linux
def test_the_server_ends_when_its_run_is_killed_and_the_next_run_starts(folder: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as run:
        assert run.stdout is not None
        url, pid = run.stdout.readline().split()
        ask(url, "CREATE TABLE kept AS SELECT 42 AS number")
        run.kill()
        wait_for_end(int(pid))
    with EmbeddedPostgres(folder, durable=False) as postgres:
        assert ask(postgres.url, "SELECT number FROM kept") == "42"


def test_a_server_left_behind_is_ended_by_the_next_start(folder: Path) -> None:
    """Started from a thread, the server is not tied to its run, as everywhere but on Linux."""
    threaded = HOLD.replace(
        "print(postgres.start(),",
        "from threading import Thread\n"
        "thread = Thread(target=postgres.start)\n"
        "thread.start()\n"
        "thread.join()\n"
        "print(postgres.url,",
    )
    command = [sys.executable, "-c", threaded, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as run:
        assert run.stdout is not None
        url, left_behind = run.stdout.readline().split()
        run.kill()
    ask(url, "CREATE TABLE kept AS SELECT 42 AS number")
    with EmbeddedPostgres(folder, durable=False) as postgres:
        assert postgres.pid != int(left_behind)
        assert ask(postgres.url, "SELECT number FROM kept") == "42"


def test_a_throwaway_cluster_leaves_nothing(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with throwaway_postgres(max_connections=20) as url:
        assert ask(url, "SHOW fsync") == "off"
        assert list(folder.iterdir()) != []
    assert list(folder.iterdir()) == []


def test_without_the_package_the_error_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    with pytest.raises(EmbeddedPostgresError, match="set DATABASE_URL"):
        EmbeddedPostgres(folder).start()


def test_a_folder_that_cannot_be_made_is_one_sentence(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(EmbeddedPostgresError, match=r"cannot be set up in .*/file/state: "):
        EmbeddedPostgres(folder / "file" / "state").start()


@as_root
@on_linux
def test_as_root_the_server_is_nobody(running: EmbeddedPostgres) -> None:
    status = Path(f"/proc/{running.pid}/status").read_text()
    facts = dict(line.split(":", 1) for line in status.splitlines())
    nobody = pwd.getpwnam("nobody")
    assert facts["Uid"].split() == [str(nobody.pw_uid)] * 4
    assert facts["Gid"].split() == [str(nobody.pw_gid)] * 4
    assert facts["Groups"].split() == []


@as_root
def test_in_a_closed_folder_the_data_lies_elsewhere(folder: Path) -> None:
    closed, system = folder / "closed", folder / "var"
    closed.mkdir(mode=0o700)

    def postgres() -> EmbeddedPostgres:
        return EmbeddedPostgres(closed / "state", durable=False, system_folder=system)

    with postgres() as first:
        ask(first.url, "CREATE TABLE kept AS SELECT 42 AS number")
        data = Path(ask(first.url, "SHOW data_directory"))
    with postgres() as second:
        assert ask(second.url, "SELECT number FROM kept") == "42"
    place = Path((closed / "state" / "postgres-location").read_text().strip())
    assert data.parent == place
    assert place.parent == system / "lib" / "rosterbridge"
    assert closed.stat().st_mode & 0o777 == 0o700
    postgres().remove()
    assert not place.exists()


@as_root
def test_a_folder_made_anew_does_not_find_the_data_of_the_deleted_one(folder: Path) -> None:
    closed, system = folder / "closed", folder / "var"
    closed.mkdir(mode=0o700)
    postgres = EmbeddedPostgres(closed / "state", durable=False, system_folder=system)
    with postgres:
        ask(postgres.url, "CREATE TABLE old (number int)")
    shutil.rmtree(closed / "state")
    with postgres:
        assert ask(postgres.url, "SELECT to_regclass('old') IS NULL") == "True"


@as_root
def test_programs_in_a_closed_environment_are_copied_once(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """Two runs at once make one copy, which only root can write, and start from it."""
    installed = next(
        Path(path) for path in sys.path if (Path(path) / "embedded_postgres" / "pginstall").exists()
    )
    closed, system = folder / "site-packages", folder / "var"
    closed.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed / name, closed / name)
    monkeypatch.syspath_prepend(closed)
    servers = [
        EmbeddedPostgres(folder / name, durable=False, system_folder=system) for name in "ab"
    ]
    try:
        with ThreadPoolExecutor() as pool:
            urls = list(pool.map(EmbeddedPostgres.start, servers))
        assert [ask(url, "SELECT 1") for url in urls] == ["1", "1"]
    finally:
        for server in servers:
            server.stop()
    cache = system / "cache" / "rosterbridge"
    (copy,) = cache.iterdir()
    assert copy.name.startswith("postgres-18.")
    written = [path.stat() for path in (cache, copy, *copy.rglob("*"))]
    assert all(facts.st_uid == 0 and not facts.st_mode & 0o022 for facts in written)


@as_root
def test_a_cache_that_others_can_write_is_refused(folder: Path) -> None:
    closed, system = folder / "closed", folder / "var"
    closed.mkdir(mode=0o700)
    home = system / "lib" / "rosterbridge"
    home.mkdir(parents=True)
    home.chmod(0o777)
    with pytest.raises(EmbeddedPostgresError, match="others than root can write"):
        EmbeddedPostgres(closed / "state", system_folder=system).start()


def python_for(uid: int) -> str | None:
    """An interpreter that this user may run: root's own may lie in its home."""
    for python in (sys.executable, shutil.which("python3", path="/usr/local/bin:/usr/bin")):
        command = [str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        try:
            if subprocess.run(command, user=uid, cwd="/", check=False).returncode == 0:
                return python
        except OSError:
            continue
    return None


@as_root
def test_an_ordinary_user_runs_it_as_himself(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = python_for(nobody.pw_uid)
    if python is None:
        pytest.skip("no Python 3.11 that an ordinary user may run")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    packages = Path(asyncpg.__file__).parents[1]
    with subprocess.Popen(
        [python, "-c", HOLD, str(folder / "state")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"HOME": str(folder), "PYTHONPATH": f"{PROJECT}:{packages}"},
    ) as run:
        assert run.stdout is not None
        url, _ = run.stdout.readline().split()
        assert ask(url, "SELECT 1") == "1"
        run.communicate("")
    assert run.returncode == 0
    owners = {path.stat().st_uid for path in folder.rglob("*")}
    assert owners == {nobody.pw_uid}


@as_root
def test_a_cluster_of_another_user_is_refused(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    os.chown(folder / "postgres" / "data", 12345, -1)
    with pytest.raises(EmbeddedPostgresError, match=r"made by another user \(uid 12345\)"):
        EmbeddedPostgres(folder, durable=False).start()
