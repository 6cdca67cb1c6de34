"""Making the usernames that are missing (M4.1.1, M4.2; docs/domain.md, "Usernames: creation").

One creator at a time per configuration, by an advisory lock, so that the order of names is that of
one run. It is held by the transaction where a few persons changed; where everyone is looked at, by
a session that also holds the snapshot the candidates are read in, while chunks of them are written
and committed one by one: a run of a million names neither locks out editors for minutes nor is
lost by a crash. Editors are not shut out: every writer takes his turn by the row of
usernames.revision for one short transaction, and the unique index has the last word. Locks are
always taken in this order (advisory, then turn), so none waits in a circle.

`usernames.progress` says for which counters and which reference date names are complete. It is
written with the last name, so a crash before that leaves it behind, and the sweep sees it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.usernames.candidates import candidate
from services.username_engine.usernames.counters import (
    Progress,
    raise_counter,
    take_turn,
    write_progress,
)
from services.username_engine.usernames.creation_run import NothingToDo, Run, read_run
from services.username_engine.usernames.ledger import retire_leavers
from services.username_engine.usernames.locks import (
    creation_session,
    creator_of_this_process,
    lock_creation,
)
from services.username_engine.usernames.name_giving import LikelyAccounts, name_persons
from services.username_engine.usernames.naming import NewUsername
from services.username_engine.usernames.proposals import likely_accounts
from services.username_engine.usernames.staff_domains import fix_staff_domains
from shared.clock import Clock
from shared.database import Database, driver_connection
from shared.streaming import expect_rows_for, stream

CHUNK = 5_000
"""Names committed at once."""

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Created:
    """What a run did: names are complete for these counters on this reference date."""

    created: int
    domains_fixed: int
    flags: Mapping[str, int]
    sis_revision: int
    access_revision: int
    reference_date: date


async def create_missing(
    database: Database,
    clock: Clock,
    configuration_id: int,
    *,
    reference_date: date | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Created:
    """A username for everyone who should have one on the reference date and has none.

    `reference_date` is publication's where it asks, else today's (held inside the school year).
    `on_progress` is told the number of names made so far. Returns once names are complete for
    counters at least as new as at the call; raises `UnknownConfigurationError`, and `FormatError` if
    the configuration's format is none.
    """
    async with creator_of_this_process(configuration_id):
        async with database.transaction() as connection:
            run = await read_run(connection, clock, configuration_id, reference_date)
            if isinstance(run, NothingToDo):
                return _created(run)
            await lock_creation(connection, configuration_id)
            # Whoever held the lock may have done all of it.
            run = await read_run(connection, clock, configuration_id, reference_date)
            if isinstance(run, NothingToDo):
                return _created(run)
            touched = await run.touched(connection)
            if touched is not None:
                made = await name_newcomers(connection, run, touched)
                return await _finish(connection, run, touched, len(made), _flags(made))
        async with creation_session(database, configuration_id) as session:
            async with database.transaction() as connection:
                run = await read_run(connection, clock, configuration_id, reference_date)
            if isinstance(run, NothingToDo):
                return _created(run)
            return await _create_for_everyone(database, session, run, on_progress)


async def name_newcomers(
    connection: AsyncConnection, run: Run, persons: Collection[str]
) -> list[NewUsername]:
    """Those of `persons` who have no name and should have one."""
    await expect_rows_for(await driver_connection(connection), persons)
    newcomers = [candidate(row) for row in await connection.execute(run.candidates(persons))]
    if not newcomers:
        return []
    await take_turn(connection, run.configuration.id)
    accounts = await likely_accounts(connection, run.matching, newcomers)
    return await name_persons(connection, run.naming(accounts), newcomers)


async def _create_for_everyone(
    database: Database,
    session: "asyncpg.Connection[Any]",
    run: Run,
    on_progress: Callable[[int], None] | None,
) -> Created:
    created = 0
    flags: Counter[str] = Counter()
    async with session.transaction(isolation="repeatable_read", readonly=True):
        await expect_rows_for(session, None)
        # The first question fixes the snapshot: whom the tenant's accounts are compared with below
        # are these persons and later ones, and never fewer.
        await session.fetchval("select 1")
        async with database.transaction() as connection:
            naming = run.naming(await before_everyone(connection, run))
        async for rows in stream(session, run.candidates(None), CHUNK):
            async with database.transaction() as connection:
                made = await name_persons(connection, naming, [candidate(row) for row in rows])
            created += len(made)
            flags.update(_flags(made))
            if on_progress:
                on_progress(created)
    async with database.transaction() as connection:
        await expect_rows_for(await driver_connection(connection), None)
        return await _finish(connection, run, None, created, flags)


async def before_everyone(connection: AsyncConnection, run: Run) -> LikelyAccounts:
    """Frees the names whose time is over, and asks the tenant's accounts about all at once."""
    revision = await take_turn(connection, run.configuration.id)
    await expect_rows_for(await driver_connection(connection), None)
    if await retire_leavers(connection, run.configuration, run.year, run.reference_date):
        await raise_counter(connection, run.configuration.id, revision)
    return await likely_accounts(connection, run.matching, None)


async def _finish(
    connection: AsyncConnection,
    run: Run,
    persons: Collection[str] | None,
    created: int,
    flags: Mapping[str, int],
) -> Created:
    configuration = run.configuration
    fixed = await fix_staff_domains(
        connection, configuration, run.year, run.reference_date, persons
    )
    progress = Progress(run.counters, run.reference_date)
    await write_progress(connection, configuration.id, progress)
    if created or fixed:
        _log.info(
            "usernames.created",
            configuration=configuration.id,
            created=created,
            domains_fixed=fixed,
            flags=dict(flags),
        )
    return _created(run, created, fixed, flags)


def _flags(made: Iterable[NewUsername]) -> Counter[str]:
    return Counter(flag for name in made for flag in name.flags)


def _created(
    run: Run | NothingToDo,
    created: int = 0,
    domains_fixed: int = 0,
    flags: Mapping[str, int] | None = None,
) -> Created:
    return Created(
        created,
        domains_fixed,
        dict(flags or {}),
        run.counters.sis,
        run.counters.access,
        run.reference_date,
    )
