"""Who stands in the list of a place, read from the database (M4.3.3, M6.2; docs/domain.md).

Not from the views of `shared.presence`, which are of a whole configuration: a school is read by its
own indexes, so that the list costs what the school is and not what its configuration is. Each
statement begins with the persons at the place, and goes from there by primary keys.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.usernames.columns import NO_CLASS, ListRow
from services.username_engine.usernames.dutch_order import dutch_key
from services.username_engine.usernames.listed_places import ListedLocation, ListedSchool
from shared.database import driver_connection
from shared.presence import active_year

SEVERAL_ENROLMENTS: Final = "several_enrolments"
"""Flag: enrolled at more than one participating location at once (M4.2.4)."""
INACTIVE: Final = "inactive"
"""Flag: on the school's staff earlier in this school year (G)."""


# To compile these would take longer than to run them; and rows by key are in memory, where a school
# of a large configuration is read by its persons and not with all others.
_PLAN: Final = "set local jit = off; set local random_page_cost = 1.1"
_YEARS: Final = """
    select sourced_id from sis.school_year
    where configuration_id = $1 and label = $2 and removed_at is null
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """What "active" means to the list of a configuration."""

    configuration_id: int
    day: date
    """The reference date."""
    first_day: date
    """Of the active school year."""
    school_years: Sequence[str]
    """Ids that the source gives the active year; a OneRoster file may give it several."""

    @property
    def arguments(self) -> tuple[int, Sequence[str], date]:
        """The first three of every statement."""
        return self.configuration_id, self.school_years, self.day


async def moment_of_list(
    connection: AsyncConnection, configuration_id: int, today: date
) -> Moment | None:
    """None while no data of the active school year has arrived."""
    year = await active_year(connection, configuration_id)
    if year is None:
        return None
    driver = await driver_connection(connection)
    await driver.execute(_PLAN)
    found = await driver.fetch(_YEARS, configuration_id, year.label)
    school_years = [row["sourced_id"] for row in found]
    return Moment(configuration_id, year.reference_date(today), year.start_date, school_years)


_NAME: Final = """
    person.id, person.family_name, person.given_name, name.sync,
    case when name.domain is null then name.local_part
         else name.local_part || '@' || name.domain end,
    person.birth_date, (name.created_at at time zone 'Europe/Brussels')::date, name.flags,
    name.version
"""
_OF_THESE: Final = """
    join sis.person person on person.configuration_id = $1 and person.id = here.person_id
    left join usernames.username name
        on name.configuration_id = $1 and name.person_id = here.person_id
"""
# $1 configuration, $2 ids of the school year, $3 day, $4 school, $5 its locations asked for. Of
# several places the one whose domain is sent comes first: that of the enrolment that started last,
# then the lower number.
_STUDENTS: Final = f"""
    with here as materialized (
        select person_id, location_number, max(start_date) as start_date
        from sis.enrolment
        where configuration_id = $1 and school_number = $4 and location_number = any($5)
            and school_year = any($2) and removed_at is null
            and start_date <= $3 and (end_date is null or end_date >= $3)
        group by person_id, location_number
    )
    select {_NAME}, here.location_number
    from here {_OF_THESE}
    where person.removed_at is null
    order by here.start_date desc, length(here.location_number), here.location_number
"""  # noqa: S608 - the parts are this module's own
# $4 persons, $5 all locations that take part, as `school location`.
_ENROLLED_SEVERAL_TIMES: Final = """
    select person_id from sis.enrolment
    where configuration_id = $1 and person_id = any($4)
        and school_year = any($2) and removed_at is null
        and start_date <= $3 and (end_date is null or end_date >= $3)
        and school_number || ' ' || location_number = any($5)
    group by person_id
    having count(distinct (school_number, location_number)) > 1
"""
_CLASSES_OF_STUDENTS: Final = """
    select member.person_id, coalesce(nullif(class.name, ''), nullif(class.code, ''), class.id),
        class.location_number = any($5), class.class_type is not distinct from 'scheduled'
    from sis.class class
    join sis.class_enrolment member
        on member.configuration_id = $1 and member.class_id = class.id
    where class.configuration_id = $1 and class.school_number = $4 and class.kind = 'class'
        and class.school_year = any($2) and class.removed_at is null
        and member.removed_at is null and member.start_date <= $3
        and (member.end_date is null or member.end_date >= $3)
"""
# $5 the memberships' locations, null for all; $6 the first day of the school year. A mark of the
# source counts as an end: who was dropped from its file this school year turned inactive in it.
_STAFF: Final = f"""
    with here as materialized (
        select staff.person_id, array_agg(distinct staff.location_number) as locations,
            bool_or(staff.removed_at is null and person.removed_at is null
                and (staff.end_date is null or staff.end_date >= $3)) as active
        from sis.staff staff
        join sis.person person
            on person.configuration_id = $1 and person.id = staff.person_id
        where staff.configuration_id = $1 and staff.school_number = $4
            and ($5::text[] is null or staff.location_number = any($5))
            and staff.school_year = any($2) and staff.start_date <= $3
            and (staff.end_date is null or staff.end_date >= $6)
            and coalesce((least(staff.removed_at, person.removed_at)
                at time zone 'Europe/Brussels')::date >= $6, true)
        group by staff.person_id
    )
    select {_NAME}, here.locations, here.active
    from here {_OF_THESE}
"""  # noqa: S608
_CLASSES_OF_STAFF: Final = """
    select duty.person_id, coalesce(nullif(class.name, ''), nullif(class.code, ''), class.id)
    from sis.class class
    join sis.class_duty duty on duty.configuration_id = $1 and duty.class_id = class.id
    where class.configuration_id = $1 and class.school_number = $4 and class.kind = 'class'
        and class.school_year = any($2) and class.removed_at is null
        and duty.duty = 2 and duty.removed_at is null and duty.start_date <= $3
        and (duty.end_date is null or duty.end_date >= $3)
"""


@dataclass(frozen=True, slots=True)
class Present:
    """Who is at a place: `rows` those with a username; `nameless`: active ones without."""

    rows: list[ListRow]
    nameless: bool


async def students_at(
    connection: AsyncConnection,
    moment: Moment,
    school: ListedSchool,
    locations: Sequence[ListedLocation],
    *,
    with_domain: bool,
) -> Present:
    """Students enrolled on the day at one of these locations of the school, each once.

    `with_domain`: the provider assigns it.
    """
    asked = {location.number: location for location in locations}
    keys = (*moment.arguments, school.number, list(asked))
    driver = await driver_connection(connection)
    found = await driver.fetch(_STUDENTS, *keys)
    classes = _classes_of_students(await driver.fetch(_CLASSES_OF_STUDENTS, *keys))
    rows: dict[str, ListRow] = {}
    for record in found:
        person, family, given, sync, username, born, created, flags, version, number = record
        location = asked[number]
        if username is None:
            continue
        if earlier := rows.get(person):
            rows[person] = earlier._replace(location=f"{earlier.location}, {location.name}")
            continue
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
            tuple(flags),
            version,
        )
    return Present(list(rows.values()), any(record[4] is None for record in found))


async def flag_several_enrolments(
    connection: AsyncConnection,
    moment: Moment,
    rows: Sequence[ListRow],
    participating: Collection[ListedLocation],
) -> list[ListRow]:
    """The rows, with the flag where it holds; `participating`: all locations of the configuration.

    Apart from `students_at`, since a flag is neither filtered nor sorted by: a page pays for itself.
    """
    driver = await driver_connection(connection)
    found = await driver.fetch(
        _ENROLLED_SEVERAL_TIMES,
        *moment.arguments,
        [row.person for row in rows],
        [f"{place.school_number} {place.number}" for place in participating],
    )
    several = {person for (person,) in found}
    return [
        row._replace(flags=(*row.flags, SEVERAL_ENROLMENTS)) if row.person in several else row
        for row in rows
    ]


def _classes_of_students(found: Iterable[Any]) -> dict[str, str]:
    """Those at the locations asked for before others of the school; homerooms before lessons.

    A class of a OneRoster or SDS file may be a lesson (`scheduled`), the like of a subgroup.
    """
    best: dict[str, tuple[tuple[bool, bool], list[str]]] = {}
    for person, name, is_here, is_lesson in found:
        rank = (not is_here, is_lesson)
        known = best.get(person)
        if known is None or rank < known[0]:
            best[person] = (rank, [name])
        elif rank == known[0]:
            known[1].append(name)
    return {person: _joined(names) for person, (_, names) in best.items()}


async def staff_of(
    connection: AsyncConnection,
    moment: Moment,
    school: ListedSchool,
    location: ListedLocation | None,
    *,
    with_domain: bool,
) -> Present:
    """The school's staff on the day, and who was so earlier this school year; at a location's, if given.

    `with_domain`: the provider assigns it.
    """
    keys = (*moment.arguments, school.number)
    driver = await driver_connection(connection)
    found = await driver.fetch(
        _STAFF,
        *keys,
        # A membership without a location is of all the school's.
        None if location is None else ["", location.number],
        moment.first_day,
    )
    classes: dict[str, list[str]] = {}
    for person, name in await driver.fetch(_CLASSES_OF_STAFF, *keys):
        classes.setdefault(person, []).append(name)
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
                _joined(classes.get(person, ())) or None,
                born,
                created,
                tuple(flags) if active else (*flags, INACTIVE),
                version,
            )
        )
    return Present(rows, any(record[4] is None and record[10] for record in found))


def _locations_of(numbers: Collection[str], school: ListedSchool) -> str | None:
    places = [each for each in school.locations if "" in numbers or each.number in numbers]
    return ", ".join(place.name for place in places) or None


def _joined(names: Collection[str]) -> str:
    if len(names) < 2:  # the usual case
        return "".join(names)
    return ", ".join(sorted(set(names), key=lambda name: (dutch_key(name), name)))
