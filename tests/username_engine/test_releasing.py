from datetime import timedelta

import pytest

from services.username_engine.engine.usernames import Group
from services.username_engine.errors import (
    NotYetEditableError,
    NoUsernameError,
    UnknownPlaceError,
)
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.releasing import (
    GroupAt,
    Persons,
    SyncSet,
    set_sync,
)
from shared.database import Database
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    add_staff,
    add_student,
    new_configuration,
)
from tests.username_engine.looking import AUTUMN, history_of, names_of, revision_of

TOMORROW = AUTUMN.today() + timedelta(days=1)


async def arranged(owner: Database) -> tuple[Arranged, Place, Place]:
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration, sync_by_default=False)
    first = await add_location(owner, configuration, school, "1")
    return configuration, first, await add_location(owner, configuration, school, "2")


async def release(
    engine_database: Database,
    configuration: Arranged,
    selection: Persons | GroupAt,
    *,
    sync: bool = True,
    future_students: bool = False,
) -> SyncSet:
    await create_missing(engine_database, AUTUMN, configuration.id)
    return await set_sync(
        engine_database,
        AUTUMN,
        configuration.id,
        selection,
        sync,
        actor="operator",
        future_students=future_students,
    )


async def on(owner: Database, configuration: Arranged) -> set[str]:
    found = await names_of(owner, configuration)
    return {person for person, name in found.items() if name.sync}


async def test_a_location_or_a_school_is_released_by_group(
    owner: Database, engine_database: Database
) -> None:
    configuration, first, second = await arranged(owner)
    here = await add_student(owner, configuration, first)
    there = await add_student(owner, configuration, second)
    teacher = await add_staff(owner, configuration, first.school_number)

    students = GroupAt(Group.STUDENT, location=first.sourced_id)
    assert (await release(engine_database, configuration, students)).changed == [here]
    assert await on(owner, configuration) == {here}

    students = GroupAt(Group.STUDENT, school=first.school_number)
    done = await release(engine_database, configuration, students)
    assert done == SyncSet(changed=[there], selected=2)
    staff = GroupAt(Group.STAFF, location=second.sourced_id)
    assert (await release(engine_database, configuration, staff)).changed == [teacher]
    assert await on(owner, configuration) == {here, there, teacher}

    staff = GroupAt(Group.STAFF, school=first.school_number)
    await release(engine_database, configuration, staff, sync=False)
    assert await on(owner, configuration) == {here, there}


async def test_a_release_is_in_the_history_and_raises_version_and_counter_once(
    owner: Database, engine_database: Database
) -> None:
    configuration, first, _ = await arranged(owner)
    person = await add_student(owner, configuration, first)
    await release(engine_database, configuration, Persons([person, person]))
    before = await revision_of(owner, configuration)
    again = await release(engine_database, configuration, Persons([person]))

    assert again == SyncSet(changed=[], selected=1)
    assert await revision_of(owner, configuration) == before
    name = (await names_of(owner, configuration))[person]
    assert (name.version, name.revision) == (2, before)
    history = await history_of(owner, configuration, person)
    assert history[1:] == [("sync_set", "operator", {"sync": False}, {"sync": True})]


async def test_all_or_nothing(owner: Database, engine_database: Database) -> None:
    configuration, first, _ = await arranged(owner)
    person = await add_student(owner, configuration, first)
    with pytest.raises(NoUsernameError) as refused:
        await release(engine_database, configuration, Persons([person, "nobody"]))
    assert refused.value.members == {"persons": ["nobody"]}
    assert await on(owner, configuration) == set()


async def test_future_students_wait_for_their_first_day_unless_an_operator_says_so(
    owner: Database, engine_database: Database
) -> None:
    configuration, first, _ = await arranged(owner)
    future = await add_student(owner, configuration, first, start_date=TOMORROW)
    present = await add_student(owner, configuration, first)
    location = GroupAt(Group.STUDENT, location=first.sourced_id)

    with pytest.raises(NotYetEditableError) as refused:
        await release(engine_database, configuration, Persons([future, present]))
    assert refused.value.members == {"persons": [future]}
    assert (await release(engine_database, configuration, location)).changed == [present]
    done = await release(engine_database, configuration, location, future_students=True)
    assert done.changed == [future]
    off = await release(
        engine_database, configuration, Persons([future]), sync=False, future_students=True
    )
    assert off.changed == [future]


async def test_a_place_of_another_configuration_is_unknown(
    owner: Database, engine_database: Database
) -> None:
    configuration, _, _ = await arranged(owner)
    _, elsewhere, _ = await arranged(owner)
    for place in (
        GroupAt(Group.STUDENT, location=elsewhere.sourced_id),
        GroupAt(Group.STAFF, school=elsewhere.school_number),
    ):
        with pytest.raises(UnknownPlaceError):
            await release(engine_database, configuration, place)
