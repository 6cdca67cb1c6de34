"""What a change of who assigns the domain does to the names there are (docs/domain.md, D).

To the provider: staff's names without a domain get that of the school where they were first added;
students' stay as they are, since their domain is that of their location at the sync (M4.2.2).
To the tenant: domains are taken off. What a name was stays in its history.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ARRAY, Text, cast, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy, Group
from services.username_engine.usernames.candidates import first_schools
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.events import EventKind
from services.username_engine.usernames.groups import standings
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.staff_domains import flags_with_domain
from shared.presence import ActiveYear, active_year
from shared.tables import usernames

EVENT_KIND: Final = EventKind.DOMAIN_POLICY


@dataclass(frozen=True, slots=True)
class DomainChange:
    """The domain fixed to a person's name; None: there was, or is, none."""

    person_id: str
    group: Group
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PolicyFlip:
    """A group whose domain another assigns from now on."""

    group: Group
    policy: DomainPolicy
    names: int
    """The group's names, whether what is stored of them changes or not."""
    changes: tuple[DomainChange, ...]


async def follow_domain_policies(
    connection: AsyncConnection,
    configuration_id: int,
    before: DomainPolicies,
    after: DomainPolicies,
    *,
    today: date,
    actor: str,
) -> tuple[PolicyFlip, ...]:
    """Makes the stored names follow the policies; nothing where neither flips.

    In the transaction that writes `after` and the schools' domains to `access`, and after it has:
    rolled back, it was a plan. Creators wait, so that none still makes a name by the old policy.
    """
    if before == after:
        return ()
    await lock_creation(connection, configuration_id)
    revision = await take_turn(connection, configuration_id)
    names = await _names(connection, configuration_id, today)
    flips = [
        _flip(names, group, new)
        for group, old, new in (
            (Group.STUDENT, before.students, after.students),
            (Group.STAFF, before.staff, after.staff),
        )
        if old is not new
    ]
    changes = [change for flip in flips for change in flip.changes]
    if changes:
        await _write(connection, configuration_id, changes, revision, actor)
        await raise_counter(connection, configuration_id, revision)
    return tuple(flips)


@dataclass(frozen=True, slots=True)
class _Name:
    person_id: str
    is_staff: bool
    domain: str | None
    school_domain: str | None
    """Of the school where a staff member was first added."""


async def _names(
    connection: AsyncConnection, configuration_id: int, today: date
) -> tuple[_Name, ...]:
    name, first = usernames.username.c, first_schools(configuration_id, None)
    rows = await connection.execute(
        select(name.person_id, name.domain, first.c.staff_domain)
        .outerjoin(first, first.c.person_id == name.person_id)
        .where(name.configuration_id == configuration_id)
        .order_by(name.person_id)
    )
    found = rows.all()
    # Without a year's data nobody is there: everyone counts as what he was.
    year = await active_year(connection, configuration_id) or ActiveYear("", today, today)
    standing = await standings(
        connection,
        configuration_id,
        year,
        year.reference_date(today),
        [person for person, _, _ in found],
    )
    return tuple(
        _Name(person, standing[person].group.is_staff, domain, school_domain)
        for person, domain, school_domain in found
    )


def _flip(names: Sequence[_Name], group: Group, policy: DomainPolicy) -> PolicyFlip:
    concerned = [name for name in names if name.is_staff is group.is_staff]
    return PolicyFlip(group, policy, len(concerned), tuple(_changes(concerned, group, policy)))


def _changes(names: Sequence[_Name], group: Group, policy: DomainPolicy) -> Iterator[DomainChange]:
    for name in names:
        after = name.domain
        if policy is DomainPolicy.TENANT:
            after = None
        elif group.is_staff:
            after = name.domain or name.school_domain
        if after != name.domain:
            yield DomainChange(name.person_id, group, name.domain, after)


async def _write(
    connection: AsyncConnection,
    configuration_id: int,
    changes: Sequence[DomainChange],
    revision: int,
    actor: str,
) -> None:
    columns = zip(*((each.person_id, each.before, each.after) for each in changes), strict=True)
    changed = (
        func.unnest(*(cast(list(column), ARRAY(Text)) for column in columns))
        .table_valued("person_id", "before", "after")
        .render_derived()
    )
    name = usernames.username.c
    await connection.execute(
        update(usernames.username)
        .where(name.configuration_id == configuration_id, name.person_id == changed.c.person_id)
        .values(
            domain=changed.c.after,
            version=name.version + 1,
            revision=revision,
            flags=flags_with_domain(changed.c.after),
        )
    )
    await connection.execute(
        insert(usernames.event).from_select(
            ["configuration_id", "person_id", "actor", "kind", "before", "after"],
            select(
                literal(configuration_id),
                changed.c.person_id,
                literal(actor),
                literal(EVENT_KIND.value),
                func.jsonb_build_object("domain", changed.c.before),
                func.jsonb_build_object("domain", changed.c.after),
            ).order_by(changed.c.person_id),
        )
    )
