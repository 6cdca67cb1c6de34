"""Moving name, Sync and history to another person id, for when the source replaces one."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from sqlalchemy import Row, delete, exists, insert, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Username
from services.username_engine.errors import NoSchoolYearError, NoUsernameError
from services.username_engine.usernames.account_errors import StillHereError, UnknownPersonError
from services.username_engine.usernames.configurations import read_configuration
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import Event, EventKind, record_events
from services.username_engine.usernames.groups import is_here_or_comes
from services.username_engine.usernames.ledger import release_name
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.staff_domains import fix_staff_domains
from shared.clock import Clock
from shared.database import Database
from shared.errors import ProblemError
from shared.presence import ActiveYear, active_year
from shared.tables import sis, usernames

MOVE_RULE: Final = "move"

_name = usernames.username.c
_former = usernames.former_name.c
_event = usernames.event.c
_Named = Row[str, str | None, bool, int]

_COPIED: Final = ("at", "actor", "kind", "before", "after", "rule")


class SamePersonError(ProblemError):
    """A name is moved to the person who has it."""

    status = HTTPStatus.CONFLICT
    code = "person.same"
    title = "Same person"

    def __init__(self, person_id: str) -> None:
        super().__init__("The name is this person's already.", persons=[person_id])


@dataclass(frozen=True, slots=True)
class Moved:
    """The name that went to the other id, and what that id had before."""

    username: Username
    sync: bool
    replaced: Username | None
    replaced_was_released: bool
    """Its Sync was on: the tenant may have an account of that name by now."""


@dataclass(frozen=True, slots=True)
class _Move:
    configuration_id: int
    from_person: str
    to_person: str
    actor: str
    revision: int


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
    `NoSchoolYearError`, `SamePersonError`, and `StillHereError` while the source still has
    `from_person` in the active school year: two persons would then have one account.
    """
    async with database.transaction() as connection:
        await lock_creation(connection, configuration_id)
        revision = await take_turn(connection, configuration_id)
        move = _Move(configuration_id, from_person, to_person, actor, revision)
        moved = await _moved(connection, clock, move)
        if dry_run:
            await connection.rollback()
    return moved


async def _moved(connection: AsyncConnection, clock: Clock, move: _Move) -> Moved:
    name = await _named(connection, move.configuration_id, move.from_person)
    if name is None:
        raise NoUsernameError([move.from_person])
    year = await active_year(connection, move.configuration_id)
    if year is None:
        raise NoSchoolYearError
    day = year.reference_date(clock.today())
    await _check(connection, move, year, day)
    replaced = await _named(connection, move.configuration_id, move.to_person)
    if replaced:
        await _take_away(connection, clock, move, replaced.local_part)
    await _hand_over(connection, move, max(name.version, replaced.version if replaced else 0) + 1)
    await _move_ledger(connection, move)
    await _move_account(connection, move)
    await _copy_history(connection, move)
    await _tell(connection, move, name, replaced)
    # A student's name may have gone to staff, whom no creation would look at before tomorrow.
    configuration = await read_configuration(connection, move.configuration_id)
    await fix_staff_domains(connection, configuration, year, day, [move.to_person])
    await raise_counter(connection, move.configuration_id, move.revision)
    stored = await _named(connection, move.configuration_id, move.to_person) or name
    return Moved(
        Username(stored.local_part, stored.domain),
        stored.sync,
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


async def _check(connection: AsyncConnection, move: _Move, year: ActiveYear, day: date) -> None:
    person = sis.person.c
    known = await connection.execute(
        select(person.id).where(
            person.configuration_id == move.configuration_id,
            person.id == move.to_person,
            person.removed_at.is_(None),
        )
    )
    if known.first() is None:
        raise UnknownPersonError(move.to_person)
    if await is_here_or_comes(connection, move.configuration_id, year, day, move.from_person):
        raise StillHereError(move.from_person)
    if move.from_person == move.to_person:
        raise SamePersonError(move.from_person)


async def _take_away(
    connection: AsyncConnection, clock: Clock, move: _Move, local_part: str
) -> None:
    await connection.execute(
        delete(usernames.username).where(
            _name.configuration_id == move.configuration_id, _name.person_id == move.to_person
        )
    )
    await release_name(connection, move.configuration_id, move.to_person, local_part, clock.now())


async def _hand_over(connection: AsyncConnection, move: _Move, version: int) -> None:
    await connection.execute(
        update(usernames.username)
        .where(_name.configuration_id == move.configuration_id, _name.person_id == move.from_person)
        .values(person_id=move.to_person, version=version, revision=move.revision)
    )


async def _move_ledger(connection: AsyncConnection, move: _Move) -> None:
    former = usernames.former_name
    columns = ["configuration_id", "folded", "person_id", "local_part", "released_at"]
    of_from = (
        _former.configuration_id == move.configuration_id,
        _former.person_id == move.from_person,
    )
    theirs = select(
        _former.configuration_id,
        _former.folded,
        literal(move.to_person),
        _former.local_part,
        _former.released_at,
    ).where(*of_from)
    added = postgresql.insert(former).from_select(columns, theirs)
    # Both may have had it: it is reserved from the day that the later one gave it up.
    await connection.execute(
        added.on_conflict_do_update(
            index_elements=["configuration_id", "folded", "person_id"],
            set_={
                "local_part": added.excluded.local_part,
                "released_at": added.excluded.released_at,
            },
            where=_former.released_at < added.excluded.released_at,
        )
    )
    await connection.execute(delete(former).where(*of_from))


async def _move_account(connection: AsyncConnection, move: _Move) -> None:
    """The approved one; what is proposed for either was found for another name."""
    account, proposal = usernames.tenant_account, usernames.proposal
    await connection.execute(
        update(account)
        .where(
            account.c.configuration_id == move.configuration_id,
            account.c.person_id == move.from_person,
        )
        .values(person_id=move.to_person)
    )
    await connection.execute(
        delete(proposal).where(
            proposal.c.configuration_id == move.configuration_id,
            proposal.c.person_id.in_([move.from_person, move.to_person]),
        )
    )


async def _copy_history(connection: AsyncConnection, move: _Move) -> None:
    """As nothing can change it. Not what the other id has already, from a move the other way."""
    there = usernames.event.alias()
    has_it = exists().where(
        there.c.configuration_id == move.configuration_id,
        there.c.person_id == move.to_person,
        *(there.c[name].is_not_distinct_from(_event[name]) for name in _COPIED),
    )
    history = (
        select(
            _event.configuration_id,
            literal(move.to_person),
            *(_event[name] for name in _COPIED),
        )
        .where(
            _event.configuration_id == move.configuration_id,
            _event.person_id == move.from_person,
            ~has_it,
        )
        .order_by(_event.at, _event.id)
    )
    await connection.execute(
        insert(usernames.event).from_select(["configuration_id", "person_id", *_COPIED], history)
    )


async def _tell(
    connection: AsyncConnection, move: _Move, name: _Named, replaced: _Named | None
) -> None:
    fields = _fields(name)
    had = _fields(replaced) if replaced else {}
    events = [
        Event(move.from_person, EventKind.MOVED, fields, {"person": move.to_person}, MOVE_RULE),
        Event(
            move.to_person,
            EventKind.MOVED,
            {**had, "person": move.from_person},
            fields,
            MOVE_RULE,
        ),
    ]
    await record_events(connection, move.configuration_id, move.actor, events)


def _fields(name: _Named) -> dict[str, str | bool | None]:
    return {"local_part": name.local_part, "domain": name.domain, "sync": name.sync}
