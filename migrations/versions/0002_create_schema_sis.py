"""Create schema sis."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create schema sis")

    op.create_table(
        "class",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("school_number", sa.Text(collation="C"), nullable=False),
        sa.Column("location_number", sa.Text(collation="C"), nullable=False),
        sa.Column("school_year", sa.Text(collation="C"), nullable=False),
        sa.Column("course_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("class_type", sa.Text(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("term_sourced_ids", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("grades", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("subjects", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("subject_codes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("periods", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('class', 'subgroup')", name=op.f("ck_class_kind")),
        sa.PrimaryKeyConstraint("configuration_id", "id", name=op.f("pk_class")),
        schema="sis",
    )
    op.create_index(
        "ix_class_revision", "class", ["configuration_id", "revision"], unique=False, schema="sis"
    )
    op.create_table(
        "class_duty",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("class_id", sa.Text(collation="C"), nullable=False),
        sa.Column("duty", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), server_default="", nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("start_date <= end_date", name=op.f("ck_class_duty_dates")),
        sa.PrimaryKeyConstraint(
            "configuration_id",
            "person_id",
            "class_id",
            "duty",
            "start_date",
            "sourced_id",
            name=op.f("pk_class_duty"),
        ),
        schema="sis",
    )
    op.create_index(
        "ix_class_duty_class",
        "class_duty",
        ["configuration_id", "class_id"],
        unique=False,
        schema="sis",
    )
    op.create_index(
        "ix_class_duty_revision",
        "class_duty",
        ["configuration_id", "revision"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "class_enrolment",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("class_id", sa.Text(collation="C"), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), server_default="", nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("start_date <= end_date", name=op.f("ck_class_enrolment_dates")),
        sa.PrimaryKeyConstraint(
            "configuration_id",
            "person_id",
            "class_id",
            "start_date",
            "sourced_id",
            name=op.f("pk_class_enrolment"),
        ),
        schema="sis",
    )
    op.create_index(
        "ix_class_enrolment_class",
        "class_enrolment",
        ["configuration_id", "class_id"],
        unique=False,
        schema="sis",
    )
    op.create_index(
        "ix_class_enrolment_revision",
        "class_enrolment",
        ["configuration_id", "revision"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "course",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("org_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("school_year_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("grades", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("subjects", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("subject_codes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("configuration_id", "sourced_id", name=op.f("pk_course")),
        schema="sis",
    )
    op.create_index(
        "ix_course_revision", "course", ["configuration_id", "revision"], unique=False, schema="sis"
    )
    op.create_table(
        "demographics",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("configuration_id", "person_id", name=op.f("pk_demographics")),
        schema="sis",
    )
    op.create_index(
        "ix_demographics_revision",
        "demographics",
        ["configuration_id", "revision"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "enrolment",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("school_number", sa.Text(collation="C"), nullable=False),
        sa.Column("location_number", sa.Text(collation="C"), nullable=False),
        sa.Column("school_year", sa.Text(collation="C"), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("start_date <= end_date", name=op.f("ck_enrolment_dates")),
        sa.PrimaryKeyConstraint(
            "configuration_id",
            "person_id",
            "school_number",
            "location_number",
            "school_year",
            "start_date",
            name=op.f("pk_enrolment"),
        ),
        schema="sis",
    )
    op.create_index(
        "ix_enrolment_location",
        "enrolment",
        ["configuration_id", "school_number", "location_number"],
        unique=False,
        schema="sis",
    )
    op.create_index(
        "ix_enrolment_revision",
        "enrolment",
        ["configuration_id", "revision"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "guardian",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("source_username", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("sms", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("configuration_id", "id", name=op.f("pk_guardian")),
        schema="sis",
    )
    op.create_index(
        "ix_guardian_revision",
        "guardian",
        ["configuration_id", "revision"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "guardianship",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("guardian_id", sa.Text(collation="C"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "configuration_id", "person_id", "guardian_id", name=op.f("pk_guardianship")
        ),
        schema="sis",
    )
    op.create_index(
        "ix_guardianship_revision",
        "guardianship",
        ["configuration_id", "revision"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "location",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("school_number", sa.Text(collation="C"), nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("main_structure", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("parent_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("served_name", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "configuration_id", "school_number", "number", name=op.f("pk_location")
        ),
        sa.UniqueConstraint(
            "configuration_id", "sourced_id", name=op.f("uq_location_configuration_id_sourced_id")
        ),
        schema="sis",
    )
    op.create_index(
        "ix_location_revision",
        "location",
        ["configuration_id", "revision"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "person",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("source_username", sa.Text(), nullable=True),
        sa.Column("middle_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("sms", sa.Text(), nullable=True),
        sa.Column("grades", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("user_flags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("configuration_id", "id", name=op.f("pk_person")),
        schema="sis",
    )
    op.create_index(
        "ix_person_revision", "person", ["configuration_id", "revision"], unique=False, schema="sis"
    )
    op.create_table(
        "revision",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", name=op.f("pk_revision")),
        schema="sis",
    )
    op.create_table(
        "school",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("configuration_id", "number", name=op.f("pk_school")),
        schema="sis",
    )
    op.create_index(
        "ix_school_revision", "school", ["configuration_id", "revision"], unique=False, schema="sis"
    )
    op.create_table(
        "school_year",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("label", sa.Text(collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("start_date <= end_date", name=op.f("ck_school_year_dates")),
        sa.PrimaryKeyConstraint("configuration_id", "sourced_id", name=op.f("pk_school_year")),
        schema="sis",
    )
    op.create_index(
        "ix_school_year_revision",
        "school_year",
        ["configuration_id", "revision"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "staff",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("school_number", sa.Text(collation="C"), nullable=False),
        sa.Column("location_number", sa.Text(collation="C"), server_default="", nullable=False),
        sa.Column("school_year", sa.Text(collation="C"), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("start_date <= end_date", name=op.f("ck_staff_dates")),
        sa.PrimaryKeyConstraint(
            "configuration_id",
            "person_id",
            "school_number",
            "location_number",
            "school_year",
            "start_date",
            name=op.f("pk_staff"),
        ),
        schema="sis",
    )
    op.create_index(
        "ix_staff_revision", "staff", ["configuration_id", "revision"], unique=False, schema="sis"
    )
    op.create_index(
        "ix_staff_school",
        "staff",
        ["configuration_id", "school_number"],
        unique=False,
        schema="sis",
    )
    op.create_table(
        "term",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("parent_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("school_year_label", sa.Text(collation="C"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("start_date <= end_date", name=op.f("ck_term_dates")),
        sa.PrimaryKeyConstraint("configuration_id", "sourced_id", name=op.f("pk_term")),
        schema="sis",
    )
    op.create_index(
        "ix_term_revision", "term", ["configuration_id", "revision"], unique=False, schema="sis"
    )


def downgrade() -> None:
    op.execute("drop schema sis cascade")
