"""Flags that rows of the list have by what is so at present, beside those stored with the name.

Read apart from the rows: a page that is not narrowed by flags pays for its own rows alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from services.username_engine.access.rights import Group
from services.username_engine.usernames import list_statements
from services.username_engine.usernames.columns import ListRow
from services.username_engine.usernames.list_basis import Driver, Moment
from services.username_engine.usernames.listed_places import ListedSchool

SEVERAL_ENROLMENTS: Final = "several_enrolments"
"""Enrolled at more than one participating location at once (M4.2.4)."""
FOLDED_TWIN: Final = "folded_twin"
"""Somebody else's name in the configuration differs in punctuation alone."""
INACTIVE: Final = "inactive"
"""On the school's staff earlier in this school year (G)."""

FlagsByPerson: TypeAlias = Mapping[str, tuple[str, ...]]


async def present_flags(
    driver: Driver,
    moment: Moment,
    group: Group,
    schools: Iterable[ListedSchool],
    persons: Collection[str],
) -> FlagsByPerson:
    """Of those of `persons` who have any; `schools`: all of the configuration."""
    if not persons:
        return {}
    twins = await driver.fetch(list_statements.FOLDED_TWINS, moment.configuration_id, list(persons))
    several: Sequence[Any] = ()
    if group is Group.STUDENTS:
        places = [f"{each.school_number} {each.number}" for of in schools for each in of.locations]
        several = await driver.fetch(
            list_statements.ENROLLED_SEVERAL_TIMES, *moment.arguments, list(persons), places
        )
    flags: dict[str, tuple[str, ...]] = {person: (SEVERAL_ENROLMENTS,) for (person,) in several}
    for (person,) in twins:
        flags[person] = (*flags.get(person, ()), FOLDED_TWIN)
    return flags


def with_flags(rows: Iterable[ListRow], flags: FlagsByPerson) -> list[ListRow]:
    """The rows with these flags after their own."""
    if not flags:
        return list(rows)
    return [
        row._replace(flags=(*row.flags, *flags[row.person])) if row.person in flags else row
        for row in rows
    ]


def flags_with_another_name(flags: Iterable[str], *, has_twin: bool) -> tuple[str, ...]:
    """Of a row with these flags: those stored with the name go with it; `has_twin`: of the other."""
    of_the_person = [each for each in flags if each in {SEVERAL_ENROLMENTS, INACTIVE}]
    return (*of_the_person, *((FOLDED_TWIN,) if has_twin else ()))
