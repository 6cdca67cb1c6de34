"""Persons to whom the same happens in the database and in the oracles' plain Python."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shared.database import Database
from shared.tables import sis
from tests.arranging import (
    Arranged,
    Place,
    add_enrolment,
    add_membership,
    add_person,
    add_school_year,
    change,
)
from tests.username_engine.ledger_oracle import Person, Stay, Year

YEARS = [Year(f"20{n}-{n + 1}", date(2000 + n, 9, 1), date(2001 + n, 6, 30)) for n in range(24, 28)]


@dataclass
class Source:
    """What intake would write of one configuration's persons."""

    owner: Database
    configuration: Arranged
    persons: dict[str, Person] = field(default_factory=dict)
    year: Year = YEARS[0]
    """The active one."""

    async def add_years(self) -> None:
        for year in YEARS:
            await add_school_year(
                self.owner,
                self.configuration,
                year.label,
                start_date=year.start,
                end_date=year.end,
            )

    async def add(self, person: Person) -> Person:
        self.persons[person.id] = person
        await add_person(
            self.owner, self.configuration, person.given, person.family, person_id=person.id
        )
        return person

    async def enrol(
        self, person: Person, place: Place, start: date, end: date | None = None
    ) -> None:
        stay = Stay(self.year, place.school_number, place.number, start, end)
        if not any(_same(stay, each) for each in person.enrolments):
            person.enrolments.append(stay)
            await add_enrolment(
                self.owner,
                self.configuration,
                person.id,
                place,
                start_date=start,
                end_date=end,
                school_year=self.year.label,
            )

    async def employ(
        self, person: Person, school: str, start: date, *, is_primary: bool = True
    ) -> None:
        stay = Stay(self.year, school, "", start, is_primary=is_primary)
        if not any(_same(stay, each) for each in person.memberships):
            person.memberships.append(stay)
            await add_membership(
                self.owner,
                self.configuration,
                person.id,
                school,
                start_date=start,
                is_primary=is_primary,
                school_year=self.year.label,
            )

    async def end(self, person: Person, stay: Stay, day: date) -> None:
        """Not before its first day."""
        stay.end = max(day, stay.start)
        where: dict[str, Any] = {
            "person_id": person.id,
            "school_number": stay.school,
            "location_number": stay.location,
            "school_year": stay.year.label,
            "start_date": stay.start,
        }
        table = sis.enrolment if stay.location else sis.staff
        await change(self.owner, self.configuration, table, where, end_date=stay.end)

    async def remove(self, person: Person, moment: datetime) -> None:
        """As a full bundle without the person does it: every row is marked."""
        person.removed = True
        for stay in (*person.enrolments, *person.memberships):
            stay.removed = moment.date()
        await self._mark(person, moment)

    async def restore(self, person: Person) -> None:
        person.removed = False
        for stay in (*person.enrolments, *person.memberships):
            stay.removed = None
        await self._mark(person, None)

    async def rename(self, person: Person, given: str, family: str) -> None:
        """The official name."""
        person.given, person.family = given, family
        names = {"given_name": given, "family_name": family}
        await change(self.owner, self.configuration, sis.person, {"id": person.id}, **names)

    async def _mark(self, person: Person, moment: datetime | None) -> None:
        tables = ((sis.person, "id"), (sis.enrolment, "person_id"), (sis.staff, "person_id"))
        for table, key in tables:
            await change(self.owner, self.configuration, table, {key: person.id}, removed_at=moment)


def _same(one: Stay, other: Stay) -> bool:
    """Rows of one key in the database."""
    return (one.year, one.school, one.location, one.start) == (
        other.year,
        other.school,
        other.location,
        other.start,
    )
