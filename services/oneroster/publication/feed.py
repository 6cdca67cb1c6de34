"""Who is in the feed of one publication, staged: users, enrollments, demographics.

Persons, their names and what belongs to them are streams in the order of person ids, so that a
roster of a million is published in bounded memory, and one of a single changed person by the same code.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.changes import Changes
from services.oneroster.publication.demographics import demographics_of
from services.oneroster.publication.engine import Engine
from services.oneroster.publication.guardians import Guardian, Guardians, guardians_of
from services.oneroster.publication.merging import ByPerson
from services.oneroster.publication.objects import Demographics
from services.oneroster.publication.people import (
    Membership,
    Person,
    Unserved,
    enrollments_of,
    memberships,
    present_persons,
    user_of,
)
from services.oneroster.publication.rendering import PublishedObject
from services.oneroster.publication.staging import Staging
from services.oneroster.publication.structure import Choices, ClassPlace
from shared.database import scalar
from shared.tables import roster


@dataclass
class FeedWarnings:
    """What a person should look at; counted by kind, never by name."""

    memberships: Unserved = field(default_factory=Unserved)
    several_enrolments: int = 0
    names_left_out: int = 0


class _Streams(NamedTuple):
    """Each in the order of person ids."""

    names: ByPerson[str]
    learning: ByPerson[Membership]
    teaching: ByPerson[Membership]
    guardians: ByPerson[Guardian]
    demographics: ByPerson[Demographics]


class Feed:
    """The persons of one publication: all (`changes` None), or those that changes reach."""

    def __init__(
        self,
        reading: AsyncConnection,
        writing: AsyncConnection,
        staging: Staging,
        engine: Engine,
        choices: Choices,
        changes: Changes | None,
        class_places: Mapping[str, ClassPlace],
    ) -> None:
        self._reading = reading
        self._staging = staging
        self._engine = engine
        self._choices = choices
        self._due = None if changes is None else changes.persons
        self._read = None if changes is None else changes.read
        self._class_places = class_places
        self._guardians = Guardians(writing, choices, self._due) if choices.keep_guardians else None
        self.warnings = FeedWarnings()

    async def stage(self) -> None:
        """Batch by batch; one is copied while the next is read."""
        guardians = self._guardians
        if guardians is not None:
            await guardians.begin(self._reading)
        async with AsyncExitStack() as stack:
            streams = await self._streams(stack)
            copying = await stack.enter_async_context(_Copying(self._staging, guardians))
            async for batch in present_persons(self._reading, self._choices, self._read):
                await copying.add(await self._made(batch, streams))
            # Only at its end does the engine's answer say whether it was whole.
            await streams.names.drain()
        if guardians is not None:
            async with aclosing(guardians.users()) as batches:
                async for users in batches:
                    await self._staging.add(roster.users, users)
            self.warnings.names_left_out = guardians.names_left_out

    async def _streams(self, stack: AsyncExitStack) -> _Streams:
        reading, choices, due = self._reading, self._choices, self._due
        snapshot = await scalar(reading, "select pg_export_snapshot()")
        batches: tuple[AsyncGenerator[list[tuple[str, Any]]], ...] = (
            self._engine.resolve(
                choices.configuration_id, choices.reference_date, snapshot, self._read
            ),
            memberships(reading, choices, due, "student"),
            memberships(reading, choices, due, "teacher"),
            guardians_of(reading, choices, self._read) if choices.keep_guardians else _nothing(),
            demographics_of(reading, choices, due) if choices.keep_demographics else _nothing(),
        )
        return _Streams(
            *[await stack.enter_async_context(aclosing(ByPerson(each))) for each in batches]
        )

    async def _made(self, persons: Sequence[Person], streams: _Streams) -> "_Batch":
        last_id = persons[-1].id
        names = await streams.names.up_to(last_id)
        learning, teaching = (
            await streams.learning.up_to(last_id),
            await streams.teaching.up_to(last_id),
        )
        guardians = await streams.guardians.up_to(last_id)
        demographics = await streams.demographics.up_to(last_id)
        batch = _Batch()
        for person in persons:
            if person.id not in names:
                continue
            own = guardians.get(person.id, []) if person.student_orgs else []
            if self._guardians is not None:
                batch.relations += self._guardians.relations(person, own)
            if self._due is not None and person.id not in self._due:
                continue
            agents = tuple(guardian.id for guardian in own)
            user = user_of(person, names[person.id][0], self._choices, agents)
            if self._guardians is None or not self._guardians.holds_back(user):
                batch.users.append(user.publish())
            of_person = learning.get(person.id, []) + teaching.get(person.id, [])
            batch.enrollments += self._enrollments(person, of_person)
            batch.demographics += [each.publish() for each in demographics.get(person.id, [])]
        return batch

    def _enrollments(self, person: Person, of_person: list[Membership]) -> list[PublishedObject]:
        self.warnings.several_enrolments += len(set(person.student_orgs)) > 1
        enrollments = enrollments_of(
            person,
            of_person,
            self._class_places,
            self._choices.reference_date,
            self.warnings.memberships,
        )
        return [enrollment.publish() for enrollment in enrollments]


async def _nothing() -> AsyncGenerator[list[tuple[str, Any]]]:
    batches: tuple[list[tuple[str, Any]], ...] = ()
    for batch in batches:
        yield batch


@dataclass
class _Batch:
    """What a batch of persons is copied as."""

    users: list[PublishedObject] = field(default_factory=list)
    enrollments: list[PublishedObject] = field(default_factory=list)
    demographics: list[PublishedObject] = field(default_factory=list)
    relations: list[tuple[str | None, ...]] = field(default_factory=list)

    def objects(self) -> tuple[tuple[Table, list[PublishedObject]], ...]:
        return (
            (roster.users, self.users),
            (roster.enrollments, self.enrollments),
            (roster.demographics, self.demographics),
        )


class _Copying:
    """Copies one batch while the next is read: reading and writing are two connections."""

    def __init__(self, staging: Staging, guardians: Guardians | None) -> None:
        self._staging = staging
        self._guardians = guardians
        self._running: asyncio.Task[None] | None = None

    async def add(self, batch: _Batch) -> None:
        await self._finish()
        self._running = asyncio.create_task(self._copy(batch))

    async def _copy(self, batch: _Batch) -> None:
        for table, objects in batch.objects():
            await self._staging.add(table, objects)
        if self._guardians is not None and batch.relations:
            await self._guardians.copy(batch.relations)

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
