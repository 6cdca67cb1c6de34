"""What each name is sent as, by the rules of docs/domain.md alone and in plain Python: no database,
and nothing of the engine. What the tests of resolving hold the engine against.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tests.username_engine.ledger_oracle import Person, Stay, Year, first_school

Policy = Literal["tenant", "provider"]


@dataclass(eq=False)
class Location:
    school: str
    number: str
    domain: str | None
    active: bool = True


@dataclass
class Name:
    local_part: str
    domain: str | None = None
    sync: bool = True


@dataclass
class Roster:
    """A configuration in which no two persons' names are alike."""

    students: Policy
    staff: Policy
    locations: list[Location]
    staff_domains: dict[str, str | None]
    """By school."""
    persons: dict[str, Person] = field(default_factory=dict)
    names: dict[str, Name] = field(default_factory=dict)

    def create(self, year: Year, day: date) -> None:
        """On the reference date; a student who became staff gets the domain as well (rule 8)."""
        for person in self.persons.values():
            working = person.working(year, day)
            if person.id not in self.names and (working or self._enrolled(person, year, day)):
                # Sync is on at every location; staff of a school without any has nothing to say so.
                sync = not working or self._takes_part(first_school(person))
                self.names[person.id] = Name(f"{person.given}.{person.family}".lower(), sync=sync)
            name = self.names.get(person.id)
            if name and working and self.staff == "provider":
                name.domain = name.domain or self._first_domain(person)

    def turn_staff_round(self, policy: Policy, year: Year, day: date) -> None:
        """The stored names of staff follow, also of those who left."""
        self.staff = policy
        for person_id, name in self.names.items():
            person = self.persons[person_id]
            working = bool(person.working(year, day))
            enrolled = bool(self._enrolled(person, year, day))
            if working or (person.memberships and not enrolled):
                domain = name.domain or self._first_domain(person)
                name.domain = domain if policy == "provider" else None

    def sent(self, year: Year, day: date) -> dict[str, str]:
        """On the reference date, of those whose Sync is on; future students too."""
        names = {}
        for person_id, name in self.names.items():
            if name.sync and (sent := self._sent(self.persons[person_id], name, year, day)):
                names[person_id] = sent
        return names

    def _sent(self, person: Person, name: Name, year: Year, day: date) -> str | None:
        places = self._student_places(person, year, day)
        if any(self._takes_part(m.school) for m in person.working(year, day)):
            policy, domain = self.staff, name.domain
        elif places:
            policy, domain = self.students, name.domain or self._domain_of(places)
        else:
            return None
        if policy == "tenant":
            return name.local_part
        return f"{name.local_part}@{domain}" if domain else None

    def _student_places(self, person: Person, year: Year, day: date) -> list[Stay]:
        """Those of the day; of a future student's own first day, also between two enrolments."""
        enrolled = self._enrolled(person, year, day)
        if enrolled and all(e.start > day for e in enrolled):
            day = min(e.start for e in enrolled)
        return [e for e in enrolled if e.start <= day and (e.end is None or e.end >= day)]

    def _enrolled(self, person: Person, year: Year, day: date) -> list[Stay]:
        return [e for e in person.enrolled(year, day) if self._location(e).active]

    def _domain_of(self, places: list[Stay]) -> str | None:
        """Of the one that started last, then of the lower location number."""
        last = max(e.start for e in places)
        of_last = [e for e in places if e.start == last]
        return self._location(min(of_last, key=lambda e: (int(e.location), e.school))).domain

    def _location(self, stay: Stay) -> Location:
        return next(
            each
            for each in self.locations
            if (each.school, each.number) == (stay.school, stay.location)
        )

    def _takes_part(self, school: str) -> bool:
        return any(each.active for each in self.locations if each.school == school)

    def _first_domain(self, person: Person) -> str | None:
        known = [m for m in person.memberships if m.removed is None]
        return self.staff_domains[first_school(person)] if known else None
