"""What plans take and answer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from services.username_engine.access.rights import Group
from services.username_engine.api.editing_schemas import LARGEST_BULK
from services.username_engine.engine import usernames as engine
from services.username_engine.usernames.plan_errors import Moved
from services.username_engine.usernames.plan_rows import NameFields, Reason
from services.username_engine.usernames.plan_storage import KEPT_FOR, ShownRow
from services.username_engine.usernames.plans import Plan, PlanKind, PlanState
from services.username_engine.usernames.releasing import GroupAt, Persons
from services.username_engine.usernames.renaming import DEFAULT_SHARE_LIMIT, Choices

_GROUPS: Final = {Group.STUDENTS: engine.Group.STUDENT, Group.STAFF: engine.Group.STAFF}
_ID: Final = "6f1f7d1e-3c55-4a52-9d0c-0d3f0c3f7a11"
_PERSON: Final = "2485f0b2-07dd-4731-893b-f09b677e9591"


class PlanRequest(BaseModel):
    """What to plan: the names that are missing, or a rename to the present format."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "rename",
                "group": "students",
                "at_location": "001507-1",
                "include_edited": False,
                "share_limit": 0.5,
            }
        },
    )

    kind: PlanKind
    group: Group | None = Field(
        default=None, description="Of a rename: the students or the staff of a place"
    )
    at_location: StrictStr | None = Field(
        default=None, description="sourcedId of the location; with `group`"
    )
    at_school: StrictStr | None = Field(
        default=None, description="Institution number of the school; with `group`"
    )
    persons: Annotated[list[StrictStr], Field(min_length=1, max_length=LARGEST_BULK)] | None = (
        Field(default=None, description="Of a rename: these persons; without a place or these, all")
    )
    include_edited: StrictBool = Field(
        default=False, description="Of a rename: also names that somebody typed"
    )
    share_limit: float = Field(
        default=DEFAULT_SHARE_LIMIT,
        ge=0,
        le=1,
        description="Of a rename: the most of the configuration's names that it may rename",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.kind is PlanKind.GENERATE:
            if more := sorted(self.model_fields_set - {"kind"}):
                raise PydanticCustomError(
                    "only_rename", "only a rename takes {keys}", {"keys": ", ".join(more)}
                )
            return self
        places = [place for place in (self.at_location, self.at_school) if place]
        if len(places) > 1 or bool(places) is not (self.group is not None):
            raise PydanticCustomError(
                "one_place", "give group with one of at_location and at_school, or none of these"
            )
        if places and self.persons is not None:
            raise PydanticCustomError("one_selection", "give a place or persons, not both")
        return self

    def selection(self) -> Persons | GroupAt | None:
        if self.persons is not None:
            return Persons(self.persons)
        if self.group is None:
            return None
        return GroupAt(_GROUPS[self.group], self.at_location or None, self.at_school or None)

    def choices(self) -> Choices:
        return Choices(self.include_edited, self.share_limit)


_PLAN_EXAMPLE: Final[dict[str, Any]] = {
    "id": _ID,
    "kind": "rename",
    "made_at": "2024-10-01T08:15:00.000Z",
    "made_by": "An De Smet <00u1>",
    "reference_date": "2024-10-01",
    "kept_until": "2024-10-31T08:15:00.000Z",
    "asked": {"include_edited": False, "share_limit": 0.5, "future_students": False},
    "names": 1204,
    "changes": 411,
    "share": 0.3414,
    "share_limit": 0.5,
    "reasons": {"format": 398, "number": 13, "edited": 9, "follows_format": 784},
    "state": "ready",
    "moved": [],
    "applied_at": None,
    "applied_by": None,
}


class PlanSummary(BaseModel):
    """What a plan would do, in numbers, and whether it still can be applied."""

    model_config = ConfigDict(json_schema_extra={"example": _PLAN_EXAMPLE})

    id: UUID
    kind: PlanKind
    made_at: datetime
    made_by: str
    reference_date: date
    kept_until: datetime
    """It may be deleted after this."""
    asked: dict[str, Any]
    """The choices of the request; of persons who were named, their number."""
    names: int
    """The usernames of the configuration when the plan was made."""
    changes: int
    """The rows that do something."""
    share: float
    """`changes` of `names`."""
    share_limit: float | None
    """Of a rename."""
    reasons: dict[str, int]
    """How many persons by reason, also those who have no row."""
    state: PlanState
    moved: list[Moved]
    """Why it is outdated."""
    applied_at: datetime | None
    applied_by: str | None


class PlanList(BaseModel):
    """A part of the plans, the newest first, and how many there are."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_PLAN_EXAMPLE], "total": 1}})

    items: list[PlanSummary]
    total: int


class PlannedName(BaseModel):
    """A username with all that is stored with it."""

    username: str
    """With a domain only where one is fixed to it."""
    sync: bool
    flags: list[str]
    rule: str
    """The format, or `edited`, `source`, `account` or `former name`."""


class PlanRowItem(BaseModel):
    """What the plan does to one name: makes it (no `before`), takes it (no `after`), changes it, or
    leaves it (both equal)."""

    person: str
    given_name: str
    family_name: str
    before: PlannedName | None
    after: PlannedName | None
    reason: Reason


class PlanRowPage(BaseModel):
    """A part of a plan's rows in their order, and how many there are."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "person": _PERSON,
                        "given_name": "Mally",
                        "family_name": "Lassens",
                        "before": {
                            "username": "mally.lassens",
                            "sync": True,
                            "flags": [],
                            "rule": "{voornaam}.{familienaam}",
                        },
                        "after": {
                            "username": "lassens.mally",
                            "sync": True,
                            "flags": [],
                            "rule": "{familienaam}.{voornaam}",
                        },
                        "reason": "format",
                    }
                ],
                "total": 411,
            }
        }
    )

    items: list[PlanRowItem]
    total: int


class AppliedPlan(BaseModel):
    """What became of names, and the plan as it is now."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "created": 0,
                "renamed": 411,
                "domains_fixed": 0,
                "retired": 0,
                "plan": {
                    **_PLAN_EXAMPLE,
                    "state": "applied",
                    "applied_at": "2024-10-01T08:20:00.000Z",
                    "applied_by": "An De Smet <00u1>",
                },
            }
        }
    )

    created: int
    renamed: int
    domains_fixed: int
    retired: int
    plan: PlanSummary


def summary(plan: Plan, moved: Sequence[Moved]) -> PlanSummary:
    """`moved`: since the plan was made; of one that was applied it does not matter."""
    state = plan.state(moved)
    return PlanSummary(
        id=plan.id,
        kind=plan.kind,
        made_at=plan.made_at,
        made_by=plan.made_by,
        reference_date=plan.basis.reference_date,
        kept_until=plan.made_at + KEPT_FOR,
        asked=dict(plan.parameters),
        names=plan.names,
        changes=plan.changes,
        share=round(plan.share, 4),
        share_limit=plan.share_limit,
        reasons=dict(plan.reasons),
        state=state,
        moved=list(moved) if state is PlanState.OUTDATED else [],
        applied_at=plan.applied_at,
        applied_by=plan.applied_by,
    )


def row_item(row: ShownRow) -> PlanRowItem:
    return PlanRowItem(
        person=row.person_id,
        given_name=row.given_name,
        family_name=row.family_name,
        before=_name(row.before),
        after=_name(row.after),
        reason=row.reason,
    )


def _name(fields: NameFields | None) -> PlannedName | None:
    if fields is None:
        return None
    return PlannedName(
        username=str(engine.Username(fields["local_part"], fields["domain"])),
        sync=fields["sync"],
        flags=fields["flags"],
        rule=fields["rule"],
    )
