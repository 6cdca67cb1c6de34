"""A source that replaces a person's id: name, Sync and history go to the other one."""

from datetime import date

import pytest
from sqlalchemy import insert, select

from services.username_engine.errors import NoUsernameError
from services.username_engine.usernames.account_errors import StillHereError, UnknownPersonError
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.ledger import former_holders
from services.username_engine.usernames.moving import Moved, SamePersonError, move_name
from services.username_engine.usernames.resolving import resolved_usernames
from shared.clock import Clock
from shared.database import Database
from shared.tables import sis, usernames
from tests.arranging import (
    FIRST_DAY,
    Arranged,
    Place,
    add_location,
    add_membership,
    add_person,
    add_school,
    add_staff,
    add_student,
    new_configuration,
    remove,
)
from tests.username_engine.looking import (
    AUTUMN,
    history_of,
    local_parts_of,
    names_of,
    revision_of,
)


async def arranged(owner: Database) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration)
    return configuration, await add_location(owner, configuration, school)


async def test_name_sync_and_history_go_to_the_other_id(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    old = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await edit_username(engine_database, AUTUMN, configuration.id, old, "b.ameel", actor="An")
    history = await history_of(owner, configuration, old)
    await remove(owner, configuration, sis.person, id=old)
    new = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    # Former names stay their person's, so the other id got a number.
    assert (await local_parts_of(owner, configuration))[new] == "bert.ameel2"

    moved = await move_name(engine_database, AUTUMN, configuration.id, old, new, actor="tests")

    assert (str(moved.username), str(moved.replaced)) == ("b.ameel", "bert.ameel2")
    assert moved.replaced_was_released
    names = await names_of(owner, configuration)
    assert {person: name.local_part for person, name in names.items()} == {new: "b.ameel"}
    assert names[new].version == 3
    assert names[new].revision == await revision_of(owner, configuration)
    told = await history_of(owner, configuration, new)
    assert all(event in told for event in history)
    assert told[-1][:2] == ("moved", "tests")
    assert told[-1][2]["person"] == old
    async with owner.transaction() as connection:
        for name in ("bert.ameel", "bert.ameel2"):
            assert await former_holders(connection, configuration.id, name) == [new]


async def test_a_plan_of_it_changes_nothing(owner: Database, engine_database: Database) -> None:
    configuration, place = await arranged(owner)
    old = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await remove(owner, configuration, sis.person, id=old)
    new = await add_person(owner, configuration)
    before = await names_of(owner, configuration)
    moved = await move_name(
        engine_database, AUTUMN, configuration.id, old, new, actor="tests", dry_run=True
    )
    assert (str(moved.username), moved.replaced) == ("bert.ameel", None)
    assert await names_of(owner, configuration) == before


async def test_nobody_who_is_here_loses_a_name_to_another(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    here = await add_student(owner, configuration, place)
    other = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    before = await names_of(owner, configuration)

    async def refused(error: type[Exception], from_person: str, to_person: str) -> None:
        with pytest.raises(error):
            await move_name(
                engine_database,
                AUTUMN,
                configuration.id,
                from_person,
                to_person,
                actor="tests",
            )

    await refused(StillHereError, here, other)
    await refused(StillHereError, here, here)
    await refused(UnknownPersonError, here, "nobody")
    await refused(NoUsernameError, "nobody", other)
    assert await names_of(owner, configuration) == before


async def moved(
    database: Database, configuration: Arranged, from_person: str, to_person: str
) -> Moved:
    return await move_name(
        database, AUTUMN, configuration.id, from_person, to_person, actor="tests"
    )


async def test_a_leaver_keeps_his_name_when_it_is_moved_to_himself(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    leaver = await add_student(owner, configuration, place, end_date=FIRST_DAY)
    await create_missing(engine_database, Clock(FIRST_DAY), configuration.id)
    before = await names_of(owner, configuration)
    with pytest.raises(SamePersonError):
        await moved(engine_database, configuration, leaver, leaver)
    assert set(before) == {leaver}
    assert await names_of(owner, configuration) == before


async def test_who_works_here_from_a_later_day_is_still_here(
    owner: Database, engine_database: Database
) -> None:
    """The source has the person, so that he and the other would have one account on that day."""
    configuration, place = await arranged(owner)
    person = await add_staff(owner, configuration, place.school_number, end_date=FIRST_DAY)
    await create_missing(engine_database, Clock(FIRST_DAY), configuration.id)
    await add_membership(
        owner, configuration, person, place.school_number, start_date=date(2025, 1, 6)
    )
    other = await add_person(owner, configuration)
    with pytest.raises(StillHereError):
        await moved(engine_database, configuration, person, other)
    assert set(await names_of(owner, configuration)) == {person}


async def test_a_students_name_that_goes_to_staff_gets_the_domain_of_staff(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(
        owner, student_domain_policy="provider", staff_domain_policy="provider"
    )
    school = await add_school(
        owner, configuration, student_domain="pupil.be", staff_domain="staff.be"
    )
    place = await add_location(owner, configuration, school)
    old = await add_student(owner, configuration, place, end_date=FIRST_DAY)
    await create_missing(engine_database, Clock(FIRST_DAY), configuration.id)
    new = await add_staff(owner, configuration, school, "Bert", "Ameel")
    await create_missing(engine_database, AUTUMN, configuration.id)

    done = await moved(engine_database, configuration, old, new)

    assert (str(done.username), str(done.replaced)) == (
        "bert.ameel@staff.be",
        "bert.ameel2@staff.be",
    )
    name = (await names_of(owner, configuration))[new]
    assert (name.local_part, name.domain) == ("bert.ameel", "staff.be")
    assert name.revision == await revision_of(owner, configuration)
    kinds = [kind for kind, *_ in await history_of(owner, configuration, new)]
    assert kinds[-2:] == ["moved", "domain_fixed"]


async def test_a_name_that_went_to_another_id_and_back_has_each_event_once(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    first = await add_student(owner, configuration, place, end_date=FIRST_DAY)
    await create_missing(engine_database, Clock(FIRST_DAY), configuration.id)
    await edit_username(engine_database, AUTUMN, configuration.id, first, "b.ameel", actor="An")
    second = await add_person(owner, configuration)
    third = await add_person(owner, configuration)

    for from_person, to_person in ((first, second), (second, first), (first, third)):
        await moved(engine_database, configuration, from_person, to_person)

    assert await local_parts_of(owner, configuration) == {third: "b.ameel"}
    for person in (first, third):
        kinds = [kind for kind, *_ in await history_of(owner, configuration, person)]
        assert (kinds.count("created"), kinds.count("edited")) == (1, 1)
    async with owner.transaction() as connection:
        assert await former_holders(connection, configuration.id, "bert.ameel") == [third]


async def test_the_tenants_account_goes_along_and_nothing_is_proposed_for_either(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    old = await add_student(owner, configuration, place, end_date=FIRST_DAY)
    await create_missing(engine_database, Clock(FIRST_DAY), configuration.id)
    new = await add_person(owner, configuration)
    of_configuration = {"configuration_id": configuration.id}
    account = {**of_configuration, "user_principal_name": "bert.ameel@a.be"}
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.tenant_account).values(
                **account,
                local_part="bert.ameel",
                domain="a.be",
                name_key="ameel bert",
                imported_at=AUTUMN.now(),
                person_id=old,
            )
        )
        for person in (old, new):
            await connection.execute(
                insert(usernames.proposal).values(
                    **account, person_id=person, strength="sure", reason="exact"
                )
            )

    await moved(engine_database, configuration, old, new)

    linked, proposed = usernames.tenant_account.c, usernames.proposal.c
    async with owner.transaction() as connection:
        holders = await connection.execute(
            select(linked.person_id).where(linked.configuration_id == configuration.id)
        )
        assert holders.scalars().all() == [new]
        left = await connection.execute(
            select(proposed.person_id).where(proposed.configuration_id == configuration.id)
        )
        assert left.scalars().all() == []


async def test_a_moved_name_is_published_under_the_other_id_from_that_revision_on(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    old = await add_student(owner, configuration, place, end_date=FIRST_DAY)
    await create_missing(engine_database, Clock(FIRST_DAY), configuration.id)
    new = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    before = await revision_of(owner, configuration)
    await moved(engine_database, configuration, old, new)
    assert await revision_of(owner, configuration) == before + 1
    async with engine_database.snapshot() as connection:
        batches = await resolved_usernames(connection, configuration.id, AUTUMN.today())
        assert [batch async for batch in batches] == [[(new, "bert.ameel")]]
