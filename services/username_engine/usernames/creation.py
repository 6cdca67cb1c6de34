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
from datetime import date, datetime, time
from typing import Any

import asyncpg
import structlog
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import UsernameFormat, parse_format
from services.username_engine.usernames.candidates import candidate, candidates, touched_persons
from services.username_engine.usernames.configurations import Configuration, read_configuration
from services.username_engine.usernames.counters import (
    Counters,
    Progress,
    read_counters,
    take_turn,
    write_progress,
)
from services.username_engine.usernames.ledger import retire_leavers
from services.username_engine.usernames.locks import (
    creation_session,
    creator_of_this_process,
    lock_creation,
)
from services.username_engine.usernames.name_giving import LikelyAccounts, Naming, name_persons
from services.username_engine.usernames.naming import NewUsername
from services.username_engine.usernames.proposals import Matching, likely_accounts
from services.username_engine.usernames.staff_domains import fix_staff_domains
from shared.clock import BRUSSELS, Clock
from shared.database import Database, driver_connection
from shared.presence import ActiveYear, active_year
from shared.streaming import expect_rows_for, stream

CHUNK = 5_000
"""Names committed at once; also the most persons for whom single rows are looked up."""

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


@dataclass(frozen=True, slots=True)
class _Run:
    configuration: Configuration
    username_format: UsernameFormat
    year: ActiveYear
    reference_date: date
    counters: Counters
    now: datetime
    since: int | None
    """Only persons with data newer than this counter of `sis`; None: everyone."""

    @property
    def matching(self) -> Matching:
        return Matching(self.configuration, self.username_format, self.year, self.reference_date)

    def naming(self, accounts: LikelyAccounts) -> Naming:
        return Naming(
            self.configuration,
            self.username_format,
            self.year.start_date.year,
            self.now,
            accounts,
        )


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
            run = await _plan(connection, clock, configuration_id, reference_date)
            if isinstance(run, Created):
                return run
            await lock_creation(connection, configuration_id)
            # Whoever held the lock may have done all of it.
            run = await _plan(connection, clock, configuration_id, reference_date)
            if isinstance(run, Created):
                return run
            touched = await _touched(connection, run)
            if touched is not None:
                return await _create_for(connection, run, touched)
        async with creation_session(database, configuration_id) as session:
            async with database.transaction() as connection:
                run = await _plan(connection, clock, configuration_id, reference_date)
            if isinstance(run, Created):
                return run
            return await _create_for_everyone(database, session, run, on_progress)


async def _plan(
    connection: AsyncConnection, clock: Clock, configuration_id: int, reference_date: date | None
) -> _Run | Created:
    """What is to be done; a `Created` where nothing is."""
    # The counters before anything they count: what comes in between is then seen again.
    counters, progress = await read_counters(connection, configuration_id)
    configuration = await read_configuration(connection, configuration_id)
    year = await active_year(connection, configuration_id)
    if year is None:
        return _finished(counters, reference_date or clock.today())
    day = reference_date or year.reference_date(clock.today())
    if progress == Progress(counters, day):
        return _finished(counters, day)
    same = progress and (progress.counters.access, progress.reference_date) == (
        counters.access,
        day,
    )
    return _Run(
        configuration,
        parse_format(configuration.username_format),
        year,
        day,
        counters,
        datetime.combine(clock.today(), time.max, BRUSSELS),
        progress.counters.sis if progress and same else None,
    )


async def _touched(connection: AsyncConnection, run: _Run) -> list[str] | None:
    if run.since is None:
        return None
    return await touched_persons(connection, run.configuration.id, run.since, CHUNK)


async def _create_for(connection: AsyncConnection, run: _Run, persons: list[str]) -> Created:
    await expect_rows_for(await driver_connection(connection), persons)
    newcomers = [candidate(row) for row in await connection.execute(_candidates(run, persons))]
    made: list[NewUsername] = []
    if newcomers:
        await take_turn(connection, run.configuration.id)
        accounts = await likely_accounts(connection, run.matching, newcomers)
        made = await name_persons(connection, run.naming(accounts), newcomers)
    return await _finish(connection, run, persons, len(made), _flags(made))


async def _create_for_everyone(
    database: Database,
    session: "asyncpg.Connection[Any]",
    run: _Run,
    on_progress: Callable[[int], None] | None,
) -> Created:
    created = 0
    flags: Counter[str] = Counter()
    async with database.transaction() as connection:
        naming = run.naming(await _before_everyone(connection, run))
    async with session.transaction(isolation="repeatable_read", readonly=True):
        await expect_rows_for(session, None)
        async for rows in stream(session, _candidates(run, None), CHUNK):
            async with database.transaction() as connection:
                made = await name_persons(connection, naming, [candidate(row) for row in rows])
            created += len(made)
            flags.update(_flags(made))
            if on_progress:
                on_progress(created)
    async with database.transaction() as connection:
        await expect_rows_for(await driver_connection(connection), None)
        return await _finish(connection, run, None, created, flags)


async def _before_everyone(connection: AsyncConnection, run: _Run) -> LikelyAccounts:
    """Frees the names whose time is over, and asks the tenant's accounts about all at once."""
    await take_turn(connection, run.configuration.id)
    await expect_rows_for(await driver_connection(connection), None)
    await retire_leavers(connection, run.configuration, run.year, run.reference_date)
    return await likely_accounts(connection, run.matching, None)


async def _finish(
    connection: AsyncConnection,
    run: _Run,
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
    return _finished(run.counters, run.reference_date, created, fixed, flags)


def _candidates(run: _Run, persons: Collection[str] | None) -> Select[Any]:
    return candidates(
        run.configuration.id,
        run.year,
        run.reference_date,
        persons=persons,
        source_names_first=run.configuration.takes_over_source_names,
    )


def _flags(made: Iterable[NewUsername]) -> Counter[str]:
    return Counter(flag for name in made for flag in name.flags)


def _finished(
    counters: Counters,
    reference_date: date,
    created: int = 0,
    domains_fixed: int = 0,
    flags: Mapping[str, int] | None = None,
) -> Created:
    return Created(
        created,
        domains_fixed,
        dict(flags or {}),
        counters.sis,
        counters.access,
        reference_date,
    )
