"""Configurations, schools and persons put straight into the database, for tests.

Every configuration has its own tenant id and schools with random institution numbers, so that tests
share a database. Each call is one committed transaction under the owner's role; a call that writes
`sis` raises its counter as intake would, and returns the sourced id or number it made.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, func, insert, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import Database, notify
from shared.tables import access, sis

YEAR = "2024-25"
FIRST_DAY = date(2024, 9, 1)
LAST_DAY = date(2025, 6, 30)

_CONFIGURATION: Mapping[str, Any] = {
    "active_school_year": YEAR,
    "username_format": "{voornaam}.{familienaam}",
    "username_maximum_length": 75,
    "student_domain_policy": "tenant",
    "staff_domain_policy": "tenant",
    "usernames_from_source": "ignore",
    "verified_domains": [],
    "future_students": False,
    "class_title_format": "{schoolyear} {klas} - {vestiging}",
    "enabled_user": False,
    "keep_guardians": False,
    "keep_demographics": False,
    "keep_user_flags": False,
    "removal_limit_percent": 10,
}


@dataclass(frozen=True)
class Arranged:
    """One configuration; what the functions below are given first after the database."""

    id: int
    name: str


@dataclass(frozen=True)
class Place:
    """A location of a school; `number` is the location's."""

    school_number: str
    number: str
    sourced_id: str


def random_school_number() -> str:
    return f"{secrets.randbelow(10**12):012d}"


async def new_configuration(
    owner: Database, *, school_year: bool = True, **choices: Any
) -> Arranged:
    """A configuration (columns of access.configuration), by default with its school year 2024-25."""
    name = f"configuration-{secrets.token_hex(6)}"
    row = {**_CONFIGURATION, "name": name, "tenant_id": uuid4(), **choices}
    async with owner.transaction() as connection:
        statement = insert(access.configuration).values(row).returning(access.configuration.c.id)
        configuration = Arranged((await connection.execute(statement)).scalar_one(), row["name"])
        await raise_counter(connection, access.revision, configuration.id)
    if school_year:
        await add_school_year(owner, configuration)
    return configuration


async def change_configuration(owner: Database, configuration: Arranged, **choices: Any) -> None:
    async with owner.transaction() as connection:
        await connection.execute(
            update(access.configuration)
            .where(access.configuration.c.id == configuration.id)
            .values(choices)
        )
        await raise_counter(connection, access.revision, configuration.id)


async def add_school_year(
    owner: Database,
    configuration: Arranged,
    label: str = YEAR,
    *,
    start_date: date = FIRST_DAY,
    end_date: date = LAST_DAY,
) -> str:
    row = {"sourced_id": label, "label": label, "start_date": start_date, "end_date": end_date}
    await write(owner, configuration, sis.school_year, row)
    return label


async def add_school(
    owner: Database,
    configuration: Arranged,
    number: str | None = None,
    *,
    name: str = "GO! atheneum",
    code: str | None = None,
    staff_domain: str | None = None,
    student_domain: str | None = None,
    sync_by_default: bool = True,
    all_locations: bool = True,
) -> str:
    """A school of the configuration and of its data; its institution number."""
    number = number or random_school_number()
    async with owner.transaction() as connection:
        await connection.execute(
            insert(access.school).values(
                configuration_id=configuration.id,
                number=number,
                staff_domain=staff_domain,
                student_domain=student_domain,
                sync_by_default=sync_by_default,
                all_locations=all_locations,
            )
        )
        await raise_counter(connection, access.revision, configuration.id)
    await write(owner, configuration, sis.school, {"number": number, "name": name, "code": code})
    return number


async def add_location(
    owner: Database,
    configuration: Arranged,
    school_number: str,
    number: str = "1",
    *,
    name: str = "Hoofdvestiging",
    chosen: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Place:
    """A location of a school; with `chosen`, also a row of the configuration's own choices for it
    (`student_domain`, `sync_by_default`), by which it takes part when not all locations do."""
    if chosen is not None:
        row = {"configuration_id": configuration.id, "school_number": school_number, **chosen}
        async with owner.transaction() as connection:
            await connection.execute(insert(access.location).values(number=number, **row))
            await raise_counter(connection, access.revision, configuration.id)
    sourced_id = f"{school_number}-{number}"
    row = {
        "school_number": school_number,
        "number": number,
        "name": name,
        "active": True,
        "sourced_id": sourced_id,
        "identifier": sourced_id,
        "type": "school",
    }
    await write(owner, configuration, sis.location, {**row, **columns})
    return Place(school_number, number, sourced_id)


async def add_person(
    owner: Database,
    configuration: Arranged,
    given_name: str = "Bert",
    family_name: str = "Ameel",
    *,
    person_id: str | None = None,
    **columns: Any,
) -> str:
    person_id = person_id or str(uuid4())
    row = {"id": person_id, "given_name": given_name, "family_name": family_name, **columns}
    await write(owner, configuration, sis.person, row)
    return person_id


async def add_student(
    owner: Database,
    configuration: Arranged,
    place: Place,
    given_name: str = "Bert",
    family_name: str = "Ameel",
    *,
    start_date: date = FIRST_DAY,
    end_date: date | None = None,
    person_id: str | None = None,
    **columns: Any,
) -> str:
    """A person and the enrolment at a place; `columns` are those of sis.person."""
    person_id = await add_person(
        owner, configuration, given_name, family_name, person_id=person_id, **columns
    )
    await add_enrolment(
        owner, configuration, person_id, place, start_date=start_date, end_date=end_date
    )
    return person_id


async def add_enrolment(
    owner: Database,
    configuration: Arranged,
    person_id: str,
    place: Place,
    *,
    start_date: date = FIRST_DAY,
    end_date: date | None = None,
    school_year: str = YEAR,
) -> None:
    row = {
        "person_id": person_id,
        "school_number": place.school_number,
        "location_number": place.number,
        "school_year": school_year,
        "start_date": start_date,
        "end_date": end_date,
    }
    await write(owner, configuration, sis.enrolment, row)


async def add_staff(
    owner: Database,
    configuration: Arranged,
    school_number: str,
    given_name: str = "An",
    family_name: str = "De Smet",
    *,
    start_date: date = FIRST_DAY,
    end_date: date | None = None,
    is_primary: bool = True,
    person_id: str | None = None,
    **columns: Any,
) -> str:
    """A person and the membership of a school; `columns` are those of sis.person."""
    person_id = await add_person(
        owner, configuration, given_name, family_name, person_id=person_id, **columns
    )
    await add_membership(
        owner,
        configuration,
        person_id,
        school_number,
        start_date=start_date,
        end_date=end_date,
        is_primary=is_primary,
    )
    return person_id


async def add_membership(
    owner: Database,
    configuration: Arranged,
    person_id: str,
    school_number: str,
    *,
    start_date: date = FIRST_DAY,
    end_date: date | None = None,
    is_primary: bool = True,
    location_number: str = "",
    school_year: str = YEAR,
    roles: tuple[str, ...] = (),
) -> None:
    row = {
        "person_id": person_id,
        "school_number": school_number,
        "location_number": location_number,
        "school_year": school_year,
        "start_date": start_date,
        "end_date": end_date,
        "is_primary": is_primary,
        "roles": list(roles),
    }
    await write(owner, configuration, sis.staff, row)


async def add_class(
    owner: Database,
    configuration: Arranged,
    place: Place,
    name: str = "6j",
    *,
    kind: str = "class",
    number: str | None = None,
    code: str | None = None,
    school_year: str = YEAR,
    class_id: str | None = None,
    **columns: Any,
) -> str:
    class_id = class_id or str(uuid4())
    row = {
        "id": class_id,
        "number": number or str(secrets.randbelow(10**9)),
        "kind": kind,
        "code": code or name.upper(),
        "name": name,
        "school_number": place.school_number,
        "location_number": place.number,
        "school_year": school_year,
    }
    await write(owner, configuration, sis.class_, {**row, **columns})
    return class_id


async def add_class_enrolment(
    owner: Database,
    configuration: Arranged,
    person_id: str,
    class_id: str,
    *,
    start_date: date = FIRST_DAY,
    end_date: date | None = None,
) -> None:
    row = {
        "person_id": person_id,
        "class_id": class_id,
        "start_date": start_date,
        "end_date": end_date,
    }
    await write(owner, configuration, sis.class_enrolment, row)


async def add_class_duty(
    owner: Database,
    configuration: Arranged,
    person_id: str,
    class_id: str,
    *,
    duty: int = 2,
    start_date: date = FIRST_DAY,
    end_date: date | None = None,
) -> None:
    row = {
        "person_id": person_id,
        "class_id": class_id,
        "duty": duty,
        "start_date": start_date,
        "end_date": end_date,
    }
    await write(owner, configuration, sis.class_duty, row)


async def add_guardian(
    owner: Database,
    configuration: Arranged,
    *children: str,
    guardian_id: str | None = None,
    given_name: str = "Ada",
    family_name: str = "Ameel",
    role: str = "guardian",
    **columns: Any,
) -> str:
    """A guardian of some persons; `columns` are those of sis.guardian."""
    guardian_id = guardian_id or str(uuid4())
    names = {"given_name": given_name, "family_name": family_name}
    row = {"id": guardian_id, **names, "role": role, **columns}
    await write(owner, configuration, sis.guardian, row)
    for child in children:
        await add_guardianship(owner, configuration, child, guardian_id)
    return guardian_id


async def add_guardianship(
    owner: Database, configuration: Arranged, person_id: str, guardian_id: str
) -> None:
    row = {"person_id": person_id, "guardian_id": guardian_id, "removed_at": None}
    await write(owner, configuration, sis.guardianship, row)


async def add_demographics(
    owner: Database, configuration: Arranged, person_id: str, **fields: str
) -> None:
    row = {"person_id": person_id, "fields": fields, "removed_at": None}
    await write(owner, configuration, sis.demographics, row)


async def write(
    owner: Database, configuration: Arranged, table: Table, *rows: Mapping[str, Any]
) -> int:
    """Inserts or replaces rows of a table of `sis`; the counter they were written at."""
    keys = [column.name for column in table.primary_key]
    async with owner.transaction() as connection:
        revision = await raise_counter(connection, sis.revision_counter, configuration.id)
        statement = postgresql.insert(table)
        for row in rows:
            given = {"configuration_id": configuration.id, "revision": revision, **row}
            others = {name: value for name, value in given.items() if name not in keys}
            await connection.execute(
                statement.values(given).on_conflict_do_update(index_elements=keys, set_=others)
            )
        await notify(connection, "rosterbridge_sis", str(configuration.id))
    return revision


async def change(
    owner: Database,
    configuration: Arranged,
    table: Table,
    where: Mapping[str, Any],
    **columns: Any,
) -> None:
    """Changes the rows of a table of `sis` in which the columns of `where` have those values."""
    async with owner.transaction() as connection:
        revision = await raise_counter(connection, sis.revision_counter, configuration.id)
        await connection.execute(
            update(table)
            .where(table.c.configuration_id == configuration.id)
            .where(*(table.c[name] == value for name, value in where.items()))
            .values(revision=revision, **columns)
        )
        await notify(connection, "rosterbridge_sis", str(configuration.id))


async def remove(owner: Database, configuration: Arranged, table: Table, **where: Any) -> None:
    """Marks rows of a table of `sis` as removed by their source."""
    await change(owner, configuration, table, where, removed_at=func.now())


async def raise_counter(connection: AsyncConnection, counter: Table, configuration_id: int) -> int:
    """The next value of a schema's counter; its row stays locked until the transaction ends."""
    statement = (
        postgresql.insert(counter)
        .values(configuration_id=configuration_id, revision=1)
        .on_conflict_do_update(
            index_elements=["configuration_id"], set_={"revision": counter.c.revision + 1}
        )
        .returning(counter.c.revision)
    )
    return int((await connection.execute(statement)).scalar_one())
