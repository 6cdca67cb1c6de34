"""Free names for a list of persons, stored with their history in the caller's transaction."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.usernames import Username
from services.username_engine.usernames.allocation import LookUp, allocate
from services.username_engine.usernames.candidates import Candidate
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import ENGINE, EventKind, record_operation
from services.username_engine.usernames.naming import (
    NameFlag,
    NewUsername,
    SourceName,
    base_name,
    new_username,
    source_name,
    taken_over,
)
from shared.database import among, driver_connection
from shared.tables import usernames

_COLUMNS = [
    "configuration_id",
    "person_id",
    "local_part",
    "domain",
    "sync",
    "flags",
    "rule",
    "revision",
]

_name = usernames.username.c


async def name_persons(
    connection: AsyncConnection,
    configuration: Configuration,
    username_format: UsernameFormat,
    persons: Sequence[Candidate],
) -> list[NewUsername]:
    """Names the persons, in their order, and stores the names with their history."""
    if not persons:
        return []
    revision = await take_turn(connection, configuration.id)
    while True:
        made = await _names(connection, configuration, username_format, persons)
        try:
            async with connection.begin_nested():
                await _store(connection, configuration.id, revision, made)
            break
        except asyncpg.UniqueViolationError:
            # Somebody wrote a name without waiting for his turn. It is committed by now, so the
            # next look sees it: a lost race takes the next suffix and never fails.
            persons = await _still_nameless(connection, configuration.id, persons)
    if made:
        await record_operation(connection, configuration.id, revision, EventKind.CREATED, ENGINE)
        await raise_counter(connection, configuration.id, revision)
    return made


async def _names(
    connection: AsyncConnection,
    configuration: Configuration,
    username_format: UsernameFormat,
    persons: Sequence[Candidate],
) -> list[NewUsername]:
    in_use = partial(_in_use, connection, configuration.id)
    taken: set[str] = set()
    made: list[NewUsername] = []
    refused: dict[str, tuple[str, ...]] = {}
    if configuration.takes_over_source_names:
        made, refused = await _take_over(configuration, persons, in_use, taken)
    named = {name.person_id for name in made}
    rest = [person for person in persons if person.person_id not in named]
    bases = [base_name(person, username_format) for person in rest]
    local_parts = await allocate(
        [base for base, _ in bases], configuration.maximum_length, in_use, taken
    )
    made.extend(
        new_username(
            person,
            configuration,
            local_part,
            (*refused.get(person.person_id, ()), *flags),
        )
        for person, local_part, (_, flags) in zip(rest, local_parts, bases, strict=True)
    )
    return made


async def _take_over(
    configuration: Configuration, persons: Iterable[Candidate], in_use: LookUp, taken: set[str]
) -> tuple[list[NewUsername], dict[str, tuple[str, ...]]]:
    """The names that come from the source, and by person why others do not.

    Before any name is generated: an account has it already, and must not go to another person.
    """
    found: list[tuple[Candidate, SourceName, Username | None]] = []
    for person in persons:
        if person.source_username:
            name = source_name(person, configuration)
            found.append((person, name, name.username))
    taken.update(await in_use([username.folded for _, _, username in found if username]))
    made: list[NewUsername] = []
    refused: dict[str, tuple[str, ...]] = {}
    for person, name, username in found:
        if username is None:
            refused[person.person_id] = name.flags
        elif username.folded in taken:
            refused[person.person_id] = (NameFlag.SOURCE_NAME_TAKEN,)
        else:
            taken.add(username.folded)
            made.append(taken_over(person, name, username))
    return made, refused


async def _in_use(
    connection: AsyncConnection, configuration_id: int, folded: Collection[str]
) -> Collection[str]:
    statement = select(_name.folded).where(
        _name.configuration_id == configuration_id, among(_name.folded, folded)
    )
    return (await connection.execute(statement)).scalars().all()


async def _still_nameless(
    connection: AsyncConnection, configuration_id: int, persons: Sequence[Candidate]
) -> list[Candidate]:
    statement = select(_name.person_id).where(
        _name.configuration_id == configuration_id,
        among(_name.person_id, [person.person_id for person in persons]),
    )
    named = set((await connection.execute(statement)).scalars())
    return [person for person in persons if person.person_id not in named]


async def _store(
    connection: AsyncConnection, configuration_id: int, revision: int, made: Iterable[NewUsername]
) -> None:
    driver = await driver_connection(connection)
    await driver.copy_records_to_table(
        usernames.username.name,
        schema_name=usernames.SCHEMA,
        columns=_COLUMNS,
        records=[
            (
                configuration_id,
                name.person_id,
                name.username.local_part,
                name.username.domain,
                name.sync,
                list(name.flags),
                name.rule,
                revision,
            )
            for name in made
        ],
    )
