"""The accounts that the tenant has: from a file of them to usernames.tenant_account.

A file replaces what was imported before; what was approved stays while its account is in the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import parse_format
from services.username_engine.usernames.account_file import AccountFile, TenantAccount
from services.username_engine.usernames.account_matching import Proposal, Strength, is_guest
from services.username_engine.usernames.configurations import Configuration, read_configuration
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import Event, EventKind, record_events
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.proposals import Matching, renew_proposals
from services.username_engine.usernames.proposed_accounts import proposed_accounts
from shared.clock import Clock
from shared.database import Database, driver_connection
from shared.presence import active_year
from shared.tables import usernames

_account = usernames.tenant_account.c


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do."""

    accounts: int
    guests: int
    """Of these the accounts of other tenants' users, which are proposed to nobody."""
    deleted: int
    """Rows of deleted users, which were left out."""
    added: int
    removed: int
    links_kept: int
    links_dropped: int
    """Approved accounts that are not in the file."""
    sure: int
    """Persons with a proposal that needs no choice."""
    likely: int
    """Persons with proposals to choose from."""


@dataclass(frozen=True, slots=True)
class KnownAccounts:
    """How many accounts are known of the tenant, and since when."""

    accounts: int
    linked: int
    """Those approved as somebody's."""
    imported_at: datetime | None
    """None: none were imported."""
    sure: int
    likely: int
    """Persons with proposals, as `Imported` counts them."""


async def import_accounts(
    database: Database,
    clock: Clock,
    configuration_id: int,
    file: AccountFile,
    *,
    actor: str,
    dry_run: bool = False,
) -> Imported:
    """`write_accounts` in its own transaction; `dry_run` rolls it back."""
    async with database.transaction() as connection:
        done = await write_accounts(connection, clock, configuration_id, file, actor=actor)
        if dry_run:
            await connection.rollback()
    return done


async def write_accounts(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    file: AccountFile,
    *,
    actor: str,
) -> Imported:
    """Makes these the accounts of the configuration's tenant, and proposes whose they are.

    In the caller's transaction. No name is changed; before there is data of the active school year
    there is nobody to propose anything for. Raises `UnknownConfigurationError`.
    """
    configuration = await read_configuration(connection, configuration_id)
    await lock_creation(connection, configuration_id)
    revision = await take_turn(connection, configuration_id)
    before = await _links(connection, configuration_id)
    await _replace(connection, configuration_id, file.accounts, before, clock.now())
    proposals = await _proposed_anew(connection, clock, configuration)
    # A plan for new names was made without these accounts: it does not hold any more.
    await raise_counter(connection, configuration_id, revision)
    sure = {each.person_id for each in proposals if each.strength is Strength.SURE}
    likely = {each.person_id for each in proposals} - sure
    done = _counted(file, before, len(sure), len(likely))
    event = Event(None, EventKind.ACCOUNTS_IMPORTED, after=asdict(done))
    await record_events(connection, configuration_id, actor, [event])
    return done


async def _proposed_anew(
    connection: AsyncConnection, clock: Clock, configuration: Configuration
) -> list[Proposal]:
    year = await active_year(connection, configuration.id)
    if year is None:
        return []
    matching = Matching(
        configuration,
        parse_format(configuration.username_format),
        year,
        year.reference_date(clock.today()),
    )
    return await renew_proposals(connection, matching)


def _counted(
    file: AccountFile, before: Mapping[str, str | None], sure: int, likely: int
) -> Imported:
    after = {account.user_principal_name for account in file.accounts}
    linked = {name for name, person in before.items() if person}
    return Imported(
        accounts=len(file.accounts),
        guests=sum(is_guest(account.local_part) for account in file.accounts),
        deleted=file.deleted,
        added=len(after - before.keys()),
        removed=len(before.keys() - after),
        links_kept=len(linked & after),
        links_dropped=len(linked - after),
        sure=sure,
        likely=likely,
    )


async def known_accounts(connection: AsyncConnection, configuration_id: int) -> KnownAccounts:
    """What there is after the last import."""
    found = await connection.execute(
        select(func.count(), func.count(_account.person_id), func.max(_account.imported_at)).where(
            _account.configuration_id == configuration_id
        )
    )
    accounts, linked, imported_at = found.one()
    proposals = await proposed_accounts(connection, configuration_id)
    sure = {each.person_id for each in proposals if each.strength is Strength.SURE}
    likely = {each.person_id for each in proposals} - sure
    return KnownAccounts(accounts, linked, imported_at, len(sure), len(likely))


async def _links(connection: AsyncConnection, configuration_id: int) -> dict[str, str | None]:
    """Of every account there is the person it is approved for."""
    found = await connection.execute(
        select(_account.user_principal_name, _account.person_id).where(
            _account.configuration_id == configuration_id
        )
    )
    return {name: person for name, person in found}  # noqa: C416 - rows


async def _replace(
    connection: AsyncConnection,
    configuration_id: int,
    accounts: Sequence[TenantAccount],
    links: Mapping[str, str | None],
    now: datetime,
) -> None:
    await connection.execute(
        delete(usernames.tenant_account).where(_account.configuration_id == configuration_id)
    )
    driver = await driver_connection(connection)
    await driver.copy_records_to_table(
        usernames.tenant_account.name,
        schema_name=usernames.SCHEMA,
        columns=[column.name for column in usernames.tenant_account.c if column.computed is None],
        records=(
            (
                configuration_id,
                account.user_principal_name,
                account.local_part,
                account.domain,
                account.display_name,
                account.given_name,
                account.surname,
                account.employee_id,
                account.name_key,
                sorted(account.hints),
                now,
                links.get(account.user_principal_name),
            )
            for account in accounts
        ),
    )
