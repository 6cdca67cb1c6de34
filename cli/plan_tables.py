"""How plans of usernames are shown in a terminal, and as JSON."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.username_engine.engine.usernames import Username
from services.username_engine.usernames.plan_errors import Moved
from services.username_engine.usernames.plan_rows import NameFields, Reason
from services.username_engine.usernames.plan_storage import KEPT_FOR, ShownRow
from services.username_engine.usernames.plans import Plan, PlanKind, PlanState
from shared.clock import BRUSSELS

SHOWN_ROWS: Final = 40
"""More than this of a plan is cut, unless all rows are asked for."""
_WIDE: Final = 240
_WITH_PERSONS: Final = 120
"""From so many columns on there is room for the persons' ids."""

_REASONS: Final = {
    Reason.FORMAT: "by the format",
    Reason.CANDIDATE: "by a further candidate",
    Reason.NUMBER: "with a number",
    Reason.FORMER_NAME: "had it before",
    Reason.SOURCE: "from the source",
    Reason.DOMAIN_FIXED: "domain is stored",
    Reason.RETIRED: "left long ago",
    Reason.EDITED: "stays: typed by hand",
    Reason.ACCOUNT: "stays: approved account",
    Reason.NOT_STARTED: "stays: not started yet",
    Reason.NOT_PRESENT: "stays: has left",
    Reason.FOLLOWS_FORMAT: "stays: follows the format",
}


def wide_output() -> Console:
    """Standard output for tables: those of a file or a pipe are not folded to a terminal's width."""
    return Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False)


def rows_table(rows: Sequence[ShownRow], width: int) -> Table:
    """Only the columns there is something for, and room."""
    columns: list[tuple[str, Callable[[ShownRow], str]]] = [("Name", _official_name)]
    if any(row.before for row in rows):
        columns.append(("Before", lambda row: _username(row.before)))
    columns += [("After", _after), ("Reason", reason_text)]
    if width >= _WITH_PERSONS:
        columns += [("Flags", _flags), ("Person", lambda row: row.person_id)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, _ in columns:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(text(row)) for _, text in columns))
    return table


def _official_name(row: ShownRow) -> str:
    return f"{row.family_name} {row.given_name}".strip()


def _after(row: ShownRow) -> str:
    return "" if row.after == row.before else _username(row.after)


def _flags(row: ShownRow) -> str:
    return ", ".join(row.after["flags"]) if row.after else ""


def reason_text(row: ShownRow) -> str:
    text = _REASONS[row.reason]
    # What makes a name may also be why it stays.
    if row.before == row.after and not text.startswith("stays"):
        text = f"stays: {text}"
    if row.after and not row.after["sync"] and row.before is None:
        text += ", Sync off"
    return text


def in_numbers(name: str, plan: Plan) -> list[str]:
    """What a plan would do, in sentences."""
    if plan.kind is PlanKind.GENERATE:
        others = sum(plan.reasons.get(each, 0) for each in (Reason.DOMAIN_FIXED, Reason.RETIRED))
        made = plan.changes - others
        lines = [f"{name}: {made} usernames would be made; there are {plan.names} now"]
    else:
        lines = [f"{name}: {plan.changes} of {plan.names} usernames would be renamed"]
    counted = [f"{_REASONS[Reason(key)]} {number}" for key, number in plan.reasons.items()]
    return [*lines, *([", ".join(counted)] if counted else [])]


def state_text(plan: Plan, moved: Sequence[Moved]) -> str:
    match plan.state(moved):
        case PlanState.APPLIED:
            return f"applied {_time(plan.applied_at)} by {plan.applied_by}"
        case PlanState.OUTDATED:
            return "outdated: " + ", ".join(moved)
        case PlanState.OVER_SHARE_LIMIT:
            return f"over its limit: {plan.share:.1%}, and {plan.share_limit or 0:.1%} may be"
        case PlanState.READY:
            return "can be applied"


def plans_table(plans: Sequence[tuple[Plan, Sequence[Moved]]], width: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    # An id is there to be copied.
    table.add_column("Plan", no_wrap=True)
    for column in ("Changes", "Made", "State"):
        table.add_column(column, overflow="fold")
    for plan, moved in plans:
        made = _time(plan.made_at)
        table.add_row(
            *map(
                Text,
                (
                    str(plan.id),
                    f"{plan.kind.value} {plan.changes}",
                    made if width >= _WITH_PERSONS else made[:10],
                    state_text(plan, moved),
                ),
            )
        )
    return table


def plan_json(plan: Plan, moved: Sequence[Moved]) -> dict[str, Any]:
    state = plan.state(moved)
    return {
        "id": str(plan.id),
        "kind": plan.kind.value,
        "made_at": plan.made_at,
        "made_by": plan.made_by,
        "reference_date": plan.basis.reference_date,
        "kept_until": plan.made_at + KEPT_FOR,
        "asked": dict(plan.parameters),
        "names": plan.names,
        "changes": plan.changes,
        "share": round(plan.share, 4),
        "share_limit": plan.share_limit,
        "reasons": dict(plan.reasons),
        "state": state.value,
        "moved": [each.value for each in moved] if state is PlanState.OUTDATED else [],
        "applied_at": plan.applied_at,
        "applied_by": plan.applied_by,
    }


def row_json(row: ShownRow) -> dict[str, Any]:
    return {
        "person": row.person_id,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "before": row.before,
        "after": row.after,
        "reason": row.reason.value,
    }


def _username(fields: NameFields | None) -> str:
    return "" if fields is None else str(Username(fields["local_part"], fields["domain"]))


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(BRUSSELS):%Y-%m-%d %H:%M}" if moment else ""
