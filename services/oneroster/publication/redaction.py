"""What a configuration does not keep is taken from what is gone, too.

A tombstone bears its object's last body for 400 days, and a pull holds what an edition showed for up
to two hours. Where guardians, demographics or user flags are switched off, neither may: tombstones
lose them in place, and pulls that may still show them end (docs/publication.md, "Tombstones").
"""

# ruff: noqa: S608 - the statements are this module's own.

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import asyncpg
import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.objects import USER_FLAGS
from services.oneroster.publication.people import BATCH
from services.oneroster.publication.pruning import PULL_IDLE, PULL_LONGEST
from services.oneroster.publication.rendering import folded, stored_json, stored_object
from services.oneroster.publication.structure import Choices
from shared.clock import Clock
from shared.database import driver_connection

log = structlog.get_logger()

Connection: TypeAlias = "asyncpg.Connection[Any]"
Members: TypeAlias = Mapping[str, Any]
Redact: TypeAlias = Callable[[Members, str], dict[str, Any]]
"""Of a body of either version or of the column `fields`; with what stands for the object's id there."""

_ALL_HAVE = frozenset({"sourcedId", "status", "dateLastModified"})
_OF_GUARDIANS = _ALL_HAVE | {
    *("username", "enabledUser", "givenName", "familyName", "identifier"),
    *("role", "orgs", "roles", "primaryOrg", "roles.roleType", "roles.role", "roles.org"),
}
# Both versions ask for names.
_NO_NAME = "-"
_FLAGS = f"metadata.{USER_FLAGS}"


class LetGo(NamedTuple):
    tombstones: int = 0
    pulls: int = 0


def _demographics(members: Members, _sourced_id: str) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name in _ALL_HAVE}


def _guardian(members: Members, sourced_id: str) -> dict[str, Any]:
    """With the names that are asked for, and nobody's: 1.1 asks for an identifier as well."""
    instead = {
        "username": sourced_id,
        "identifier": sourced_id,
        "givenName": _NO_NAME,
        "familyName": _NO_NAME,
    }
    kept = (name for name in members if name in _OF_GUARDIANS)
    return {name: instead.get(name, members[name]) for name in kept}


def _without(*dropped: str) -> Redact:
    def redact(members: Members, _sourced_id: str) -> dict[str, Any]:
        return {name: value for name, value in members.items() if name not in dropped}

    return redact


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows that hold what may have to go."""

    table: str
    holds: str
    """The condition; false of what has lost it."""
    redact: Redact
    columns: str = ""
    """What else is set."""


# Without a digest: that of a birth date and a sex would tell both to whoever tries them all.
_REDACTED = "digest = ''"
_DEMOGRAPHICS = (Kind("demographics", f"not ({_REDACTED})", _demographics),)
_GUARDIANS = (
    Kind(
        "users",
        f"role in ('guardian', 'parent', 'relative') and not ({_REDACTED})",
        _guardian,
        ", username = ''",
    ),
    Kind("users", "fields ? 'agents'", _without("agents")),
)
_USER_FLAGS = (Kind("users", f"fields ? '{_FLAGS}'", _without("metadata", _FLAGS)),)


async def let_go(connection: AsyncConnection, choices: Choices, *, switched: bool) -> LetGo:
    """Takes from current tombstones what `choices` do not keep, and ends the pulls that may show it.

    In a publication's transaction, when all its rows are written; `switched`: the configuration is
    not the last edition's. Who opens a pull waits from here on until the transaction ends.
    """
    kinds = tuple(_not_kept(choices))
    driver = await driver_connection(connection)
    tombstones = 0
    for kind in kinds:
        tombstones += await _redact_tombstones(driver, choices.configuration_id, kind)
    pulls = 0
    if kinds and (switched or tombstones):
        pulls = await _end_pulls(driver, choices.configuration_id, kinds, tombstones)
    if tombstones or pulls:
        log.info(
            "roster.redacted",
            configuration=choices.configuration_id,
            tombstones=tombstones,
            pulls=pulls,
        )
    return LetGo(tombstones, pulls)


def _not_kept(choices: Choices) -> Iterator[Kind]:
    if not choices.keep_demographics:
        yield from _DEMOGRAPHICS
    if not choices.keep_guardians:
        yield from _GUARDIANS
    if not choices.keep_user_flags:
        yield from _USER_FLAGS


async def _redact_tombstones(driver: Connection, configuration_id: int, kind: Kind) -> int:
    count = 0
    async for rows in _tombstones(driver, configuration_id, kind):
        redacted = [_redacted(row, kind.redact) for row in rows]
        await driver.execute(
            f"update roster.{kind.table} gone set body = came.body, body_v1p2 = came.body_v1p2, "
            f"fields = came.fields::jsonb, {_REDACTED}{kind.columns} "
            "from unnest($2::text[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[]) "
            "as came (sourced_id, from_edition, body, body_v1p2, fields) "
            "where gone.configuration_id = $1 and gone.sourced_id = came.sourced_id "
            "and gone.from_edition = came.from_edition",
            configuration_id,
            *map(list, zip(*redacted, strict=True)),
        )
        count += len(rows)
    return count


async def _tombstones(
    driver: Connection, configuration_id: int, kind: Kind
) -> AsyncIterator[list[asyncpg.Record]]:
    """By a cursor, which sees nothing of what is written meanwhile: none comes twice."""
    cursor = await driver.cursor(
        "select sourced_id, from_edition, body, body_v1p2, fields::text as fields "
        f"from roster.{kind.table} where configuration_id = $1 and not active "
        f"and until_edition is null and {kind.holds}",
        configuration_id,
    )
    while rows := await cursor.fetch(BATCH):
        yield rows


def _redacted(row: asyncpg.Record, redact: Redact) -> tuple[Any, ...]:
    sourced_id: str = row["sourced_id"]
    former, later, fields = row["body"], row["body_v1p2"], row["fields"]
    held = redact(orjson.loads(fields), folded(sourced_id) or "") if fields else {}
    return (
        sourced_id,
        row["from_edition"],
        _redacted_body(former, redact, sourced_id),
        later and _redacted_body(later, redact, sourced_id),
        orjson.dumps(held).decode() if held else None,
    )


def _redacted_body(body: bytes, redact: Redact, sourced_id: str) -> bytes:
    return stored_json(redact(stored_object(body), sourced_id))


# Ended, not deleted: a later page of a pull that is not known would be answered from the newest
# edition, and rows be skipped. Always in the order of ids, as who writes their progress does.
_END_PULLS = """
    with due as (
        select id from roster.pull
        where configuration_id = $1 and opened_at > $2 order by id for update)
    update roster.pull set opened_at = $2 from due
    where pull.configuration_id = $1 and pull.id = due.id
"""


async def _end_pulls(
    driver: Connection, configuration_id: int, kinds: tuple[Kind, ...], tombstones: int
) -> int:
    """How many there were: all, if tombstones held what is not kept, or superseded versions do."""
    # No pull is opened at an earlier edition while this one is not to be seen.
    await driver.execute(
        "select pg_advisory_xact_lock(hashtext('rosterbridge.pruning'), $1::integer)",
        configuration_id,
    )
    # Past both limits, whatever is still noted of its reading, and whose clock is behind.
    ended = Clock.now() - PULL_LONGEST - PULL_IDLE
    live = "exists (select from roster.pull where configuration_id = $1 and opened_at > $2)"
    if not await driver.fetchval(f"select {live}", configuration_id, ended):
        return 0
    if not tombstones and not await _superseded_hold(driver, configuration_id, kinds):
        return 0
    status = await driver.execute(_END_PULLS, configuration_id, ended)
    return int(status.rpartition(" ")[2])


async def _superseded_hold(
    driver: Connection, configuration_id: int, kinds: tuple[Kind, ...]
) -> bool:
    for kind in kinds:
        if await driver.fetchval(
            f"select exists (select from roster.{kind.table} where configuration_id = $1 "
            f"and until_edition is not null and {kind.holds})",
            configuration_id,
        ):
            return True
    return False
