"""The system user the server runs as, and what it may reach."""

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from shared.embedded_postgres.errors import EmbeddedPostgresError

if sys.platform != "win32":
    import pwd


@dataclass(frozen=True, slots=True)
class Account:
    """The system user the server runs as."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def may_enter(self, folder: Path) -> bool:
        """Whether the mode bits let it pass through `folder` and everything above it."""
        folder = folder.resolve()
        return all(self._may(0o1, part) for part in (folder, *folder.parents))

    def may_run(self, program: Path) -> bool:
        return self.may_enter(program.parent) and self._may(0o5, program)

    def _may(self, wanted: int, path: Path) -> bool:
        facts = path.stat()
        shift = 6 if facts.st_uid == self.uid else 3 if facts.st_gid == self.gid else 0
        return (stat.S_IMODE(facts.st_mode) >> shift) & wanted == wanted


def server_account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(nobody.pw_uid, nobody.pw_gid)


def system_folder(folder: Path) -> Path:
    """`folder`, made if need be, in which only root can write."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
    facts = folder.stat()
    if facts.st_uid != 0 or facts.st_mode & 0o022:
        raise EmbeddedPostgresError(f"{folder} is not safe to use: others than root can write it.")
    return folder
