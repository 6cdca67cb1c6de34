"""Schema `usernames`: the names, what happened to them, and how far creation has come.

Beside the names there are: the ledger of those that persons had before, the accounts that the
tenant has, whose they probably are, and plans of changes to many names.

Written by the username engine alone.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
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
    # Without punctuation, as names are easily taken for each other: `o.neil`, `oneil`.
    Column(
        "bare",
        Identifier,
        Computed("translate(lower(local_part), '''.-_!#^~', '')", persisted=True),
        nullable=False,
    ),
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
    Index("ix_username_bare", "configuration_id", "bare"),
    schema=SCHEMA,
)

event = Table(
    "event",
    metadata,
    configuration_key(),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    # Null: it concerns the configuration as a whole.
    Column("person_id", Identifier),
    # Not the transaction's: it may have waited for another's, whose events come first.
    Column("at", Timestamp, nullable=False, server_default=func.statement_timestamp()),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("rule", Text),
    Index("ix_event_person", "configuration_id", "person_id", "id"),
    Index(
        "ix_event_configuration",
        "configuration_id",
        "id",
        postgresql_where=text("person_id is null"),
    ),
    schema=SCHEMA,
)

# The ledger: names that their persons no longer have, and which stay theirs.
former_name = Table(
    "former_name",
    metadata,
    configuration_key(),
    identifier_key("folded"),
    identifier_key("person_id"),
    Column("local_part", Identifier, nullable=False),
    Column("released_at", Timestamp, nullable=False),
    Index("ix_former_name_person", "configuration_id", "person_id"),
    schema=SCHEMA,
)

# Accounts of the tenant, as the Entra admin centre exported them.
tenant_account = Table(
    "tenant_account",
    metadata,
    configuration_key(),
    # In lower case, as Entra compares it.
    identifier_key("user_principal_name"),
    Column("local_part", Identifier, nullable=False),
    Column(
        "folded_local_part",
        Identifier,
        Computed("lower(local_part)", persisted=True),
        nullable=False,
    ),
    Column("domain", Text, nullable=False),
    Column("display_name", Text),
    Column("given_name", Text),
    Column("surname", Text),
    Column("employee_id", Text),
    # Given name and surname as plain words in the order of the alphabet, whatever theirs was.
    Column("name_key", Identifier, nullable=False),
    # Words in which a class or a birth year may be recognised; in lower case.
    Column("hints", ARRAY(Text), nullable=False, server_default="{}"),
    Column("imported_at", Timestamp, nullable=False),
    # Whose it is, once somebody approved it.
    Column("person_id", Identifier),
    Index("ix_tenant_account_local_part", "configuration_id", "folded_local_part"),
    Index("ix_tenant_account_name_key", "configuration_id", "name_key"),
    schema=SCHEMA,
)

# The account that is probably a person's, until it is approved; several where none stands out.
proposal = Table(
    "proposal",
    metadata,
    configuration_key(),
    identifier_key("person_id"),
    identifier_key("user_principal_name"),
    Column("strength", Text, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("strength in ('sure', 'likely')", name="strength"),
    Index("ix_proposal_account", "configuration_id", "user_principal_name"),
    schema=SCHEMA,
)

# What would become of names, and the data it was made from: applied as it is or not at all.
plan = Table(
    "plan",
    metadata,
    configuration_key(),
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("made_at", Timestamp, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("sis_revision", BigInteger, nullable=False),
    Column("access_revision", BigInteger, nullable=False),
    Column("usernames_revision", BigInteger, nullable=False),
    Column("reference_date", Date, nullable=False),
    Column("parameters", JSONB, nullable=False, server_default="{}"),
    Column("applied_at", Timestamp),
    Column("applied_by", Text),
    schema=SCHEMA,
)
plan_row = Table(
    "plan_row",
    metadata,
    configuration_key(),
    Column("plan_id", Uuid, primary_key=True),
    identifier_key("person_id"),
    Column("position", Integer, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(
        ["configuration_id", "plan_id"],
        [f"{SCHEMA}.plan.configuration_id", f"{SCHEMA}.plan.id"],
        name="fk_plan_row_plan",
        ondelete="CASCADE",
    ),
    Index("ix_plan_row_position", "configuration_id", "plan_id", "position"),
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
