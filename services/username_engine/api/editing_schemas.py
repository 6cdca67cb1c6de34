"""What edits take and answer."""

import json
from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from services.username_engine.access.rights import Group
from services.username_engine.api.schemas import ListParameters, UsernameRow
from services.username_engine.usernames.listing import EmptyReason, ListRequest

LARGEST_BULK: Final = 100_000

Typed = Annotated[StrictStr, Field(description="The name as typed; with a domain to fix one to it")]


class ShownIn(BaseModel):
    """The list in which the answer's row is; without it the first in which the person stands."""

    model_config = ConfigDict(extra="forbid")

    group: Group | None = None
    at_location: str | None = None
    at_school: str | None = None

    def request(self) -> ListRequest | None:
        if self.group is None or not (self.at_location or self.at_school):
            return None
        return ListRequest(self.group, self.at_location, self.at_school)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _whole_characters(cls, given: Any) -> Any:
        """JSON can write half of a surrogate pair (RFC 8259 §8.2), which no answer can repeat."""
        try:
            json.dumps(given, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise PydanticCustomError("half_character", "it holds half of a character") from None
        return given


class EditRequest(_Body):
    """A new username, Sync on or off, or both."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"username": "jan.peters", "sync": True}}
    )

    username: Typed | None = None
    sync: StrictBool | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.username is None and self.sync is None:
            raise PydanticCustomError("nothing_asked", "give username, sync or both")
        return self


class ValidateRequest(_Body):
    """A username that is being typed for a person."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"person": "2485f0b2-07dd-4731-893b-f09b677e9591", "username": "jan.peters"}
        },
    )

    person: str
    username: Typed


class UsernameWarning(BaseModel):
    """What the editor of a name that was saved should know."""

    code: str
    detail: str
    """In the asked language."""


class SavedUsername(UsernameRow):
    """The row as it is now, and what its editor should know."""

    changed: bool
    """False where it was so already."""
    warnings: list[UsernameWarning]


class SyncRequest(_Body):
    """Sync on or off for these persons, or for all rows of a list."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "sync": True,
                "list": {"group": "students", "at_location": "001507-1", "class": "6j"},
                "expected_total": 23,
            }
        },
    )

    sync: StrictBool
    persons: list[StrictStr] | None = Field(
        default=None, max_length=LARGEST_BULK, description="Their ids; this or `list`"
    )
    rows: ListParameters | None = Field(
        default=None, alias="list", description="The parameters of the list; this or `persons`"
    )
    expected_total: int | None = Field(
        default=None,
        ge=0,
        le=2**31 - 1,
        description="With `list`: the `total` that was seen; if it is another one, nothing is done",
    )

    include_unapproved: StrictBool = Field(
        default=False,
        description="With Sync on: also for those flagged `likely_existing_account`, whose accounts "
        "nobody approved; without it they stop all of it",
    )

    @model_validator(mode="after")
    def _one_selection(self) -> Self:
        if (self.persons is None) is (self.rows is None):
            raise PydanticCustomError("one_selection", "give either persons or list")
        if self.expected_total is not None and self.rows is None:
            raise PydanticCustomError("no_list", "expected_total goes with list")
        return self


class ChangedPerson(BaseModel):
    """Somebody whose Sync is another now."""

    person: str
    version: int
    """For `If-Match`."""


class SyncAnswer(BaseModel):
    """Whose Sync was changed; those where it was so already are not among them."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [{"person": "2485f0b2-07dd-4731-893b-f09b677e9591", "version": 2}],
                "total": 1,
                "selected": 23,
            }
        }
    )

    items: list[ChangedPerson]
    total: int
    """How many were changed."""
    selected: int
    """How many were meant."""
    reason: EmptyReason | None = None
    """Why a list was empty."""


class HistoryEvent(BaseModel):
    """What happened to the name, once."""

    id: int
    at: datetime
    actor: str
    """`engine`, `operator`, or who did it."""
    kind: str
    """`created`, `edited`, `renamed`, `sync_set`, `reserved`, `former_name_taken`, `linked`,
    `moved`, `domain_fixed` or `domain_policy`."""
    before: dict[str, Any] | None
    """The fields that it concerns, as they were."""
    after: dict[str, Any] | None
    rule: str | None
    """The format of a name that was made; `edited`, or `undo:` and the event that was undone."""
    undoable: bool


class HistoryPage(BaseModel):
    """A part of the history, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "id": 17,
                        "at": "2024-10-01T08:15:00.000Z",
                        "actor": "An De Smet <00u1>",
                        "kind": "sync_set",
                        "before": {"sync": False},
                        "after": {"sync": True},
                        "rule": "edited",
                        "undoable": True,
                    }
                ],
                "total": 2,
            }
        }
    )

    items: list[HistoryEvent]
    total: int
