"""The ledger of names over long random histories, held against an oracle in plain Python."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar

import pytest

from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.validation import UsernameError
from services.username_engine.errors import NotYetEditableError
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from shared.clock import Clock
from shared.database import Database
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    change_configuration,
    new_configuration,
    random_school_number,
)
from tests.username_engine.comings_and_goings import YEARS, Source
from tests.username_engine.ledger_oracle import Ledger, Name, NotYet, Person, Taken
from tests.username_engine.looking import names_of

STEPS = 200
GIVEN, FAMILY = ("Bert", "B", "An"), ("Ameel", "Bal", "Aerts")


class _Passing(Clock):
    """A clock whose time is in its day, a little later at every look."""

    day: ClassVar[date]
    looks: ClassVar[int]

    def __init__(self, day: date) -> None:
        super().__init__()
        _Passing.day, _Passing.looks = day, 0

    def today(self) -> date:
        return _Passing.day

    @classmethod
    def next_look(cls) -> datetime:
        return datetime.combine(cls.day, time(8), UTC) + timedelta(seconds=cls.looks + 1)

    @staticmethod
    def now() -> datetime:
        moment = _Passing.next_look()
        _Passing.looks += 1
        return moment


class _History:
    """One configuration in the database and in the oracle, to which the same happens."""

    def __init__(
        self, engine: Database, source: Source, places: list[Place], oracle: Ledger, seed: int
    ) -> None:
        self.engine, self.source, self.places, self.oracle = engine, source, places, oracle
        self.oracle.persons = source.persons
        self.random = random.Random(seed)
        self.clock = _Passing(date(2024, 9, 16))
        self.told: list[str] = []

    @property
    def today(self) -> date:
        return self.clock.today()

    @property
    def configuration(self) -> Arranged:
        return self.source.configuration

    async def step(self) -> None:
        actions = {
            self.comes: 8,
            self.leaves: 5,
            self.comes_back: 4,
            self.changes_school: 2,
            self.is_removed: 2,
            self.is_restored: 2,
            self.has_another_official_name: 2,
            self.is_edited: 8,
            self.days_pass: 4,
            self.the_year_ends: 1,
        }
        action = self.random.choices(list(actions), list(actions.values()))[0]
        self.told.append(f"{self.today} {action.__name__}")
        await action()

    async def comes(self) -> None:
        # Not in the order of their coming: among equals the lower id goes first.
        person_id = f"{self.random.randrange(10**9):09d}"
        person = Person(person_id, self.random.choice(GIVEN), self.random.choice(FAMILY))
        await self._arrives(await self.source.add(person), self.random.choice((-9, -1, 0, 0, 12)))

    async def comes_back(self) -> None:
        person = self._someone()
        if person and not person.removed:
            await self._arrives(person, self.random.choice((0, 0, 5)))

    async def leaves(self) -> None:
        person = self._someone()
        for stay in [] if person is None else [*person.enrolments, *person.memberships]:
            assert person
            if stay.year == self.source.year and stay.end is None and stay.removed is None:
                days = timedelta(days=self.random.choice((0, 1)))
                await self.source.end(person, stay, self.today - days)

    async def changes_school(self) -> None:
        person, year = self._someone(), self.source.year
        for stay in [] if person is None else person.enrolled(year, year.held(self.today)):
            assert person
            if stay.end is None and stay.start < self.today:
                await self.source.end(person, stay, self.today - timedelta(days=1))
                await self.source.enrol(person, self.random.choice(self.places), self.today)

    async def is_removed(self) -> None:
        person = self._someone()
        if person and not person.removed:
            await self.source.remove(person, datetime.combine(self.today, time(8), UTC))

    async def is_restored(self) -> None:
        if gone := [person for person in self.source.persons.values() if person.removed]:
            await self.source.restore(self.random.choice(gone))

    async def has_another_official_name(self) -> None:
        if person := self._someone():
            names = self.random.choice(GIVEN), self.random.choice(FAMILY)
            await self.source.rename(person, *names)

    async def is_edited(self) -> None:
        if not self.oracle.names:
            return
        person, typed = self.random.choice(list(self.oracle.names)), self._typed()
        self.told.append(f"  {person} {self.oracle.names[person].local_part} -> {typed}")
        expected: type[Exception] | None = None
        try:
            self.oracle.edit(person, typed, self.source.year, self.today, _Passing.next_look())
        except (Taken, NotYet) as error:
            expected = type(error)
        assert await self._refusal(person, typed) is expected, "\n".join(self.told)

    async def _refusal(self, person: str, typed: str) -> type[Exception] | None:
        """Why the engine refuses the edit, in the oracle's words."""
        try:
            await edit_username(
                self.engine, self.clock, self.configuration.id, person, typed, actor="tests"
            )
        except UsernameError as error:
            return Taken if error.code is MessageCode.TAKEN else UsernameError
        except NotYetEditableError:
            return NotYet
        return None

    async def days_pass(self) -> None:
        self._later(self.today + timedelta(days=self.random.choice((1, 3, 29, 30, 31))))

    async def the_year_ends(self) -> None:
        """To July, or to August or autumn, with the switch or without."""
        year, following = self.source.year, YEARS[YEARS.index(self.source.year) + 1 :]
        month, day = self.random.choice(((7, 5), (8, 20), (9, 10)))
        self._later(max(self.today, date(year.end.year, month, day)))
        if not following or month == 7 or self.random.random() < 0.2:
            return
        self.source.year = following[0]
        await change_configuration(
            self.source.owner, self.configuration, active_school_year=following[0].label
        )
        for person in self.source.persons.values():
            if not person.removed and self.random.random() < 0.4:
                place = self.random.choice(self.places)
                await self.source.enrol(person, place, following[0].start)

    async def names_are_made(self) -> None:
        self.oracle.create(self.source.year, self.today)
        await create_missing(self.engine, self.clock, self.configuration.id)

    async def compare(self) -> None:
        found = await names_of(self.source.owner, self.configuration)
        there = {person: Name(name.local_part, name.sync) for person, name in found.items()}
        assert there == self.oracle.names, "\n".join(self.told)

    def _someone(self) -> Person | None:
        persons = list(self.source.persons.values())
        return self.random.choice(persons) if persons else None

    def _later(self, day: date) -> None:
        if day != self.today:
            self.clock = _Passing(day)

    def _typed(self) -> str:
        kind = self.random.choice(("former", "former", "former", "present", "made", "free"))
        if kind == "former" and self.oracle.former:
            return self.random.choice(sorted(name for name, _ in self.oracle.former))
        if kind == "present":
            return self.random.choice(list(self.oracle.names.values())).local_part.upper()
        made = f"{self.random.choice(GIVEN)}.{self.random.choice(FAMILY)}".lower()
        return made if kind == "made" else f"{made}_{self.random.choice('xyz')}"

    async def _arrives(self, person: Person, days: int) -> None:
        place, day = self.random.choice(self.places), self.today + timedelta(days=days)
        if self.random.random() < 0.35:
            await self.source.employ(person, place.school_number, day)
        else:
            await self.source.enrol(person, place, day)


async def _begun(
    owner: Database, engine_database: Database, reuse_after_days: int | None, seed: int
) -> _History:
    configuration = await new_configuration(
        owner, school_year=False, reuse_after_days=reuse_after_days
    )
    source = Source(owner, configuration)
    await source.add_years()
    places, sync = [], {}
    numbers = sorted(random_school_number() for _ in range(2))
    for number, locations in zip(numbers, (("1", "2"), ("1",)), strict=True):
        school = await add_school(owner, configuration, number)
        for location in locations:
            chosen = {"sync_by_default": location == "1"}
            places.append(await add_location(owner, configuration, school, location, chosen=chosen))
            sync[school, location] = location == "1"
    return _History(engine_database, source, places, Ledger(reuse_after_days, sync), seed)


@pytest.mark.parametrize(("reuse_after_days", "seed"), [(None, 1), (30, 2), (30, 3)])
async def test_every_name_is_whose_it_should_be_whatever_happened_before(
    owner: Database, engine_database: Database, reuse_after_days: int | None, seed: int
) -> None:
    history = await _begun(owner, engine_database, reuse_after_days, seed)
    for _ in range(STEPS):
        await history.step()
        await history.names_are_made()
        await history.compare()
    assert len(history.oracle.names) > 10
    assert history.oracle.former
