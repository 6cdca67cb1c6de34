"""Reads generated files back as a consumer would: text, by column."""

import csv
import hashlib
from datetime import date
from pathlib import Path

Row = dict[str, str]


def read(folder: Path, table: str) -> list[Row]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def day(text: str, default: date) -> date:
    return date.fromisoformat(text) if text else default


def digest(folder: Path) -> str:
    """Of every file under the folder, with its path."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
