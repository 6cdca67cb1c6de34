"""The collections of OneRoster 1.1: their names, where they are kept, what can be asked of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Table

from services.oneroster.oauth.scopes import scope_uri
from shared.tables import roster

BASE_PATH = "/ims/oneroster/v1p1"
ROSTER_CORE = scope_uri("v1p1", "roster-core.readonly")
ROSTER = scope_uri("v1p1", "roster.readonly")
DEMOGRAPHICS = scope_uri("v1p1", "roster-demographics.readonly")


class FieldKind(StrEnum):
    """How the values of a field compare."""

    IDENTIFIER = "identifier"  # by code points, with regard to case
    TEXT = "text"  # without regard to case; kept folded
    TIMESTAMP = "timestamp"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Field:
    column: str
    kind: FieldKind


COMMON_FIELDS: Mapping[str, Field] = {
    "sourcedId": Field("sourced_id", FieldKind.IDENTIFIER),
    "status": Field("active", FieldKind.STATUS),
    "dateLastModified": Field("date_last_modified", FieldKind.TIMESTAMP),
}
_ROLE = {"role": Field("role", FieldKind.TEXT)}


@dataclass(frozen=True, eq=False)
class Resource:
    """One collection: `/{path}` answers `{"{collection}": […]}`, `/{path}/{id}` `{"{object}": {…}}`."""

    path: str
    object: str
    table: Table
    description: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    scopes: tuple[str, ...] = (ROSTER_CORE, ROSTER)

    @property
    def collection(self) -> str:
        return self.path

    def field(self, name: str) -> Field | None:
        return COMMON_FIELDS.get(name) or self.fields.get(name)

    @property
    def field_names(self) -> list[str]:
        return [*COMMON_FIELDS, *self.fields]


RESOURCES: Mapping[str, Resource] = {
    resource.path: resource
    for resource in (
        Resource(
            "academicSessions",
            "academicSession",
            roster.academic_sessions,
            "The active school year, with its terms and grading periods where the source gave any.",
        ),
        Resource("orgs", "org", roster.orgs, "The school locations that take part."),
        Resource(
            "users",
            "user",
            roster.users,
            "Students and staff whose username is released, with the username as it is sent today.",
            _ROLE,
        ),
        Resource(
            "classes",
            "class",
            roster.classes,
            "Classes and subgroups of the active school year, empty ones too.",
        ),
        Resource(
            "enrollments",
            "enrollment",
            roster.enrollments,
            "Students in their classes, and class teachers.",
            _ROLE,
        ),
        Resource("courses", "course", roster.courses, "The course of each class."),
        Resource(
            "demographics",
            "demographics",
            roster.demographics,
            "Demographics, where the source brought them and the configuration allows them.",
            scopes=(DEMOGRAPHICS,),
        ),
    )
}
