"""The one form in which all formats meet: temporary tables with the columns of `sis`, and a line.

They live as long as the connection, so that a large bundle is read before anything is locked.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from intake.configurations import Connection
from intake.records import FileSpec, RecordReader
from shared.tables import sis

# In the order in which they are written and reported.
TABLES = (
    sis.school,
    sis.location,
    sis.school_year,
    sis.term,
    sis.course,
    sis.person,
    sis.class_,
    sis.enrolment,
    sis.staff,
    sis.class_enrolment,
    sis.class_duty,
    sis.guardian,
    sis.guardianship,
    sis.demographics,
)
_OURS = frozenset({"configuration_id", "revision", "removed_at"})


@dataclass(frozen=True, slots=True)
class SisTable:
    """A table of `sis` by its keys and values, without what intake itself adds."""

    name: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    types: tuple[str, ...]
    """SQL types of keys and values, in that order."""

    @property
    def columns(self) -> tuple[str, ...]:
        return self.keys + self.values

    @property
    def stage(self) -> str:
        return f"stage_{self.name}"

    @property
    def stored(self) -> str:
        return f'sis."{self.name}"'


def sis_table(table: Table) -> SisTable:
    keys = [column for column in table.primary_key if column.name not in _OURS]
    values = [c for c in table.columns if not c.primary_key and c.name not in _OURS]
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return SisTable(
        name=table.name,
        keys=tuple(column.name for column in keys),
        values=tuple(column.name for column in values),
        types=tuple(column.type.compile(dialect=dialect) for column in keys + values),
    )


SIS_TABLES = tuple(sis_table(table) for table in TABLES)


async def prepare(connection: Connection) -> None:
    """Room for the work of one import: bounded, whatever the bundle's size."""
    await connection.execute(
        "set work_mem = '64MB'; set temp_buffers = '64MB'; set jit = off;"
        "set max_parallel_workers_per_gather = 0"
    )


async def create_stages(connection: Connection) -> None:
    """Room for each table of `sis`, and `faulty_cell`: what is reported, so that it is so once."""
    await connection.execute(
        "create temporary table faulty_cell (stage text, target text, line integer)"
    )
    for table in SIS_TABLES:
        columns = [
            f"{name} {kind}{_default(name, kind)}"
            for name, kind in zip(table.columns, table.types, strict=True)
        ]
        await connection.execute(
            f"create temporary table {table.stage} (line integer, {', '.join(columns)})"
        )


def _default(name: str, kind: str) -> str:
    if kind.endswith("[]"):
        return " default '{}'"
    return " default ''" if name in ("sourced_id", "location_number") else ""


async def copy(connection: Connection, spec: FileSpec, reader: RecordReader) -> None:
    """Streams a file into its staging table: a chunk of it in memory at a time."""
    await connection.copy_to_table(
        spec.table,
        source=_in_chunks(reader.copy_chunks()),
        columns=reader.targets,
        format="csv",
    )
    # ANALYZE makes the planner see a table that was empty a moment ago.
    await connection.execute(f"analyze {spec.table}")
    if reader.faulty_cells:
        await connection.copy_records_to_table(
            "faulty_cell",
            records=[(spec.table, target, line) for target, line in reader.faulty_cells],
        )
        await connection.execute("analyze faulty_cell")


async def _in_chunks(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
