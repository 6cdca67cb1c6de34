"""Schools full of names that are in each other's way, and plans for them, for tests."""

import random
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from services.username_engine.engine.local_parts import fold
from services.username_engine.usernames.account_file import read_accounts
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.plan_applying import Applied, apply_plan
from services.username_engine.usernames.plan_renaming import plan_rename
from services.username_engine.usernames.plan_storage import ShownRow, read_rows
from services.username_engine.usernames.planning import plan_missing
from services.username_engine.usernames.plans import Plan
from services.username_engine.usernames.releasing import GroupAt, Persons
from services.username_engine.usernames.renaming import Choices
from services.username_engine.usernames.tenant_accounts import import_accounts
from shared.clock import Clock
from shared.database import Database
from shared.tables import sis, usernames
from tests.arranging import FIRST_DAY, YEAR, Arranged, Place, add_location, add_school, write
from tests.arranging import new_configuration as new
from tests.username_engine.looking import AUTUMN, names_of

GIVEN = ("Bert", "Mia", "Info", "Ján", "🎓", "Jan", "An", "Jan2")
FAMILY = ("Ameel", "Peeters", "", "De Smet", "van den Berghe", "Ameel2")
PLAIN, REVERSED = "{voornaam}.{familienaam}", "{familienaam}.{voornaam}"


async def school(owner: Database, **choices: Any) -> tuple[Arranged, Place]:
    configuration = await new(owner, **choices)
    number = await add_school(owner, configuration, staff_domain="school.be")
    return configuration, await add_location(owner, configuration, number)


async def add_persons(
    owner: Database, configuration: Arranged, place: Place, seed: int, number: int = 60
) -> list[str]:
    """Students and staff who often have one name, some with one from the source."""
    chance = random.Random(seed)
    persons: list[dict[str, Any]] = []
    enrolments: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    for n in range(number):
        person = f"{seed}-{chance.randrange(10**6):06d}-{n}"
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        source = chance.choice((None, None, f"{given.lower()}.{n % 7}", "bert.ameel", "not valid"))
        persons.append(
            {"id": person, "given_name": given, "family_name": family, "source_username": source}
        )
        there: dict[str, Any] = {
            "person_id": person,
            "school_number": place.school_number,
            "school_year": YEAR,
            "start_date": FIRST_DAY + timedelta(days=chance.choice((0, 0, 7, 20, 60))),
        }
        if chance.random() < 0.3:
            start = min(there["start_date"], AUTUMN.today())
            members.append({**there, "start_date": start, "is_primary": True, "roles": []})
        if chance.random() < 0.8 or not members or members[-1]["person_id"] != person:
            enrolments.append({**there, "location_number": place.number})
    await write(owner, configuration, sis.person, *persons)
    await write(owner, configuration, sis.enrolment, *enrolments)
    members = [{"location_number": "", "end_date": None, **each} for each in members]
    if members:
        await write(owner, configuration, sis.staff, *members)
    return [person["id"] for person in persons]


async def add_former_name(
    owner: Database, configuration: Arranged, person: str, local_part: str
) -> None:
    row = {
        "configuration_id": configuration.id,
        "folded": fold(local_part),
        "person_id": person,
        "local_part": local_part,
        "released_at": Clock.now() - timedelta(days=2),
    }
    async with owner.transaction() as connection:
        await connection.execute(insert(usernames.former_name).values(row))


async def add_accounts(database: Database, configuration: Arranged, *rows: str) -> None:
    header = "userPrincipalName,displayName,givenName,surname,employeeId,department"
    accounts = read_accounts("\n".join([header, *rows]).encode())
    await import_accounts(database, AUTUMN, configuration.id, accounts, actor="tests")


async def crowded(
    owner: Database, engine: Database, seed: int, **choices: Any
) -> tuple[Arranged, Place, list[str]]:
    """A school where some have names, made or typed, and others have former ones or accounts."""
    configuration, place = await school(
        owner,
        staff_domain_policy="provider",
        reserved_words=["bert.peeters", "peeters.mia"],
        **choices,
    )
    chance = random.Random(seed)
    first = await add_persons(owner, configuration, place, seed)
    await create_missing(engine, AUTUMN, configuration.id)
    for n, person in enumerate(chance.sample(first, 8)):
        names = await names_of(owner, configuration)
        in_use = {fold(name.local_part) for name in names.values()}
        numbered = (f"Mia.Ameel{k}" for k in count(2))
        typed = next(name for name in numbered if fold(name) not in in_use)
        typed, held = typed if n % 2 else f"Eigen_{n}", names[person].domain
        await edit_username(
            engine,
            AUTUMN,
            configuration.id,
            person,
            f"{typed}@{held}" if held else typed,
            actor="tests",
            future_students=True,
        )
    await add_former_name(owner, configuration, "somebody who left", "an.peeters")
    await add_former_name(owner, configuration, "somebody who left", "peeters.an")
    await add_former_name(owner, configuration, first[0], "mia.desmet")
    await add_accounts(
        engine,
        configuration,
        "jan.desmet@school.be,Jan De Smet,Jan,De Smet,,",
        "desmet.mia@school.be,Mia De Smet,Mia,De Smet,,",
        "an.ameel@school.be,Somebody Else,Somebody,Else,,",
        "peeters.bert@school.be,Somebody Else,Somebody,Else,,",
    )
    return configuration, place, first


async def planned(
    database: Database,
    configuration: Arranged,
    clock: Clock = AUTUMN,
    reference_date: date | None = None,
) -> Plan:
    async with database.transaction() as connection:
        return await plan_missing(
            connection, clock, configuration.id, "tests", reference_date=reference_date
        )


async def planned_rename(
    database: Database,
    configuration: Arranged,
    selection: Persons | GroupAt | None = None,
    clock: Clock = AUTUMN,
    **choices: Any,
) -> Plan:
    chosen = Choices(**{"share_limit": 1.0, **choices})
    async with database.transaction() as connection:
        return await plan_rename(connection, clock, configuration.id, "tests", selection, chosen)


async def applied(
    database: Database, configuration: Arranged, plan: UUID, clock: Clock = AUTUMN
) -> Applied:
    async with database.transaction() as connection:
        return await apply_plan(connection, clock, configuration.id, plan, "An")


async def rows_of(database: Database, configuration: Arranged, plan: Plan) -> list[ShownRow]:
    async with database.snapshot() as connection:
        found, total = await read_rows(connection, configuration.id, plan.id)
    assert len(found) == total
    return found


async def stored(owner: Database, configuration: Arranged) -> dict[str, dict[str, Any]]:
    """The names as plans tell them, by person."""
    return {
        person: {
            "local_part": name.local_part,
            "domain": name.domain,
            "sync": name.sync,
            "flags": name.flags,
            "rule": name.rule,
        }
        for person, name in (await names_of(owner, configuration)).items()
    }


async def everything(owner: Database, configuration: Arranged) -> list[Any]:
    """All that the engine has written of a configuration, but for plans."""
    tables = (
        usernames.username,
        usernames.former_name,
        usernames.event,
        usernames.proposal,
        usernames.progress,
        usernames.revision_counter,
    )
    async with owner.transaction() as connection:
        return [
            sorted(
                map(repr, await connection.execute(_rows(table, configuration))),
            )
            for table in tables
        ]


def _rows(table: Any, configuration: Arranged) -> Any:
    return select(table).where(table.c.configuration_id == configuration.id)
