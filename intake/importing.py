"""From a path to `sis`: read, check, compare, write; all or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from intake import feed as feeds
from intake import native, oneroster, sds
from intake.checks import Checks
from intake.configurations import (
    Configuration,
    Connection,
    all_configurations,
    named,
    the_only_one,
)
from intake.faults import DEFAULT_FAULT_LIMIT, Fault, FaultLog, WarningLog
from intake.feed import Feed, Transfer
from intake.feed_mapping import map_feed
from intake.feed_removal import removal_scopes
from intake.feed_work import FeedWork
from intake.formats import Format, found_format
from intake.native import REMOVAL_SCOPES
from intake.placing import create_places, lock, place_feed, place_natively, take_schools
from intake.records import FileSpec, RecordReader, count_records
from intake.report import ImportReport
from intake.source import Source, ZipLimits, open_source
from intake.staging import copy, create_stages, prepare
from intake.writing import Choices, Writing
from shared.clock import Clock
from shared.database import Database

Progress = Callable[[str, int, int], None]
"""Called with what is being done, bytes read, and bytes in all (0, 0 once all are read)."""


async def import_bundle(
    database: Database,
    path: Path,
    *,
    format: Format | None = None,  # noqa: A002 - the command's own word
    configuration: str | None = None,
    dry_run: bool = False,
    force: bool = False,
    fault_limit: int = DEFAULT_FAULT_LIMIT,
    progress: Progress | None = None,
    today: date | None = None,
    zip_limits: ZipLimits | None = None,
    differences_shown: int = 20,
) -> ImportReport:
    """Imports a bundle whole or not at all.

    Raises `BundleRefused` with its faults, `RemovalLimitExceeded` unless forced, `WrongUse`; then
    nothing was written. A dry run does everything and takes it back.
    """
    choices = Choices(dry_run, force, today or Clock().today(), differences_shown)
    with open_source(path, zip_limits) as source:
        chosen = format or found_format(source)
        async with database.session_connection() as connection:
            work = _Import(
                connection,
                source,
                chosen,
                choices,
                progress or (lambda what, done, total: None),
                FaultLog(fault_limit),
            )
            return await work.run(configuration)


@dataclass
class _Import:
    connection: Connection
    source: Source
    format: Format
    choices: Choices
    progress: Progress
    faults: FaultLog
    warnings: WarningLog = field(default_factory=WarningLog)
    skipped: list[tuple[str, int]] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)
    """Files some records of which could not be read: what refers to them cannot be judged."""
    read: int = 0

    async def run(self, name: str | None) -> ImportReport:
        configurations = await all_configurations(self.connection)
        chosen = named(configurations, name) if name is not None else None
        await prepare(self.connection)
        await create_stages(self.connection)
        if self.format is Format.BUNDLE:
            return await self._run_native(configurations, chosen)
        return await self._run_feed(chosen or the_only_one(configurations))

    async def _run_native(
        self, configurations: Sequence[Configuration], chosen: Configuration | None
    ) -> ImportReport:
        names = {spec.name for spec in native.FILES}
        for missing in sorted(name for name in names if name not in self.source):
            self.faults.add(Fault(missing, None, None, "this file was expected, it is not there"))
            self.incomplete.add(missing)
        for other in self.source.names():
            if other.endswith(".csv") and other not in names:
                self.warnings.add(f"{other}: not read, it is no file of the native bundle")
        await self._read_files([spec for spec in native.FILES if spec.name in self.source])
        for statement in native.COMPLETION:
            await self.connection.execute(statement)
        await native.check(Checks(self.connection, self.faults), frozenset(self.incomplete))
        self.faults.refuse_if_any()

        async with self._writing() as writing:
            await create_places(self.connection)
            touched = await take_schools(self.connection, configurations, chosen)
            await lock(self.connection, touched)
            await place_natively(self.connection)
            return await writing.write(touched, REMOVAL_SCOPES)

    async def _run_feed(self, configuration: Configuration) -> ImportReport:
        feed = self._feed(configuration)
        await feeds.create_tables(self.connection)
        await self._read_files(list(feed.specs.values()))
        await feeds.check(Checks(self.connection, self.faults), feed, frozenset(self.incomplete))
        self.faults.refuse_if_any()

        async with self._writing() as writing:
            await lock(self.connection, [configuration])
            await create_places(self.connection)
            work = FeedWork(self.connection, feed, self.warnings)
            await map_feed(work)
            self.skipped.extend(work.skipped.items())
            await place_feed(self.connection)
            return await writing.write([configuration], removal_scopes(feed), erase=True)

    def _feed(self, configuration: Configuration) -> Feed:
        oneroster_csv = self.format is Format.ONEROSTER
        find = oneroster.read_manifest if oneroster_csv else sds.found_files
        files = find(self.source, self.faults, self.warnings)
        self.faults.refuse_if_any()
        files = self._without_what_is_not_kept(files, configuration)
        return Feed(
            format=self.format,
            configuration=configuration,
            specs={spec.table: spec for spec in files},
            transfers={spec.table: transfer for spec, transfer in files.items()},
            location_types=oneroster.LOCATION_TYPES if oneroster_csv else None,
            umbrella_types=frozenset() if oneroster_csv else sds.UMBRELLA_TYPES,
        )

    def _without_what_is_not_kept(
        self, files: dict[FileSpec, Transfer], configuration: Configuration
    ) -> dict[FileSpec, Transfer]:
        """Children's data that may not be kept is not even read, only counted."""
        choices = {
            feeds.DEMOGRAPHICS: (configuration.keep_demographics, "demographics"),
            feeds.AGENT: (configuration.keep_guardians, "relationships"),
            feeds.FLAG: (configuration.keep_user_flags, "user flags"),
        }
        kept = {}
        for spec, transfer in files.items():
            keep, what = choices.get(spec.table, (True, ""))
            if keep:
                kept[spec] = transfer
            else:
                number = count_records(self.source, spec.name)
                self.skipped.append((f"{what} (the configuration does not keep them)", number))
        return kept

    async def _read_files(self, specs: Sequence[FileSpec]) -> None:
        total = sum(self.source.size(spec.name) for spec in specs)
        for spec in specs:

            def tick(read: int, name: str = spec.name) -> None:
                self.read += read
                self.progress(name, self.read, total)

            reader = RecordReader(self.source, spec, self.faults, self.warnings, tick)
            await copy(self.connection, spec, reader)
            if not reader.complete:
                self.incomplete.add(spec.name)
        self.progress("checking and writing", 0, 0)

    def _writing(self) -> Writing:
        return Writing(self.connection, self.format, self.choices, self.skipped, self.warnings)
