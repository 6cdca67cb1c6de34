"""Who stands in the list of a place, read from the database (M4.3.3, M6.2; docs/domain.md).

Not from the views of `shared.presence`, which are of a whole configuration: a school is read by its
own indexes, so that the list costs what the school is and not what its configuration is: first the
persons at the place, then their names by primary keys.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from services.username_engine.usernames import list_statements
from services.username_engine.usernames.columns import NO_CLASS, ListRow
from services.username_engine.usernames.list_basis import Driver, Moment
from services.username_engine.usernames.list_flags import INACTIVE
from services.username_engine.usernames.listed_places import ListedLocation, ListedSchool


@dataclass(frozen=True, slots=True)
class Present:
    """Who is at a place: `rows` those with a username; `nameless`: active ones without."""

    rows: Sequence[ListRow]
    nameless: bool

    def __len__(self) -> int:
        return len(self.rows)


async def students_at(
    driver: Driver,
    moment: Moment,
    school: ListedSchool,
    locations: Sequence[ListedLocation],
    classes: Mapping[str, str],
    persons: Collection[str] | None = None,
    *,
    with_domain: bool,
) -> Present:
    """Students enrolled on the day at one of these locations of the school, each once.

    `classes` by person; `persons`: these alone; `with_domain`: the provider assigns it.
    """
    asked = {location.number: location for location in locations}
    keys = (*moment.arguments, school.number, list(asked))
    if persons is None:
        found = await driver.fetch(list_statements.STUDENTS, *keys)
    else:
        found = await driver.fetch(list_statements.THESE_STUDENTS, *keys, list(persons))
    rows: dict[str, ListRow] = {}
    again: set[str] = set()
    for record in found:
        person, family, given, sync, username, born, created, flags, version, number, _ = record
        if username is None:
            continue
        if person in rows:
            again.add(person)
            continue
        location = asked[number]
        rows[person] = ListRow(
            person,
            family,
            given,
            sync,
            username,
            location.student_domain if with_domain else None,
            school.name,
            location.name,
            classes.get(person, NO_CLASS),
            born,
            created,
            tuple(flags) if flags else (),
            version,
        )
    for person in again:
        at = _in_order((asked[each[-2]], each[-1]) for each in found if each[0] == person)
        rows[person] = rows[person]._replace(
            domain=at[0].student_domain if with_domain else None,
            location=", ".join(location.name for location in at),
        )
    return Present(list(rows.values()), any(record[4] is None for record in found))


def _in_order(enrolments: Iterable[tuple[ListedLocation, date]]) -> list[ListedLocation]:
    """First the location whose domain is sent: of the enrolment that started last, then the lower
    number."""
    last = dict(sorted(enrolments, key=itemgetter(1)))
    return sorted(
        last, key=lambda place: (-last[place].toordinal(), len(place.number), place.number)
    )


async def staff_of(
    driver: Driver,
    moment: Moment,
    school: ListedSchool,
    location: ListedLocation | None,
    classes: Mapping[str, str],
    persons: Collection[str] | None = None,
    *,
    with_domain: bool,
) -> Present:
    """The school's staff on the day, and who was so earlier this school year; at a location's, if given.

    `classes` by person; `persons`: these alone; `with_domain`: the provider assigns it.
    """
    # A membership without a location is of all the school's.
    at_location = None if location is None else ["", location.number]
    keys = (*moment.arguments, school.number, at_location, moment.first_day)
    if persons is None:
        found = await driver.fetch(list_statements.STAFF, *keys)
    else:
        found = await driver.fetch(list_statements.THESE_STAFF, *keys, list(persons))
    domain = school.staff_domain if with_domain else None
    rows = []
    for record in found:
        person, family, given, sync, username, born, created, flags, version, at, active = record
        if username is None:
            continue
        rows.append(
            ListRow(
                person,
                family,
                given,
                sync,
                username,
                domain,
                school.name,
                _locations_of(at, school),
                classes.get(person),
                born,
                created,
                (*(flags or ()), *(() if active else (INACTIVE,))),
                version,
            )
        )
    return Present(rows, any(record[4] is None and record[10] for record in found))


def _locations_of(numbers: Collection[str], school: ListedSchool) -> str | None:
    places = [each for each in school.locations if "" in numbers or each.number in numbers]
    return ", ".join(place.name for place in places) or None
