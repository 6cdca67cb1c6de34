"""Schema `roster`: what is published. Written by publication in the OneRoster service alone.

A row is one version of one object and holds from `from_edition` until before `until_edition`.
Every table is under row-level security by configuration.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.tables.base import (
    Identifier,
    Timestamp,
    configuration_key,
    identifier_key,
    metadata,
)

SCHEMA = "roster"


def _collection(name: str, *columns: Any, counted: tuple[str, ...] = ()) -> Table:
    return Table(
        name,
        metadata,
        configuration_key(),
        identifier_key("sourced_id"),
        Column("from_edition", BigInteger, primary_key=True, autoincrement=False),
        Column("until_edition", BigInteger),
        # False: a tombstone (`tobedeleted`).
        Column("active", Boolean, nullable=False),
        Column("date_last_modified", Timestamp, nullable=False),
        # Of all that is served but status and dateLastModified: what publication compares.
        Column("digest", LargeBinary, nullable=False),
        # The object's JSON of OneRoster 1.1, with a marker where the base URL goes.
        Column("body", LargeBinary, nullable=False),
        # That of 1.2, where it differs.
        Column("body_v1p2", LargeBinary),
        # What can be filtered and sorted on and has no column: texts folded, ids as they are, lists
        # as arrays, under the names of OneRoster.
        Column("fields", JSONB),
        *columns,
        Index(
            f"ix_{name}_active",
            "configuration_id",
            "sourced_id",
            "from_edition",
            postgresql_where="active",
            # Totals and positions are read from the index alone.
            postgresql_include=["until_edition", *counted],
        ),
        Index(f"ix_{name}_modified", "configuration_id", "date_last_modified", "sourced_id"),
        Index(
            f"ix_{name}_tombstones",
            "configuration_id",
            "date_last_modified",
            postgresql_where="not active and until_edition is null",
        ),
        Index(
            f"ix_{name}_superseded",
            "configuration_id",
            "until_edition",
            postgresql_where="until_edition is not null",
        ),
        schema=SCHEMA,
    )


academic_sessions = _collection("academic_sessions", Column("type", Identifier, nullable=False))
orgs = _collection("orgs", Column("type", Identifier, nullable=False))
courses = _collection("courses")
classes = _collection("classes", Column("school_id", Identifier, nullable=False))
users = _collection(
    "users",
    Column("role", Identifier, nullable=False),
    # Folded; empty for who has no name of an account (a guardian).
    Column("username", Identifier, nullable=False),
    counted=("role",),
)
enrollments = _collection(
    "enrollments",
    Column("role", Identifier, nullable=False),
    Column("user_id", Identifier, nullable=False),
    Column("class_id", Identifier, nullable=False),
    Column("school_id", Identifier, nullable=False),
    # YYYY-MM-DD, as they are served.
    Column("begin_date", Identifier, nullable=False),
    Column("end_date", Identifier, nullable=False),
)
demographics = _collection("demographics")

# Two SIS ids under one name would be a conflict at Microsoft (M, Bijlage 2, case 12).
Index(
    "uq_users_current_username",
    users.c.configuration_id,
    users.c.username,
    unique=True,
    postgresql_where="active and until_edition is null and username <> ''",
)
Index("ix_enrollments_user", enrollments.c.configuration_id, enrollments.c.user_id)
Index("ix_enrollments_class", enrollments.c.configuration_id, enrollments.c.class_id)
Index("ix_enrollments_school", enrollments.c.configuration_id, enrollments.c.school_id)
Index("ix_classes_school", classes.c.configuration_id, classes.c.school_id)

COLLECTIONS = (academic_sessions, orgs, courses, classes, users, enrollments, demographics)

edition = Table(
    "edition",
    metadata,
    configuration_key(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # dateLastModified of everything that changed with this edition; milliseconds, ever increasing.
    Column("stamp", Timestamp, nullable=False),
    Column("sis_revision", BigInteger, nullable=False),
    Column("access_revision", BigInteger, nullable=False),
    Column("usernames_revision", BigInteger, nullable=False),
    Column("reference_date", Date, nullable=False),
    # The date it was published on: an operator may set an earlier one.
    Column("today", Date, nullable=False),
    # The next date on which anything begins or ends: from then on the edition is stale.
    Column("valid_until", Date),
    # The form of the rendered bodies: a release that renders otherwise publishes anew.
    Column("rendering", Text, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("warnings", JSONB, nullable=False),
    schema=SCHEMA,
)

# When a client first read a roster: default Sync is meant to be switched on after that (M4.3.6).
client_use = Table(
    "client_use",
    metadata,
    configuration_key(),
    identifier_key("client_id"),
    Column("first_read_at", Timestamp, nullable=False),
    schema=SCHEMA,
)

# A consumer's reading of one edition, over pages and collections (docs/publication.md, "Pulls").
pull = Table(
    "pull",
    metadata,
    configuration_key(),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("client_id", Identifier, nullable=False),
    # `full`, or the dateLastModified clause of a delta.
    Column("kind", Text, nullable=False),
    Column("edition", BigInteger, nullable=False),
    Column("opened_at", Timestamp, nullable=False),
    Column("read_at", Timestamp, nullable=False),
    Index("ix_pull_client", "configuration_id", "client_id", "opened_at"),
    Index("ix_pull_kind", "configuration_id", "client_id", "kind", "opened_at"),
    schema=SCHEMA,
)

# The pull that a token reads, of each kind.
pull_token = Table(
    "pull_token",
    metadata,
    configuration_key(),
    identifier_key("token_id"),
    Column("kind", Text, primary_key=True),
    Column("pull_id", BigInteger, nullable=False),
    schema=SCHEMA,
)

# What a pull has read: path, filter, sort and fields of a request, as a digest.
pull_key = Table(
    "pull_key",
    metadata,
    configuration_key(),
    Column("pull_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, primary_key=True),
    # How it was asked for at offset 0: not yet, by a bare count probe, or for its first page.
    Column("begun", Text, nullable=False),
    # The offset behind the last row that was asked for.
    Column("reached", BigInteger, nullable=False),
    # For clients whose own clock makes the bookmark: a delta begins no later than this.
    Column("bookmark", Timestamp),
    CheckConstraint("begun in ('no', 'probe', 'page')", name="begun"),
    schema=SCHEMA,
)

# What clients whose own clock makes their bookmarks have read: of each list the last pull.
client_bookmark = Table(
    "client_bookmark",
    metadata,
    configuration_key(),
    identifier_key("client_id"),
    identifier_key("list"),
    Column("kind", Text, nullable=False),
    # A delta of this kind begins no later than this, however often it is asked again.
    Column("bookmark", Timestamp),
    # Of the edition it read.
    Column("stamp", Timestamp, nullable=False),
    schema=SCHEMA,
)
