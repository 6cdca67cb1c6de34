"""Checks of a whole table at once; each finds its faults with file, line and column."""

# ruff: noqa: S608 - table and column names come from this package's own declarations.

from dataclasses import dataclass

from intake.configurations import Connection
from intake.faults import Fault, FaultLog, shortened
from intake.records import WHOLE_COLUMN, FileSpec


@dataclass(frozen=True, slots=True)
class Reference:
    """`columns` of the file must be found as `target_columns` of the target."""

    spec: FileSpec
    columns: tuple[str, ...]
    target: str
    """The target's staging table."""
    target_columns: tuple[str, ...]
    expected: str
    where: str = "true"


@dataclass(frozen=True, slots=True)
class Checks:
    connection: Connection
    faults: FaultLog

    async def unique(
        self,
        spec: FileSpec,
        columns: tuple[str, ...],
        where: str = "true",
        *,
        made_of: tuple[str, ...] = (),
    ) -> None:
        """Reports each further row of a key, with the line of the first.

        `made_of`: the file's columns, where the key is none of them. A key of several columns is
        not shown: no one of its values is what is wrong.
        """
        keys = ", ".join(columns)
        shown = f"s.{columns[0]}::text" if len(columns) == 1 and not made_of else "null::text"
        await self._report(
            spec,
            made_of or columns,
            f"select s.line, {shown}, f.line from {spec.table} s join ("
            f" select {keys}, min(line) as line from {spec.table} s where {where}"
            f" group by {keys} having count(*) > 1) f using ({keys})"
            f" where s.line <> f.line and {where}",
            "each key once; the same is on line {}",
        )

    async def references(self, reference: Reference) -> None:
        spec, columns = reference.spec, reference.columns
        pairs = " and ".join(
            f"t.{target} = s.{column}"
            for column, target in zip(columns, reference.target_columns, strict=True)
        )
        given = " and ".join(f"s.{column} is not null" for column in columns)
        values = ", ".join(f"s.{column}" for column in columns)
        await self._report_references(
            reference,
            f"select s.line, concat_ws(', ', {values}), null::integer from {spec.table} s"
            f" where {given} and ({reference.where})"
            f" and not exists (select from {reference.target} t where {pairs})",
        )

    async def listed_references(self, reference: Reference) -> None:
        """As `references`, for a column that holds identifiers with commas between them."""
        spec, (column,), (target,) = (
            reference.spec,
            reference.columns,
            reference.target_columns,
        )
        await self._report_references(
            reference,
            f"select s.line, trim(one), null::integer from {spec.table} s,"
            f" unnest(string_to_array(s.{column}, ',')) one"
            f" where trim(one) <> '' and ({reference.where})"
            f" and not exists (select from {reference.target} t where t.{target} = trim(one))",
        )

    async def _report_references(self, reference: Reference, query: str) -> None:
        """Unknown keys that may all be the target's faulty ones are no faults of their own."""
        faulty = await self.connection.fetchval(
            "select count(*) from faulty_cell where stage = $1 and target = any($2)",
            reference.target,
            list(reference.target_columns),
        )
        if faulty:
            unknown = await self.connection.fetchval(
                f"select count(distinct found) from ({query}) f (line, found, other)"
            )
            if unknown <= faulty:
                return
        await self._report(reference.spec, reference.columns, query, reference.expected)

    async def dates_in_order(self, spec: FileSpec, where: str = "true") -> None:
        await self._report(
            spec,
            ("end_date",),
            f"select s.line, s.end_date::text, null::integer from {spec.table} s"
            f" where s.end_date < s.start_date and ({where})",
            "expected an end date on or after the start date",
        )

    async def filled(self, spec: FileSpec, column: str, where: str) -> None:
        """For columns that only some rows need."""
        await self._report(
            spec,
            (column,),
            f"select s.line, null::text, null::integer from {spec.table} s"
            f" where s.{column} is null and ({where})",
            "expected a value, it is empty",
        )

    async def among(
        self, spec: FileSpec, column: str, words: frozenset[str], expected: str, where: str
    ) -> None:
        """`words` are in lower case; the column's may be in any."""
        listed = ", ".join(f"'{word}'" for word in sorted(words))
        await self._report(
            spec,
            (column,),
            f"select s.line, s.{column}, null::integer from {spec.table} s"
            f" where lower(s.{column}) not in ({listed}) and ({where})",
            expected,
        )

    async def _report(
        self, spec: FileSpec, columns: tuple[str, ...], query: str, expected: str
    ) -> None:
        # A cell that was found wrong when it was read is not reported again.
        rows = await self.connection.fetch(
            f"select f.*, count(*) over () from ({query}) f (line, found, other)"
            " where not exists (select from faulty_cell c where c.stage = $1"
            f" and c.target = any($2) and c.line in (f.line, {WHOLE_COLUMN}))"
            f" order by line limit {self.faults.limit}",
            spec.table,
            list(columns),
        )
        name = ", ".join(spec.column_name(column) for column in columns)
        personal = any(spec.is_personal(column) for column in columns)
        for position, (line, found, other, total) in enumerate(rows):
            # The last of those shown stands for all that are not.
            rest = total - len(rows) if position == len(rows) - 1 else 0
            shown = None if personal or found is None else shortened(found)
            self.faults.add(
                Fault(spec.name, line, name, expected.format(other), shown),
                standing_for=1 + rest,
            )
