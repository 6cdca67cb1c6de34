"""What `sis` holds of a school that leaves its configuration."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from intake import import_bundle
from intake.leaving import mark_left
from shared.database import Database
from tests.conftest import TestDatabase
from tests.intake.conftest import (
    Configure,
    NativeBundle,
    TestConfiguration,
    digest,
    revision_of,
    rows_of,
    school_number,
    standing,
)

TODAY = date(2024, 10, 1)
OF_SCHOOLS = (
    "school",
    "location",
    "enrolment",
    "staff",
    "class",
    "class_enrolment",
    "class_duty",
)


async def leave(database: Database, configuration: TestConfiguration, *schools: str) -> int:
    async with database.session_connection() as connection, connection.transaction():
        return await mark_left(connection, configuration.id, schools)


async def numbers_standing(owner: Database, configuration: TestConfiguration) -> dict[str, int]:
    return {table: len(await standing(owner, table, configuration)) for table in OF_SCHOOLS}


async def test_the_rows_of_the_school_are_marked_and_no_others(
    owner: Database,
    intake_database: Database,
    configure: Configure,
    database: TestDatabase,
    tmp_path: Path,
) -> None:
    configuration = await configure(school_number(), school_number())
    leaving, staying = configuration.schools
    bundle = NativeBundle(leaving, staying)
    await import_bundle(intake_database, bundle.write(tmp_path / "bundle"), today=TODAY)
    before = await numbers_standing(owner, configuration)
    heard: list[str] = []
    listener: asyncpg.Connection[Any] = await asyncpg.connect(database.owner_url)
    await listener.add_listener("rosterbridge_sis", lambda *parts: heard.append(parts[3]))

    marked = await leave(intake_database, configuration, leaving)

    await listener.fetchval("select 1")
    await listener.close()
    assert heard == [str(configuration.id)]
    assert await revision_of(owner, configuration) == 2
    after = await numbers_standing(owner, configuration)
    assert after == {table: number // 2 for table, number in before.items()}
    assert marked == sum(after.values())
    assert [row["number"] for row in await standing(owner, "school", configuration)] == [staying]
    changed = [row for row in await rows_of(owner, "enrolment", configuration) if row["removed_at"]]
    assert {(row["school_number"], row["revision"]) for row in changed} == {(leaving, 2)}
    assert len(await standing(owner, "person", configuration)) == len(bundle["persons"])


async def test_what_is_marked_already_stays_as_it_is(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")
    await import_bundle(intake_database, folder, today=TODAY)
    await leave(intake_database, configuration, *configuration.schools)
    before = await digest(owner, configuration)

    assert await leave(intake_database, configuration, *configuration.schools) == 0

    assert await digest(owner, configuration) == before


async def test_two_configurations_keep_apart(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    one, other = await configure(), await configure()
    folder = NativeBundle(*one.schools, *other.schools).write(tmp_path / "bundle")
    await import_bundle(intake_database, folder, today=TODAY)
    before = await digest(owner, other)

    assert await leave(intake_database, one, *other.schools) == 0
    await leave(intake_database, one, *one.schools)

    assert await digest(owner, other) == before


async def test_it_waits_for_an_import_and_marks_what_that_wrote(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    (school,) = configuration.schools
    folder = NativeBundle(school).write(tmp_path / "bundle")
    await import_bundle(intake_database, folder, today=TODAY)

    async with intake_database.session_connection() as importing:
        transaction = importing.transaction()
        await transaction.start()
        await importing.execute(
            "update sis.revision set revision = 2 where configuration_id = $1", configuration.id
        )
        await importing.execute(
            "insert into sis.staff (configuration_id, person_id, school_number, location_number,"
            " school_year, start_date, is_primary, revision)"
            " values ($1, 'new', $2, '', '2024-25', '2024-09-01', true, 2)",
            configuration.id,
            school,
        )
        own_pid = importing.get_server_pid()
        async with asyncio.TaskGroup() as tasks, asyncio.timeout(20):
            left = tasks.create_task(leave(intake_database, configuration, school))
            while not await importing.fetchval(
                "select count(*) from pg_locks where not granted and $1 = any(pg_blocking_pids(pid))",
                own_pid,
            ):
                await asyncio.sleep(0.01)
            await transaction.commit()
            await left

    assert await standing(owner, "staff", configuration) == []
    assert await revision_of(owner, configuration) == 3
