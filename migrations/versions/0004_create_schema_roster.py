"""Create schema roster."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create schema roster")

    op.create_table(
        "academic_sessions",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("from_edition", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_edition", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "sourced_id", "from_edition", name=op.f("pk_academic_sessions")
        ),
        schema="roster",
    )
    op.create_index(
        "ix_academic_sessions_active",
        "academic_sessions",
        ["configuration_id", "sourced_id", "from_edition"],
        unique=False,
        schema="roster",
        postgresql_where="active",
    )
    op.create_index(
        "ix_academic_sessions_modified",
        "academic_sessions",
        ["configuration_id", "date_last_modified", "sourced_id"],
        unique=False,
        schema="roster",
    )
    op.create_index(
        "ix_academic_sessions_superseded",
        "academic_sessions",
        ["configuration_id", "until_edition"],
        unique=False,
        schema="roster",
        postgresql_where="until_edition is not null",
    )
    op.create_index(
        "ix_academic_sessions_tombstones",
        "academic_sessions",
        ["configuration_id", "date_last_modified"],
        unique=False,
        schema="roster",
        postgresql_where="not active and until_edition is null",
    )
    op.create_table(
        "classes",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("from_edition", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_edition", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("school_id", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "sourced_id", "from_edition", name=op.f("pk_classes")
        ),
        schema="roster",
    )
    op.create_index(
        "ix_classes_active",
        "classes",
        ["configuration_id", "sourced_id", "from_edition"],
        unique=False,
        schema="roster",
        postgresql_where="active",
    )
    op.create_index(
        "ix_classes_modified",
        "classes",
        ["configuration_id", "date_last_modified", "sourced_id"],
        unique=False,
        schema="roster",
    )
    op.create_index(
        "ix_classes_superseded",
        "classes",
        ["configuration_id", "until_edition"],
        unique=False,
        schema="roster",
        postgresql_where="until_edition is not null",
    )
    op.create_index(
        "ix_classes_tombstones",
        "classes",
        ["configuration_id", "date_last_modified"],
        unique=False,
        schema="roster",
        postgresql_where="not active and until_edition is null",
    )
    op.create_table(
        "client_use",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("first_read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", "client_id", name=op.f("pk_client_use")),
        schema="roster",
    )
    op.create_table(
        "courses",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("from_edition", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_edition", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "sourced_id", "from_edition", name=op.f("pk_courses")
        ),
        schema="roster",
    )
    op.create_index(
        "ix_courses_active",
        "courses",
        ["configuration_id", "sourced_id", "from_edition"],
        unique=False,
        schema="roster",
        postgresql_where="active",
    )
    op.create_index(
        "ix_courses_modified",
        "courses",
        ["configuration_id", "date_last_modified", "sourced_id"],
        unique=False,
        schema="roster",
    )
    op.create_index(
        "ix_courses_superseded",
        "courses",
        ["configuration_id", "until_edition"],
        unique=False,
        schema="roster",
        postgresql_where="until_edition is not null",
    )
    op.create_index(
        "ix_courses_tombstones",
        "courses",
        ["configuration_id", "date_last_modified"],
        unique=False,
        schema="roster",
        postgresql_where="not active and until_edition is null",
    )
    op.create_table(
        "demographics",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("from_edition", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_edition", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "sourced_id", "from_edition", name=op.f("pk_demographics")
        ),
        schema="roster",
    )
    op.create_index(
        "ix_demographics_active",
        "demographics",
        ["configuration_id", "sourced_id", "from_edition"],
        unique=False,
        schema="roster",
        postgresql_where="active",
    )
    op.create_index(
        "ix_demographics_modified",
        "demographics",
        ["configuration_id", "date_last_modified", "sourced_id"],
        unique=False,
        schema="roster",
    )
    op.create_index(
        "ix_demographics_superseded",
        "demographics",
        ["configuration_id", "until_edition"],
        unique=False,
        schema="roster",
        postgresql_where="until_edition is not null",
    )
    op.create_index(
        "ix_demographics_tombstones",
        "demographics",
        ["configuration_id", "date_last_modified"],
        unique=False,
        schema="roster",
        postgresql_where="not active and until_edition is null",
    )
    op.create_table(
        "edition",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sis_revision", sa.BigInteger(), nullable=False),
        sa.Column("access_revision", sa.BigInteger(), nullable=False),
        sa.Column("usernames_revision", sa.BigInteger(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("rendering", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", "number", name=op.f("pk_edition")),
        schema="roster",
    )
    op.create_table(
        "enrollments",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("from_edition", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_edition", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(collation="C"), nullable=False),
        sa.Column("user_id", sa.Text(collation="C"), nullable=False),
        sa.Column("class_id", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "sourced_id", "from_edition", name=op.f("pk_enrollments")
        ),
        schema="roster",
    )
    op.create_index(
        "ix_enrollments_active",
        "enrollments",
        ["configuration_id", "sourced_id", "from_edition"],
        unique=False,
        schema="roster",
        postgresql_where="active",
    )
    op.create_index(
        "ix_enrollments_class",
        "enrollments",
        ["configuration_id", "class_id"],
        unique=False,
        schema="roster",
    )
    op.create_index(
        "ix_enrollments_modified",
        "enrollments",
        ["configuration_id", "date_last_modified", "sourced_id"],
        unique=False,
        schema="roster",
    )
    op.create_index(
        "ix_enrollments_superseded",
        "enrollments",
        ["configuration_id", "until_edition"],
        unique=False,
        schema="roster",
        postgresql_where="until_edition is not null",
    )
    op.create_index(
        "ix_enrollments_tombstones",
        "enrollments",
        ["configuration_id", "date_last_modified"],
        unique=False,
        schema="roster",
        postgresql_where="not active and until_edition is null",
    )
    op.create_index(
        "ix_enrollments_user",
        "enrollments",
        ["configuration_id", "user_id"],
        unique=False,
        schema="roster",
    )
    op.create_table(
        "orgs",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("from_edition", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_edition", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "sourced_id", "from_edition", name=op.f("pk_orgs")
        ),
        schema="roster",
    )
    op.create_index(
        "ix_orgs_active",
        "orgs",
        ["configuration_id", "sourced_id", "from_edition"],
        unique=False,
        schema="roster",
        postgresql_where="active",
    )
    op.create_index(
        "ix_orgs_modified",
        "orgs",
        ["configuration_id", "date_last_modified", "sourced_id"],
        unique=False,
        schema="roster",
    )
    op.create_index(
        "ix_orgs_superseded",
        "orgs",
        ["configuration_id", "until_edition"],
        unique=False,
        schema="roster",
        postgresql_where="until_edition is not null",
    )
    op.create_index(
        "ix_orgs_tombstones",
        "orgs",
        ["configuration_id", "date_last_modified"],
        unique=False,
        schema="roster",
        postgresql_where="not active and until_edition is null",
    )
    op.create_table(
        "users",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("from_edition", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_edition", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(collation="C"), nullable=False),
        sa.Column("username", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "sourced_id", "from_edition", name=op.f("pk_users")
        ),
        schema="roster",
    )
    op.create_index(
        "ix_users_active",
        "users",
        ["configuration_id", "sourced_id", "from_edition"],
        unique=False,
        schema="roster",
        postgresql_where="active",
    )
    op.create_index(
        "ix_users_modified",
        "users",
        ["configuration_id", "date_last_modified", "sourced_id"],
        unique=False,
        schema="roster",
    )
    op.create_index(
        "ix_users_superseded",
        "users",
        ["configuration_id", "until_edition"],
        unique=False,
        schema="roster",
        postgresql_where="until_edition is not null",
    )
    op.create_index(
        "ix_users_tombstones",
        "users",
        ["configuration_id", "date_last_modified"],
        unique=False,
        schema="roster",
        postgresql_where="not active and until_edition is null",
    )
    op.create_index(
        "uq_users_current_username",
        "users",
        ["configuration_id", "username"],
        unique=True,
        schema="roster",
        postgresql_where="active and until_edition is null and username <> ''",
    )


def downgrade() -> None:
    op.execute("drop schema roster cascade")
