"""Turns and counters of schema `access`.

Every writer takes the turn first, so that two operators' checks (whose tenant, whose school) never
pass each other; he raises the counter of each configuration that really changed.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import notify
from shared.notifications import ACCESS_CHANNEL
from shared.tables import access

# Any number, as long as nothing else in the database locks it.
_TURN: Final = 7_264_401


async def take_turn(connection: AsyncConnection, configuration_ids: Collection[int] = ()) -> None:
    """Waits for other writers, until this transaction ends: of all of `access`, and of the
    counters of `configuration_ids`."""
    await connection.execute(text("select pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    counter = access.revision
    await connection.execute(
        select(counter.c.revision)
        .where(counter.c.configuration_id.in_(configuration_ids))
        .order_by(counter.c.configuration_id)
        .with_for_update()
    )


async def raise_counter(connection: AsyncConnection, configuration_id: int) -> None:
    """Makes what this transaction wrote of a configuration known, at the commit."""
    counter = access.revision
    await connection.execute(
        postgresql.insert(counter)
        .values(configuration_id=configuration_id, revision=1)
        .on_conflict_do_update(
            index_elements=["configuration_id"], set_={"revision": counter.c.revision + 1}
        )
    )
    await notify(connection, ACCESS_CHANNEL, str(configuration_id))
