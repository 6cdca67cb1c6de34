"""A source that replaces a person's id: name, Sync and history go to the other one."""

import pytest

from services.username_engine.errors import NoUsernameError
from services.username_engine.usernames.account_errors import StillHereError, UnknownPersonError
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.ledger import former_holders
from services.username_engine.usernames.moving import move_name
from shared.database import Database
from shared.tables import sis
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_person,
    add_school,
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
