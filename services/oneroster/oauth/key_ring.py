"""The signing keys as one worker knows them: read from the database again when they may be stale."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey
from pydantic import SecretStr

from services.oneroster.oauth.keys import (
    RUN_OUT_SECONDS,
    SETTLING_SECONDS,
    SigningKeyError,
    StoredKey,
    opened,
    stored_keys,
)
from shared.database import Database

REFRESH_SECONDS = 30
"""How old the worker's knowledge may be. Well under `SETTLING_SECONDS`, or tokens would be refused."""
RELOAD_SECONDS = 1
"""An unknown key id has the keys read again, this often at most: ids come from anybody."""


@dataclass(frozen=True)
class SigningKey:
    key_id: str
    private: ECKey = field(repr=False)


class KeyRing:
    """`clock` gives seconds since 1970. Takes a database connection of its own when it reads."""

    def __init__(
        self,
        database: Database,
        secret_key: SecretStr | bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._secret_key = secret_key
        self._clock = clock
        self._reading = asyncio.Lock()
        self._read_at: float | None = None
        self._stored: dict[str, StoredKey] = {}
        self._public: dict[str, ECKey] = {}
        self._signing: SigningKey | None = None

    async def signing_key(self) -> SigningKey:
        """Raises `SigningKeyError` where there is none, or it cannot be opened."""
        await self._read_if_older_than(REFRESH_SECONDS)
        if not self._stored:
            await self._read_if_older_than(RELOAD_SECONDS)
        stored = signing_choice(list(self._stored.values()), self._clock())
        if stored is None:
            raise SigningKeyError("there is no signing key; `rosterbridge client create` makes one")
        if self._signing is None or self._signing.key_id != stored.key_id:
            self._signing = SigningKey(stored.key_id, opened(stored, self._secret_key))
        return self._signing

    async def verification_key(self, key_id: str) -> ECKey | None:
        await self._read_if_older_than(REFRESH_SECONDS)
        if key_id not in self._public:
            await self._read_if_older_than(RELOAD_SECONDS)
        return self._public.get(key_id)

    async def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The JWK Set (RFC 7517 §5): public parts only."""
        await self._read_if_older_than(REFRESH_SECONDS)
        return {"keys": [key.as_dict(private=False) for key in self._public.values()]}

    async def _read_if_older_than(self, seconds: float) -> None:
        if self._fresh(seconds):
            return
        async with self._reading:
            if self._fresh(seconds):
                return
            async with self._database.transaction() as connection:
                keys = await stored_keys(connection)
            now = self._clock()
            self._stored = {key.key_id: key for key in keys if not run_out(key, now)}
            self._public = {
                key_id: ECKey.import_key(key.public_jwk) for key_id, key in self._stored.items()
            }
            self._read_at = now

    def _fresh(self, seconds: float) -> bool:
        # A clock set back must not keep old keys: then the age is negative.
        return self._read_at is not None and 0 <= self._clock() - self._read_at < seconds


def run_out(key: StoredKey, now: float) -> bool:
    """Whether no token made with this key can still be alive."""
    return key.retired_at is not None and key.retired_at.timestamp() + RUN_OUT_SECONDS < now


def signing_choice(keys: list[StoredKey], now: float) -> StoredKey | None:
    """The newest key that all workers have had time to read; while there is none, the first."""

    def created(key: StoredKey) -> float:
        return key.created_at.timestamp()

    settled = [key for key in keys if created(key) + SETTLING_SECONDS <= now]
    if settled:
        return max(settled, key=lambda key: (key.retired_at is None, created(key)))
    return min(keys, key=created, default=None)
