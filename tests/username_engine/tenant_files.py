"""A configuration, and the accounts that its tenant has, as a file of them brings them."""

from typing import Any

from services.username_engine.usernames.account_file import read_accounts
from services.username_engine.usernames.account_matching import Strength
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.proposed_accounts import ProposedAccount, proposed_accounts
from services.username_engine.usernames.tenant_accounts import Imported, import_accounts
from shared.database import Database
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    new_configuration,
)
from tests.username_engine.looking import AUTUMN

HEADER = "userPrincipalName,displayName,givenName,surname,employeeId,department"


async def arranged(owner: Database, **choices: Any) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner, **choices)
    school = await add_school(owner, configuration, sync_by_default=True)
    return configuration, await add_location(owner, configuration, school)


async def imported(database: Database, configuration: Arranged, *rows: str) -> Imported:
    accounts = read_accounts("\n".join([HEADER, *rows]).encode())
    return await import_accounts(database, AUTUMN, configuration.id, accounts, actor="tests")


async def created(database: Database, configuration: Arranged) -> int:
    return (await create_missing(database, AUTUMN, configuration.id)).created


async def proposals(owner: Database, configuration: Arranged) -> list[ProposedAccount]:
    async with owner.transaction() as connection:
        return await proposed_accounts(connection, configuration.id)


async def proposed(owner: Database, configuration: Arranged) -> set[tuple[str, str, Strength]]:
    return {
        (each.person_id, each.user_principal_name, each.strength)
        for each in await proposals(owner, configuration)
    }
