"""Which accounts of the tenant are probably whose, for approval (docs/configuration.md).

Proposals are made when accounts are imported and when names are; an account is open, and may be
proposed, while it is approved for nobody and no released name has its local part. Nothing is linked
without approval.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.local_parts import is_legal_local_part
from services.username_engine.usernames.account_matching import (
    Account,
    AccountIndex,
    Claimant,
    Proposal,
    Reason,
    holders_of_bare_names,
    is_guest,
    name_key,
    propose,
    squeezed,
)
from services.username_engine.usernames.candidates import Candidate, claimants
from services.username_engine.usernames.class_members import class_members
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.name_giving import NO_ACCOUNTS, LikelyAccounts
from services.username_engine.usernames.naming import bare_names, wanted_names
from services.username_engine.usernames.proposed_accounts import is_open
from shared.database import among, driver_connection
from shared.presence import ActiveYear
from shared.streaming import expect_rows_for, stream
from shared.tables import sis, usernames

_BATCH = 5_000
_PLAN_AS_USUAL = "set local enable_nestloop to default; set local jit to default"

_account = usernames.tenant_account.c
_proposal = usernames.proposal.c


@dataclass(frozen=True, slots=True)
class _OpenAccounts:
    """The accounts that may be proposed."""

    index: AccountIndex
    local_parts: frozenset[str]
    """Folded."""
    given_back: Mapping[str, str]
    """Account by who had it approved and took another name: it is not proposed to him again."""

    async def proposed(self, persons: Collection[Claimant]) -> list[Proposal]:
        # Elsewhere, as others wait for this thread.
        found = await asyncio.to_thread(propose, persons, self.index)
        return [
            each
            for each in found
            if self.given_back.get(each.user_principal_name) != each.person_id
        ]


@dataclass(frozen=True, slots=True)
class Matching:
    """By what persons and accounts are compared."""

    configuration: Configuration
    username_format: UsernameFormat
    year: ActiveYear
    reference_date: date


async def likely_accounts(
    connection: AsyncConnection, matching: Matching, newcomers: Collection[Candidate] | None
) -> LikelyAccounts:
    """What the accounts say about persons to be named; makes the proposals anew where they matter.

    `newcomers`: only these are to be named; None: everyone who has no name. In the transaction of
    a writer who has taken his turn.
    """
    if newcomers is not None and not await _concern(connection, matching, newcomers):
        # Who claims no account takes none from anybody either.
        return NO_ACCOUNTS
    accounts = await _open_accounts(connection, matching.configuration.id)
    if not accounts.local_parts:
        return NO_ACCOUNTS
    persons = await _claimants(connection, matching, accounts.index)
    proposals = await accounts.proposed(persons)
    await _store(connection, matching.configuration.id, proposals)
    return LikelyAccounts(
        persons=frozenset(
            each.person_id
            for each in proposals
            if each.reason is not Reason.EXACT_FORMAT_OTHER_NAMES
        ),
        bare_names=holders_of_bare_names(persons, accounts.index),
        local_parts=accounts.local_parts,
    )


async def renew_proposals(connection: AsyncConnection, matching: Matching) -> list[Proposal]:
    """Makes all proposals of the configuration anew; in the transaction of a writer."""
    accounts = await _open_accounts(connection, matching.configuration.id)
    persons = await _claimants(connection, matching, accounts.index)
    proposals = await accounts.proposed(persons)
    await _store(connection, matching.configuration.id, proposals)
    return proposals


async def _concern(
    connection: AsyncConnection, matching: Matching, newcomers: Collection[Candidate]
) -> bool:
    """Whether any open account may be a newcomer's, by the indexes of a table that may be long."""
    claims = [
        _claimant(matching, each.person_id, each.given_name, each.family_name) for each in newcomers
    ]
    ids, person = [each.person_id for each in newcomers], sis.person.c
    identifiers = select(person.identifier).where(
        person.configuration_id == matching.configuration.id, among(person.id, ids)
    )
    may_be = or_(
        among(_account.folded_local_part, [part for each in claims for part in each.local_parts]),
        among(_account.name_key, [each.name_key for each in claims if each.name_key]),
        among(_account.employee_id, ids),
        _account.employee_id.in_(identifiers),
    )
    found = await connection.execute(
        select(_account.user_principal_name)
        .where(
            _account.configuration_id == matching.configuration.id,
            is_open(matching.configuration.id),
            may_be,
        )
        .limit(1)
    )
    return found.first() is not None


async def _open_accounts(connection: AsyncConnection, configuration_id: int) -> _OpenAccounts:
    found = await connection.execute(
        select(
            _account.user_principal_name,
            _account.folded_local_part,
            _account.name_key,
            _account.employee_id,
            _account.hints,
            _account.person_id,
        ).where(_account.configuration_id == configuration_id, is_open(configuration_id))
    )
    accounts: list[Account] = []
    given_back: dict[str, str] = {}
    for upn, part, key, employee, hints, person in found:
        # No username can be as the others are, so nobody can be given it.
        if is_legal_local_part(part) and not is_guest(part):
            accounts.append(Account(upn, part, key, employee, frozenset(hints)))
            if person is not None:
                given_back[upn] = person
    parts = frozenset(account.local_part for account in accounts)
    return _OpenAccounts(AccountIndex(accounts), parts, given_back)


async def _claimants(
    connection: AsyncConnection, matching: Matching, index: AccountIndex
) -> list[Claimant]:
    """Those whom any account may be of, with their classes."""
    driver = await driver_connection(connection)
    await expect_rows_for(driver, None)
    statement = claimants(matching.configuration.id, matching.year, matching.reference_date)
    found: list[Claimant] = []
    async for rows in stream(driver, statement, _BATCH):
        for person_id, given, family, identifier, birth_date in rows:
            person = _claimant(
                matching,
                person_id,
                given,
                family,
                identifiers=frozenset(filter(None, (person_id, identifier))),
                birth_year=birth_date.year if birth_date else None,
            )
            if index.concerns(person):
                found.append(person)
    # What follows in this transaction may be about a few persons only.
    await driver.execute(_PLAN_AS_USUAL)
    classes = await _classes(connection, matching, [person.person_id for person in found])
    return [
        Claimant(
            person.person_id,
            person.local_parts,
            person.name_key,
            person.identifiers,
            person.birth_year,
            frozenset(classes.get(person.person_id, ())),
        )
        for person in found
    ]


def _claimant(
    matching: Matching,
    person_id: str,
    given_name: str,
    family_name: str,
    *,
    identifiers: frozenset[str] | None = None,
    birth_year: int | None = None,
) -> Claimant:
    configuration = matching.configuration
    wanted = wanted_names(
        given_name,
        family_name,
        person_id,
        configuration,
        matching.username_format,
        matching.year.start_date.year,
    )
    return Claimant(
        person_id,
        bare_names(wanted, configuration.maximum_length),
        name_key(given_name, family_name),
        identifiers or frozenset({person_id}),
        birth_year,
    )


async def _classes(
    connection: AsyncConnection, matching: Matching, persons: Collection[str]
) -> dict[str, set[str]]:
    """Names and codes of the classes in the active school year, as they are compared."""
    member = class_members(matching.configuration.id, matching.year.label, persons).c
    found = await connection.execute(select(member.person_id, member.name, member.code))
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for person, name, code in found:
        classes[person] |= set(filter(None, (squeezed(name or ""), squeezed(code or ""))))
    return classes


async def _store(
    connection: AsyncConnection, configuration_id: int, proposals: Iterable[Proposal]
) -> None:
    await connection.execute(
        delete(usernames.proposal).where(_proposal.configuration_id == configuration_id)
    )
    driver = await driver_connection(connection)
    await driver.copy_records_to_table(
        usernames.proposal.name,
        schema_name=usernames.SCHEMA,
        columns=[column.name for column in usernames.proposal.c],
        records=[
            (
                configuration_id,
                each.person_id,
                each.user_principal_name,
                each.strength.value,
                each.reason.value,
            )
            for each in proposals
        ],
    )
