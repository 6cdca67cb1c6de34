"""`rosterbridge run` with settings that do not do: one sentence with the way out, never a traceback."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.terminal import ExitCode


@pytest.mark.parametrize(
    ("settings", "exit_code", "said"),
    [
        ({"DATABASE_URL": "onzin"}, ExitCode.WRONG_USE, "DATABASE_URL: is not a postgresql:// URL"),
        (
            {"DATABASE_URL": "postgresql://x:y@127.0.0.1:1/z"},
            ExitCode.DATABASE_UNREACHABLE,
            "The database can't be used",
        ),
        ({"ROSTERBRIDGE_TODAY": "1/9/2026"}, ExitCode.WRONG_USE, "YYYY-MM-DD"),
        (
            {"ROSTERBRIDGE_ONEROSTER_PORT": "9", "ROSTERBRIDGE_ENGINE_PORT": "9"},
            ExitCode.WRONG_USE,
            "Both services can't answer on port 9",
        ),
    ],
)
def test_settings_that_do_not_do(
    tmp_path: Path, settings: dict[str, str], exit_code: ExitCode, said: str
) -> None:
    with socket.socket() as one, socket.socket() as other:
        ports = []
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
            ports.append(str(probe.getsockname()[1]))
    environment = {
        "ROSTERBRIDGE_STATE_DIR": str(tmp_path),
        "ROSTERBRIDGE_ONEROSTER_PORT": ports[0],
        "ROSTERBRIDGE_ENGINE_PORT": ports[1],
        **settings,
    }

    result = CliRunner().invoke(app, ["run"], env=environment)

    assert result.exit_code == exit_code
    assert said in result.output
    assert "y@127" not in result.output


def test_a_state_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "state"
    file.touch()

    result = CliRunner().invoke(app, ["run"], env={"ROSTERBRIDGE_STATE_DIR": str(file)})

    assert result.exit_code == ExitCode.WRONG_USE
    assert "ROSTERBRIDGE_STATE_DIR" in result.output


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {
            "ROSTERBRIDGE_STATE_DIR": str(tmp_path),
            "ROSTERBRIDGE_ONEROSTER_PORT": str(taken.getsockname()[1]),
        }

        result = CliRunner().invoke(app, ["run"], env=environment)

    assert result.exit_code == ExitCode.REFUSED
    assert "set ROSTERBRIDGE_ONEROSTER_PORT to a free one" in result.output
