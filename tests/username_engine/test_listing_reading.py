"""How the list is read: pages, single rows, and how many statements that takes."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, text, update

from services.username_engine.access.places import EVERYWHERE, NOWHERE, Places
from services.username_engine.access.rights import Group
from services.username_engine.usernames.columns import Column
from services.username_engine.usernames.list_filters import ListFilters, SortKey
from services.username_engine.usernames.listing import (
    ListRequest,
    list_usernames,
    open_lists,
    page_of_usernames,
    row_of_person,
)
from shared.database import Database, driver_connection, scalar
from shared.tables import usernames
from tests.arranging import (
    FIRST_DAY,
    add_class,
    add_class_duty,
    add_class_enrolment,
    add_enrolment,
    add_location,
    add_membership,
    add_staff,
    add_student,
)
from tests.username_engine.listed_school import (
    AUTUMN_DAY,
    School,
    a_school,
)


@pytest.fixture
async def school(owner: Database, engine_database: Database) -> School:
    return await a_school(owner, engine_database)


async def test_a_page_shows_the_classes_of_those_on_it(owner: Database, school: School) -> None:
    configuration = school.configuration
    teacher = await add_staff(owner, configuration, school.number)
    for name in ("6j", "10a", "6k"):
        student = await add_student(owner, configuration, school.place, "Bert", f"Ameel {name}")
        class_id = await add_class(owner, configuration, school.place, name)
        await add_class_enrolment(owner, configuration, student, class_id)
        await add_class_duty(owner, configuration, teacher, class_id)
    await add_student(owner, configuration, school.place, "Bert", "Ameel")
    await school.named()

    async def classes(request: ListRequest, *, limit: int, offset: int = 0) -> list[str | None]:
        async with school.engine.snapshot() as connection:
            opened = await open_lists(connection, configuration.id, AUTUMN_DAY)
            page = await page_of_usernames(opened, request, EVERYWHERE, limit=limit, offset=offset)
        return [row.class_ for row in page.items]

    by_class = school.students(sort=[SortKey(Column.CLASS)])
    in_j = school.students(filters=ListFilters(contains={Column.CLASS: "j"}))
    assert await classes(school.students(), limit=10) == ["<Geen>", "6j", "6k", "10a"]
    assert await classes(school.students(), limit=2, offset=1) == ["6j", "6k"]
    assert await classes(by_class, limit=10) == ["<Geen>", "6j", "6k", "10a"]
    assert await classes(in_j, limit=10) == ["6j"]
    assert await classes(school.students(filters=ListFilters(search="10")), limit=10) == ["10a"]
    assert await classes(school.of_school(Group.STAFF), limit=10) == ["6j, 6k, 10a"]
    assert await classes(school.of_school(Group.STAFF), limit=0) == []


async def test_one_person_s_row_is_that_of_the_list(
    owner: Database, engine_database: Database
) -> None:
    school = await a_school(
        owner, engine_database, student_domain_policy="provider", staff_domain_policy="provider"
    )
    configuration, number = school.configuration, school.number
    south = await add_location(
        owner, configuration, number, "2", name="Zuid", chosen={"student_domain": "zuid.be"}
    )
    here = await add_student(owner, configuration, school.place)
    both = await add_student(owner, configuration, school.place)
    await add_enrolment(owner, configuration, both, south, start_date=date(2024, 9, 15))
    coming = await add_student(owner, configuration, south, start_date=date(2024, 12, 1))
    teacher = await add_staff(owner, configuration, number)
    left = await add_staff(owner, configuration, number, end_date=date(2024, 9, 20))
    await add_membership(owner, configuration, here, number)
    for place, name in ((school.place, "6j"), (south, "5z")):
        class_id = await add_class(owner, configuration, place, name)
        await add_class_enrolment(owner, configuration, both, class_id)
        await add_class_duty(owner, configuration, teacher, class_id)
    await school.named(FIRST_DAY)
    everyone = (here, both, coming, teacher, left)
    at_south = Places.of([(number, "2")])

    for request in (
        school.students(),
        school.students(south),
        school.of_school(),
        school.of_school(Group.STAFF),
        ListRequest(Group.STAFF, location=south.sourced_id),
    ):
        for places in (EVERYWHERE, at_south, NOWHERE):
            arguments = (configuration.id, AUTUMN_DAY, request, places)
            async with school.engine.snapshot() as connection:
                opened = await open_lists(connection, configuration.id, AUTUMN_DAY)
                page = await page_of_usernames(opened, request, places, limit=10)
                alone = [await row_of_person(connection, *arguments, each) for each in everyone]
            listed = {row.person: row for row in page.items}
            assert alone == [listed.get(person) for person in everyone]
    assert listed == {}


async def test_one_person_s_row_is_found_whatever_is_searched_for(
    owner: Database, school: School
) -> None:
    person = await add_student(owner, school.configuration, school.place)
    await school.named()
    request = school.students(filters=ListFilters(search="nobody"))
    async with school.engine.snapshot() as connection:
        row = await row_of_person(
            connection, school.configuration.id, AUTUMN_DAY, request, EVERYWHERE, person
        )
    assert row is not None


async def statements_of_a_list(school: School) -> int:
    """Those of SQLAlchemy, and those that go straight to the driver below it."""
    statements: list[Any] = []

    def note(*_: Any) -> None:
        statements.append(None)

    async with school.engine.snapshot() as connection:
        driver = await driver_connection(connection)
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        with driver.query_logger(statements.append):
            await list_usernames(
                connection, school.configuration.id, AUTUMN_DAY, school.students(), EVERYWHERE
            )
    return len(statements)


async def test_the_number_of_queries_does_not_grow_with_the_list(
    owner: Database, school: School
) -> None:
    counts = []
    for size in (1, 20):
        for _ in range(size):
            await add_student(owner, school.configuration, school.place)
        await school.named()
        counts.append(await statements_of_a_list(school))
    # Basis, places, students, classes; a setting and its end; the way to the driver.
    assert counts == [7, 7]


async def test_a_list_leaves_its_transaction_planned_as_it_was(
    owner: Database, school: School
) -> None:
    await add_student(owner, school.configuration, school.place)
    await school.named()
    async with school.engine.transaction() as connection:
        await connection.execute(text("set local random_page_cost = 3"))
        listing = await list_usernames(
            connection, school.configuration.id, AUTUMN_DAY, school.students(), EVERYWHERE
        )
        planned = [
            await scalar(connection, f"show {setting}")
            for setting in ("enable_nestloop", "random_page_cost", "jit")
        ]
        before = await scalar(connection, "select reset_val from pg_settings where name = 'jit'")
    assert len(listing.rows) == 1
    assert planned == ["on", "3", before]


async def test_how_many_wait_is_told_of_the_place_whatever_is_searched_for(
    owner: Database, school: School
) -> None:
    south = await add_location(owner, school.configuration, school.number, "2", name="Zuid")
    await add_student(owner, school.configuration, school.place, "Bert", "Ameel")
    await add_student(owner, school.configuration, south, "Mally", "Lassens")
    await add_student(owner, school.configuration, south, "Zoë", "Özdemir")
    await school.named()
    await switch_off(school, "bert.ameel", "zoe.ozdemir")

    async def counts(places: Places = EVERYWHERE, **filters: Any) -> tuple[int, int, int]:
        request = ListRequest(Group.STUDENTS, school=school.number, filters=ListFilters(**filters))
        async with school.engine.snapshot() as connection:
            opened = await open_lists(connection, school.configuration.id, AUTUMN_DAY)
            page = await page_of_usernames(opened, request, places, limit=1)
        return page.total, page.sync_on, page.waiting

    assert await counts() == (3, 1, 2)
    assert await counts(search="lassens") == (1, 1, 2)
    assert await counts(sync=False) == (2, 0, 2)
    assert await counts(search="nobody") == (0, 0, 2)
    at_south = Places.of([(school.number, "2")])
    assert await counts(at_south) == (2, 1, 1)
    assert await counts(NOWHERE) == (0, 0, 0)


async def switch_off(school: School, *off: str) -> None:
    async with school.owner.transaction() as connection:
        await connection.execute(
            update(usernames.username)
            .where(
                usernames.username.c.configuration_id == school.configuration.id,
                usernames.username.c.local_part.in_(off),
            )
            .values(sync=False)
        )


def test_every_column_has_the_manual_s_name() -> None:
    assert [column.header for column in Column] == [
        "Naam",
        "Voornaam",
        "Sync?",
        "Gebruikersnaam",
        "Domeinnaam",
        "School",
        "Vestiging",
        "Klas",
        "Geboortedatum",
        "Aangemaakt op",
    ]
