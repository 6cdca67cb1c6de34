"""Applying sheets: checked together, written in one transaction, and told as it went.

A plan is the same work in a transaction that is rolled back: what it shows is what will be done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import uuid4

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.access.persons import LeavingPersons, Place, leaving_persons, persons_by_place
from cli.access.revisions import raise_counter, take_turn
from cli.access.stored import (
    StoredConfiguration,
    claims_on,
    configuration_columns,
    has_been_pulled,
    imported_locations,
    names_outside,
    stored_configurations,
)
from cli.configuration_sheet.checking import SheetFile, check_claims
from cli.configuration_sheet.mistakes import Mistake
from cli.configuration_sheet.reading import SheetReading
from cli.configuration_sheet.sheet import Change, ConfigurationSheet, changes_between
from cli.configuration_sheet.warning import Known, SheetWarning, warnings_of
from intake.leaving import mark_left
from services.username_engine.usernames.configuration_events import record_change
from services.username_engine.usernames.domain_policies import PolicyFlip, follow_domain_policies
from services.username_engine.usernames.events import OPERATOR
from shared.database import driver_connection
from shared.tables import access

COMMAND: Final = "configuration apply"
ACTOR: Final = f"operator: {COMMAND}"


class SheetsRefusedError(Exception):
    """Mistakes, by file; nothing was written."""

    def __init__(self, mistakes: Mapping[str, Sequence[Mistake]]) -> None:
        super().__init__(f"mistakes in {', '.join(mistakes)}")
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a configuration."""

    file: str
    name: str
    result: Literal["created", "changed", "unchanged"]
    changes: tuple[Change, ...]
    warnings: tuple[SheetWarning, ...]
    leaving: tuple[LeavingPersons, ...]
    """The persons of the places that the configuration gives up."""
    flips: tuple[PolicyFlip, ...]

    @property
    def needs_confirmation(self) -> bool:
        return bool(self.leaving) or any(flip.names for flip in self.flips)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A sheet's file as it was given, and what was read in it."""

    file: str
    reading: SheetReading


@dataclass(frozen=True, slots=True)
class _Work:
    """A sheet beside what the database has before it is applied."""

    file: str
    sheet: ConfigurationSheet
    stored: StoredConfiguration | None
    persons: Mapping[Place, frozenset[str]]
    """By place, where the sheet may give some up."""
    moved_from: Mapping[str, str]

    @property
    def changes(self) -> tuple[Change, ...]:
        return changes_between(self.stored.sheet if self.stored else None, self.sheet)

    @property
    def other_schools(self) -> set[str]:
        """Those that leave the configuration, and those that enter it."""
        if self.stored is None:
            return set()
        before = {school.number for school in self.stored.sheet.schools}
        return before ^ {school.number for school in self.sheet.schools}


async def apply_sheets(
    connection: AsyncConnection, files: Sequence[ReadFile], *, today: date
) -> tuple[Applied, ...]:
    """Makes the configurations be what the sheets say; raises `SheetsRefusedError`.

    For the operator's role, in a transaction of its own: commit it, or roll it back for a plan.
    """
    await take_turn(connection)
    sheets = await _checked(connection, files)
    stored = await stored_configurations(connection, [sheet.name for sheet in sheets])
    await take_turn(connection, [configuration.id for configuration in stored.values()])
    works = [
        await _work(connection, file.file, sheet, stored, today)
        for file, sheet in zip(files, sheets, strict=True)
    ]
    ids = await _write([work for work in works if work.changes], connection)
    await _mark_left(connection, works)
    return tuple([await _applied(connection, work, ids, today) for work in works])


async def _work(
    connection: AsyncConnection,
    file: str,
    sheet: ConfigurationSheet,
    stored: Mapping[str, StoredConfiguration],
    today: date,
) -> _Work:
    own = stored.get(sheet.name)
    stays = own is None or own.sheet.ordered().schools == sheet.ordered().schools
    given_up = {
        school.number: name
        for name, configuration in stored.items()
        for school in configuration.sheet.schools
        if name != sheet.name
    }
    return _Work(
        file,
        sheet,
        own,
        {} if own is None or stays else await persons_by_place(connection, own.id, today),
        {
            school.number: given_up[school.number]
            for school in sheet.schools
            if school.number in given_up
        },
    )


async def _checked(
    connection: AsyncConnection, files: Sequence[ReadFile]
) -> list[ConfigurationSheet]:
    sheets = [file.reading.sheet for file in files]
    readable = [sheet for sheet in sheets if sheet is not None]
    claims = await claims_on(connection, readable)
    together = check_claims([SheetFile(file.file, file.reading.sheet) for file in files], claims)
    mistakes = {
        file.file: [*file.reading.mistakes, *others]
        for file, others in zip(files, together, strict=True)
        if file.reading.mistakes or others
    }
    if mistakes:
        raise SheetsRefusedError(mistakes)
    return readable


async def _write(works: Sequence[_Work], connection: AsyncConnection) -> dict[str, int]:
    """Writes the configurations and raises their counters; their ids by name."""
    table, school = access.configuration, access.school
    # First all of them let go, so that schools and tenants can go from one to another.
    for work in works:
        if work.stored:
            of_configuration = school.c.configuration_id == work.stored.id
            await connection.execute(delete(school).where(of_configuration))
            await connection.execute(
                update(table).where(table.c.id == work.stored.id).values(tenant_id=uuid4())
            )
    ids: dict[str, int] = {}
    for work in works:
        ids[work.sheet.name] = await _write_configuration(connection, work)
        await _write_schools(connection, ids[work.sheet.name], work.sheet)
        await raise_counter(connection, ids[work.sheet.name])
        await _record(connection, ids[work.sheet.name], work)
    return ids


async def _record(connection: AsyncConnection, configuration_id: int, work: _Work) -> None:
    """In the history of the configuration, with the keys that change."""
    changes = work.changes
    await record_change(
        connection,
        configuration_id,
        OPERATOR,
        COMMAND,
        {change.key: change.before for change in changes} if work.stored else None,
        {change.key: change.after for change in changes},
    )


async def _mark_left(connection: AsyncConnection, works: Sequence[_Work]) -> None:
    """Schools that leave take their data along; one that enters finds none, whatever was there.

    The latter because an import that had begun before a school left may have ended after it.
    """
    driver = await driver_connection(connection)
    schools = {work.stored.id: work.other_schools for work in works if work.stored}
    for configuration_id in sorted(schools):
        await mark_left(driver, configuration_id, schools[configuration_id])


async def _write_configuration(connection: AsyncConnection, work: _Work) -> int:
    table, columns = access.configuration, configuration_columns(work.sheet)
    if work.stored is None:
        created = insert(table).values(columns).returning(table.c.id)
        return int((await connection.execute(created)).scalar_one())
    await connection.execute(update(table).where(table.c.id == work.stored.id).values(columns))
    return work.stored.id


async def _write_schools(
    connection: AsyncConnection, configuration_id: int, sheet: ConfigurationSheet
) -> None:
    schools = [
        {
            "configuration_id": configuration_id,
            "number": school.number,
            "staff_domain": school.staff_domain,
            "student_domain": school.student_domain,
            "sync_by_default": school.sync_by_default,
            "all_locations": not school.locations,
        }
        for school in sheet.schools
    ]
    locations = [
        {
            "configuration_id": configuration_id,
            "school_number": school.number,
            "number": place.number,
            "student_domain": place.student_domain,
            "sync_by_default": place.sync_by_default,
        }
        for school in sheet.schools
        for place in school.locations
    ]
    if schools:
        await connection.execute(insert(access.school), schools)
    if locations:
        await connection.execute(insert(access.location), locations)


async def _applied(
    connection: AsyncConnection, work: _Work, ids: Mapping[str, int], today: date
) -> Applied:
    """What applying a sheet did, after it is written; flips the names' domains with it."""
    sheet, stored = work.sheet, work.stored
    configuration_id = stored.id if stored else ids[sheet.name]
    after = await persons_by_place(connection, configuration_id, today) if work.persons else {}
    flips: tuple[PolicyFlip, ...] = ()
    if stored:
        flips = await follow_domain_policies(
            connection,
            configuration_id,
            stored.sheet.domain_policies,
            sheet.domain_policies,
            today=today,
            actor=ACTOR,
        )
    known = Known(
        stored=stored.sheet if stored else None,
        pulled=await has_been_pulled(connection, configuration_id),
        imported=await imported_locations(connection, configuration_id),
        moved_from=work.moved_from,
        names_outside=await names_outside(connection, configuration_id, sheet.verified_domains),
    )
    return Applied(
        file=work.file,
        name=sheet.name,
        result="unchanged" if not work.changes else "changed" if stored else "created",
        changes=work.changes,
        warnings=warnings_of(sheet, known),
        leaving=leaving_persons(work.persons, after),
        flips=flips,
    )
