"""Pulls of every way of reading, while thousands of rows change and are published (issue 3, point 4).

A writer moves, renames, takes out and brings in students, switches Sync and changes classes, a few
hundred rows at a time, and another client's requests publish what it did. Meanwhile consumers pull,
again and again, each in its own way. Every pull must be the edition that was the newest when it
began: no row skipped, none twice, each page but the last full, X-Total-Count steady, every
reference resolving. What an edition holds is read here from the table, apart from the service.
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import orjson
from sqlalchemy import Table, func, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.usernames.releasing import Persons, set_sync
from shared.clock import Clock
from shared.database import Database, among, notify
from shared.tables import roster, sis
from tests.arranging import (
    FIRST_DAY,
    YEAR,
    Arranged,
    Place,
    add_location,
    add_school,
    new_configuration,
    raise_counter,
)
from tests.oneroster.conftest import IN_OCTOBER, ApiClient, Service

BASE = "https://sds.example.be/ims/oneroster/v1p1"
COLLECTIONS: Mapping[str, Table] = {
    "academicSessions": roster.academic_sessions,
    "orgs": roster.orgs,
    "users": roster.users,
    "classes": roster.classes,
    "enrollments": roster.enrollments,
    "courses": roster.courses,
}
COLLECTION_OF = {
    "academicSession": "academicSessions",
    "org": "orgs",
    "user": "users",
    "class": "classes",
    "course": "courses",
}
LINK = re.compile(r'<([^>]*)>; rel="(\w+)"')

STUDENTS = 1400
TEACHERS = 100
CLASSES = 60
AT_ONCE = 100
ROUNDS = 4

Row = dict[str, Any]
Object = dict[str, Any]
Roster = dict[str, list[Object]]


@dataclass
class Town:
    """A configuration, what its writer changes, and what ought to be served of it."""

    owner: Database
    engine: Database
    configuration: Arranged
    chance: random.Random
    places: list[Place] = field(default_factory=list)
    class_places: dict[str, Place] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Given names by person, of all who were ever there."""
    places_of: dict[str, Place] = field(default_factory=dict)
    classes_of: dict[str, str] = field(default_factory=dict)
    """Of students who are enrolled."""
    staff: list[str] = field(default_factory=list)
    off: set[str] = field(default_factory=set)
    """Whose Sync is off."""
    changed: int = 0
    """Rows."""
    marks: int = 0

    async def begin(self) -> None:
        schools = []
        for number in range(3):
            school = await add_school(
                self.owner,
                self.configuration,
                student_domain=f"leerling{number}.be",
                staff_domain=f"school{number}.be",
            )
            schools.append(school)
            for location in ("1", "2"):
                self.places.append(
                    await add_location(self.owner, self.configuration, school, location)
                )
        await self._write(sis.class_, [self._new_class() for _ in range(CLASSES)])
        self.staff = [self._new_person() for _ in range(TEACHERS)]
        await self._write(sis.person, [self._person(each) for each in self.staff])
        membership = {"location_number": "", "is_primary": True, "school_year": YEAR}
        await self._write(
            sis.staff,
            [
                {
                    "person_id": each,
                    "school_number": self.chance.choice(schools),
                    "start_date": FIRST_DAY,
                    **membership,
                }
                for each in self.staff
            ],
        )
        await self._write(
            sis.class_duty,
            [
                {"person_id": teacher, "class_id": each, "duty": 2, "start_date": FIRST_DAY}
                for teacher, each in zip(self.staff, self.class_places, strict=False)
            ],
        )
        await self.newcomers(STUDENTS)
        self.changed = 0

    def users(self) -> dict[str, str]:
        """Who is in the feed, with the given name."""
        everyone = {*self.places_of, *self.staff}
        return {each: self.names[each] for each in everyone - self.off}

    def memberships(self) -> set[tuple[str, str]]:
        """Person and class of the students' enrollments."""
        return {
            (person, class_id)
            for person, class_id in self.classes_of.items()
            if person in self.places_of and person not in self.off
        }

    # What the writer does, each in one transaction.

    async def newcomers(self, count: int = AT_ONCE) -> None:
        persons = [self._new_person() for _ in range(count)]
        for each in persons:
            self._place(each)
        await self._write(sis.person, [self._person(each) for each in persons])
        await self._write(sis.enrolment, [self._enrolment(each) for each in persons])
        await self._write(sis.class_enrolment, [self._class_enrolment(each) for each in persons])

    async def move(self) -> None:
        """To another location and class, of another domain: they are renamed by it."""
        persons = self._some()
        async with self.owner.transaction() as connection:
            revision = await raise_counter(connection, sis.revision_counter, self.configuration.id)
            for table in (sis.enrolment, sis.class_enrolment):
                gone = await connection.execute(
                    update(table)
                    .where(table.c.configuration_id == self.configuration.id)
                    .where(among(table.c.person_id, persons), table.c.removed_at.is_(None))
                    .values(removed_at=func.now(), revision=revision)
                )
                self.changed += gone.rowcount
            for each in persons:
                self._place(each)
            # From another day, since the day they began before is part of the row's key.
            day = date(2024, 9, 2 + self.chance.randrange(28))
            key = {"configuration_id": self.configuration.id, "revision": revision}
            for table, row in (
                (sis.enrolment, self._enrolment),
                (sis.class_enrolment, self._class_enrolment),
            ):
                moved = [{**key, **row(each), "start_date": day} for each in persons]
                await _replace(connection, table, moved)
                self.changed += len(moved)

    async def rename(self) -> None:
        persons = self._some()
        for each in persons:
            self.names[each] = f"Naam{self.chance.getrandbits(40):x}"
        await self._write(sis.person, [self._person(each) for each in persons])

    async def leave(self) -> None:
        persons = self._some()
        async with self.owner.transaction() as connection:
            revision = await raise_counter(connection, sis.revision_counter, self.configuration.id)
            gone = await connection.execute(
                update(sis.enrolment)
                .where(sis.enrolment.c.configuration_id == self.configuration.id)
                .where(among(sis.enrolment.c.person_id, persons))
                .values(removed_at=func.now(), revision=revision)
            )
            self.changed += gone.rowcount
            for each in persons:
                del self.places_of[each], self.classes_of[each]

    async def switch_sync(self) -> None:
        """After a publication, when all who are enrolled have a name."""
        named = set(self.places_of)
        off = sorted(self.off & named)
        on_again = self.chance.sample(off, min(len(off), AT_ONCE // 2))
        switched_off = self.chance.sample(sorted(named - self.off), AT_ONCE)
        for persons, sync in ((on_again, True), (switched_off, False)):
            await set_sync(
                self.engine,
                Clock(IN_OCTOBER),
                self.configuration.id,
                Persons(persons),
                sync,
                actor="the writer",
            )
            self.changed += len(persons)
        self.off = self.off - set(on_again) | set(switched_off)

    async def change_classes(self) -> None:
        """New titles for some, and some that come."""
        rows = [self._class(each) for each in self.chance.sample(sorted(self.class_places), 10)]
        await self._write(sis.class_, [*rows, *(self._new_class() for _ in range(3))])

    async def mark(self) -> str:
        """One teacher's given name, later ones greater, for a pull that is opened after it."""
        async with self.owner.transaction() as connection:
            # Numbered behind the lock, so that the last one written is the greatest.
            revision = await raise_counter(connection, sis.revision_counter, self.configuration.id)
            self.marks += 1
            self.names[self.staff[0]] = mark = f"Mark{self.marks:06d}"
            key = {"configuration_id": self.configuration.id, "revision": revision}
            await _replace(connection, sis.person, [{**key, **self._person(self.staff[0])}])
        return mark

    # Rows.

    def _some(self) -> list[str]:
        return self.chance.sample(sorted(self.places_of), AT_ONCE)

    def _new_person(self) -> str:
        person = str(UUID(int=self.chance.getrandbits(128)))
        self.names[person] = f"Naam{self.chance.getrandbits(40):x}"
        return person

    def _place(self, person: str) -> None:
        self.classes_of[person] = self.chance.choice(sorted(self.class_places))
        self.places_of[person] = self.class_places[self.classes_of[person]]

    def _person(self, person: str) -> Row:
        # Some share their name: a page of a sort by it ends among them.
        family_name = f"Peeters{person[0]}"
        return {"id": person, "given_name": self.names[person], "family_name": family_name}

    def _enrolment(self, person: str) -> Row:
        place = self.places_of[person]
        at = {"school_number": place.school_number, "location_number": place.number}
        return {"person_id": person, "school_year": YEAR, "start_date": FIRST_DAY, **at}

    def _class_enrolment(self, person: str) -> Row:
        class_id = self.classes_of[person]
        return {"person_id": person, "class_id": class_id, "start_date": FIRST_DAY}

    def _new_class(self) -> Row:
        class_id = str(UUID(int=self.chance.getrandbits(128)))
        self.class_places[class_id] = self.chance.choice(self.places)
        return self._class(class_id)

    def _class(self, class_id: str) -> Row:
        place = self.class_places[class_id]
        name = f"{self.chance.randint(1, 6)}{self.chance.choice('abcdef')}"
        return {
            "id": class_id,
            "number": str(list(self.class_places).index(class_id) + 1),
            "kind": "class",
            "code": name.upper(),
            "name": name,
            "school_number": place.school_number,
            "location_number": place.number,
            "school_year": YEAR,
        }

    async def _write(self, table: Table, rows: Sequence[Row]) -> None:
        async with self.owner.transaction() as connection:
            revision = await raise_counter(connection, sis.revision_counter, self.configuration.id)
            key = {"configuration_id": self.configuration.id, "revision": revision}
            await _replace(connection, table, [{**key, **row} for row in rows])
            await notify(connection, "rosterbridge_sis", str(self.configuration.id))
        self.changed += len(rows)


async def _replace(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts or updates rows, which their source then has."""
    keys = [column.name for column in table.primary_key]
    statement = postgresql.insert(table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={**others, "removed_at": None}),
        list(rows),
    )


class Editions:
    """How many the writer has published; consumers wait for another."""

    def __init__(self) -> None:
        self.count = 0
        self.ended = False
        self._moved = asyncio.Condition()

    async def another(self) -> None:
        async with self._moved:
            self.count += 1
            self._moved.notify_all()

    async def end(self) -> None:
        async with self._moved:
            self.ended = True
            self._moved.notify_all()

    async def wait_beyond(self, count: int) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self.ended or self.count > count)


async def _write(town: Town, trigger: ApiClient, editions: Editions) -> None:
    async def publish() -> None:
        answer = await trigger.get("/users?limit=1&offset=0")
        assert answer.status_code == 200, answer.text
        await editions.another()

    try:
        for _ in range(ROUNDS):
            for some in (
                (town.switch_sync, town.rename, town.leave),
                (town.move, town.newcomers, town.change_classes),
            ):
                for change in some:
                    await change()
                await publish()
    finally:
        await editions.end()


# Ways of reading a collection: all its pages. `Moved` is awaited behind the first.

Moved = Callable[[], Awaitable[None]]
Parameters = Mapping[str, str | int]
Read = Callable[[ApiClient, str, Parameters, Moved], Awaitable[list[httpx.Response]]]


async def _follow_links(
    client: ApiClient, collection: str, parameters: Parameters, moved: Moved
) -> list[httpx.Response]:
    pages = [await client.get(f"/{collection}", params=parameters)]
    await moved()
    while following := _links(pages[-1]).get("next"):
        pages.append(await client.http.get(following))
    return pages


async def _until_a_short_page(
    client: ApiClient, collection: str, parameters: Parameters, moved: Moved
) -> list[httpx.Response]:
    pages: list[httpx.Response] = []
    limit, offset = int(parameters["limit"]), 0
    while not pages or len(_objects(pages[-1])) == limit:
        pages.append(await client.get(f"/{collection}", params={**parameters, "offset": offset}))
        offset += limit
        if len(pages) == 1:
            await moved()
    # An empty one ends it where the last was full.
    return pages if len(pages) == 1 or _objects(pages[-1]) else pages[:-1]


async def _until_the_count(
    client: ApiClient, collection: str, parameters: Parameters, moved: Moved
) -> list[httpx.Response]:
    """With a token for each collection, and a bare request for the count, as Microsoft's pipeline."""
    await client.take_token()
    counted = await client.get(f"/{collection}")
    await moved()
    limit, total = int(parameters["limit"]), int(counted.headers["x-total-count"])
    return [
        await client.get(f"/{collection}", params={**parameters, "offset": offset})
        for offset in range(0, total, limit)
    ]


def _links(answer: httpx.Response) -> dict[str, str]:
    return {relation: url for url, relation in LINK.findall(answer.headers["link"])}


def _objects(answer: httpx.Response) -> list[Object]:
    assert answer.status_code == 200, answer.text
    found = next(iter(answer.json().values()))
    assert isinstance(found, list)
    return found


ACTIVE = {each: {"filter": "status='active'"} for each in COLLECTIONS}
SORTED = {
    **{each: {"sort": "sourcedId", "orderBy": "desc"} for each in COLLECTIONS},
    "users": {"sort": "familyName", "orderBy": "desc"},
    "classes": {"sort": "title", "orderBy": "desc"},
}
DEFAULT: dict[str, dict[str, str]] = {each: {} for each in COLLECTIONS}


@dataclass
class Consumer:
    """One client, and how it pulls."""

    name: str
    read: Read
    limit: int
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: DEFAULT)
    in_parallel: bool = False
    overtaken: int = 0
    """How many of its pulls saw another edition published before their end."""

    async def pull_until_the_end(self, town: Town, client: ApiClient, editions: Editions) -> None:
        while not editions.ended:
            mark = await town.mark()
            opened = editions.count
            roster, number = await self.pull(client, partial(editions.wait_beyond, opened))
            self.check(roster)
            (marked,) = [each for each in roster["users"] if each["sourcedId"] == town.staff[0]]
            assert marked["givenName"] >= mark, f"{self.name}: older than what was committed"
            held = await _held(town, number)
            for collection, objects in roster.items():
                found = {each["sourcedId"]: each for each in objects}
                assert found == held[collection], (self.name, collection, number)
            self.overtaken += editions.count > opened

    async def pull(self, client: ApiClient, moved: Moved) -> tuple[Roster, int]:
        """The five collections and the courses, and the edition that they say they are of."""
        if self.in_parallel:
            each = [self._read(client, one, moved) for one in COLLECTIONS]
            read = await asyncio.gather(*each)
        else:
            read = [await self._read(client, one, moved) for one in COLLECTIONS]
        roster, numbers = {}, set()
        for collection, pages in zip(COLLECTIONS, read, strict=True):
            roster[collection] = self._joined(collection, pages)
            numbers |= {_edition(page) for page in pages}
        assert len(numbers) == 1, (self.name, numbers)
        return roster, numbers.pop()

    async def _read(self, client: ApiClient, collection: str, moved: Moved) -> list[httpx.Response]:
        parameters: Parameters = {
            "limit": self.limit,
            "offset": 0,
            **self.parameters[collection],
        }
        return await self.read(client, collection, parameters, moved)

    def _joined(self, collection: str, pages: list[httpx.Response]) -> list[Object]:
        """All rows of the pages, none of which was cut or counted otherwise."""
        at = (self.name, collection)
        sizes = [len(_objects(page)) for page in pages]
        assert all(size == self.limit for size in sizes[:-1]), (at, sizes)
        assert {int(page.headers["x-total-count"]) for page in pages} == {sum(sizes)}, at
        return [each for page in pages for each in _objects(page)]

    def check(self, roster: Roster) -> None:
        """Nothing twice, nothing that leads out of it, all in the order that was asked for."""
        known = {}
        for collection, objects in roster.items():
            known[collection] = {each["sourcedId"] for each in objects}
            assert len(known[collection]) == len(objects), (self.name, collection, "twice")
        for collection, objects in roster.items():
            for each in objects:
                assert each["status"] == "active", (self.name, each)
                for reference in _references(each):
                    target = COLLECTION_OF[reference["type"]]
                    assert reference["sourcedId"] in known[target], (self.name, each, reference)
            self._check_order(collection, objects)

    def _check_order(self, collection: str, objects: list[Object]) -> None:
        sort = self.parameters[collection].get("sort")
        ids = [each["sourcedId"] for each in objects]
        if sort is None:
            assert ids == sorted(ids), (self.name, collection)
        elif sort == "sourcedId":
            assert ids == sorted(ids, reverse=True), (self.name, collection)
        else:
            by_id = sorted(objects, key=lambda each: str(each["sourcedId"]))
            ordered = sorted(by_id, key=lambda each: str(each[sort]).casefold(), reverse=True)
            assert ids == [each["sourcedId"] for each in ordered], (self.name, collection)


def _references(body: Object) -> list[dict[str, str]]:
    values = [
        each for value in body.values() for each in (value if isinstance(value, list) else [value])
    ]
    return [value for value in values if isinstance(value, dict)]


def _edition(page: httpx.Response) -> int:
    (number,) = parse_qs(urlsplit(_links(page)["first"]).query)["edition"]
    return int(number)


async def _held(town: Town, number: int) -> dict[str, dict[str, Object]]:
    """What the tables hold of an edition, by sourcedId."""
    held = {}
    async with town.owner.transaction() as connection:
        for collection, table in COLLECTIONS.items():
            rows = await connection.execute(
                select(table.c.sourced_id, table.c.body).where(
                    table.c.configuration_id == town.configuration.id,
                    table.c.from_edition <= number,
                    or_(table.c.until_edition.is_(None), table.c.until_edition > number),
                    table.c.active,
                )
            )
            held[collection] = {
                sourced_id: orjson.loads(body.replace(b"\0", BASE.encode()))
                for sourced_id, body in rows
            }
    return held


async def _at_once() -> None:
    return


async def test_every_pull_is_one_edition_while_thousands_of_rows_change(
    owner: Database, engine_database: Database, service: Service
) -> None:
    configuration = await new_configuration(
        owner, student_domain_policy="provider", staff_domain_policy="provider"
    )
    town = Town(owner, engine_database, configuration, random.Random(3))
    await town.begin()
    trigger = await service.client(configuration, name="trigger")
    assert (await trigger.get("/users?limit=1&offset=0")).status_code == 200
    consumers = [
        Consumer("links by 50", _follow_links, 50, ACTIVE),
        Consumer("links by 50, sorted", _follow_links, 50, SORTED),
        Consumer("offsets by 7", _until_a_short_page, 7),
        Consumer("offsets by 50 in parallel", _until_a_short_page, 50, ACTIVE, in_parallel=True),
        Consumer("offsets by 1000 in parallel", _until_a_short_page, 1000, SORTED, True),
        Consumer("a token per collection", _until_the_count, 50),
    ]
    clients = [
        await service.client(configuration, name=each.name.replace(" ", "-")) for each in consumers
    ]
    editions = Editions()

    await asyncio.gather(
        _write(town, trigger, editions),
        *(
            each.pull_until_the_end(town, client, editions)
            for each, client in zip(consumers, clients, strict=True)
        ),
    )

    assert town.changed > 3000
    assert {each.name: each.overtaken for each in consumers if not each.overtaken} == {}
    for each, client in zip(consumers, clients, strict=True):
        roster, _ = await each.pull(client, _at_once)
        each.check(roster)
        users = {user["sourcedId"]: user["givenName"] for user in roster["users"]}
        assert users == town.users(), each.name
        assert town.memberships() == {
            (one["user"]["sourcedId"], one["class"]["sourcedId"])
            for one in roster["enrollments"]
            if one["role"] == "student"
        }
        assert {one["sourcedId"] for one in roster["classes"]} == set(town.class_places)
