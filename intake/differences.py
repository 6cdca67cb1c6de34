"""The differences between the staging tables and `sis`, and how they are written.

One statement per table and action, whatever the number of rows. Rows that are as they were are not
touched; those that are not get the configuration's new revision.
"""

# ruff: noqa: S608 - table and column names come from shared.tables and this package alone.

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.configurations import Connection
from intake.report import Difference, TableCounts
from intake.staging import SisTable

# How a staged row `s` finds its configuration `p`.
_OF_SCHOOL = "join taken p on p.school_number = s.school_number"
_OF_CLASS = (
    "join class_place p on p.class_id = s.class_id"
    " join member m on m.person_id = s.person_id and m.configuration_id = p.configuration_id"
)
_PLACES = {
    "school": "join taken p on p.school_number = s.number",
    "location": _OF_SCHOOL,
    "class": _OF_SCHOOL,
    "enrolment": _OF_SCHOOL,
    "staff": _OF_SCHOOL,
    "person": "join member p on p.person_id = s.id",
    "class_enrolment": _OF_CLASS,
    "class_duty": _OF_CLASS,
}
_OF_EVERY = "cross join touched p"


@dataclass
class TableDifferences:
    """What one table's differences are; `fresh` where `sis` holds no row of the configurations."""

    table: SisTable
    fresh: bool
    counts: dict[int, dict[str, int]] = field(default_factory=dict)

    def number(self, *actions: str) -> int:
        return sum(of.get(action, 0) for of in self.counts.values() for action in actions)

    def of(self, configuration_id: int) -> TableCounts:
        counts = self.counts.get(configuration_id, {})
        staged = counts.get("staged", 0)
        new = {key: counts.get(key, 0) for key in ("added", "changed", "returned")}
        return TableCounts(
            table=self.table.name,
            removed=counts.get("removed", 0),
            unchanged=staged - sum(new.values()),
            **new,
        )


def _source(table: SisTable, *extra: str) -> str:
    """The staged rows with their configuration."""
    columns = ", ".join(["p.configuration_id", *(f"s.{c}" for c in table.columns), *extra])
    return f"select {columns} from {table.stage} s {_PLACES.get(table.name, _OF_EVERY)}"


def _same_key(table: SisTable, one: str, other: str) -> str:
    keys = ("configuration_id", *table.keys)
    return " and ".join(f"{one}.{key} = {other}.{key}" for key in keys)


async def find(
    connection: Connection, table: SisTable, configuration_ids: list[int], removal_scope: str | None
) -> TableDifferences:
    """Compares; writes nothing but a temporary table `difference_<table>`."""
    fresh = not await connection.fetchval(
        f"select exists (select from {table.stored} where configuration_id = any($1))",
        configuration_ids,
    )
    found = TableDifferences(table, fresh)
    if fresh:
        # Nothing to compare with: what is staged is added, straight from the staging table.
        return found
    await connection.execute(_create_difference(table))
    await connection.execute(
        f"insert into difference_{table.name} {_new_rows(table)}", configuration_ids
    )
    if removal_scope is not None:
        await connection.execute(
            f"insert into difference_{table.name} {_missing_rows(table, removal_scope)}",
            configuration_ids,
        )
    await connection.execute(f"analyze difference_{table.name}")
    for configuration_id, action, number in await connection.fetch(
        "select configuration_id, action, count(*)"
        f" from difference_{table.name} group by configuration_id, action"
        f" union all select configuration_id, 'staged', count(*) from ({_source(table)}) s"
        " group by configuration_id"
    ):
        found.counts.setdefault(configuration_id, {})[action] = number
    return found


def _create_difference(table: SisTable) -> str:
    columns = ", ".join(f"{n} {t}" for n, t in zip(table.columns, table.types, strict=True))
    return (
        f"create temporary table difference_{table.name} (configuration_id integer, {columns},"
        " action text, changed text[])"
    )


def _new_rows(table: SisTable) -> str:
    values = table.values or table.keys[:1]
    mine = ", ".join(f"s.{c}" for c in values)
    theirs = ", ".join(f"t.{c}" for c in values)
    changed = ", ".join(f"case when s.{c} is distinct from t.{c} then '{c}' end" for c in values)
    return (
        "select s.*, case when t.configuration_id is null then 'added'"
        " when t.removed_at is not null then 'returned' else 'changed' end,"
        f" case when t.configuration_id is not null then array_remove(array[{changed}], null) end"
        f" from ({_source(table)}) s left join"
        f" (select * from {table.stored} where configuration_id = any($1)) t"
        f" on {_same_key(table, 't', 's')}"
        " where t.configuration_id is null or t.removed_at is not null"
        f" or ({mine}) is distinct from ({theirs})"
    )


def _missing_rows(table: SisTable, scope: str) -> str:
    columns = ", ".join(f"t.{c}" for c in ("configuration_id", *table.columns))
    return (
        f"select {columns}, 'removed', null from {table.stored} t"
        f" where t.configuration_id = any($1) and t.removed_at is null and ({scope})"
        f" and not exists (select from ({_source(table)}) s where {_same_key(table, 's', 't')})"
    )


async def apply(connection: Connection, differences: TableDifferences) -> None:
    """Writes them with the new revision of each configuration."""
    table = differences.table
    if differences.fresh:
        await _insert_fresh(connection, differences)
        return
    columns = ", ".join(("configuration_id", *table.columns))
    join = f"from difference_{table.name} d join touched p using (configuration_id)"
    moved = table.name == "location" and differences.number("added", "changed", "returned")
    if moved:
        await _clear_way_for_moved_orgs(connection)
    if differences.number("removed"):
        await connection.execute(
            f"update {table.stored} t set removed_at = now(), revision = p.revision {join}"
            f" where d.action = 'removed' and {_same_key(table, 't', 'd')}"
        )
    if differences.number("changed", "returned"):
        assignments = "".join(f"{c} = d.{c}, " for c in table.values)
        await connection.execute(
            f"update {table.stored} t set {assignments}removed_at = null, revision = p.revision"
            f" {join} where d.action in ('changed', 'returned') and {_same_key(table, 't', 'd')}"
        )
    if differences.number("added") or moved:
        listed = ", ".join(f"d.{c}" for c in ("configuration_id", *table.columns))
        await connection.execute(
            f"insert into {table.stored} ({columns}, revision)"
            f" select {listed}, p.revision {join} where d.action = 'added'"
        )


async def _insert_fresh(connection: Connection, differences: TableDifferences) -> None:
    table = differences.table
    columns = ", ".join(("configuration_id", *table.columns))
    listed = ", ".join(f"s.{c}" for c in ("configuration_id", *table.columns))
    for configuration_id, number in await connection.fetch(
        f"with inserted as (insert into {table.stored} ({columns}, revision)"
        f" select {listed}, r.revision from ({_source(table)}) s"
        " join touched r on r.configuration_id = s.configuration_id returning configuration_id)"
        " select configuration_id, count(*) from inserted group by configuration_id"
    ):
        differences.counts[configuration_id] = {"added": number, "staged": number}


async def _clear_way_for_moved_orgs(connection: Connection) -> None:
    """An org's id is unique in `sis.location`, also when it moves to another school.

    The row under its former school gives way; one that is itself staged comes back as added.
    """
    await connection.execute(
        "with gone as (delete from sis.location t using difference_location d"
        " where d.action <> 'removed' and t.configuration_id = d.configuration_id"
        " and t.sourced_id = d.sourced_id and (t.school_number, t.number)"
        " is distinct from (d.school_number, d.number)"
        " returning t.configuration_id, t.school_number, t.number)"
        " update difference_location d set action = 'added' from gone"
        " where d.action in ('changed', 'returned')"
        " and d.configuration_id = gone.configuration_id"
        " and d.school_number = gone.school_number and d.number = gone.number"
    )


async def examples(
    connection: Connection,
    differences: TableDifferences,
    names: Mapping[int, str],
    limit: int,
) -> list[Difference]:
    """The first differences of a table, by key: for a dry run, before it is taken back."""
    table = differences.table
    keys = ", ".join(f"s.{key}::text" for key in table.keys)
    if differences.fresh:
        query = (
            f"select s.configuration_id, 'added', null::text[], array[{keys}]"
            f" from ({_source(table)}) s"
        )
    else:
        query = (
            "select s.configuration_id, s.action, s.changed,"
            f" array[{keys}] from difference_{table.name} s"
        )
    rows = await connection.fetch(f"{query} order by 1, 2, 4 limit {limit}")
    return [
        Difference(names[row[0]], table.name, row[1], tuple(row[3]), tuple(row[2] or ()))
        for row in rows
    ]
