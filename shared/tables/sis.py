"""Schema `sis`: the school's data as its source gave it. Written by intake alone.

A row that its source no longer has carries `removed_at`, a mark beside its own dates: it is never
active again, whatever the reference date, until the source brings it back (docs/domain.md).
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.tables.base import (
    Identifier,
    Timestamp,
    configuration_key,
    identifier_key,
    metadata,
    revision,
)

SCHEMA = "sis"


def _sis_table(name: str, *columns: Any) -> Table:
    return Table(
        name,
        metadata,
        configuration_key(),
        *columns,
        revision(),
        Column("removed_at", Timestamp),
        Index(f"ix_{name}_revision", "configuration_id", "revision"),
        schema=SCHEMA,
    )


def _texts(name: str) -> Column[Any]:
    return Column(name, ARRAY(Text), nullable=False, server_default="{}")


def _source_id() -> Column[Any]:
    """The source's own id of the row; empty where it has none."""
    return Column("sourced_id", Identifier, primary_key=True, server_default="")


school = _sis_table(
    "school",
    identifier_key("number"),
    Column("name", Text, nullable=False),
    Column("code", Text),
)

location = _sis_table(
    "location",
    identifier_key("school_number"),
    # The location's number; from a OneRoster or SDS file the org's sourcedId.
    identifier_key("number"),
    Column("name", Text, nullable=False),
    Column("code", Text),
    Column("main_structure", Text),
    Column("active", Boolean, nullable=False),
    Column("sourced_id", Identifier, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("parent_sourced_id", Identifier),
    Column("type", Text, nullable=False),
    # The name as it is served where the source gave one (OneRoster); else it is composed (M, Bijlage 1).
    Column("served_name", Text),
    UniqueConstraint("configuration_id", "sourced_id"),
)

school_year = _sis_table(
    "school_year",
    identifier_key("sourced_id"),
    # `2024-25`: what a configuration calls its active school year.
    Column("label", Identifier, nullable=False),
    Column("title", Text),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    CheckConstraint("start_date <= end_date", name="dates"),
)

# Terms, semesters and grading periods, where a OneRoster file brought them.
term = _sis_table(
    "term",
    identifier_key("sourced_id"),
    Column("title", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    Column("parent_sourced_id", Identifier),
    Column("school_year_label", Identifier, nullable=False),
    CheckConstraint("start_date <= end_date", name="dates"),
)

person = _sis_table(
    "person",
    identifier_key("id"),
    Column("given_name", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("birth_date", Date),
    # From here on: only what a OneRoster or SDS file brought.
    Column("identifier", Text),
    Column("source_username", Text),
    Column("middle_name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("sms", Text),
    _texts("grades"),
    _texts("user_flags"),
)

enrolment = _sis_table(
    "enrolment",
    identifier_key("person_id"),
    identifier_key("school_number"),
    identifier_key("location_number"),
    identifier_key("school_year"),
    Column("start_date", Date, primary_key=True),
    Column("end_date", Date),
    CheckConstraint("start_date <= end_date", name="dates"),
)
Index(
    "ix_enrolment_location",
    enrolment.c.configuration_id,
    enrolment.c.school_number,
    enrolment.c.location_number,
)

class_ = _sis_table(
    "class",
    identifier_key("id"),
    # `p_klas`, one series over classes and subgroups; none in a OneRoster or SDS file.
    Column("number", Identifier),
    Column("kind", Text, nullable=False),
    Column("code", Text),
    Column("name", Text),
    Column("school_number", Identifier, nullable=False),
    Column("location_number", Identifier, nullable=False),
    Column("school_year", Identifier, nullable=False),
    # From here on: only what a OneRoster or SDS file brought.
    Column("course_sourced_id", Identifier),
    Column("class_type", Text),
    Column("room", Text),
    _texts("term_sourced_ids"),
    _texts("grades"),
    _texts("subjects"),
    _texts("subject_codes"),
    _texts("periods"),
    CheckConstraint("kind in ('class', 'subgroup')", name="kind"),
)

class_enrolment = _sis_table(
    "class_enrolment",
    identifier_key("person_id"),
    identifier_key("class_id"),
    Column("start_date", Date, primary_key=True),
    _source_id(),
    Column("end_date", Date),
    CheckConstraint("start_date <= end_date", name="dates"),
)
Index("ix_class_enrolment_class", class_enrolment.c.configuration_id, class_enrolment.c.class_id)

staff = _sis_table(
    "staff",
    identifier_key("person_id"),
    identifier_key("school_number"),
    # Empty: all the school's participating locations; a OneRoster or SDS file names them.
    Column("location_number", Identifier, primary_key=True, server_default=""),
    identifier_key("school_year"),
    Column("start_date", Date, primary_key=True),
    Column("end_date", Date),
    Column("is_primary", Boolean, nullable=False),
    # The source's own words for it (`principal`, `aide` …), the primary one first; none in a native
    # bundle.
    _texts("roles"),
    CheckConstraint("start_date <= end_date", name="dates"),
)
Index("ix_staff_school", staff.c.configuration_id, staff.c.school_number)

class_duty = _sis_table(
    "class_duty",
    identifier_key("person_id"),
    identifier_key("class_id"),
    # 2 is class teacher (`klassenleraar`).
    Column("duty", Integer, primary_key=True, autoincrement=False),
    Column("start_date", Date, primary_key=True),
    _source_id(),
    Column("end_date", Date),
    CheckConstraint("start_date <= end_date", name="dates"),
)
Index("ix_class_duty_class", class_duty.c.configuration_id, class_duty.c.class_id)

course = _sis_table(
    "course",
    identifier_key("sourced_id"),
    Column("title", Text, nullable=False),
    Column("code", Text),
    Column("org_sourced_id", Identifier),
    Column("school_year_sourced_id", Identifier),
    _texts("grades"),
    _texts("subjects"),
    _texts("subject_codes"),
)

# Kept only where the configuration allows it (privacy): children's data.
guardian = _sis_table(
    "guardian",
    identifier_key("id"),
    Column("given_name", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("identifier", Text),
    Column("source_username", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("sms", Text),
)
guardianship = _sis_table(
    "guardianship",
    identifier_key("person_id"),
    identifier_key("guardian_id"),
)
Index(
    "ix_guardianship_guardian",
    guardianship.c.configuration_id,
    guardianship.c.guardian_id,
)
demographics = _sis_table(
    "demographics",
    identifier_key("person_id"),
    Column("fields", JSONB, nullable=False),
)

revision_counter = Table(
    "revision",
    metadata,
    configuration_key(),
    Column("revision", BigInteger, nullable=False),
    schema=SCHEMA,
)

# Changes of these, and of guardians and demographics where they are kept, reach single persons and
# classes; a change of any other reaches everything.
PERSON_TABLES = (person, enrolment, staff, class_enrolment, class_duty)
