"""Signing keys in `access.signing_key`: made, sealed and retired here, by operators only.

ES256 (RFC 7518 §3.4), since .NET and the common API gateways read it and not all of them Ed25519.
The private key is a compact JWE (dir, A256GCM; RFC 7516) under a key derived from the deployment's
secret key, so that the database alone signs nothing.
"""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey
from pydantic import SecretStr
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.tables import access

ALGORITHM = "ES256"
SETTLING_SECONDS = 60
"""A new key is published this long before it signs, so that every worker knows it by then."""
RUN_OUT_SECONDS = SETTLING_SECONDS + 86_400 + 60
"""When no token of a retired key can be alive: settling, the longest lifetime settings allow, leeway."""

_DERIVATION = b"rosterbridge access.signing_key A256GCM"
_SEAL = {"alg": "dir", "enc": "A256GCM"}


class SigningKeyError(Exception):
    """There is no signing key, or it does not open under this deployment's secret key."""


@dataclass(frozen=True)
class StoredKey:
    """A row of `access.signing_key`."""

    key_id: str
    public_jwk: dict[str, Any]
    private_jwe: str
    created_at: datetime
    retired_at: datetime | None


async def ensure_signing_key(connection: AsyncConnection, secret_key: SecretStr | bytes) -> str:
    """The id of the active key, made if there is none. For a role that may write `access`.

    Raises `SigningKeyError` where the active key was sealed under another secret key.
    """
    active = await _active_key(connection)
    if active is None:
        await _take_turns(connection)
        active = await _active_key(connection)
    if active is None:
        return await _create(connection, secret_key)
    opened(active, secret_key)
    return active.key_id


async def rotate_signing_key(connection: AsyncConnection, secret_key: SecretStr | bytes) -> str:
    """The id of a new key, which signs within a minute and a half.

    The old ones stay published until the tokens made with them have run out, and are deleted by a
    later rotation.
    """
    await _take_turns(connection)
    table = access.signing_key
    run_out = func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, RUN_OUT_SECONDS)
    await connection.execute(delete(table).where(table.c.retired_at < run_out))
    await connection.execute(
        update(table).where(table.c.retired_at.is_(None)).values(retired_at=func.clock_timestamp())
    )
    return await _create(connection, secret_key)


async def stored_keys(connection: AsyncConnection) -> list[StoredKey]:
    table = access.signing_key
    rows = await connection.execute(
        select(
            table.c.key_id,
            table.c.public_jwk,
            table.c.private_jwe,
            table.c.created_at,
            table.c.retired_at,
        ).order_by(table.c.created_at)
    )
    return [StoredKey(*row) for row in rows]


def opened(key: StoredKey, secret_key: SecretStr | bytes) -> ECKey:
    """The private key. Raises `SigningKeyError`."""
    try:
        plaintext = jwe.decrypt_compact(key.private_jwe, _sealing_key(secret_key)).plaintext
        return ECKey.import_key(json.loads(plaintext or b""))
    except (JoseError, ValueError):
        raise SigningKeyError(
            f"signing key {key.key_id} was sealed under another ROSTERBRIDGE_SECRET_KEY"
        ) from None


async def _active_key(connection: AsyncConnection) -> StoredKey | None:
    keys = await stored_keys(connection)
    return next((key for key in reversed(keys) if key.retired_at is None), None)


async def _take_turns(connection: AsyncConnection) -> None:
    # Held until the transaction ends; readers are not kept waiting. Two operators who both find no
    # key make one: the second sees the first's after the wait.
    await connection.execute(text("lock table access.signing_key in share row exclusive mode"))


async def _create(connection: AsyncConnection, secret_key: SecretStr | bytes) -> str:
    key_id = secrets.token_urlsafe(12)
    key = ECKey.generate_key("P-256", {"kid": key_id, "use": "sig", "alg": ALGORITHM})
    sealed = jwe.encrypt_compact(
        _SEAL, json.dumps(key.as_dict(private=True)).encode(), _sealing_key(secret_key)
    )
    await connection.execute(
        insert(access.signing_key).values(
            key_id=key_id,
            algorithm=ALGORITHM,
            public_jwk=key.as_dict(private=False),
            private_jwe=sealed,
            # Not the transaction's time: it may have waited for its turn, and keys have an order.
            created_at=func.clock_timestamp(),
        )
    )
    return key_id


def _sealing_key(secret_key: SecretStr | bytes) -> OctKey:
    if isinstance(secret_key, SecretStr):
        secret_key = secret_key.get_secret_value().encode()
    return OctKey.import_key(hmac.digest(secret_key, _DERIVATION, "sha256"))
