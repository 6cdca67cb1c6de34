"""Row-level security: which configuration's roster a transaction sees."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def enter(connection: AsyncConnection, configuration_id: int) -> None:
    """Lets this transaction see and write the roster of one configuration."""
    await connection.execute(
        text("select set_config('rosterbridge.configuration', :id, true)"),
        {"id": str(configuration_id)},
    )
