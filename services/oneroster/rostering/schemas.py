"""The JSON Schemas of what is served, as components of the OpenAPI document.

Those of 1.2 bear the names of 1EdTech's own OpenAPI (`UserDType`, `UserSetDType`, …) and say the same; those of 1.1,
for which there is no official one, are as strict and take the suffix `_v1p1`. A `…SelectionDType` is the object
that the parameter `fields` leaves: any of its members, none of them required.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from services.oneroster.rostering.versions import Version

Schema = dict[str, Any]

MAXIMUM_INTEGER = 2**31 - 1

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "minItems": 0, "items": _TEXT}
_DATE: Schema = {"type": "string", "format": "date"}
_URI: Schema = {"type": "string", "format": "uri"}
_EXTENSION: Schema = {"type": "string", "pattern": r"(ext:)[a-zA-Z0-9\.\-_]+"}
_STAMP: Mapping[Version, Schema] = {
    # Exactly three digits of milliseconds: consumers refuse other spellings.
    Version.V1P1: {
        "type": "string",
        "format": "date-time",
        "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
    },
    Version.V1P2: {"type": "string", "format": "date-time"},
}

_SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")
_ORG_TYPES = ("department", "district", "local", "national", "school", "state")
_CLASS_TYPES = ("homeroom", "scheduled")
_ROLES_V1P2 = (
    "aide",
    "counselor",
    "districtAdministrator",
    "guardian",
    "parent",
    "principal",
    "proctor",
    "relative",
    "siteAdministrator",
    "student",
    "systemAdministrator",
    "teacher",
)
_CODE_MINORS_V1P1 = (
    "invalid_sort_field",
    "invalid_filter_field",
    "invalid_selection_field",
    "invalid_blank_selection_field",
    "unknown object",
    "invalid data",
    "unauthorized",
    "forbidden",
    "server_busy",
)
_CODE_MINORS_V1P2 = (
    "fullsuccess",
    "invalid_filter_field",
    "invalid_selection_field",
    "invaliddata",
    "unauthorisedrequest",
    "forbidden",
    "server_busy",
    "unknownobject",
    "internal_server_error",
)
_RACES = (
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
    "demographicRaceTwoOrMoreRaces",
    "hispanicOrLatinoEthnicity",
)
_BIRTH_AND_RESIDENCE = (
    "countryOfBirthCode",
    "stateOfBirthAbbreviation",
    "cityOfBirth",
    "publicSchoolResidenceStatus",
)

_COLLECTIONS: Mapping[str, tuple[str, str]] = {
    "AcademicSession": ("academicSession", "academicSessions"),
    "Class": ("class", "classes"),
    "Course": ("course", "courses"),
    "Demographics": ("demographics", "demographics"),
    "Enrollment": ("enrollment", "enrollments"),
    "Org": ("org", "orgs"),
    "User": ("user", "users"),
}
_REFERENCES: Mapping[str, str] = {
    "AcadSession": "academicSession",
    "Class": "class",
    "Course": "course",
    "Org": "org",
    "User": "user",
}


def component(version: Version, name: str) -> str:
    """The key under `#/components/schemas`; `name` is 1EdTech's."""
    return name if version is Version.V1P2 else f"{name}_{version}"


def reference(version: Version, name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{component(version, name)}"}


def kind_of(collection: str) -> str:
    """`users` → `User`, as in `UserDType`, `UserSetDType`, `SingleUserDType`."""
    return next(kind for kind, (_, plural) in _COLLECTIONS.items() if plural == collection)


def component_schemas() -> dict[str, Schema]:
    """Every schema of both versions, by its key under `#/components/schemas`."""
    return {
        component(version, name): schema
        for version in Version
        for name, schema in _schemas(version)
    }


def document(version: Version, name: str) -> Schema:
    """A JSON Schema that stands by itself, for validating what was served."""
    return {**reference(version, name), "components": {"schemas": component_schemas()}}


def _schemas(version: Version) -> Iterator[tuple[str, Schema]]:
    for kind, reference_type in _REFERENCES.items():
        yield f"{kind}GUIDRefDType", _reference_schema(reference_type)
    for kind, (member, collection) in _COLLECTIONS.items():
        properties, required = _OBJECTS[version][kind](version)
        common = _common(version)
        whole = {**common, **properties}
        yield f"{kind}DType", _object(whole, (*_COMMON_REQUIRED, *required))
        yield f"{kind}SelectionDType", _object(whole)
        yield f"{kind}SetDType", _collection(version, collection, f"{kind}DType")
        yield f"{kind}SelectionSetDType", _collection(version, collection, f"{kind}SelectionDType")
        yield f"Single{kind}DType", _single(version, member, f"{kind}DType")
        yield f"Single{kind}SelectionDType", _single(version, member, f"{kind}SelectionDType")
    yield "MetadataDType", {"type": "object", "properties": {}, "additionalProperties": True}
    yield "UserIdDType", _object({"type": _TEXT, "identifier": _TEXT}, ("type", "identifier"))
    yield from _status_schemas_v1p1() if version is Version.V1P1 else _schemas_v1p2_only()


def _schemas_v1p2_only() -> Iterator[tuple[str, Schema]]:
    version = Version.V1P2
    yield "ResourceGUIDRefDType", _reference_schema("resource")
    role = {
        "roleType": _one_of("primary", "secondary"),
        "role": _one_of_or_extension(*_ROLES_V1P2),
        "org": reference(version, "OrgGUIDRefDType"),
        "userProfile": _URI,
        "beginDate": _DATE,
        "endDate": _DATE,
    }
    yield "RoleDType", _object(role, ("roleType", "role", "org"))
    profile = {
        "profileId": _URI,
        "profileType": _TEXT,
        "vendorId": _TEXT,
        "applicationId": _TEXT,
        "description": _TEXT,
        "credentials": _list_of(version, "CredentialDType"),
    }
    yield "UserProfileDType", _object(profile, ("profileId", "profileType", "vendorId"))
    credential = {"type": _TEXT, "username": _TEXT, "password": _TEXT}
    yield (
        "CredentialDType",
        {**_object(credential, ("type", "username")), "additionalProperties": True},
    )
    yield from _status_schemas_v1p2()


def _status_schemas_v1p2() -> Iterator[tuple[str, Schema]]:
    """One object at the top level of an error, with all code minors in it."""
    field = {
        "imsx_codeMinorFieldName": {"type": "string", "default": "TargetEndSystem"},
        "imsx_codeMinorFieldValue": _one_of(*_CODE_MINORS_V1P2),
    }
    yield "imsx_CodeMinorFieldDType", _object(field, tuple(field))
    fields = {"imsx_codeMinorField": _list_of(Version.V1P2, "imsx_CodeMinorFieldDType", 1)}
    yield "imsx_CodeMinorDType", _object(fields, tuple(fields))
    status = {
        "imsx_codeMajor": _one_of("success", "processing", "failure", "unsupported"),
        "imsx_severity": _one_of("status", "warning", "error"),
        "imsx_description": _TEXT,
        "imsx_CodeMinor": reference(Version.V1P2, "imsx_CodeMinorDType"),
    }
    yield "imsx_StatusInfoDType", _object(status, ("imsx_codeMajor", "imsx_severity"))


def _status_schemas_v1p1() -> Iterator[tuple[str, Schema]]:
    """A list with an entry for each fault; beside a collection, for each warning."""
    entry = {
        "imsx_codeMajor": _one_of("success", "failure"),
        "imsx_severity": _one_of("warning", "error"),
        "imsx_messageRefIdentifier": {"type": "string", "format": "uuid"},
        "imsx_operationRefIdentifier": {"type": "string", "format": "uuid"},
        "imsx_description": _TEXT,
        "imsx_codeMinor": _one_of(*_CODE_MINORS_V1P1),
    }
    yield "imsx_StatusInfoDType", _object(entry, tuple(entry))
    faults = {"statusInfoSet": _list_of(Version.V1P1, "imsx_StatusInfoDType", 1)}
    yield "imsx_StatusInfoSetDType", _object(faults, tuple(faults))


def error_schema(version: Version) -> str:
    """The name of the schema that every error of `version` follows."""
    return "imsx_StatusInfoSetDType" if version is Version.V1P1 else "imsx_StatusInfoDType"


Properties = tuple[Schema, tuple[str, ...]]
"""Of an object: its own members, and which of them are always there."""

_COMMON_REQUIRED = ("sourcedId", "status", "dateLastModified")


def _common(version: Version) -> Schema:
    return {
        "sourcedId": _TEXT,
        "status": _one_of("active", "tobedeleted"),
        "dateLastModified": _STAMP[version],
        "metadata": reference(version, "MetadataDType"),
    }


def _academic_session(version: Version) -> Properties:
    return {
        "title": _TEXT,
        "startDate": _DATE,
        "endDate": _DATE,
        "type": _enumerated(version, *_SESSION_TYPES),
        "parent": reference(version, "AcadSessionGUIDRefDType"),
        "children": _list_of(version, "AcadSessionGUIDRefDType"),
        "schoolYear": (
            {"type": "string", "pattern": r"^\d{4}$"} if version is Version.V1P1 else _TEXT
        ),
    }, ("title", "startDate", "endDate", "type", "schoolYear")


def _class(version: Version) -> Properties:
    return {
        "title": _TEXT,
        "classCode": _TEXT,
        "classType": _enumerated(version, *_CLASS_TYPES),
        "location": _TEXT,
        "grades": _TEXTS,
        "subjects": _TEXTS,
        "course": reference(version, "CourseGUIDRefDType"),
        "school": reference(version, "OrgGUIDRefDType"),
        "terms": _list_of(version, "AcadSessionGUIDRefDType", 1),
        "subjectCodes": _TEXTS,
        "periods": _TEXTS,
        **_resources(version),
    }, ("title", "course", "school", "terms")


def _course(version: Version) -> Properties:
    return {
        "title": _TEXT,
        "schoolYear": reference(version, "AcadSessionGUIDRefDType"),
        "courseCode": _TEXT,
        "grades": _TEXTS,
        "subjects": _TEXTS,
        "org": reference(version, "OrgGUIDRefDType"),
        "subjectCodes": _TEXTS,
        **_resources(version),
    }, ("title", "courseCode")


def _demographics(version: Version) -> Properties:
    sexes = ("male", "female")
    return {
        "birthDate": _DATE,
        "sex": (
            _one_of(*sexes)
            if version is Version.V1P1
            else _one_of_or_extension(*sexes, "unspecified", "other")
        ),
        **{name: _one_of("true", "false") for name in _RACES},
        **dict.fromkeys(_BIRTH_AND_RESIDENCE, _TEXT),
    }, ()


def _enrollment(version: Version) -> Properties:
    # Everyone on staff is a teacher on 1.1.
    role = (
        _one_of("student", "teacher")
        if version is Version.V1P1
        else _one_of_or_extension("administrator", "proctor", "student", "teacher")
    )
    return {
        "user": reference(version, "UserGUIDRefDType"),
        "class": reference(version, "ClassGUIDRefDType"),
        "school": reference(version, "OrgGUIDRefDType"),
        "role": role,
        "primary": _one_of("true", "false"),
        "beginDate": _DATE,
        "endDate": _DATE,
    }, ("user", "class", "school", "role")


def _org(version: Version) -> Properties:
    return {
        "name": _TEXT,
        "type": _enumerated(version, *_ORG_TYPES),
        "identifier": _TEXT,
        "parent": reference(version, "OrgGUIDRefDType"),
        "children": _list_of(version, "OrgGUIDRefDType"),
    }, ("name", "type", "identifier")


def _user_v1p1(version: Version) -> Properties:
    return {
        "username": _TEXT,
        "userIds": _list_of(version, "UserIdDType"),
        "enabledUser": _one_of("true", "false"),
        "givenName": _TEXT,
        "familyName": _TEXT,
        "middleName": _TEXT,
        "role": _one_of("student", "teacher", "guardian", "parent", "relative"),
        "identifier": _TEXT,
        "email": _TEXT,
        "sms": _TEXT,
        "phone": _TEXT,
        "agents": _list_of(version, "UserGUIDRefDType"),
        "orgs": _list_of(version, "OrgGUIDRefDType", 1),
        "grades": _TEXTS,
    }, ("enabledUser", "givenName", "familyName", "role", "identifier", "orgs")


def _user_v1p2(version: Version) -> Properties:
    return {
        "userMasterIdentifier": _TEXT,
        "username": _TEXT,
        "userIds": _list_of(version, "UserIdDType"),
        "enabledUser": _one_of("true", "false"),
        "givenName": _TEXT,
        "familyName": _TEXT,
        "middleName": _TEXT,
        "preferredFirstName": _TEXT,
        "preferredMiddleName": _TEXT,
        "preferredLastName": _TEXT,
        "pronouns": _TEXT,
        "roles": _list_of(version, "RoleDType", 1),
        "userProfiles": _list_of(version, "UserProfileDType"),
        "primaryOrg": reference(version, "OrgGUIDRefDType"),
        "identifier": _TEXT,
        "email": _TEXT,
        "sms": _TEXT,
        "phone": _TEXT,
        "agents": _list_of(version, "UserGUIDRefDType"),
        "grades": _TEXTS,
        "password": _TEXT,
        **_resources(version),
    }, ("enabledUser", "givenName", "familyName", "roles")


_SAME = {
    "AcademicSession": _academic_session,
    "Class": _class,
    "Course": _course,
    "Demographics": _demographics,
    "Enrollment": _enrollment,
    "Org": _org,
}
_OBJECTS = {
    Version.V1P1: {**_SAME, "User": _user_v1p1},
    Version.V1P2: {**_SAME, "User": _user_v1p2},
}


def _resources(version: Version) -> Schema:
    """Nothing here has resources; only 1.2's schemas must name them."""
    if version is Version.V1P1:
        return {}
    return {"resources": _list_of(version, "ResourceGUIDRefDType")}


def _reference_schema(kind: str) -> Schema:
    members = {"href": _URI, "sourcedId": _TEXT, "type": _one_of(kind)}
    return _object(members, tuple(members))


def _collection(version: Version, collection: str, name: str) -> Schema:
    members = {collection: _list_of(version, name)}
    if version is Version.V1P2:
        # Its own OpenAPI does not ask for the member.
        return _object(members)
    return _object({**members, **_warnings()}, (collection,))


def _single(version: Version, member: str, name: str) -> Schema:
    warnings = _warnings() if version is Version.V1P1 else {}
    return _object({member: reference(version, name), **warnings}, (member,))


def _warnings() -> Schema:
    """What 1.1 says beside an answer, of parameters that it did not heed."""
    return {"statusInfoSet": _list_of(Version.V1P1, "imsx_StatusInfoDType", 1)}


def _object(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    return schema


def _list_of(version: Version, name: str, at_least: int = 0) -> Schema:
    return {"type": "array", "minItems": at_least, "items": reference(version, name)}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _one_of_or_extension(*values: str) -> Schema:
    return {"anyOf": [_one_of(*values), _EXTENSION]}


def _enumerated(version: Version, *values: str) -> Schema:
    """1.1 knows these alone; 1.2 lets a source have words of its own."""
    return _one_of(*values) if version is Version.V1P1 else _one_of_or_extension(*values)
