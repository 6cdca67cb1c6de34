"""Any history of changes, published step by step, ends in the roster that one whole publication gives.

Each history is a sequence of random changes to `sis`, `usernames` and `access`, with the date moving
on, from a fixed seed. After every step:

- every reference of the roster resolves, and no two active users share a name;
- an object's `dateLastModified` moved if and only if its content or its status did;
- what dropped out is a tombstone;
- a publication made to read the whole finds nothing to change.

At the end the roster is thrown away and published anew: its active objects are the same.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, func, select, update

from services.username_engine.engine.validation import UsernameError
from services.username_engine.errors import NoUsernameError
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.releasing import Persons, set_sync
from shared.clock import Clock
from shared.database import Database
from shared.tables import access, roster, sis, usernames
from tests.arranging import (
    FIRST_DAY,
    LAST_DAY,
    YEAR,
    Arranged,
    Place,
    add_class,
    add_demographics,
    add_guardian,
    add_guardianship,
    add_location,
    add_person,
    add_school,
    change,
    change_configuration,
    new_configuration,
    raise_counter,
    remove,
    write,
)
from tests.oneroster.conftest import Publishing

SEEDS = range(4)
STEPS = 25

# Quotes, spaces, signs that URLs and JSON escape, and code points on both sides of the surrogates:
# UTF-16 would order the last two the other way round.
ODD_IDS = ('a"b', "a,b", "a b", "é", "A", "a", "ſ", "\uffee", "\U0001f600", "x" * 255, "%2F", "a&b")
GIVEN_NAMES = ("Jan", "Piet", "Jan", "Łukasz", "Đặng", "O'Neill")

Step = Callable[[], Awaitable[None]]
Objects = dict[tuple[str, str], dict[str, Any]]


@dataclass
class History:
    """One configuration and what a random generator does to it."""

    owner: Database
    engine: Database
    configuration: Arranged
    chance: random.Random
    with_courses: bool
    dated: float
    """How often a row begins or ends in the course of the year; else it holds all year."""
    today: date = date(2024, 10, 15)
    schools: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    guardians: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        for school in range(2):
            number = await add_school(
                self.owner,
                self.configuration,
                student_domain=f"leerling{school}.be",
                staff_domain=f"school{school}.be",
                code=f"S{school}",
            )
            self.schools.append(number)
            for location in ("1", "2"):
                self.places.append(
                    await add_location(
                        self.owner, self.configuration, number, location, chosen={}, name=location
                    )
                )
        if self.with_courses:
            await self.course()
        for _ in range(4):
            await self.new_class()
        for _ in range(8):
            await self.new_person()
            await self.enrol()
            await self.join_class()
        for _ in range(4):
            await self.new_person()
            await self.employ()
            await self.teach()
        for _ in range(4):
            await self.guard()
            await self.tell()

    # What can happen. Each picks its own objects; many do nothing that is served, which is meant.

    def day(self) -> date:
        """Often about today, where things begin and end."""
        near = self.today + timedelta(days=self.chance.randint(-3, 3))
        anywhere = FIRST_DAY + timedelta(days=self.chance.randint(0, 302))
        return min(max(self.chance.choice((near, near, anywhere, FIRST_DAY)), FIRST_DAY), LAST_DAY)

    def span(self) -> dict[str, Any]:
        if self.chance.random() > self.dated:
            return {"start_date": FIRST_DAY, "end_date": None}
        start, end = sorted((self.day(), self.day()))
        return {"start_date": start, "end_date": self.chance.choice((None, None, end))}

    async def new_person(self) -> None:
        odd = [each for each in ODD_IDS if each not in self.persons]
        person = self.chance.choice(odd) if odd else f"person-{self.chance.getrandbits(48):012x}"
        name = self.chance.choice(GIVEN_NAMES)
        self.persons.append(
            await add_person(self.owner, self.configuration, name, "Peeters", person_id=person)
        )

    async def rename(self) -> None:
        columns: dict[str, Any] = self.chance.choice(
            (
                {"given_name": self.chance.choice(GIVEN_NAMES)},
                {"email": self.chance.choice((None, "", "a@b.be"))},
                {"identifier": self.chance.choice((None, "", "id"))},
                {"birth_date": self.day()},
                {"grades": self.chance.choice(([], ["6"]))},
                {"user_flags": self.chance.choice(([], ["iep", "ell"]))},
            )
        )
        await change(self.owner, self.configuration, sis.person, {"id": self.person()}, **columns)

    async def enrol(self) -> None:
        place = self.chance.choice(self.places)
        await self._write(
            sis.enrolment,
            person_id=self.person(),
            school_number=place.school_number,
            location_number=place.number,
            school_year=YEAR,
            **self.span(),
        )

    async def move_on(self) -> None:
        """Left the one place yesterday, at another from today or soon."""
        person, place = self.person(), self.chance.choice(self.places)
        begins = self.today + timedelta(days=self.chance.randint(0, 9))
        await change(
            self.owner,
            self.configuration,
            sis.enrolment,
            {"person_id": person, "end_date": None, "start_date": FIRST_DAY},
            end_date=max(FIRST_DAY, begins - timedelta(days=1)),
        )
        await self._write(
            sis.enrolment,
            person_id=person,
            school_number=place.school_number,
            location_number=place.number,
            school_year=YEAR,
            start_date=begins,
            end_date=None,
        )

    async def employ(self) -> None:
        await self._write(
            sis.staff,
            person_id=self.person(),
            school_number=self.chance.choice(self.schools),
            location_number=self.chance.choice(("", "", "1", "2")),
            school_year=YEAR,
            is_primary=self.chance.random() < 0.5,
            roles=self.chance.choice(([], ["principal"], ["Aide", "teacher"], ["coach"])),
            **self.span(),
        )

    async def join_class(self) -> None:
        # Of its own id now and then, as from a OneRoster file.
        sourced_id = self.chance.choice(("", "", f"E{self.chance.getrandbits(40)}"))
        await self._write(
            sis.class_enrolment,
            person_id=self.person(),
            class_id=self.chance.choice(self.classes),
            sourced_id=sourced_id,
            **self.span(),
        )

    async def teach(self) -> None:
        await self._write(
            sis.class_duty,
            person_id=self.person(),
            class_id=self.chance.choice(self.classes),
            duty=self.chance.choice((1, 2, 2, 2)),
            **self.span(),
        )

    async def new_class(self) -> None:
        self.classes.append(
            await add_class(
                self.owner,
                self.configuration,
                self.chance.choice(self.places),
                self.chance.choice(("6j", "1a")),
                class_id=f"class-{len(self.classes)}",
                number=str(1000 + len(self.classes)),
                code=self.chance.choice(("6J", "1A")),
                course_sourced_id=self.chance.choice((None, "course-0")),
            )
        )

    async def change_class(self) -> None:
        place = self.chance.choice(self.places)
        columns: dict[str, Any] = self.chance.choice(
            (
                {"school_number": place.school_number, "location_number": place.number},
                {"number": str(5000 + self.chance.randint(0, 10**6))},
                {"name": self.chance.choice(("6j", None, "3c"))},
                {"school_year": self.chance.choice((YEAR, "2025-26"))},
                {"course_sourced_id": self.chance.choice((None, "course-0", "unknown"))},
                {"grades": self.chance.choice(([], ["6"]))},
            )
        )
        where = {"id": self.chance.choice(self.classes)}
        await change(self.owner, self.configuration, sis.class_, where, **columns)

    async def remove_something(self) -> None:
        person, class_ = self.person(), self.chance.choice(self.classes)
        place = self.chance.choice(self.places)
        what = self.chance.choice(
            (
                (sis.person, {"id": person}),
                (sis.enrolment, {"person_id": person}),
                (sis.staff, {"person_id": person}),
                (sis.class_enrolment, {"person_id": person}),
                (sis.class_duty, {"class_id": class_}),
                (sis.class_, {"id": class_}),
                (sis.location, {"sourced_id": place.sourced_id}),
                (sis.demographics, {"person_id": person}),
            )
        )
        if self.chance.random() < 0.5:
            await remove(self.owner, self.configuration, what[0], **what[1])
        else:
            await change(self.owner, self.configuration, what[0], what[1], removed_at=None)

    async def change_location(self) -> None:
        place = self.chance.choice(self.places)
        columns: dict[str, Any] = self.chance.choice(
            (
                {"active": self.chance.random() < 0.6},
                {"name": self.chance.choice(("Noord", "Zuid"))},
                {
                    "parent_sourced_id": self.chance.choice(
                        (None, self.places[0].sourced_id, "away")
                    )
                },
            )
        )
        where = {"sourced_id": place.sourced_id}
        await change(self.owner, self.configuration, sis.location, where, **columns)

    async def course(self) -> None:
        await self._write(
            sis.course,
            sourced_id="course-0",
            title=self.chance.choice(("Wiskunde", "Latijn")),
            org_sourced_id=self.chance.choice((None, self.places[0].sourced_id, "district")),
        )

    async def term(self) -> None:
        await self._write(
            sis.term,
            sourced_id="term-1",
            title=self.chance.choice(("T1", "T2")),
            type="term",
            start_date=FIRST_DAY,
            end_date=date(2024, 12, 20),
            parent_sourced_id=self.chance.choice((None, YEAR)),
            school_year_label=YEAR,
        )

    async def choose(self) -> None:
        choices: dict[str, Any] = self.chance.choice(
            (
                {"future_students": self.chance.random() < 0.5},
                {"enabled_user": self.chance.random() < 0.5},
                {"keep_guardians": self.chance.random() < 0.6},
                {"keep_demographics": self.chance.random() < 0.6},
                {"keep_user_flags": self.chance.random() < 0.6},
                {"class_title_format": self.chance.choice(("{klas}", "{schoolyear} {klas}"))},
                {"student_domain_policy": self.chance.choice(("tenant", "provider"))},
                {"staff_domain_policy": self.chance.choice(("tenant", "provider"))},
            )
        )
        await change_configuration(self.owner, self.configuration, **choices)

    async def choose_location(self) -> None:
        """A location taken out of the configuration, put back, or given a domain of its own."""
        place, table = self.chance.choice(self.places), access.location
        own = (
            (table.c.configuration_id == self.configuration.id)
            & (table.c.school_number == place.school_number)
            & (table.c.number == place.number)
        )
        async with self.owner.transaction() as connection:
            await connection.execute(
                update(access.school)
                .where(access.school.c.number == place.school_number)
                .values(all_locations=self.chance.random() < 0.3)
            )
            await connection.execute(delete(table).where(own))
            if self.chance.random() < 0.7:
                await connection.execute(
                    table.insert().values(
                        configuration_id=self.configuration.id,
                        school_number=place.school_number,
                        number=place.number,
                        student_domain=self.chance.choice((None, "vti.be")),
                    )
                )
            await raise_counter(connection, access.revision, self.configuration.id)

    async def guard(self) -> None:
        """A new guardian, or another child of one, who may be on staff or a student himself."""
        if not self.guardians or self.chance.random() < 0.5:
            known = self.chance.choice((None, self.person()))
            self.guardians.append(known or f"guardian-{self.chance.getrandbits(40)}")
        guardian = self.chance.choice(self.guardians)
        await add_guardian(
            self.owner,
            self.configuration,
            guardian_id=guardian,
            role=self.chance.choice(("parent", "relative", "neighbour")),
            source_username=self.chance.choice(self.source_names()),
            removed_at=None,
        )
        child = self.chance.choice((self.person(), guardian))
        await add_guardianship(self.owner, self.configuration, child, guardian)

    def source_names(self) -> tuple[str | None, ...]:
        """Few, so that guardians share them, some with persons."""
        edited = f"NAAM{self.chance.randint(0, 20)}"
        return (None, "jan.peeters", edited, "Ouder", "ouder", f"ouder{self.chance.randint(0, 3)}")

    async def change_guardian(self) -> None:
        columns: dict[str, Any] = self.chance.choice(
            (
                {"email": self.chance.choice((None, "a@b.be"))},
                {"role": self.chance.choice(("guardian", "neighbour"))},
                {"source_username": self.chance.choice(self.source_names())},
                {"identifier": self.chance.choice((None, "id"))},
                {"removed_at": self.chance.choice((None, Clock.now()))},
            )
        )
        where = {"id": self.chance.choice(self.guardians)}
        await change(self.owner, self.configuration, sis.guardian, where, **columns)

    async def change_guardianship(self) -> None:
        """Relations removed, or brought back, of one child or of one guardian."""
        where = self.chance.choice(
            (
                {"guardian_id": self.chance.choice(self.guardians)},
                {"person_id": self.person()},
            )
        )
        removed = self.chance.choice((None, Clock.now(), Clock.now()))
        await change(self.owner, self.configuration, sis.guardianship, where, removed_at=removed)

    async def tell(self) -> None:
        fields = self.chance.choice(
            (
                {},
                {"sex": self.chance.choice(("male", "unspecified", "x y"))},
                {"birthDate": "2010-01-01"},
                {"sex": "female", "asian": "true", "cityOfBirth": "Gent"},
            )
        )
        await add_demographics(self.owner, self.configuration, self.person(), **fields)

    async def set_sync(self) -> None:
        try:
            await set_sync(
                self.engine,
                Clock(self.today),
                self.configuration.id,
                Persons([self.person()]),
                self.chance.random() < 0.6,
                actor="test",
                future_students=True,
            )
        except NoUsernameError:
            return

    async def edit(self) -> None:
        await self._edit(self.person(), f"naam{self.chance.randint(0, 20)}")

    async def swap(self) -> None:
        """Two persons exchange their names over a third (M, Bijlage 2, case 13)."""
        table = usernames.username.c
        async with self.owner.transaction() as connection:
            rows = await connection.execute(
                select(table.person_id, table.local_part)
                .where(table.configuration_id == self.configuration.id)
                .order_by(table.person_id)
            )
            named = {row.person_id: row.local_part for row in rows}
        if len(named) < 2:
            return
        one, other = self.chance.sample(sorted(named), 2)
        await self._edit(one, "tussenin")
        await self._edit(other, named[one])
        await self._edit(one, named[other])

    async def _edit(self, person: str, name: str) -> None:
        typed = (name, f"{name}@vti.be")
        for each in self.chance.sample(typed, 2):
            try:
                await edit_username(
                    self.engine,
                    Clock(self.today),
                    self.configuration.id,
                    person,
                    each,
                    actor="test",
                    future_students=True,
                )
            except (NoUsernameError, UsernameError):
                continue
            else:
                return

    async def days_pass(self) -> None:
        self.today = min(self.today + timedelta(days=self.chance.randint(1, 9)), date(2025, 8, 1))

    async def set_back(self) -> None:
        self.today -= timedelta(days=self.chance.randint(1, 5))

    async def step(self) -> None:
        """Some changes before the next publication."""
        steps: list[Step] = [
            *(self.new_person, self.rename, self.enrol, self.enrol, self.move_on, self.employ),
            *(self.join_class, self.join_class, self.teach, self.new_class, self.change_class),
            *(self.remove_something, self.remove_something, self.set_sync, self.edit, self.swap),
            *(self.days_pass, self.days_pass, self.rename, self.employ, self.teach),
            *(self.guard, self.change_guardian, self.change_guardianship, self.tell),
        ]
        if self.chance.random() < 0.15:
            # What makes the next publication read the whole.
            steps += [self.change_location, self.choose, self.choose_location, self.set_back] * 3
            steps += [self.term, *([self.course] if self.with_courses else [])]
        for step in self.chance.choices(steps, k=self.chance.randint(1, 4)):
            self.told.append(step.__name__)
            await step()

    def person(self) -> str:
        return self.chance.choice(self.persons)

    async def _write(self, table: Any, **row: Any) -> None:
        await write(self.owner, self.configuration, table, {"removed_at": None, **row})


@pytest.mark.parametrize("seed", SEEDS)
async def test_step_by_step_is_as_good_as_whole(
    owner: Database, engine_database: Database, publishing: Publishing, seed: int
) -> None:
    chance = random.Random(seed)
    configuration = await new_configuration(
        owner,
        future_students=chance.random() < 0.5,
        student_domain_policy="provider",
        staff_domain_policy="provider",
        keep_guardians=True,
        keep_demographics=True,
        keep_user_flags=True,
    )
    history = History(
        owner,
        engine_database,
        configuration,
        chance,
        with_courses=seed % 4 == 0,
        dated=chance.choice((0.1, 0.6)),
    )
    await history.begin()
    await publishing.publish(configuration, history.today)
    before = await _objects(owner, configuration)
    for _ in range(STEPS):
        history.told.append("|")
        await history.step()
        published = await publishing.publish(configuration, history.today)
        after = await _objects(owner, configuration)

        assert bool(published.changed) == (before != after), history.told
        _check_stamps(before, after, history.told)
        _check_references(after, history.told)
        if chance.random() < 0.4:
            await _forget_rendering(owner, configuration)
            whole = await publishing.publish(configuration, history.today)
            assert whole.changed == 0, (history.told, whole.edition.counts)
        again = await publishing.publish(configuration, history.today)
        assert again.changed == 0, history.told
        before = after

    await _forget_roster(owner, configuration)
    await publishing.publish(configuration, history.today)
    assert _active(await _objects(owner, configuration)) == _active(before), history.told


def _check_stamps(before: Objects, after: Objects, told: list[str]) -> None:
    assert before.keys() <= after.keys(), told
    for key, served in after.items():
        stood = before.get(key)
        if stood is None:
            assert served["status"] == "active", (key, told)
            continue
        moved = served["dateLastModified"] > stood["dateLastModified"]
        same = _content(served) == _content(stood) and served["status"] == stood["status"]
        assert moved != same, (key, told)
        if served["status"] != "active":
            assert _content(served) == _content(stood), (key, told)


def _check_references(objects: Objects, told: list[str]) -> None:
    active = _active(objects)
    users = {key: body for (kind, key), body in active.items() if kind == "users"}
    names = [body["username"].casefold() for body in users.values() if "username" in body]
    assert len(names) == len(set(names)), told
    for user, body in users.items():
        assert body["orgs"], (user, told)
        whole = "username" if body["role"] in ("student", "teacher") else "agents"
        assert body[whole], (user, told)
        for agent in body.get("agents", ()):
            # In both directions, and never of oneself.
            backwards = users[agent["sourcedId"]].get("agents", ())
            assert user in {each["sourcedId"] for each in backwards}, (user, told)
            assert agent["sourcedId"] != user, (user, told)
    for key, body in active.items():
        if key[0] == "demographics":
            assert key[1] in users, (key, told)
        for reference in _references(body):
            path = reference["href"].split("/")[1]
            table = "academic_sessions" if path == "academicSessions" else path
            assert (table, reference["sourcedId"]) in active, (key, reference, told)


def _references(body: dict[str, Any]) -> list[dict[str, str]]:
    values = [
        each for value in body.values() for each in (value if isinstance(value, list) else [value])
    ]
    return [value for value in values if isinstance(value, dict) and "href" in value]


def _content(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in body if name not in ("status", "dateLastModified")}


def _active(objects: Objects) -> Objects:
    return {key: _content(body) for key, body in objects.items() if body["status"] == "active"}


async def _objects(owner: Database, configuration: Arranged) -> Objects:
    """The current version of every object, tombstones too; one version each."""
    found: Objects = {}
    async with owner.transaction() as connection:
        for table in roster.COLLECTIONS:
            rows = await connection.execute(
                select(
                    table.c.sourced_id,
                    table.c.active,
                    table.c.body,
                    func.coalesce(table.c.body_v1p2, table.c.body),
                    table.c.fields,
                ).where(
                    table.c.configuration_id == configuration.id, table.c.until_edition.is_(None)
                )
            )
            for sourced_id, active, body, body_v1p2, fields in rows:
                assert (table.name, sourced_id) not in found
                served = orjson.loads(body.replace(b"\0", b""))
                later = orjson.loads(body_v1p2.replace(b"\0", b""))
                assert served["status"] == ("active" if active else "tobedeleted")
                for name in ("sourcedId", "status", "dateLastModified"):
                    assert later[name] == served[name]
                found[table.name, sourced_id] = served | {"1.2": _content(later), "fields": fields}
    return found


async def _forget_rendering(owner: Database, configuration: Arranged) -> None:
    """Makes the next publication read the whole and compare it with what stands."""
    async with owner.transaction() as connection:
        await connection.execute(
            update(roster.edition)
            .where(roster.edition.c.configuration_id == configuration.id)
            .values(rendering="another")
        )


async def _forget_roster(owner: Database, configuration: Arranged) -> None:
    async with owner.transaction() as connection:
        for table in (*roster.COLLECTIONS, roster.edition):
            await connection.execute(
                delete(table).where(table.c.configuration_id == configuration.id)
            )
