"""The proposals that somebody may see, narrowed to a place or a search, and a page of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.access.rights import Group
from services.username_engine.engine.usernames import Username
from services.username_engine.errors import NoSchoolYearError, UnknownPlaceError
from services.username_engine.usernames.account_domains import (
    AddressAsSent,
    as_sent,
    location_domains,
)
from services.username_engine.usernames.account_matching import Strength
from services.username_engine.usernames.class_members import class_members
from services.username_engine.usernames.configurations import Configuration, read_configuration
from services.username_engine.usernames.dutch_order import base_letters, dutch_key
from services.username_engine.usernames.groups import Shown, Standing, shown_in_lists, standings
from services.username_engine.usernames.listed_places import ListedSchool, listed_schools
from services.username_engine.usernames.proposed_accounts import ProposedAccount, proposed_accounts
from services.username_engine.usernames.reach import ListedAt, Reach
from shared.clock import Clock
from shared.database import driver_connection
from shared.presence import ActiveYear, active_year
from shared.streaming import expect_rows_for


@dataclass(frozen=True, slots=True)
class Day:
    """A configuration on its reference date."""

    configuration: Configuration
    year: ActiveYear
    reference_date: date


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which proposals: those of persons in a list, at a place, with words, of a strength."""

    group: Group | None = None
    location: str | None = None
    """sourcedId; of staff, whose list is the school's, those of its school."""
    school: str | None = None
    """Institution number."""
    search: str = ""
    """Words that must all occur in names, username or account."""
    strength: Strength | None = None

    @property
    def is_of_place(self) -> bool:
        return bool(self.group or self.location or self.school)


class LeftReason(StrEnum):
    """Why a proposal cannot be approved, or not with all the sure ones."""

    NO_RIGHT = "no_right"
    """The caller may only look."""
    NO_USERNAME = "no_username"
    """The person's name is still to be made."""
    NOT_YET_EDITABLE = "not_yet_editable"
    """A student who has not started."""
    NAME_TAKEN = "name_taken"
    """The account's name is another person's here."""
    DOMAIN_DIFFERS = "domain_differs"
    """The account has another domain than would be sent: approved by name alone."""
    DOMAIN_NOT_ALLOWED = "domain_not_allowed"
    """Likewise, and no username may have it here: not approved at all."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal as it is shown."""

    proposed: ProposedAccount
    school: str
    """Names of the schools, with commas, in whose lists the caller sees the person."""
    class_: str | None
    address: AddressAsSent
    why_not: LeftReason | None
    """Why the caller cannot approve it today, as far as can be said of it alone; None: he can."""

    @property
    def username(self) -> str | None:
        """The one there is, as stored."""
        if self.proposed.username is None:
            return None
        return str(Username(self.proposed.username, self.proposed.stored_domain))


@dataclass(frozen=True, slots=True)
class ProposalPage:
    items: tuple[ProposalRow, ...]
    total: int


async def day_of(connection: AsyncConnection, clock: Clock, configuration_id: int) -> Day:
    """Raises `UnknownConfigurationError` and `NoSchoolYearError`."""
    configuration = await read_configuration(connection, configuration_id)
    year = await active_year(connection, configuration_id)
    if year is None:
        raise NoSchoolYearError
    return Day(configuration, year, year.reference_date(clock.today()))


async def page_of_proposals(
    connection: AsyncConnection,
    day: Day,
    narrowing: Narrowing,
    reach: Reach,
    *,
    limit: int,
    offset: int = 0,
) -> ProposalPage:
    """Sure ones first, then in Dutch order of names. Raises `UnknownPlaceError`."""
    every = await proposed_accounts(connection, day.configuration.id)
    found = sorted(await narrowed(connection, day, every, narrowing, reach.readable), key=_order)
    items = await _rows(connection, day, found[offset : offset + limit], reach)
    return ProposalPage(items, len(found))


async def narrowed(
    connection: AsyncConnection,
    day: Day,
    proposals: Collection[ProposedAccount],
    narrowing: Narrowing,
    listed: ListedAt,
) -> list[ProposedAccount]:
    """Those of persons who stand in lists of `listed`, and whom the narrowing means.

    Raises `UnknownPlaceError`, but only to who may know what places there are.
    """
    schools = await listed_schools(connection, day.configuration.id)
    sees_all = listed.students.everywhere and listed.staff.everywhere
    try:
        place = _place(schools, narrowing)
    except UnknownPlaceError:
        if sees_all:
            raise
        return []
    words = base_letters(narrowing.search).split()
    kept = [
        each
        for each in proposals
        if narrowing.strength in {None, each.strength} and _has_all(each, words)
    ]
    if sees_all and not narrowing.is_of_place:
        return kept
    shown = await _shown(connection, day, {each.person_id for each in kept})
    return [each for each in kept if _stands(shown[each.person_id], narrowing, place, listed)]


def _place(schools: Sequence[ListedSchool], narrowing: Narrowing) -> tuple[str, str | None] | None:
    """(school number, location number); of a whole school without the second."""
    if narrowing.location:
        for school in schools:
            for location in school.locations:
                if location.sourced_id == narrowing.location:
                    return school.number, location.number
        raise UnknownPlaceError(narrowing.location)
    if narrowing.school:
        if narrowing.school not in {school.number for school in schools}:
            raise UnknownPlaceError(narrowing.school)
        return narrowing.school, None
    return None


def _stands(
    shown: Shown, narrowing: Narrowing, place: tuple[str, str | None] | None, listed: ListedAt
) -> bool:
    school, location = place or (None, None)
    as_student = narrowing.group is not Group.STAFF and any(
        listed.students.covers(*at) and school in {None, at[0]} and location in {None, at[1]}
        for at in shown.locations
    )
    return as_student or (
        narrowing.group is not Group.STUDENTS
        and any(listed.staff.covers(at) and school in {None, at} for at in shown.schools)
    )


def _has_all(proposed: ProposedAccount, words: Collection[str]) -> bool:
    if not words:
        return True
    texts = (
        proposed.family_name,
        proposed.given_name,
        proposed.username or "",
        proposed.user_principal_name,
        proposed.display_name or "",
    )
    text = base_letters("\n".join(texts))
    return all(word in text for word in words)


def _order(proposed: ProposedAccount) -> tuple[bool, str, str, str, str]:
    return (
        proposed.strength is not Strength.SURE,
        dutch_key(proposed.family_name),
        dutch_key(proposed.given_name),
        proposed.person_id,
        proposed.user_principal_name,
    )


async def _shown(
    connection: AsyncConnection, day: Day, persons: Collection[str]
) -> dict[str, Shown]:
    await expect_rows_for(await driver_connection(connection), persons)
    return await shown_in_lists(
        connection, day.configuration.id, day.year, day.reference_date, list(persons)
    )


async def addresses(
    connection: AsyncConnection,
    day: Day,
    proposals: Collection[ProposedAccount],
    standing: Mapping[str, Standing],
) -> list[AddressAsSent]:
    """Of each proposal, in their order."""
    persons = sorted({each.person_id for each in proposals})
    domains = await location_domains(
        connection, day.configuration.id, day.year, day.reference_date, persons
    )
    return [
        as_sent(each, day.configuration, standing[each.person_id], domains.get(each.person_id))
        for each in proposals
    ]


async def standing_of(
    connection: AsyncConnection, day: Day, proposals: Collection[ProposedAccount]
) -> dict[str, Standing]:
    persons = sorted({each.person_id for each in proposals})
    await expect_rows_for(await driver_connection(connection), persons)
    return await standings(connection, day.configuration.id, day.year, day.reference_date, persons)


async def _rows(
    connection: AsyncConnection, day: Day, proposals: Sequence[ProposedAccount], reach: Reach
) -> tuple[ProposalRow, ...]:
    persons = sorted({each.person_id for each in proposals})
    shown = await _shown(connection, day, persons)
    standing = await standing_of(connection, day, proposals)
    sent = await addresses(connection, day, proposals, standing)
    classes = await _classes(connection, day, persons)
    names = {
        school.number: school.name
        for school in await listed_schools(connection, day.configuration.id)
    }
    return tuple(
        ProposalRow(
            each,
            _schools(shown[each.person_id], names, reach.readable),
            classes.get(each.person_id),
            address,
            _why_not(each, address, standing[each.person_id], shown[each.person_id], reach),
        )
        for each, address in zip(proposals, sent, strict=True)
    )


def _why_not(
    proposed: ProposedAccount,
    address: AddressAsSent,
    standing: Standing,
    shown: Shown,
    reach: Reach,
) -> LeftReason | None:
    """The same that `approving` refuses, the first of it."""
    if not reach.writable.covers(shown):
        return LeftReason.NO_RIGHT
    if standing.is_future:
        return LeftReason.NOT_YET_EDITABLE
    if proposed.username is None:
        return LeftReason.NO_USERNAME
    return LeftReason.DOMAIN_NOT_ALLOWED if address.is_barred else None


def _schools(shown: Shown, names: Mapping[str, str], readable: ListedAt) -> str:
    numbers = {
        *(at[0] for at in shown.locations if readable.students.covers(*at)),
        *(at for at in shown.schools if readable.staff.covers(at)),
    }
    return ", ".join(sorted((names.get(number, number) for number in numbers), key=dutch_key))


async def _classes(
    connection: AsyncConnection, day: Day, persons: Collection[str]
) -> dict[str, str]:
    """The classes of students on the reference date, with commas."""
    member = class_members(day.configuration.id, day.year.label, persons).c
    found = await connection.execute(
        select(
            member.person_id,
            func.coalesce(func.nullif(member.name, ""), member.code, member.class_id),
        )
        .where(
            member.start_date <= day.reference_date,
            or_(member.end_date.is_(None), member.end_date >= day.reference_date),
        )
        .distinct()
    )
    classes: defaultdict[str, list[str]] = defaultdict(list)
    for person, name in found:
        classes[person].append(name)
    return {person: ", ".join(sorted(names, key=dutch_key)) for person, names in classes.items()}
