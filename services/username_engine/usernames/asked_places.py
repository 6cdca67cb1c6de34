"""Which part of the place asked for somebody may see (M4.3.2, M4.3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.username_engine.access.places import Places
from services.username_engine.access.rights import Group
from services.username_engine.usernames.listed_places import ListedLocation, ListedSchool


class EmptyReason(StrEnum):
    """Why a list is empty (G "Troubleshooting")."""

    NO_CONFIGURATION = "no_configuration"
    """The location or school does not take part in the configuration."""
    NO_RIGHT = "no_right"
    """The caller may see nothing of the place."""
    NO_ACTIVE_ENROLMENT = "no_active_enrolment"
    """No student is enrolled there on the reference date, or no one was on its staff this year."""
    NAMES_BEING_MADE = "names_being_made"
    """There are persons, and none has a username yet."""
    NO_MATCH = "no_match"
    """There are usernames; none passes the search and the filters."""


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """The place asked for, as far as the caller may see it."""

    group: Group
    school: ListedSchool
    locations: tuple[ListedLocation, ...]
    location: ListedLocation | None
    """None: the whole school was asked for."""


def asked_place(
    schools: Sequence[ListedSchool],
    group: Group,
    location_id: str | None,
    school_number: str | None,
    places: Places,
) -> AskedPlace | EmptyReason:
    """By a location's sourcedId, else a school's institution number.

    Who may see nothing of the configuration is not told what is in it.
    """
    if not _sees_any(schools, places):
        return EmptyReason.NO_RIGHT
    location = next(
        (
            place
            for school in schools
            for place in school.locations
            if place.sourced_id == location_id
        ),
        None,
    )
    number = location.school_number if location else school_number
    school = next((each for each in schools if each.number == number), None)
    if school is None or (location_id is not None and location is None):
        return EmptyReason.NO_CONFIGURATION
    wanted = (location,) if location else school.locations
    if group is Group.STAFF:
        # They belong to the school: the right to a location is none to them.
        if not places.covers(school.number):
            return EmptyReason.NO_RIGHT
        return AskedPlace(group, school, wanted, location)
    if not wanted:
        return EmptyReason.NO_CONFIGURATION
    seen = tuple(each for each in wanted if places.covers(school.number, each.number))
    return AskedPlace(group, school, seen, location) if seen else EmptyReason.NO_RIGHT


def _sees_any(schools: Sequence[ListedSchool], places: Places) -> bool:
    numbers = {school.number for school in schools}
    return (
        places.everywhere
        or not numbers.isdisjoint(places.schools)
        or any(school in numbers for school, _ in places.locations)
    )
