"""Refuses a bundle that would end an implausible share of a school's persons."""

# ruff: noqa: S608 - the statements are composed of this module's own text.

from collections.abc import Sequence
from datetime import date

from intake.configurations import Configuration, Connection
from intake.faults import SchoolRemoval

ALWAYS_ALLOWED = 2
"""So many persons of a school and year may end whatever the share, as long as somebody is left."""

# Of each guarded school year its rows with its own bounds; today held inside them is its reference
# date (docs/domain.md).
_YEARS = (
    "select y.configuration_id, y.sourced_id, y.label,"
    " least(greatest($1::date, l.start_date), l.end_date) as reference_date"
    " from sis.school_year y join ("
    "  select o.configuration_id, o.label, min(o.start_date) as start_date,"
    "  max(o.end_date) as end_date from sis.school_year o join guarded_label g"
    "  on g.configuration_id = o.configuration_id and g.label = o.label"
    "  where o.removed_at is null group by o.configuration_id, o.label) l"
    " on l.configuration_id = y.configuration_id and l.label = y.label where y.removed_at is null"
)

# Beside the bundle's school years those it could empty from without: the active one (its locations
# may go), and those that a re-dated session stood for until now.
_GUARDED_LABELS = (
    "create temporary table guarded_label as"
    " select configuration_id, label from scope_label"
    " union select c.id, c.active_school_year from access.configuration c"
    " join touched t on t.configuration_id = c.id"
    " union select y.configuration_id, y.label from sis.school_year y"
    " join touched t using (configuration_id)"
    " join stage_school_year s on s.sourced_id = y.sourced_id where y.removed_at is null"
)


def _present(table: str) -> str:
    return (
        "select e.configuration_id, e.school_number, y.label, e.person_id from sis." + table + " e"
        f" join ({_YEARS}) y on y.configuration_id = e.configuration_id"
        " and y.sourced_id = e.school_year"
        " join sis.person p on p.configuration_id = e.configuration_id and p.id = e.person_id"
        " and p.removed_at is null"
        " where e.configuration_id in (select configuration_id from touched)"
        " and e.removed_at is null and (e.end_date is null or e.end_date >= y.reference_date)"
        " and (e.location_number = '' or exists (select from sis.location l"
        " where l.configuration_id = e.configuration_id and l.school_number = e.school_number"
        " and l.number = e.location_number and l.active and l.removed_at is null))"
    )


async def remember_present(connection: Connection, today: date) -> None:
    """Who is at each school now or later in each school year, before the bundle is written."""
    await connection.execute(_GUARDED_LABELS)
    await connection.execute(
        "create temporary table present_before"
        " (configuration_id integer, school_number text, label text, person_id text)"
    )
    await connection.execute(
        f"insert into present_before {_present('enrolment')} union {_present('staff')}", today
    )
    await connection.execute("analyze present_before")


async def removals_over_limit(
    connection: Connection, configurations: Sequence[Configuration], today: date
) -> list[SchoolRemoval]:
    """The schools and school years in which the rows just written end more than the limit allows.

    Each year is judged by itself: whoever stays in another one has left this one all the same.
    """
    by_id = {one.id: one for one in configurations}
    rows = await connection.fetch(
        f"with present_after as ({_present('enrolment')} union {_present('staff')})"
        " select b.configuration_id, b.school_number, b.label, count(*) as present,"
        " count(*) filter (where a.person_id is null) as ended"
        " from present_before b left join present_after a using"
        " (configuration_id, school_number, label, person_id)"
        " group by 1, 2, 3 order by 1, 2, 3",
        today,
    )
    return [
        SchoolRemoval(of.name, school, label, present, ended, of.removal_limit_percent)
        for configuration_id, school, label, present, ended in rows
        if _exceeds(of := by_id[configuration_id], present, ended)
    ]


def _exceeds(configuration: Configuration, present: int, ended: int) -> bool:
    if ended * 100 <= present * configuration.removal_limit_percent:
        return False
    return ended > ALWAYS_ALLOWED or ended == present
