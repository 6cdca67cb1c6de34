"""Sync on or off, for many at once: a location's, a school's, or single persons (M4.1.2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Group
from services.username_engine.errors import (
    NoSchoolYearError,
    NotYetEditableError,
    NoUsernameError,
    UnknownPlaceError,
)
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import EventKind, record_operation
from services.username_engine.usernames.groups import standings
from shared.clock import Clock
from shared.database import Database, among
from shared.presence import (
    ActiveYear,
    active_year,
    participating_locations,
    staff_memberships,
    staff_places,
    student_enrolments,
)
from shared.tables import access, usernames

_name = usernames.username.c


@dataclass(frozen=True, slots=True)
class Persons:
    """These persons, each of whom must have a username."""

    ids: Collection[str]


@dataclass(frozen=True, slots=True)
class GroupAt:
    """The students or the staff of one place who have a username."""

    group: Group
    """STUDENT or STAFF."""
    location: str | None = None
    """The sourcedId of a participating location; without it `school` holds."""
    school: str | None = None
    """The institution number of a school of the configuration."""


@dataclass(frozen=True, slots=True)
class SyncSet:
    """Whose Sync was changed, and how many were meant."""

    changed: list[str]
    selected: int


async def set_sync(
    database: Database,
    clock: Clock,
    configuration_id: int,
    selection: Persons | GroupAt,
    sync: bool,
    *,
    actor: str,
    future_students: bool = False,
) -> SyncSet:
    """Sets Sync for all of the selection or, raising, for none.

    `future_students`: an operator's word that those who have not started are meant too; without it
    a place's are left out and a person named is refused. Raises `UnknownPlaceError`,
    `NoUsernameError`, `NotYetEditableError`.
    """
    async with database.transaction() as connection:
        revision = await take_turn(connection, configuration_id)
        year = await active_year(connection, configuration_id)
        if year is None:
            raise NoSchoolYearError
        day = year.reference_date(clock.today())
        if isinstance(selection, Persons):
            selected = await _named(
                connection, configuration_id, year, day, selection, future_students
            )
        else:
            selected = await _at_place(
                connection, configuration_id, year, day, selection, future_students
            )
        changed = await _set(connection, configuration_id, selected, sync, revision)
        if changed:
            await record_operation(
                connection, configuration_id, revision, EventKind.SYNC_SET, actor
            )
            await raise_counter(connection, configuration_id, revision)
        return SyncSet(changed, len(selected))


async def _set(
    connection: AsyncConnection,
    configuration_id: int,
    persons: Collection[str],
    sync: bool,
    revision: int,
) -> list[str]:
    changed = await connection.execute(
        update(usernames.username)
        .where(
            _name.configuration_id == configuration_id,
            _name.sync.is_(not sync),
            among(_name.person_id, persons),
        )
        .values(sync=sync, version=_name.version + 1, revision=revision)
        .returning(_name.person_id)
    )
    return sorted(changed.scalars())


async def _named(
    connection: AsyncConnection,
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    selection: Persons,
    future_students: bool,
) -> list[str]:
    asked = sorted(set(selection.ids))
    known = await _with_username(connection, configuration_id, asked)
    if missing := [person for person in asked if person not in known]:
        raise NoUsernameError(missing)
    if not future_students:
        found = await standings(connection, configuration_id, year, reference_date, asked)
        if future := [person for person in asked if found[person].is_future]:
            raise NotYetEditableError(future)
    return asked


async def _at_place(
    connection: AsyncConnection,
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    selection: GroupAt,
    future_students: bool,
) -> list[str]:
    await _check_place(connection, configuration_id, selection)
    present: ColumnElement[bool]
    if selection.group is Group.STUDENT:
        place = student_enrolments(configuration_id, year, reference_date).c
        present = true() if future_students else place.start_date <= reference_date
    else:
        present = true()
        # A school's staff stand in its list even where no location of it takes part.
        members = staff_places if selection.location else staff_memberships
        place = members(configuration_id, year, reference_date).c
    here = (
        place.org_sourced_id == selection.location
        if selection.location
        else place.school_number == selection.school
    )
    found = await connection.execute(select(place.person_id).where(here, present).distinct())
    return sorted(await _with_username(connection, configuration_id, list(found.scalars())))


async def _with_username(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str]
) -> set[str]:
    found = await connection.execute(
        select(_name.person_id).where(
            _name.configuration_id == configuration_id, among(_name.person_id, persons)
        )
    )
    return set(found.scalars())


async def _check_place(
    connection: AsyncConnection, configuration_id: int, selection: GroupAt
) -> None:
    if selection.location:
        place = participating_locations(configuration_id).c
        known = select(place.number).where(place.sourced_id == selection.location)
    else:
        school = access.school.c
        known = select(school.number).where(
            school.configuration_id == configuration_id, school.number == selection.school
        )
    if (await connection.execute(known)).first() is None:
        raise UnknownPlaceError(selection.location or selection.school or "")
