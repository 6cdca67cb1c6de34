"""The transaction in which the differences are found, guarded, written, and reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from intake.configurations import Configuration, Connection
from intake.differences import TableDifferences, apply, examples, find
from intake.erasure import erase_what_is_not_kept
from intake.faults import RemovalLimitExceeded, SchoolRemoval, WarningLog
from intake.formats import Format
from intake.guard import remember_present, removals_over_limit
from intake.placing import rows_left_out
from intake.report import ConfigurationReport, Difference, ImportReport, merged
from intake.staging import SIS_TABLES
from shared.notifications import SIS_CHANNEL

# Changes of these can take persons from a school.
_GUARDED = frozenset({"location", "school_year", "person", "enrolment", "staff"})


@dataclass(frozen=True, slots=True)
class Choices:
    """How an import is meant."""

    dry_run: bool
    force: bool
    today: date
    differences_shown: int


class Writing:
    """One transaction: committed if it wrote something that is to stay, else taken back."""

    def __init__(
        self,
        connection: Connection,
        format: Format,  # noqa: A002 - the field's own word
        choices: Choices,
        skipped: list[tuple[str, int]],
        warnings: WarningLog,
    ) -> None:
        self._connection = connection
        self._format = format
        self._choices = choices
        self._skipped = skipped
        self._warnings = warnings
        self._transaction = connection.transaction()
        self._stays = False

    async def __aenter__(self) -> Self:
        await self._transaction.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._stays:
            await self._transaction.commit()
        else:
            await self._transaction.rollback()

    async def write(
        self,
        touched: Sequence[Configuration],
        scopes: Mapping[str, str],
        *,
        erase: bool = False,
    ) -> ImportReport:
        """`erase`: also blank what a configuration no longer allows to be kept."""
        ids = [one.id for one in touched]
        found = [
            await find(self._connection, table, ids, scopes.get(table.name)) for table in SIS_TABLES
        ]
        over_limit = await self._apply(found, touched)
        erased = 0
        if self._format is Format.BUNDLE:
            left_out = await rows_left_out(self._connection)
            self._skipped.extend(left_out)
            self._warn_of_schools(dict(left_out))
        if erase:
            erased = await erase_what_is_not_kept(self._connection, touched[0])
            self._skipped.append(("rows blanked, the configuration no longer keeps them", erased))
        shown = await self._examples(found, touched) if self._choices.dry_run else []
        revisions = await self._raise_counters(
            [one for one in touched if erased or _differ(found, one)]
        )
        self._stays = bool(revisions) and not self._choices.dry_run
        return ImportReport(
            format=self._format,
            dry_run=self._choices.dry_run,
            configurations=tuple(
                ConfigurationReport(
                    one.name,
                    tuple(table.of(one.id) for table in found),
                    revisions.get(one.id) if self._stays else None,
                )
                for one in touched
            ),
            skipped=merged(self._skipped),
            warnings=self._warnings.texts(),
            differences=tuple(shown),
            over_limit=tuple(over_limit),
        )

    def _warn_of_schools(self, left_out: Mapping[str, int]) -> None:
        number = left_out["school rows outside the configurations"]
        if number:
            self._warnings.add(
                f"schools.csv: {number} of the schools belong to no configuration of this import"
            )

    async def _apply(
        self, found: Sequence[TableDifferences], touched: Sequence[Configuration]
    ) -> list[SchoolRemoval]:
        """Writes all; raises RemovalLimitExceeded where that ends too many and is not forced."""
        guarded = any(of.table.name in _GUARDED and of.number("removed", "changed") for of in found)
        if guarded:
            await remember_present(self._connection, self._choices.today)
        for differences in found:
            await apply(self._connection, differences)
        if not guarded:
            return []
        over_limit = await removals_over_limit(self._connection, touched, self._choices.today)
        if over_limit and not self._choices.force and not self._choices.dry_run:
            raise RemovalLimitExceeded(over_limit)
        return over_limit

    async def _examples(
        self, found: Sequence[TableDifferences], touched: Sequence[Configuration]
    ) -> list[Difference]:
        names = {one.id: one.name for one in touched}
        limit = self._choices.differences_shown
        return [
            example
            for differences in found
            if differences.number("added", "changed", "returned", "removed")
            for example in await examples(self._connection, differences, names, limit)
        ]

    async def _raise_counters(self, changed: Sequence[Configuration]) -> dict[int, int]:
        """The new revision of each configuration in which something changed; listeners are told."""
        if not changed:
            return {}
        rows = await self._connection.fetch(
            "update sis.revision r set revision = t.revision from touched t"
            " where t.configuration_id = r.configuration_id and r.configuration_id = any($1)"
            " returning r.configuration_id, r.revision,"
            " pg_notify($2, r.configuration_id::text) is null",
            [one.id for one in changed],
            SIS_CHANNEL,
        )
        return {row[0]: row[1] for row in rows}


def _differ(found: Sequence[TableDifferences], configuration: Configuration) -> bool:
    return any(of.of(configuration.id).differences for of in found)
