"""Keep a ledger of former names, the tenant's accounts, proposals and plans; rules per configuration.

Former names are filled from the history of edits; creation then leaves them to their persons.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.roles import Role, role_name

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("former_name", "tenant_account", "proposal", "plan", "plan_row")

# Of every name an edit took away the last day; not of one that its person took back.
FORMER_NAMES = """
    insert into usernames.former_name
        (configuration_id, folded, person_id, local_part, released_at)
    select distinct on (configuration_id, lower(before ->> 'local_part') collate "C", person_id)
        configuration_id, lower(before ->> 'local_part'), person_id, before ->> 'local_part', at
    from usernames.event
    where kind = 'edited'
        and lower(before ->> 'local_part') <> lower(after ->> 'local_part')
        and not exists (
            select from usernames.username name
            where name.configuration_id = event.configuration_id
                and name.person_id = event.person_id
                and name.folded = lower(event.before ->> 'local_part')
        )
    order by
        configuration_id, lower(before ->> 'local_part') collate "C", person_id, at desc, id desc
"""


def upgrade() -> None:
    _add_rules()
    _create_former_names()
    _create_accounts()
    _create_plans()
    op.execute(FORMER_NAMES)
    engine = _role(Role.ENGINE)
    for table in TABLES:
        op.execute(f"grant select, insert, update, delete on usernames.{table} to {engine}")
    # Names whose time is over go to the ledger, and so does that of an id which the source replaced.
    op.execute(f"grant delete on usernames.username to {engine}")


def _add_rules() -> None:
    op.add_column(
        "configuration",
        sa.Column(
            "username_rules", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False
        ),
        schema="access",
    )
    op.add_column(
        "configuration",
        sa.Column(
            "reserved_words",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        schema="access",
    )
    op.add_column("configuration", sa.Column("reuse_after_days", sa.Integer()), schema="access")
    op.create_check_constraint(
        op.f("ck_configuration_reuse_after_days"),
        "configuration",
        "reuse_after_days > 0",
        schema="access",
    )


def _create_former_names() -> None:
    op.create_table(
        "former_name",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(collation="C"), nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("local_part", sa.Text(collation="C"), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "folded", "person_id", name=op.f("pk_former_name")
        ),
        schema="usernames",
    )
    op.create_index(
        "ix_former_name_person",
        "former_name",
        ["configuration_id", "person_id"],
        schema="usernames",
    )


def _create_accounts() -> None:
    op.create_table(
        "tenant_account",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_principal_name", sa.Text(collation="C"), nullable=False),
        sa.Column("local_part", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "folded_local_part",
            sa.Text(collation="C"),
            sa.Computed("lower(local_part)", persisted=True),
            nullable=False,
        ),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text()),
        sa.Column("given_name", sa.Text()),
        sa.Column("surname", sa.Text()),
        sa.Column("employee_id", sa.Text()),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "hints", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Text(collation="C")),
        sa.PrimaryKeyConstraint(
            "configuration_id", "user_principal_name", name=op.f("pk_tenant_account")
        ),
        schema="usernames",
    )
    for name, column in (("local_part", "folded_local_part"), ("name_key", "name_key")):
        op.create_index(
            f"ix_tenant_account_{name}",
            "tenant_account",
            ["configuration_id", column],
            schema="usernames",
        )
    op.create_table(
        "proposal",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("user_principal_name", sa.Text(collation="C"), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("strength in ('sure', 'likely')", name=op.f("ck_proposal_strength")),
        sa.PrimaryKeyConstraint(
            "configuration_id", "person_id", "user_principal_name", name=op.f("pk_proposal")
        ),
        schema="usernames",
    )
    op.create_index(
        "ix_proposal_account",
        "proposal",
        ["configuration_id", "user_principal_name"],
        schema="usernames",
    )


def _create_plans() -> None:
    op.create_table(
        "plan",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("sis_revision", sa.BigInteger(), nullable=False),
        sa.Column("access_revision", sa.BigInteger(), nullable=False),
        sa.Column("usernames_revision", sa.BigInteger(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("configuration_id", "id", name=op.f("pk_plan")),
        schema="usernames",
    )
    op.create_table(
        "plan_row",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Text(collation="C"), nullable=False),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("after", postgresql.JSONB()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "plan_id", "person_id", name=op.f("pk_plan_row")
        ),
        schema="usernames",
    )


def downgrade() -> None:
    op.execute(f"revoke delete on usernames.username from {_role(Role.ENGINE)}")
    for table in TABLES:
        op.drop_table(table, schema="usernames")
    op.drop_constraint(op.f("ck_configuration_reuse_after_days"), "configuration", schema="access")
    for column in ("reuse_after_days", "reserved_words", "username_rules"):
        op.drop_column("configuration", column, schema="access")


def _role(role: Role) -> str:
    database = op.get_bind().execute(sa.text("select current_database()")).scalar_one()
    return op.get_bind().dialect.identifier_preparer.quote_identifier(role_name(database, role))
