"""The column Klas: a student's class, and the classes a member of staff is class teacher of.

Read apart from the rows: a page that is neither sorted nor searched by it needs no more than the
classes of those on it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from services.username_engine.usernames import list_statements
from services.username_engine.usernames.dutch_order import dutch_key
from services.username_engine.usernames.list_basis import Driver, Moment
from services.username_engine.usernames.listed_places import ListedLocation, ListedSchool


async def classes_of_students(
    driver: Driver,
    moment: Moment,
    school: ListedSchool,
    locations: Sequence[ListedLocation],
    persons: Collection[str] | None = None,
) -> Mapping[str, str]:
    """By person, of those who have a class; `persons`: of these alone.

    Classes at the locations asked for come before others of the school, homerooms before lessons: a
    class of a OneRoster or SDS file may be a lesson (`scheduled`), the like of a subgroup.
    """
    keys = (*moment.arguments, school.number, [location.number for location in locations])
    if persons is None:
        found = await driver.fetch(list_statements.CLASSES_OF_STUDENTS, *keys)
    else:
        found = await driver.fetch(list_statements.CLASSES_OF_THESE_STUDENTS, *keys, list(persons))
    return _best(found)


def _best(found: Iterable[Any]) -> dict[str, str]:
    best: dict[str, tuple[tuple[bool, bool], list[str]]] = {}
    for person, name, is_here, is_lesson in found:
        rank = (not is_here, is_lesson)
        known = best.get(person)
        if known is None or rank < known[0]:
            best[person] = (rank, [name])
        elif rank == known[0]:
            known[1].append(name)
    return {person: _joined(names) for person, (_, names) in best.items()}


async def classes_of_staff(
    driver: Driver,
    moment: Moment,
    school: ListedSchool,
    persons: Collection[str] | None = None,
) -> Mapping[str, str]:
    """By person, of those who are class teacher (duty 2) of any; `persons`: of these alone."""
    keys = (*moment.arguments, school.number)
    if persons is None:
        found = await driver.fetch(list_statements.CLASSES_OF_STAFF, *keys)
    else:
        found = await driver.fetch(list_statements.CLASSES_OF_THESE_STAFF, *keys, list(persons))
    classes: dict[str, list[str]] = {}
    for person, name in found:
        classes.setdefault(person, []).append(name)
    return {person: _joined(names) for person, names in classes.items()}


def _joined(names: Collection[str]) -> str:
    if len(names) < 2:  # the usual case
        return "".join(names)
    return ", ".join(sorted(set(names), key=lambda name: (dutch_key(name), name)))
