"""Changed persons, as intake commits them, until they are served."""

from collections.abc import Sequence
from secrets import token_hex

import asyncpg

from benchmarks.deployment import CONFIGURATION_ID, Deployment


async def rename(
    deployed: Deployment, owner: "asyncpg.Connection[asyncpg.Record]", persons: Sequence[str]
) -> None:
    """Gives the persons a given name that nobody has had; returns once it is published."""
    name = f"Bert {token_hex(4)}"
    async with owner.transaction():
        revision = await owner.fetchval(
            "update sis.revision set revision = revision + 1 where configuration_id = $1 "
            "returning revision",
            CONFIGURATION_ID,
        )
        await owner.execute(
            "update sis.person set given_name = $3, revision = $4 "
            "where configuration_id = $1 and id = any($2)",
            CONFIGURATION_ID,
            persons,
            name,
            revision,
        )
    await publish_users(deployed, len(persons))


async def publish_users(deployed: Deployment, number: int) -> None:
    """Publishes; raises where anything but so many users was changed."""
    published = await deployed.publisher.publish(CONFIGURATION_ID)
    if published.edition.counts != {"users": number}:
        raise AssertionError(f"{number} users were changed, published: {published.edition.counts}")


async def some_users(owner: "asyncpg.Connection[asyncpg.Record]", number: int) -> list[str]:
    """Persons who are served today, from all over the roster."""
    rows = await owner.fetch(
        "select sourced_id from roster.users where configuration_id = $1 and active "
        "and until_edition is null order by md5(sourced_id) limit $2",
        CONFIGURATION_ID,
        number,
    )
    return [row["sourced_id"] for row in rows]
