"""Events of a configuration as a whole; plans' rows in their order, and who applied a plan."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("event", "person_id", nullable=True, schema="usernames")
    op.create_index(
        "ix_event_configuration",
        "event",
        ["configuration_id", "id"],
        schema="usernames",
        postgresql_where=sa.text("person_id is null"),
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
    op.drop_index("ix_event_configuration", "event", schema="usernames")
    # Such events have no place in the older table; they are the only ones that are lost.
    op.execute("delete from usernames.event where person_id is null")
    op.alter_column("event", "person_id", nullable=False, schema="usernames")
