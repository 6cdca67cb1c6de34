"""The deployment under test, and what an operator hands to a consumer."""

import csv
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.processes import COMMAND

Row = dict[str, str]


@dataclass(frozen=True)
class Client:
    """The address and the credentials of one consumer of one configuration."""

    host: str
    """Scheme, name and port."""
    token_url: str
    client_id: str
    client_secret: str

    @property
    def v1p1(self) -> str:
        return f"{self.host}/ims/oneroster/v1p1"


@dataclass(frozen=True)
class Deployment:
    clients: Mapping[str, Client]
    """By configuration."""
    env: Mapping[str, str]
    folder: Path

    def command(self, *arguments: str) -> None:
        """`rosterbridge` beside the running services."""
        done = subprocess.run(
            [COMMAND, *arguments], env=self.env, cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


@dataclass(frozen=True)
class District:
    """The OneRoster file that feeds `demo-oneroster`, as rows."""

    rows: Mapping[str, list[Row]]

    def of(self, table: str, **values: str) -> list[Row]:
        return [row for row in self.rows[table] if values.items() <= row.items()]

    def teacher_with_pupils(self) -> Row:
        """The first one with a class that has pupils in it."""
        pupils = self.of("enrollments", role="student", status="")
        classes = {row["classSourcedId"] for row in pupils}
        teaching = {
            row["userSourcedId"]
            for row in self.of("enrollments", role="teacher", status="")
            if row["classSourcedId"] in classes
        }
        return next(row for row in self.of("users", role="teacher") if row["sourcedId"] in teaching)


def read_district(folder: Path) -> District:
    rows = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows[path.stem] = list(csv.DictReader(file))
    return District(rows)
