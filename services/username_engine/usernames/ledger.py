"""The ledger of names: what a person had stays the person's (docs/domain.md, "Usernames: creation").

A current name is reserved by its row in usernames.username, which stays when its person leaves. A
name that a person lost by an edit or a rename stands in usernames.former_name: generation gives it
to nobody else, unless the configuration lets it be reused after a time; a hand edit may take it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    Text,
    and_,
    bindparam,
    exists,
    func,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.events import ENGINE, EventKind
from shared.database import among
from shared.presence import ActiveYear
from shared.tables import usernames

_former = usernames.former_name.c
_name = usernames.username.c

# Local parts are ASCII: PostgreSQL's lower() is the engine's fold.
_RELEASE = text("""
    insert into usernames.former_name
        (configuration_id, folded, person_id, local_part, released_at)
    select :configuration_id, lower(local_part), person_id, local_part, :now
    from unnest(:persons, :local_parts) as released (person_id, local_part)
    on conflict (configuration_id, folded, person_id) do update
        set local_part = excluded.local_part, released_at = excluded.released_at
""").bindparams(
    bindparam("persons", type_=ARRAY(Text)),
    bindparam("local_parts", type_=ARRAY(Text)),
    bindparam("now", type_=DateTime(timezone=True)),
)


async def release_name(
    connection: AsyncConnection,
    configuration_id: int,
    person_id: str,
    local_part: str,
    now: datetime,
) -> None:
    """Enters a name that the person no longer has, in the transaction that takes it away.

    Not for a change of letter case alone: that is the same name. A name lost again counts from
    `now`.
    """
    await release_names(connection, configuration_id, {person_id: local_part}, now)


async def release_names(
    connection: AsyncConnection,
    configuration_id: int,
    local_parts: Mapping[str, str],
    now: datetime,
) -> None:
    """`release_name` for many; `local_parts` by person id."""
    if local_parts:
        await connection.execute(
            _RELEASE,
            {
                "configuration_id": configuration_id,
                "persons": list(local_parts),
                "local_parts": list(local_parts.values()),
                "now": now,
            },
        )


async def former_holders(
    connection: AsyncConnection, configuration_id: int, folded: str
) -> list[str]:
    """The persons who had this name and have another now, who lost it last first."""
    has_it_again = exists().where(
        _name.configuration_id == configuration_id,
        _name.person_id == _former.person_id,
        _name.folded == folded,
    )
    found = await connection.execute(
        select(_former.person_id)
        .where(
            _former.configuration_id == configuration_id, _former.folded == folded, ~has_it_again
        )
        .order_by(_former.released_at.desc(), _former.person_id)
    )
    return list(found.scalars())


def still_reserved(reuse_after_days: int | None, now: datetime) -> ColumnElement[bool]:
    """Of rows of usernames.former_name: whether generation leaves the name to its person."""
    if reuse_after_days is None:
        return true()
    return _former.released_at > now - timedelta(days=reuse_after_days)


async def reserved_for(
    connection: AsyncConnection,
    configuration_id: int,
    folded: Collection[str],
    *,
    reuse_after_days: int | None,
    now: datetime,
) -> dict[str, frozenset[str]]:
    """Of the folded names those that the ledger reserves, with the persons they are reserved for."""
    found = await connection.execute(
        select(_former.folded, _former.person_id).where(
            _former.configuration_id == configuration_id,
            among(_former.folded, folded),
            still_reserved(reuse_after_days, now),
        )
    )
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for name, person in found:
        holders[name].add(person)
    return {name: frozenset(persons) for name, persons in holders.items()}


async def own_former_names(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str]
) -> dict[str, str]:
    """Of each of `persons` who has former names the last one, where nobody has it at present."""
    in_use = exists().where(
        and_(_name.configuration_id == configuration_id, _name.folded == _former.folded)
    )
    found = await connection.execute(
        select(
            _former.person_id,
            func.array_agg(
                postgresql.aggregate_order_by(_former.local_part, _former.released_at.desc())
            )[1],
        )
        .where(
            _former.configuration_id == configuration_id,
            among(_former.person_id, persons),
            ~in_use,
        )
        .group_by(_former.person_id)
    )
    return {person: local_part for person, local_part in found}  # noqa: C416 - rows


# The last day on which anything places the person here: an enrolment or a membership, which ends
# with its school year at the latest, or with its removal by the source.
_RETIRE = text("""
    with placed as (
        select person_id, school_year, end_date, removed_at from sis.enrolment
        where configuration_id = :configuration_id
        union all
        select person_id, school_year, end_date, removed_at from sis.staff
        where configuration_id = :configuration_id
    ), last_seen as (
        select placed.person_id, max(least(
            coalesce(placed.end_date, 'infinity'),
            coalesce(year.end_date, 'infinity'),
            coalesce((placed.removed_at at time zone 'Europe/Brussels')::date, 'infinity')
        )) as day
        from placed
        left join sis.school_year year
            on year.configuration_id = :configuration_id
            and year.sourced_id = placed.school_year
        group by placed.person_id
    ), retired as (
        delete from usernames.username name
        using last_seen
        where name.configuration_id = :configuration_id
            and name.person_id = last_seen.person_id
            and last_seen.day < :before
        returning name.person_id, name.local_part, name.domain, name.sync, last_seen.day
    ), entered as (
        insert into usernames.former_name
            (configuration_id, folded, person_id, local_part, released_at)
        select :configuration_id, lower(local_part), person_id, local_part,
            day::timestamp at time zone 'Europe/Brussels'
        from retired
        on conflict (configuration_id, folded, person_id) do update
            set local_part = excluded.local_part, released_at = excluded.released_at
    ), told as (
        insert into usernames.event (configuration_id, person_id, actor, kind, before, rule)
        select :configuration_id, person_id, :actor, :kind,
            jsonb_build_object('local_part', local_part, 'domain', domain, 'sync', sync), :rule
        from retired
        order by person_id
    )
    select count(*) from retired
""").bindparams(bindparam("before", type_=Date))


async def retire_leavers(
    connection: AsyncConnection,
    configuration: Configuration,
    year: ActiveYear,
    reference_date: date,
) -> int:
    """Takes their names from those who left longer ago than the configuration reserves names.

    The number of names, which stand in the ledger from then on as released on the last day: who
    comes back gets his again, unless somebody else has it by then. Nobody who was here in the
    active school year is meant. In the transaction of a writer who has taken his turn.
    """
    if configuration.reuse_after_days is None:
        return 0
    before = reference_date - timedelta(days=configuration.reuse_after_days)
    retired = await connection.execute(
        _RETIRE,
        {
            "configuration_id": configuration.id,
            "before": min(before, year.start_date),
            "actor": ENGINE,
            "kind": EventKind.RESERVED.value,
            "rule": "reuse_after_days",
        },
    )
    return int(retired.scalar_one())
