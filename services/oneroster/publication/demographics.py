"""Demographics of the users of a feed, where a source gave them and the configuration keeps them."""

from collections.abc import AsyncGenerator, Collection

import orjson
from sqlalchemy import Text, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.enumerations import sex
from services.oneroster.publication.objects import Demographics
from services.oneroster.publication.people import BATCH
from services.oneroster.publication.structure import Choices
from shared.database import among, driver_connection
from shared.streaming import stream
from shared.tables import sis


async def demographics_of(
    connection: AsyncConnection, choices: Choices, persons: Collection[str] | None
) -> AsyncGenerator[list[tuple[str, Demographics]]]:
    """Those of all persons, or of those given, by person, in the order of ids."""
    table = sis.demographics
    statement = (
        select(table.c.person_id, cast(table.c.fields, Text))
        .where(
            table.c.configuration_id == choices.configuration_id,
            table.c.removed_at.is_(None),
            among(table.c.person_id, persons),
        )
        .order_by(table.c.person_id)
    )
    driver = await driver_connection(connection)
    async for rows in stream(driver, statement, BATCH):
        yield [(person, _demographics(person, orjson.loads(fields))) for person, fields in rows]


def _demographics(person: str, fields: dict[str, str]) -> Demographics:
    given = fields.pop("sex", None)
    return Demographics(person, sex(given) if given else None, fields)
