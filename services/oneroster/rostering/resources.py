"""The seven kinds of objects in each version: where they are kept, what can be asked of them.

Every field of the model can be filtered and sorted on. What nothing holds has no value in any row,
and so matches nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from sqlalchemy import Table

from services.oneroster.rostering.versions import Version
from shared.tables import roster


class FieldKind(StrEnum):
    """How the values of a field compare."""

    IDENTIFIER = "identifier"  # by code points, with regard to case
    TEXT = "text"  # without regard to case; kept folded
    DATE = "date"  # kept as YYYY-MM-DD
    TIMESTAMP = "timestamp"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Field:
    """`sql` gives its value in a row: a text (or what its kind has), with `many` a JSON array of texts; null where the object lacks it."""

    kind: FieldKind
    sql: str
    many: bool = False
    blank: bool = False
    """A column that is empty where the object lacks the field."""
    key: str | None = None
    """What is bound where `sql` says `{key}`: a name of the client's is never part of it."""


_METADATA = re.compile(r"metadata\.[\w.:\-]{1,200}")
_METADATA_SQL = (
    "case jsonb_typeof(fields->{key}::text) when 'array' then fields->{key}::text "
    "when 'string' then jsonb_build_array(fields->{key}::text) end"
)


@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of object: `/{collection}` answers `{"{collection}": […]}`, a single one `{"{object}": {…}}`."""

    version: Version
    collection: str
    object: str
    table: Table = field(repr=False)
    fields: Mapping[str, Field] = field(repr=False)

    def field(self, name: str) -> Field | None:
        """By its name in the model, dotted (`orgs.sourcedId`), a bare reference (`class`), or `metadata.` and anything."""
        found = self.fields.get(name)
        if found is None and _METADATA.fullmatch(name):
            return Field(FieldKind.TEXT, _METADATA_SQL, many=True, key=name)
        return found

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The top-level names of the model, which `fields` selects."""
        return tuple(name for name in self.fields if "." not in name)


_Fields = dict[str, Field]


def _texts(*names: str) -> _Fields:
    return {name: Field(FieldKind.TEXT, f"fields->>'{name}'") for name in names}


def _dates(*names: str) -> _Fields:
    return {name: Field(FieldKind.DATE, f"fields->>'{name}'") for name in names}


def _lists(*names: str, kind: FieldKind = FieldKind.TEXT) -> _Fields:
    return {name: Field(kind, f"fields->'{name}'", many=True) for name in names}


def _column(
    name: str, sql: str, kind: FieldKind = FieldKind.TEXT, *, blank: bool = False
) -> _Fields:
    return {name: Field(kind, sql, blank=blank)}


def _reference(name: str, target: str, sql: str = "") -> _Fields:
    """A bare reference is its sourcedId; its type is the same for all that have one."""
    sql = sql or f"fields->>'{name}'"
    of_type = f"case when {sql} is not null then '{target.casefold()}' end"
    return {
        name: Field(FieldKind.IDENTIFIER, sql),
        f"{name}.sourcedId": Field(FieldKind.IDENTIFIER, sql),
        f"{name}.type": Field(FieldKind.TEXT, of_type),
    }


def _references(name: str, target: str) -> _Fields:
    sql = f"fields->'{name}'"
    of_type = f"case when {sql} is not null then jsonb_build_array('{target.casefold()}') end"
    return {
        name: Field(FieldKind.IDENTIFIER, sql, many=True),
        f"{name}.sourcedId": Field(FieldKind.IDENTIFIER, sql, many=True),
        f"{name}.type": Field(FieldKind.TEXT, of_type, many=True),
    }


def _typed(version: Version, name: str, sql: str) -> _Fields:
    """An enumeration of which 1.2 may serve another value (`ext:…`) than 1.1."""
    if version is Version.V1P2:
        sql = f"coalesce(fields->>'v1p2.{name}', {sql})"
    return _column(name, sql)


_RESOURCES = _references("resources", "resource")


def _base() -> _Fields:
    return {
        **_column("sourcedId", "sourced_id", FieldKind.IDENTIFIER),
        **_column("status", "active", FieldKind.STATUS),
        **_column("dateLastModified", "date_last_modified", FieldKind.TIMESTAMP),
        # An object: its own fields are asked for by their names.
        **_texts("metadata"),
    }


def _academic_session(version: Version) -> _Fields:
    return {
        **_texts("title"),
        **_dates("startDate", "endDate"),
        **_typed(version, "type", "type"),
        **_reference("parent", "academicSession"),
        **_references("children", "academicSession"),
        **_texts("schoolYear"),
    }


def _org(version: Version) -> _Fields:
    return {
        **_texts("name"),
        **_typed(version, "type", "type"),
        **_texts("identifier"),
        **_reference("parent", "org"),
        **_references("children", "org"),
    }


def _course(_: Version) -> _Fields:
    return {
        **_texts("title"),
        **_reference("schoolYear", "academicSession"),
        **_texts("courseCode"),
        **_lists("grades", "subjects"),
        **_reference("org", "org"),
        **_lists("subjectCodes"),
        **_RESOURCES,
    }


def _class(version: Version) -> _Fields:
    return {
        **_texts("title", "classCode"),
        **_typed(version, "classType", "fields->>'classType'"),
        **_texts("location"),
        **_lists("grades", "subjects"),
        **_reference("course", "course"),
        **_reference("school", "org", "school_id"),
        **_references("terms", "academicSession"),
        **_lists("subjectCodes", "periods"),
        **_RESOURCES,
    }


def _user(version: Version) -> _Fields:
    first = version is Version.V1P1
    return {
        **({} if first else _texts("userMasterIdentifier")),
        "username": Field(FieldKind.TEXT, "coalesce(nullif(username, ''), fields->>'username')"),
        **_lists("userIds", "userIds.type", "userIds.identifier"),
        **_texts("enabledUser", "givenName", "familyName", "middleName"),
        **(_user_v1p1() if first else _user_v1p2()),
        **_texts("identifier", "email", "sms", "phone"),
        **_references("agents", "user"),
        **_lists("grades"),
        **_texts("password"),
    }


def _user_v1p1() -> _Fields:
    return {**_column("role", "role"), **_references("orgs", "org")}


def _user_v1p2() -> _Fields:
    return {
        **_texts("preferredFirstName", "preferredMiddleName", "preferredLastName", "pronouns"),
        # Asked for whole, a role is what it is called.
        "roles": Field(FieldKind.TEXT, "fields->'roles.role'", many=True),
        **_lists("roles.roleType", "roles.role", "roles.userProfile"),
        **_references("roles.org", "org"),
        **_lists("roles.beginDate", "roles.endDate", kind=FieldKind.DATE),
        **_lists(
            "userProfiles",
            "userProfiles.profileId",
            "userProfiles.profileType",
            "userProfiles.vendorId",
            "userProfiles.applicationId",
            "userProfiles.description",
            "userProfiles.credentials",
            "userProfiles.credentials.type",
            "userProfiles.credentials.username",
            "userProfiles.credentials.password",
        ),
        **_reference("primaryOrg", "org"),
        **_RESOURCES,
    }


def _enrollment(_: Version) -> _Fields:
    return {
        **_reference("user", "user", "user_id"),
        **_reference("class", "class", "class_id"),
        **_reference("school", "org", "school_id"),
        **_column("role", "role"),
        **_texts("primary"),
        **_column("beginDate", "begin_date", FieldKind.DATE, blank=True),
        **_column("endDate", "end_date", FieldKind.DATE, blank=True),
    }


def _demographics(version: Version) -> _Fields:
    return {
        **_dates("birthDate"),
        **_typed(version, "sex", "fields->>'sex'"),
        **_texts(
            "americanIndianOrAlaskaNative",
            "asian",
            "blackOrAfricanAmerican",
            "nativeHawaiianOrOtherPacificIslander",
            "white",
            "demographicRaceTwoOrMoreRaces",
            "hispanicOrLatinoEthnicity",
            "countryOfBirthCode",
            "stateOfBirthAbbreviation",
            "cityOfBirth",
            "publicSchoolResidenceStatus",
        ),
    }


_KINDS = (
    ("academicSessions", "academicSession", roster.academic_sessions, _academic_session),
    ("orgs", "org", roster.orgs, _org),
    ("courses", "course", roster.courses, _course),
    ("classes", "class", roster.classes, _class),
    ("users", "user", roster.users, _user),
    ("enrollments", "enrollment", roster.enrollments, _enrollment),
    ("demographics", "demographics", roster.demographics, _demographics),
)

RESOURCES: Mapping[Version, Mapping[str, Resource]] = {
    version: {
        collection: Resource(version, collection, object_, table, {**_base(), **model(version)})
        for collection, object_, table, model in _KINDS
    }
    for version in Version
}
"""By version and collection."""
