"""Creators and editors at once for one name, on the real database."""

import asyncio
from collections.abc import Awaitable

from sqlalchemy import insert

from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from services.username_engine.engine.validation import UsernameError
from services.username_engine.usernames.creation import Created, create_missing
from services.username_engine.usernames.domain_policies import follow_domain_policies
from services.username_engine.usernames.editing import Edited, edit_username
from services.username_engine.usernames.moving import move_name
from services.username_engine.usernames.releasing import Persons, set_sync
from shared.clock import Clock
from shared.database import Database
from shared.tables import usernames
from tests.arranging import (
    FIRST_DAY,
    add_location,
    add_school,
    add_student,
    change_configuration,
    new_configuration,
)
from tests.username_engine.looking import AUTUMN, local_parts_of, names_of, revision_of


async def test_sixteen_creators_and_editors_never_give_one_name_to_two(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    editors = [
        await add_student(owner, configuration, place, "Mia", f"Nummer{letter}")
        for letter in "abcdefgh"
    ]
    await create_missing(engine_database, AUTUMN, configuration.id)
    newcomers = [await add_student(owner, configuration, place) for _ in range(40)]

    def edited(person: str) -> asyncio.Future[Edited]:
        typed = "Bert.Ameel"
        work = edit_username(
            engine_database, AUTUMN, configuration.id, person, typed, actor="tests"
        )
        return asyncio.ensure_future(work)

    def created() -> asyncio.Future[Created]:
        return asyncio.ensure_future(create_missing(engine_database, AUTUMN, configuration.id))

    edits = [edited(person) for person in editors]
    async with asyncio.timeout(60):
        results = await asyncio.gather(
            *edits, *(created() for _ in range(8)), return_exceptions=True
        )

    won = [result for result in results[:8] if isinstance(result, Edited)]
    lost = [result for result in results[:8] if isinstance(result, UsernameError)]
    assert len(won) <= 1
    assert len(won) + len(lost) == 8
    assert {refused.code for refused in lost} == {MessageCode.TAKEN}
    assert all(isinstance(result, Created) for result in results[8:])
    assert sum(result.created for result in results[8:] if isinstance(result, Created)) == 40

    found = await local_parts_of(owner, configuration)
    assert set(found) == {*editors, *newcomers}
    assert len({name.lower() for name in found.values()}) == 48
    first = 2 if won else 1
    numbers = range(first, first + 40)
    assert {found[person] for person in newcomers} == {
        "bert.ameel" if n == 1 else f"bert.ameel{n}" for n in numbers
    }
    revisions = {name.revision for name in (await names_of(owner, configuration)).values()}
    assert max(revisions) == await revision_of(owner, configuration)


async def test_a_name_written_without_a_turn_costs_the_creator_only_a_suffix(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    person = await add_student(owner, configuration, place)
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.username).values(
                configuration_id=configuration.id,
                person_id="somebody",
                local_part="Bert.Ameel",
                sync=False,
                rule="by hand",
                revision=0,
            )
        )
        # It cannot see the row yet, writes the same name and waits for this transaction.
        creating = asyncio.ensure_future(create_missing(engine_database, AUTUMN, configuration.id))
        await _until_somebody_waits_for_a_transaction(owner)
    assert (await creating).created == 1
    assert (await local_parts_of(owner, configuration))[person] == "bert.ameel2"


async def test_all_who_write_names_at_once_end_and_leave_every_name_to_one_person(
    owner: Database, engine_database: Database
) -> None:
    """Each takes the advisory lock before the turn or only the turn, so that none waits in a circle."""
    configuration = await new_configuration(owner, reuse_after_days=30)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    leavers = [await add_student(owner, configuration, place, end_date=FIRST_DAY) for _ in range(8)]
    await create_missing(engine_database, Clock(FIRST_DAY), configuration.id)
    moving = await local_parts_of(owner, configuration)
    staying = [await add_student(owner, configuration, place, "Mia", "Maes") for _ in range(8)]
    await create_missing(engine_database, AUTUMN, configuration.id)
    heirs = [await add_student(owner, configuration, place) for _ in range(8)]
    # The operator's change has everyone looked at, chunk by chunk.
    await change_configuration(owner, configuration, username_maximum_length=60)
    provider, tenant = (
        DomainPolicies(students=policy, staff=policy)
        for policy in (DomainPolicy.PROVIDER, DomainPolicy.TENANT)
    )

    async def flipped() -> None:
        async with owner.transaction() as connection:
            await follow_domain_policies(
                connection,
                configuration.id,
                tenant,
                provider,
                today=AUTUMN.today(),
                actor="tests",
            )

    engine, number = engine_database, configuration.id
    work: list[Awaitable[object]] = []
    for index in range(8):
        person, heir = staying[index], heirs[index]
        work += [
            create_missing(engine, AUTUMN, number),
            move_name(engine, AUTUMN, number, leavers[index], heir, actor="tests"),
            edit_username(engine, AUTUMN, number, person, f"mia_{index}", actor="tests"),
            set_sync(engine, AUTUMN, number, Persons([person]), False, actor="tests"),
            flipped(),
        ]
    async with asyncio.timeout(60):
        await asyncio.gather(*work)

    found = await names_of(owner, configuration)
    assert {heir: found[heir].local_part for heir in heirs} == {
        heir: moving[leaver] for leaver, heir in zip(leavers, heirs, strict=True)
    }
    assert {person: (found[person].local_part, found[person].sync) for person in staying} == {
        person: (f"mia_{index}", False) for index, person in enumerate(staying)
    }
    assert set(found) == {*heirs, *staying}
    revision = await revision_of(owner, configuration)
    assert max(name.revision for name in found.values()) <= revision


async def _until_somebody_waits_for_a_transaction(owner: Database) -> None:
    from shared.database import scalar

    waiting = """
        select count(*) from pg_locks join pg_database on pg_database.oid = pg_locks.database
            or pg_locks.database is null
        where not granted and locktype = 'transactionid' and datname = current_database()
            and pid in (select pid from pg_stat_activity where datname = current_database())
    """
    async with asyncio.timeout(20):
        while True:
            async with owner.transaction() as connection:
                if await scalar(connection, waiting):
                    return
