"""Alembic's entry point: migrates over the connection that `migrations.runner` hands it."""

import os

from alembic import context
from sqlalchemy import Connection

from migrations.env_options import OPTIONS
from shared.tables import metadata


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    migrate(connection)
else:
    # `alembic …` by hand, for developers: the same connection as the runner's.
    from migrations.runner import run_with_connection

    run_with_connection(os.environ["DATABASE_URL"], migrate)
