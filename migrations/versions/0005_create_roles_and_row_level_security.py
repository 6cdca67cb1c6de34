"""Create a login role for each part, grant it its own schema, put `roster` under row-level security.

Roles get their passwords from `migrations.runner`, never from here.
"""

import sqlalchemy as sa
from alembic import op

from shared.roles import Role, role_name

revision = "0005"
down_revision = "0004"
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
    "edition",
    "client_use",
)
# The cast makes a forgotten setting an error: compared as text it would quietly give no rows.
POLICY = "configuration_id = current_setting('rosterbridge.configuration')::integer"

GRANTS = {
    Role.INTAKE: (
        "usage on schema sis, access",
        "select, insert, update, delete on all tables in schema sis",
        "select on access.configuration, access.school, access.location, access.revision",
    ),
    Role.ENGINE: (
        "usage on schema usernames, sis, access",
        "select, insert, update on usernames.username, usernames.progress, usernames.revision",
        "select, insert on usernames.event",
        "select on all tables in schema sis",
        "select on access.configuration, access.school, access.location, access.revision",
    ),
    Role.ONEROSTER: (
        "usage on schema roster, sis, access, usernames",
        "select, insert, update, delete on all tables in schema roster",
        "select on all tables in schema sis",
        "select on all tables in schema access",
        "select on usernames.revision, usernames.progress",
        # Which names changed; the names themselves come from the engine.
        "select (configuration_id, person_id, revision) on usernames.username",
    ),
    Role.OPERATOR: (
        "usage on schema access, roster",
        "select, insert, update, delete on all tables in schema access",
        "select on roster.edition, roster.client_use",
    ),
}


def upgrade() -> None:
    database = _database()
    for role in Role:
        _create_role(role_name(database, role))
    for role, grants in GRANTS.items():
        name = _quoted(role_name(database, role))
        op.execute(f"grant connect, temporary on database {_quoted(database)} to {name}")
        for grant in grants:
            op.execute(f"grant {grant} to {name}")
    operator = _quoted(role_name(database, Role.OPERATOR))
    for role in (Role.INTAKE, Role.ENGINE):
        # An operator's command runs intake's and the engine's own code.
        op.execute(f"grant {_quoted(role_name(database, role))} to {operator}")
    for table in COLLECTIONS:
        op.execute(f"alter table roster.{table} enable row level security")
        op.execute(f"alter table roster.{table} force row level security")
        op.execute(
            f"create policy configuration on roster.{table} using ({POLICY}) with check ({POLICY})"
        )


def downgrade() -> None:
    for table in COLLECTIONS:
        op.execute(f"drop policy configuration on roster.{table}")
        op.execute(f"alter table roster.{table} no force row level security")
        op.execute(f"alter table roster.{table} disable row level security")
    for role in Role:
        name = _quoted(role_name(_database(), role))
        op.execute(f"drop owned by {name}")
        op.execute(f"drop role {name}")


def _database() -> str:
    return str(op.get_bind().execute(sa.text("select current_database()")).scalar_one())


def _quoted(name: str) -> str:
    return op.get_bind().dialect.identifier_preparer.quote_identifier(name)


def _create_role(name: str) -> None:
    exists = op.get_bind().execute(
        sa.text("select 1 from pg_roles where rolname = :name"), {"name": name}
    )
    if exists.first() is None:
        op.execute(f"create role {_quoted(name)} login")
