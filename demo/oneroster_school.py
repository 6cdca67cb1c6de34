"""The third demo configuration: a district of three schools, known from a OneRoster file only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from demo.configurations import Configuration, LocationSheet, Privacy, SchoolSheet
from demo.names import STAFF_ROOM
from demo.population import Draft, Location, Person, Rows, School, SchoolClass, uuid_of
from demo.school import LocationPlan, fill_school
from demo.school_year import Calendar

ONEROSTER = "demo-oneroster"
GUARDIAN_EVERY = 4
SIBLINGS_EVERY = 12
SECOND_GUARDIAN_EVERY = 20
# Spelt as Microsoft's acceptance test for OneRoster providers wants them.
FLAGS = ("IEP", "freeLunch", "504", "IEP,freeLunch")
FLAGGED_EVERY = 11


@dataclass(frozen=True, slots=True)
class Org:
    sourced_id: str
    name: str
    type: str
    identifier: str
    parent: str | None = None


DISTRICT = Org("org-district", "Scholengemeenschap Zonnewende", "district", "099123")
SCHOOLS = (
    Org("org-zonnebloem", "Basisschool De Zonnebloem", "school", "099123-Z", DISTRICT.sourced_id),
    Org("org-regenboog", "Basisschool De Regenboog", "school", "099123-R", DISTRICT.sourced_id),
    Org("org-middenschool", "Middenschool Zonnewende", "school", "099123-M", DISTRICT.sourced_id),
)
PLANS = {
    "org-zonnebloem": (110, 6, 11),
    "org-regenboog": (90, 6, 9),
    "org-middenschool": (75, 12, 8),
}
"""Students, age in the first grade, staff."""


@dataclass(frozen=True, slots=True)
class Guardian:
    id: str
    given_name: str
    family_name: str
    org: str
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class District:
    """Rows of three schools (each one location, its number the org's sourcedId), and what a
    OneRoster file has beside them. Ids of persons and classes are the source's, not UUIDs."""

    rows: Rows
    gone: frozenset[str]
    """Who left before the reference day: still in the file, marked `tobedeleted`."""
    guardians: tuple[Guardian, ...]
    flags: dict[str, str]
    """Microsoft's user flags by person id."""
    lessons: tuple[tuple[str, SchoolClass], ...]
    """Who teaches which subgroup."""
    cases: dict[str, tuple[str, ...]]


def district(seed: str, calendar: Calendar) -> District:
    draft = Draft(
        Random(f"{seed}/district"),
        calendar,
        class_numbers=count(1),
        person_id=_series("u-{:05d}"),
        class_id=_series("k-{:04d}"),
    )
    lessons: list[tuple[str, SchoolClass]] = []
    colleague: Person | None = None
    for org in SCHOOLS:
        students, first_age, staff = PLANS[org.sourced_id]
        school = School(org.sourced_id, org.name)
        location = Location(org.sourced_id, org.sourced_id, org.name, org.identifier[-1])
        present = fill_school(draft, school, (LocationPlan(location, students, first_age),), staff)
        if colleague is not None:
            draft.employ(colleague, school)
        colleague = present[0]
        lessons += _lessons(draft.rows, location, present)
    cases = {"teacher_in_two_schools": _in_two_schools(draft.rows), **_cast(draft)}
    gone = _gone(draft.rows, calendar)
    present_students = [
        (person, org) for person, org in _students(draft.rows) if person.id not in gone
    ]
    flags = {
        person.id: FLAGS[place % len(FLAGS)]
        for place, (person, _) in enumerate(present_students[::FLAGGED_EVERY])
    }
    guardians = tuple(_guardians(draft.rng, present_students))
    return District(draft.rows, gone, guardians, flags, tuple(lessons), cases)


def _series(form: str) -> Callable[[Random], str]:
    numbers = count(1)
    return lambda _: form.format(next(numbers))


def _lessons(
    rows: Rows, location: Location, staff: list[Person]
) -> Iterator[tuple[str, SchoolClass]]:
    subgroups = [c for c in rows.classes if c.location == location and c.kind == "subgroup"]
    for place, subgroup in enumerate(subgroups):
        yield staff[place % len(staff)].id, subgroup


def _cast(draft: Draft) -> dict[str, tuple[str, ...]]:
    rng, calendar, rows = draft.rng, draft.calendar, draft.rows
    school = rows.classes[0].location
    outside = draft.person(("Nora", "Benali"), calendar.birth_date(rng, 9))
    draft.enrol(outside, school)
    future = draft.person(("Andrei", "Popescu"), calendar.birth_date(rng, 8))
    start = calendar.coming_day(rng)
    draft.enrol(future, school, start)
    draft.join(future, rows.classes[0], start)
    gone = draft.person(("Jana", "Vervaeke"), calendar.birth_date(rng, 10))
    last = calendar.past_day(rng)
    draft.enrol(gone, school, end=last)
    draft.join(gone, rows.classes[0], end=last)
    namesakes = [draft.person(("Emma", "Peeters"), calendar.birth_date(rng, age)) for age in (7, 8)]
    for person in namesakes:
        draft.enrol(person, school)
        draft.join(person, rows.classes[1])
    empty = draft.school_class(school, "class", "6Z", "6Z")
    director = draft.person(("Hilde", "Claeys"), calendar.birth_date(rng, 55))
    draft.employ(director, School(school.school, school.name))
    return {
        "students_without_class": (outside.id,),
        "future_students": (future.id,),
        "leavers": (gone.id,),
        "namesakes": tuple(person.id for person in namesakes),
        "class_without_students": (empty.id,),
        "director": (director.id,),
    }


def _in_two_schools(rows: Rows) -> tuple[str, ...]:
    schools: dict[str, set[str]] = {}
    for row in rows.staff:
        schools.setdefault(row.person, set()).add(row.school)
    return tuple(person for person, numbers in schools.items() if len(numbers) > 1)


def _gone(rows: Rows, calendar: Calendar) -> frozenset[str]:
    stays = [(row.person, row.end) for row in rows.enrolments]
    stays += [(row.person, row.end) for row in rows.staff]
    lasting = {person for person, end in stays if end is None or end >= calendar.reference}
    return frozenset(person for person, _ in stays) - lasting


def _students(rows: Rows) -> Iterator[tuple[Person, str]]:
    """Each student with the org of the first enrolment."""
    orgs: dict[str, str] = {}
    for row in rows.enrolments:
        orgs.setdefault(row.person, row.location.number)
    return ((person, orgs[person.id]) for person in rows.persons if person.id in orgs)


def _guardians(rng: Random, students: list[tuple[Person, str]]) -> Iterator[Guardian]:
    """For one student in four; some have two, some are the guardian of two."""
    numbers = count(1)
    for place in range(0, len(students), GUARDIAN_EVERY):
        child, org = students[place]
        children = [child.id]
        if place % SIBLINGS_EVERY == 0 and place + 1 < len(students):
            children.append(students[place + 1][0].id)
        for _ in range(2 if place % SECOND_GUARDIAN_EVERY == 0 else 1):
            given, _family = STAFF_ROOM.draw(rng)
            number = f"g-{next(numbers):04d}"
            yield Guardian(number, given, child.family_name, org, tuple(children))


def oneroster_configuration(seed: str, school_year: str) -> Configuration:
    return Configuration(
        name=ONEROSTER,
        tenant_id=uuid_of(Random(f"{seed}/{ONEROSTER}")),
        active_school_year=school_year,
        schools=(
            SchoolSheet(
                DISTRICT.identifier,
                tuple(LocationSheet(org.sourced_id, True) for org in SCHOOLS),
                sync_by_default=True,
            ),
        ),
        format="{familienaam}.{voornaam}",
        privacy=Privacy(guardians=True, demographics=True, user_flags=True),
    )
