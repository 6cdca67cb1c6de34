"""Configurations of nameless students put straight into the database, for what only makes names.

Names are drawn as `demo.names` has them for a Flemish school: given and family names of a dozen
origins, by weights that fall with rank as in a population register.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from uuid import UUID

import asyncpg

from benchmarks.deployment import SCHOOL_YEAR, TODAY
from demo.names import FLEMISH_SCHOOL

_FIRST_DAY, _LAST_DAY = date(2026, 9, 1), date(2027, 6, 30)
_STUDENTS_PER_SCHOOL = 2_000
_CHUNK = 20_000
_START_DAYS = (TODAY - _FIRST_DAY).days


def drawn_names(number: int) -> Iterator[tuple[str, str]]:
    """Given and family name of so many persons; the same every time."""
    rng = Random("rolls")  # noqa: S311
    return (FLEMISH_SCHOOL.draw(rng) for _ in range(number))


async def enrol(owner: "asyncpg.Connection[asyncpg.Record]", name: str, students: int) -> int:
    """A configuration with so many students in schools of 2,000, as one import leaves it; its id."""
    async with owner.transaction():
        configuration = int(await owner.fetchval(_CONFIGURATION, name, SCHOOL_YEAR))
        await owner.execute(_YEAR, configuration, SCHOOL_YEAR, _FIRST_DAY, _LAST_DAY)
        for statement in _COUNTERS:
            await owner.execute(statement, configuration)
        for place in range(-(-students // _STUDENTS_PER_SCHOOL)):
            for statement in _SCHOOL:
                await owner.execute(statement, configuration, _school(configuration, place))
        rows = _students(configuration, students)
        while part := list(islice(rows, _CHUNK)):
            for place, (table, columns) in enumerate(_COLUMNS.items()):
                await owner.copy_records_to_table(
                    table,
                    schema_name="sis",
                    columns=columns.split(),
                    records=[each[place] for each in part],
                )
    # As on a server that has been up for a while.
    await owner.execute("analyze")
    return configuration


def _school(configuration: int, place: int) -> str:
    """Its number: schools are told apart over all configurations."""
    return f"{configuration}-{place}"


def _students(
    configuration: int, number: int
) -> Iterator[tuple[tuple[object, ...], tuple[object, ...]]]:
    """Rows of sis.person and sis.enrolment; most since the first day of the year."""
    rng = Random("students")  # noqa: S311
    for place, (given_name, family_name) in enumerate(drawn_names(number)):
        person = str(UUID(int=rng.getrandbits(128), version=4))
        later = rng.randrange(_START_DAYS) if rng.random() < _LATE else 0
        school = _school(configuration, place // _STUDENTS_PER_SCHOOL)
        yield (
            (configuration, person, given_name, family_name, 1),
            (configuration, person, school, "1", SCHOOL_YEAR, _FIRST_DAY + timedelta(later), 1),
        )


_LATE = 0.02
_COLUMNS = {
    "person": "configuration_id id given_name family_name revision",
    "enrolment": (
        "configuration_id person_id school_number location_number school_year start_date revision"
    ),
}
_CONFIGURATION = """
    insert into access.configuration (
        name, tenant_id, active_school_year, username_format, username_maximum_length,
        student_domain_policy, staff_domain_policy, usernames_from_source, verified_domains,
        future_students, class_title_format, enabled_user, keep_guardians, keep_demographics,
        keep_user_flags, removal_limit_percent
    ) values (
        $1, gen_random_uuid(), $2, '{voornaam}.{familienaam}', 75,
        'tenant', 'tenant', 'ignore', '{}',
        false, '{klas}', false, false, false,
        false, 10
    ) returning id
"""
_COUNTERS = (
    "insert into sis.revision (configuration_id, revision) values ($1, 1)",
    "insert into access.revision (configuration_id, revision) values ($1, 1)",
)
# $1 configuration, $2 the school's number; it has one location.
_SCHOOL = (
    """
    insert into access.school (configuration_id, number, sync_by_default, all_locations)
    values ($1, $2, true, true)
    """,
    """
    insert into sis.school (configuration_id, number, name, revision)
    values ($1, $2, 'School ' || $2, 1)
    """,
    """
    insert into sis.location (
        configuration_id, school_number, number, name, active, sourced_id, identifier, type,
        revision
    ) values ($1, $2, '1', 'Hoofdgebouw', true, $2 || '-1', $2 || '-1', 'school', 1)
    """,
)
_YEAR = """
    insert into sis.school_year (
        configuration_id, sourced_id, label, start_date, end_date, revision
    ) values ($1, $2, $2, $3, $4, 1)
"""
