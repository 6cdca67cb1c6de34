"""Sync on or off, for many at once: a location's, a school's, or single persons (M4.1.2)."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Group
from services.username_engine.errors import (
    NoSchoolYearError,
    NoUsernameError,
    SelectionChangedError,
    UnknownPlaceError,
)
from services.username_engine.usernames.account_errors import NotApprovedError
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.editing import EDITED_RULE
from services.username_engine.usernames.events import EventKind, record_operation
from services.username_engine.usernames.judging import (
    Editor,
    check_editable,
    with_username,
)
from services.username_engine.usernames.unapproved import waits_for_approval
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
class Found:
    """Whom a search finds in the transaction that changes them."""

    search: Callable[[AsyncConnection], Awaitable[Collection[str]]]
    expected_total: int | None = None
    """How many the editor saw; None: whoever is found."""


@dataclass(frozen=True, slots=True)
class SyncSet:
    """Whose Sync was changed, and how many were meant."""

    changed: list[str]
    selected: int
    versions: Mapping[str, int] = field(default_factory=dict, compare=False)
    """By person, of those in `changed`."""


async def set_sync(
    database: Database,
    clock: Clock,
    configuration_id: int,
    selection: Persons | GroupAt,
    sync: bool,
    *,
    actor: str,
    future_students: bool = False,
    include_unapproved: bool = False,
) -> SyncSet:
    """`save_sync` by somebody who may edit everyone, in its own transaction."""
    async with database.transaction() as connection:
        return await save_sync(
            connection,
            clock,
            configuration_id,
            selection,
            sync,
            Editor(actor, future_students=future_students),
            include_unapproved=include_unapproved,
        )


async def save_sync(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    selection: Persons | GroupAt | Found,
    sync: bool,
    editor: Editor,
    *,
    include_unapproved: bool = False,
) -> SyncSet:
    """Sets Sync for all of the selection in the caller's transaction or, raising, for none.

    Future students are left out of a place's unless the editor means them too; named ones are
    refused. `include_unapproved`: the editor looked at the accounts that nobody approved. Raises
    `UnknownPlaceError`, `NoUsernameError`, `ForbiddenError`, `NotYetEditableError`,
    `SelectionChangedError`, `NotApprovedError`.
    """
    if not editor.reach.is_unlimited:
        # Who may not change them is refused, or finds nobody, without holding others up.
        seen = await selected_persons(connection, clock, configuration_id, selection, editor)
        if not seen:
            return SyncSet([], 0)
        await check_editable(connection, clock, configuration_id, seen, editor)
    revision = await take_turn(connection, configuration_id)
    # In the turn: who is selected is who is changed.
    selected = await selected_persons(connection, clock, configuration_id, selection, editor)
    if selected:
        await check_editable(connection, clock, configuration_id, selected, editor)
    if isinstance(selection, Persons):
        # After that: which of the persons out of reach have a name must not be told.
        await check_named(connection, configuration_id, selected)
    if sync and not include_unapproved:
        await _check_approved(connection, configuration_id, selected)
    versions = await _set(connection, configuration_id, selected, sync, revision)
    if versions:
        await record_operation(
            connection,
            configuration_id,
            revision,
            EventKind.SYNC_SET,
            editor.actor,
            EDITED_RULE,
        )
        await raise_counter(connection, configuration_id, revision)
    return SyncSet(sorted(versions), len(selected), versions)


async def selected_persons(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    selection: Persons | GroupAt | Found,
    editor: Editor,
) -> list[str]:
    """Whom the selection means, in the order of their ids; of named persons, whoever they are.

    Raises `UnknownPlaceError`, `SelectionChangedError`, `NoSchoolYearError`.
    """
    if isinstance(selection, Found):
        found = sorted(set(await selection.search(connection)))
        if selection.expected_total not in {None, len(found)}:
            raise SelectionChangedError(len(found), selection.expected_total or 0)
        return found
    if isinstance(selection, Persons):
        return sorted(set(selection.ids))
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    day = year.reference_date(clock.today())
    return await _at_place(
        connection, configuration_id, year, day, selection, editor.future_students
    )


async def _set(
    connection: AsyncConnection,
    configuration_id: int,
    persons: Collection[str],
    sync: bool,
    revision: int,
) -> dict[str, int]:
    """The new versions of those whose Sync was otherwise."""
    changed = await connection.execute(
        update(usernames.username)
        .where(
            _name.configuration_id == configuration_id,
            _name.sync.is_(not sync),
            among(_name.person_id, persons),
        )
        .values(sync=sync, version=_name.version + 1, revision=revision)
        .returning(_name.person_id, _name.version)
    )
    return {person: version for person, version in changed}  # noqa: C416 - rows


async def check_named(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str]
) -> None:
    """Raises `NoUsernameError` with those of `persons` who have no username."""
    known = await with_username(connection, configuration_id, persons)
    if missing := [person for person in persons if person not in known]:
        raise NoUsernameError(missing)


async def _check_approved(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str]
) -> None:
    """Raises `NotApprovedError` with those whose Sync waits for an account to be approved."""
    found = await connection.execute(
        select(_name.person_id)
        .where(
            _name.configuration_id == configuration_id,
            ~_name.sync,
            waits_for_approval(configuration_id),
            among(_name.person_id, persons),
        )
        .order_by(_name.person_id)
    )
    if waiting := list(found.scalars()):
        raise NotApprovedError(waiting)


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
    return sorted(await with_username(connection, configuration_id, list(found.scalars())))


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
