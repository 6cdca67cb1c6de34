"""Microsoft's School Data Sync CSV v2.1 (docs/sds-csv.md): every file stands for its whole collection."""

from intake import feed
from intake.faults import Fault, FaultLog, WarningLog
from intake.feed import Transfer
from intake.kinds import BOOLEAN, DATE, IDENTIFIER, IDENTIFIERS, SEX, TEXT
from intake.records import FileSpec, may, must
from intake.roles import ROLE
from intake.source import Source

_ORGS = FileSpec(
    "orgs.csv",
    feed.ORG,
    (
        must("sourcedId", "sourced_id", IDENTIFIER),
        must("name", "name", TEXT),
        must("type", "type", TEXT),
        may("identifier", "identifier", IDENTIFIER),
        may("parentSourcedId", "parent", IDENTIFIER),
    ),
)
_SESSIONS = FileSpec(
    "academicSessions.csv",
    feed.SESSION,
    (
        must("sourcedId", "sourced_id", IDENTIFIER),
        may("title", "title", TEXT),
        must("type", "type", TEXT),
        may("schoolYear", "school_year", TEXT),
        must("startDate", "start_date", DATE),
        must("endDate", "end_date", DATE),
    ),
)
_USERS = FileSpec(
    "users.csv",
    feed.USER,
    (
        must("sourcedId", "sourced_id", IDENTIFIER),
        may("username", "username", TEXT, personal=True),
        may("givenName", "given_name", TEXT, personal=True),
        may("familyName", "family_name", TEXT, personal=True),
        may("middleName", "middle_name", TEXT, personal=True),
        may("email", "email", TEXT, personal=True),
        may("phone", "phone", TEXT, personal=True),
        may("sms", "sms", TEXT, personal=True),
    ),
    # A password is never read.
    frozenset({"password", "activeDirectoryMatchId"}),
)
_ROLES = FileSpec(
    "roles.csv",
    feed.ROLE,
    (
        must("userSourcedId", "user_id", IDENTIFIER),
        must("orgSourcedId", "org", IDENTIFIER),
        must("role", "role", ROLE),
        may("sessionSourcedId", "session", IDENTIFIER),
        may("grade", "grade", TEXT),
        may("isPrimary", "is_primary", BOOLEAN),
        may("roleStartDate", "start_date", DATE),
        may("roleEndDate", "end_date", DATE),
    ),
)
_COURSES = FileSpec(
    "courses.csv",
    feed.COURSE,
    (
        must("sourcedId", "sourced_id", IDENTIFIER),
        may("orgSourcedId", "org", IDENTIFIER),
        must("title", "title", TEXT),
        may("code", "code", TEXT),
        may("schoolYearSourcedId", "school_year", IDENTIFIER),
        may("subject", "subjects", TEXT),
        may("grade", "grades", TEXT),
    ),
)
_CLASSES = FileSpec(
    "classes.csv",
    feed.CLASS,
    (
        must("sourcedId", "sourced_id", IDENTIFIER),
        must("orgSourcedId", "org", IDENTIFIER),
        must("title", "title", TEXT),
        may("code", "code", TEXT),
        may("sessionSourcedIds", "terms", IDENTIFIERS),
        may("courseSourcedId", "course", IDENTIFIER),
    ),
)
_ENROLLMENTS = FileSpec(
    "enrollments.csv",
    feed.ENROLLMENT,
    (
        must("classSourcedId", "class_id", IDENTIFIER),
        must("userSourcedId", "user_id", IDENTIFIER),
        must("role", "role", TEXT),
    ),
)
_DEMOGRAPHICS = FileSpec(
    "demographics.csv",
    feed.DEMOGRAPHICS,
    (
        must("userSourcedId", "user_id", IDENTIFIER),
        may("sex", "sex", SEX, personal=True),
        may("birthDate", "birth_date", DATE, personal=True),
        may("birthCity", "cityOfBirth", TEXT, personal=True),
        may("birthState", "stateOfBirthAbbreviation", TEXT, personal=True),
        may("birthCountry", "countryOfBirthCode", TEXT, personal=True),
        may("ethnicityCodes", "ethnicities", TEXT, personal=True),
        may("raceCodes", "races", TEXT, personal=True),
    ),
)
_RELATIONSHIPS = FileSpec(
    "relationships.csv",
    feed.AGENT,
    (
        must("userSourcedId", "user_id", IDENTIFIER),
        must("relationshipUserSourcedId", "agent", IDENTIFIER),
        must("relationshipRole", "role", TEXT),
    ),
)
_FLAGS = FileSpec(
    "userFlags.csv",
    feed.FLAG,
    (must("userSourcedId", "user_id", IDENTIFIER), must("flag", "flag", TEXT, personal=True)),
)

_REQUIRED = (_ORGS, _USERS, _ROLES)
_OPTIONAL = (
    _SESSIONS,
    _COURSES,
    _CLASSES,
    _ENROLLMENTS,
    _DEMOGRAPHICS,
    _RELATIONSHIPS,
    _FLAGS,
)

# Orgs above schools; every other type holds pupils or staff of its own and is a location.
UMBRELLA_TYPES = frozenset(
    {
        "academictrust",
        "departmentofeducation",
        "district",
        "local",
        "localauthority",
        "ministryofeducation",
        "municipality",
        "national",
        "province",
        "region",
        "state",
    }
)


def found_files(source: Source, faults: FaultLog, warnings: WarningLog) -> dict[FileSpec, Transfer]:
    """The files to read; an optional file that is missing leaves its collection as it was."""
    for spec in _REQUIRED:
        if spec.name not in source:
            faults.add(Fault(spec.name, None, None, "this file was expected, it is not there"))
    known = {spec.name.lower() for spec in _REQUIRED + _OPTIONAL}
    for name in source.names():
        if name.endswith(".csv") and name not in known:
            warnings.add(f"{name}: not read, it is no file of School Data Sync CSV v2.1")
    return {spec: Transfer.BULK for spec in _REQUIRED + _OPTIONAL if spec.name in source}
