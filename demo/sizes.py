"""Bundles of any size for benchmarks, written school by school in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from random import Random

from demo.configurations import Configuration, LocationSheet, SchoolSheet
from demo.native_bundle import BundleWriter
from demo.population import Draft, Location, Person, School, uuid_of
from demo.school import STUDENTS_PER_STAFF, LocationPlan, fill_school
from demo.school_year import Calendar, calendar_of

LARGEST_SCHOOL = 2500
USUAL_SCHOOL = 2000
FIRST_SCHOOL_NUMBER = 200_000
MOST_SCHOOLS = 1_000_000 - FIRST_SCHOOL_NUMBER
SHARED_STAFF = 2
"""How many of a school's staff also belong to the next school of the configuration."""


@dataclass(frozen=True, slots=True)
class Size:
    """Students and staff together, spread evenly over the configurations."""

    persons: int
    configurations: int = 1

    def __post_init__(self) -> None:
        if self.configurations < 1 or self.persons < 2 * self.configurations:
            raise ValueError("a configuration needs at least two persons")
        largest = -(-self.persons // self.configurations)
        if _schools_for(largest) * self.configurations > MOST_SCHOOLS:
            raise ValueError("more schools than institution numbers")


@dataclass(frozen=True, slots=True)
class SizedBundle:
    """`counts` holds the rows of each file of the bundle."""

    bundle: Path
    configurations: Path
    counts: dict[str, int]


def write_bundle_of_size(
    folder: Path, size: Size, *, school_year: str, today: date, seed: str = "rosterbridge"
) -> SizedBundle:
    """Writes `bundle/` and `configurations/bench-0001.toml` … under the folder.

    Exactly `size.persons` persons; schools of a thousand to 2,500 persons where a configuration
    is large enough, else one school. A school's rows depend on the seed and its place alone.
    """
    calendar = calendar_of(school_year, today)
    sheets, bundle = folder / "configurations", folder / "bundle"
    school_numbers = count(FIRST_SCHOOL_NUMBER)
    class_numbers = count(1)
    with BundleWriter(bundle, calendar) as writer:
        for place, persons in enumerate(_shares(size.persons, size.configurations), start=1):
            name = f"bench-{place:04d}"
            schools: list[SchoolSheet] = []
            shared: list[Person] = []
            for part in _shares(persons, _schools_for(persons)):
                number = next(school_numbers)
                draft = Draft(Random(f"{seed}/{number}"), calendar, class_numbers)
                school, plans = _plans(number, part)
                staff = fill_school(draft, school, plans, _staff_of(part))
                for person in shared:
                    draft.employ(person, school)
                shared = staff[:SHARED_STAFF]
                writer.write(draft.rows)
                schools.append(_sheet(school, plans))
            _configuration(name, seed, calendar, tuple(schools)).write(sheets)
    return SizedBundle(bundle, sheets, dict(writer.counts))


def _shares(whole: int, parts: int) -> Iterator[int]:
    """Near-equal parts, the larger ones first."""
    base, rest = divmod(whole, parts)
    return (base + (index < rest) for index in range(parts))


def _schools_for(persons: int) -> int:
    return 1 if persons <= LARGEST_SCHOOL else -(-persons // USUAL_SCHOOL)


def _staff_of(persons: int) -> int:
    return max(1, round(persons / (STUDENTS_PER_STAFF + 1)))


def _plans(number: int, persons: int) -> tuple[School, tuple[LocationPlan, ...]]:
    """A school of two locations, a third of its students at the second; a small one has one."""
    school = School(f"{number:06d}", f"School {number}", f"S{number}")
    students = persons - _staff_of(persons)
    second = students // 3 if students >= 100 else 0
    main = Location(school.number, "1", "Hoofdgebouw", "H")
    plans = [LocationPlan(main, students - second)]
    if second:
        side = Location(school.number, "2", "Stationsstraat", "S")
        plans.append(LocationPlan(side, second))
    return school, tuple(plans)


def _sheet(school: School, plans: tuple[LocationPlan, ...]) -> SchoolSheet:
    """Sync on from the start: a benchmark publishes everybody."""
    domain = f"school{school.number}-demo.be"
    return SchoolSheet(
        school.number,
        tuple(
            LocationSheet(plan.location.number, True, f"l{plan.location.number}.{domain}")
            for plan in plans
        ),
        staff_domain=domain,
    )


def _configuration(
    name: str, seed: str, calendar: Calendar, schools: tuple[SchoolSheet, ...]
) -> Configuration:
    return Configuration(
        name=name,
        tenant_id=uuid_of(Random(f"{seed}/{name}")),
        active_school_year=calendar.school_year,
        schools=schools,
        domain_for_students="provider",
        domain_for_staff="provider",
    )
