"""One person's row of the list, for the answer to an edit."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.access.places import Places
from services.username_engine.access.rights import Group
from services.username_engine.errors import NoSchoolYearError, NoUsernameError
from services.username_engine.usernames.columns import ListRow
from services.username_engine.usernames.groups import Shown, shown_in_lists
from services.username_engine.usernames.listing import ListRequest, row_of_person
from services.username_engine.usernames.reach import Reach
from shared.clock import BRUSSELS
from shared.presence import active_year
from shared.tables import sis, usernames


async def row_of(
    connection: AsyncConnection,
    configuration_id: int,
    today: date,
    person_id: str,
    reach: Reach,
    wanted: ListRequest | None = None,
) -> ListRow:
    """As in the list `wanted` or, not standing there, in the first list within reach.

    Who stands in none, as one who left, has a row without a place: for operators. All are
    `editable`: whoever is answered was let edit it.
    """
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    day = year.reference_date(today)
    shown = await shown_in_lists(connection, configuration_id, year, day, [person_id])
    lists = [*([wanted] if wanted else []), *_lists(shown[person_id], reach)]
    for request in lists:
        places = _places(reach, request.group)
        row = await row_of_person(connection, configuration_id, today, request, places, person_id)
        if row is not None:
            return row._replace(editable=True)
    return await _without_place(connection, configuration_id, person_id)


def _lists(shown: Shown, reach: Reach) -> Iterator[ListRequest]:
    for school, location in sorted(shown.locations):
        if reach.readable.students.covers(school, location):
            yield ListRequest(Group.STUDENTS, school=school)
    for school in sorted(shown.schools):
        if reach.readable.staff.covers(school):
            yield ListRequest(Group.STAFF, school=school)


def _places(reach: Reach, group: Group) -> Places:
    return reach.readable.staff if group is Group.STAFF else reach.readable.students


async def _without_place(
    connection: AsyncConnection, configuration_id: int, person_id: str
) -> ListRow:
    name, person = usernames.username.c, sis.person.c
    found = await connection.execute(
        select(
            person.family_name,
            person.given_name,
            person.birth_date,
            name.sync,
            name.local_part,
            name.domain,
            name.created_at,
            name.flags,
            name.version,
        )
        .select_from(usernames.username)
        .outerjoin(
            sis.person,
            (person.configuration_id == name.configuration_id) & (person.id == name.person_id),
        )
        .where(name.configuration_id == configuration_id, name.person_id == person_id)
    )
    row = found.one_or_none()
    if row is None:
        raise NoUsernameError([person_id])
    return ListRow(
        person=person_id,
        family_name=row.family_name or "",
        given_name=row.given_name or "",
        sync=row.sync,
        username=row.local_part if row.domain is None else f"{row.local_part}@{row.domain}",
        domain=None,
        school="",
        location=None,
        class_=None,
        birth_date=row.birth_date,
        created_on=row.created_at.astimezone(BRUSSELS).date(),
        flags=tuple(row.flags),
        version=row.version,
        editable=True,
    )
