"""Plans of changes to many names: what they are made from, and whether they can be applied. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.username_engine.usernames.counters import Counters
from services.username_engine.usernames.plan_errors import Moved
from services.username_engine.usernames.plan_rows import PlanRow, Reason

ALWAYS_ALLOWED: Final = 5
"""So many names a plan may rename whatever their share: a class's mistakes, or a small staff's."""


class PlanKind(StrEnum):
    GENERATE = "generate"
    RENAME = "rename"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan is made from: how far each schema had come, and the reference date."""

    counters: Counters
    usernames: int
    reference_date: date

    def moved_to(self, present: "Basis") -> list[Moved]:
        """What is another in `present`."""
        differs = {
            Moved.DATA: self.counters.sis != present.counters.sis,
            Moved.CONFIGURATION: self.counters.access != present.counters.access,
            Moved.NAMES: self.usernames != present.usernames,
            Moved.DATE: self.reference_date != present.reference_date,
        }
        return [each for each, does in differs.items() if does]


class PlanState(StrEnum):
    READY = "ready"
    APPLIED = "applied"
    OUTDATED = "outdated"
    """Something it was made from has moved."""
    OVER_SHARE_LIMIT = "over_share_limit"
    """It renames more names than it may."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A row of usernames.plan. Shares are of all names of the configuration, leavers' too."""

    id: UUID
    kind: PlanKind
    made_at: datetime
    made_by: str
    basis: Basis
    parameters: Mapping[str, Any]
    """What was asked for."""
    reasons: Mapping[str, int]
    """How many persons by `Reason`, also those who have no row."""
    changes: int
    """The rows that do something."""
    names: int
    """The usernames that there were."""
    applied_at: datetime | None = None
    applied_by: str | None = None

    @property
    def share(self) -> float:
        return self.changes / self.names if self.names else 0.0

    @property
    def share_limit(self) -> float | None:
        """Only a rename has one."""
        limit = self.parameters.get("share_limit")
        return None if limit is None else float(limit)

    @property
    def is_over_share_limit(self) -> bool:
        limit = self.share_limit
        return limit is not None and self.changes > ALWAYS_ALLOWED and self.share > limit

    def state(self, moved: Sequence[Moved]) -> PlanState:
        """Whether it can be applied, `moved` being `basis.moved_to` the present one."""
        if self.applied_at is not None:
            return PlanState.APPLIED
        if moved:
            return PlanState.OUTDATED
        return PlanState.OVER_SHARE_LIMIT if self.is_over_share_limit else PlanState.READY


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that is not stored yet; its reasons those of `rows` and of persons without a row."""

    kind: PlanKind
    basis: Basis
    parameters: Mapping[str, Any]
    rows: Sequence[PlanRow]
    without_row: Mapping[Reason, int]
