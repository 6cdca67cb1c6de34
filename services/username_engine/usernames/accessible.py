"""What a person can choose a list of: configurations, schools and locations with a right to any."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.usernames.dutch_order import dutch_key
from services.username_engine.usernames.listed_places import (
    ListedLocation,
    ListedSchool,
    schools_by_configuration,
)
from shared.database import among
from shared.tables import access


@dataclass(frozen=True, slots=True)
class AccessibleLocation:
    """A location that takes part, with the right to the students' list of it."""

    location: ListedLocation
    students: Right


@dataclass(frozen=True, slots=True)
class AccessibleSchool:
    """A school with the right to each list of it; `locations` only those with a right."""

    school: ListedSchool
    students: Right
    """The highest there is at its locations: its list shows those with a right."""
    staff: Right
    locations: tuple[AccessibleLocation, ...]


@dataclass(frozen=True, slots=True)
class AccessibleConfiguration:
    """A configuration in which the person has a right to at least one school or location."""

    name: str
    school_year: str
    schools: tuple[AccessibleSchool, ...]


@dataclass(frozen=True, slots=True)
class AccessibleConfigurations:
    """A page of them, and how many there are."""

    items: tuple[AccessibleConfiguration, ...]
    total: int


async def accessible_configurations(
    connection: AsyncConnection, principal: Principal, limit: int, offset: int = 0
) -> AccessibleConfigurations:
    """In Dutch order of their names; for an operator all there are."""
    rights = _Rights(principal)
    configuration, school = access.configuration.c, access.school.c
    held = select(school.configuration_id).where(among(school.number, rights.schools()))
    found = await connection.execute(
        select(configuration.id, configuration.name, configuration.active_school_year).where(
            true() if principal.operator else configuration.id.in_(held)
        )
    )
    named = sorted(found.all(), key=lambda row: (dutch_key(row.name), row.name))
    shown = named[offset : offset + limit]
    schools = await schools_by_configuration(connection, [row.id for row in shown])
    items = [
        AccessibleConfiguration(
            row.name, row.active_school_year, rights.accessible(schools[row.id])
        )
        for row in shown
    ]
    return AccessibleConfigurations(tuple(items), len(named))


class _Rights:
    """The person's rights to places, looked up once."""

    def __init__(self, principal: Principal) -> None:
        self._places = {
            (group, right): principal.places(group, right)
            for group in Group
            for right in (Right.WRITE, Right.READ)
        }

    def schools(self) -> frozenset[str]:
        """Numbers of the schools with any right."""
        return frozenset(
            number
            for (group, _), places in self._places.items()
            for number in (
                *places.schools,
                # Staff belong to schools: the right to a location is none to them.
                *(school for school, _ in places.locations if group is Group.STUDENTS),
            )
        )

    def accessible(self, schools: Iterable[ListedSchool]) -> tuple[AccessibleSchool, ...]:
        each = map(self._school, schools)
        return tuple(school for school in each if max(school.students, school.staff) > Right.NONE)

    def _school(self, school: ListedSchool) -> AccessibleSchool:
        locations = [
            AccessibleLocation(place, self._right(Group.STUDENTS, school.number, place.number))
            for place in school.locations
        ]
        held = tuple(each for each in locations if each.students > Right.NONE)
        return AccessibleSchool(
            school,
            students=_highest([each.students for each in held]),
            staff=self._right(Group.STAFF, school.number),
            locations=held,
        )

    def _right(self, group: Group, school: str, location: str | None = None) -> Right:
        for right in (Right.WRITE, Right.READ):
            if self._places[group, right].covers(school, location):
                return right
        return Right.NONE


def _highest(rights: Sequence[Right]) -> Right:
    return max(rights, default=Right.NONE)
