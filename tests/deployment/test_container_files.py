"""What of the image and of compose.yaml can be checked without a Docker engine.

Each test asserts a fact whose opposite would break a build or a start, or let a secret out.
"""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from typer.testing import CliRunner

from cli.main import app
from shared.roles import Role, role_name
from shared.settings import CommandSettings, EngineSettings, OneRosterSettings, Settings

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, type[Settings]] = {
    "engine": EngineSettings,
    "oneroster": OneRosterSettings,
    "cli": CommandSettings,
}
HTTP_SERVICES = ("engine", "oneroster")
OURS = ("migrate", *SERVICES)
# Stages of the Dockerfile; the last is the image.
PAGE, BUILD = 0, 1
WEB = "services/username_engine/web"
# uvicorn's own, beside what settings.py knows.
UVICORN = {"UVICORN_PORT", "WEB_CONCURRENCY"}
SECRET_ENDING = re.compile(r"_(PASSWORD|TOKEN|KEY)$")
_VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}|\$(\w+)")


@dataclass(frozen=True)
class Instruction:
    """One of a Dockerfile, its lines joined and its comments left out."""

    name: str
    value: str


@cache
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return document


@cache
def stages() -> tuple[tuple[Instruction, ...], ...]:
    """The Dockerfile's, each from its FROM on; the ARGs before the first are left out."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    found: list[list[Instruction]] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        name, _, value = line.partition(" ")
        if name == "FROM":
            found.append([])
        if found and name:
            found[-1].append(Instruction(name, value.strip()))
    return tuple(tuple(stage) for stage in found)


def values(stage: int, name: str) -> list[str]:
    return [each.value for each in stages()[stage] if each.name == name]


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def variables() -> dict[str, set[str]]:
    """The ways each variable of compose.yaml is asked for: `?` must be given, `-` has a default."""
    asked: dict[str, set[str]] = {}
    for text in strings(compose()):
        for name, how, _, bare in _VARIABLE.findall(text):
            asked.setdefault(name or bare, set()).add(how)
    return asked


def interpolated(text: str, given: Mapping[str, str]) -> str:
    """As compose does it: a value that must be given and is not stops everything."""

    def value(match: re.Match[str]) -> str:
        name, how, default = match[1], match[2], match[3]
        if how == "?" and not given.get(name):
            raise LookupError(name)
        return given.get(name) or (default if how == "-" else "")

    return _VARIABLE.sub(value, text)


def environment(name: str, given: Mapping[str, str]) -> dict[str, str]:
    """A variable without a value is passed on, or is not there."""
    return {
        key: given[key] if text is None else interpolated(text, given)
        for key, text in service(name)["environment"].items()
        if text is not None or key in given
    }


def setting_names(settings: type[Settings], *, required: bool = False) -> set[str]:
    names = set()
    for name, field in settings.model_fields.items():
        if required and not field.is_required():
            continue
        choices: list[str] = getattr(field.validation_alias, "choices", [])
        names.add(choices[0] if choices else f"ROSTERBRIDGE_{name.upper()}")
    return names


def documented_command() -> str:
    """The one in docs/deployment.md that makes .env."""
    text = (ROOT / "docs" / "deployment.md").read_text()
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return next(block for block in blocks if "> .env" in block)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The values that a reader of docs/deployment.md ends up with."""
    folder = tmp_path_factory.mktemp("deployment")
    (folder / ".env.example").write_bytes((ROOT / ".env.example").read_bytes())
    subprocess.run(["sh", "-euc", documented_command()], cwd=folder, check=True)
    assert (folder / ".env").stat().st_mode & 0o077 == 0
    lines = (folder / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


# compose.yaml


def test_every_image_is_pinned_and_no_tag_is_latest() -> None:
    for name in compose()["services"]:
        image = interpolated(service(name)["image"], {})
        _, colon, tag = image.rpartition(":")
        assert colon, image
        assert tag, image
        assert tag != "latest", image


def test_the_images_tag_and_label_are_the_projects_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for name in OURS:
        assert interpolated(service(name)["image"], {}) == f"rosterbridge:{version}"
        assert interpolated(service(name)["build"]["args"]["VERSION"], {}) == version
    assert f"VERSION={version}" in values(-1, "ARG")


def test_postgres_is_16_or_later_and_its_data_lies_on_the_volume() -> None:
    major = int(re.split(r"\D", service("postgres")["image"].removeprefix("postgres:"))[0])
    assert major >= 16
    # The image's own rule: from 18 on its volume is one folder up, or the data would be lost.
    target = "/var/lib/postgresql" if major >= 18 else "/var/lib/postgresql/data"
    assert service("postgres")["volumes"] == [f"database:{target}"]
    assert "database" in compose()["volumes"]


def test_what_runs_on_has_a_health_check_and_what_ends_has_none() -> None:
    assert service("postgres")["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert len(values(-1, "HEALTHCHECK")) == 1
    for name in HTTP_SERVICES:
        # No test of its own and not switched off: the image's.
        assert {"interval", "timeout", "retries"} <= set(service(name)["healthcheck"])
        assert not {"test", "disable"} & set(service(name)["healthcheck"])
    for name in ("migrate", "cli"):
        assert service(name)["healthcheck"] == {"disable": True}


def test_nothing_starts_before_the_database_is_migrated() -> None:
    assert service("migrate")["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in SERVICES:
        assert service(name)["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"}
        }


def test_names_that_services_refer_to_exist() -> None:
    document = compose()
    for name in document["services"]:
        assert set(service(name).get("depends_on", {})) <= set(document["services"])
        assert set(service(name)["networks"]) <= set(document["networks"])


def test_every_secret_must_be_given_each_time_it_is_asked_for() -> None:
    secrets = {name: how for name, how in variables().items() if SECRET_ENDING.search(name)}
    assert secrets
    assert [name for name, how in secrets.items() if how != {"?"}] == []


def test_no_secret_stands_in_the_file() -> None:
    for name in compose()["services"]:
        for key, text in service(name).get("environment", {}).items():
            if text is None:
                continue
            if SECRET_ENDING.search(key):
                assert _VARIABLE.fullmatch(text), key
            elif "://" in text and "@" in text:
                password = text.partition("://")[2].rpartition("@")[0].partition(":")[2]
                assert _VARIABLE.fullmatch(password), key


def test_the_example_names_what_must_be_given_and_gives_nothing() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = [line for line in lines if line and not line.startswith("#")]
    required = {name for name, how in variables().items() if "?" in how}
    assert sorted(named) == sorted(f"{name}=" for name in required)


def test_all_that_must_be_given_is_what_the_documented_command_makes(
    given: dict[str, str],
) -> None:
    for text in strings(compose()):
        # Raises for a variable that the command left out.
        interpolated(text, given)
    secrets = [text for name, text in given.items() if SECRET_ENDING.search(name)]
    assert len(set(secrets)) == len(secrets)


@pytest.mark.parametrize("name", SERVICES)
def test_settings_take_what_compose_gives(
    name: str, given: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for known in setting_names(SERVICES[name]):
        monkeypatch.delenv(known, raising=False)
    monkeypatch.setenv("ROSTERBRIDGE_STATE_DIR", str(tmp_path))
    for key, text in environment(name, given).items():
        monkeypatch.setenv(key, text)
    # Raises with everything that is missing, or too short to be a secret.
    SERVICES[name].load()


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_has_the_settings_it_needs_and_no_others(name: str) -> None:
    own = set(service(name)["environment"])
    assert setting_names(SERVICES[name], required=True) <= own
    assert own - UVICORN <= setting_names(SERVICES[name])


@pytest.mark.parametrize(
    ("name", "setting", "role"),
    [
        ("engine", "ROSTERBRIDGE_ENGINE_DATABASE_URL", Role.ENGINE),
        ("oneroster", "ROSTERBRIDGE_ONEROSTER_DATABASE_URL", Role.ONEROSTER),
        ("cli", "ROSTERBRIDGE_OPERATOR_DATABASE_URL", Role.OPERATOR),
    ],
)
def test_each_service_logs_in_as_its_own_role(
    name: str, setting: str, role: Role, given: dict[str, str]
) -> None:
    own, migration = environment(name, given), environment("migrate", given)
    url = urlsplit(own[setting])
    database = service("postgres")["environment"]["POSTGRES_DB"]
    assert (url.scheme, url.hostname, url.path) == ("postgresql", "postgres", f"/{database}")
    assert url.username == role_name(database, role)
    assert url.password == migration[f"ROSTERBRIDGE_{role.name}_PASSWORD"]
    assert not any(given["ROSTERBRIDGE_OWNER_PASSWORD"] in text for text in own.values())


def test_only_migrations_are_given_the_owner(given: dict[str, str]) -> None:
    postgres, migration = environment("postgres", given), environment("migrate", given)
    url = urlsplit(migration["DATABASE_URL"])
    assert url.username == postgres["POSTGRES_USER"]
    assert url.password == postgres["POSTGRES_PASSWORD"]
    assert url.path == f"/{postgres['POSTGRES_DB']}"
    assert [name for name in OURS if "DATABASE_URL" in service(name)["environment"]] == ["migrate"]
    assert set(migration) - {"DATABASE_URL"} <= {
        f"ROSTERBRIDGE_{role.name}_PASSWORD" for role in Role
    }


@pytest.mark.parametrize("name", HTTP_SERVICES)
def test_a_service_starts_an_application_that_is_there(name: str) -> None:
    command = service(name)["command"]
    assert command[:2] == ["uvicorn", "--factory"]
    module, _, factory = command[2].partition(":")
    assert callable(getattr(import_module(module), factory))
    # Forwarded headers are the service's own business (ROSTERBRIDGE_TRUSTED_PROXIES).
    assert {"--no-proxy-headers", "--no-server-header"} <= set(command)


def test_a_service_may_finish_what_it_does() -> None:
    for name in HTTP_SERVICES:
        command = service(name)["command"]
        grace = command[command.index("--timeout-graceful-shutdown") + 1]
        assert int(grace) < int(service(name)["stop_grace_period"].removesuffix("s"))


def test_commands_of_the_command_line_are_there() -> None:
    program, *arguments = service("migrate")["command"]
    assert [program] == service("cli")["entrypoint"] == ["rosterbridge"]
    assert program in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0


def test_services_are_found_where_they_listen(given: dict[str, str]) -> None:
    engine, oneroster = environment("engine", given), environment("oneroster", given)
    assert engine["UVICORN_PORT"] == "8002"
    assert oneroster["UVICORN_PORT"] == "8001"
    # Not on loopback, where no other container would reach them.
    assert "UVICORN_HOST=0.0.0.0" in shlex.split(values(-1, "ENV")[0])
    assert oneroster["ROSTERBRIDGE_ENGINE_URL"] == f"http://engine:{engine['UVICORN_PORT']}"
    assert set(service("engine")["networks"]) & set(service("oneroster")["networks"])


def test_what_sign_in_needs_reaches_the_engine_and_the_development_issuer_does_not(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = set(service("engine")["environment"])
    sign_in = {
        name
        for name in setting_names(EngineSettings)
        if re.search(r"_OIDC_|_SESSION_|_CUSTOM_ROLES$|_ENGINE_PUBLIC_URL$", name)
    }
    assert len(sign_in) > 10
    assert sign_in <= own
    assert "ROSTERBRIDGE_DEVELOPMENT" not in own
    for known in setting_names(EngineSettings):
        monkeypatch.delenv(known, raising=False)
    monkeypatch.setenv("ROSTERBRIDGE_STATE_DIR", str(tmp_path))
    commented = {
        name: text.strip("'")
        for line in (ROOT / ".env.example").read_text().splitlines()
        if (found := re.fullmatch(r"# (ROSTERBRIDGE_\w+)=(.+)", line))
        for name, text in [found.groups()]
    }
    assert set(commented) <= sign_in
    for key, text in environment("engine", {**given, **commented}).items():
        monkeypatch.setenv(key, text)
    settings = EngineSettings.load()
    assert settings.oidc_issuer == commented["ROSTERBRIDGE_OIDC_ISSUER"]
    assert settings.custom_roles


def test_what_is_published_is_on_loopback_only() -> None:
    published = {name: service(name).get("ports", []) for name in compose()["services"]}
    assert {name: ports for name, ports in published.items() if ports} == {
        "engine": ["127.0.0.1:8002:8002"],
        "oneroster": ["127.0.0.1:8001:8001"],
    }
    # Its way out, to the issuer.
    assert "proxy" in service("engine")["networks"]
    assert compose()["networks"]["internal"]["internal"] is True


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_do_no_more_than_they_need(name: str) -> None:
    assert service(name)["read_only"] is True
    assert service(name)["cap_drop"] == ["ALL"]
    assert service(name)["security_opt"] == ["no-new-privileges:true"]
    assert not service(name).get("privileged")
    assert interpolated(service(name).get("user", "10001:10001"), {}) == "10001:10001"


def test_files_for_the_command_line_lie_where_it_looks() -> None:
    (mount,) = service("cli")["volumes"]
    assert [mount["target"]] == values(-1, "WORKDIR")
    assert mount["read_only"] is True


# Dockerfile and .dockerignore


def test_all_stages_stand_on_one_pinned_python() -> None:
    first = (ROOT / "Dockerfile").read_text().partition("\nFROM ")[0]
    match = re.search(r"^ARG PYTHON_IMAGE=python:(\d+)\.(\d+)-slim-\w+$", first, re.MULTILINE)
    assert match, first
    assert (int(match[1]), int(match[2])) >= (3, 11)
    assert [values(stage, "FROM") for stage in (PAGE, BUILD, -1)] == [
        ["${PYTHON_IMAGE} AS page"],
        ["${PYTHON_IMAGE} AS build"],
        ["${PYTHON_IMAGE}"],
    ]


def test_dependencies_come_by_the_locks_hashes_and_from_nowhere_else() -> None:
    (fetching, building) = values(BUILD, "RUN")
    assert "--require-hashes" in fetching
    assert "-r requirements.lock" in fetching
    assert "--only-binary=:all:" in fetching
    for command in building.split("&&"):
        if " pip " in command:
            assert "--no-index" in command, command
    assert not [run for run in values(-1, "RUN") if "pip" in run]


def test_the_page_is_built_from_its_locks_and_its_sources() -> None:
    (node, page) = values(PAGE, "RUN")
    assert "--require-hashes" in node
    assert "-r requirements-node.lock" in node
    assert page.startswith("npm ci ")
    assert values(PAGE, "COPY") == ["requirements-node.lock ./", f"{WEB}/page ./"]


def test_no_compiler_and_no_system_package_is_installed() -> None:
    for stage in (PAGE, BUILD, -1):
        assert not [run for run in values(stage, "RUN") if re.search(r"\bapt|\bapk|\bgcc\b", run)]


def _copied(stage: int) -> set[str]:
    """From the build's context."""
    copies = [value for value in values(stage, "COPY") if not value.startswith("--from=")]
    return {source for value in copies for source in value.split()[:-1]}


def test_the_image_gets_every_package_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    copied = _copied(BUILD)
    assert copied == packages | {
        "requirements.lock",
        "pyproject.toml",
        "hatch_build.py",
        project["project"]["readme"],
    }
    assert all((ROOT / source).exists() for source in copied)
    assert f"--from=page /web/built {WEB}/built" in values(BUILD, "COPY")
    assert values(-1, "COPY") == ["--from=build /opt/rosterbridge /opt/rosterbridge"]


def test_the_build_sees_what_is_copied_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    # Everything is out, then what is copied is in: .env, .git and state folders cannot slip through.
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    # The page's sources lie in a package that is copied whole.
    settings_of_npm = f"{WEB}/page/.npmrc"
    assert allowed == (_copied(PAGE) | _copied(BUILD) | {settings_of_npm}) - {f"{WEB}/page"}
    assert {"**/__pycache__", "**/*.pyc", "**/.*"} <= set(rules)
    assert {"**/node_modules", "**/built", "**/built-tests"} <= set(rules)
    # The last rule that matches decides.
    assert rules.index(f"!{settings_of_npm}") > rules.index("**/.*")


def test_the_image_runs_as_a_numbered_user_other_than_root() -> None:
    (user,) = values(-1, "USER")
    uid, _, gid = user.partition(":")
    assert int(uid) > 0
    assert int(gid) > 0
    names = [instruction.name for instruction in stages()[-1]]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name in {"RUN", "COPY"})
    (made,) = values(-1, "RUN")
    assert f"--uid {uid} --gid {gid}" in made


def test_no_secret_is_kept_in_the_image() -> None:
    for stage in stages():
        for instruction in stage:
            if instruction.name in {"ARG", "ENV"}:
                names = [part.partition("=")[0] for part in shlex.split(instruction.value)]
                assert not [name for name in names if SECRET_ENDING.search(name)]


def test_the_image_is_labelled_stops_by_sigterm_and_starts_nothing_by_itself() -> None:
    labels = dict(
        part.split("=", 1) for label in values(-1, "LABEL") for part in shlex.split(label)
    )
    assert {f"org.opencontainers.image.{key}" for key in ("title", "version", "revision")} <= set(
        labels
    )
    assert values(-1, "STOPSIGNAL") == ["SIGTERM"]
    assert values(-1, "CMD") == ['["rosterbridge", "--help"]']


@pytest.fixture
def answering() -> Iterator[Callable[[int], int]]:
    """Starts a server on loopback whose readiness has this status; its port."""
    with ExitStack() as stack:

        def start(status: int) -> int:
            class Readiness(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    self.send_response(status if self.path == "/health/ready" else 404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

                def log_message(self, *_: Any) -> None:
                    pass

            server = stack.enter_context(HTTPServer(("127.0.0.1", 0), Readiness))
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return server.server_port

        yield start


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_tells_whether_a_service_is_ready(
    status: int, healthy: bool, answering: Callable[[int], int]
) -> None:
    (check,) = values(-1, "HEALTHCHECK")
    program, *arguments = json.loads(check.partition("CMD ")[2])
    assert program == "python"
    # A proxy that Docker puts into containers must not be asked about the loopback.
    given = {"UVICORN_PORT": str(answering(status)), "HTTP_PROXY": "http://127.0.0.1:9"}
    asked = subprocess.run([sys.executable, *arguments], env=given, timeout=30, check=False)
    assert (asked.returncode == 0) is healthy
