"""Whether an edit may be saved, and what its editor should be told; nothing is written here.

Saving and `validate` both judge here, so that they answer the same.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.reserved import is_reserved
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
    Configuration,
    configured_domains,
    read_configuration,
)
from services.username_engine.usernames.counters import take_turn
from services.username_engine.usernames.folded_twins import has_folded_twin
from services.username_engine.usernames.groups import shown_in_lists, standings
from services.username_engine.usernames.ledger import former_holders
from services.username_engine.usernames.proposing import (
    available,
    is_anothers_account,
    is_anothers_name,
    taken_error,
)
from services.username_engine.usernames.reach import UNLIMITED, Reach
from services.username_engine.usernames.unapproved import waits_for_approval
from shared.clock import Clock
from shared.database import among, driver_connection
from shared.presence import ActiveYear, active_year, student_enrolments
from shared.streaming import expect_rows_for
from shared.tables import usernames

_name = usernames.username.c


@dataclass(frozen=True, slots=True)
class Change:
    """What an editor asks for; None leaves it as it is."""

    typed: str | None = None
    sync: bool | None = None


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits: `actor` stands in the history."""

    actor: str
    reach: Reach = UNLIMITED
    future_students: bool = False
    """An operator's word that a student who has not started may be edited."""


@dataclass(frozen=True, slots=True)
class ActiveDay:
    """The reference date, and the active school year that it is in."""

    year: ActiveYear
    day: date


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of usernames.username, as far as an edit can change it."""

    person_id: str
    username: Username
    sync: bool
    version: int
    rule: str
    has_unapproved_account: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """An edit that may be saved once its name is free."""

    before: Stored
    username: Username
    sync: bool
    warnings: tuple[MessageCode, ...] = ()
    former_holders: tuple[str, ...] = ()
    """Others who had the name before."""

    @property
    def renames(self) -> bool:
        return self.username != self.before.username

    @property
    def changes(self) -> bool:
        return self.renames or self.sync is not self.before.sync

    @property
    def releases_unapproved(self) -> bool:
        return self.sync and self.before.has_unapproved_account and not self.renames


async def judge_edit(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    person_id: str,
    change: Change,
    editor: Editor,
    expected_versions: Collection[int] | None = None,
) -> Judged:
    """The change by all rules for edits (docs/domain.md, "Usernames: editing and its errors").

    Who asks for what there is already gets it, also with a version that has passed: a request that
    is sent twice is answered alike (RFC 9110 §13.1.1). Raises `UsernameError`, `NoUsernameError`,
    `ForbiddenError`, `NotYetEditableError`, `VersionConflictError`.
    """
    # First: the time of the answer must not tell that somebody out of reach has a name.
    moment = await check_editable(connection, clock, configuration_id, [person_id], editor)
    stored = await stored_username(connection, configuration_id, person_id)
    configuration = await read_configuration(connection, configuration_id)
    valid = await _valid(connection, configuration, change, moment, stored)
    sync = stored.sync if change.sync is None else change.sync
    judged = Judged(stored, valid.username, sync, valid.warnings)
    if judged.changes and expected_versions is not None and stored.version not in expected_versions:
        raise VersionConflictError(
            version=stored.version,
            present=_values(stored.username, stored.sync),
            given=_values(valid.username, sync),
        )
    if change.typed is None:
        warned = (MessageCode.ACCOUNT_EXISTS,) if judged.releases_unapproved else ()
        return replace(judged, warnings=(*judged.warnings, *warned))
    if judged.renames:
        await _check_free(connection, configuration, change.typed, judged)
    return await _with_warnings(connection, configuration, judged)


async def turn_of_editor(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    persons: Collection[str],
    editor: Editor,
) -> int:
    """`take_turn` for who may edit these persons; others are refused before, and hold nobody up.

    That may have changed when the turn comes: it is checked again by what is done then. Raises as
    `check_editable` does.
    """
    if persons and not editor.reach.is_unlimited:
        await check_editable(connection, clock, configuration_id, persons, editor)
    return await take_turn(connection, configuration_id)


async def check_editable(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    persons: Collection[str],
    editor: Editor,
) -> ActiveDay:
    """Returns, with the day by which that was decided, if the editor may change all of them.

    Raises `NoUsernameError` for whom he cannot see, `ForbiddenError`, `NotYetEditableError`.
    """
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    day = year.reference_date(clock.today())
    await expect_rows_for(await driver_connection(connection), persons)
    if not editor.reach.is_unlimited:
        shown = await shown_in_lists(connection, configuration_id, year, day, persons)
        editor.reach.check_writable(shown)
    moment = ActiveDay(year, day)
    if not editor.future_students:
        await _check_started(connection, configuration_id, moment, persons)
    return moment


async def _check_started(
    connection: AsyncConnection, configuration_id: int, moment: ActiveDay, persons: Collection[str]
) -> None:
    """Raises `NotYetEditableError`. Of thousands only those who may be meant are looked into."""
    place = student_enrolments(configuration_id, moment.year, moment.day).c
    found = await connection.execute(
        select(place.person_id)
        .where(among(place.person_id, persons))
        .group_by(place.person_id)
        .having(func.min(place.start_date) > moment.day)
    )
    if coming := list(found.scalars()):
        now = await standings(connection, configuration_id, moment.year, moment.day, coming)
        if future := sorted(person for person in coming if now[person].is_future):
            raise NotYetEditableError(future)


async def stored_username(
    connection: AsyncConnection, configuration_id: int, person_id: str
) -> Stored:
    """Raises `NoUsernameError`."""
    found = await connection.execute(
        select(
            _name.local_part,
            _name.domain,
            _name.sync,
            _name.version,
            _name.rule,
            waits_for_approval(configuration_id),
        ).where(_name.configuration_id == configuration_id, _name.person_id == person_id)
    )
    row = found.one_or_none()
    if row is None:
        raise NoUsernameError([person_id])
    local_part, domain, *others = row
    return Stored(person_id, Username(local_part, domain), *others)


async def with_username(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str]
) -> set[str]:
    """Those of `persons` who have a username."""
    found = await connection.execute(
        select(_name.person_id).where(
            _name.configuration_id == configuration_id, among(_name.person_id, persons)
        )
    )
    return set(found.scalars())


async def _valid(
    connection: AsyncConnection,
    configuration: Configuration,
    change: Change,
    moment: ActiveDay,
    stored: Stored,
) -> ValidUsername:
    if change.typed is None:
        return ValidUsername(stored.username)
    person = stored.person_id
    found = await standings(connection, configuration.id, moment.year, moment.day, [person])
    group = found[person].group
    domains = await configured_domains(connection, configuration.id)
    try:
        return validate_username(
            change.typed,
            group=group,
            policy=configuration.policy(group),
            maximum_length=configuration.maximum_length,
            stored_domain=stored.username.domain,
            dynamic_domain=configuration.dynamic_domain(group),
            configured_domains=domains,
            verified_domains=configuration.verified_domains,
        )
    except UsernameError as error:
        if error.proposal is None:
            raise
        free = await available(connection, configuration, person, error.proposal)
        raise UsernameError(error.code, error.typed, free) from None


async def _check_free(
    connection: AsyncConnection, configuration: Configuration, typed: str, judged: Judged
) -> None:
    person = judged.before.person_id
    if await is_anothers_name(connection, configuration.id, person, judged.username.folded):
        raise await taken_error(connection, configuration, person, typed, judged.username)


async def _with_warnings(
    connection: AsyncConnection, configuration: Configuration, judged: Judged
) -> Judged:
    person, username = judged.before.person_id, judged.username
    had_it = await former_holders(connection, configuration.id, username.folded)
    others = tuple(holder for holder in had_it if holder != person)
    found = {
        MessageCode.FOLDED_TWIN: await has_folded_twin(
            connection, configuration.id, person, username.local_part
        ),
        MessageCode.FORMER_OF_ANOTHER: bool(others),
        MessageCode.RESERVED: is_reserved(username.folded, configuration.reserved_words),
        MessageCode.ACCOUNT_EXISTS: judged.releases_unapproved
        or await is_anothers_account(connection, configuration.id, person, username.folded),
    }
    warnings = (*judged.warnings, *(code for code, holds in found.items() if holds))
    return replace(judged, warnings=warnings, former_holders=others)


def _values(username: Username, sync: bool) -> dict[str, object]:
    return {"username": str(username), "sync": sync}
