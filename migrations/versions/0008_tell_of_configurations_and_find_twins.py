"""Events of a configuration as a whole, names without punctuation, plans' rows in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


# A name without its punctuation: the marks are `engine.local_parts.PUNCTUATION`.
BARE = "translate(lower(local_part), '''.-_!#^~', '')"


def upgrade() -> None:
    op.alter_column("event", "person_id", nullable=True, schema="usernames")
    # A writer may have waited for his turn since his transaction began, for one whose events come
    # first.
    op.alter_column(
        "event", "at", server_default=sa.text("statement_timestamp()"), schema="usernames"
    )
    op.create_index(
        "ix_event_configuration",
        "event",
        ["configuration_id", "id"],
        schema="usernames",
        postgresql_where=sa.text("person_id is null"),
    )
    op.add_column(
        "username",
        sa.Column(
            "bare", sa.Text(collation="C"), sa.Computed(BARE, persisted=True), nullable=False
        ),
        schema="usernames",
    )
    op.create_index(
        "ix_username_bare", "username", ["configuration_id", "bare"], schema="usernames"
    )
    op.add_column("plan", sa.Column("applied_by", sa.Text()), schema="usernames")
    # No version of the engine before this one wrote a plan.
    op.add_column(
        "plan_row", sa.Column("position", sa.Integer(), nullable=False), schema="usernames"
    )
    op.create_index(
        "ix_plan_row_position",
        "plan_row",
        ["configuration_id", "plan_id", "position"],
        schema="usernames",
    )
    op.create_foreign_key(
        op.f("fk_plan_row_plan"),
        "plan_row",
        "plan",
        ["configuration_id", "plan_id"],
        ["configuration_id", "id"],
        source_schema="usernames",
        referent_schema="usernames",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_plan_row_plan"), "plan_row", schema="usernames")
    op.drop_index("ix_plan_row_position", "plan_row", schema="usernames")
    op.drop_column("plan_row", "position", schema="usernames")
    op.drop_column("plan", "applied_by", schema="usernames")
    op.drop_index("ix_username_bare", "username", schema="usernames")
    op.drop_column("username", "bare", schema="usernames")
    op.drop_index("ix_event_configuration", "event", schema="usernames")
    # Such events have no place in the older table; they are the only ones that are lost.
    op.execute("delete from usernames.event where person_id is null")
    op.alter_column("event", "at", server_default=sa.text("now()"), schema="usernames")
    op.alter_column("event", "person_id", nullable=False, schema="usernames")
