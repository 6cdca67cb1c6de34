"""What the list takes and answers, for its endpoints and for whoever acts on what it shows."""

from collections.abc import Callable, Collection
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from services.username_engine.access.rights import Group
from services.username_engine.usernames.columns import Column
from services.username_engine.usernames.list_filters import ListFilters, SortKey
from services.username_engine.usernames.listing import EmptyReason, ListRequest

DEFAULT_LIMIT: Final = 100
LARGEST_LIMIT: Final = 5_000
_COLUMNS: Final = ", ".join(Column)


def _true_or_false(given: Any) -> Any:
    """Nothing else: pydantic would also take `on`, `y` and 1."""
    if isinstance(given, str) and given in {"true", "false"}:
        return given == "true"
    if given is None or isinstance(given, bool):
        return given
    raise PydanticCustomError("true_or_false", "must be true or false")


def _keys(given: str) -> list[Column]:
    """The column keys of a text with commas; a fault that names all that are wrong with it."""
    keys = given.split(",")
    known = set(Column)
    if unknown := [key for key in keys if key not in known]:
        raise _fault(unknown, "is not a column", "are not columns")
    if double := sorted({key for key in keys if keys.count(key) > 1}):
        raise _fault(double, "stands there twice", "stand there twice")
    return [Column(key) for key in keys]


def _fault(keys: Collection[str], one: str, many: str) -> PydanticCustomError:
    named = ", ".join(f"'{key}'" for key in keys)
    return PydanticCustomError(
        "column_keys",
        "{named} {what}; the columns are {columns}",
        {"named": named, "what": one if len(keys) == 1 else many, "columns": _COLUMNS},
    )


def _checked(keys_of: Callable[[str], object]) -> AfterValidator:
    def check(given: str) -> str:
        keys_of(given)
        return given

    return AfterValidator(check)


def _sort_keys(given: str) -> tuple[SortKey, ...]:
    parts = given.split(",")
    columns = _keys(",".join(part.removeprefix("-") for part in parts))
    return tuple(
        SortKey(column, part.startswith("-")) for column, part in zip(columns, parts, strict=True)
    )


def _contains(column: str, **more: Any) -> Any:
    return Field(default=None, description=f"Only rows whose {column} contains this", **more)


class ListParameters(BaseModel):
    """Which usernames: of a place, searched, filtered and sorted."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    group: Group = Field(description="The list: of the students or of the staff")
    at_location: str | None = Field(
        default=None,
        description="sourcedId of the location; this or `at_school`",
        examples=["001507-1"],
    )
    at_school: str | None = Field(
        default=None,
        validate_default=True,
        description="Institution number of the school; this or `at_location`",
        examples=["001507"],
    )
    q: str | None = Field(
        default=None,
        description="Words that must all occur in the row, in whichever columns; neither case nor "
        "accents count",
    )
    family_name: str | None = _contains("family name")
    given_name: str | None = _contains("given name")
    sync: Annotated[bool | None, BeforeValidator(_true_or_false)] = Field(
        default=None, description="Only rows whose Sync is on, or off"
    )
    flagged: Annotated[bool | None, BeforeValidator(_true_or_false)] = Field(
        default=None, description="Only rows that have a flag, of any kind, or that have none"
    )
    username: str | None = _contains("username")
    domain: str | None = _contains("default domain")
    school: str | None = _contains("school's name")
    location: str | None = _contains("location's name")
    class_: str | None = _contains("class; `<Geen>` for students without one", alias="class")
    birth_date: str | None = _contains("birth date, as 2012-03-05 or 05/03/2012,")
    created_on: str | None = _contains("day of creation, as 2024-09-01 or 01/09/2024,")
    sort: Annotated[str, _checked(_sort_keys)] | None = Field(
        default=None,
        description="Columns with commas, `-` before one for descending; rows that are equal in "
        f"them follow by name. Columns: {_COLUMNS}",
        examples=["class,-birth_date"],
    )

    @field_validator("at_school")
    @classmethod
    def _one_place(cls, school: str | None, info: ValidationInfo) -> str | None:
        if bool(school) is bool(info.data.get("at_location")):
            raise PydanticCustomError(
                "one_place", "give either at_location or at_school: the list is of one place"
            )
        return school

    def request(self) -> ListRequest:
        """The same for the service."""
        contains: dict[Column, str] = {
            column: text
            for column in Column
            if column is not Column.SYNC
            and (text := getattr(self, "class_" if column is Column.CLASS else column))
        }
        return ListRequest(
            group=self.group,
            location=self.at_location or None,
            school=self.at_school or None,
            filters=ListFilters(
                search=self.q or "", contains=contains, sync=self.sync, flagged=self.flagged
            ),
            sort=_sort_keys(self.sort) if self.sort else (),
        )


class PageParameters(ListParameters):
    """A part of the list."""

    limit: int = Field(DEFAULT_LIMIT, ge=0, le=LARGEST_LIMIT, description="Rows at most")
    offset: int = Field(0, ge=0, le=2**31 - 1, description="Rows before the first")


class ExportParameters(ListParameters):
    """The list as a file; without `limit`, all of it."""

    columns: Annotated[str, _checked(_keys)] = Field(
        default=",".join(Column),
        description="The columns to write, with commas, in this order",
        examples=["class,family_name,given_name,username"],
    )
    limit: int | None = Field(default=None, ge=0, description="Rows at most")
    offset: int = Field(0, ge=0, le=2**31 - 1, description="Rows before the first")

    @property
    def chosen_columns(self) -> list[Column]:
        return _keys(self.columns)


class ChoiceParameters(BaseModel):
    """A part of what one can choose a list of."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(20, ge=0, le=100, description="Configurations at most")
    offset: int = Field(0, ge=0, le=2**31 - 1, description="Configurations before the first")


class UsernameRow(BaseModel):
    """A person with a username, as the list shows him at the place asked for."""

    person: str
    """The person's id in the source."""
    family_name: str
    given_name: str
    sync: bool
    username: str
    """As stored: with a domain only where one is fixed to it."""
    domain: str | None
    """The default of the location or school, where the provider assigns it."""
    school: str
    location: str | None
    """Of staff, and of a student enrolled at several: their names with commas."""
    class_: Annotated[str | None, Field(alias="class")]
    """`<Geen>` for a student without one; of staff, the classes they are class teacher of."""
    birth_date: date | None
    created_on: date
    """In Brussels."""
    flags: list[str]
    """Why somebody should look at the name."""
    version: int
    """For `If-Match` when it is edited."""
    editable: bool
    """Whether the caller may change it: he may write at a place in whose list the person stands."""


class UsernameList(BaseModel):
    """A part of the list, and how many rows all of it has."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "person": "2485f0b2-07dd-4731-893b-f09b677e9591",
                        "family_name": "Lassens",
                        "given_name": "Mally",
                        "sync": True,
                        "username": "mally.lassens",
                        "domain": "college.be",
                        "school": "Heilig-Hartcollege",
                        "location": "Hoofdvestiging",
                        "class": "6j",
                        "birth_date": "2012-03-05",
                        "created_on": "2024-08-20",
                        "flags": [],
                        "version": 1,
                        "editable": True,
                    }
                ],
                "total": 1,
                "sync_on": 1,
                "waiting": 0,
            }
        }
    )

    items: list[UsernameRow]
    total: int
    sync_on: int
    """How many of `total` have Sync on."""
    waiting: int
    """How many of the whole place have Sync off, as far as one may see it, without the search and
    the filters."""
    reason: EmptyReason | None = None
    """Only where `total` is 0."""


class RightName(StrEnum):
    """What one may do with a list."""

    NONE = "none"
    READ = "read"
    WRITE = "write"


class LocationChoice(BaseModel):
    """A location whose students one may see."""

    sourced_id: str
    """For `at_location`."""
    number: str
    name: str
    students: RightName


class SchoolChoice(BaseModel):
    """A school with something one may see; `locations` are those whose students one may see."""

    number: str
    """For `at_school`."""
    name: str
    students: RightName
    """The highest right at its locations."""
    staff: RightName
    locations: list[LocationChoice]


class ConfigurationChoice(BaseModel):
    """A configuration in which one may see something."""

    name: str
    school_year: str
    """The active one."""
    schools: list[SchoolChoice]


class ConfigurationList(BaseModel):
    """A part of the configurations, and how many there are."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "name": "demo-provider",
                        "school_year": "2024-25",
                        "schools": [
                            {
                                "number": "001507",
                                "name": "Heilig-Hartcollege",
                                "students": "write",
                                "staff": "none",
                                "locations": [
                                    {
                                        "sourced_id": "001507-1",
                                        "number": "1",
                                        "name": "Hoofdvestiging",
                                        "students": "write",
                                    }
                                ],
                            }
                        ],
                    }
                ],
                "total": 1,
            }
        }
    )

    items: list[ConfigurationChoice]
    total: int
