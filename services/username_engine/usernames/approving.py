"""Approving that an account of the tenant is a person's: the name becomes the account's.

Sync stays as it is. The name that was made before stays reserved for its person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, Text, bindparam, delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.local_parts import fold
from services.username_engine.errors import (
    NoSchoolYearError,
    NotYetEditableError,
    NoUsernameError,
)
from services.username_engine.usernames.account_errors import (
    AccountTakenError,
    AmbiguousProposalError,
    NoProposalError,
)
from services.username_engine.usernames.account_matching import Strength
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import EventKind
from services.username_engine.usernames.groups import standings
from services.username_engine.usernames.ledger import release_names
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.naming import NameFlag
from services.username_engine.usernames.proposals import ProposedAccount, proposed_accounts
from shared.clock import Clock
from shared.database import Database, among
from shared.presence import active_year
from shared.tables import usernames

ACCOUNT_RULE: Final = "account"

_name = usernames.username.c
_proposal = usernames.proposal.c


@dataclass(frozen=True, slots=True)
class ApprovedAccount:
    person_id: str
    before: str
    after: str
    """Local parts."""
    user_principal_name: str


@dataclass(frozen=True, slots=True)
class Approved:
    accounts: tuple[ApprovedAccount, ...]
    left: tuple[str, ...] = ()
    """Of all sure ones, the persons for whom it could not be done: the account's name is another
    person's here, they have not started yet, or have no name yet."""


async def approve(
    database: Database,
    clock: Clock,
    configuration_id: int,
    persons: Collection[str] | Mapping[str, str | None] | None,
    actor: str,
    *,
    future_students: bool = False,
) -> Approved:
    """Makes the proposed accounts those of the persons: of these, or of all who have a sure one.

    `persons` may name the account of a person (its user principal name) where several are
    proposed. Of these persons all or none; of all sure ones those that can be. `future_students`: an
    operator's word that who has not started may be meant. Raises `NoProposalError`,
    `AmbiguousProposalError`, `AccountTakenError`, `NoUsernameError`, `NotYetEditableError`,
    `NoSchoolYearError`.
    """
    async with database.transaction() as connection:
        await lock_creation(connection, configuration_id)
        revision = await take_turn(connection, configuration_id)
        if persons is None:
            proposals = [
                each
                for each in await proposed_accounts(connection, configuration_id)
                if each.strength is Strength.SURE
            ]
        else:
            proposals = await _chosen(connection, configuration_id, persons)
        future = await _future(
            connection, clock, configuration_id, [each.person_id for each in proposals]
        )
        if future_students:
            future = set()
        nameless = {each.person_id for each in proposals if each.username is None}
        taken = await _taken(connection, configuration_id, proposals, future | nameless)
        barred = future | nameless | taken
        if persons is not None:
            _refuse(nameless, future, taken)
        done = [
            ApprovedAccount(
                each.person_id,
                each.username,
                each.local_part,
                each.user_principal_name,
            )
            for each in proposals
            if each.username is not None and each.person_id not in barred
        ]
        if done:
            await _link(connection, clock, configuration_id, revision, done, actor)
            await raise_counter(connection, configuration_id, revision)
        return Approved(tuple(done), tuple(sorted(barred)))


def _refuse(nameless: set[str], future: set[str], taken: set[str]) -> None:
    if nameless:
        raise NoUsernameError(sorted(nameless))
    if future:
        raise NotYetEditableError(sorted(future))
    if taken:
        raise AccountTakenError(sorted(taken))


async def _chosen(
    connection: AsyncConnection,
    configuration_id: int,
    persons: Collection[str] | Mapping[str, str | None],
) -> list[ProposedAccount]:
    wanted = persons if isinstance(persons, Mapping) else dict.fromkeys(persons)
    by_person: dict[str, list[ProposedAccount]] = {person: [] for person in wanted}
    for each in await proposed_accounts(connection, configuration_id, list(wanted)):
        account = wanted[each.person_id]
        if account is None or account.lower() == each.user_principal_name:
            by_person[each.person_id].append(each)
    if missing := sorted(person for person, found in by_person.items() if not found):
        raise NoProposalError(missing)
    if several := sorted(person for person, found in by_person.items() if len(found) > 1):
        raise AmbiguousProposalError(several)
    return [found[0] for found in by_person.values()]


async def _future(
    connection: AsyncConnection, clock: Clock, configuration_id: int, persons: Collection[str]
) -> set[str]:
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    day = year.reference_date(clock.today())
    found = await standings(connection, configuration_id, year, day, persons)
    return {person for person in persons if found[person].is_future}


async def _taken(
    connection: AsyncConnection,
    configuration_id: int,
    proposals: Collection[ProposedAccount],
    staying: Collection[str],
) -> set[str]:
    """The persons whose account's name is, and stays, another person's here.

    `staying`: those who keep their names whatever is proposed for them.
    """
    wanted: dict[str, list[str]] = {}
    for each in proposals:
        wanted.setdefault(fold(each.local_part), []).append(each.person_id)
    holders = await connection.execute(
        select(_name.folded, _name.person_id).where(
            _name.configuration_id == configuration_id, among(_name.folded, list(wanted))
        )
    )
    # Who of these gets another name in the same step gives his own up.
    moving = {each.person_id for each in proposals} - set(staying)
    taken = {person for persons in wanted.values() if len(persons) > 1 for person in persons}
    for folded, holder in holders:
        if holder not in moving:
            taken.update(wanted[folded])
    return _with_who_depends(proposals, taken)


def _with_who_depends(proposals: Collection[ProposedAccount], taken: set[str]) -> set[str]:
    """`taken` and those whose account's name is kept by one of them, and so on."""
    keeper = {fold(each.username): each.person_id for each in proposals if each.username}
    found = set(taken)
    while True:
        more = {
            each.person_id
            for each in proposals
            if each.person_id not in found and keeper.get(fold(each.local_part)) in found
        }
        if not more:
            return found
        found |= more


# By way of names that nobody can have, so that persons may exchange theirs: the unique index looks
# at every row by itself.
_ASIDE = text("""
    update usernames.username
    set local_part = '@' || person_id
    where configuration_id = :configuration_id and person_id = any(:persons)
""").bindparams(bindparam("persons", type_=ARRAY(Text)))
_RENAME = text("""
    update usernames.username name
    set local_part = linked.local_part, version = name.version + 1, revision = :revision,
        rule = :rule, flags = array_remove(array_remove(name.flags, :likely), :taken)
    from unnest(:persons, :local_parts) as linked (person_id, local_part)
    where name.configuration_id = :configuration_id and name.person_id = linked.person_id
""").bindparams(
    bindparam("persons", type_=ARRAY(Text)), bindparam("local_parts", type_=ARRAY(Text))
)
_LINK = text("""
    update usernames.tenant_account account
    set person_id = linked.person_id
    from unnest(:persons, :accounts) as linked (person_id, user_principal_name)
    where account.configuration_id = :configuration_id
        and account.user_principal_name = linked.user_principal_name
""").bindparams(bindparam("persons", type_=ARRAY(Text)), bindparam("accounts", type_=ARRAY(Text)))


async def _link(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    revision: int,
    done: Collection[ApprovedAccount],
    actor: str,
) -> None:
    persons = [each.person_id for each in done]
    accounts = [each.user_principal_name for each in done]
    of_these = {"configuration_id": configuration_id, "persons": persons}
    await connection.execute(_ASIDE, of_these)
    await connection.execute(
        _RENAME,
        {
            **of_these,
            "local_parts": [each.after for each in done],
            "revision": revision,
            "rule": ACCOUNT_RULE,
            "likely": NameFlag.LIKELY_EXISTING_ACCOUNT.value,
            "taken": NameFlag.NAME_TAKEN_IN_TENANT.value,
        },
    )
    await connection.execute(_LINK, {**of_these, "accounts": accounts})
    await connection.execute(
        delete(usernames.proposal).where(
            _proposal.configuration_id == configuration_id,
            among(_proposal.person_id, persons) | among(_proposal.user_principal_name, accounts),
        )
    )
    lost = {each.person_id: each.before for each in done if fold(each.before) != fold(each.after)}
    await release_names(connection, configuration_id, lost, clock.now())
    await _tell(connection, configuration_id, done, lost, actor)


async def _tell(
    connection: AsyncConnection,
    configuration_id: int,
    done: Collection[ApprovedAccount],
    lost: Mapping[str, str],
    actor: str,
) -> None:
    linked: list[dict[str, Any]] = [
        {
            "configuration_id": configuration_id,
            "person_id": each.person_id,
            "actor": actor,
            "kind": EventKind.LINKED.value,
            "before": {"local_part": each.before},
            "after": {
                "local_part": each.after,
                "user_principal_name": each.user_principal_name,
                **({"reserved": each.before} if each.person_id in lost else {}),
            },
            "rule": ACCOUNT_RULE,
        }
        for each in done
    ]
    await connection.execute(insert(usernames.event), linked)
