"""Rows of a native bundle, and a draft that hands out ids while a school is being filled.

Nothing here reads the clock or depends on hash order: the same random source and calendar
give the same rows. Every call takes a fixed number of random numbers, so another `today` moves
dates and leaves persons, names and ids as they were.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Literal

from demo.school_year import Calendar

Kind = Literal["class", "subgroup"]
CLASS_TEACHER = 2
"""The duty number of a class teacher (`klassenleraar`)."""


@dataclass(frozen=True, slots=True)
class School:
    number: str
    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    school: str
    number: str
    name: str
    code: str | None = None
    main_structure: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    given_name: str
    family_name: str
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class Enrolment:
    person: str
    location: Location
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class SchoolClass:
    id: str
    number: int
    kind: Kind
    code: str | None
    name: str | None
    location: Location


@dataclass(frozen=True, slots=True)
class ClassEnrolment:
    person: str
    school_class: SchoolClass
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class StaffMembership:
    person: str
    school: str
    start: date
    end: date | None
    primary: bool


@dataclass(frozen=True, slots=True)
class ClassDuty:
    person: str
    school_class: SchoolClass
    duty: int
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one school year, in the order they were made."""

    schools: list[School] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    classes: list[SchoolClass] = field(default_factory=list)
    class_enrolments: list[ClassEnrolment] = field(default_factory=list)
    staff: list[StaffMembership] = field(default_factory=list)
    class_duties: list[ClassDuty] = field(default_factory=list)


def uuid_of(rng: Random) -> str:
    """A version 4 UUID from the given source."""
    digits = f"{rng.getrandbits(128):032x}"
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


@dataclass(frozen=True, slots=True)
class Draft:
    """Rows in the making.

    `class_numbers` is one series over all schools of a bundle; ids are UUIDs unless the source
    has ids of its own.
    """

    rng: Random
    calendar: Calendar
    class_numbers: Iterator[int]
    rows: Rows = field(default_factory=Rows)
    person_id: Callable[[Random], str] = uuid_of
    class_id: Callable[[Random], str] = uuid_of

    def person(self, name: tuple[str, str], birth_date: date | None) -> Person:
        person = Person(self.person_id(self.rng), name[0], name[1], birth_date)
        self.rows.persons.append(person)
        return person

    def enrol(
        self,
        person: Person,
        location: Location,
        start: date | None = None,
        end: date | None = None,
    ) -> Enrolment:
        """At a location; without a start, from the first day of the school year."""
        enrolment = Enrolment(person.id, location, start or self.calendar.start, end)
        self.rows.enrolments.append(enrolment)
        return enrolment

    def school_class(
        self, location: Location, kind: Kind, code: str | None, name: str | None
    ) -> SchoolClass:
        number = next(self.class_numbers)
        row = SchoolClass(self.class_id(self.rng), number, kind, code, name, location)
        self.rows.classes.append(row)
        return row

    def join(
        self,
        person: Person,
        school_class: SchoolClass,
        start: date | None = None,
        end: date | None = None,
    ) -> None:
        start = start or self.calendar.start
        self.rows.class_enrolments.append(ClassEnrolment(person.id, school_class, start, end))

    def employ(
        self,
        person: Person,
        school: School,
        start: date | None = None,
        end: date | None = None,
        *,
        primary: bool = False,
    ) -> StaffMembership:
        row = StaffMembership(person.id, school.number, start or self.calendar.start, end, primary)
        self.rows.staff.append(row)
        return row

    def give_duty(
        self,
        person: Person,
        school_class: SchoolClass,
        duty: int = CLASS_TEACHER,
        start: date | None = None,
        end: date | None = None,
    ) -> None:
        start = start or self.calendar.start
        self.rows.class_duties.append(ClassDuty(person.id, school_class, duty, start, end))
