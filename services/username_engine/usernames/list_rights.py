"""Which rows of a list its caller may change: as `reach` decides it for an edit."""

from collections.abc import Sequence

from services.username_engine.access.rights import Group
from services.username_engine.usernames.asked_places import AskedPlace
from services.username_engine.usernames.columns import ListRow
from services.username_engine.usernames.groups import shown_in_lists
from services.username_engine.usernames.list_basis import Moment, OpenedLists
from services.username_engine.usernames.reach import ListedAt
from shared.presence import active_year
from shared.streaming import expect_rows_for


async def with_rights(
    opened: OpenedLists,
    moment: Moment,
    asked: AskedPlace,
    rows: Sequence[ListRow],
    writable: ListedAt,
) -> Sequence[ListRow]:
    """The rows, `editable` those of persons who stand in a list that is `writable`.

    Persons are looked up only where the place asked for does not tell it of all of them.
    """
    if not rows or not (writable.students or writable.staff):
        return rows
    if _is_writable(asked, writable):
        return [row._replace(editable=True) for row in rows]
    year = await active_year(opened.connection, moment.configuration_id)
    if year is None:
        return rows
    persons = [row.person for row in rows]
    await expect_rows_for(opened.driver, persons)
    shown = await shown_in_lists(
        opened.connection, moment.configuration_id, year, moment.day, persons
    )
    return [
        row._replace(editable=True) if writable.covers(shown[row.person]) else row for row in rows
    ]


def _is_writable(asked: AskedPlace, writable: ListedAt) -> bool:
    """Whether all of what the caller sees of the place is."""
    if asked.group is Group.STAFF:
        return writable.staff.covers(asked.school.number)
    return all(
        writable.students.covers(each.school_number, each.number) for each in asked.locations
    )
