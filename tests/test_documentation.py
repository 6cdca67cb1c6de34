"""The documentation names what there is, and what points into it or leads out of it arrives."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic.fields import FieldInfo

from cli.main import app
from shared import settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
PACKAGES = ("benchmarks", "cli", "demo", "intake", "migrations", "services", "shared", "tests")
SOURCES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))

_CODE_BLOCK = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
# `docs/domain.md`, and the heading that may be named behind it in quotes.
_POINTER = re.compile(r'docs/([\w/-]+\.md)(?:,\s+"([^"]+)")?')
_VARIABLE = re.compile(r"\bROSTERBRIDGE_[A-Z_]*[A-Z]\b")


def _text(page: Path) -> str:
    return page.read_text("utf-8")


def _headings(page: Path) -> list[str]:
    return _HEADING.findall(_CODE_BLOCK.sub("", _text(page)))


def _anchor(heading: str) -> str:
    """As code hosts make it: lower case, without punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_relative_links_lead_to_a_page_and_a_heading(page: Path) -> None:
    astray = []
    for link in _LINK.findall(_CODE_BLOCK.sub("", _text(page))):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in map(_anchor, _headings(target))):
            astray.append(link)
    assert astray == []


def test_pointers_in_code_lead_to_a_page_and_a_heading() -> None:
    astray = []
    for source in SOURCES:
        if source == Path(__file__):
            continue
        for name, heading in _POINTER.findall(_text(source)):
            page = DOCS / name
            headings = [each.lower() for each in _headings(page)] if page.exists() else []
            wanted = " ".join(heading.lower().split())
            if not any(wanted in each for each in headings):
                astray.append(f"{_name(source)}: docs/{name} {heading}".strip())
    assert astray == []


def _settings() -> Iterator[tuple[str, str]]:
    """The variable of every setting, and its default as the page shows it."""
    for kind in vars(settings).values():
        if not (isinstance(kind, type) and issubclass(kind, settings.Settings)):
            continue
        for name, field in kind.model_fields.items():
            alias = getattr(field.validation_alias, "choices", None)
            yield str(alias[0]) if alias else f"ROSTERBRIDGE_{name.upper()}", _default(field)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be set"
    return "not set" if field.default is None else f"`{field.default}`"


def test_every_setting_stands_in_a_row_with_its_default() -> None:
    rows = _text(DOCS / "settings.md").splitlines()
    for variable, default in _settings():
        start = f"| `{variable}` | {default} |"
        assert any(row.startswith(start) for row in rows), start


def test_every_variable_the_code_names_is_described() -> None:
    described = set(_VARIABLE.findall(_text(DOCS / "settings.md")))
    named = {
        variable
        for source in SOURCES
        if source.parts[len(ROOT.parts)] != "tests"
        for variable in _VARIABLE.findall(_text(source))
    }
    assert named - described == set()


def _commands(command: Any, *path: str) -> Iterator[tuple[str, set[str]]]:
    """Every command as it is typed, with its options; groups are gone through."""
    if inner := getattr(command, "commands", None):
        for name, each in inner.items():
            yield from _commands(each, *path, name)
        return
    options = {
        option
        for parameter in command.params
        if parameter.param_type_name == "option"
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    yield " ".join(path), options


COMMANDS = dict(_commands(typer.main.get_command(app), "rosterbridge"))


def _sections() -> dict[str, str]:
    """What stands in commands.md under the heading of each command."""
    parts = re.split(r"^#+ (.+)$", _text(DOCS / "commands.md"), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {
        heading: text for heading, text in sections.items() if heading.startswith("rosterbridge")
    }


def test_commands_are_described_and_no_others() -> None:
    assert set(_sections()) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_options_of_a_command_are_described_and_no_others(command: str) -> None:
    described = re.findall(r"`(--?[a-z][a-z-]*)`", _sections()[command])
    assert set(described) == COMMANDS[command]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_shows_every_command(command: str) -> None:
    assert re.search(rf"`{command}[` ]", _text(ROOT / "README.md"))
