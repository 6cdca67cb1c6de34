"""Schema `usernames`: the names, what happened to them, and how far creation has come.

Written by the username engine alone.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
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

SCHEMA = "usernames"

username = Table(
    "username",
    metadata,
    configuration_key(),
    identifier_key("person_id"),
    Column("local_part", Identifier, nullable=False),
    # The form uniqueness is decided on: without regard to case, whatever the domain (M4.1.1).
    Column("folded", Identifier, Computed("lower(local_part)", persisted=True), nullable=False),
    # A domain fixed to the name: typed for a student, the school's for staff (M4.2.3).
    Column("domain", Text),
    Column("sync", Boolean, nullable=False),
    # Why a person should look at this name; keys of `engine.flags`.
    Column("flags", ARRAY(Text), nullable=False, server_default="{}"),
    # The format, or `source`, that made the local part; `edited` since a person typed it.
    Column("rule", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    revision(),
    UniqueConstraint("configuration_id", "folded"),
    Index("ix_username_revision", "configuration_id", "revision"),
    schema=SCHEMA,
)

event = Table(
    "event",
    metadata,
    configuration_key(),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person_id", Identifier, nullable=False),
    Column("at", Timestamp, nullable=False, server_default=func.now()),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("rule", Text),
    Index("ix_event_person", "configuration_id", "person_id", "id"),
    schema=SCHEMA,
)

# What creation has seen: names are complete for these counters and this date.
progress = Table(
    "progress",
    metadata,
    configuration_key(),
    Column("sis_revision", BigInteger, nullable=False),
    Column("access_revision", BigInteger, nullable=False),
    Column("reference_date", Date, nullable=False),
    schema=SCHEMA,
)

revision_counter = Table(
    "revision",
    metadata,
    configuration_key(),
    Column("revision", BigInteger, nullable=False),
    schema=SCHEMA,
)
