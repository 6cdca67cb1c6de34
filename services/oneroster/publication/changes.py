"""Whether a roster is stale, and what moved since its edition.

Counters decide, one for each schema that feeds a roster: a writer raises its own in the transaction
that changes data, so no change can slip between a mark and its clearing (docs/publication.md).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Row, Table, func, literal, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.relatives import relatives
from services.oneroster.publication.rendering import RENDERING
from services.oneroster.publication.structure import Choices
from shared.clock import Clock
from shared.database import among
from shared.presence import ActiveYear, active_year
from shared.tables import access, roster, sis, usernames

# The warning of enrollments that compose the same id: who is served of them follows from all of them.
EQUAL_IDS = "equal_enrollment_ids"
# That of guardians whose username another has: a change of the other's can give it back to them.
NAMES_LEFT_OUT = "guardian_username_left_out"
# Above this many changed persons the whole is read anew: one pass over all is then cheaper.
MOST_CHANGED = 5000


@dataclass(frozen=True, slots=True)
class Counters:
    sis: int
    access: int
    usernames: int


@dataclass(frozen=True, slots=True)
class Edition:
    """The newest published state of a configuration, and what it was made from."""

    number: int
    stamp: datetime
    counters: Counters
    reference_date: date
    today: date
    valid_until: date | None
    rendering: str
    counts: dict[str, int]
    warnings: dict[str, int]

    @classmethod
    def from_row(cls, row: Row[Any]) -> Self:
        return cls(
            row.number,
            row.stamp,
            Counters(row.sis_revision, row.access_revision, row.usernames_revision),
            row.reference_date,
            row.today,
            row.valid_until,
            row.rendering,
            row.counts,
            row.warnings,
        )


async def read_counters(connection: AsyncConnection, configuration_id: int) -> Counters:
    """0 where a schema holds nothing of the configuration yet."""

    def counter(table: Table) -> Any:
        own = select(table.c.revision).where(table.c.configuration_id == configuration_id)
        return func.coalesce(own.scalar_subquery(), 0)

    row = (
        await connection.execute(
            select(
                counter(sis.revision_counter),
                counter(access.revision),
                counter(usernames.revision_counter),
            )
        )
    ).one()
    return Counters(*row)


async def newest_edition(connection: AsyncConnection, configuration_id: int) -> Edition | None:
    """Needs the setting `rosterbridge.configuration` (row-level security)."""
    table = roster.edition
    row = (
        await connection.execute(
            select(table)
            .where(table.c.configuration_id == configuration_id)
            .order_by(table.c.number.desc())
            .limit(1)
        )
    ).one_or_none()
    return Edition.from_row(row) if row else None


def day_to_publish(edition: Edition | None, clock: Clock) -> date:
    """Today; never an earlier day than the last edition's but by an operator, who sets it.

    Two hosts whose clocks disagree at midnight would send a class back and forth.
    """
    if edition is None or clock.is_set:
        return clock.today()
    return max(clock.today(), edition.today)


def is_stale(edition: Edition | None, counters: Counters, today: date) -> bool:
    """Whether what is published may differ from what would be published today."""
    return (
        edition is None or edition.counters != counters or _whole_is_due(edition, counters, today)
    )


def _whole_is_due(edition: Edition, counters: Counters, today: date) -> bool:
    return (
        edition.rendering != RENDERING
        or edition.counters.access != counters.access
        or today < edition.today
        or (edition.valid_until is not None and today >= edition.valid_until)
    )


async def active_year_on(
    connection: AsyncConnection, configuration_id: int, today: date
) -> tuple[ActiveYear, date] | None:
    """The active year and the reference date in it; None while no year of it has been imported."""
    year = await active_year(connection, configuration_id)
    return None if year is None else (year, year.reference_date(today))


@dataclass(frozen=True, slots=True)
class Changes:
    """What may be served otherwise than in an edition."""

    persons: frozenset[str]
    """Users, guardians among them."""
    classes: frozenset[str]
    read: frozenset[str]
    """`persons`, and the children of guardians among them: what a guardian is follows from these."""


async def changes_since(
    connection: AsyncConnection, choices: Choices, edition: Edition, today: date
) -> Changes | None:
    """What moved since `edition`; None when the whole has to be read anew."""
    configuration_id = choices.configuration_id
    counters = await read_counters(connection, configuration_id)
    if (
        EQUAL_IDS in edition.warnings
        or _whole_is_due(edition, counters, today)
        or await _structure_moved(connection, configuration_id, edition.counters.sis)
    ):
        return None
    persons = await _changed_persons(connection, choices, edition.counters)
    classes = await _changed_classes(connection, configuration_id, edition.counters.sis)
    if classes:
        if await _has_own_courses(connection, configuration_id):
            # Where a course is taught may follow from any of its classes.
            return None
        persons |= await _members(connection, configuration_id, classes)
    children: frozenset[str] = frozenset()
    if choices.keep_guardians and len(persons) <= MOST_CHANGED:
        persons, children = await relatives(
            connection,
            configuration_id,
            persons,
            since=edition.counters.sis,
            names_left_out=NAMES_LEFT_OUT in edition.warnings,
            limit=MOST_CHANGED + 1,
        )
    if len(persons | children) > MOST_CHANGED:
        return None
    return Changes(persons, classes, persons | children)


async def _structure_moved(
    connection: AsyncConnection, configuration_id: int, revision: int
) -> bool:
    tables = (sis.school, sis.location, sis.school_year, sis.term, sis.course)
    moved = [
        select(literal(1))
        .where(table.c.configuration_id == configuration_id, table.c.revision > revision)
        .exists()
        for table in tables
    ]
    return any((await connection.execute(select(*moved))).one())


async def _changed_persons(
    connection: AsyncConnection, choices: Choices, since: Counters
) -> frozenset[str]:
    def changed(table: Table, column: str, revision: int) -> Any:
        return select(table.c[column].label("id")).where(
            table.c.configuration_id == choices.configuration_id, table.c.revision > revision
        )

    tables = (*sis.PERSON_TABLES, *((sis.demographics,) if choices.keep_demographics else ()))
    statement = union(
        *(
            changed(table, "id" if table is sis.person else "person_id", since.sis)
            for table in tables
        ),
        changed(usernames.username, "person_id", since.usernames),
    ).limit(MOST_CHANGED + 1)
    return frozenset((await connection.execute(statement)).scalars())


async def _changed_classes(
    connection: AsyncConnection, configuration_id: int, revision: int
) -> frozenset[str]:
    table = sis.class_
    statement = select(table.c.id).where(
        table.c.configuration_id == configuration_id, table.c.revision > revision
    )
    return frozenset((await connection.execute(statement)).scalars())


async def _has_own_courses(connection: AsyncConnection, configuration_id: int) -> bool:
    own = select(literal(1)).where(sis.course.c.configuration_id == configuration_id).exists()
    return bool((await connection.execute(select(own))).scalar())


async def _members(
    connection: AsyncConnection, configuration_id: int, classes: frozenset[str]
) -> frozenset[str]:
    statement = union(
        *(
            select(table.c.person_id).where(
                table.c.configuration_id == configuration_id, among(table.c.class_id, classes)
            )
            for table in (sis.class_enrolment, sis.class_duty)
        )
    )
    return frozenset((await connection.execute(statement)).scalars())
