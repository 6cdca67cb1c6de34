"""A free name near one that is in use: `jan.peters2` for `jan.peters` (G "Foutmelding")."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.local_parts import fold, is_legal_local_part
from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.reserved import is_reserved
from services.username_engine.engine.rules import Rules
from services.username_engine.engine.suffixes import candidates
from services.username_engine.engine.usernames import Username
from services.username_engine.engine.validation import UsernameError
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.ledger import reserved_for
from shared.database import among
from shared.tables import usernames

_name = usernames.username.c
_account = usernames.tenant_account.c

_NUMBERED: Final = re.compile(r"(?P<base>.*[^0-9])(?P<number>[0-9]{1,4})", re.ASCII)
_LOOKED_UP: Final = 20
_MOST: Final = 5_000
"""Candidates before it is left to the editor."""


async def taken_error(
    connection: AsyncConnection,
    configuration: Configuration,
    person_id: str,
    typed: str,
    username: Username,
) -> UsernameError:
    """That `username` is in use, with a free one, in the same domain, as its proposal."""
    free = await _free_local_part(connection, configuration, person_id, username.local_part)
    proposal = None if free is None else Username(free, username.domain)
    return UsernameError(MessageCode.TAKEN, typed.strip(), proposal)


async def available(
    connection: AsyncConnection, configuration: Configuration, person_id: str, wished: Username
) -> Username | None:
    """`wished` or, where somebody else has it, a free name near it in the same domain."""
    if not await is_anothers_name(connection, configuration.id, person_id, wished.folded):
        return wished
    free = await _free_local_part(connection, configuration, person_id, wished.local_part)
    return None if free is None else Username(free, wished.domain)


async def is_anothers_name(
    connection: AsyncConnection, configuration_id: int, person_id: str, folded: str
) -> bool:
    """Whether it is in use by somebody else, whatever the domain (M4.1.1)."""
    found = await connection.execute(
        select(_name.person_id).where(
            _name.configuration_id == configuration_id,
            _name.folded == folded,
            _name.person_id != person_id,
        )
    )
    return found.first() is not None


async def is_anothers_account(
    connection: AsyncConnection, configuration_id: int, person_id: str, folded: str
) -> bool:
    """Whether the tenant has an account of this name that is not approved as the person's."""
    return bool(await _accounts_of_others(connection, configuration_id, person_id, [folded]))


async def _free_local_part(
    connection: AsyncConnection, configuration: Configuration, person_id: str, local_part: str
) -> str | None:
    """The first that generation could give the person: neither in use nor kept for another."""
    rules = configuration.rules
    base, first = await _series(connection, configuration.id, local_part, rules)
    limited = islice(candidates(base, configuration.maximum_length, rules, first=first), _MOST)
    while window := list(islice(limited, _LOOKED_UP)):
        folded = [fold(name) for name in window]
        barred = await _barred(connection, configuration, person_id, folded)
        for name in window:
            if fold(name) not in barred and is_legal_local_part(name):
                return name
    return None


async def _series(
    connection: AsyncConnection, configuration_id: int, local_part: str, rules: Rules
) -> tuple[str, int]:
    """The base and the first n of its candidates: where `jan.peters` is in use, `jan.peters2` goes
    on with 3; else its digits are the name's own."""
    numbered = _NUMBERED.fullmatch(local_part)
    if numbered and await _in_use(connection, configuration_id, [fold(numbered["base"])]):
        return numbered["base"], max(int(numbered["number"]) - rules.first_number + 3, 2)
    return local_part, 2


async def _barred(
    connection: AsyncConnection, configuration: Configuration, person_id: str, folded: list[str]
) -> set[str]:
    kept = await reserved_for(
        connection,
        configuration.id,
        folded,
        reuse_after_days=configuration.reuse_after_days,
        now=datetime.now(UTC),
    )
    return {
        *await _in_use(connection, configuration.id, folded),
        *(name for name, holders in kept.items() if person_id not in holders),
        *(name for name in folded if is_reserved(name, configuration.reserved_words)),
        *await _accounts_of_others(connection, configuration.id, person_id, folded),
    }


async def _in_use(
    connection: AsyncConnection, configuration_id: int, folded: Collection[str]
) -> set[str]:
    found = await connection.execute(
        select(_name.folded).where(
            _name.configuration_id == configuration_id, among(_name.folded, folded)
        )
    )
    return set(found.scalars())


async def _accounts_of_others(
    connection: AsyncConnection, configuration_id: int, person_id: str, folded: Collection[str]
) -> set[str]:
    found = await connection.execute(
        select(_account.folded_local_part).where(
            _account.configuration_id == configuration_id,
            among(_account.folded_local_part, folded),
            or_(_account.person_id.is_(None), _account.person_id != person_id),
        )
    )
    return set(found.scalars())
