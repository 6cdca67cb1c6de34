"""What is sent, over long random histories, by the internal API; held against plain Python."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta

import httpx
import orjson
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from services.username_engine.app import create_app
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from services.username_engine.usernames.domain_policies import follow_domain_policies
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.releasing import Persons, set_sync
from shared.clock import Clock
from shared.database import Database
from shared.roles import Role
from shared.security import ServiceTokenAuth
from shared.settings import EngineSettings
from shared.tables import access, sis
from tests.arranging import (
    Place,
    add_location,
    add_school,
    change,
    change_configuration,
    new_configuration,
    raise_counter,
    random_school_number,
)
from tests.conftest import TestDatabase
from tests.username_engine.comings_and_goings import YEARS, Source
from tests.username_engine.ledger_oracle import Person
from tests.username_engine.resolving_oracle import Location, Policy, Roster

STEPS = 200
TOKEN = SecretStr("a-service-token-for-tests-of-the-engine")
_SURNAMES = "abcdefghijklmnopqrstuvwxyz"


@asynccontextmanager
async def _internal_api(
    database: TestDatabase, engine_database: Database
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        EngineSettings(database_url=SecretStr(database.url(Role.ENGINE)), service_token=TOKEN)
    )
    app.state.database = engine_database
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://engine", auth=ServiceTokenAuth(TOKEN)
    ) as client:
        yield client


class _History:
    """One configuration in the database and in the oracle, to which the same happens."""

    def __init__(
        self,
        engine: Database,
        client: httpx.AsyncClient,
        source: Source,
        oracle: Roster,
        seed: int,
    ) -> None:
        self.engine, self.client, self.source, self.oracle = engine, client, source, oracle
        self.oracle.persons = source.persons
        self.random = random.Random(seed)
        self.today = date(2024, 9, 16)
        self.told: list[str] = []

    @property
    def day(self) -> date:
        return self.source.year.held(self.today)

    async def step(self) -> None:
        actions = {
            self.comes_as_student: 5,
            self.comes_as_staff: 3,
            self.also_is_elsewhere: 6,
            self.leaves: 4,
            self.moves: 5,
            self.is_removed: 1,
            self.is_restored: 1,
            self.gets_a_domain_of_his_own: 3,
            self.sync_is_turned: 2,
            self.days_pass: 5,
            self.the_year_ends: 1,
            self.a_location_opens_or_closes: 1,
            self.a_domain_changes: 1,
            self.another_assigns_staffs_domain: 1,
        }
        action = self.random.choices(list(actions), list(actions.values()))[0]
        self.told.append(f"{self.today} {action.__name__}")
        await action()

    async def comes_as_student(self) -> None:
        await self._studies(await self._newcomer())

    async def comes_as_staff(self) -> None:
        await self._works(await self._newcomer())

    async def also_is_elsewhere(self) -> None:
        if person := self._someone():
            await (self._works if self.random.random() < 0.4 else self._studies)(person)

    async def leaves(self) -> None:
        if person := self._someone():
            for stay in (*person.enrolments, *person.memberships):
                if stay.is_known_for(self.source.year, self.day) and self.random.random() < 0.7:
                    await self.source.end(person, stay, self._near(-1, 0, 6))

    async def moves(self) -> None:
        """To another location on a day, or after a day in between."""
        if person := self._someone():
            for stay in person.enrolled(self.source.year, self.day):
                if stay.end is None:
                    last = max(self._near(-1, 0, 4), stay.start)
                    await self.source.end(person, stay, last)
                    first = last + timedelta(days=self.random.choice((1, 1, 3)))
                    await self.source.enrol(person, self._place(), first)

    async def is_removed(self) -> None:
        person = self._someone()
        if person and not person.removed:
            await self.source.remove(person, datetime.combine(self.today, time(8), UTC))

    async def is_restored(self) -> None:
        if gone := [person for person in self.source.persons.values() if person.removed]:
            await self.source.restore(self.random.choice(gone))

    async def gets_a_domain_of_his_own(self) -> None:
        if self.oracle.names and "provider" in (self.oracle.students, self.oracle.staff):
            person = self.random.choice(list(self.oracle.names))
            if self._policy_of(person) == "provider":
                name = self.oracle.names[person]
                name.domain = self.random.choice(("own.be", "else.be"))
                typed = f"{name.local_part}@{name.domain}"
                await edit_username(
                    self.engine,
                    Clock(self.today),
                    self.source.configuration.id,
                    person,
                    typed,
                    actor="tests",
                    future_students=True,
                )

    async def sync_is_turned(self) -> None:
        if self.oracle.names:
            person = self.random.choice(list(self.oracle.names))
            name = self.oracle.names[person]
            name.sync = not name.sync
            await set_sync(
                self.engine,
                Clock(self.today),
                self.source.configuration.id,
                Persons([person]),
                name.sync,
                actor="tests",
                future_students=True,
            )

    async def days_pass(self) -> None:
        self.today += timedelta(days=self.random.choice((1, 1, 2, 4, 20)))

    async def the_year_ends(self) -> None:
        """To July, or to August or autumn, with the switch or without."""
        year, following = self.source.year, YEARS[YEARS.index(self.source.year) + 1 :]
        month, day = self.random.choice(((7, 5), (8, 20), (9, 10)))
        self.today = max(self.today, date(year.end.year, month, day))
        if not following or month == 7 or self.random.random() < 0.3:
            return
        self.source.year = following[0]
        await change_configuration(
            self.source.owner, self.source.configuration, active_school_year=following[0].label
        )
        for person in self.source.persons.values():
            if not person.removed and self.random.random() < 0.5:
                start = following[0].start
                if person.memberships:
                    await self.source.employ(person, person.memberships[-1].school, start)
                else:
                    await self.source.enrol(person, self._place(), start)

    async def a_location_opens_or_closes(self) -> None:
        location = self.random.choice(self.oracle.locations)
        location.active = not location.active
        where = {"school_number": location.school, "number": location.number}
        await change(
            self.source.owner,
            self.source.configuration,
            sis.location,
            where,
            active=location.active,
        )

    async def a_domain_changes(self) -> None:
        location = self.random.choice(self.oracle.locations)
        location.domain = self.random.choice(("moved.be", "a.be", None))
        of_location = access.location.c
        async with self.source.owner.transaction() as connection:
            await connection.execute(
                update(access.location)
                .where(
                    of_location.configuration_id == self.source.configuration.id,
                    of_location.school_number == location.school,
                    of_location.number == location.number,
                )
                .values(student_domain=location.domain)
            )
            await raise_counter(connection, access.revision, self.source.configuration.id)

    async def another_assigns_staffs_domain(self) -> None:
        before = self._policies()
        policy: Policy = "tenant" if self.oracle.staff == "provider" else "provider"
        self.oracle.turn_staff_round(policy, self.source.year, self.day)
        configuration, table = self.source.configuration, access.configuration
        async with self.source.owner.transaction() as connection:
            await connection.execute(
                update(table)
                .where(table.c.id == configuration.id)
                .values(staff_domain_policy=policy)
            )
            await raise_counter(connection, access.revision, configuration.id)
            await follow_domain_policies(
                connection,
                configuration.id,
                before,
                self._policies(),
                today=self.today,
                actor="tests",
            )

    async def compare(self) -> None:
        """On the reference date, and on one to come within the year."""
        path = f"/internal/v1/configurations/{self.source.configuration.id}/usernames"
        day = {"reference_date": self.day.isoformat()}
        (await self.client.post(f"{path}/create", json=day)).raise_for_status()
        self.oracle.create(self.source.year, self.day)
        days = timedelta(days=self.random.choice((0, 0, 0, 1, 3, 8)))
        asked = self.source.year.held(self.day + days)
        answer = await self.client.post(
            f"{path}/resolve", json={"reference_date": asked.isoformat()}
        )
        *lines, last = [orjson.loads(line) for line in answer.content.splitlines()]
        names = [tuple(pair) for line in lines for pair in line]
        assert last == {"count": len(names)}
        expected = self.oracle.sent(self.source.year, asked)
        assert dict(names) == expected, "\n".join([*self.told, f"asked for {asked}"])

    def _policies(self) -> DomainPolicies:
        return DomainPolicies(DomainPolicy(self.oracle.students), DomainPolicy(self.oracle.staff))

    def _policy_of(self, person_id: str) -> Policy:
        """By which an edit is judged: who left counts as what he was."""
        person = self.source.persons[person_id]
        enrolled = [
            stay
            for stay in person.enrolled(self.source.year, self.day)
            if any(
                each.active
                for each in self.oracle.locations
                if (each.school, each.number) == (stay.school, stay.location)
            )
        ]
        if person.working(self.source.year, self.day) or (person.memberships and not enrolled):
            return self.oracle.staff
        return self.oracle.students

    def _someone(self) -> Person | None:
        persons = list(self.source.persons.values())
        return self.random.choice(persons) if persons else None

    def _near(self, *days: int) -> date:
        return self.today + timedelta(days=self.random.choice(days))

    def _place(self) -> Place:
        location = self.random.choice(self.oracle.locations)
        return Place(location.school, location.number, "")

    async def _newcomer(self) -> Person:
        number = len(self.source.persons)
        family = _SURNAMES[number // 26] + _SURNAMES[number % 26]
        return await self.source.add(Person(f"p{number:03d}", "An", family))

    async def _studies(self, person: Person) -> None:
        if not person.removed:
            start = self._near(-9, -1, 0, 0, 3, 12)
            end = start + timedelta(days=10) if self.random.random() < 0.2 else None
            await self.source.enrol(person, self._place(), start, end)

    async def _works(self, person: Person) -> None:
        if not person.removed:
            is_primary = self.random.random() < 0.5
            school = self._place().school_number
            await self.source.employ(person, school, self._near(-9, 0, 0, 5), is_primary=is_primary)


async def _begun(
    owner: Database,
    engine_database: Database,
    client: httpx.AsyncClient,
    policies: tuple[Policy, Policy],
    seed: int,
) -> _History:
    students, staff = policies
    configuration = await new_configuration(
        owner,
        school_year=False,
        student_domain_policy=students,
        staff_domain_policy=staff,
    )
    source = Source(owner, configuration)
    await source.add_years()
    oracle = Roster(students, staff, [], {})
    numbers = sorted(random_school_number() for _ in range(3))
    for number, locations in zip(numbers, (("9", "10"), ("9",), ("2",)), strict=True):
        # The last school has no domains.
        staff_domain = None if locations == ("2",) else f"staff.{number}.be"
        oracle.staff_domains[number] = staff_domain
        await add_school(owner, configuration, number, staff_domain=staff_domain)
        for location in locations:
            domain = staff_domain and f"l{location}.{number}.be"
            oracle.locations.append(Location(number, location, domain))
            await add_location(
                owner, configuration, number, location, chosen={"student_domain": domain}
            )
    return _History(engine_database, client, source, oracle, seed)


@pytest.mark.parametrize(
    ("policies", "seed"),
    [
        (("provider", "provider"), 1),
        (("provider", "tenant"), 2),
        (("tenant", "provider"), 3),
    ],
)
async def test_every_name_is_sent_as_it_should_be_whatever_happened_before(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    policies: tuple[Policy, Policy],
    seed: int,
) -> None:
    async with _internal_api(database, engine_database) as client:
        history = await _begun(owner, engine_database, client, policies, seed)
        for step in range(STEPS):
            await history.step()
            # Two things may come in one import.
            if step % 2:
                await history.compare()
    assert len(history.oracle.names) > 10
