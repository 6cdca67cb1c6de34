"""Plans of missing names: creation's own names, applied exactly as they are."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, update

from services.username_engine.errors import NoSchoolYearError
from services.username_engine.usernames import creation, planning
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.format_errors import InvalidFormatError
from services.username_engine.usernames.plan_errors import (
    UnknownPlanError,
)
from services.username_engine.usernames.plan_rows import Reason
from services.username_engine.usernames.plan_storage import list_plans, read_rows
from services.username_engine.usernames.proposed_accounts import proposed_accounts
from shared.clock import Clock
from shared.database import Database
from shared.tables import usernames
from tests.arranging import (
    FIRST_DAY,
    Arranged,
    add_membership,
    add_person,
    add_school_year,
    add_student,
    change_configuration,
    new_configuration,
)
from tests.username_engine.looking import AUTUMN, history_of, names_of, revision_of
from tests.username_engine.planned import (
    add_accounts,
    add_former_name,
    add_persons,
    applied,
    crowded,
    everything,
    planned,
    rows_of,
    school,
    stored,
)


@pytest.mark.parametrize("everyone", [True, False], ids=["everyone", "newcomers"])
@pytest.mark.parametrize("seed", range(4))
async def test_a_plan_is_what_creation_then_does(
    owner: Database,
    engine_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    everyone: bool,
) -> None:
    for module in (creation, planning):
        monkeypatch.setattr(module, "CHUNK", 17)
    choices = {"usernames_from_source": "take_over"} if seed % 2 else {"reuse_after_days": 1}
    configuration, place, _ = await crowded(owner, engine_database, seed, **choices)
    newcomers = await add_persons(owner, configuration, place, 100 + seed)
    await add_former_name(owner, configuration, newcomers[1], "mijn.naam")
    if everyone:
        await change_configuration(owner, configuration, username_maximum_length=12)
    before = await stored(owner, configuration)
    untouched = await everything(owner, configuration)

    plan = await planned(engine_database, configuration)

    assert await everything(owner, configuration) == untouched
    rows = await rows_of(engine_database, configuration, plan)
    assert sum(plan.reasons.values()) == len(rows) == plan.changes
    assert {row.person_id for row in rows} == set(newcomers)
    await create_missing(engine_database, AUTUMN, configuration.id)
    expected = before | {row.person_id: dict(row.after or {}) for row in rows}
    assert await stored(owner, configuration) == expected


@pytest.mark.parametrize("seed", range(3))
async def test_a_plan_that_is_applied_leaves_what_creation_would_have_left(
    owner: Database, engine_database: Database, seed: int
) -> None:
    configuration, place, _ = await crowded(
        owner, engine_database, seed, usernames_from_source="take_over"
    )
    newcomers = await add_persons(owner, configuration, place, 100 + seed)
    before = await stored(owner, configuration)
    counter = await revision_of(owner, configuration)
    plan = await planned(engine_database, configuration)
    rows = await rows_of(engine_database, configuration, plan)

    done = await applied(engine_database, configuration, plan.id)

    assert done.created == len(newcomers) == plan.changes
    after = await stored(owner, configuration)
    assert after == before | {row.person_id: row.after for row in rows}
    assert await revision_of(owner, configuration) == counter + 1
    made = await names_of(owner, configuration)
    assert {made[person].revision for person in newcomers} == {counter + 1}
    # Names are complete: there is nothing left for creation.
    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == 0
    assert await stored(owner, configuration) == after
    kind, actor, was, now = (await history_of(owner, configuration, newcomers[0]))[-1]
    assert (kind, actor, was) == ("created", "An", None)
    assert now == {
        **{key: value for key, value in after[newcomers[0]].items() if key != "rule"},
        "plan": str(plan.id),
    }


async def test_reasons_say_by_what_each_name_is_made(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(
        owner,
        username_format="{voornaam} | {voornaam}.{familienaam}",
        usernames_from_source="take_over",
    )
    ids = ("1 format", "2 candidate", "3 number", "4 source", "5 former")
    for person, given, family, source in zip(
        ids, ["Bert"] * 4 + ["Mia"], ["Ameel"] * 5, [None] * 3 + ["b.ameel", None], strict=True
    ):
        await add_student(
            owner,
            configuration,
            place,
            given,
            family,
            person_id=person,
            source_username=source,
        )
    await add_former_name(owner, configuration, "5 former", "Mia-van-toen")

    plan = await planned(engine_database, configuration)

    rows = await rows_of(engine_database, configuration, plan)
    told = {row.person_id: (row.after or {})["local_part"] for row in rows}
    assert rows[0].person_id == "4 source"
    assert told == {
        "1 format": "bert",
        "2 candidate": "bert.ameel",
        "3 number": "bert2",
        "4 source": "b.ameel",
        "5 former": "Mia-van-toen",
    }
    assert {row.reason for row in rows} == {
        Reason.FORMAT,
        Reason.CANDIDATE,
        Reason.NUMBER,
        Reason.SOURCE,
        Reason.FORMER_NAME,
    }
    assert {row.person_id.split()[1] for row in rows if row.reason == row.person_id.split()[1]} == {
        "format",
        "candidate",
        "number",
        "source",
    }
    assert (rows[1].given_name, rows[1].family_name, rows[1].before) == ("Mia", "Ameel", None)


async def test_domains_that_are_fixed_and_names_of_leavers_stand_in_the_plan(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner, staff_domain_policy="provider", reuse_after_days=30)
    student = await add_student(owner, configuration, place, "Mia", "Maes")
    leaver = await add_student(owner, configuration, place, end_date=FIRST_DAY + timedelta(days=40))
    await create_missing(engine_database, AUTUMN, configuration.id)
    left_long_ago = await add_person(owner, configuration, "Bert", "Bogaert")
    await _name_of_one_who_left_last_year(owner, configuration, left_long_ago)
    await add_membership(owner, configuration, student, place.school_number)
    # With another configuration everyone is looked at.
    await change_configuration(owner, configuration, reuse_after_days=29)

    plan = await planned(engine_database, configuration)

    rows = {row.person_id: row for row in await rows_of(engine_database, configuration, plan)}
    assert set(rows) == {student, left_long_ago}
    fixed, retired = rows[student], rows[left_long_ago]
    assert (fixed.reason, retired.reason) == (Reason.DOMAIN_FIXED, Reason.RETIRED)
    assert fixed.before
    assert fixed.after == {**fixed.before, "domain": "school.be"}
    assert retired.after is None
    assert retired.before
    assert retired.before["local_part"] == "bert.bogaert"

    done = await applied(engine_database, configuration, plan.id)

    assert (done.created, done.domains_fixed, done.retired) == (0, 1, 1)
    found = await names_of(owner, configuration)
    assert set(found) == {student, leaver}
    assert found[student].domain == "school.be"
    assert (await history_of(owner, configuration, left_long_ago))[-1][0] == "reserved"


async def test_where_names_are_complete_a_plan_has_no_rows(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    counter = await revision_of(owner, configuration)

    plan = await planned(engine_database, configuration)

    assert (plan.changes, dict(plan.reasons), plan.names) == (0, {}, 1)
    assert (await applied(engine_database, configuration, plan.id)).created == 0
    assert await revision_of(owner, configuration) == counter


async def test_accounts_are_proposed_by_an_applied_plan_as_by_creation(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    await add_accounts(engine_database, configuration, "bert.ameel@x.be,Bert Ameel,Bert,Ameel,,")
    person = await add_student(owner, configuration, place)
    plan = await planned(engine_database, configuration)
    assert (await rows_of(engine_database, configuration, plan))[0].after == {
        "local_part": "bert.ameel",
        "domain": None,
        "sync": False,
        "flags": ["likely_existing_account"],
        "rule": "{voornaam}.{familienaam}",
    }

    await applied(engine_database, configuration, plan.id)

    async with owner.transaction() as connection:
        found = await proposed_accounts(connection, configuration.id)
    assert [(each.person_id, each.local_part) for each in found] == [(person, "bert.ameel")]


async def test_plans_are_kept_for_thirty_days_and_each_in_its_configuration(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    other, _ = await school(owner)
    await add_student(owner, configuration, place)
    old, young = [await planned(engine_database, configuration) for _ in range(2)]
    await planned(engine_database, other)
    for plan, days in ((old, 31), (young, 29)):
        async with owner.transaction() as connection:
            await connection.execute(
                update(usernames.plan)
                .where(usernames.plan.c.id == plan.id)
                .values(made_at=Clock.now() - timedelta(days=days))
            )

    newest = await planned(engine_database, configuration)

    async with engine_database.snapshot() as connection:
        found, total = await list_plans(connection, configuration.id, limit=10)
    assert ([plan.id for plan in found], total) == ([newest.id, young.id], 2)
    assert await rows_of(engine_database, configuration, old) == []
    for unknown, where in ((old.id, configuration), (newest.id, other), (uuid4(), configuration)):
        with pytest.raises(UnknownPlanError):
            await applied(engine_database, where, unknown)


async def test_the_number_of_queries_does_not_grow_with_plans_and_rows(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await school(owner)
    counts: list[int] = []
    for number in (1, 9):
        for _ in range(number):
            await add_student(owner, configuration, place)
            plan = await planned(engine_database, configuration)
        statements: list[Any] = []
        async with engine_database.snapshot() as connection:

            def note(*_: Any, told: list[Any] = statements) -> None:
                told.append(None)

            event.listen(connection.sync_connection, "before_cursor_execute", note)
            await list_plans(connection, configuration.id, limit=100)
            await read_rows(connection, configuration.id, plan.id)
        counts.append(len(statements))
    # Of each how many there are, and a part of them.
    assert counts == [4, 4]


async def test_without_a_school_year_or_a_format_there_is_no_plan(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, school_year=False)
    with pytest.raises(NoSchoolYearError):
        await planned(engine_database, configuration)
    configuration, place = await school(owner, username_format="{bijnaam}")
    await add_student(owner, configuration, place)
    with pytest.raises(InvalidFormatError):
        await planned(engine_database, configuration)


async def _name_of_one_who_left_last_year(
    owner: Database, configuration: Arranged, person: str
) -> None:
    row = {
        "configuration_id": configuration.id,
        "person_id": person,
        "local_part": "bert.bogaert",
        "sync": False,
        "rule": "{voornaam}.{familienaam}",
        "revision": 1,
    }
    async with owner.transaction() as connection:
        await connection.execute(usernames.username.insert().values(row))
    year = await _last_year(owner, configuration)
    await add_membership(
        owner,
        configuration,
        person,
        "000000",
        start_date=FIRST_DAY - timedelta(days=365),
        end_date=FIRST_DAY - timedelta(days=100),
        school_year=year,
    )


async def _last_year(owner: Database, configuration: Arranged) -> str:
    start = FIRST_DAY - timedelta(days=365)
    return await add_school_year(
        owner, configuration, "2023-24", start_date=start, end_date=start + timedelta(days=300)
    )
