"""Create schema usernames."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create schema usernames")

    op.create_table(
        "event",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("configuration_id", "id", name=op.f("pk_event")),
        schema="usernames",
    )
    op.create_index(
        "ix_event_person",
        "event",
        ["configuration_id", "person_id", "id"],
        unique=False,
        schema="usernames",
    )
    op.create_table(
        "progress",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sis_revision", sa.BigInteger(), nullable=False),
        sa.Column("access_revision", sa.BigInteger(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", name=op.f("pk_progress")),
        schema="usernames",
    )
    op.create_table(
        "revision",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", name=op.f("pk_revision")),
        schema="usernames",
    )
    op.create_table(
        "username",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("local_part", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "folded",
            sa.Text(collation="C"),
            sa.Computed("lower(local_part)", persisted=True),
            nullable=False,
        ),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("sync", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", "person_id", name=op.f("pk_username")),
        sa.UniqueConstraint(
            "configuration_id", "folded", name=op.f("uq_username_configuration_id_folded")
        ),
        schema="usernames",
    )
    op.create_index(
        "ix_username_revision",
        "username",
        ["configuration_id", "revision"],
        unique=False,
        schema="usernames",
    )


def downgrade() -> None:
    op.execute("drop schema usernames cascade")
