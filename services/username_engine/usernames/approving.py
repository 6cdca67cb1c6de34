"""Approving that an account of the tenant is a person's: the name becomes the account's.

Sync stays as it is. The name that was made before stays reserved for its person. An account with
another domain than would be sent is linked only by who names the person, and then its domain is
fixed to the name: under another address School Data Sync would not find the account.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.limits import exceeds_limits
from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.usernames import Username
from services.username_engine.errors import NoUsernameError, SelectionChangedError
from services.username_engine.usernames.account_conflicts import persons_whose_name_is_taken
from services.username_engine.usernames.account_domains import AddressAsSent
from services.username_engine.usernames.account_errors import (
    AccountDomainError,
    AccountTakenError,
    AmbiguousProposalError,
    NoProposalError,
)
from services.username_engine.usernames.account_links import (
    Link,
    former_holders_of,
    linked_already,
    write_links,
)
from services.username_engine.usernames.account_matching import Strength
from services.username_engine.usernames.configurations import configured_domains
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.groups import Standing, shown_in_lists
from services.username_engine.usernames.judging import Editor, check_editable, with_username
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.proposal_list import (
    Day,
    LeftReason,
    Narrowing,
    addresses,
    day_of,
    narrowed,
    standing_of,
)
from services.username_engine.usernames.proposed_accounts import ProposedAccount, proposed_accounts
from shared.clock import Clock
from shared.database import Database


@dataclass(frozen=True, slots=True)
class ApprovedAccount:
    """A person's name as it is with the account; not `changed` where it was linked already."""

    person_id: str
    before: Username
    after: Username
    user_principal_name: str
    version: int
    changed: bool = True
    warnings: tuple[MessageCode, ...] = ()

    @property
    def fixes_domain(self) -> bool:
        return self.after.domain != self.before.domain


@dataclass(frozen=True, slots=True)
class Left:
    person_id: str
    reason: LeftReason


@dataclass(frozen=True, slots=True)
class Approved:
    accounts: tuple[ApprovedAccount, ...]
    left: tuple[Left, ...] = ()
    """Of all sure ones, those for whom it was not done; in the order of persons."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Proposals to be approved, with what would be sent under each, in the same order."""

    proposals: tuple[ProposedAccount, ...]
    addresses: tuple[AddressAsSent, ...]

    def without(self, persons: Collection[str]) -> "_Chosen":
        kept = [
            (each, address)
            for each, address in zip(self.proposals, self.addresses, strict=True)
            if each.person_id not in persons
        ]
        return _Chosen(tuple(each for each, _ in kept), tuple(address for _, address in kept))

    def left_by_domain(self) -> dict[str, LeftReason]:
        """Those whose account's domain keeps them from being approved with the others."""
        return {
            each.person_id: (
                LeftReason.DOMAIN_NOT_ALLOWED if address.is_barred else LeftReason.DOMAIN_DIFFERS
            )
            for each, address in zip(self.proposals, self.addresses, strict=True)
            if address.differs
        }


@dataclass(frozen=True, slots=True)
class SureOnes:
    """Whom `approve_sure_ones` approves as things are, and whom it leaves."""

    chosen: _Chosen
    standing: Mapping[str, Standing]
    left: Mapping[str, LeftReason]

    @property
    def count(self) -> int:
        return len(self.chosen.proposals)

    @property
    def in_order(self) -> tuple[Left, ...]:
        """Those who are left, in the order of persons."""
        return tuple(Left(person, self.left[person]) for person in sorted(self.left))


async def approve(
    database: Database,
    clock: Clock,
    configuration_id: int,
    persons: Collection[str] | Mapping[str, str | None] | None,
    actor: str,
    *,
    future_students: bool = False,
) -> Approved:
    """`approve_accounts`, or for None `approve_sure_ones`, by an operator in its own transaction."""
    editor = Editor(actor, future_students=future_students)
    async with database.transaction() as connection:
        if persons is None:
            return await approve_sure_ones(connection, clock, configuration_id, Narrowing(), editor)
        return await approve_accounts(connection, clock, configuration_id, persons, editor)


async def approve_accounts(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    persons: Collection[str] | Mapping[str, str | None],
    editor: Editor,
) -> Approved:
    """Makes the proposed accounts those of the persons: of all of them, or of none.

    `persons` may name the account of a person (its user principal name) where several are
    proposed. Who has the account already is answered as not changed. In the caller's transaction.
    Raises `NoUsernameError`, `ForbiddenError`, `NotYetEditableError`, `NoProposalError`,
    `AmbiguousProposalError`, `AccountTakenError`, `AccountDomainError`, `NoSchoolYearError`.
    """
    wanted = persons if isinstance(persons, Mapping) else dict.fromkeys(persons)
    revision = await _turn(connection, configuration_id)
    # First of all: whoever is out of reach must not be told of proposals.
    await check_editable(connection, clock, configuration_id, list(wanted), editor)
    await _check_named(connection, configuration_id, wanted)
    linked = await linked_already(connection, configuration_id, wanted)
    rest = {person: name for person, name in wanted.items() if person not in linked}
    proposals = await _chosen(connection, configuration_id, rest)
    day = await day_of(connection, clock, configuration_id)
    standing = await standing_of(connection, day, proposals)
    chosen = await _with_addresses(connection, day, proposals, standing)
    barred = {
        each.person_id
        for each, address in zip(chosen.proposals, chosen.addresses, strict=True)
        if address.is_barred
    }
    if barred:
        raise AccountDomainError(sorted(barred))
    if taken := await persons_whose_name_is_taken(connection, configuration_id, chosen.proposals):
        raise AccountTakenError(sorted(taken))
    done = await _link(connection, clock, day, revision, chosen, standing, editor.actor)
    there = [
        ApprovedAccount(
            person, link.username, link.username, link.user_principal_name, link.version, False
        )
        for person, link in linked.items()
    ]
    return Approved((*done, *there))


async def approve_sure_ones(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    narrowing: Narrowing,
    editor: Editor,
    *,
    expected_total: int | None = None,
) -> Approved:
    """Likewise for everyone with a sure proposal whom the editor sees: of those it can be done for.

    Raises `SelectionChangedError` where these are not `expected_total`, and `NoSchoolYearError`.
    """
    revision = await _turn(connection, configuration_id)
    day = await day_of(connection, clock, configuration_id)
    found = await sure_ones(connection, day, narrowing, editor)
    if expected_total not in {None, found.count}:
        raise SelectionChangedError(found.count, expected_total or 0)
    chosen, standing = found.chosen, found.standing
    done = await _link(connection, clock, day, revision, chosen, standing, editor.actor)
    return Approved(done, found.in_order)


async def sure_ones(
    connection: AsyncConnection, day: Day, narrowing: Narrowing, editor: Editor
) -> SureOnes:
    """What approving all of them would do now. Raises `UnknownPlaceError`."""
    every = await proposed_accounts(connection, day.configuration.id)
    sure = replace(narrowing, strength=Strength.SURE)
    found = await narrowed(connection, day, every, sure, editor.reach.readable)
    standing = await standing_of(connection, day, found)
    left = await _not_editable(connection, day, found, standing, editor)
    chosen = (await _with_addresses(connection, day, found, standing)).without(left)
    left.update(chosen.left_by_domain())
    chosen = chosen.without(left)
    taken = await persons_whose_name_is_taken(connection, day.configuration.id, chosen.proposals)
    left.update(dict.fromkeys(taken, LeftReason.NAME_TAKEN))
    return SureOnes(chosen.without(taken), standing, left)


async def _turn(connection: AsyncConnection, configuration_id: int) -> int:
    await lock_creation(connection, configuration_id)
    return await take_turn(connection, configuration_id)


async def _check_named(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str]
) -> None:
    named = await with_username(connection, configuration_id, list(persons))
    if nameless := sorted(set(persons) - named):
        raise NoUsernameError(nameless)


async def _chosen(
    connection: AsyncConnection, configuration_id: int, wanted: Mapping[str, str | None]
) -> list[ProposedAccount]:
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


async def _with_addresses(
    connection: AsyncConnection,
    day: Day,
    proposals: Collection[ProposedAccount],
    standing: Mapping[str, Standing],
) -> _Chosen:
    found = await addresses(connection, day, proposals, standing)
    return _Chosen(tuple(proposals), tuple(found))


async def _not_editable(
    connection: AsyncConnection,
    day: Day,
    proposals: Collection[ProposedAccount],
    standing: Mapping[str, Standing],
    editor: Editor,
) -> dict[str, LeftReason]:
    left = {each.person_id: LeftReason.NO_USERNAME for each in proposals if each.username is None}
    if not editor.future_students:
        future = (person for person, each in standing.items() if each.is_future)
        left.update(dict.fromkeys(future, LeftReason.NOT_YET_EDITABLE))
    if not editor.reach.is_unlimited:
        shown = await shown_in_lists(
            connection, day.configuration.id, day.year, day.reference_date, list(standing)
        )
        hidden = (each for each in shown if not editor.reach.writable.covers(shown[each]))
        left.update(dict.fromkeys(hidden, LeftReason.NO_RIGHT))
    return left


async def _link(
    connection: AsyncConnection,
    clock: Clock,
    day: Day,
    revision: int,
    chosen: _Chosen,
    standing: Mapping[str, Standing],
    actor: str,
) -> tuple[ApprovedAccount, ...]:
    links = [_linking(*each) for each in zip(chosen.proposals, chosen.addresses, strict=True)]
    if not links:
        return ()
    configuration = day.configuration
    holders = await former_holders_of(connection, configuration.id, links)
    versions = await write_links(
        connection, configuration.id, revision, links, holders, actor, clock.now()
    )
    await raise_counter(connection, configuration.id, revision)
    known = await configured_domains(connection, configuration.id) | configuration.verified_domains

    def warnings(link: Link) -> Iterable[MessageCode]:
        username, person = link.username, link.person_id
        if username.domain and username != link.before and username.domain not in known:
            yield MessageCode.DOMAIN_NOT_CONFIGURED
        domain = username.domain or configuration.dynamic_domain(standing[person].group)
        if exceeds_limits(username.local_part, domain):
            yield MessageCode.EXCEEDS_MICROSOFT_LIMIT
        if person in holders:
            yield MessageCode.FORMER_OF_ANOTHER

    return tuple(
        ApprovedAccount(
            link.person_id,
            link.before,
            link.username,
            link.user_principal_name,
            versions[link.person_id],
            warnings=tuple(warnings(link)),
        )
        for link in links
    )


def _linking(proposed: ProposedAccount, address: AddressAsSent) -> Link:
    before = Username(proposed.username or "", proposed.stored_domain)
    domain = address.account_domain if address.differs else proposed.stored_domain
    return Link(
        proposed.person_id,
        proposed.user_principal_name,
        before,
        Username(proposed.local_part, domain),
    )
