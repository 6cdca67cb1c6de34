"""Free names for a list of persons, stored with their history in the caller's transaction."""

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.local_parts import fold
from services.username_engine.engine.usernames import Username
from services.username_engine.usernames.allocation import NOBODY, Wish, allocate
from services.username_engine.usernames.candidates import Candidate
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import ENGINE, EventKind, record_operation
from services.username_engine.usernames.free_names import FreeNames
from services.username_engine.usernames.ledger import own_former_names
from services.username_engine.usernames.naming import (
    FORMER_NAME_RULE,
    NameFlag,
    NewUsername,
    SourceName,
    Wanted,
    bare_names,
    new_username,
    source_name,
    taken_over,
    wanted_names,
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


@dataclass(frozen=True, slots=True)
class LikelyAccounts:
    """What the tenant's accounts say about the persons to be named; without any, nothing."""

    persons: frozenset[str] = frozenset()
    """Those of whom an account probably is."""
    bare_names: Mapping[str, str] = field(default_factory=dict)
    """Person by folded local part: who gets it although an account has it."""
    local_parts: frozenset[str] = frozenset()
    """The folded local parts of accounts whose owners are not certain."""

    def flag(self, person_id: str, bare: Collection[str], local_part: str) -> NameFlag | None:
        """Why Sync is held back where the tenant may have the person's account (M4.3.1).

        `bare`: the folded names that the format makes for him; `local_part`: what he gets.
        """
        if (
            not self.local_parts.isdisjoint(bare)
            and self.bare_names.get(fold(local_part)) != person_id
        ):
            return NameFlag.NAME_TAKEN_IN_TENANT
        return NameFlag.LIKELY_EXISTING_ACCOUNT if person_id in self.persons else None


NO_ACCOUNTS = LikelyAccounts()


@dataclass(frozen=True, slots=True)
class Naming:
    """By what names are given in one run."""

    configuration: Configuration
    username_format: UsernameFormat
    start_year: int
    """In which the active school year starts."""
    now: datetime
    """By which former names are still reserved."""
    accounts: LikelyAccounts = NO_ACCOUNTS
    reached: dict[str, int] = field(default_factory=dict)
    """How far the numbers of each base have come in the run (`allocate`); grows with it."""

    def wanted(self, person: Candidate) -> Wanted:
        return wanted_names(
            person.given_name,
            person.family_name,
            person.person_id,
            self.configuration,
            self.username_format,
            self.start_year,
        )


async def name_persons(
    connection: AsyncConnection, naming: Naming, persons: Sequence[Candidate]
) -> list[NewUsername]:
    """Names the persons, in their order, and stores the names with their history."""
    if not persons:
        return []
    configuration_id = naming.configuration.id
    revision = await take_turn(connection, configuration_id)
    while True:
        giving = _Giving(connection, naming)
        made = await giving.names(persons)
        try:
            async with connection.begin_nested():
                await _store(connection, configuration_id, revision, made)
            naming.reached.update(giving.reached.maps[0])
            break
        except asyncpg.UniqueViolationError:
            # Somebody wrote a name without waiting for his turn. It is committed by now, so the
            # next look sees it: a lost race takes the next suffix and never fails.
            persons = await _still_nameless(connection, configuration_id, persons)
    if made:
        await record_operation(connection, configuration_id, revision, EventKind.CREATED, ENGINE)
        await raise_counter(connection, configuration_id, revision)
    return made


class _Giving:
    """One look at what is free, and names by it."""

    def __init__(self, connection: AsyncConnection, naming: Naming) -> None:
        self._connection = connection
        self._naming = naming
        self._configuration = naming.configuration
        self._free = FreeNames(
            connection, naming.configuration, naming.now, naming.accounts.bare_names
        )
        self._taken: dict[str, frozenset[str]] = {}
        # A look that comes to nothing leaves the run's own as it is.
        self.reached: ChainMap[str, int] = ChainMap({}, naming.reached)

    async def names(self, persons: Sequence[Candidate]) -> list[NewUsername]:
        made: list[NewUsername] = []
        refused: dict[str, tuple[str, ...]] = {}
        if self._configuration.takes_over_source_names:
            made, refused = await self._take_over(persons)
        rest = _without(persons, made)
        made += await self._give_back(rest)
        rest = _without(rest, made)
        wanted = [self._naming.wanted(person) for person in rest]
        wishes = [
            Wish(person.person_id, names.candidates)
            for person, names in zip(rest, wanted, strict=True)
        ]
        configuration = self._configuration
        local_parts = await allocate(
            wishes,
            configuration.maximum_length,
            self._free.not_free,
            self._taken,
            rules=configuration.rules,
            reached=self.reached,
        )
        for person, local_part, names in zip(rest, local_parts, wanted, strict=True):
            flags = (
                *refused.get(person.person_id, ()),
                *names.flags_of(local_part, configuration.maximum_length),
            )
            made.append(self._generated(person, local_part, names, flags))
        return made

    def _generated(
        self,
        person: Candidate,
        local_part: str,
        wanted: Wanted,
        flags: tuple[str, ...],
    ) -> NewUsername:
        accounts = self._naming.accounts
        # A run of many without accounts would spend a twelfth of its time on them.
        maximum_length = self._configuration.maximum_length
        bare = bare_names(wanted, maximum_length) if accounts.local_parts else ()
        flag = accounts.flag(person.person_id, bare, local_part)
        if flag:
            flags = (*flags, flag)
        return new_username(person, self._configuration, local_part, flags, held=flag is not None)

    async def _give_back(self, persons: Sequence[Candidate]) -> list[NewUsername]:
        """Who had a name here before gets it again, unless it has become somebody else's."""
        former = await own_former_names(
            self._connection, self._configuration.id, [person.person_id for person in persons]
        )
        if not former:
            return []
        reserved = await self._free.not_free([fold(name) for name in former.values()])
        made: list[NewUsername] = []
        for person in persons:
            name = former.get(person.person_id)
            if name is None or fold(name) in self._taken:
                continue
            if person.person_id in reserved.get(fold(name), {person.person_id}):
                self._taken[fold(name)] = NOBODY
                held = person.person_id in self._naming.accounts.persons
                made.append(
                    new_username(
                        person, self._configuration, name, (), held=held, rule=FORMER_NAME_RULE
                    )
                )
        return made

    async def _take_over(
        self, persons: Iterable[Candidate]
    ) -> tuple[list[NewUsername], dict[str, tuple[str, ...]]]:
        """The names that come from the source, and by person why others do not.

        Before any name is generated: an account has it already, and must not go to another person.
        """
        found: list[tuple[Candidate, SourceName, Username | None]] = []
        for person in persons:
            if person.source_username:
                name = source_name(person, self._configuration)
                found.append((person, name, name.username))
        in_use = await self._free.reserved(
            [username.folded for _, _, username in found if username], accounts=False
        )
        self._taken.update(in_use)
        made: list[NewUsername] = []
        refused: dict[str, tuple[str, ...]] = {}
        for person, name, username in found:
            if username is None:
                refused[person.person_id] = name.flags
            elif person.person_id not in self._taken.get(username.folded, {person.person_id}):
                refused[person.person_id] = (NameFlag.SOURCE_NAME_TAKEN,)
            else:
                self._taken[username.folded] = NOBODY
                made.append(taken_over(person, self._configuration, name, username))
        return made, refused


def _without(persons: Sequence[Candidate], made: Iterable[NewUsername]) -> list[Candidate]:
    named = {name.person_id for name in made}
    return [person for person in persons if person.person_id not in named]


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
