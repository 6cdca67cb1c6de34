"""The difference between what should be published and what is, worked out by the database.

What should be published is copied into a temporary table for each collection; joins with the
current versions find what changed and what dropped out; only these are written.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.changes import Edition
from services.oneroster.publication.rendering import STAMP_LABEL, STAMP_LENGTH, PublishedObject
from shared.clock import Clock, timestamp_text
from shared.database import driver_connection, scalar

_TOMBSTONE_LABEL = b',"status":"tobedeleted","dateLastModified":"'
_BODIES = ("body", "body_v1p2")
_ACTIVE_BODIES = ", ".join(
    f"overlay(staged.{body} placing :stamp_text from :skip + position(:label in staged.{body}))"
    for body in _BODIES
)
_TOMBSTONE_BODIES = ", ".join(
    f"substring(live.{body} from 1 for position(:label in live.{body}) - 1) "
    "|| :tombstone || :stamp_text "
    f"|| substring(live.{body} from :behind + position(:label in live.{body}))"
    for body in _BODIES
)

_OWN_COLUMNS = {
    "configuration_id",
    "sourced_id",
    "from_edition",
    "until_edition",
    "active",
    "date_last_modified",
    "digest",
    "body",
    "body_v1p2",
    "fields",
}


def own_columns(table: Table) -> list[str]:
    """The columns of a collection beside those that all have, in the order objects give them."""
    return [column.name for column in table.c if column.name not in _OWN_COLUMNS]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which current rows the staged ones stand against: all, or those of given keys."""

    column: str = "sourced_id"
    keys: frozenset[str] | None = None


class FollowsFromAll(Exception):
    """Something staged meets what stands, and which of them is served follows from all there is.

    Two enrollments that compose one id, or a guardian whose username another user has.
    """


class Staging(ABC):
    """Temporary tables of one publication, in its writing transaction."""

    def __init__(self, connection: AsyncConnection, configuration_id: int) -> None:
        self._connection = connection
        self._configuration_id = configuration_id

    @abstractmethod
    def next_edition(self) -> tuple[int, datetime]:
        """Its number and stamp."""

    @abstractmethod
    def staged_bodies(self, made: PublishedObject) -> tuple[bytes, bytes | None]:
        """What is compared, or what is written: the JSON of 1.1 and, where it differs, of 1.2."""

    @abstractmethod
    async def find_differences(self, table: Table, scope: Scope) -> int:
        """How many objects the edition would change."""

    @abstractmethod
    async def write(self, table: Table, edition: int, stamp: datetime) -> None:
        """Writes what `find_differences` found."""

    async def create(self, tables: Iterable[Table]) -> None:
        """Makes what this connection does not have yet; it is emptied at the transaction's end.

        Made once a connection: making and dropping them costs more than a small publication.
        """
        statements = []
        for table in tables:
            extra = "".join(f", {name} text not null" for name in own_columns(table))
            for name, columns in (
                (
                    f"staged_{table.name}",
                    "digest bytea not null, body bytea not null, body_v1p2 bytea, fields jsonb"
                    + extra,
                ),
                (f"differing_{table.name}", "active boolean not null"),
            ):
                statements.append(
                    f"create temporary table if not exists {name} "
                    f'(sourced_id text collate "C" not null, {columns}) on commit delete rows'
                )
        driver = await driver_connection(self._connection)
        await driver.execute("; ".join(["set local client_min_messages = warning", *statements]))

    async def drop_equal_enrollments(self) -> int:
        """Of enrollments that compose the same id (`a-b`+`c`, `a`+`b-c`) one is served; the others' number."""
        result = await self._connection.execute(
            text(
                "delete from staged_enrollments later using staged_enrollments earlier "
                "where later.sourced_id = earlier.sourced_id "
                "and (later.user_id, later.class_id) > (earlier.user_id, earlier.class_id)"
            )
        )
        return int(result.rowcount)

    async def refuse_equal_enrollments(self) -> None:
        """Raises `FollowsFromAll`, for a publication that has not read them all."""
        found = await scalar(
            self._connection,
            "select exists (select from staged_enrollments staged join roster.enrollments live "
            "on live.configuration_id = :configuration and live.until_edition is null "
            "and live.active and live.sourced_id = staged.sourced_id "
            "and (live.user_id, live.class_id) <> (staged.user_id, staged.class_id)) "
            "or exists (select from staged_enrollments group by sourced_id having count(*) > 1)",
            {"configuration": self._configuration_id},
        )
        if found:
            raise FollowsFromAll

    async def bury(self, table: Table, edition: int, before: datetime) -> None:
        """Ends the tombstones that were made before; an edition that is being read keeps them."""
        await self._connection.execute(
            text(
                f"update roster.{table.name} set until_edition = :edition "
                "where configuration_id = :configuration and date_last_modified < :before "
                "and until_edition is null and not active and from_edition < :edition"
            ),
            {"configuration": self._configuration_id, "edition": edition, "before": before},
        )

    async def add(self, table: Table, objects: Collection[PublishedObject]) -> None:
        if not objects:
            return
        driver = await driver_connection(self._connection)
        await driver.copy_records_to_table(
            f"staged_{table.name}",
            columns=["sourced_id", "digest", *_BODIES, "fields", *own_columns(table)],
            records=[
                (
                    each.sourced_id,
                    each.digest,
                    *self.staged_bodies(each),
                    each.fields,
                    *each.columns,
                )
                for each in objects
            ],
        )


class NextEdition(Staging):
    """Staged without a stamp, compared with what stands, and stamped as it is written."""

    def __init__(self, connection: AsyncConnection, configuration_id: int, last: Edition) -> None:
        super().__init__(connection, configuration_id)
        self._last = last

    def next_edition(self) -> tuple[int, datetime]:
        """Ever increasing, also where a clock steps back."""
        stamp = max(Clock.now(), self._last.stamp + timedelta(milliseconds=1))
        return self._last.number + 1, stamp

    def staged_bodies(self, made: PublishedObject) -> tuple[bytes, bytes | None]:
        return made.body, made.body_v1p2

    async def find_differences(self, table: Table, scope: Scope) -> int:
        """Fills `differing_…` with what is new or changed (active) and what dropped out; how many."""
        name = table.name
        await self._connection.exec_driver_sql(f"analyze staged_{name}")
        changed = await self._connection.execute(
            text(
                f"insert into differing_{name} select staged.sourced_id, true "
                f"from staged_{name} staged left join roster.{name} live "
                "on live.configuration_id = :configuration and live.until_edition is null "
                "and live.sourced_id = staged.sourced_id "
                "where live.sourced_id is null or not live.active or live.digest <> staged.digest"
            ),
            {"configuration": self._configuration_id},
        )
        narrowed = "" if scope.keys is None else f"and live.{scope.column} = any(:keys)"
        parameters: dict[str, Any] = {"configuration": self._configuration_id}
        if scope.keys is not None:
            parameters["keys"] = list(scope.keys)
        dropped = await self._connection.execute(
            text(
                f"insert into differing_{name} select live.sourced_id, false "
                f"from roster.{name} live where live.configuration_id = :configuration "
                f"and live.until_edition is null and live.active {narrowed} and not exists "
                f"(select from staged_{name} staged where staged.sourced_id = live.sourced_id)"
            ),
            parameters,
        )
        return int(changed.rowcount + dropped.rowcount)

    async def write(self, table: Table, edition: int, stamp: datetime) -> None:
        """Closes the versions that differ and writes their successors, tombstones among them."""
        name, extra = table.name, "".join(f", {each}" for each in own_columns(table))
        parameters = {
            "configuration": self._configuration_id,
            "edition": edition,
            "stamp": stamp,
            "stamp_text": timestamp_text(stamp).encode(),
            "label": STAMP_LABEL,
            "skip": len(STAMP_LABEL),
        }
        await self._connection.exec_driver_sql(f"analyze differing_{name}")
        await self._connection.execute(
            text(
                f"update roster.{name} live set until_edition = :edition from differing_{name} "
                "differing where live.configuration_id = :configuration "
                "and live.until_edition is null and live.sourced_id = differing.sourced_id"
            ),
            parameters,
        )
        columns = (
            "configuration_id, sourced_id, from_edition, active, date_last_modified, digest, "
            f"body, body_v1p2, fields{extra}"
        )
        await self._connection.execute(
            text(
                f"insert into roster.{name} ({columns}) select :configuration, staged.sourced_id, "
                ":edition, true, :stamp, staged.digest, "
                f"{_ACTIVE_BODIES}, staged.fields"
                f"{''.join(f', staged.{each}' for each in own_columns(table))} "
                f"from staged_{name} staged join differing_{name} differing using (sourced_id) "
                "where differing.active"
            ),
            parameters,
        )
        await self._connection.execute(
            text(
                f"insert into roster.{name} ({columns}) select :configuration, live.sourced_id, "
                f":edition, false, :stamp, live.digest, "
                f"{_TOMBSTONE_BODIES}, live.fields"
                f"{''.join(f', live.{each}' for each in own_columns(table))} "
                f"from roster.{name} live join differing_{name} differing using (sourced_id) "
                "where not differing.active and live.configuration_id = :configuration "
                "and live.until_edition = :edition and live.active"
            ),
            parameters | {"tombstone": _TOMBSTONE_LABEL, "behind": len(STAMP_LABEL) + STAMP_LENGTH},
        )
