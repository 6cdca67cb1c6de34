"""Names that differ in punctuation alone: `o.neil` and `oneil` are easily taken for each other."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.local_parts import PUNCTUATION, fold
from shared.tables import usernames

_name = usernames.username.c
_WITHOUT = str.maketrans("", "", PUNCTUATION)


def bare(local_part: str) -> str:
    """As the database has it of stored names: folded, without punctuation, perhaps empty."""
    return fold(local_part).translate(_WITHOUT)


async def has_folded_twin(
    connection: AsyncConnection, configuration_id: int, person_id: str, local_part: str
) -> bool:
    """Whether somebody else's present name is `local_part` but for punctuation."""
    form = bare(local_part)
    if not form:
        return False
    found = await connection.execute(
        select(_name.person_id)
        .where(
            _name.configuration_id == configuration_id,
            _name.bare == form,
            _name.person_id != person_id,
            _name.folded != fold(local_part),
        )
        .limit(1)
    )
    return found.first() is not None
