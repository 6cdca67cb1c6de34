"""Row-level security: which configuration's roster a transaction sees."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def enter(connection: AsyncConnection, configuration_id: int) -> None:
    """Lets this transaction see and write the roster of one configuration."""
    await connection.execute(
        text("select set_config('rosterbridge.configuration', :id, true)"),
        {"id": str(configuration_id)},
    )


def entering(configuration_id: int) -> str:
    """Begins a transaction that sees one configuration, in one round trip of the driver."""
    return f"begin; select set_config('rosterbridge.configuration', '{configuration_id:d}', true)"


def seeing(configuration_id: int) -> str:
    """Lets a session of the driver see one configuration until it is set otherwise."""
    return f"select set_config('rosterbridge.configuration', '{configuration_id:d}', false)"
