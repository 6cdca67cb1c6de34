"""A plan of the names that creation would make, to be looked at before they are there.

It is what creation does, exactly, since it is done: in a savepoint of a transaction that has taken
the creation lock and the writers' turn, and undone. A second way of finding names without writing
them would have to say anew what is free after every chunk, and could say it otherwise. The price is
that editors wait for as long as the names take to make.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import FormatError
from services.username_engine.errors import NoSchoolYearError
from services.username_engine.usernames.candidates import candidate
from services.username_engine.usernames.counters import take_turn
from services.username_engine.usernames.creation import CHUNK, before_everyone, name_newcomers
from services.username_engine.usernames.creation_run import NothingToDo, Run, read_run
from services.username_engine.usernames.events import EventKind
from services.username_engine.usernames.format_errors import InvalidFormatError
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.name_giving import name_persons
from services.username_engine.usernames.naming import NewUsername, wanted_names
from services.username_engine.usernames.plan_rows import (
    NameFields,
    PlanRow,
    Reason,
    name_fields,
    why_named,
)
from services.username_engine.usernames.plan_storage import present_basis, store_plan
from services.username_engine.usernames.plans import Draft, Plan, PlanKind
from services.username_engine.usernames.staff_domains import fix_staff_domains
from shared.clock import Clock
from shared.database import among, driver_connection
from shared.streaming import expect_rows_for, stream
from shared.tables import sis, usernames

_name = usernames.username.c
_event = usernames.event.c


async def plan_missing(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    actor: str,
    *,
    reference_date: date | None = None,
) -> Plan:
    """Stores, in the caller's transaction, what creation would do now.

    The rows are in the order of creation; after those of new names come domains that would be
    fixed, and names that would be taken from leavers. A plan for another reference date than
    today's can be applied on that date. Raises `UnknownConfigurationError`, `NoSchoolYearError` and
    `InvalidFormatError`.
    """
    await lock_creation(connection, configuration_id)
    await take_turn(connection, configuration_id)
    basis = await present_basis(connection, clock, configuration_id, reference_date)
    try:
        run = await read_run(connection, clock, configuration_id, reference_date)
    except FormatError as error:
        raise InvalidFormatError(error) from None
    if isinstance(run, NothingToDo) and run.is_without_year:
        raise NoSchoolYearError
    rows = await _rows(connection, run) if isinstance(run, Run) else []
    draft = Draft(PlanKind.GENERATE, basis, {}, rows, {})
    return await store_plan(connection, clock, configuration_id, draft, actor)


@dataclass(frozen=True, slots=True)
class _Done:
    """What a run did before it was undone."""

    made: list[NewUsername]
    fixed: dict[str, NameFields]
    """The names as they are with their domains, by person."""
    retired: list[str]


async def _rows(connection: AsyncConnection, run: Run) -> list[PlanRow]:
    savepoint = await connection.begin_nested()
    try:
        done = await _do(connection, run)
    finally:
        await savepoint.rollback()
    configuration_id = run.configuration.id
    before = await read_fields(connection, configuration_id, [*done.fixed, *done.retired])
    reasons = await _reasons(connection, run, done.made)
    return [
        *(
            PlanRow(name.person_id, None, name_fields(name), reason)
            for name, reason in zip(done.made, reasons, strict=True)
        ),
        *(
            PlanRow(person, before[person], after, Reason.DOMAIN_FIXED)
            for person, after in done.fixed.items()
        ),
        *(PlanRow(person, before[person], None, Reason.RETIRED) for person in done.retired),
    ]


async def _do(connection: AsyncConnection, run: Run) -> _Done:
    configuration_id = run.configuration.id
    last = await _last_event(connection, configuration_id)
    touched = await run.touched(connection)
    if touched is None:
        made = await _name_everyone(connection, run)
    else:
        made = await name_newcomers(connection, run, touched)
    await fix_staff_domains(connection, run.configuration, run.year, run.reference_date, touched)
    fixed = await _concerned(connection, configuration_id, last, EventKind.DOMAIN_FIXED)
    return _Done(
        made,
        await read_fields(connection, configuration_id, fixed),
        await _concerned(connection, configuration_id, last, EventKind.RESERVED),
    )


async def _name_everyone(connection: AsyncConnection, run: Run) -> list[NewUsername]:
    naming = run.naming(await before_everyone(connection, run))
    driver = await driver_connection(connection)
    await expect_rows_for(driver, None)
    made: list[NewUsername] = []
    # The cursor sees what there was when it was opened, whatever is written meanwhile.
    async for rows in stream(driver, run.candidates(None), CHUNK):
        made += await name_persons(connection, naming, [candidate(row) for row in rows])
    return made


async def _last_event(connection: AsyncConnection, configuration_id: int) -> int:
    found = await connection.execute(
        select(func.max(_event.id)).where(_event.configuration_id == configuration_id)
    )
    return found.scalar() or 0


async def _concerned(
    connection: AsyncConnection, configuration_id: int, last: int, kind: EventKind
) -> list[str]:
    """Of whom there are events of the kind after `last`: all ours, as nobody else has the turn."""
    found = await connection.execute(
        select(_event.person_id)
        .where(
            _event.configuration_id == configuration_id,
            _event.id > last,
            _event.kind == kind.value,
            _event.person_id.is_not(None),
        )
        .order_by(_event.id)
    )
    return list(found.scalars())


async def read_fields(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str]
) -> dict[str, NameFields]:
    """What the names of `persons` hold, by person in the order of their ids."""
    found = await connection.execute(
        select(_name.person_id, _name.local_part, _name.domain, _name.sync, _name.flags, _name.rule)
        .where(_name.configuration_id == configuration_id, among(_name.person_id, persons))
        .order_by(_name.person_id)
    )
    keys = ("local_part", "domain", "sync", "flags", "rule")
    return {person: dict(zip(keys, fields, strict=True)) for person, *fields in found}


async def _reasons(
    connection: AsyncConnection, run: Run, made: Collection[NewUsername]
) -> list[Reason]:
    person = sis.person.c
    found = await connection.execute(
        select(person.id, person.given_name, person.family_name).where(
            person.configuration_id == run.configuration.id,
            among(person.id, [name.person_id for name in made]),
        )
    )
    official = {person_id: (given, family) for person_id, given, family in found}
    reasons: list[Reason] = []
    for name in made:
        wanted = wanted_names(
            *official[name.person_id],
            name.person_id,
            run.configuration,
            run.username_format,
            run.year.start_date.year,
        )
        reasons.append(why_named(name, wanted, run.configuration.maximum_length))
    return reasons
