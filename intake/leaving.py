"""A school that leaves a configuration: what `sis` held of it there is marked removed.

Nothing is carried over (docs/domain.md): should the school come back, its data does with the next
import, not before. Persons are not marked, they may be at another school, and usernames stay.
"""

# ruff: noqa: S608 - table names are shared.tables' own.

from collections.abc import Collection
from typing import Final

from intake.configurations import Connection
from intake.staging import sis_table
from shared.notifications import SIS_CHANNEL
from shared.tables import sis

_AT_SCHOOL: Final = "t.school_number = any($2)"
_OF_CLASS: Final = (
    "exists (select from sis.class c where c.configuration_id = t.configuration_id"
    " and c.id = t.class_id and c.school_number = any($2))"
)
_ROWS: Final = {
    sis_table(table).stored: condition
    for table, condition in (
        (sis.school, "t.number = any($2)"),
        (sis.location, _AT_SCHOOL),
        (sis.enrolment, _AT_SCHOOL),
        (sis.staff, _AT_SCHOOL),
        (sis.class_, _AT_SCHOOL),
        (sis.class_enrolment, _OF_CLASS),
        (sis.class_duty, _OF_CLASS),
    )
}


async def mark_left(
    connection: Connection, configuration_id: int, school_numbers: Collection[str]
) -> int:
    """The number of rows marked; with the configuration's new revision, if there are any.

    In the caller's transaction. It waits for an import of the configuration: whoever calls it for
    several takes them in the order of their ids, as imports do, so that none wait in a ring.
    """
    if not school_numbers:
        return 0
    # Before the first import there is no row to wait for, so it is made, as imports make it.
    await connection.execute(
        "insert into sis.revision (configuration_id, revision) values ($1, 0)"
        " on conflict do nothing",
        configuration_id,
    )
    revision = 1 + await connection.fetchval(
        "select revision from sis.revision where configuration_id = $1 for update",
        configuration_id,
    )
    marked = 0
    for table, condition in _ROWS.items():
        status = await connection.execute(
            f"update {table} t set removed_at = now(), revision = $3"
            f" where t.configuration_id = $1 and t.removed_at is null and {condition}",
            configuration_id,
            list(school_numbers),
            revision,
        )
        marked += int(status.removeprefix("UPDATE "))
    if marked:
        await connection.execute(
            "with raised as (update sis.revision set revision = $2 where configuration_id = $1)"
            " select pg_notify($3, $1::integer::text)",
            configuration_id,
            revision,
            SIS_CHANNEL,
        )
    return marked
