"""Publish fields and the JSON of OneRoster 1.2 beside each object; keep pulls and sources' staff roles.

Rows that are there keep empty columns until they are published again, which the release's new
rendering does for all that is active.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.roles import Role, role_name

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLLECTIONS = (
    "academic_sessions",
    "orgs",
    "courses",
    "classes",
    "users",
    "enrollments",
    "demographics",
)
ENROLLMENT_COLUMNS = ("school_id", "begin_date", "end_date")
PULL_TABLES = ("pull", "pull_token", "pull_key", "client_bookmark")
POLICY = "configuration_id = current_setting('rosterbridge.configuration')::integer"


def upgrade() -> None:
    for table in COLLECTIONS:
        op.add_column(table, sa.Column("body_v1p2", sa.LargeBinary()), schema="roster")
        op.add_column(table, sa.Column("fields", postgresql.JSONB()), schema="roster")
        _index_active(table, ["until_edition", *(["role"] if table == "users" else [])])
    for name in ENROLLMENT_COLUMNS:
        op.add_column(
            "enrollments",
            sa.Column(name, sa.Text(collation="C"), nullable=False, server_default=""),
            schema="roster",
        )
        op.alter_column("enrollments", name, server_default=None, schema="roster")
    for table in ("enrollments", "classes"):
        op.create_index(
            f"ix_{table}_school", table, ["configuration_id", "school_id"], schema="roster"
        )
    op.add_column(
        "staff",
        sa.Column(
            "roles", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        schema="sis",
    )
    op.add_column("guardian", sa.Column("identifier", sa.Text()), schema="sis")
    op.create_index(
        "ix_guardianship_guardian",
        "guardianship",
        ["configuration_id", "guardian_id"],
        schema="sis",
    )
    op.add_column(
        "client",
        sa.Column("bookmarks_by_clock", sa.Boolean(), server_default=sa.false(), nullable=False),
        schema="access",
    )
    _create_pulls()
    oneroster, operator = _role(Role.ONEROSTER), _role(Role.OPERATOR)
    for table in PULL_TABLES:
        op.execute(f"grant select, insert, update, delete on roster.{table} to {oneroster}")
        op.execute(f"alter table roster.{table} enable row level security")
        op.execute(f"alter table roster.{table} force row level security")
        op.execute(
            f"create policy configuration on roster.{table} using ({POLICY}) with check ({POLICY})"
        )
    op.execute(f"grant select on roster.pull to {operator}")


def _create_pulls() -> None:
    op.create_table(
        "pull",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", "id", name=op.f("pk_pull")),
        schema="roster",
    )
    op.create_index(
        "ix_pull_client", "pull", ["configuration_id", "client_id", "opened_at"], schema="roster"
    )
    op.create_index(
        "ix_pull_kind",
        "pull",
        ["configuration_id", "client_id", "kind", "opened_at"],
        schema="roster",
    )
    op.create_table(
        "pull_token",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_id", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pull_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("configuration_id", "token_id", "kind", name=op.f("pk_pull_token")),
        schema="roster",
    )
    op.create_table(
        "pull_key",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pull_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("begun", sa.Text(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("bookmark", sa.DateTime(timezone=True)),
        sa.CheckConstraint("begun in ('no', 'probe', 'page')", name=op.f("ck_pull_key_begun")),
        sa.PrimaryKeyConstraint("configuration_id", "pull_id", "key", name=op.f("pk_pull_key")),
        schema="roster",
    )
    op.create_table(
        "client_bookmark",
        sa.Column("configuration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("list", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bookmark", sa.DateTime(timezone=True)),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "configuration_id", "client_id", "list", name=op.f("pk_client_bookmark")
        ),
        schema="roster",
    )


def downgrade() -> None:
    for table in PULL_TABLES:
        op.drop_table(table, schema="roster")
    op.drop_column("client", "bookmarks_by_clock", schema="access")
    op.drop_index("ix_guardianship_guardian", "guardianship", schema="sis")
    op.drop_column("guardian", "identifier", schema="sis")
    op.drop_column("staff", "roles", schema="sis")
    for table in ("enrollments", "classes"):
        op.drop_index(f"ix_{table}_school", table, schema="roster")
    for name in ENROLLMENT_COLUMNS:
        op.drop_column("enrollments", name, schema="roster")
    for table in COLLECTIONS:
        _index_active(table, [])
        op.drop_column(table, "fields", schema="roster")
        op.drop_column(table, "body_v1p2", schema="roster")


def _index_active(table: str, included: list[str]) -> None:
    op.drop_index(f"ix_{table}_active", table, schema="roster")
    op.create_index(
        f"ix_{table}_active",
        table,
        ["configuration_id", "sourced_id", "from_edition"],
        schema="roster",
        postgresql_where="active",
        postgresql_include=included,
    )


def _role(role: Role) -> str:
    database = op.get_bind().execute(sa.text("select current_database()")).scalar_one()
    return op.get_bind().dialect.identifier_preparer.quote_identifier(role_name(database, role))
