"""The list of usernames: who is in it, filtered and sorted (M4.3.3, M4.3.4, M6.2).

The rules are in docs/domain.md. A place's rows are read whole and filtered and sorted here: a school
has some thousands, and the database can do neither (no ICU collations, see `dutch_order`).
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.access.places import NOWHERE, Places
from services.username_engine.access.rights import Group
from services.username_engine.engine.usernames import DomainPolicy
from services.username_engine.usernames.asked_places import AskedPlace, EmptyReason, asked_place
from services.username_engine.usernames.columns import NO_CLASS, Column, ListRow
from services.username_engine.usernames.list_basis import (
    Driver,
    ListBasis,
    Moment,
    OpenedLists,
    open_lists,
    planned_for_a_place,
)
from services.username_engine.usernames.list_classes import classes_of_staff, classes_of_students
from services.username_engine.usernames.list_filters import (
    ListFilters,
    SortKey,
    ordered,
    ordered_further,
)
from services.username_engine.usernames.list_flags import (
    FlagsByPerson,
    present_flags,
    with_flags,
)
from services.username_engine.usernames.list_keeping import KeptLists
from services.username_engine.usernames.list_rights import with_rights
from services.username_engine.usernames.list_rows import Present, staff_of, students_at
from services.username_engine.usernames.listed_places import ListedSchool, listed_schools
from services.username_engine.usernames.reach import ListedAt

__all__ = [
    "EmptyReason",
    "ListRequest",
    "Listing",
    "Page",
    "list_usernames",
    "open_lists",
    "page_of_usernames",
    "row_of_person",
]

_READ_ONLY: Final = ListedAt(NOWHERE, NOWHERE)
_FEW: Final = 500
"""So many persons are read by their ids; more, with their whole school."""


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Whose names are asked for: of a location (sourcedId), else of a school (institution number)."""

    group: Group
    location: str | None = None
    school: str | None = None
    filters: ListFilters = field(default_factory=ListFilters)
    sort: Sequence[SortKey] = ()

    @property
    def chooses_by_class(self) -> bool:
        """Whether rows and their order depend on the class."""
        return self.filters.look_at(Column.CLASS) or any(
            key.column is Column.CLASS for key in self.sort
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """All rows that were asked for, in order; with the reason where there are none."""

    rows: Sequence[ListRow]
    """With the flags stored with the names; with all of them where rows are chosen by that."""
    waiting: int = 0
    """How many of the place have Sync off, whatever is searched and filtered for."""
    reason: EmptyReason | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the rows that were asked for, and how many there are."""

    items: Sequence[ListRow]
    total: int = 0
    sync_on: int = 0
    """Of `total`."""
    waiting: int = 0
    """As in `Listing`."""
    reason: EmptyReason | None = None


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
    opened = await open_lists(connection, configuration_id, today)
    reading = await _reading(opened, request, places)
    if isinstance(reading, EmptyReason):
        return Listing((), reason=reading)
    return _listing(await reading.chosen_from(request, with_classes=True), request)


async def page_of_usernames(
    opened: OpenedLists,
    request: ListRequest,
    places: Places,
    *,
    limit: int,
    offset: int = 0,
    kept: KeptLists | None = None,
    writable: ListedAt = _READ_ONLY,
) -> Page:
    """A part of `list_usernames`, with all flags, and whether the caller may change the rows.

    `kept` as `KeptLists` allows; `writable`: where he may change names.
    """
    reading = await _reading(opened, request, places, kept or KeptLists(0))
    if isinstance(reading, EmptyReason):
        return Page((), reason=reading)
    present = await reading.chosen_from(request, with_classes=request.chooses_by_class)
    listing = _listing(present, request)
    items = listing.rows[offset : offset + limit]
    if request.filters.flagged is None:
        items = await reading.flagged(items)
    if not request.chooses_by_class:
        items = await reading.with_classes(items)
    items = await with_rights(opened, reading.moment, reading.asked, items, writable)
    sync_on = sum(row.sync for row in listing.rows)
    return Page(items, len(listing.rows), sync_on, listing.waiting, listing.reason)


async def row_of_person(
    connection: AsyncConnection,
    configuration_id: int,
    today: date,
    request: ListRequest,
    places: Places,
    person_id: str,
) -> ListRow | None:
    """The person's row as `page_of_usernames` shows it; None where he does not stand in that list.

    At the cost of one person, whatever the school is. The request's search, filters and order do
    not count. Raises `UnknownConfigurationError`.
    """
    opened = await open_lists(connection, configuration_id, today)
    reading = await _reading(opened, request, places)
    if isinstance(reading, EmptyReason):
        return None
    rows = await reading.flagged(await reading.rows_of(person_id))
    return rows[0] if rows else None


def _listing(present: Present, request: ListRequest) -> Listing:
    if present.rows:
        waiting = sum(not row.sync for row in present.rows)
        rows = ordered_further(request.filters.of(present.rows), request.sort)
        return Listing(rows, waiting, None if rows else EmptyReason.NO_MATCH)
    if present.nameless:
        return Listing((), reason=EmptyReason.NAMES_BEING_MADE)
    return Listing((), reason=EmptyReason.NO_ACTIVE_ENROLMENT)


async def _reading(
    opened: OpenedLists, request: ListRequest, places: Places, kept: KeptLists | None = None
) -> "_Reading | EmptyReason":
    kept, basis = kept or KeptLists(0), opened.basis
    configuration_id = basis.configuration_id
    schools = await kept.get(
        configuration_id, basis, lambda: listed_schools(opened.connection, configuration_id)
    )
    asked = asked_place(schools, request.group, request.location, request.school, places)
    if isinstance(asked, EmptyReason):
        return asked
    if basis.moment is None:
        return EmptyReason.NO_ACTIVE_ENROLMENT
    return _Reading(opened.driver, basis, basis.moment, asked, schools, kept)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The list of one place at one moment."""

    driver: Driver
    basis: ListBasis
    moment: Moment
    asked: AskedPlace
    schools: tuple[ListedSchool, ...]
    """Of the whole configuration."""
    kept: KeptLists

    async def chosen_from(self, request: ListRequest, *, with_classes: bool) -> Present:
        """All of the place with what the request chooses by, in the order by name."""
        present = await self._kept_present(with_classes=with_classes)
        if request.filters.flagged is None:
            return present
        return Present(await self._all_flagged(present.rows), present.nameless)

    async def _kept_present(self, *, with_classes: bool) -> Present:

        async def read() -> Present:
            async with planned_for_a_place(self.driver):
                classes = await self._classes() if with_classes else {}
                found = await self._present(classes)
            return Present(ordered(found.rows), found.nameless)

        key = (self.basis.configuration_id, self.asked, with_classes)
        return await self.kept.get(key, self.basis, read)

    async def rows_of(self, person: str) -> Sequence[ListRow]:
        """The person's own, at most one."""
        return (await self._present(await self._classes([person]), [person])).rows

    async def _present(
        self, classes: Mapping[str, str], persons: Collection[str] | None = None
    ) -> Present:
        policies, asked = self.basis.policies, self.asked
        if asked.group is Group.STAFF:
            return await staff_of(
                self.driver,
                self.moment,
                asked.school,
                asked.location,
                classes,
                persons,
                with_domain=policies.staff is DomainPolicy.PROVIDER,
            )
        return await students_at(
            self.driver,
            self.moment,
            asked.school,
            asked.locations,
            classes,
            persons,
            with_domain=policies.students is DomainPolicy.PROVIDER,
        )

    async def _classes(self, persons: Collection[str] | None = None) -> Mapping[str, str]:
        asked = self.asked
        if asked.group is Group.STAFF:
            return await classes_of_staff(self.driver, self.moment, asked.school, persons)
        return await classes_of_students(
            self.driver, self.moment, asked.school, asked.locations, persons
        )

    async def with_classes(self, rows: Sequence[ListRow]) -> Sequence[ListRow]:
        """The rows, which have none yet."""
        if not rows:
            return rows
        is_part = len(rows) <= _FEW
        async with nullcontext() if is_part else planned_for_a_place(self.driver):
            classes = await self._classes([row.person for row in rows] if is_part else None)
        missing = None if self.asked.group is Group.STAFF else NO_CLASS
        return [row._replace(class_=classes.get(row.person, missing)) for row in rows]

    async def flagged(self, rows: Sequence[ListRow]) -> Sequence[ListRow]:
        """The rows, with the flags that are read apart."""
        return with_flags(rows, await self._flags(rows))

    async def _all_flagged(self, rows: Sequence[ListRow]) -> Sequence[ListRow]:
        """The same of all rows of the place."""
        key = (self.basis.configuration_id, self.asked, "flags")
        return with_flags(rows, await self.kept.get(key, self.basis, lambda: self._flags(rows)))

    async def _flags(self, rows: Sequence[ListRow]) -> FlagsByPerson:
        persons = [row.person for row in rows]
        return await present_flags(
            self.driver, self.moment, self.asked.group, self.schools, persons
        )
