"""Commands run as an operator runs them: by name and arguments, against the worker's database."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.terminal import ExitCode
from shared.database import Database
from shared.roles import Role
from tests.conftest import SECRET_KEY, TestDatabase

T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """What a command answered."""

    exit_code: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)

    @property
    def text(self) -> str:
        """Both streams on one line each, as wrapping depends on the terminal's width."""
        return " ".join(f"{self.output} {self.errors}".split())


Rosterbridge = Callable[..., Run]


@pytest.fixture
def rosterbridge(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Rosterbridge:
    monkeypatch.setenv("ROSTERBRIDGE_OPERATOR_DATABASE_URL", database.url(Role.OPERATOR))
    monkeypatch.setenv("ROSTERBRIDGE_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("ROSTERBRIDGE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("ROSTERBRIDGE_TODAY", "2024-10-01")
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str | Path, answer: str | None = None) -> Run:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=answer)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Run(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def arrange(database: TestDatabase) -> Callable[[Callable[[Database], Awaitable[T]]], T]:
    """Runs what needs the owner's database from a test that is no coroutine: commands bring their
    own event loop."""

    def run(work: Callable[[Database], Awaitable[T]]) -> T:
        async def opened() -> T:
            async with Database(database.owner_url, application="tests") as owner:
                return await work(owner)

        return asyncio.run(opened())

    return run


def refused(run: Run) -> dict[str, str]:
    """The mistakes of an `apply --json` by path."""
    assert run.exit_code == ExitCode.REFUSED, run.text
    assert run.json["applied"] is False
    return {mistake["path"]: mistake["problem"] for mistake in run.json["mistakes"]}
