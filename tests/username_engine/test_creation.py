from datetime import date, timedelta
from typing import Any

import pytest

from services.username_engine.usernames import creation
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.events import ENGINE
from shared.clock import Clock
from shared.database import Database
from shared.tables import sis
from tests.arranging import (
    FIRST_DAY,
    LAST_DAY,
    Arranged,
    Place,
    add_enrolment,
    add_location,
    add_membership,
    add_school,
    add_school_year,
    add_staff,
    add_student,
    change,
    change_configuration,
    new_configuration,
    remove,
    write,
)
from tests.username_engine.looking import (
    AUTUMN,
    history_of,
    local_parts_of,
    names_of,
    revision_of,
)

LATER = FIRST_DAY + timedelta(days=14)
NEXT_MONTH = date(2024, 11, 4)


async def arranged(owner: Database, **choices: Any) -> tuple[Arranged, Place]:
    configuration = await new_configuration(owner, **choices)
    school = await add_school(
        owner, configuration, staff_domain="school.be", student_domain="leerling.school.be"
    )
    return configuration, await add_location(owner, configuration, school)


async def test_students_and_staff_share_one_series_of_names_by_earliest_start(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    student = await add_student(owner, configuration, place, start_date=LATER)
    teacher = await add_staff(owner, configuration, place.school_number, "Bert", "Ameel")
    second = await add_student(owner, configuration, place, person_id="b", start_date=NEXT_MONTH)
    first = await add_student(owner, configuration, place, person_id="a", start_date=NEXT_MONTH)

    created = await create_missing(engine_database, AUTUMN, configuration.id)

    assert created.created == 4
    assert await local_parts_of(owner, configuration) == {
        teacher: "bert.ameel",
        student: "bert.ameel2",
        first: "bert.ameel3",
        second: "bert.ameel4",
    }


async def test_a_run_without_anything_new_writes_nothing(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    before = await revision_of(owner, configuration)

    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == 0
    await add_school_year(owner, configuration)
    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == 0
    assert await revision_of(owner, configuration) == before


async def test_a_changed_official_name_never_changes_the_username(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)

    await change(owner, configuration, sis.person, {"id": person}, family_name="Peeters")
    await create_missing(engine_database, AUTUMN, configuration.id)

    assert await local_parts_of(owner, configuration) == {person: "bert.ameel"}


async def test_only_who_changed_is_named_after_the_first_run(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    await add_student(owner, configuration, place)
    first = await create_missing(engine_database, AUTUMN, configuration.id)
    newcomer = await add_student(owner, configuration, place)

    second = await create_missing(engine_database, AUTUMN, configuration.id)

    assert second.created == 1
    assert second.sis_revision > first.sis_revision
    assert (await local_parts_of(owner, configuration))[newcomer] == "bert.ameel2"


async def test_future_students_get_a_name_and_those_who_left_do_not(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    future = await add_student(owner, configuration, place, start_date=NEXT_MONTH)
    left = await add_student(owner, configuration, place, end_date=LATER)
    future_staff = await add_staff(owner, configuration, place.school_number, start_date=NEXT_MONTH)
    gone = await add_student(owner, configuration, place)
    await remove(owner, configuration, sis.person, id=gone)

    await create_missing(engine_database, AUTUMN, configuration.id)
    assert set(await names_of(owner, configuration)) == {future}

    # The date alone makes a staff member due, without new data.
    november = Clock(NEXT_MONTH)
    assert (await create_missing(engine_database, november, configuration.id)).created == 1
    assert set(await names_of(owner, configuration)) == {future, future_staff}
    assert left not in await names_of(owner, configuration)


async def test_before_and_after_the_year_its_first_and_last_day_count(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place, end_date=LAST_DAY)

    july = await create_missing(engine_database, Clock(date(2025, 7, 20)), configuration.id)

    assert july.reference_date == LAST_DAY
    assert await local_parts_of(owner, configuration) == {person: "bert.ameel"}


async def test_publication_says_for_which_date_names_are_made(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    await add_staff(owner, configuration, place.school_number, start_date=NEXT_MONTH)

    asked = await create_missing(
        engine_database, AUTUMN, configuration.id, reference_date=NEXT_MONTH
    )

    assert (asked.created, asked.reference_date) == (1, NEXT_MONTH)


async def test_nobody_elsewhere_gets_a_name(owner: Database, engine_database: Database) -> None:
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration, all_locations=False)
    chosen = await add_location(owner, configuration, school, "1", chosen={})
    not_chosen = await add_location(owner, configuration, school, "2")
    closed = await add_location(owner, configuration, school, "3", chosen={}, active=False)
    other_year = await add_school_year(
        owner,
        configuration,
        "2023-24",
        start_date=date(2023, 9, 1),
        end_date=date(2024, 6, 30),
    )
    here = await add_student(owner, configuration, chosen)
    for place in (not_chosen, closed):
        await add_student(owner, configuration, place)
    last_year = await add_student(owner, configuration, not_chosen)
    await add_enrolment(owner, configuration, last_year, chosen, school_year=other_year)

    await create_missing(engine_database, AUTUMN, configuration.id)

    assert set(await names_of(owner, configuration)) == {here}


async def test_a_location_that_joins_brings_its_students(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, Place(place.school_number, "2", ""))
    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == 0

    await add_location(owner, configuration, place.school_number, "2")

    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == 1
    assert set(await names_of(owner, configuration)) == {person}


async def test_no_school_year_yet_means_no_names_and_no_failure(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, school_year=False)
    school = await add_school(owner, configuration)
    place = await add_location(owner, configuration, school)
    await add_student(owner, configuration, place)
    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == 0

    await add_school_year(owner, configuration)
    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == 1


async def test_sync_starts_as_every_location_of_the_person_says(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration, sync_by_default=True)
    on = await add_location(owner, configuration, school, "1")
    off = await add_location(owner, configuration, school, "2", chosen={"sync_by_default": False})
    other = await add_school(owner, configuration, sync_by_default=True)
    await add_location(owner, configuration, other)
    empty = await add_school(owner, configuration, sync_by_default=True)
    expected = {
        await add_student(owner, configuration, on): True,
        await add_student(owner, configuration, off): False,
        # Staff: all locations of the first school.
        await add_staff(owner, configuration, school): False,
        await add_staff(owner, configuration, other): True,
        # A school none of whose locations takes part sends nobody.
        await add_staff(owner, configuration, empty): False,
    }
    both_places = await add_student(owner, configuration, on)
    await add_enrolment(owner, configuration, both_places, off)
    expected[both_places] = False
    both_groups = await add_staff(owner, configuration, other)
    await add_enrolment(owner, configuration, both_groups, off)
    expected[both_groups] = False

    await create_missing(engine_database, AUTUMN, configuration.id)

    found = await names_of(owner, configuration)
    assert {person: name.sync for person, name in found.items()} == expected


async def test_the_tenant_assigns_domains_so_none_is_stored(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    teacher = await add_staff(owner, configuration, place.school_number)
    await create_missing(engine_database, AUTUMN, configuration.id)
    assert (await names_of(owner, configuration))[teacher].domain is None


async def test_staff_get_the_domain_of_the_school_where_they_were_first_added(
    owner: Database, engine_database: Database
) -> None:
    provider = {"student_domain_policy": "provider", "staff_domain_policy": "provider"}
    configuration, place = await arranged(owner, **provider)
    student = await add_student(owner, configuration, place)
    low, high = await two_schools(owner, configuration)
    earliest = await add_staff(owner, configuration, low, start_date=LATER)
    await add_membership(owner, configuration, earliest, high)
    primary = await add_staff(owner, configuration, low, is_primary=False)
    await add_membership(owner, configuration, primary, high)
    lowest = await add_staff(owner, configuration, high)
    await add_membership(owner, configuration, lowest, low)
    years_ago = await add_staff(owner, configuration, low)
    await add_membership(
        owner,
        configuration,
        years_ago,
        high,
        start_date=date(2019, 9, 1),
        end_date=date(2020, 6, 30),
        school_year="2019-20",
    )

    await create_missing(engine_database, AUTUMN, configuration.id)

    found = await names_of(owner, configuration)
    assert {person: name.domain for person, name in found.items()} == {
        student: None,
        earliest: "high.be",
        primary: "high.be",
        lowest: "low.be",
        years_ago: "high.be",
    }


async def two_schools(owner: Database, configuration: Arranged) -> tuple[str, str]:
    first = await add_school(owner, configuration, staff_domain="low.be")
    second = await add_school(owner, configuration, f"{first}9", staff_domain="high.be")
    for school in (first, second):
        await add_location(owner, configuration, school)
    return first, second


async def test_a_student_who_becomes_staff_gets_the_schools_domain_once(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, staff_domain_policy="provider")
    person = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    before = (await names_of(owner, configuration))[person]
    await add_membership(owner, configuration, person, place.school_number)

    created = await create_missing(engine_database, AUTUMN, configuration.id)

    after = (await names_of(owner, configuration))[person]
    assert (created.created, created.domains_fixed) == (0, 1)
    assert (before.domain, after.domain) == (None, "school.be")
    assert (after.local_part, after.version) == (before.local_part, 2)
    assert after.revision == await revision_of(owner, configuration)
    kinds = await history_of(owner, configuration, person)
    assert kinds[-1] == ("domain_fixed", ENGINE, {"domain": None}, {"domain": "school.be"})

    await remove(owner, configuration, sis.staff, person_id=person)
    await create_missing(engine_database, AUTUMN, configuration.id)
    assert (await names_of(owner, configuration))[person] == after


async def test_the_history_tells_who_made_a_name_and_how(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)

    after: dict[str, Any] = {"local_part": "bert.ameel", "domain": None, "sync": True, "flags": []}
    assert await history_of(owner, configuration, person) == [("created", ENGINE, None, after)]
    name = (await names_of(owner, configuration))[person]
    assert name.rule == "{voornaam}.{familienaam}"
    assert name.revision == await revision_of(owner, configuration)


async def test_a_name_with_nothing_left_is_made_of_the_identifier_and_flagged(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place, "🎓", "…", person_id="p-1")

    created = await create_missing(engine_database, AUTUMN, configuration.id)

    name = (await names_of(owner, configuration))[person]
    assert name.local_part == "p-1"
    assert name.flags == ["needs_review", "from_identifier"]
    assert created.flags["needs_review"] == 1


async def test_the_suffix_stays_within_the_maximum_length(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, username_maximum_length=8)
    for _ in range(12):
        await add_student(owner, configuration, place, "Maximiliaan", "Vanderstraeten")
    await create_missing(engine_database, AUTUMN, configuration.id)

    found = (await local_parts_of(owner, configuration)).values()
    assert len(set(found)) == 12
    assert max(map(len, found)) == 8
    assert {"maximili", "maximil2", "maximi12"} <= set(found)


TAKE_OVER = {"usernames_from_source": "take_over"}


async def test_the_sources_usernames_are_ignored_unless_the_configuration_says(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place, source_username="b.ameel")
    await create_missing(engine_database, AUTUMN, configuration.id)
    assert await local_parts_of(owner, configuration) == {person: "bert.ameel"}


async def test_the_sources_usernames_are_taken_over_once_and_come_before_generated_ones(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, **TAKE_OVER)
    generated = await add_student(owner, configuration, place)
    given = await add_student(
        owner, configuration, place, "An", "Smet", start_date=LATER, source_username="Bert.Ameel"
    )
    await create_missing(engine_database, AUTUMN, configuration.id)

    found = await names_of(owner, configuration)
    assert (found[given].local_part, found[given].rule) == ("Bert.Ameel", "source")
    assert found[generated].local_part == "bert.ameel2"

    await change(owner, configuration, sis.person, {"id": given}, source_username="other")
    await create_missing(engine_database, AUTUMN, configuration.id)
    assert (await names_of(owner, configuration))[given] == found[given]


@pytest.mark.parametrize(
    ("source_username", "local_part", "flags"),
    [
        ("b.ameel@school.be", "b.ameel", ["domain_stripped"]),
        ("no good", "bert.ameel", ["source_name_invalid"]),
        ("@school.be", "bert.ameel", ["source_name_invalid"]),
        ("TAKEN", "bert.ameel", ["source_name_taken"]),
    ],
)
async def test_a_name_from_the_source_under_the_tenants_policy(
    owner: Database,
    engine_database: Database,
    source_username: str,
    local_part: str,
    flags: list[str],
) -> None:
    configuration, place = await arranged(owner, **TAKE_OVER)
    await add_staff(owner, configuration, place.school_number, source_username="taken")
    person = await add_student(
        owner, configuration, place, start_date=LATER, source_username=source_username
    )
    created = await create_missing(engine_database, AUTUMN, configuration.id)

    name = (await names_of(owner, configuration))[person]
    assert (name.local_part, name.domain, name.flags) == (local_part, None, flags)
    assert created.flags == {flags[0]: 1}


async def test_names_from_the_source_keep_their_domain_where_the_provider_assigns_it(
    owner: Database, engine_database: Database
) -> None:
    provider = {"student_domain_policy": "provider", "staff_domain_policy": "provider"}
    configuration, place = await arranged(owner, **TAKE_OVER, **provider)
    school = place.school_number
    student = await add_student(owner, configuration, place, source_username="s@elders.be")
    teacher = await add_staff(owner, configuration, school, source_username="t@elders.be")
    bare = await add_staff(owner, configuration, school, source_username="bare")
    await create_missing(engine_database, AUTUMN, configuration.id)

    found = await names_of(owner, configuration)
    assert {found[one].domain for one in (student, teacher)} == {"elders.be"}
    assert (found[bare].local_part, found[bare].domain) == ("bare", "school.be")


async def test_a_new_format_is_for_new_names_only(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    old = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)
    await change_configuration(owner, configuration, username_format="naam.voornaam")
    new = await add_student(owner, configuration, place)
    await create_missing(engine_database, AUTUMN, configuration.id)

    assert await local_parts_of(owner, configuration) == {old: "bert.ameel", new: "ameel.bert"}


async def test_names_do_not_depend_on_how_many_are_committed_at_once(
    owner: Database, engine_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    persons = [
        {"id": f"person-{n:03d}", "given_name": given, "family_name": "Peeters"}
        for n, given in enumerate(["Jan", "Ján", "J.", "Jan2", "Mia"] * 20)
    ]

    async def named(chunk: int, rows: list[dict[str, str]]) -> dict[str, str]:
        monkeypatch.setattr(creation, "CHUNK", chunk)
        configuration, place = await arranged(owner)
        await write(owner, configuration, sis.person, *rows)
        enrolments = [
            {
                "person_id": row["id"],
                "school_number": place.school_number,
                "location_number": place.number,
                "school_year": "2024-25",
                "start_date": FIRST_DAY + timedelta(days=int(row["id"][-1])),
            }
            for row in rows
        ]
        await write(owner, configuration, sis.enrolment, *enrolments)
        counts: list[int] = []
        created = await create_missing(
            engine_database, AUTUMN, configuration.id, on_progress=counts.append
        )
        assert counts[-1] == created.created == 100
        return await local_parts_of(owner, configuration)

    at_once = await named(5_000, persons)
    assert len(set(at_once.values())) == 100
    assert await named(7, persons[::-1]) == at_once
