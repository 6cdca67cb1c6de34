import asyncio

import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr
from sqlalchemy import func, select, update
from sqlalchemy.exc import ProgrammingError

from services.oneroster.oauth.keys import (
    RUN_OUT_SECONDS,
    SigningKeyError,
    StoredKey,
    ensure_signing_key,
    opened,
    rotate_signing_key,
    stored_keys,
)
from shared.database import Database
from shared.tables import access
from tests.conftest import SECRET_KEY

KEY = SECRET_KEY.encode()


async def ensured(database: Database, secret_key: SecretStr | bytes = KEY) -> str:
    async with database.transaction() as connection:
        return await ensure_signing_key(connection, secret_key)


async def rotated(database: Database) -> str:
    async with database.transaction() as connection:
        return await rotate_signing_key(connection, KEY)


async def stored(database: Database) -> list[StoredKey]:
    async with database.transaction() as connection:
        return await stored_keys(connection)


async def test_a_key_is_made_once(operator_database: Database) -> None:
    first = await ensured(operator_database)
    assert await ensured(operator_database, SecretStr(SECRET_KEY)) == first
    assert [key.key_id for key in await stored(operator_database)] == [first]


async def test_many_operators_at_once_end_with_one_key(operator_database: Database) -> None:
    made = await asyncio.gather(*(ensured(operator_database) for _ in range(16)))
    assert len(set(made)) == 1
    assert len(await stored(operator_database)) == 1


async def test_rotations_at_once_leave_one_active_key(operator_database: Database) -> None:
    await ensured(operator_database)
    made = await asyncio.gather(*(rotated(operator_database) for _ in range(4)))
    keys = await stored(operator_database)
    assert {key.key_id for key in keys} >= set(made)
    assert [key.key_id for key in keys if key.retired_at is None] == [keys[-1].key_id]


async def test_a_rotation_deletes_keys_whose_tokens_have_run_out(
    operator_database: Database,
) -> None:
    first = await ensured(operator_database)
    second = await rotated(operator_database)
    long_ago = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, RUN_OUT_SECONDS + 1)
    async with operator_database.transaction() as connection:
        await connection.execute(
            update(access.signing_key)
            .where(access.signing_key.c.key_id == first)
            .values(retired_at=long_ago)
        )
    third = await rotated(operator_database)
    assert [key.key_id for key in await stored(operator_database)] == [second, third]


async def test_the_private_key_is_sealed_under_the_secret_key(operator_database: Database) -> None:
    await ensured(operator_database)
    (key,) = await stored(operator_database)
    assert set(key.public_jwk) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert key.private_jwe.count(".") == 4
    assert "d" in opened(key, KEY).as_dict(private=True)
    assert ECKey.import_key(key.public_jwk).as_dict(private=False) == key.public_jwk
    with pytest.raises(SigningKeyError, match=key.key_id):
        opened(key, b"another secret key of at least 32 characters")


async def test_another_secret_key_is_noticed_and_makes_no_second_key(
    operator_database: Database,
) -> None:
    await ensured(operator_database)
    with pytest.raises(SigningKeyError, match="ROSTERBRIDGE_SECRET_KEY"):
        await ensured(operator_database, b"another secret key of at least 32 characters")
    assert len(await stored(operator_database)) == 1


async def test_the_service_itself_can_make_no_key(
    oneroster_database: Database, owner: Database
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await ensured(oneroster_database)
    async with owner.transaction() as connection:
        count = await connection.scalar(select(func.count()).select_from(access.signing_key))
    assert count == 0
