"""API clients of configurations: made, given another secret, revoked.

No counter is raised: nothing that is published follows from them.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pydantic import SecretStr
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.access.revisions import take_turn
from cli.access.stored import known_configurations
from services.oneroster.oauth.keys import ensure_signing_key
from services.username_engine.usernames.configuration_events import record_change
from services.username_engine.usernames.events import OPERATOR
from shared.client_secrets import new_secret, secret_hmac
from shared.database import among
from shared.tables import access

DEFAULT_LIMIT: Final = 100
_ID_BYTES: Final = 4


class UnknownClientError(LookupError):
    """There is no client of this id, or it is revoked."""

    def __init__(self, client_id: str, *, revoked: bool) -> None:
        super().__init__(client_id)
        self.client_id = client_id
        self.revoked = revoked


@dataclass(frozen=True, slots=True)
class NewSecret:
    """The one moment at which a secret is known."""

    configuration: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredClient:
    configuration: str
    client_id: str
    description: str
    default_limit: int
    bookmarks_by_clock: bool
    created_at: datetime
    revoked_at: datetime | None


async def create_client(
    connection: AsyncConnection,
    configuration: str,
    secret_key: SecretStr,
    *,
    description: str,
    default_limit: int,
    bookmarks_by_clock: bool = False,
) -> NewSecret:
    """A client, and a signing key if there is none yet; raises `UnknownConfigurationsError`."""
    await take_turn(connection)
    found = (await known_configurations(connection, [configuration]))[configuration]
    await ensure_signing_key(connection, secret_key)
    new = NewSecret(configuration, f"{configuration}-{secrets.token_hex(_ID_BYTES)}", new_secret())
    await connection.execute(
        insert(access.client).values(
            configuration_id=found.id,
            client_id=new.client_id,
            description=description,
            secret_hmac=_kept(new.client_secret, secret_key),
            default_limit=default_limit,
            bookmarks_by_clock=bookmarks_by_clock,
        )
    )
    made = {
        "client_id": new.client_id,
        "description": description,
        "default_limit": default_limit,
        "bookmarks_by_clock": bookmarks_by_clock,
    }
    await record_change(connection, found.id, OPERATOR, "client create", None, made)
    return new


async def rotate_client(
    connection: AsyncConnection, client_id: str, secret_key: SecretStr
) -> NewSecret:
    """Another secret; the old one ends with the commit. Raises `UnknownClientError`."""
    await take_turn(connection)
    configuration_id, configuration = await _active_client(connection, client_id)
    new = NewSecret(configuration, client_id, new_secret())
    await connection.execute(
        update(access.client)
        .where(access.client.c.client_id == client_id)
        .values(secret_hmac=_kept(new.client_secret, secret_key))
    )
    # That there is another secret, and nothing of either.
    whose = {"client_id": client_id}
    await record_change(connection, configuration_id, OPERATOR, "client rotate", whose, whose)
    return new


async def revoke_client(connection: AsyncConnection, client_id: str) -> str:
    """Ends a client with the commit, as services read its state for every request; the
    configuration it was of.

    Raises `UnknownClientError`.
    """
    await take_turn(connection)
    configuration_id, configuration = await _active_client(connection, client_id)
    await connection.execute(
        update(access.client)
        .where(access.client.c.client_id == client_id)
        .values(revoked_at=func.clock_timestamp())
    )
    before, after = ({"client_id": client_id, "revoked": revoked} for revoked in (False, True))
    await record_change(connection, configuration_id, OPERATOR, "client revoke", before, after)
    return configuration


async def stored_clients(
    connection: AsyncConnection, configurations: Collection[str] | None = None
) -> list[StoredClient]:
    """The clients of `configurations`, or of all, revoked ones too; oldest first in each."""
    client, configuration = access.client.c, access.configuration.c
    rows = await connection.execute(
        select(
            configuration.name,
            client.client_id,
            client.description,
            client.default_limit,
            client.bookmarks_by_clock,
            client.created_at,
            client.revoked_at,
        )
        .join(access.configuration, configuration.id == client.configuration_id)
        .where(among(configuration.name, configurations))
        .order_by(configuration.name, client.created_at, client.client_id)
    )
    return [StoredClient(*row) for row in rows]


def _kept(secret: str, secret_key: SecretStr) -> bytes:
    return secret_hmac(secret, secret_key.get_secret_value().encode())


async def _active_client(connection: AsyncConnection, client_id: str) -> tuple[int, str]:
    """The configuration's id and name."""
    client, configuration = access.client.c, access.configuration.c
    row = (
        await connection.execute(
            select(configuration.id, configuration.name, client.revoked_at)
            .join(access.configuration, configuration.id == client.configuration_id)
            .where(client.client_id == client_id)
        )
    ).one_or_none()
    if row is None or row.revoked_at is not None:
        raise UnknownClientError(client_id, revoked=row is not None)
    return row.id, str(row.name)
