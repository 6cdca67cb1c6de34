"""What a run of creation is to do, read before any of it is done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import UsernameFormat, parse_format
from services.username_engine.usernames.candidates import candidates, touched_persons
from services.username_engine.usernames.configurations import Configuration, read_configuration
from services.username_engine.usernames.counters import Counters, Progress, read_counters
from services.username_engine.usernames.name_giving import LikelyAccounts, Naming
from services.username_engine.usernames.proposals import Matching
from shared.clock import BRUSSELS, Clock
from shared.presence import ActiveYear, active_year

MOST_TOUCHED: Final = 5_000
"""The most persons for whom single rows are looked up."""


@dataclass(frozen=True, slots=True)
class Run:
    """Names are to be made of the data behind these counters, for this reference date."""

    configuration: Configuration
    username_format: UsernameFormat
    year: ActiveYear
    reference_date: date
    counters: Counters
    now: datetime
    since: int | None
    """Only persons with data newer than this counter of `sis`; None: everyone."""

    @property
    def matching(self) -> Matching:
        return Matching(self.configuration, self.username_format, self.year, self.reference_date)

    def naming(self, accounts: LikelyAccounts) -> Naming:
        return Naming(
            self.configuration,
            self.username_format,
            self.year.start_date.year,
            self.now,
            accounts,
        )

    def candidates(self, persons: Collection[str] | None) -> Select[Any]:
        return candidates(
            self.configuration.id,
            self.year,
            self.reference_date,
            persons=persons,
            source_names_first=self.configuration.takes_over_source_names,
        )

    async def touched(self, connection: AsyncConnection) -> list[str] | None:
        """Whom the run is about; None: everyone."""
        if self.since is None:
            return None
        return await touched_persons(connection, self.configuration.id, self.since, MOST_TOUCHED)


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """Names are complete for these counters on this date, or there is no school year yet."""

    counters: Counters
    reference_date: date
    is_without_year: bool = False


def reserved_until(clock: Clock) -> datetime:
    """The moment by which former names are still reserved: the end of the day."""
    return datetime.combine(clock.today(), time.max, BRUSSELS)


async def read_run(
    connection: AsyncConnection, clock: Clock, configuration_id: int, reference_date: date | None
) -> Run | NothingToDo:
    """`reference_date`: another than today; held inside the school year too.

    Raises `UnknownConfigurationError` and `FormatError`.
    """
    # The counters before anything they count: what comes in between is then seen again.
    counters, progress = await read_counters(connection, configuration_id)
    configuration = await read_configuration(connection, configuration_id)
    year = await active_year(connection, configuration_id)
    if year is None:
        return NothingToDo(counters, reference_date or clock.today(), is_without_year=True)
    day = year.reference_date(reference_date or clock.today())
    if progress == Progress(counters, day):
        return NothingToDo(counters, day)
    same = progress and (progress.counters.access, progress.reference_date) == (
        counters.access,
        day,
    )
    return Run(
        configuration,
        parse_format(configuration.username_format),
        year,
        day,
        counters,
        reserved_until(clock),
        progress.counters.sis if progress and same else None,
    )
