"""Schema `access`: configurations, their schools and locations, API clients, signing keys.

Written by operators (the command line); read by both services and by intake.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.tables.base import Identifier, Timestamp, configuration_key, identifier_key, metadata

SCHEMA = "access"

configuration = Table(
    "configuration",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("name", Identifier, nullable=False, unique=True),
    Column("tenant_id", Uuid, nullable=False, unique=True),
    Column("active_school_year", Identifier, nullable=False),
    Column("username_format", Text, nullable=False),
    Column("username_maximum_length", Integer, nullable=False),
    # What differs from the defaults of `engine.rules.Rules`.
    Column("username_rules", JSONB, nullable=False, server_default="{}"),
    # Words that are never generated here, beside `engine.reserved`; folded.
    Column("reserved_words", ARRAY(Text), nullable=False, server_default="{}"),
    # After so long a former name may be generated for somebody else; null: never.
    Column("reuse_after_days", Integer),
    Column("student_domain_policy", Text, nullable=False),
    Column("staff_domain_policy", Text, nullable=False),
    Column("usernames_from_source", Text, nullable=False),
    Column("verified_domains", ARRAY(Text), nullable=False),
    Column("future_students", Boolean, nullable=False),
    Column("class_title_format", Text, nullable=False),
    Column("enabled_user", Boolean, nullable=False),
    Column("keep_guardians", Boolean, nullable=False),
    Column("keep_demographics", Boolean, nullable=False),
    Column("keep_user_flags", Boolean, nullable=False),
    Column("removal_limit_percent", Integer, nullable=False),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    CheckConstraint(
        "student_domain_policy in ('tenant', 'provider')", name="student_domain_policy"
    ),
    CheckConstraint("staff_domain_policy in ('tenant', 'provider')", name="staff_domain_policy"),
    CheckConstraint("usernames_from_source in ('ignore', 'take_over')", name="from_source"),
    CheckConstraint("removal_limit_percent between 0 and 100", name="removal_limit_percent"),
    CheckConstraint("reuse_after_days > 0", name="reuse_after_days"),
    schema=SCHEMA,
)

school = Table(
    "school",
    metadata,
    configuration_key(),
    identifier_key("number"),
    Column("staff_domain", Text),
    # The defaults of the school's locations; a location that takes part may have its own.
    Column("student_domain", Text),
    Column("sync_by_default", Boolean, nullable=False),
    # All its locations take part, also those that come later; else those in `location`.
    Column("all_locations", Boolean, nullable=False),
    UniqueConstraint("number"),
    ForeignKeyConstraint(["configuration_id"], [configuration.c.id], ondelete="CASCADE"),
    schema=SCHEMA,
)

location = Table(
    "location",
    metadata,
    configuration_key(),
    identifier_key("school_number"),
    identifier_key("number"),
    Column("student_domain", Text),
    Column("sync_by_default", Boolean),
    ForeignKeyConstraint(
        ["configuration_id", "school_number"],
        [school.c.configuration_id, school.c.number],
        ondelete="CASCADE",
    ),
    schema=SCHEMA,
)

client = Table(
    "client",
    metadata,
    configuration_key(),
    identifier_key("client_id"),
    Column("description", Text, nullable=False),
    # HMAC-SHA256 of the secret under the deployment's key: secrets are random, so no slow hash.
    Column("secret_hmac", LargeBinary, nullable=False),
    Column("default_limit", Integer, nullable=False),
    # Its bookmarks for deltas are times of its own clock, not stamps it was sent.
    Column("bookmarks_by_clock", Boolean, nullable=False, server_default=false()),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    Column("revoked_at", Timestamp),
    UniqueConstraint("client_id"),
    ForeignKeyConstraint(["configuration_id"], [configuration.c.id], ondelete="CASCADE"),
    schema=SCHEMA,
)

signing_key = Table(
    "signing_key",
    metadata,
    Column("key_id", Identifier, primary_key=True),
    Column("algorithm", Text, nullable=False),
    Column("public_jwk", JSONB, nullable=False),
    # The private JWK as a compact JWE under the deployment's key.
    Column("private_jwe", Text, nullable=False),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    Column("retired_at", Timestamp),
    schema=SCHEMA,
)

revision = Table(
    "revision",
    metadata,
    configuration_key(),
    Column("revision", BigInteger, nullable=False),
    schema=SCHEMA,
)
