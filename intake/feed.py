"""What OneRoster CSV and SDS CSV have in common: staging tables in OneRoster's own terms.

A feed is read into these first; `feed_mapping` then makes of them the form of `sis`.
"""

# ruff: noqa: S608 - table and column names come from this package's own declarations.

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from intake.checks import Checks, Reference
from intake.configurations import Configuration, Connection
from intake.formats import Format
from intake.records import FileSpec
from intake.roles import EXPECTED, GUARDIANS, KNOWN

SESSION, ORG, USER, ROLE = "feed_session", "feed_org", "feed_user", "feed_role"
COURSE, CLASS, ENROLLMENT = "feed_course", "feed_class", "feed_enrollment"
DEMOGRAPHICS, AGENT, FLAG = "feed_demographics", "feed_agent", "feed_flag"

# Each is true or false.
ETHNICITIES = (
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
    "demographicRaceTwoOrMoreRaces",
    "hispanicOrLatinoEthnicity",
)
# As OneRoster serves them; both formats stage under these names.
DEMOGRAPHIC_FIELDS = (
    "birthDate",
    "sex",
    *ETHNICITIES,
    "countryOfBirthCode",
    "stateOfBirthAbbreviation",
    "cityOfBirth",
    "publicSchoolResidenceStatus",
)

# Names end with `_date` where the column is a date; all others are text.
_COLUMNS = {
    SESSION: "sourced_id status title type start_date end_date parent school_year",
    ORG: "sourced_id status name type identifier parent",
    USER: "sourced_id status role orgs primary_org username given_name family_name middle_name"
    " identifier email sms phone grades agents user_flags",
    ROLE: "sourced_id status user_id org role role_type session grade is_primary start_date end_date",
    COURSE: "sourced_id status org title code school_year grades subjects subject_codes",
    CLASS: "sourced_id status title grades course code class_type room org terms subjects"
    " subject_codes periods",
    ENROLLMENT: "sourced_id status class_id user_id role start_date end_date",
    DEMOGRAPHICS: "user_id status birth_date ethnicities races "
    + " ".join(f'"{name}"' for name in DEMOGRAPHIC_FIELDS),
    AGENT: "user_id agent role",
    FLAG: "user_id flag",
}


class Transfer(StrEnum):
    """How a file stands for its collection."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Feed:
    """One OneRoster or SDS bundle on its way into one configuration."""

    format: Format
    configuration: Configuration
    specs: Mapping[str, FileSpec]
    """By staging table, those that were read."""
    transfers: Mapping[str, Transfer]
    """By staging table; what is not there is absent."""
    location_types: frozenset[str] | None = None
    """Types of orgs that are locations; without, every type but `umbrella_types`."""
    umbrella_types: frozenset[str] = frozenset()

    def transfer(self, table: str) -> Transfer:
        return self.transfers.get(table, Transfer.ABSENT)

    def is_bulk(self, table: str) -> bool:
        return self.transfer(table) is Transfer.BULK

    @property
    def memberships(self) -> str:
        """The table that says who is where: users in OneRoster 1.1, roles elsewhere.

        A delta of 1.2 may have users without their roles.
        """
        users = self.specs.get(USER)
        if ROLE in self.specs or users is None:
            return ROLE if ROLE in self.specs else USER
        return USER if any(column.target == "role" for column in users.columns) else ROLE


async def create_tables(connection: Connection) -> None:
    for table, columns in _COLUMNS.items():
        typed = ", ".join(f"{column} {_type(column)}" for column in columns.split())
        await connection.execute(f"create temporary table {table} (line integer, {typed})")


def _type(column: str) -> str:
    if column == "is_primary":
        return "boolean"
    return "date" if column.endswith("_date") else 'text collate "C"'


ACTIVE = "s.status is distinct from 'tobedeleted' and s.status is distinct from 'inactive'"

_KEYS = (
    (SESSION, ("sourced_id",)),
    (ORG, ("sourced_id",)),
    (USER, ("sourced_id",)),
    (ROLE, ("sourced_id",)),
    (COURSE, ("sourced_id",)),
    (CLASS, ("sourced_id",)),
    (ENROLLMENT, ("sourced_id",)),
    (DEMOGRAPHICS, ("user_id",)),
)

# What refers to what: table, column, whether it holds a list, target.
_REFERENCES = (
    (USER, "orgs", True, ORG),
    (ROLE, "user_id", False, USER),
    (ROLE, "org", False, ORG),
    (ROLE, "session", False, SESSION),
    (CLASS, "org", False, ORG),
    (CLASS, "terms", True, SESSION),
    (CLASS, "course", False, COURSE),
    (ENROLLMENT, "class_id", False, CLASS),
    (ENROLLMENT, "user_id", False, USER),
    (DEMOGRAPHICS, "user_id", False, USER),
    (AGENT, "user_id", False, USER),
    (AGENT, "agent", False, USER),
    (FLAG, "user_id", False, USER),
)


async def check(checks: Checks, feed: Feed, incomplete: frozenset[str]) -> None:
    """Rows marked `tobedeleted` need no more than their sourcedId.

    A reference can be told wrong only where its target's file is a whole collection.
    """
    for table, keys in _KEYS:
        if table in feed.specs:
            await checks.unique(feed.specs[table], keys)
    for table in (SESSION, ROLE, ENROLLMENT):
        if table in feed.specs:
            await checks.dates_in_order(feed.specs[table], ACTIVE)
    await _check_filled(checks, feed)
    if feed.memberships in feed.specs:
        await checks.among(feed.specs[feed.memberships], "role", KNOWN, EXPECTED, ACTIVE)
    references = list(_REFERENCES)
    if feed.configuration.keep_guardians:
        references.append((USER, "agents", True, USER))
    for table, column, listed, target in references:
        if table not in feed.specs or not feed.is_bulk(target):
            continue
        spec, of = feed.specs[table], feed.specs[target]
        if of.name in incomplete:
            continue
        reference = Reference(
            spec,
            (column,),
            target,
            ("sourced_id",),
            f"expected a sourcedId of {of.name}",
            _where_active(table),
        )
        await (checks.listed_references if listed else checks.references)(reference)


def _where_active(table: str) -> str:
    return ACTIVE if table not in (AGENT, FLAG) else "true"


# What every active row needs, whatever a `tobedeleted` row leaves out.
_FILLED = (
    (SESSION, ("type", "start_date", "end_date")),
    (ORG, ("name", "type")),
    (ROLE, ("user_id", "org", "role")),
    (COURSE, ("title",)),
    (CLASS, ("title", "org")),
    (ENROLLMENT, ("class_id", "user_id", "role")),
)


async def _check_filled(checks: Checks, feed: Feed) -> None:
    for table, columns in _FILLED:
        if table in feed.specs:
            for column in columns:
                await checks.filled(feed.specs[table], column, ACTIVE)
    users = feed.specs.get(USER)
    if users is None:
        return
    if feed.memberships == USER:
        await checks.filled(users, "role", ACTIVE)
    # A guardian's names are needed only where guardians are kept.
    needed = ACTIVE
    if not feed.configuration.keep_guardians:
        needed += (
            f" and coalesce(lower(s.role), '') not in ({GUARDIAN_ROLES})"
            if feed.memberships == USER
            else " and (exists (select from feed_role r where r.user_id = s.sourced_id"
            f" and lower(r.role) not in ({GUARDIAN_ROLES})) or exists (select from sis.person p"
            f" where p.configuration_id = {feed.configuration.id} and p.id = s.sourced_id"
            " and p.removed_at is null))"
        )
    for column in ("given_name", "family_name"):
        await checks.filled(users, column, needed)


# As SQL lists them.
GUARDIAN_ROLES = ", ".join(f"'{word}'" for word in sorted(GUARDIANS))
