"""Plans of missing names when something has moved, or somebody else writes, before they are applied."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.plan_errors import (
    PlanAppliedError,
    PlanOutdatedError,
)
from shared.clock import Clock
from shared.database import Database
from shared.tables import usernames
from tests.arranging import (
    add_staff,
    add_student,
    change_configuration,
)
from tests.username_engine.looking import AUTUMN, local_parts_of
from tests.username_engine.planned import (
    add_accounts,
    applied,
    everything,
    planned,
    school,
)

TOMORROW = Clock(AUTUMN.today() + timedelta(days=1))


async def _move(owner: Database, engine: Database, what: str, configuration: Any) -> Clock:
    arranged, place, person = configuration
    if what == "data":
        await add_student(owner, arranged, place, "Nieuw", "Persoon")
    elif what == "configuration":
        await change_configuration(owner, arranged, username_maximum_length=20)
    elif what == "names":
        await edit_username(engine, AUTUMN, arranged.id, person, "Een.Ander", actor="tests")
    return TOMORROW if what == "date" else AUTUMN


@pytest.mark.parametrize("what", ["data", "configuration", "names", "date"])
async def test_what_moved_refuses_the_plan_and_nothing_is_written(
    owner: Database, engine_database: Database, what: str
) -> None:
    configuration, place = await school(owner)
    person = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await add_student(owner, configuration, place)
    plan = await planned(engine_database, configuration)
    clock = await _move(owner, engine_database, what, (configuration, place, person))
    before = await everything(owner, configuration)

    with pytest.raises(PlanOutdatedError) as refused:
        await applied(engine_database, configuration, plan.id, clock)

    assert refused.value.members == {"moved": [what]}
    assert await everything(owner, configuration) == before


async def test_a_plan_for_another_date_holds_on_that_date(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    await add_staff(owner, configuration, place.school_number, start_date=TOMORROW.today())
    plan = await planned(engine_database, configuration, reference_date=TOMORROW.today())
    with pytest.raises(PlanOutdatedError):
        await applied(engine_database, configuration, plan.id)
    assert (await applied(engine_database, configuration, plan.id, TOMORROW)).created == 1


async def test_imported_accounts_refuse_a_plan_made_without_them(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    await add_student(owner, configuration, place)
    plan = await planned(engine_database, configuration)
    await add_accounts(engine_database, configuration, "bert.ameel@x.be,An Els,An,Els,,")
    with pytest.raises(PlanOutdatedError):
        await applied(engine_database, configuration, plan.id)


async def test_of_many_who_apply_a_plan_at_once_one_does(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    for _ in range(5):
        await add_student(owner, configuration, place)
    plan = await planned(engine_database, configuration)

    async with asyncio.timeout(60):
        results = await asyncio.gather(
            *(applied(engine_database, configuration, plan.id) for _ in range(6)),
            return_exceptions=True,
        )

    refused = [each for each in results if isinstance(each, PlanAppliedError)]
    assert len(refused) == 5
    assert len(set((await local_parts_of(owner, configuration)).values())) == 5
    async with owner.transaction() as connection:
        row = usernames.event.c
        told = await connection.execute(
            select(row.kind, row.actor, row.after).where(
                row.configuration_id == configuration.id,
                row.person_id.is_(None),
                row.kind == "plan_applied",
            )
        )
        assert [tuple(each) for each in told] == [
            (
                "plan_applied",
                "An",
                {"plan": str(plan.id), "kind": "generate", "changes": 5},
            )
        ]


async def test_creators_and_appliers_at_once_make_every_name_once(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    persons = {await add_student(owner, configuration, place) for _ in range(20)}
    plan = await planned(engine_database, configuration)

    async with asyncio.timeout(60):
        results = await asyncio.gather(
            *(create_missing(engine_database, AUTUMN, configuration.id) for _ in range(3)),
            *(applied(engine_database, configuration, plan.id) for _ in range(3)),
            return_exceptions=True,
        )

    failed = [each for each in results if isinstance(each, BaseException)]
    assert all(isinstance(each, PlanOutdatedError | PlanAppliedError) for each in failed), failed
    found = await local_parts_of(owner, configuration)
    assert set(found) == persons
    assert set(found.values()) == {"bert.ameel", *(f"bert.ameel{n}" for n in range(2, 21))}


async def test_a_name_written_without_a_turn_refuses_the_plan(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    await add_student(owner, configuration, place)
    plan = await planned(engine_database, configuration)
    row = {
        "configuration_id": configuration.id,
        "person_id": "another",
        "local_part": "Bert.Ameel",
        "sync": False,
        "rule": "edited",
        "revision": 0,
    }
    async with owner.transaction() as connection:
        await connection.execute(usernames.username.insert().values(row))

    with pytest.raises(PlanOutdatedError):
        await applied(engine_database, configuration, plan.id)

    assert set(await local_parts_of(owner, configuration)) == {"another"}
