"""What applying sheets did, or would do, or what is wrong with them: for people and for scripts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.access.applying import Applied
from cli.configuration_sheet.mistakes import Mistake
from cli.configuration_sheet.sheet import Change, Value
from services.username_engine.engine.usernames import DomainPolicy, Group
from services.username_engine.usernames.domain_policies import DomainChange, PolicyFlip

MOST_ROWS: Final = 20
_GROUPS: Final = {Group.STUDENT: "students", Group.STAFF: "staff"}


def print_mistakes(console: Console, mistakes: Mapping[str, Sequence[Mistake]]) -> None:
    """Every mistake of every file."""
    for file, found in mistakes.items():
        console.print(Text.assemble((file, "bold"), f": {_counted(len(found), 'mistake')}"))
        for mistake in found:
            place = f"  ({mistake.place})" if mistake.place else ""
            if mistake.path:
                _indented(console, 2, Text.assemble((mistake.path, "red"), place))
            _indented(console, 4, Text(mistake.problem))
            _indented(console, 4, Text(f"expected: {mistake.expected}", style="dim"))
    console.print("Nothing was written.")


def print_applied(console: Console, applied: Sequence[Applied], *, planned: bool) -> None:
    for one in applied:
        result = {"created": "would be created", "changed": "would be changed"}.get(one.result)
        told = result if planned and result else one.result
        console.print(Text.assemble((one.name, "bold"), f": {told}"))
        if one.result == "created":
            _indented(console, 2, Text(f"{len(one.changes)} values, as the sheet says"))
        elif one.changes:
            console.print(Padding(_changes(one.changes), (0, 0, 0, 2), expand=False))
        for line in _leaving(one):
            _indented(console, 2, Text(line, style="yellow"))
        for flip in one.flips:
            _print_flip(console, flip)
        for warning in one.warnings:
            text = Text.assemble(("warning", "yellow"), f" {warning.path}: {warning.text}")
            _indented(console, 2, text)
    if planned:
        console.print("Nothing has been written yet.")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _indented(console: Console, by: int, text: Text) -> None:
    console.print(Padding(text, (0, 0, 0, by), expand=False))


def _changes(changes: Sequence[Change]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for change in changes:
        before, after = _shown(change.before), _shown(change.after)
        table.add_row(Text(change.key), Text(before, style="dim"), Text(f"→ {after}"))
    return table


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "–" if value is None else str(value)


def _leaving(applied: Applied) -> Iterator[str]:
    for one in applied.leaving:
        where = f"school {one.place.school}"
        if one.place.location is not None:
            where += f" location {one.place.location}"
        text = f"{_GROUPS[one.place.group]} of {where} leave the feed: {one.leaving}"
        yield text + (f" ({one.staying} stay, being elsewhere)" if one.staying else "")


def _print_flip(console: Console, flip: PolicyFlip) -> None:
    group = _GROUPS[flip.group]
    assigned = "the tenant" if flip.policy is DomainPolicy.TENANT else "the provider"
    text = f"{group}: {assigned} assigns the domain from now on: "
    text += f"{len(flip.changes)} of {_counted(flip.names, 'stored name')} change"
    _indented(console, 2, Text(text, style="yellow"))
    if not flip.changes:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Person", no_wrap=True)
    table.add_column("Domain", overflow="fold")
    table.add_column("becomes", overflow="fold")
    for change in flip.changes[:MOST_ROWS]:
        table.add_row(Text(change.person_id), _shown(change.before), _shown(change.after))
    console.print(Padding(table, (0, 0, 0, 4), expand=False))
    if len(flip.changes) > MOST_ROWS:
        more = f"and {len(flip.changes) - MOST_ROWS} more (all of them: --dry-run --json)"
        _indented(console, 4, Text(more))


def mistakes_json(mistakes: Mapping[str, Sequence[Mistake]]) -> list[dict[str, Any]]:
    return [
        {
            "file": file,
            "path": mistake.path,
            "place": mistake.place,
            "problem": mistake.problem,
            "expected": mistake.expected,
        }
        for file, found in mistakes.items()
        for mistake in found
    ]


def applied_json(applied: Applied) -> dict[str, Any]:
    return {
        "file": applied.file,
        "configuration": applied.name,
        "result": applied.result,
        "changes": [
            {"key": change.key, "before": change.before, "after": change.after}
            for change in applied.changes
        ],
        "leaving": [
            {
                "school": one.place.school,
                "location": one.place.location,
                "group": one.place.group.value,
                "persons": one.leaving,
                "staying": one.staying,
            }
            for one in applied.leaving
        ],
        "domain_policies": [
            {
                "group": flip.group.value,
                "policy": flip.policy.value,
                "names": flip.names,
                "changes": [_domain_json(change) for change in flip.changes],
            }
            for flip in applied.flips
        ],
        "warnings": [
            {"code": warning.code.value, "path": warning.path, "text": warning.text}
            for warning in applied.warnings
        ],
    }


def _domain_json(change: DomainChange) -> dict[str, Any]:
    return {"person": change.person_id, "before": change.before, "after": change.after}
