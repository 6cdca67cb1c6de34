"""Pulls in the database: which there are, how they are opened and joined, how far they came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

import asyncpg

from services.oneroster.oauth.clients import Client
from services.oneroster.publication.pruning import PULL_IDLE, PULL_LONGEST
from services.oneroster.rostering.pulls import FULL, REMEMBERED, Asked, Pull, is_live

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_LOOKED_AT = 100
# The latest, and the token's own however many came after it.
_PULLS = """
    with looked_at as (
        (select id, edition, opened_at, read_at from roster.pull
         where configuration_id = $1 and client_id = $2 and kind = $4 and opened_at > $6
         order by opened_at desc, id desc limit $7)
        union
        select pull.id, pull.edition, pull.opened_at, pull.read_at
        from roster.pull_token own join roster.pull using (configuration_id, kind)
        where configuration_id = $1 and own.token_id = $3 and kind = $4
            and pull.id = own.pull_id and pull.client_id = $2 and pull.opened_at > $6)
    select pull.*, token.pull_id is not null as own, key.begun, key.reached, key.bookmark,
        exists (select from roster.edition
            where configuration_id = $1 and number = pull.edition) as held
    from looked_at pull
    left join roster.pull_token token on token.configuration_id = $1
        and token.token_id = $3 and token.kind = $4 and token.pull_id = pull.id
    left join roster.pull_key key on key.configuration_id = $1
        and key.pull_id = pull.id and key.key = $5
    order by pull.opened_at desc, pull.id desc
"""
_HOLDS = """
    select pull.id, key.bookmark from roster.pull
    left join roster.pull_key key on key.configuration_id = pull.configuration_id
        and key.pull_id = pull.id and key.key = $7
    where pull.configuration_id = $1 and pull.client_id = $2 and pull.edition = $3
        and pull.kind = $4 and pull.read_at >= $5 and pull.opened_at >= $6
        and (key.begun is not null or not $8)
        and exists (select from roster.edition where configuration_id = $1 and number = $3)
    order by key.begun is not null desc, pull.read_at desc limit 1
"""
# Writers of one client take turns, so that five collections asked at once end in one pull; and
# nobody prunes between the look at the newest edition and the pull that holds it.
_TURN = """
    select pg_advisory_xact_lock_shared(hashtext('rosterbridge.pruning'), $1::integer),
        pg_advisory_xact_lock(hashtext('rosterbridge.pull'), hashtext($2))
"""
_OPEN = """
    insert into roster.pull (configuration_id, client_id, kind, edition, opened_at, read_at)
    values ($1, $2, $3, $4, $5, $5)
    returning id
"""
# One after the other: there is nobody who reads them any longer.
_FORGET = (
    """
    delete from roster.pull_key using roster.pull
    where pull.configuration_id = $1 and pull.client_id = $2 and pull.opened_at < $3
        and pull_key.configuration_id = $1 and pull_key.pull_id = pull.id
    """,
    """
    delete from roster.pull_token using roster.pull
    where pull.configuration_id = $1 and pull.client_id = $2 and pull.opened_at < $3
        and pull_token.configuration_id = $1 and pull_token.pull_id = pull.id
    """,
    """
    delete from roster.pull
    where configuration_id = $1 and client_id = $2 and opened_at < $3
    """,
)
_USED = """
    insert into roster.client_use (configuration_id, client_id, first_read_at)
    values ($1, $2, $3) on conflict do nothing
"""
# The same delta asked again begins where it began; another one where the last pull ended.
_BOOKMARK = """
    insert into roster.client_bookmark as held
        (configuration_id, client_id, list, kind, bookmark, stamp)
    select $1, $2, $3, $4, $6, stamp
    from roster.edition where configuration_id = $1 and number = $5
    on conflict (configuration_id, client_id, list) do update set
        kind = excluded.kind,
        bookmark = case when held.kind = excluded.kind then held.bookmark else held.stamp end,
        stamp = excluded.stamp
    returning bookmark
"""
# What was never read before begins with the rest of its delta.
_BOOKMARK_OF_OTHERS = """
    select min(case when kind = $3 then bookmark else stamp end) from roster.client_bookmark
    where configuration_id = $1 and client_id = $2
"""
_OWN = """
    insert into roster.pull_token (configuration_id, token_id, kind, pull_id)
    values ($1, $2, $3, $4)
    on conflict (configuration_id, token_id, kind) do update set pull_id = excluded.pull_id
"""
_BEGIN = """
    insert into roster.pull_key as known
        (configuration_id, pull_id, key, begun, bookmark, reached)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (configuration_id, pull_id, key) do update set
        begun = case when excluded.begun = 'no' then known.begun else excluded.begun end,
        bookmark = coalesce(known.bookmark, excluded.bookmark),
        reached = greatest(known.reached, excluded.reached)
"""
# Always the rows of pulls first, in the order of their ids, then what hangs on them: who opens pulls
# and who writes their progress would otherwise wait for each other. What had ended by the time it
# was read stays ended.
_READ = """
    with due as (
        select pull.id, came.read_at
        from unnest($2::bigint[], $3::timestamptz[]) as came (id, read_at)
        join roster.pull using (id)
        where pull.configuration_id = $1 and pull.read_at >= came.read_at - $4::interval
        order by pull.id for update of pull)
    update roster.pull set read_at = greatest(pull.read_at, due.read_at) from due
    where pull.configuration_id = $1 and pull.id = due.id
"""
_REACHED = """
    update roster.pull_key known set reached = greatest(known.reached, came.reached)
    from unnest($2::bigint[], $3::bytea[], $4::bigint[]) as came (pull_id, key, reached)
    where known.configuration_id = $1 and known.pull_id = came.pull_id and known.key = came.key
"""


async def newest_edition(connection: Connection, configuration_id: int) -> int | None:
    number: int | None = await connection.fetchval(
        "select max(number) from roster.edition where configuration_id = $1", configuration_id
    )
    return number


async def pulls_of(
    connection: Connection, client: Client, token_id: str, asked: Asked, now: datetime
) -> list[Pull]:
    """The client's pulls of the asked kind of the last day, the latest first."""
    rows = await connection.fetch(
        _PULLS,
        client.configuration_id,
        client.client_id,
        token_id,
        asked.kind,
        asked.key,
        now - REMEMBERED,
        _LOOKED_AT,
    )
    return [
        Pull(
            row["id"],
            row["edition"],
            row["held"] and is_live(row["opened_at"], row["read_at"], now),
            row["own"],
            row["begun"],
            row["reached"] or 0,
            row["bookmark"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Holder:
    id: int
    bookmark: datetime | None


async def holder_of(
    connection: Connection, client: Client, edition: int, asked: Asked, now: datetime
) -> Holder | None:
    """A live pull of the client that holds this edition."""
    rows = await connection.fetch(
        _HOLDS,
        client.configuration_id,
        client.client_id,
        edition,
        asked.kind,
        now - PULL_IDLE,
        now - PULL_LONGEST,
        asked.key,
        # Where its delta begins is known of what it has begun alone.
        client.bookmarks_by_clock and asked.kind != FULL,
    )
    return Holder(*rows[0]) if rows else None


async def take_turn(connection: Connection, client: Client) -> None:
    """Until the transaction's end; it may be lost in a crash, as a pull then is anyway."""
    await connection.execute("set local synchronous_commit = off")
    await connection.execute(_TURN, client.configuration_id, client.client_id)


async def open_pull(
    connection: Connection,
    client: Client,
    token_id: str,
    asked: Asked,
    edition: int,
    now: datetime,
) -> Pull:
    configuration = client.configuration_id
    for statement in _FORGET:
        await connection.execute(statement, configuration, client.client_id, now - REMEMBERED)
    pull_id = await connection.fetchval(
        _OPEN, configuration, client.client_id, asked.kind, edition, now
    )
    await connection.execute(_USED, configuration, client.client_id, now)
    pull = Pull(pull_id, edition, live=True, own=True, begun=None, reached=0)
    await own_pull(connection, client, token_id, asked, pull)
    return await join_pull(connection, client, asked, pull, now)


async def own_pull(
    connection: Connection, client: Client, token_id: str, asked: Asked, pull: Pull
) -> None:
    await connection.execute(_OWN, client.configuration_id, token_id, asked.kind, pull.id)


async def join_pull(
    connection: Connection, client: Client, asked: Asked, pull: Pull, now: datetime
) -> Pull:
    """The pull with the key in it."""
    configuration, bookmark = client.configuration_id, pull.bookmark
    await connection.execute(_READ, configuration, [pull.id], [now], PULL_IDLE)
    if client.bookmarks_by_clock and asked.beginning == "page":
        bookmark = await _bookmark(connection, client, asked, pull.edition)
    await connection.execute(
        _BEGIN, configuration, pull.id, asked.key, asked.beginning, bookmark, asked.end
    )
    return replace(pull, bookmark=bookmark)


async def _bookmark(
    connection: Connection, client: Client, asked: Asked, edition: int
) -> datetime | None:
    who = client.configuration_id, client.client_id
    found: datetime | None = await connection.fetchval(_BOOKMARK_OF_OTHERS, *who, asked.kind)
    if asked.list is not None:
        found = await connection.fetchval(_BOOKMARK, *who, asked.list, asked.kind, edition, found)
    return found


async def write_progress(
    connection: Connection,
    configuration_id: int,
    read: Mapping[int, datetime],
    reached: Iterable[tuple[int, bytes, int]],
) -> None:
    """`read`: when each pull was; `reached`: pull, key and offset."""
    await connection.execute(_READ, configuration_id, list(read), list(read.values()), PULL_IDLE)
    columns = list(zip(*reached, strict=True))
    if columns:
        await connection.execute(_REACHED, configuration_id, *map(list, columns))
