"""Refuses a bundle that would end an implausible share of a school's persons."""

# ruff: noqa: S608 - the statements are composed of this module's own text.

from collections.abc import Sequence
from datetime import date

from intake.configurations import Configuration, Connection
from intake.faults import SchoolRemoval

ALWAYS_ALLOWED = 2
"""So many persons of a school may end whatever the share, as long as somebody is left."""

# A school year's own bounds; today held inside them is its reference date (docs/domain.md).
_YEARS = (
    "select y.configuration_id, y.sourced_id, least(greatest($1::date, l.start_date), l.end_date)"
    " as reference_date from sis.school_year y join ("
    "  select o.configuration_id, o.label, min(o.start_date) as start_date,"
    "  max(o.end_date) as end_date from sis.school_year o join scope_label s"
    "  on s.configuration_id = o.configuration_id and s.label = o.label"
    "  where o.removed_at is null group by o.configuration_id, o.label) l"
    " on l.configuration_id = y.configuration_id and l.label = y.label where y.removed_at is null"
)


def _present(table: str) -> str:
    return (
        "select e.configuration_id, e.school_number, e.person_id from sis." + table + " e"
        f" join ({_YEARS}) y on y.configuration_id = e.configuration_id"
        " and y.sourced_id = e.school_year"
        " join sis.person p on p.configuration_id = e.configuration_id and p.id = e.person_id"
        " and p.removed_at is null"
        " where e.configuration_id in (select configuration_id from touched)"
        " and e.removed_at is null and (e.end_date is null or e.end_date >= y.reference_date)"
        " and (e.location_number = '' or exists (select from sis.location l"
        " where l.configuration_id = e.configuration_id and l.school_number = e.school_number"
        " and l.number = e.location_number and l.removed_at is null))"
    )


async def remember_present(connection: Connection, today: date) -> None:
    """Who is at each school now or later in the bundle's school years, before it is written."""
    await connection.execute(
        "create temporary table present_before"
        " (configuration_id integer, school_number text, person_id text)"
    )
    await connection.execute(
        f"insert into present_before {_present('enrolment')} union {_present('staff')}", today
    )
    await connection.execute("analyze present_before")


async def removals_over_limit(
    connection: Connection, configurations: Sequence[Configuration], today: date
) -> list[SchoolRemoval]:
    """The schools at which the rows just written end more than the limit allows."""
    by_id = {one.id: one for one in configurations}
    rows = await connection.fetch(
        f"with present_after as ({_present('enrolment')} union {_present('staff')})"
        " select b.configuration_id, b.school_number, count(*) as present,"
        " count(*) filter (where a.person_id is null) as ended"
        " from present_before b left join present_after a using"
        " (configuration_id, school_number, person_id)"
        " group by 1, 2 order by 1, 2",
        today,
    )
    return [
        SchoolRemoval(of.name, school, present, ended, of.removal_limit_percent)
        for configuration_id, school, present, ended in rows
        if _exceeds(of := by_id[configuration_id], present, ended)
    ]


def _exceeds(configuration: Configuration, present: int, ended: int) -> bool:
    if ended * 100 <= present * configuration.removal_limit_percent:
        return False
    return ended > ALWAYS_ALLOWED or ended == present
