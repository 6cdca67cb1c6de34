"""Whose a name stays: leavers, former names, reuse, reserved names and candidates before numbers."""

from datetime import date, timedelta
from typing import Any

from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.ledger import former_holders
from shared.clock import Clock
from shared.database import Database
from shared.tables import sis
from tests.arranging import (
    Arranged,
    Place,
    add_enrolment,
    add_location,
    add_school,
    add_school_year,
    add_student,
    change,
    change_configuration,
    new_configuration,
    remove,
)
from tests.username_engine.looking import AUTUMN, history_of, local_parts_of, names_of

NEXT_YEAR = Clock(date(2025, 10, 1))


async def arranged(owner: Database, **choices: Any) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner, **choices)
    school = await add_school(owner, configuration)
    return configuration, await add_location(owner, configuration, school)


async def next_year(owner: Database, configuration: Arranged) -> None:
    await add_school_year(
        owner,
        configuration,
        "2025-26",
        start_date=date(2025, 9, 1),
        end_date=date(2026, 6, 30),
    )
    await change_configuration(owner, configuration, active_school_year="2025-26")


async def edited(database: Database, configuration: Arranged, person: str, name: str) -> None:
    await edit_username(database, AUTUMN, configuration.id, person, name, actor="tests")


async def test_a_leaver_who_comes_back_has_his_name_and_nobody_got_it_meanwhile(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    leaver = await add_student(owner, configuration, place, end_date=date(2024, 12, 20))
    await create_missing(engine_database, AUTUMN, configuration.id)
    before = (await names_of(owner, configuration))[leaver]
    await next_year(owner, configuration)
    newcomer = await add_student(owner, configuration, Place(place.school_number, "x", ""))
    for person in (newcomer, leaver):
        await add_enrolment(
            owner,
            configuration,
            person,
            place,
            start_date=date(2025, 9, 1),
            school_year="2025-26",
        )
        await create_missing(engine_database, NEXT_YEAR, configuration.id)
    found = await names_of(owner, configuration)
    assert found[leaver] == before
    assert found[newcomer].local_part == "bert.ameel2"


async def test_generation_leaves_a_former_name_to_its_person_and_a_hand_edit_may_take_it(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    first = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await edited(engine_database, configuration, first, "b.ameel")
    second = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    assert (await local_parts_of(owner, configuration))[second] == "bert.ameel2"

    await edited(engine_database, configuration, second, "Bert.Ameel")
    assert await local_parts_of(owner, configuration) == {first: "b.ameel", second: "Bert.Ameel"}
    async with owner.transaction() as connection:
        assert await former_holders(connection, configuration.id, "bert.ameel") == [first]
        assert await former_holders(connection, configuration.id, "bert.ameel2") == [second]


async def test_who_takes_a_former_name_back_is_no_former_holder(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await edited(engine_database, configuration, person, "BERT.AMEEL")
    async with owner.transaction() as connection:
        assert await former_holders(connection, configuration.id, "bert.ameel") == []
    for name in ("b.ameel", "bert.ameel"):
        await edited(engine_database, configuration, person, name)
    async with owner.transaction() as connection:
        assert await former_holders(connection, configuration.id, "bert.ameel") == []
        assert await former_holders(connection, configuration.id, "b.ameel") == [person]


async def test_a_chain_of_names_leaves_each_to_who_had_it(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    bart = await add_student(owner, configuration, place, "Bart", "Bal")
    boris = await add_student(owner, configuration, place, "B", "Bal")
    await create_missing(engine_database, AUTUMN, configuration.id)
    for person, name in (
        (boris, "boris.bal_EX"),
        (bart, "b.bal_EX"),
        (bart, "b.bal"),
        (boris, "boris.bal"),
    ):
        await edited(engine_database, configuration, person, name)
    newcomers = {
        await add_student(owner, configuration, place, "Bart", "Bal"): "bart.bal2",
        await add_student(owner, configuration, place, "B", "Bal"): "b.bal2",
        await add_student(owner, configuration, place, "Boris", "Bal_EX"): "boris.balex",
    }
    await create_missing(engine_database, AUTUMN, configuration.id)
    found = await local_parts_of(owner, configuration)
    assert found == {bart: "b.bal", boris: "boris.bal", **newcomers}


async def test_a_former_name_is_reused_only_after_the_time_that_the_configuration_sets(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, reuse_after_days=365)
    first = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await edited(engine_database, configuration, first, "b.ameel")
    today = Clock().today()
    for days, name in ((300, "bert.ameel2"), (400, "bert.ameel")):
        person = await add_student(owner, configuration, place)
        await create_missing(engine_database, Clock(today + timedelta(days=days)), configuration.id)
        assert (await local_parts_of(owner, configuration))[person] == name


async def test_a_leavers_name_is_free_after_the_time_that_the_configuration_sets(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, reuse_after_days=200)
    leaver = await add_student(owner, configuration, place, end_date=date(2024, 12, 20))
    stays = await add_student(owner, configuration, place, "Mia", "Maes")
    other_leaver = await add_student(owner, configuration, place, "An", "Aerts")
    await create_missing(engine_database, AUTUMN, configuration.id)
    await remove(owner, configuration, sis.person, id=other_leaver)
    await next_year(owner, configuration)
    await add_enrolment(
        owner, configuration, stays, place, start_date=date(2025, 9, 1), school_year="2025-26"
    )
    newcomer = await add_student(owner, configuration, Place(place.school_number, "x", ""))
    await add_enrolment(
        owner, configuration, newcomer, place, start_date=date(2025, 9, 1), school_year="2025-26"
    )

    await create_missing(engine_database, Clock(date(2025, 12, 1)), configuration.id)

    assert await local_parts_of(owner, configuration) == {
        stays: "mia.maes",
        newcomer: "bert.ameel",
        # Enrolled until 30 June, as far as is known: not long enough ago.
        other_leaver: "an.aerts",
    }
    assert (await history_of(owner, configuration, leaver))[-1][:3] == (
        "reserved",
        "engine",
        {"local_part": "bert.ameel", "domain": None, "sync": True},
    )
    await add_enrolment(
        owner, configuration, leaver, place, start_date=date(2025, 12, 1), school_year="2025-26"
    )
    await create_missing(engine_database, Clock(date(2025, 12, 1)), configuration.id)
    assert (await local_parts_of(owner, configuration))[leaver] == "bert.ameel2"


async def test_a_leaver_whose_time_is_over_gets_his_name_again_while_it_is_free(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, reuse_after_days=100)
    leaver = await add_student(owner, configuration, place, end_date=date(2024, 12, 20))
    await create_missing(engine_database, AUTUMN, configuration.id)
    await change(owner, configuration, sis.person, {"id": leaver}, given_name="Bertje")
    await next_year(owner, configuration)
    await create_missing(engine_database, NEXT_YEAR, configuration.id)
    assert await local_parts_of(owner, configuration) == {}
    await add_enrolment(
        owner, configuration, leaver, place, start_date=date(2025, 9, 1), school_year="2025-26"
    )
    await create_missing(engine_database, NEXT_YEAR, configuration.id)
    assert await local_parts_of(owner, configuration) == {leaver: "bert.ameel"}


async def test_reserved_names_and_a_schools_own_words_are_never_generated(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(
        owner, username_format="{voornaam}", reserved_words=["bert"]
    )
    info = await add_student(owner, configuration, place, "Info", "X")
    bert = await add_student(owner, configuration, place, "Bert", "X")
    await create_missing(engine_database, AUTUMN, configuration.id)
    assert await local_parts_of(owner, configuration) == {info: "info2", bert: "bert2"}


async def test_other_candidates_come_before_numbers(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(
        owner,
        username_format="{voornaam} | {voornaam}.{familienaam}",
        reserved_words=["mia"],
    )
    expected = {
        await add_student(owner, configuration, place, person_id="1"): "bert",
        await add_student(owner, configuration, place, person_id="2"): "bert.ameel",
        await add_student(
            owner, configuration, place, "Bert", "Claes", person_id="3"
        ): "bert.claes",
        await add_student(owner, configuration, place, person_id="4"): "bert2",
        await add_student(owner, configuration, place, person_id="5"): "bert3",
        await add_student(owner, configuration, place, "Mia", "Maes"): "mia.maes",
    }
    await create_missing(engine_database, AUTUMN, configuration.id)
    assert await local_parts_of(owner, configuration) == expected


async def test_the_configurations_rules_make_the_name_and_its_number(
    owner: Database, engine_database: Database
) -> None:
    rules = {
        "transliteration": "german",
        "particles": "initials",
        "first_number": 1,
        "minimum_digits": 2,
    }
    configuration, place = await arranged(owner, username_rules=rules)
    first = await add_student(owner, configuration, place, "Jürgen", "van den Berg", person_id="1")
    second = await add_student(owner, configuration, place, "Jürgen", "van den Berg", person_id="2")
    await create_missing(engine_database, AUTUMN, configuration.id)
    before = await local_parts_of(owner, configuration)
    assert before == {first: "juergen.vdberg", second: "juergen.vdberg01"}

    # A change of rules renames nobody.
    await change_configuration(owner, configuration, username_rules={})
    third = await add_student(owner, configuration, place, "Jürgen", "van den Berg")
    await create_missing(engine_database, AUTUMN, configuration.id)
    after = await local_parts_of(owner, configuration)
    assert after == {**before, third: "jurgen.vandenberg"}


async def test_the_start_year_is_that_of_the_active_school_year(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(
        owner, username_format="{voornaam}.{familienaam}{startyear:-2}"
    )
    person = await add_student(owner, configuration, place, start_date=date(2025, 3, 1))
    await create_missing(engine_database, AUTUMN, configuration.id)
    assert await local_parts_of(owner, configuration) == {person: "bert.ameel24"}


async def test_a_name_from_the_source_that_was_somebody_elses_is_not_taken_over(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, usernames_from_source="take_over")
    first = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await edited(engine_database, configuration, first, "b.ameel")
    second = await add_student(
        owner, configuration, place, "Mia", "Maes", source_username="bert.ameel"
    )
    await create_missing(engine_database, AUTUMN, configuration.id)
    name = (await names_of(owner, configuration))[second]
    assert (name.local_part, name.flags) == ("mia.maes", ["source_name_taken"])
