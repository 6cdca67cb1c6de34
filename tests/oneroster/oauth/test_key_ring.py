import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event

from services.oneroster.oauth.key_ring import (
    REFRESH_SECONDS,
    RELOAD_SECONDS,
    KeyRing,
    run_out,
    signing_choice,
)
from services.oneroster.oauth.keys import (
    RUN_OUT_SECONDS,
    SETTLING_SECONDS,
    SigningKeyError,
    StoredKey,
    rotate_signing_key,
)
from shared.database import Database
from tests.conftest import SECRET_KEY
from tests.oneroster.oauth.conftest import Clock

KEY = SECRET_KEY.encode()
NOW = 1_750_000_000.0


def key(key_id: str, created: float, retired: float | None = None) -> StoredKey:
    return StoredKey(
        key_id,
        {},
        "",
        datetime.fromtimestamp(created, UTC),
        None if retired is None else datetime.fromtimestamp(retired, UTC),
    )


def chosen(*keys: StoredKey) -> str | None:
    choice = signing_choice(list(keys), NOW)
    return None if choice is None else choice.key_id


def test_the_first_key_signs_at_once() -> None:
    assert chosen(key("first", NOW)) == "first"
    assert chosen() is None


def test_a_new_key_signs_when_every_worker_knows_it() -> None:
    old = key("old", NOW - 9999, NOW - SETTLING_SECONDS + 1)
    new = key("new", NOW - SETTLING_SECONDS + 1)
    assert chosen(old, new) == "old"
    assert chosen(key("first", NOW - 2, NOW - 1), key("second", NOW - 1)) == "first"
    assert chosen(old, replace(new, created_at=datetime.fromtimestamp(NOW - 60, UTC))) == "new"


def test_a_retired_key_is_kept_while_its_tokens_live() -> None:
    assert not run_out(key("active", 0), NOW)
    assert not run_out(key("retired", 0, NOW - RUN_OUT_SECONDS), NOW)
    assert run_out(key("retired", 0, NOW - RUN_OUT_SECONDS - 1), NOW)


async def test_a_worker_learns_of_a_new_key(
    oneroster_database: Database, operator_database: Database, key_id: str, clock: Clock
) -> None:
    ring = KeyRing(oneroster_database, KEY, clock)
    assert (await ring.signing_key()).key_id == key_id
    async with operator_database.transaction() as connection:
        new = await rotate_signing_key(connection, KEY)
    clock.now += REFRESH_SECONDS
    assert [published["kid"] for published in (await ring.jwks())["keys"]] == [key_id, new]
    assert (await ring.signing_key()).key_id == key_id
    clock.now += SETTLING_SECONDS
    assert (await ring.signing_key()).key_id == new
    assert await ring.verification_key(key_id) is not None
    clock.now += RUN_OUT_SECONDS
    assert await ring.verification_key(key_id) is None
    assert [published["kid"] for published in (await ring.jwks())["keys"]] == [new]


async def test_an_unknown_key_is_looked_up_at_once(
    oneroster_database: Database, operator_database: Database, key_id: str, clock: Clock
) -> None:
    ring = KeyRing(oneroster_database, KEY, clock)
    assert await ring.verification_key(key_id) is not None
    async with operator_database.transaction() as connection:
        new = await rotate_signing_key(connection, KEY)
    clock.now += RELOAD_SECONDS
    assert await ring.verification_key(new) is not None


async def test_a_service_started_before_its_first_key_finds_it(
    oneroster_database: Database, operator_database: Database, clock: Clock
) -> None:
    ring = KeyRing(oneroster_database, KEY, clock)
    with pytest.raises(SigningKeyError, match="no signing key"):
        await ring.signing_key()
    async with operator_database.transaction() as connection:
        made = await rotate_signing_key(connection, KEY)
    clock.now += RELOAD_SECONDS
    assert (await ring.signing_key()).key_id == made


async def test_invented_key_ids_do_not_reach_the_database(
    oneroster_database: Database, key_id: str, clock: Clock
) -> None:
    ring = KeyRing(oneroster_database, KEY, clock)
    statements: list[str] = []

    def record(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    try:
        found = await asyncio.gather(*(ring.verification_key(f"invented-{n}") for n in range(50)))
    finally:
        event.remove(Engine, "before_cursor_execute", record)
    assert not any(found)
    assert len(statements) == 1


async def test_a_clock_set_back_does_not_keep_old_keys(
    oneroster_database: Database, operator_database: Database, key_id: str, clock: Clock
) -> None:
    ring = KeyRing(oneroster_database, KEY, clock)
    await ring.jwks()
    async with operator_database.transaction() as connection:
        new = await rotate_signing_key(connection, KEY)
    clock.now -= 3600
    assert await ring.verification_key(new) is not None
