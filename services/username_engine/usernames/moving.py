"""Moving name, Sync and history to another person id, for when the source replaces one."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row, delete, exists, insert, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Username
from services.username_engine.errors import NoSchoolYearError, NoUsernameError
from services.username_engine.usernames.account_errors import StillHereError, UnknownPersonError
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import Event, EventKind, record_events
from services.username_engine.usernames.ledger import release_name
from services.username_engine.usernames.locks import lock_creation
from shared.clock import Clock
from shared.database import Database
from shared.presence import active_year, staff_memberships, student_enrolments
from shared.tables import sis, usernames

MOVE_RULE: Final = "move"

_name = usernames.username.c
_former = usernames.former_name.c
_event = usernames.event.c
_Named = Row[str, str | None, bool, int]

_COPIED: Final = ("at", "actor", "kind", "before", "after", "rule")


@dataclass(frozen=True, slots=True)
class Moved:
    """The name that went to the other id, and what that id had before."""

    username: Username
    sync: bool
    replaced: Username | None
    replaced_was_released: bool
    """Its Sync was on: the tenant may have an account of that name by now."""


async def move_name(
    database: Database,
    clock: Clock,
    configuration_id: int,
    from_person: str,
    to_person: str,
    *,
    actor: str,
    dry_run: bool = False,
) -> Moved:
    """Gives the name, Sync and history of `from_person` to `to_person`, as if it had been his.

    What `to_person` had stays reserved for him. Raises `NoUsernameError`, `UnknownPersonError`,
    `NoSchoolYearError`, and `StillHereError` while the source still has `from_person` in the
    active school year: two persons would then have one account.
    """
    async with database.transaction() as connection:
        await lock_creation(connection, configuration_id)
        revision = await take_turn(connection, configuration_id)
        name = await _named(connection, configuration_id, from_person)
        if name is None:
            raise NoUsernameError([from_person])
        await _check(connection, clock, configuration_id, from_person, to_person)
        replaced = await _named(connection, configuration_id, to_person)
        if replaced:
            await _take_away(connection, clock, configuration_id, to_person, replaced.local_part)
        await connection.execute(
            update(usernames.username)
            .where(_name.configuration_id == configuration_id, _name.person_id == from_person)
            .values(
                person_id=to_person,
                version=max(name.version, replaced.version if replaced else 0) + 1,
                revision=revision,
            )
        )
        await _move_the_rest(connection, configuration_id, from_person, to_person)
        await _tell(connection, configuration_id, from_person, to_person, name, replaced, actor)
        await raise_counter(connection, configuration_id, revision)
        if dry_run:
            await connection.rollback()
    return Moved(
        Username(name.local_part, name.domain),
        name.sync,
        Username(replaced.local_part, replaced.domain) if replaced else None,
        bool(replaced and replaced.sync),
    )


async def _named(connection: AsyncConnection, configuration_id: int, person: str) -> _Named | None:
    found = await connection.execute(
        select(_name.local_part, _name.domain, _name.sync, _name.version).where(
            _name.configuration_id == configuration_id, _name.person_id == person
        )
    )
    return found.one_or_none()


async def _check(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    from_person: str,
    to_person: str,
) -> None:
    person = sis.person.c
    known = await connection.execute(
        select(person.id).where(
            person.configuration_id == configuration_id,
            person.id == to_person,
            person.removed_at.is_(None),
        )
    )
    if known.first() is None:
        raise UnknownPersonError(to_person)
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    day = year.reference_date(clock.today())
    places = (
        student_enrolments(configuration_id, year, day).c,
        staff_memberships(configuration_id, year, day).c,
    )
    for place in places:
        here = await connection.execute(select(exists().where(place.person_id == from_person)))
        if here.scalar_one():
            raise StillHereError(from_person)


async def _take_away(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    person: str,
    local_part: str,
) -> None:
    await connection.execute(
        delete(usernames.username).where(
            _name.configuration_id == configuration_id, _name.person_id == person
        )
    )
    await release_name(connection, configuration_id, person, local_part, clock.now())


async def _move_the_rest(
    connection: AsyncConnection, configuration_id: int, from_person: str, to_person: str
) -> None:
    """Former names, the approved account, and a copy of the history, which nothing can change."""
    former = usernames.former_name
    columns = ["configuration_id", "folded", "person_id", "local_part", "released_at"]
    theirs = select(
        _former.configuration_id,
        _former.folded,
        literal(to_person),
        _former.local_part,
        _former.released_at,
    ).where(_former.configuration_id == configuration_id, _former.person_id == from_person)
    await connection.execute(
        postgresql.insert(former).from_select(columns, theirs).on_conflict_do_nothing()
    )
    await connection.execute(
        delete(former).where(
            _former.configuration_id == configuration_id, _former.person_id == from_person
        )
    )
    account, proposal = usernames.tenant_account, usernames.proposal
    await connection.execute(
        update(account)
        .where(account.c.configuration_id == configuration_id, account.c.person_id == from_person)
        .values(person_id=to_person)
    )
    await connection.execute(
        delete(proposal).where(
            proposal.c.configuration_id == configuration_id,
            proposal.c.person_id.in_([from_person, to_person]),
        )
    )
    history = (
        select(_event.configuration_id, literal(to_person), *(_event[name] for name in _COPIED))
        .where(_event.configuration_id == configuration_id, _event.person_id == from_person)
        .order_by(_event.id)
    )
    await connection.execute(
        insert(usernames.event).from_select(["configuration_id", "person_id", *_COPIED], history)
    )


async def _tell(
    connection: AsyncConnection,
    configuration_id: int,
    from_person: str,
    to_person: str,
    name: _Named,
    replaced: _Named | None,
    actor: str,
) -> None:
    fields = {"local_part": name.local_part, "domain": name.domain, "sync": name.sync}
    had = replaced and {
        "local_part": replaced.local_part,
        "domain": replaced.domain,
        "sync": replaced.sync,
    }
    events = [
        Event(from_person, EventKind.MOVED, fields, {"person": to_person}, MOVE_RULE),
        Event(
            to_person, EventKind.MOVED, {**(had or {}), "person": from_person}, fields, MOVE_RULE
        ),
    ]
    await record_events(connection, configuration_id, actor, events)
