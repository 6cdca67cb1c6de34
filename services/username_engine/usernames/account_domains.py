"""Under which domain a name would be sent, and whether that is its account's.

School Data Sync finds an account by the address that is sent. With another domain it finds none and
makes a second account; and one that it has linked before it renames (docs/domain.md, "Usernames:
what is sent").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.domains import DomainError, normalise_domain
from services.username_engine.engine.resolving import MissingDomainError, username_as_sent
from services.username_engine.engine.usernames import DomainPolicy
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.groups import Standing
from services.username_engine.usernames.proposed_accounts import ProposedAccount
from services.username_engine.usernames.resolving import students_domains
from shared.presence import ActiveYear


@dataclass(frozen=True, slots=True)
class AddressAsSent:
    """A proposed account beside what would be sent under its name as things are."""

    username: str | None
    """None: it cannot be sent, as no domain is known."""
    account_domain: str | None
    """In its normal form; None: no username may have it."""
    differs: bool | None
    """Whether the account's domain is another; None: the tenant assigns it, unknown here."""

    @property
    def is_barred(self) -> bool:
        """Whether the account's domain would have to be fixed to the name, and may not be."""
        return bool(self.differs) and self.account_domain is None


def as_sent(
    proposed: ProposedAccount,
    configuration: Configuration,
    standing: Standing,
    location_domain: str | None,
) -> AddressAsSent:
    """`location_domain`: of the person's enrolment on the reference date; only for students."""
    policy = configuration.policy(standing.group)
    account_domain = _allowed(proposed.domain, configuration)
    try:
        username = username_as_sent(
            proposed.local_part,
            proposed.stored_domain,
            sent_as_staff=standing.group.is_staff,
            policies=configuration.policies,
            location_domain=location_domain,
        )
    except MissingDomainError:
        return AddressAsSent(None, account_domain, True)
    if policy is DomainPolicy.TENANT:
        return AddressAsSent(username, account_domain, None)
    sent_domain = username.rpartition("@")[2]
    return AddressAsSent(username, account_domain, sent_domain != _normal(proposed.domain))


@lru_cache(maxsize=1_000)
def _normal(domain: str) -> str | None:
    """None: it is no valid one. Kept, as a tenant has few domains and an account each."""
    try:
        return normalise_domain(domain)
    except DomainError:
        return None


def _allowed(domain: str, configuration: Configuration) -> str | None:
    """As a fixed domain by the rules for edits."""
    normal, verified = _normal(domain), configuration.verified_domains
    return normal if not verified or normal in verified else None


async def location_domains(
    connection: AsyncConnection,
    configuration_id: int,
    year: ActiveYear,
    reference_date: date,
    persons: list[str],
) -> Mapping[str, str | None]:
    """Of the students among `persons` the domain of their location, at the sync."""
    student = students_domains(configuration_id, year, reference_date, persons).c
    found = await connection.execute(select(student.person_id, student.student_domain))
    return {person: domain for person, domain in found}  # noqa: C416 - rows
