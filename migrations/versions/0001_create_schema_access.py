"""Create schema access."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create schema access")

    op.create_table(
        "configuration",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("active_school_year", sa.Text(collation="C"), nullable=False),
        sa.Column("username_format", sa.Text(), nullable=False),
        sa.Column("username_maximum_length", sa.Integer(), nullable=False),
        sa.Column("student_domain_policy", sa.Text(), nullable=False),
        sa.Column("staff_domain_policy", sa.Text(), nullable=False),
        sa.Column("usernames_from_source", sa.Text(), nullable=False),
        sa.Column("verified_domains", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("future_students", sa.Boolean(), nullable=False),
        sa.Column("class_title_format", sa.Text(), nullable=False),
        sa.Column("enabled_user", sa.Boolean(), nullable=False),
        sa.Column("keep_guardians", sa.Boolean(), nullable=False),
        sa.Column("keep_demographics", sa.Boolean(), nullable=False),
        sa.Column("keep_user_flags", sa.Boolean(), nullable=False),
        sa.Column("removal_limit_percent", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "staff_domain_policy in ('tenant', 'provider')",
            name=op.f("ck_configuration_staff_domain_policy"),
        ),
        sa.CheckConstraint(
            "student_domain_policy in ('tenant', 'provider')",
            name=op.f("ck_configuration_student_domain_policy"),
        ),
        sa.CheckConstraint(
            "usernames_from_source in ('ignore', 'take_over')",
            name=op.f("ck_configuration_from_source"),
        ),
        sa.CheckConstraint(
            "removal_limit_percent between 0 and 100",
            name=op.f("ck_configuration_removal_limit_percent"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configuration")),
        sa.UniqueConstraint("name", name=op.f("uq_configuration_name")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_configuration_tenant_id")),
        schema="access",
    )
    op.create_table(
        "revision",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", name=op.f("pk_revision")),
        schema="access",
    )
    op.create_table(
        "signing_key",
        sa.Column("key_id", sa.Text(collation="C"), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("public_jwk", postgresql.JSONB(), nullable=False),
        sa.Column("private_jwe", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_key")),
        schema="access",
    )
    op.create_table(
        "client",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("secret_hmac", sa.LargeBinary(), nullable=False),
        sa.Column("default_limit", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["configuration_id"],
            ["access.configuration.id"],
            name=op.f("fk_client_configuration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("configuration_id", "client_id", name=op.f("pk_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_client_client_id")),
        schema="access",
    )
    op.create_table(
        "school",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("staff_domain", sa.Text(), nullable=True),
        sa.Column("student_domain", sa.Text(), nullable=True),
        sa.Column("sync_by_default", sa.Boolean(), nullable=False),
        sa.Column("all_locations", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["configuration_id"],
            ["access.configuration.id"],
            name=op.f("fk_school_configuration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("configuration_id", "number", name=op.f("pk_school")),
        sa.UniqueConstraint("number", name=op.f("uq_school_number")),
        schema="access",
    )
    op.create_table(
        "location",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("school_number", sa.Text(collation="C"), nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("student_domain", sa.Text(), nullable=True),
        sa.Column("sync_by_default", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["configuration_id", "school_number"],
            ["access.school.configuration_id", "access.school.number"],
            name=op.f("fk_location_configuration_id_school_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "configuration_id", "school_number", "number", name=op.f("pk_location")
        ),
        schema="access",
    )


def downgrade() -> None:
    op.execute("drop schema access cascade")
