"""One publication: what should be published is staged, compared, and written as an edition."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy import Table, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.changes import (
    EQUAL_IDS,
    NAMES_LEFT_OUT,
    Changes,
    Counters,
    Edition,
)
from services.oneroster.publication.engine import Engine
from services.oneroster.publication.feed import Feed, FeedWarnings
from services.oneroster.publication.first_edition import FirstEdition
from services.oneroster.publication.objects import duplicates
from services.oneroster.publication.people import BATCH
from services.oneroster.publication.pruning import TOMBSTONE_KEPT
from services.oneroster.publication.redaction import LetGo, let_go
from services.oneroster.publication.rendering import RENDERING, PublishedObject
from services.oneroster.publication.staging import NextEdition, Scope, Staging
from services.oneroster.publication.structure import (
    Choices,
    Structure,
    next_change,
    read_structure,
)
from shared.database import among, driver_connection
from shared.streaming import expect_rows_for
from shared.tables import roster, sis

log = structlog.get_logger()


@dataclass(frozen=True)
class Published:
    """The edition that now stands, and how much it changed (0: it stood already).

    Objects, tombstones that lost what is not kept, and pulls it ended.
    """

    edition: Edition
    changed: int


class Publication:
    """One publication's staged objects, their differences, and the edition made of them."""

    def __init__(
        self,
        reading: AsyncConnection,
        writing: AsyncConnection,
        engine: Engine,
        choices: Choices,
        last: Edition | None,
        changes: Changes | None,
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._engine = engine
        self._choices = choices
        self._changes = changes
        self._last = last
        self._staging: Staging = (
            NextEdition(writing, choices.configuration_id, last)
            if last
            else FirstEdition(writing, choices.configuration_id)
        )
        self._structure: Structure
        self._warnings = FeedWarnings()
        self._equal_ids = 0

    async def stage(self) -> None:
        await self._staging.create(roster.COLLECTIONS)
        changes = self._changes
        driver = await driver_connection(self._reading)
        await expect_rows_for(driver, None if changes is None else changes.read)
        touched = None if changes is None else await self._touched_classes(changes)
        self._structure = await read_structure(self._reading, self._choices, touched)
        await self._stage_structure()
        if changes is None or changes.persons:
            await self._stage_persons()
        if changes is None:
            self._equal_ids = await self._staging.drop_equal_enrollments()
        else:
            await self._staging.refuse_equal_enrollments()

    async def _touched_classes(self, changes: Changes) -> frozenset[str]:
        found = set(changes.classes)
        for table in (sis.class_enrolment, sis.class_duty):
            statement = (
                table.select()
                .with_only_columns(table.c.class_id)
                .where(
                    table.c.configuration_id == self._choices.configuration_id,
                    among(table.c.person_id, changes.persons),
                )
            )
            found.update((await self._reading.execute(statement)).scalars())
        return frozenset(found)

    async def _stage_structure(self) -> None:
        made, changes = self._structure, self._changes
        await self._add(roster.academic_sessions, (each.publish() for each in made.sessions))
        await self._add(roster.orgs, (each.publish() for each in made.orgs))
        for table, objects in ((roster.classes, made.classes), (roster.courses, made.courses)):
            due = (
                each.publish()
                for each in objects
                if changes is None or each.sourced_id in changes.classes
            )
            await self._add(table, due)

    async def _stage_persons(self) -> None:
        feed = Feed(
            self._reading,
            self._writing,
            self._staging,
            self._engine,
            self._choices,
            self._changes,
            self._structure.class_places,
        )
        await feed.stage()
        self._warnings = feed.warnings

    async def _add(self, table: Table, objects: Iterable[PublishedObject]) -> None:
        ready = list(objects)
        for start in range(0, len(ready), BATCH):
            await self._staging.add(table, ready[start : start + BATCH])
            await asyncio.sleep(0)

    def _scopes(self) -> dict[str, Scope]:
        changes = self._changes
        if changes is None:
            return {}
        return {
            "classes": Scope("sourced_id", changes.classes),
            "courses": Scope("sourced_id", changes.classes),
            "users": Scope("sourced_id", changes.persons),
            "enrollments": Scope("user_id", changes.persons),
            "demographics": Scope("sourced_id", changes.persons),
        }

    async def write(self, counters: Counters, today: date) -> Published:
        last = self._last
        scopes = self._scopes()
        changed = {}
        for table in roster.COLLECTIONS:
            scope = scopes.get(table.name, Scope())
            changed[table] = await self._staging.find_differences(table, scope)
        total = sum(changed.values())
        valid_until = await self._valid_until()
        number, stamp = self._staging.next_edition()
        for table, differing in changed.items():
            if differing:
                await self._staging.write(table, number, stamp)
        total += sum(await self._let_go(counters))
        if last is not None and not total:
            edition = await self._stands(last, counters, today, valid_until)
            return Published(edition, 0)
        for table in roster.COLLECTIONS:
            await self._staging.bury(table, number, stamp - TOMBSTONE_KEPT)
        edition = Edition(
            number,
            stamp,
            counters,
            self._choices.reference_date,
            today,
            valid_until,
            RENDERING,
            {table.name: differing for table, differing in changed.items() if differing},
            self._counted_warnings(),
        )
        await self._writing.execute(insert(roster.edition).values(self._columns(edition)))
        log.info(
            "roster.published",
            configuration=self._choices.configuration_id,
            edition=number,
            whole=self._changes is None,
            changed=edition.counts,
            warnings=edition.warnings,
        )
        return Published(edition, total)

    async def _let_go(self, counters: Counters) -> LetGo:
        """A switch raises the counter of `access`, so that the whole is published."""
        if self._last is None or self._changes is not None:
            return LetGo()
        switched = counters.access != self._last.counters.access
        return await let_go(self._writing, self._choices, switched=switched)

    def _counted_warnings(self) -> dict[str, int]:
        """Counted where everything was read; a small publication leaves the last count standing.

        But for the guardians without their names: it reads them all.
        """
        warnings = self._warnings
        if self._last is not None and self._changes is not None:
            found = dict(self._last.warnings)
            if self._changes.persons:
                found[NAMES_LEFT_OUT] = warnings.names_left_out
        else:
            classes = self._structure.classes
            titles = duplicates((each.sourced_id, each.title) for each in classes)
            found = {
                "class_enrolment_left_open": warnings.memberships.left_open,
                "equal_class_numbers": warnings.memberships.equal_numbers,
                "several_active_enrolments": warnings.several_enrolments,
                "class_without_title": len(self._structure.untitled),
                "equal_class_titles": sum(map(len, titles.values())),
                EQUAL_IDS: self._equal_ids,
                NAMES_LEFT_OUT: warnings.names_left_out,
            }
        return {kind: count for kind, count in found.items() if count}

    async def _valid_until(self) -> date | None:
        choices, last = self._choices, self._last
        persons = None if self._changes is None else self._changes.persons
        found = await next_change(
            self._reading, choices.configuration_id, choices.reference_date, persons
        )
        if last and self._changes is not None:
            found = min(filter(None, (found, last.valid_until)), default=None)
        # The reference date stays inside the school year: nothing after it is ever reached.
        return found if found and found <= choices.year.end_date else None

    async def _stands(
        self, last: Edition, counters: Counters, today: date, valid_until: date | None
    ) -> Edition:
        """What moved is not served: the edition stands, and is now known to hold for the new state."""
        edition = Edition(
            last.number,
            last.stamp,
            counters,
            self._choices.reference_date,
            today,
            valid_until,
            RENDERING,
            last.counts,
            self._counted_warnings(),
        )
        table = roster.edition
        await self._writing.execute(
            update(table)
            .where(
                table.c.configuration_id == self._choices.configuration_id,
                table.c.number == last.number,
            )
            .values(self._columns(edition))
        )
        return edition

    def _columns(self, edition: Edition) -> dict[str, object]:
        return {
            "configuration_id": self._choices.configuration_id,
            "number": edition.number,
            "stamp": edition.stamp,
            "sis_revision": edition.counters.sis,
            "access_revision": edition.counters.access,
            "usernames_revision": edition.counters.usernames,
            "reference_date": edition.reference_date,
            "today": edition.today,
            "valid_until": edition.valid_until,
            "rendering": edition.rendering,
            "counts": edition.counts,
            "warnings": edition.warnings,
        }
