"""The list of usernames: who is in it, filtered and sorted (M4.3.3, M4.3.4, M6.2).

The rules are in docs/domain.md. A place's rows are read whole and filtered and sorted here: a school
has some thousands, and the database can do neither (no ICU collations, see `dutch_order`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.access.places import Places
from services.username_engine.access.rights import Group
from services.username_engine.engine.usernames import DomainPolicy
from services.username_engine.usernames.columns import ListRow
from services.username_engine.usernames.configurations import Configuration, read_configuration
from services.username_engine.usernames.list_filters import ListFilters, SortKey, ordered
from services.username_engine.usernames.list_rows import (
    Moment,
    Present,
    flag_several_enrolments,
    moment_of_list,
    staff_of,
    students_at,
)
from services.username_engine.usernames.listed_places import (
    ListedLocation,
    ListedSchool,
    listed_schools,
)


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
class ListRequest:
    """Whose names are asked for: of a location (sourcedId), else of a school (institution number)."""

    group: Group
    location: str | None = None
    school: str | None = None
    filters: ListFilters = field(default_factory=ListFilters)
    sort: Sequence[SortKey] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """All rows that were asked for, in order; with the reason where there are none."""

    rows: Sequence[ListRow]
    reason: EmptyReason | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the rows that were asked for, and how many there are."""

    items: Sequence[ListRow]
    total: int
    reason: EmptyReason | None


async def list_usernames(
    connection: AsyncConnection,
    configuration_id: int,
    today: date,
    request: ListRequest,
    places: Places,
) -> Listing:
    """Narrowed to `places` before anything is counted: those where the caller has the right asked.

    The transaction decides which moment is read. Raises `UnknownConfigurationError`.
    """
    found = await _found(connection, configuration_id, today, request, places)
    return found.listing


async def page_of_usernames(
    connection: AsyncConnection,
    configuration_id: int,
    today: date,
    request: ListRequest,
    places: Places,
    *,
    limit: int,
    offset: int = 0,
) -> Page:
    """A part of `list_usernames`; students enrolled at several places carry a flag for it."""
    found = await _found(connection, configuration_id, today, request, places)
    rows = found.listing.rows
    items = rows[offset : offset + limit]
    if items and found.moment and request.group is Group.STUDENTS:
        items = await flag_several_enrolments(connection, found.moment, items, found.participating)
    return Page(items, len(rows), found.listing.reason)


@dataclass(frozen=True, slots=True)
class _Found:
    listing: Listing
    moment: Moment | None = None
    participating: tuple[ListedLocation, ...] = ()


async def _found(
    connection: AsyncConnection,
    configuration_id: int,
    today: date,
    request: ListRequest,
    places: Places,
) -> _Found:
    configuration = await read_configuration(connection, configuration_id)
    schools = await listed_schools(connection, configuration_id)
    asked = _asked(schools, request, places)
    if isinstance(asked, EmptyReason):
        return _Found(Listing((), asked))
    moment = await moment_of_list(connection, configuration.id, today)
    if moment is None:
        return _Found(Listing((), EmptyReason.NO_ACTIVE_ENROLMENT))
    present = await _present(connection, configuration, moment, request.group, asked)
    participating = tuple(place for school in schools for place in school.locations)
    return _Found(_listing(present, request), moment, participating)


def _listing(present: Present, request: ListRequest) -> Listing:
    if present.rows:
        rows = ordered(request.filters.of(present.rows), request.sort)
        return Listing(rows, None if rows else EmptyReason.NO_MATCH)
    if present.nameless:
        return Listing((), EmptyReason.NAMES_BEING_MADE)
    return Listing((), EmptyReason.NO_ACTIVE_ENROLMENT)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The place asked for, as far as the caller may see it."""

    school: ListedSchool
    locations: tuple[ListedLocation, ...]
    location: ListedLocation | None


def _asked(
    schools: Sequence[ListedSchool], request: ListRequest, places: Places
) -> _Asked | EmptyReason:
    """Who may see nothing of the configuration is not told what is in it."""
    if not _sees_any(schools, places):
        return EmptyReason.NO_RIGHT
    location = next(
        (
            place
            for school in schools
            for place in school.locations
            if place.sourced_id == request.location
        ),
        None,
    )
    number = location.school_number if location else request.school
    school = next((each for each in schools if each.number == number), None)
    if school is None or (request.location is not None and location is None):
        return EmptyReason.NO_CONFIGURATION
    wanted = (location,) if location else school.locations
    if request.group is Group.STAFF:
        # They belong to the school: the right to a location is none to them.
        if not places.covers(school.number):
            return EmptyReason.NO_RIGHT
        return _Asked(school, wanted, location)
    if not wanted:
        return EmptyReason.NO_CONFIGURATION
    seen = tuple(each for each in wanted if places.covers(school.number, each.number))
    return _Asked(school, seen, location) if seen else EmptyReason.NO_RIGHT


def _sees_any(schools: Sequence[ListedSchool], places: Places) -> bool:
    numbers = {school.number for school in schools}
    return (
        places.everywhere
        or not numbers.isdisjoint(places.schools)
        or any(school in numbers for school, _ in places.locations)
    )


async def _present(
    connection: AsyncConnection,
    configuration: Configuration,
    moment: Moment,
    group: Group,
    asked: _Asked,
) -> Present:
    if group is Group.STAFF:
        return await staff_of(
            connection,
            moment,
            asked.school,
            asked.location,
            with_domain=configuration.policies.staff is DomainPolicy.PROVIDER,
        )
    return await students_at(
        connection,
        moment,
        asked.school,
        asked.locations,
        with_domain=configuration.policies.students is DomainPolicy.PROVIDER,
    )
