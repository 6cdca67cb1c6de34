"""A plan that gives names the configuration's present format (a change of it renames nobody).

No plan makes a chain of names (M Bijlage 2, case 13): one that is somebody's now, that somebody else
had before, that an account of the tenant has, or that is reserved is given to nobody. So all rows can
be written at once, in any order, and sent in one sync.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import FormatError, parse_format
from services.username_engine.errors import NoSchoolYearError
from services.username_engine.usernames.candidates import name_holders
from services.username_engine.usernames.configurations import read_configuration
from services.username_engine.usernames.counters import take_turn
from services.username_engine.usernames.creation_run import reserved_until
from services.username_engine.usernames.format_errors import InvalidFormatError
from services.username_engine.usernames.judging import Editor
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.name_giving import LikelyAccounts, Naming
from services.username_engine.usernames.plan_storage import present_basis, store_plan
from services.username_engine.usernames.plans import Draft, Plan, PlanKind
from services.username_engine.usernames.proposals import Matching, likely_accounts
from services.username_engine.usernames.releasing import (
    GroupAt,
    Persons,
    check_named,
    selected_persons,
)
from services.username_engine.usernames.renaming import Choices, Renaming, holder
from shared.clock import Clock
from shared.database import driver_connection
from shared.presence import active_year
from shared.streaming import expect_rows_for


async def plan_rename(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    actor: str,
    selection: Persons | GroupAt | None = None,
    choices: Choices | None = None,
) -> Plan:
    """Stores, in the caller's transaction, what would become of the names; `selection` None: all.

    Names that follow the format stay, and so do those of leavers and of future students, hand-edited
    ones, approved accounts' and the source's; the last two are renamed where `selection` names their
    persons. Names that stay although they do not follow the format have a row, after those that
    change; where persons are named each has one. Raises `UnknownConfigurationError`,
    `NoSchoolYearError`, `InvalidFormatError`, `UnknownPlaceError`, and for persons who are named
    `NoUsernameError` and `NotYetEditableError`.
    """
    choices = choices or Choices()
    await lock_creation(connection, configuration_id)
    await take_turn(connection, configuration_id)
    basis = await present_basis(connection, clock, configuration_id)
    configuration = await read_configuration(connection, configuration_id)
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    try:
        username_format = parse_format(configuration.username_format)
    except FormatError as error:
        raise InvalidFormatError(error) from None
    # Future students are selected here, to be counted or refused below.
    persons = None
    if selection is not None:
        everyone = Editor(actor, future_students=True)
        persons = await selected_persons(connection, clock, configuration_id, selection, everyone)
        if isinstance(selection, Persons):
            await check_named(connection, configuration_id, persons)
    await expect_rows_for(await driver_connection(connection), persons)
    found = await connection.execute(
        name_holders(configuration_id, year, basis.reference_date, persons)
    )
    reference_date = basis.reference_date
    holders = [holder(row, reference_date) for row in found]
    naming = Naming(
        configuration,
        username_format,
        year.start_date.year,
        reserved_until(clock),
        await _accounts(connection, Matching(configuration, username_format, year, reference_date)),
    )
    renaming = Renaming(connection, naming, choices, is_named=isinstance(selection, Persons))
    rows, without_row = await renaming.rows(holders)
    draft = Draft(PlanKind.RENAME, basis, _asked(selection, choices), rows, without_row)
    return await store_plan(connection, clock, configuration_id, draft, actor)


async def _accounts(connection: AsyncConnection, matching: Matching) -> LikelyAccounts:
    """What the tenant's accounts say, without the proposals that are made on the way."""
    savepoint = await connection.begin_nested()
    try:
        return await likely_accounts(connection, matching, None)
    finally:
        await savepoint.rollback()


def _asked(selection: Persons | GroupAt | None, choices: Choices) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "include_edited": choices.include_edited,
        "share_limit": choices.share_limit,
        "future_students": choices.future_students,
    }
    if isinstance(selection, Persons):
        return {**asked, "persons": len(set(selection.ids))}
    if selection is None:
        return asked
    return {
        **asked,
        "group": selection.group.value,
        "at_location": selection.location,
        "at_school": selection.school,
    }
