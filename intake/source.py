"""A folder or a zip of CSV files, opened without unpacking anything."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from intake.faults import BundleRefused, Fault

_ENCRYPTED = 0x1
_IGNORED_FOLDERS = frozenset({"__MACOSX"})


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """A zip beyond these is refused before a byte of it is read.

    Deflate makes at most 1032 bytes of one; a large roster, rarely more than 30.
    """

    uncompressed_bytes: int = 8 * 1024**3
    ratio: int = 200
    # Below this size no ratio is suspicious.
    ratio_from_bytes: int = 16 * 1024**2


class Source:
    """The bundle's files by name, names without regard to case."""

    def __init__(self, path: Path, files: Mapping[str, str], archive: zipfile.ZipFile | None):
        self.path = path
        self._files = files
        self._archive = archive

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._files

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._files))

    def size(self, name: str) -> int:
        """Bytes, uncompressed."""
        stored = self._files[name.lower()]
        if self._archive is None:
            return (self.path / stored).stat().st_size
        return self._archive.getinfo(stored).file_size

    def open(self, name: str) -> IO[bytes]:
        """Raises OSError, zipfile.BadZipFile or NotImplementedError for a broken file."""
        stored = self._files[name.lower()]
        if self._archive is None:
            return (self.path / stored).open("rb")
        return self._archive.open(stored)


def _named(path: Path) -> str:
    """`/` and `.` have no name of their own."""
    return path.name or str(path)


def _refuse(text: str, file: str | None = None) -> BundleRefused:
    return BundleRefused([Fault(file, None, None, text)])


@contextmanager
def open_source(path: Path, limits: ZipLimits | None = None) -> Iterator[Source]:
    """Raises BundleRefused where there is nothing that can be read."""
    if path.is_dir():
        yield Source(path, _folder_files(path), None)
        return
    if not path.exists():
        raise _refuse(f"{_named(path)}: a folder or a zip was expected, nothing is there")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise _refuse(f"{_named(path)}: a folder or a zip was expected, this is neither") from None
    with archive:
        yield Source(path, _zip_files(archive, limits or ZipLimits()), archive)


def _folder_files(folder: Path) -> dict[str, str]:
    files = _by_lower_name(entry.name for entry in sorted(folder.iterdir()) if entry.is_file())
    if not any(name.endswith(".csv") for name in files):
        raise _refuse(f"{_named(folder)}: a folder of CSV files was expected, there is none in it")
    return files


def _zip_files(archive: zipfile.ZipFile, limits: ZipLimits) -> dict[str, str]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    for member in members:
        _check_member(member, limits)
    if sum(member.file_size for member in members) > limits.uncompressed_bytes:
        raise _refuse(
            f"the zip holds more than {limits.uncompressed_bytes:,} bytes uncompressed, the most allowed"
        )
    listed = [m.filename for m in members if m.filename.lower().endswith(".csv")]
    listed = [n for n in listed if not _IGNORED_FOLDERS & set(PurePosixPath(n).parts)]
    folders = sorted({str(PurePosixPath(name).parent) for name in listed})
    if len(folders) > 1:
        raise _refuse(
            f"one bundle was expected in the zip; CSV files are in {len(folders)} folders of it"
        )
    if not listed:
        inner = any(m.filename.lower().endswith(".zip") for m in members)
        raise _refuse(
            "CSV files were expected in the zip, zips are in it: import them one by one"
            if inner
            else "CSV files were expected in the zip, there is none in it"
        )
    return _by_lower_name(listed)


def _check_member(member: zipfile.ZipInfo, limits: ZipLimits) -> None:
    name = member.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name:
        raise _refuse("a name inside the zip was expected; this one points outside of it", name)
    if member.flag_bits & _ENCRYPTED:
        raise _refuse("the zip is encrypted: a zip without a password was expected", name)
    suspicious = member.file_size > max(
        limits.ratio_from_bytes, limits.ratio * max(member.compress_size, 1)
    )
    if suspicious:
        raise _refuse(
            f"the file grows to more than {limits.ratio} times its compressed size, which no roster does",
            name,
        )


def _by_lower_name(names: Iterator[str] | list[str]) -> dict[str, str]:
    files: dict[str, str] = {}
    for name in names:
        lower = PurePosixPath(name).name.lower()
        if lower in files:
            raise _refuse("the file is there twice, in other capitals or twice in the zip", lower)
        files[lower] = name
    return files
