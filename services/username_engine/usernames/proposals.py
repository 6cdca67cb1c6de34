"""Which accounts of the tenant are probably whose, for approval (docs/configuration.md).

Proposals are made when accounts are imported and when names are; an account is open, and may be
proposed, while it is approved for nobody and no released name has its local part. Nothing is linked
without approval.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.local_parts import is_legal_local_part
from services.username_engine.usernames.account_matching import (
    Account,
    AccountIndex,
    Claimant,
    Proposal,
    Reason,
    Strength,
    holders_of_bare_names,
    name_key,
    propose,
    squeezed,
)
from services.username_engine.usernames.candidates import Candidate, claimants
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.name_giving import NO_ACCOUNTS, LikelyAccounts
from services.username_engine.usernames.naming import bare_names, wanted_names
from shared.database import among, driver_connection
from shared.presence import ActiveYear
from shared.streaming import expect_rows_for, stream
from shared.tables import sis, usernames

_BATCH = 5_000
_PLAN_AS_USUAL = "set local enable_nestloop to default; set local jit to default"

_account = usernames.tenant_account.c
_proposal = usernames.proposal.c
_name = usernames.username.c


@dataclass(frozen=True, slots=True)
class Matching:
    """By what persons and accounts are compared."""

    configuration: Configuration
    username_format: UsernameFormat
    year: ActiveYear
    reference_date: date


@dataclass(frozen=True, slots=True)
class ProposedAccount:
    """A person of the configuration and an account that is probably the person's."""

    person_id: str
    given_name: str
    family_name: str
    username: str | None
    """The local part there is for the person now; None while it is still to be made."""
    user_principal_name: str
    local_part: str
    """The account's, as the name would become."""
    display_name: str | None
    strength: Strength
    reason: Reason


def is_open(configuration_id: int) -> ColumnElement[bool]:
    """Of rows of usernames.tenant_account: nobody's yet, as far as is known here."""
    released = usernames.username.alias("released")
    return _account.person_id.is_(None) & ~exists().where(
        released.c.configuration_id == configuration_id,
        released.c.folded == _account.folded_local_part,
        released.c.sync,
    )


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
    index, parts = await _open_accounts(connection, matching.configuration.id)
    if not parts:
        return NO_ACCOUNTS
    persons = await _claimants(connection, matching, index)
    proposals = propose(persons, index)
    await _store(connection, matching.configuration.id, proposals)
    return LikelyAccounts(
        persons=frozenset(
            each.person_id
            for each in proposals
            if each.reason is not Reason.EXACT_FORMAT_OTHER_NAMES
        ),
        bare_names=holders_of_bare_names(persons, index),
        local_parts=parts,
    )


async def renew_proposals(connection: AsyncConnection, matching: Matching) -> list[Proposal]:
    """Makes all proposals of the configuration anew; in the transaction of a writer."""
    index, _ = await _open_accounts(connection, matching.configuration.id)
    proposals = propose(await _claimants(connection, matching, index), index)
    await _store(connection, matching.configuration.id, proposals)
    return proposals


async def proposed_accounts(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str] | None = None
) -> list[ProposedAccount]:
    """The proposals that still stand: sure ones first, then by name; of `persons` only, if given."""
    person = sis.person.c
    found = await connection.execute(
        select(
            _proposal.person_id,
            person.given_name,
            person.family_name,
            _name.local_part.label("username"),
            _proposal.user_principal_name,
            _account.local_part,
            _account.display_name,
            _proposal.strength,
            _proposal.reason,
        )
        .join(
            usernames.tenant_account,
            (_account.configuration_id == _proposal.configuration_id)
            & (_account.user_principal_name == _proposal.user_principal_name),
        )
        .join(
            sis.person,
            (person.configuration_id == _proposal.configuration_id)
            & (person.id == _proposal.person_id)
            & person.removed_at.is_(None),
        )
        .outerjoin(
            usernames.username,
            (_name.configuration_id == _proposal.configuration_id)
            & (_name.person_id == _proposal.person_id),
        )
        .where(
            _proposal.configuration_id == configuration_id,
            among(_proposal.person_id, persons),
            is_open(configuration_id),
            _name.sync.is_not(True),
        )
        .order_by(
            _proposal.strength.desc(),
            person.family_name,
            person.given_name,
            _proposal.person_id,
            _proposal.user_principal_name,
        )
    )
    return [
        ProposedAccount(
            person_id=row.person_id,
            given_name=row.given_name,
            family_name=row.family_name,
            username=row.username,
            user_principal_name=row.user_principal_name,
            local_part=row.local_part,
            display_name=row.display_name,
            strength=Strength(row.strength),
            reason=Reason(row.reason),
        )
        for row in found
    ]


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


async def _open_accounts(
    connection: AsyncConnection, configuration_id: int
) -> tuple[AccountIndex, frozenset[str]]:
    """The open accounts, and their folded local parts."""
    found = await connection.execute(
        select(
            _account.user_principal_name,
            _account.folded_local_part,
            _account.name_key,
            _account.given_name.is_not(None) & _account.surname.is_not(None),
            _account.employee_id,
            _account.hints,
        ).where(_account.configuration_id == configuration_id, is_open(configuration_id))
    )
    accounts = [
        Account(upn, part, key, bool(names), employee, frozenset(hints))
        for upn, part, key, names, employee, hints in found
        # No username can be as the others are, so nobody can be given it.
        if is_legal_local_part(part)
    ]
    return AccountIndex(accounts), frozenset(account.local_part for account in accounts)


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
    member, of, year = sis.class_enrolment.c, sis.class_.c, sis.school_year.c
    found = await connection.execute(
        select(member.person_id, of.name, of.code)
        .join(
            sis.class_,
            (of.configuration_id == member.configuration_id) & (of.id == member.class_id),
        )
        .join(
            sis.school_year,
            (year.configuration_id == of.configuration_id)
            & (year.sourced_id == of.school_year)
            & (year.label == matching.year.label),
        )
        .where(
            member.configuration_id == matching.configuration.id,
            among(member.person_id, persons),
            member.removed_at.is_(None),
            of.removed_at.is_(None),
            of.kind == "class",
        )
    )
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
