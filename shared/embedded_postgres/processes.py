"""Server processes: out of reach of Ctrl-C, tied to our life, ended in order."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from shared.embedded_postgres.account import Account

FAST_STOP_SECONDS = 30
_IMMEDIATE_STOP_SECONDS = 5

# Runs between fork and PostgreSQL, in a new interpreter because our code after a fork in a process
# with threads may deadlock. PR_SET_PDEATHSIG (1) comes last: a change of user clears it. SIGINT is
# PostgreSQL's fast shutdown. A parent that died before the prctl shows as another parent. All is
# imported first: the server's user may not be able to read this interpreter.
_LAUNCH = """
import ctypes, os, signal, sys
parent, uid, gid = map(int, sys.argv[1:4])
system = ctypes.CDLL(None)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
if parent and sys.platform == "linux":
    system.prctl(1, signal.SIGINT)
    if os.getppid() != parent:
        sys.exit("the run that wanted a server is gone")
os.execv(sys.argv[4], sys.argv[4:])
"""


def launched(command: Iterable[str], account: Account) -> list[str]:
    """`command` as `account`, ending (on Linux) when this process does.

    The kernel ties it to the thread that forks, so only the main thread, which lives as long as
    the process, ties it at all.
    """
    tied = threading.current_thread() is threading.main_thread()
    numbers = (os.getpid() if tied else 0, account.uid, account.gid)
    return [sys.executable, "-I", "-S", "-c", _LAUNCH, *map(str, numbers), *command]


def environment() -> dict[str, str]:
    """What PostgreSQL needs and no more: its user may not be ours, and ours may hold secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def end(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then immediate (recovery at the next start), then what cannot be refused."""
    for request, seconds in (
        (signal.SIGINT, FAST_STOP_SECONDS),
        (signal.SIGQUIT, _IMMEDIATE_STOP_SECONDS),
        (signal.SIGKILL, None),
    ):
        server.send_signal(request)
        try:
            server.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


def wait_until(condition: Callable[[], bool], deadline: float) -> bool:
    """False when `condition` did not hold before `deadline` (on the monotonic clock)."""
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # someone else's
        return True
    return True


def command_line(pid: int) -> bytes:
    """The command a process runs, empty if there is none (any more)."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return b""
    shown = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    done = subprocess.run(shown, capture_output=True, check=False)  # noqa: S603 - a number only
    return done.stdout
