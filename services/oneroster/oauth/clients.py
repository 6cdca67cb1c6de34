"""API clients: who may ask for a token, and whose configuration a token opens."""

import secrets
from dataclasses import dataclass

from sqlalchemy import ARRAY, Text, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.oauth.credentials import READINGS, Credentials, Presented
from shared.client_secrets import is_secret
from shared.tables import access

# One row for each id asked, found or not, so that the answer has one size in every case.
_SECRETS = text("""
    select client.configuration_id, client.client_id, client.default_limit, client.secret_hmac
    from unnest(:client_ids) with ordinality as asked (client_id, position)
    left join access.client on client.client_id = asked.client_id and client.revoked_at is null
    order by asked.position
""").bindparams(bindparam("client_ids", type_=ARRAY(Text)))
# Stands in for what no client shows. Its id is never granted: it has no row.
_NOBODY = Credentials("", "")
_DUMMY_HMAC = secrets.token_bytes(32)


@dataclass(frozen=True)
class Client:
    """A client that is not revoked."""

    configuration_id: int
    client_id: str
    default_limit: int
    bookmarks_by_clock: bool = False


async def find_client(connection: AsyncConnection, client_id: str) -> Client | None:
    """None where there is none, or it is revoked. Read for every request, so revocation holds."""
    table = access.client
    row = (
        await connection.execute(
            select(
                table.c.configuration_id,
                table.c.client_id,
                table.c.default_limit,
                table.c.bookmarks_by_clock,
            ).where(table.c.client_id == client_id, table.c.revoked_at.is_(None))
        )
    ).first()
    return None if row is None else Client(*row)


async def authenticated_client(
    connection: AsyncConnection, presented: Presented, secret_key: bytes
) -> Client | None:
    """The client whose secret was shown.

    One query, then an HMAC and a comparison for each possible reading, whether the client is
    unknown, revoked, or its secret wrong or right: the time taken tells nothing.
    """
    readings = (*presented.readings, *[_NOBODY] * READINGS)[:READINGS]
    rows = await connection.execute(
        _SECRETS, {"client_ids": [reading.client_id for reading in readings]}
    )
    found = None
    for reading, row in zip(readings, rows.all(), strict=True):
        same = is_secret(reading.client_secret, row.secret_hmac or _DUMMY_HMAC, secret_key)
        if same and row.client_id is not None and found is None:
            found = Client(row.configuration_id, row.client_id, row.default_limit)
    return found
