"""Names that differ in punctuation alone: `o.neil` and `oneil` are easily taken for each other."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Text, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.local_parts import PUNCTUATION, fold
from shared.tables import usernames

_name = usernames.username.c
_WITHOUT = str.maketrans("", "", PUNCTUATION)


def bare(local_part: str) -> str:
    """Folded, without punctuation; empty for a name that is nothing else."""
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
            # So that the unique index narrows it down, to a fiftieth or so, before the comparison.
            or_(*map(_starts_with, _beginnings(form))),
            func.translate(_name.folded, PUNCTUATION, "", type_=Text) == form,
            _name.person_id != person_id,
            _name.folded != fold(local_part),
        )
        .limit(1)
    )
    return found.first() is not None


def _beginnings(form: str) -> Iterator[str]:
    """What a name whose bare form is `form` can begin with."""
    yield form[:2]
    for mark in PUNCTUATION:
        yield mark
        yield form[0] + mark


def _starts_with(beginning: str) -> ColumnElement[bool]:
    # Bounds, as folded names are ordered by their bytes.
    beyond = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    return and_(_name.folded >= beginning, _name.folded < beyond)
