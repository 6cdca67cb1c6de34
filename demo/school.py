"""Fills a school with ordinary life: classes, subgroups, pupils who come and go, staff."""

from dataclasses import dataclass
from datetime import date
from random import Random

from demo.names import FLEMISH_SCHOOL, STAFF_ROOM
from demo.population import CLASS_TEACHER, Draft, Location, Person, School, SchoolClass
from demo.school_year import DAY, Calendar

CLASS_SIZE = 20
STUDENTS_PER_STAFF = 10
GRADES = 6
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SUBGROUPS = ("RK", "NCZ", "ISL", "ORT", "PROT", "WIS", "NED", "LO", "FRA", "TECH")
OTHER_DUTIES = (1, 3, 4)
"""Duties beside class teacher, such as care or a subject; their meaning is the school's own."""
NO_BIRTH_DATE = 0.01
MOVERS = 0.005
CLOSED_AT_YEAR_END = 0.3
"""Share of the stays whose end date is written out as the school year's end, not left open."""


@dataclass(frozen=True, slots=True)
class LocationPlan:
    """A location with the number of students it gets, in six grades of classes of twenty."""

    location: Location
    students: int
    first_age: int = 12
    """How old a pupil of the first grade becomes in the year the school year begins."""
    letters: str = LETTERS


@dataclass(frozen=True, slots=True)
class Presence:
    """From when to when; open at the end where `end` is absent."""

    start: date
    end: date | None
    whole_year: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """Which parts leave before the reference day, start after it, or started late."""

    leavers: float
    future: float
    late: float

    def presence(self, rng: Random, calendar: Calendar) -> Presence:
        kind = rng.random()
        past, coming = calendar.past_day(rng), calendar.coming_day(rng)
        end = calendar.end if rng.random() < CLOSED_AT_YEAR_END else None
        if kind < self.leavers:
            return Presence(calendar.start, past)
        if kind < self.leavers + self.future:
            return Presence(coming, end)
        if kind < self.leavers + self.future + self.late:
            return Presence(past, end)
        return Presence(calendar.start, end, whole_year=True)


STUDENT_SHARES = Shares(leavers=0.015, future=0.01, late=0.02)
STAFF_SHARES = Shares(leavers=0.02, future=0.01, late=0.03)


@dataclass(frozen=True, slots=True)
class OpenLocation:
    """A location with its classes, the grade of each, and the subgroups by grade."""

    plan: LocationPlan
    grades: list[int]
    classes: list[SchoolClass]
    subgroups: dict[int, list[SchoolClass]]

    def slot(self, index: int) -> int:
        """The position in `classes` of the student with this index."""
        return index * len(self.classes) // self.plan.students


def fill_school(
    draft: Draft, school: School, plans: tuple[LocationPlan, ...], staff: int
) -> list[Person]:
    """Adds the school, its locations, students, classes and `staff` new staff members.

    A student has one class and one subgroup; a mover has them until the day before the move,
    and a class at the new location. Returns the staff who are there all
    year.
    """
    draft.rows.schools.append(school)
    draft.rows.locations.extend(plan.location for plan in plans)
    opened = [_open_location(draft, plan) for plan in plans]
    active = [here for here in opened if here.plan.location.active]
    for here in opened:
        others = [there for there in active if there is not here]
        _fill_location(draft, here, others[0] if others else None)
    present = [person for _ in range(staff) for person in _staff_member(draft, school)]
    if present:
        _give_duties(draft, [row for here in opened for row in here.classes], present)
    return present


def _open_location(draft: Draft, plan: LocationPlan) -> OpenLocation:
    count = max(1, round(plan.students / CLASS_SIZE))
    grades = [index * GRADES // count + 1 for index in range(count)]
    return OpenLocation(
        plan, grades, _make_classes(draft, plan, grades), _make_subgroups(draft, plan, grades)
    )


def _make_classes(draft: Draft, plan: LocationPlan, grades: list[int]) -> list[SchoolClass]:
    """Such as 6J, with the location's code in the class code."""
    suffix = plan.location.code or plan.location.number
    classes: list[SchoolClass] = []
    for index, grade in enumerate(grades):
        turn, place = divmod(index - grades.index(grade), len(plan.letters))
        letter = plan.letters[place] * (turn + 1)
        code = f"{grade}{letter.upper()}-{suffix}"
        classes.append(draft.school_class(plan.location, "class", code, f"{grade}{letter}"))
    return classes


def _make_subgroups(
    draft: Draft, plan: LocationPlan, grades: list[int]
) -> dict[int, list[SchoolClass]]:
    """As many subgroups in a grade as it has classes, across those classes."""
    suffix = plan.location.code or plan.location.number
    subgroups: dict[int, list[SchoolClass]] = {}
    for grade in grades:
        of_grade = subgroups.setdefault(grade, [])
        turn, place = divmod(len(of_grade), len(SUBGROUPS))
        title = f"{grade} {SUBGROUPS[place]}{turn + 1 if turn else ''}"
        code = f"{title.replace(' ', '')}-{suffix}"
        of_grade.append(draft.school_class(plan.location, "subgroup", code, title))
    return subgroups


def _fill_location(draft: Draft, here: OpenLocation, there: OpenLocation | None) -> None:
    rng, calendar = draft.rng, draft.calendar
    for index in range(here.plan.students):
        slot = here.slot(index)
        grade = here.grades[slot]
        age = here.plan.first_age + grade - 1
        person = draft.person(FLEMISH_SCHOOL.draw(rng), _birth_date(draft, age))
        presence = STUDENT_SHARES.presence(rng, calendar)
        moves, past = rng.random() < MOVERS, rng.random() < 0.5
        moved = calendar.past_day(rng) + DAY if past else calendar.coming_day(rng)
        if moves and there is not None:
            presence = Presence(calendar.start, moved - DAY)
            draft.enrol(person, there.plan.location, moved)
            draft.join(person, there.classes[slot % len(there.classes)], moved)
        of_grade = here.subgroups[grade]
        draft.enrol(person, here.plan.location, presence.start, presence.end)
        draft.join(person, here.classes[slot], presence.start, presence.end)
        draft.join(person, of_grade[index % len(of_grade)], presence.start, presence.end)


def _birth_date(draft: Draft, age: int) -> date | None:
    unknown = draft.rng.random() < NO_BIRTH_DATE
    born = draft.calendar.birth_date(draft.rng, age)
    return None if unknown else born


def _staff_member(draft: Draft, school: School) -> list[Person]:
    """The new staff member, if there from the first to the last day; else nobody."""
    rng, calendar = draft.rng, draft.calendar
    age = 22 + int(rng.random() * 42)
    person = draft.person(STAFF_ROOM.draw(rng), calendar.birth_date(rng, age))
    presence = STAFF_SHARES.presence(rng, calendar)
    draft.employ(person, school, presence.start, presence.end)
    return [person] if presence.whole_year else []


def _give_duties(draft: Draft, classes: list[SchoolClass], staff: list[Person]) -> None:
    """Each class a class teacher, one in ten a second one, one in five another duty."""
    rng = draft.rng
    for school_class in classes:
        first, second, duty = rng.random(), rng.random(), rng.random()
        place = int(first * len(staff))
        draft.give_duty(staff[place], school_class)
        neighbour = staff[(place + 1) % len(staff)]
        if second < 0.1 and neighbour is not staff[place]:
            draft.give_duty(neighbour, school_class, CLASS_TEACHER)
        elif second < 0.3:
            other = OTHER_DUTIES[int(duty * len(OTHER_DUTIES))]
            draft.give_duty(neighbour, school_class, other)
