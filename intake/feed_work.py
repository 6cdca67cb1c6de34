"""What every step from a feed to the form of `sis` works with."""

# ruff: noqa: S608 - table and column names come from this package's own declarations.

from dataclasses import dataclass, field

from intake.configurations import Connection
from intake.faults import WarningLog
from intake.feed import Feed

CONFIGURATION = "(select configuration_id from touched)"
"""A feed is for one configuration."""


@dataclass
class FeedWork:
    """One feed under the lock of its configuration."""

    connection: Connection
    feed: Feed
    warnings: WarningLog
    skipped: dict[str, int] = field(default_factory=dict)

    async def run(self, statement: str) -> None:
        await self.connection.execute(statement)

    async def analyze(self, *tables: str) -> None:
        for table in tables:
            await self.run(f"analyze {table}")

    async def skip(self, kind: str, query: str) -> None:
        number = int(await self.connection.fetchval(query))
        if number:
            self.skipped[kind] = self.skipped.get(kind, 0) + number

    def unless_bulk(self, table: str, query: str) -> str:
        """What `sis` already knows counts too where the file is not the whole collection."""
        return "" if self.feed.is_bulk(table) else f" union all {query}"


def label_of(end_year: str) -> str:
    """`2024-25`, of SQL for the year it ends in."""
    return f"(({end_year})::int - 1)::text || '-' || lpad((({end_year})::int % 100)::text, 2, '0')"


def comma_list(column: str) -> str:
    """An array, of text with commas between."""
    return (
        f"array(select trim(one) from unnest(string_to_array({column}, ','))"
        " with ordinality u (one, n) where trim(one) <> '' order by n)"
    )


def quoted(words: frozenset[str] | None) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words or ()))
