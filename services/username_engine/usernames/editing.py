"""Editing one username (M4.3.3; docs/domain.md, "Usernames: editing and its errors")."""

from dataclasses import dataclass

import asyncpg
from sqlalchemy import Row, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.usernames import Username
from services.username_engine.engine.validation import (
    UsernameError,
    ValidUsername,
    validate_username,
)
from services.username_engine.errors import (
    NoSchoolYearError,
    NotYetEditableError,
    NoUsernameError,
    VersionConflictError,
)
from services.username_engine.usernames.configurations import (
    configured_domains,
    read_configuration,
)
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import record_edit
from services.username_engine.usernames.groups import Standing, standings
from shared.clock import Clock
from shared.database import Database
from shared.presence import active_year
from shared.tables import usernames

EDITED_RULE = "edited"

_name = usernames.username.c


@dataclass(frozen=True, slots=True)
class Edited:
    """The name as it is now, and what its editor should be told."""

    username: Username
    version: int
    changed: bool
    warnings: tuple[MessageCode, ...]


async def edit_username(
    database: Database,
    clock: Clock,
    configuration_id: int,
    person_id: str,
    typed: str,
    *,
    actor: str,
    expected_version: int | None = None,
    future_students: bool = False,
) -> Edited:
    """Saves `typed` as the person's username, or changes nothing and raises.

    `expected_version` is the one the editor saw. `future_students`: an operator's word that one who
    has not started may be edited. Raises `UsernameError` (`username.empty`, `.invalid`, `.taken`,
    `.domain_not_allowed`), `NoUsernameError`, `NotYetEditableError`, `VersionConflictError`.
    """
    async with database.transaction() as connection:
        revision = await take_turn(connection, configuration_id)
        present = await _present(connection, configuration_id, person_id)
        standing = await _standing(connection, clock, configuration_id, person_id)
        if standing.is_future and not future_students:
            raise NotYetEditableError([person_id])
        if expected_version not in {None, present.version}:
            raise VersionConflictError
        valid = await _validated(connection, configuration_id, typed, standing, present.domain)
        before = Username(present.local_part, present.domain)
        if valid.username == before:
            return Edited(before, present.version, False, valid.warnings)
        await _save(connection, configuration_id, person_id, valid.username, typed, revision)
        await record_edit(
            connection,
            configuration_id,
            person_id,
            actor,
            before={"local_part": before.local_part, "domain": before.domain},
            after={"local_part": valid.username.local_part, "domain": valid.username.domain},
        )
        await raise_counter(connection, configuration_id, revision)
        return Edited(valid.username, present.version + 1, True, valid.warnings)


async def _present(
    connection: AsyncConnection, configuration_id: int, person_id: str
) -> Row[str, str | None, int]:
    found = await connection.execute(
        select(_name.local_part, _name.domain, _name.version).where(
            _name.configuration_id == configuration_id, _name.person_id == person_id
        )
    )
    row = found.one_or_none()
    if row is None:
        raise NoUsernameError([person_id])
    return row


async def _standing(
    connection: AsyncConnection, clock: Clock, configuration_id: int, person_id: str
) -> Standing:
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    day = year.reference_date(clock.today())
    found = await standings(connection, configuration_id, year, day, [person_id])
    return found[person_id]


async def _validated(
    connection: AsyncConnection,
    configuration_id: int,
    typed: str,
    standing: Standing,
    stored_domain: str | None,
) -> ValidUsername:
    configuration = await read_configuration(connection, configuration_id)
    return validate_username(
        typed,
        group=standing.group,
        policy=configuration.policy(standing.group),
        maximum_length=configuration.maximum_length,
        stored_domain=stored_domain,
        configured_domains=await configured_domains(connection, configuration_id),
        verified_domains=configuration.verified_domains,
    )


async def _save(
    connection: AsyncConnection,
    configuration_id: int,
    person_id: str,
    username: Username,
    typed: str,
    revision: int,
) -> None:
    statement = (
        update(usernames.username)
        .where(_name.configuration_id == configuration_id, _name.person_id == person_id)
        .values(
            local_part=username.local_part,
            domain=username.domain,
            # Somebody looked at it: what asked for that is settled.
            flags=[],
            rule=EDITED_RULE,
            version=_name.version + 1,
            revision=revision,
        )
    )
    try:
        # No question first: the unique index alone knows for certain (M4.1.1).
        async with connection.begin_nested():
            await connection.execute(statement)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != asyncpg.UniqueViolationError.sqlstate:
            raise
        raise UsernameError(MessageCode.TAKEN, typed.strip()) from None
