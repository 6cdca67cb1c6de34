"""One publication: what should be published is staged, compared, and written as an edition.

Persons, their names and their memberships are streams in the order of person ids, so that a roster of
a million is published in bounded memory, and one of a single changed person by the same code.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

import structlog
from sqlalchemy import Table, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.changes import (
    EQUAL_IDS,
    Changes,
    Counters,
    Edition,
)
from services.oneroster.publication.engine import Engine
from services.oneroster.publication.first_edition import FirstEdition
from services.oneroster.publication.merging import ByPerson
from services.oneroster.publication.objects import (
    RENDERING,
    PublishedObject,
    duplicates,
)
from services.oneroster.publication.people import (
    BATCH,
    Membership,
    Person,
    Unserved,
    enrollments_of,
    memberships,
    present_persons,
    user_of,
)
from services.oneroster.publication.pruning import TOMBSTONE_KEPT
from services.oneroster.publication.staging import NextEdition, Scope, Staging
from services.oneroster.publication.structure import (
    Choices,
    Structure,
    next_change,
    read_structure,
)
from shared.database import among, driver_connection, scalar
from shared.streaming import expect_rows_for
from shared.tables import roster, sis

log = structlog.get_logger()


@dataclass(frozen=True)
class Published:
    """The edition that now stands, and how many objects it changed (0: it stood already)."""

    edition: Edition
    changed: int


@dataclass
class _Warnings:
    """What a person should look at; counted by kind, never by name."""

    equal_ids: int = 0

    memberships: Unserved = field(default_factory=Unserved)
    several_enrolments: int = 0

    def counts(self, structure: Structure) -> dict[str, int]:
        titles = duplicates((each.sourced_id, each.title) for each in structure.classes)
        found = {
            "class_enrolment_left_open": self.memberships.left_open,
            "equal_class_numbers": self.memberships.equal_numbers,
            "several_active_enrolments": self.several_enrolments,
            "class_without_title": len(structure.untitled),
            "equal_class_titles": sum(map(len, titles.values())),
            EQUAL_IDS: self.equal_ids,
        }
        return {kind: count for kind, count in found.items() if count}


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
        self._warnings = _Warnings()
        self._structure: Structure

    async def stage(self) -> None:
        await self._staging.create(roster.COLLECTIONS)
        changes = self._changes
        driver = await driver_connection(self._reading)
        await expect_rows_for(driver, None if changes is None else changes.persons)
        touched = None if changes is None else await self._touched_classes(changes)
        self._structure = await read_structure(self._reading, self._choices, touched)
        await self._stage_structure()
        if changes is None or changes.persons:
            await self._stage_persons(None if changes is None else changes.persons)
        if changes is None:
            self._warnings.equal_ids = await self._staging.drop_equal_enrollments()
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

    async def _stage_persons(self, persons: frozenset[str] | None) -> None:
        """Users and enrollments of everyone (None) or of `persons`, batch by batch.

        Persons, names and memberships are four streams in the order of person ids. A batch is
        copied while the next one is read.
        """
        reading, choices = self._reading, self._choices
        snapshot = await scalar(reading, "select pg_export_snapshot()")
        async with AsyncExitStack() as stack:
            streams: list[ByPerson[Any]] = [
                await stack.enter_async_context(aclosing(ByPerson(batches)))
                for batches in (
                    self._engine.resolve(
                        choices.configuration_id, choices.reference_date, snapshot, persons
                    ),
                    memberships(reading, choices, persons, "student"),
                    memberships(reading, choices, persons, "teacher"),
                )
            ]
            names, learning, teaching = streams
            copying = await stack.enter_async_context(_Copying(self._staging))
            async for batch in present_persons(reading, choices, persons):
                last_id = batch[-1].id
                sent = await names.up_to(last_id)
                of_students, of_teachers = (
                    await learning.up_to(last_id),
                    await teaching.up_to(last_id),
                )
                users: list[PublishedObject] = []
                enrollments: list[PublishedObject] = []
                for person in batch:
                    if person.id in sent:
                        of_person = of_students.get(person.id, []) + of_teachers.get(person.id, [])
                        users.append(user_of(person, sent[person.id][0], choices).publish())
                        enrollments += self._enrollments(person, of_person)
                await copying.add(users, enrollments)
            await names.drain()

    def _enrollments(
        self, person: Person, of_person: list[Membership]
    ) -> Iterator[PublishedObject]:
        self._warnings.several_enrolments += len(set(person.student_orgs)) > 1
        for enrollment in enrollments_of(
            person,
            of_person,
            self._structure.class_places,
            self._choices.reference_date,
            self._warnings.memberships,
        ):
            yield enrollment.publish()

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
        if last is not None and not total:
            edition = await self._stands(last, counters, today, valid_until)
            return Published(edition, 0)
        number, stamp = self._staging.next_edition()
        for table, differing in changed.items():
            if differing:
                await self._staging.write(table, number, stamp)
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

    def _counted_warnings(self) -> dict[str, int]:
        """Counted where everything was read; a small publication leaves the last count standing."""
        if self._last is not None and self._changes is not None:
            return self._last.warnings
        return self._warnings.counts(self._structure)

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


class _Copying:
    """Copies one batch while the next is read: reading and writing are two connections."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._running: asyncio.Task[None] | None = None

    async def add(
        self, users: Collection[PublishedObject], enrollments: Collection[PublishedObject]
    ) -> None:
        await self._finish()
        self._running = asyncio.create_task(self._copy(users, enrollments))

    async def _copy(
        self, users: Collection[PublishedObject], enrollments: Collection[PublishedObject]
    ) -> None:
        await self._staging.add(roster.users, users)
        await self._staging.add(roster.enrollments, enrollments)

    async def _finish(self) -> None:
        if self._running is not None:
            await self._running

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _error: object, _trace: object
    ) -> None:
        if kind is None:
            await self._finish()
        elif self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
