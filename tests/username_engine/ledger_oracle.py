"""Who has which name, by the rules of docs/domain.md alone and in plain Python: no database, and
nothing of the engine. What the tests of the ledger hold the engine against.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


@dataclass(frozen=True)
class Year:
    label: str
    start: date
    end: date

    def held(self, today: date) -> date:
        """The reference date."""
        return min(max(today, self.start), self.end)


@dataclass(eq=False)
class Stay:
    """An enrolment at a location, or a membership of a school (`location` empty)."""

    year: Year
    school: str
    location: str
    start: date
    end: date | None = None
    removed: date | None = None
    is_primary: bool = True

    def is_known_for(self, year: Year, day: date) -> bool:
        """In the year, not taken back by the source, and not over on the day."""
        over = self.end is not None and self.end < day
        return self.year == year and self.removed is None and not over

    @property
    def last_day(self) -> date:
        return min(day for day in (self.end, self.year.end, self.removed) if day)


@dataclass(eq=False)
class Person:
    id: str
    given: str
    family: str
    enrolments: list[Stay] = field(default_factory=list)
    memberships: list[Stay] = field(default_factory=list)
    removed: bool = False

    def enrolled(self, year: Year, day: date) -> list[Stay]:
        """Also from a later day on."""
        return [e for e in self.enrolments if not self.removed and e.is_known_for(year, day)]

    def working(self, year: Year, day: date) -> list[Stay]:
        return [
            m
            for m in self.memberships
            if not self.removed and m.is_known_for(year, day) and m.start <= day
        ]

    def has_not_started(self, year: Year, day: date) -> bool:
        """A future student: name and Sync cannot be changed yet (M4.3.6)."""
        enrolled = self.enrolled(year, day)
        later = bool(enrolled) and all(e.start > day for e in enrolled)
        return later and not self.working(year, day)


def first_school(person: Person) -> str:
    """Where the staff member was first added."""
    known = [m for m in person.memberships if m.removed is None]
    return min(known, key=lambda m: (m.start, not m.is_primary, m.school)).school


@dataclass(frozen=True)
class Name:
    local_part: str
    sync: bool

    @property
    def folded(self) -> str:
        return self.local_part.lower()


@dataclass(frozen=True)
class GivenUp:
    """A name that its person had before, as it was written then."""

    local_part: str
    since: datetime


class Taken(Exception):
    """Another person has the name at present."""


class NotYet(Exception):
    """The student has not started."""


@dataclass
class Ledger:
    """A configuration whose format is `{voornaam}.{familienaam}`; `sync` by (school, location)."""

    reuse_after_days: int | None
    sync: dict[tuple[str, str], bool]
    persons: dict[str, Person] = field(default_factory=dict)
    names: dict[str, Name] = field(default_factory=dict)
    former: dict[tuple[str, str], GivenUp] = field(default_factory=dict)
    """By the folded name and the person."""

    def create(self, year: Year, today: date) -> None:
        day = year.held(today)
        self._retire(year, day)
        until = datetime.combine(today, time.max, BRUSSELS)
        rest = [
            (person, sync)
            for _, person, sync in sorted(self._nameless(year, day), key=lambda it: it[:2])
        ]
        own_names = {person: self._own_former_name(person) for person, _ in rest}
        for person, sync in list(rest):
            own = own_names[person]
            if own and self._is_free_for(person, own.lower(), until):
                self.names[person] = Name(own, sync)
                rest.remove((person, sync))
        for person, sync in rest:
            self.names[person] = Name(self._generated(self.persons[person], until), sync)

    def edit(self, person: str, typed: str, year: Year, today: date, now: datetime) -> None:
        if self.persons[person].has_not_started(year, year.held(today)):
            raise NotYet
        if self._holder(typed.lower()) not in {None, person}:
            raise Taken
        before = self.names[person]
        if typed.lower() != before.folded:
            self.former[before.folded, person] = GivenUp(before.local_part, now)
        self.names[person] = Name(typed, before.sync)

    def _holder(self, folded: str) -> str | None:
        return next((p for p, name in self.names.items() if name.folded == folded), None)

    def _nameless(self, year: Year, day: date) -> Iterator[tuple[date, str, bool]]:
        """Who needs a name: the first start, the id, and Sync by default."""
        for person in self.persons.values():
            enrolled, working = person.enrolled(year, day), person.working(year, day)
            if person.id in self.names or not (enrolled or working):
                continue
            sync = all(self.sync[e.school, e.location] for e in enrolled)
            if working:
                of_first = [on for (s, _), on in self.sync.items() if s == first_school(person)]
                sync = sync and all(of_first)
            yield min(stay.start for stay in (*enrolled, *working)), person.id, sync

    def _reserved_for(self, folded: str, until: datetime) -> set[str]:
        return {
            person
            for (name, person), given_up in self.former.items()
            if name == folded and self._is_reserved(given_up, until)
        }

    def _is_reserved(self, given_up: GivenUp, until: datetime) -> bool:
        if self.reuse_after_days is None:
            return True
        return given_up.since > until - timedelta(days=self.reuse_after_days)

    def _own_former_name(self, person: str) -> str | None:
        """The last one that nobody has."""
        own = [
            given_up
            for (name, p), given_up in self.former.items()
            if p == person and self._holder(name) is None
        ]
        return max(own, key=lambda it: it.since).local_part if own else None

    def _is_free_for(self, person: str, folded: str, until: datetime) -> bool:
        """Of a name of his own: once it is reserved for others alone, it is theirs."""
        reserved = self._reserved_for(folded, until)
        return self._holder(folded) is None and (not reserved or person in reserved)

    def _generated(self, person: Person, until: datetime) -> str:
        base, number = f"{person.given}.{person.family}".lower(), 1
        while True:
            name = base if number == 1 else f"{base}{number}"
            if self._holder(name) is None and self._reserved_for(name, until) <= {person.id}:
                return name
            number += 1

    def _retire(self, year: Year, day: date) -> None:
        """Who left before this school year, and longer ago than names are reserved."""
        if self.reuse_after_days is None:
            return
        before = min(day - timedelta(days=self.reuse_after_days), year.start)
        for person, name in list(self.names.items()):
            stays = (*self.persons[person].enrolments, *self.persons[person].memberships)
            last_day = max(stay.last_day for stay in stays)
            if last_day < before:
                del self.names[person]
                left = datetime.combine(last_day, time.min, BRUSSELS)
                self.former[name.folded, person] = GivenUp(name.local_part, left)
