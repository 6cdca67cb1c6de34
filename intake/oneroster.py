"""OneRoster CSV 1.1 and 1.2: manifest and files (docs/oneroster-csv.md)."""

import csv
import io

from intake import feed
from intake.faults import Fault, FaultLog, WarningLog, shortened
from intake.feed import DEMOGRAPHIC_FIELDS, ETHNICITIES, Transfer
from intake.kinds import (
    DATE,
    IDENTIFIER,
    IDENTIFIERS,
    SEX,
    STATUS,
    TEXT,
    TRUE_OR_FALSE,
    Kind,
)
from intake.records import Column, FileSpec, may, must
from intake.roles import ROLE
from intake.source import Source

_ROW = (must("sourcedId", "sourced_id", IDENTIFIER), may("status", "status", STATUS))
_UNUSED = frozenset({"dateLastModified"})


def _in_header(name: str, target: str, kind: Kind = TEXT, *, personal: bool = False) -> Column:
    """A column the header must have and an active row must fill; a `tobedeleted` row need not."""
    return Column(name, target, kind, filled=False, personal=personal)


_SESSIONS = FileSpec(
    "academicSessions.csv",
    feed.SESSION,
    (
        *_ROW,
        may("title", "title", TEXT),
        _in_header("type", "type"),
        _in_header("startDate", "start_date", DATE),
        _in_header("endDate", "end_date", DATE),
        may("parentSourcedId", "parent", IDENTIFIER),
        may("schoolYear", "school_year", TEXT),
    ),
    _UNUSED,
)
_ORGS = FileSpec(
    "orgs.csv",
    feed.ORG,
    (
        *_ROW,
        _in_header("name", "name"),
        _in_header("type", "type"),
        may("identifier", "identifier", IDENTIFIER),
        may("parentSourcedId", "parent", IDENTIFIER),
    ),
    _UNUSED,
)
_USER_COLUMNS = (
    *_ROW,
    may("username", "username", TEXT, personal=True),
    _in_header("givenName", "given_name", personal=True),
    _in_header("familyName", "family_name", personal=True),
    may("middleName", "middle_name", TEXT, personal=True),
    may("identifier", "identifier", TEXT, personal=True),
    may("email", "email", TEXT, personal=True),
    may("sms", "sms", TEXT, personal=True),
    may("phone", "phone", TEXT, personal=True),
    may("agentSourcedIds", "agents", IDENTIFIERS),
    may("grades", "grades", TEXT),
    may("metadata.microsoft.userFlags", "user_flags", TEXT, personal=True),
)
# A password is never read, and a user identifier of another system is nobody's business.
_USER_UNUSED = _UNUSED | {"enabledUser", "userIds", "password"}
_USERS_1_1 = FileSpec(
    "users.csv",
    feed.USER,
    (
        *_USER_COLUMNS,
        _in_header("orgSourcedIds", "orgs", IDENTIFIERS),
        _in_header("role", "role", ROLE),
    ),
    _USER_UNUSED,
)
_USERS_1_2 = FileSpec(
    "users.csv",
    feed.USER,
    (*_USER_COLUMNS, may("primaryOrgSourcedId", "primary_org", IDENTIFIER)),
    _USER_UNUSED
    | {
        "userMasterIdentifier",
        "preferredGivenName",
        "preferredMiddleName",
        "preferredFamilyName",
        "pronouns",
        "resourceSourcedIds",
    },
)
_ROLES = FileSpec(
    "roles.csv",
    feed.ROLE,
    (
        *_ROW,
        _in_header("userSourcedId", "user_id", IDENTIFIER),
        _in_header("role", "role", ROLE),
        _in_header("orgSourcedId", "org", IDENTIFIER),
        may("roleType", "role_type", TEXT),
        may("beginDate", "start_date", DATE),
        may("endDate", "end_date", DATE),
    ),
    _UNUSED | {"userProfileSourcedId"},
)
_COURSES = FileSpec(
    "courses.csv",
    feed.COURSE,
    (
        *_ROW,
        may("schoolYearSourcedId", "school_year", IDENTIFIER),
        _in_header("title", "title"),
        may("courseCode", "code", TEXT),
        may("grades", "grades", TEXT),
        may("orgSourcedId", "org", IDENTIFIER),
        may("subjects", "subjects", TEXT),
        may("subjectCodes", "subject_codes", TEXT),
    ),
    _UNUSED,
)
_CLASSES = FileSpec(
    "classes.csv",
    feed.CLASS,
    (
        *_ROW,
        _in_header("title", "title"),
        may("grades", "grades", TEXT),
        may("courseSourcedId", "course", IDENTIFIER),
        may("classCode", "code", TEXT),
        may("classType", "class_type", TEXT),
        may("location", "room", TEXT),
        _in_header("schoolSourcedId", "org", IDENTIFIER),
        may("termSourcedIds", "terms", IDENTIFIERS),
        may("subjects", "subjects", TEXT),
        may("subjectCodes", "subject_codes", TEXT),
        may("periods", "periods", TEXT),
    ),
    _UNUSED,
)
_ENROLLMENTS = FileSpec(
    "enrollments.csv",
    feed.ENROLLMENT,
    (
        *_ROW,
        _in_header("classSourcedId", "class_id", IDENTIFIER),
        _in_header("userSourcedId", "user_id", IDENTIFIER),
        _in_header("role", "role"),
        may("beginDate", "start_date", DATE),
        may("endDate", "end_date", DATE),
    ),
    _UNUSED | {"schoolSourcedId", "primary"},
)
_DEMOGRAPHIC_KINDS = {"sex": SEX, **dict.fromkeys(ETHNICITIES, TRUE_OR_FALSE)}
_DEMOGRAPHICS = FileSpec(
    "demographics.csv",
    feed.DEMOGRAPHICS,
    (
        must("sourcedId", "user_id", IDENTIFIER),
        may("status", "status", STATUS),
        may("birthDate", "birth_date", DATE, personal=True),
        *(
            may(name, name, _DEMOGRAPHIC_KINDS.get(name, TEXT), personal=True)
            for name in DEMOGRAPHIC_FIELDS
            if name != "birthDate"
        ),
    ),
    _UNUSED,
)

_COMMON = (_SESSIONS, _ORGS, _COURSES, _CLASSES, _ENROLLMENTS, _DEMOGRAPHICS)
_SPECS = {"1.1": (_USERS_1_1, *_COMMON), "1.2": (_USERS_1_2, _ROLES, *_COMMON)}

# The rest of OneRoster: results, resources and 1.2's own; known, and never read.
_NOT_READ = frozenset(
    [
        "categories",
        "classResources",
        "courseResources",
        "lineItemLearningObjectiveIds",
        "lineItems",
        "lineItemScoreScales",
        "resources",
        "resultLearningObjectiveIds",
        "results",
        "resultScoreScales",
        "scoreScales",
        "userProfiles",
        "userResources",
    ]
)

LOCATION_TYPES = frozenset({"school", "department"})


def read_manifest(
    source: Source, faults: FaultLog, warnings: WarningLog
) -> dict[FileSpec, Transfer]:
    """The files to read, each with its mark. Faults name the manifest's line."""
    entries = _entries(source, faults)
    if entries is None:
        return {}
    version, line = entries.get("oneroster.version", ("", None))
    if version not in _SPECS:
        faults.add(Fault("manifest.csv", line, "oneroster.version", "expected 1.1 or 1.2", version))
    if entries.get("manifest.version", ("",))[0] != "1.0":
        warnings.add("manifest.csv: manifest.version is not 1.0")
    specs = _SPECS.get(version, _SPECS["1.1"])
    transfers = {spec: _transfer(spec, entries, source, faults, warnings) for spec in specs}
    _warn_of_others(specs, entries, source, warnings)
    return {spec: mark for spec, mark in transfers.items() if mark is not Transfer.ABSENT}


def _entries(source: Source, faults: FaultLog) -> dict[str, tuple[str, int]] | None:
    """By name value and line; nothing, and one fault, where there is no manifest to read."""
    if "manifest.csv" not in source:
        faults.add(Fault("manifest.csv", None, None, "this file was expected, it is not there"))
        return None
    with source.open("manifest.csv") as raw:
        try:
            text = raw.read(1 << 20).decode("utf-8-sig")
        except UnicodeDecodeError:
            faults.add(Fault("manifest.csv", None, None, "UTF-8 was expected: save it as UTF-8"))
            return None
    reader = csv.reader(io.StringIO(text, newline=""))
    entries: dict[str, tuple[str, int]] = {}
    for record in reader:
        name, value = (*(field.strip() for field in record), "", "")[:2]
        if name in entries:
            faults.add(Fault("manifest.csv", reader.line_num, name, "expected each entry once"))
        elif name:
            entries[name] = (value, reader.line_num)
    return entries


def _transfer(
    spec: FileSpec,
    entries: dict[str, tuple[str, int]],
    source: Source,
    faults: FaultLog,
    warnings: WarningLog,
) -> Transfer:
    name = f"file.{spec.name.removesuffix('.csv')}"
    value, line = entries.get(name, ("", None))
    there = spec.name in source
    if value.lower() in set(Transfer):
        mark = Transfer(value.lower())
    elif value or (there and line):
        # Without a mark it might be a delta; taken as bulk it would remove the rest.
        faults.add(
            Fault("manifest.csv", line, name, "expected bulk, delta or absent", shortened(value))
        )
        return Transfer.ABSENT
    else:
        mark = Transfer.ABSENT
    if mark is not Transfer.ABSENT and not there:
        faults.add(
            Fault(
                spec.name,
                None,
                None,
                f"this file was expected (the manifest says {mark}), it is not there",
            )
        )
        return Transfer.ABSENT
    if mark is Transfer.ABSENT and there:
        said = "marks it absent" if value else "does not list it"
        warnings.add(f"{spec.name}: not read, the manifest {said}")
    return mark


def _warn_of_others(
    specs: tuple[FileSpec, ...],
    entries: dict[str, tuple[str, int]],
    source: Source,
    warnings: WarningLog,
) -> None:
    known = {spec.name.lower() for spec in specs} | {"manifest.csv"}
    known |= {f"{name}.csv".lower() for name in _NOT_READ}
    for name in source.names():
        if name.endswith(".csv") and name not in known:
            warnings.add(f"{name}: not read, it is no file of this OneRoster version")
    for entry, (value, _) in entries.items():
        if not entry.startswith("file."):
            continue
        if f"{entry[5:]}.csv".lower() not in known:
            warnings.add(f"manifest.csv: {shortened(entry)} is no file of this OneRoster version")
        elif not value:
            warnings.add(f"manifest.csv: {entry} has no value and was taken as absent")
