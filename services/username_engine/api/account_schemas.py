"""What the operations on the tenant's accounts take and answer."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from services.username_engine.access.rights import Group
from services.username_engine.api.editing_schemas import LARGEST_BULK, UsernameWarning
from services.username_engine.api.schemas import DEFAULT_LIMIT, LARGEST_LIMIT
from services.username_engine.usernames.account_matching import Reason, Strength
from services.username_engine.usernames.proposal_list import LeftReason, Narrowing

_PERSON: Final = "2485f0b2-07dd-4731-893b-f09b677e9591"


def _whole_characters(text: str) -> str:
    """JSON can write half of a surrogate pair (RFC 8259 §8.2), which no answer can repeat."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("half_character", "it holds half of a character") from None
    return text


_Text = Annotated[StrictStr, AfterValidator(_whole_characters)]


class _Narrowed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    group: Group | None = Field(default=None, description="Only of the students, or of the staff")
    at_location: _Text | None = Field(
        default=None,
        description="Only of a location (sourcedId); of staff, those of its school",
        examples=["001507-1"],
    )
    at_school: _Text | None = Field(
        default=None, description="Only of a school (institution number)", examples=["001507"]
    )
    q: _Text | None = Field(
        default=None,
        description="Words that must all occur in names, username or account; neither case nor "
        "accents count",
    )

    def narrowing(self, strength: Strength | None = None) -> Narrowing:
        """The same for the service."""
        return Narrowing(
            group=self.group,
            location=self.at_location or None,
            school=self.at_school or None,
            search=self.q or "",
            strength=strength,
        )


class SureParameters(_Narrowed):
    """Which proposals."""


class ProposalParameters(_Narrowed):
    """Which proposals, and which part of them."""

    strength: Strength | None = Field(default=None, description="Only `sure` or `likely` ones")
    limit: int = Field(DEFAULT_LIMIT, ge=0, le=LARGEST_LIMIT, description="Proposals at most")
    offset: int = Field(0, ge=0, le=2**31 - 1, description="Proposals before the first")


class ProposalItem(BaseModel):
    """A person and an account of the tenant that is probably the person's."""

    person: str
    family_name: str
    given_name: str
    school: str
    """Names with commas, of the schools in whose lists the caller sees the person."""
    class_: Annotated[str | None, Field(alias="class")]
    username: str | None
    """As stored at present; null while it is still to be made."""
    account: str
    """Its user principal name, in lower case."""
    display_name: str | None
    strength: Strength
    """`sure`: neither another account nor another person comes into question."""
    reason: Reason
    username_as_sent: str | None
    """What would be sent with the account's local part as things are; null: no domain is known."""
    domain_differs: bool | None
    """Whether the account has another domain than would be sent: approved, it is fixed to the name.
    Null where the tenant assigns the domain."""
    can_approve: bool
    """By the caller, today."""
    why_not: LeftReason | None
    """Why he cannot; null where he can."""


_ITEM: Final[dict[str, JsonValue]] = {
    "person": _PERSON,
    "family_name": "Lassens",
    "given_name": "Mally",
    "school": "Heilig-Hartcollege",
    "class": "6j",
    "username": "mally.lassens",
    "account": "mally.lassens@college.be",
    "display_name": "Lassens Mally",
    "strength": "sure",
    "reason": "exact_format",
    "username_as_sent": "mally.lassens@college.be",
    "domain_differs": False,
    "can_approve": False,
    "why_not": "not_yet_editable",
}


class ProposalList(BaseModel):
    """A part of the proposals, and how many there are; a person may have several."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_ITEM], "total": 1}})

    items: list[ProposalItem]
    total: int


class ApproveRequest(_Narrowed):
    """These persons, or everyone with a sure proposal (there, narrowed as the proposals are)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"persons": {_PERSON: "mally.lassens@college.be"}}},
    )

    persons: (
        Annotated[list[_Text], Field(max_length=LARGEST_BULK)]
        | Annotated[dict[_Text, _Text | None], Field(max_length=LARGEST_BULK)]
        | None
    ) = Field(
        default=None,
        description="Their ids; or by id the account's user principal name, null where one alone "
        "is proposed",
    )
    all_sure: Literal[True] | None = Field(
        default=None, description="Everyone with a sure proposal; this or `persons`"
    )
    expected_total: int | None = Field(
        default=None,
        ge=0,
        le=2**31 - 1,
        description="With `all_sure`: the `total` of `proposals/sure` that was seen; if it is "
        "another one, nothing is done",
    )

    @model_validator(mode="after")
    def _one_selection(self) -> Self:
        if (self.persons is None) is (self.all_sure is None):
            raise PydanticCustomError("one_selection", "give either persons or all_sure")
        if self.persons is not None and self.narrowing() != Narrowing():
            raise PydanticCustomError("not_narrowed", "only all_sure can be narrowed")
        if self.persons is not None and self.expected_total is not None:
            raise PydanticCustomError("not_all_sure", "expected_total goes with all_sure")
        return self


class ApprovedItem(BaseModel):
    """A person whose account it is now."""

    person: str
    before: str
    """The username as it was stored."""
    username: str
    """As it is stored now."""
    account: str
    changed: bool
    """False where it was linked already."""
    domain_fixed: bool
    """The account's domain was fixed to the name, as another would have been sent."""
    version: int
    """For `If-Match`."""
    warnings: list[UsernameWarning]


class LeftItem(BaseModel):
    """A person with a sure proposal that was not approved, and why."""

    person: str
    reason: LeftReason


class SureAnswer(BaseModel):
    """What approving all the sure ones would do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "total": 640,
                "left": [{"person": "a-person", "reason": "domain_differs"}],
            }
        }
    )

    total: int
    """Persons who would be approved."""
    left: list[LeftItem]


class ApproveAnswer(BaseModel):
    """What was done; `left` only for `all_sure`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "person": _PERSON,
                        "before": "mally.lassens2",
                        "username": "mally.lassens",
                        "account": "mally.lassens@college.be",
                        "changed": True,
                        "domain_fixed": False,
                        "version": 2,
                        "warnings": [],
                    }
                ],
                "total": 1,
                "left": [{"person": "a-person", "reason": "domain_differs"}],
            }
        }
    )

    items: list[ApprovedItem]
    total: int
    """How many were changed."""
    left: list[LeftItem]


class AccountsSummary(BaseModel):
    """How many accounts are known of the tenant, and since when."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "accounts": 1240,
                "linked": 512,
                "imported_at": "2024-08-20T08:15:00Z",
                "sure": 640,
                "likely": 12,
            }
        }
    )

    accounts: int
    linked: int
    """Approved as somebody's."""
    imported_at: datetime | None
    """Null: none were imported."""
    sure: int
    """Persons with a proposal that needs no choice."""
    likely: int
    """Persons with proposals to look at."""


class ImportAnswer(BaseModel):
    """What the file did, or with `dry_run` would do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "accounts": 1240,
                "guests": 3,
                "deleted": 0,
                "added": 40,
                "removed": 12,
                "links_kept": 512,
                "links_dropped": 0,
                "sure": 640,
                "likely": 12,
                "dry_run": False,
            }
        }
    )

    accounts: int
    guests: int
    """Of these the accounts of other tenants' users, which are proposed to nobody."""
    deleted: int
    """Rows of deleted users, which are left out."""
    added: int
    removed: int
    links_kept: int
    links_dropped: int
    """Approved accounts that are not in the file."""
    sure: int
    likely: int
    """Persons with proposals, as above."""
    dry_run: bool
