"""The first edition of a configuration: there is nothing to compare it with.

Its stamp is taken at the start. A later edition's may not be, since a consumer could set its
bookmark between stamp and commit and never see the change; but until the first is committed every
request is refused, so no consumer has a bookmark (docs/adr/0006-first-edition.md).
"""

from datetime import datetime

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.rendering import PublishedObject
from services.oneroster.publication.staging import Scope, Staging, own_columns
from shared.clock import Clock, timestamp_text
from shared.database import scalar

NUMBER = 1


class FirstEdition(Staging):
    """Staged with its stamp, and written as it was staged."""

    def __init__(self, connection: AsyncConnection, configuration_id: int) -> None:
        super().__init__(connection, configuration_id)
        self._stamp = Clock.now()
        self._stamp_text = timestamp_text(self._stamp).encode()

    def next_edition(self) -> tuple[int, datetime]:
        return NUMBER, self._stamp

    def staged_bodies(self, made: PublishedObject) -> tuple[bytes, bytes | None]:
        return made.stamped(self._stamp_text)

    async def find_differences(self, table: Table, _scope: Scope) -> int:
        return int(await scalar(self._connection, f"select count(*) from staged_{table.name}"))

    async def write(self, table: Table, edition: int, stamp: datetime) -> None:
        extra = "".join(f", {name}" for name in own_columns(table))
        await self._connection.execute(
            text(
                f"insert into roster.{table.name} (configuration_id, sourced_id, from_edition, "
                f"active, date_last_modified, digest, body, body_v1p2, fields{extra}) "
                "select :configuration, sourced_id, :edition, true, :stamp, digest, body, "
                f"body_v1p2, fields{extra} "
                f"from staged_{table.name}"
            ),
            {"configuration": self._configuration_id, "edition": edition, "stamp": stamp},
        )
