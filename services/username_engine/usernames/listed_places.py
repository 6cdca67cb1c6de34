"""The schools and locations of a configuration, as the list of usernames names them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Integer, Text, and_, any_, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.usernames.dutch_order import dutch_key
from shared.presence import participating_locations
from shared.tables import access, sis


@dataclass(frozen=True, slots=True)
class ListedLocation:
    """A location that takes part."""

    school_number: str
    number: str
    sourced_id: str
    name: str
    student_domain: str | None
    """Its own or its school's default."""


@dataclass(frozen=True, slots=True)
class ListedSchool:
    """A school of the configuration; `locations` in the order of their numbers."""

    number: str
    name: str
    """The number where the source has not sent the school yet."""
    staff_domain: str | None
    locations: tuple[ListedLocation, ...]


async def listed_schools(
    connection: AsyncConnection, configuration_id: int
) -> tuple[ListedSchool, ...]:
    """In Dutch order of their names."""
    return (await schools_by_configuration(connection, [configuration_id]))[configuration_id]


async def schools_by_configuration(
    connection: AsyncConnection, configuration_ids: Collection[int]
) -> dict[int, tuple[ListedSchool, ...]]:
    """Of each of the configurations those of `listed_schools`, by one statement."""
    # Sent as texts: for an array of numbers asyncpg would ask what type that is, once a connection.
    ids = cast([str(each) for each in configuration_ids], ARRAY(Text))
    # Compared as one id is. Whether a location takes part is joined by its school's number alone: a
    # school is in one configuration at most.
    any_of: Any = any_(cast(ids, ARRAY(Integer)))
    chosen, school, location = access.school, sis.school, sis.location.c
    place = participating_locations(any_of)
    found = await connection.execute(
        select(
            chosen.c.configuration_id,
            chosen.c.number,
            school.c.name,
            chosen.c.staff_domain,
            place.c.number,
            place.c.sourced_id,
            location.name,
            place.c.student_domain,
        )
        .outerjoin(
            school,
            and_(
                school.c.configuration_id == chosen.c.configuration_id,
                school.c.number == chosen.c.number,
                school.c.removed_at.is_(None),
            ),
        )
        .outerjoin(place, place.c.school_number == chosen.c.number)
        .outerjoin(
            sis.location,
            and_(
                location.configuration_id == chosen.c.configuration_id,
                location.school_number == chosen.c.number,
                location.number == place.c.number,
            ),
        )
        .where(chosen.c.configuration_id == any_of)
    )
    schools: dict[int, dict[str, tuple[str, str | None]]] = {each: {} for each in configuration_ids}
    locations: dict[str, list[ListedLocation]] = {}
    for of, number, name, staff_domain, location_number, sourced_id, location_name, domain in found:
        schools[of][number] = (name or number, staff_domain)
        of_school = locations.setdefault(number, [])
        if location_number is not None:
            of_school.append(
                ListedLocation(number, location_number, sourced_id, location_name, domain)
            )
    return {
        configuration_id: _listed(of_configuration, locations)
        for configuration_id, of_configuration in schools.items()
    }


def _listed(
    schools: Mapping[str, tuple[str, str | None]],
    locations: Mapping[str, Sequence[ListedLocation]],
) -> tuple[ListedSchool, ...]:
    listed = [
        ListedSchool(number, name, domain, _in_order(locations[number]))
        for number, (name, domain) in schools.items()
    ]
    return tuple(sorted(listed, key=lambda school: (dutch_key(school.name), school.number)))


def _in_order(locations: Sequence[ListedLocation]) -> tuple[ListedLocation, ...]:
    return tuple(sorted(locations, key=lambda each: (dutch_key(each.number), each.number)))
