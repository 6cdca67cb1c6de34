"""Schools for the page to show: few persons by name, or thousands."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from sqlalchemy import insert

from services.username_engine.usernames.locks import creation_session
from shared.database import Database, notify
from shared.tables import sis
from tests.arranging import (
    FIRST_DAY,
    YEAR,
    Arranged,
    Place,
    add_class,
    add_class_enrolment,
    add_enrolment,
    add_location,
    add_person,
    add_school,
    new_configuration,
    raise_counter,
)
from tests.username_engine.looking import Name, names_of

TODAY = date(2024, 10, 7)
"""Of the engine that most tests look at."""


@dataclass(frozen=True)
class School:
    """A school with one location, in a configuration of its own."""

    owner: Database
    configuration: Arranged
    place: Place
    name: str
    location_name: str
    persons: dict[str, str] = field(default_factory=dict)
    """Ids of the persons by their names, family name first."""
    classes: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The location in the development issuer's list."""
        return f"{self.label_of_school}, {self.location_name}"

    @property
    def label_of_school(self) -> str:
        return f"{self.name} ({self.place.school_number})"

    @property
    def whole_school(self) -> str:
        """The school in the development issuer's list."""
        return f"{self.label_of_school}: hele school"

    @property
    def address(self) -> str:
        """Of its location's students, as one bookmarks it."""
        return self.address_of(at_location=self.place.sourced_id)

    def address_of(self, group: str = "students", **place: str) -> str:
        return "/?" + urlencode({"configuration": self.configuration.name, "group": group, **place})

    async def enrol(
        self,
        given_name: str,
        family_name: str,
        class_name: str | None = None,
        *,
        start_date: date = FIRST_DAY,
        end_date: date | None = None,
        school_year: str = YEAR,
        **columns: Any,
    ) -> str:
        """A student of the location, and of the class; `named` waits for the name.

        `columns` are those of sis.person.
        """
        person = await add_person(
            self.owner, self.configuration, given_name, family_name, **columns
        )
        self.persons[f"{family_name} {given_name}"] = person
        await add_enrolment(
            self.owner,
            self.configuration,
            person,
            self.place,
            start_date=start_date,
            end_date=end_date,
            school_year=school_year,
        )
        if class_name is not None:
            if class_name not in self.classes:
                self.classes[class_name] = await add_class(
                    self.owner, self.configuration, self.place, class_name
                )
            await add_class_enrolment(
                self.owner, self.configuration, person, self.classes[class_name]
            )
        return person

    async def named(self) -> None:
        """Waits until the engine has made everybody's name."""
        async with asyncio.timeout(30):
            while len(await names_of(self.owner, self.configuration)) < len(self.persons):
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def nobody_makes_names(self) -> AsyncIterator[None]:
        """The engine waits for its turn until the block ends."""
        async with creation_session(self.owner, self.configuration.id):
            yield

    async def name_of(self, person: str) -> Name:
        """By the person's names, family name first, or by id."""
        names = await names_of(self.owner, self.configuration)
        return names[self.persons.get(person, person)]

    async def synced(self) -> set[str]:
        """Of whom Sync is on."""
        by_id = {id_: name for name, id_ in self.persons.items()}
        names = await names_of(self.owner, self.configuration)
        return {by_id.get(person, person) for person, name in names.items() if name.sync}


async def a_school(
    owner: Database,
    *students: tuple[str, ...],
    policy: str = "tenant",
    name: str = "GO! atheneum Brakel",
    **choices: Any,
) -> School:
    """With students as (given name, family name) or with a class third; Sync off for all."""
    configuration = await new_configuration(
        owner, student_domain_policy=policy, staff_domain_policy=policy, **choices
    )
    number = await add_school(
        owner,
        configuration,
        name=name,
        staff_domain="staff.be",
        student_domain="school.be",
        sync_by_default=False,
    )
    location = "Campus Noord"
    place = await add_location(owner, configuration, number, name=location)
    school = School(owner, configuration, place, name, location)
    for student in students:
        await school.enrol(*student)
    await school.named()
    return school


SIX: Sequence[tuple[str, str, str]] = (
    ("Bert", "Ameel", "6A"),
    ("Fatima", "Benali", "6A"),
    ("Mia", "Claes", "6A"),
    ("Lotte", "De Smet", "6B"),
    ("Zoë", "Peeters", "6B"),
    ("Jens", "Verwee", "6B"),
)
"""Two classes of three."""


async def add_many(school: School, count: int) -> None:
    """Students `Leerling 0001 …`, in a few statements, and their names."""
    ids = [str(uuid4()) for _ in range(count)]
    key = {"configuration_id": school.configuration.id}
    enrolment = {
        "school_number": school.place.school_number,
        "location_number": school.place.number,
        "school_year": YEAR,
        "start_date": FIRST_DAY,
    }
    async with school.owner.transaction() as connection:
        revision = await raise_counter(connection, sis.revision_counter, school.configuration.id)
        row = {**key, "revision": revision}
        names = [(f"Voornaam{i:04d}", f"Leerling {i:04d}") for i in range(1, count + 1)]
        await connection.execute(
            insert(sis.person),
            [
                {**row, "id": id_, "given_name": given, "family_name": family}
                for id_, (given, family) in zip(ids, names, strict=True)
            ],
        )
        await connection.execute(
            insert(sis.enrolment), [{**row, **enrolment, "person_id": id_} for id_ in ids]
        )
        await notify(connection, "rosterbridge_sis", str(school.configuration.id))
    school.persons.update(
        (f"{family} {given}", id_) for id_, (given, family) in zip(ids, names, strict=True)
    )
    await school.named()
