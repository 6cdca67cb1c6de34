"""Whom a change reaches beside those who changed: guardians and children name each other."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import among
from shared.tables import roster, sis


async def relatives(
    connection: AsyncConnection,
    configuration_id: int,
    changed: frozenset[str],
    *,
    since: int,
    names_left_out: bool,
    limit: int,
) -> tuple[frozenset[str], frozenset[str]]:
    """All whose objects may differ after `changed` and what else moved, and the children of these.

    A guardian's object follows from where the children are; a child's from who the guardians are.
    With `names_left_out` also every guardian who is served without the username the source gave.
    Each set is cut at `limit`.
    """
    guardian, pair = sis.guardian.c, sis.guardianship.c
    moved = await _ids(
        connection,
        limit,
        select(guardian.id).where(
            guardian.configuration_id == configuration_id, guardian.revision > since
        ),
    )
    of_configuration = pair.configuration_id == configuration_id
    reached = [
        # Both ends of a relation that came or went.
        select(pair.person_id).where(of_configuration, pair.revision > since),
        select(pair.guardian_id).where(of_configuration, pair.revision > since),
        select(pair.guardian_id).where(of_configuration, among(pair.person_id, changed)),
        select(pair.person_id).where(of_configuration, among(pair.guardian_id, moved)),
    ]
    if names_left_out:
        reached.append(_without_their_names(configuration_id))
    affected = changed | moved | await _ids(connection, limit, *reached)
    children = await _ids(
        connection,
        limit,
        select(pair.person_id).where(
            of_configuration, pair.removed_at.is_(None), among(pair.guardian_id, affected)
        ),
    )
    return affected, children


def _without_their_names(configuration_id: int) -> Select[Any]:
    guardian, user = sis.guardian.c, roster.users.c
    return (
        select(user.sourced_id)
        .join(
            sis.guardian,
            and_(
                guardian.configuration_id == user.configuration_id, guardian.id == user.sourced_id
            ),
        )
        .where(
            user.configuration_id == configuration_id,
            user.until_edition.is_(None),
            user.active,
            user.username == "",
            guardian.source_username.is_not(None),
        )
    )


async def _ids(connection: AsyncConnection, limit: int, *statements: Select[Any]) -> frozenset[str]:
    found: Collection[str] = (
        (await connection.execute(union(*statements).limit(limit))).scalars().all()
    )
    return frozenset(found)
