"""`rosterbridge migrate`: the database brought to this release."""

import asyncio
import os

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from cli.terminal import ExitCode, output, stop
from migrations.runner import migrate
from shared.roles import Role


def migrate_command() -> None:
    """Migrate the database of DATABASE_URL, as its owner, to the newest revision.

    ROSTERBRIDGE_INTAKE_PASSWORD, …_ENGINE_PASSWORD, …_ONEROSTER_PASSWORD and …_OPERATOR_PASSWORD,
    where they are set, become the passwords of the services' database roles.
    """
    owner_url = os.environ.get("DATABASE_URL")
    if not owner_url:
        stop(ExitCode.WRONG_USE, "DATABASE_URL: is not set")
    passwords = {role: os.environ.get(f"ROSTERBRIDGE_{role.name}_PASSWORD") for role in Role}
    try:
        asyncio.run(migrate(owner_url, {role: text for role, text in passwords.items() if text}))
    except (OSError, asyncpg.PostgresError, SQLAlchemyError) as error:
        stop(ExitCode.DATABASE_UNREACHABLE, f"The database cannot be migrated: {error}")
    output().print("The database is at the newest revision.")
