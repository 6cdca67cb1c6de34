"""What asks for a look at a generated name: of the candidate that is used, and as it is sent."""

from typing import Any

import pytest

from services.username_engine.usernames.format_trial import Trial
from services.username_engine.usernames.previewing import preview_format
from shared.database import Database
from tests.arranging import (
    Arranged,
    add_location,
    add_school,
    add_staff,
    add_student,
    change_configuration,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import calling, named
from tests.username_engine.looking import AUTUMN, names_of
from tests.username_engine.planned import PLAIN, applied, planned_rename

ARABIC = "محمد"
"""Without vowels when it is written in Latin letters: `mhmd`."""
REVIEWED = ["needs_review", "consonants_only"]
LONG_NAME = "a" * 55
LONG_DOMAIN = "d" * 52 + ".be"
TOO_LONG = "exceeds_microsoft_limit"

FLAGGED = [
    ("{voornaam} | {naam}", {"jan": [], "mhmd": REVIEWED, "jan2": []}),
    ("{naam} | {voornaam}", {"mhmd": REVIEWED, "jan": [], "mhmd2": REVIEWED}),
]


async def three_of_one_name(owner: Database, username_format: str) -> Arranged:
    configuration = await new_configuration(owner, username_format=username_format)
    place = await add_location(owner, configuration, await add_school(owner, configuration))
    for person in "abc":
        await add_student(owner, configuration, place, "Jan", ARABIC, person_id=person)
    return configuration


async def flags_of(owner: Database, configuration: Arranged) -> dict[str, list[str]]:
    """By local part."""
    names = await names_of(owner, configuration)
    return {name.local_part: name.flags for name in names.values()}


@pytest.mark.parametrize(("username_format", "flagged"), FLAGGED)
async def test_a_name_has_the_flags_of_the_candidate_that_is_used(
    owner: Database,
    engine_database: Database,
    username_format: str,
    flagged: dict[str, list[str]],
) -> None:
    configuration = await three_of_one_name(owner, username_format)

    async with engine_database.snapshot() as connection:
        preview = await preview_format(
            connection,
            configuration.id,
            AUTUMN.today(),
            Trial(username_format),
            limit=10,
            offset=0,
        )
    await named(engine_database, configuration)

    assert {row.username.local_part: [*row.flags] for row in preview.items} == flagged
    assert await flags_of(owner, configuration) == flagged


@pytest.mark.parametrize(("username_format", "flagged"), FLAGGED)
async def test_so_has_one_that_a_plan_gives(
    owner: Database,
    engine_database: Database,
    username_format: str,
    flagged: dict[str, list[str]],
) -> None:
    configuration = await three_of_one_name(owner, PLAIN)
    await named(engine_database, configuration)
    await change_configuration(owner, configuration, username_format=username_format)

    plan = await planned_rename(engine_database, configuration)
    await applied(engine_database, configuration, plan.id)

    assert await flags_of(owner, configuration) == flagged


LONG_AT: list[tuple[str, dict[str, Any], dict[str, Any] | None, bool]] = [
    ("provider", {"student_domain": LONG_DOMAIN}, None, True),
    ("provider", {"student_domain": "a.be"}, {"student_domain": LONG_DOMAIN}, True),
    ("provider", {"student_domain": "a.be", "staff_domain": LONG_DOMAIN}, None, False),
    ("tenant", {"student_domain": LONG_DOMAIN}, None, False),
]


@pytest.mark.parametrize(("policy", "domains", "chosen", "flagged"), LONG_AT)
async def test_a_student_s_name_is_measured_with_the_longest_domain_it_may_be_sent_with(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    policy: str,
    domains: dict[str, Any],
    chosen: dict[str, Any] | None,
    flagged: bool,
) -> None:
    configuration = await new_configuration(
        owner,
        student_domain_policy=policy,
        staff_domain_policy="tenant",
        usernames_from_source="take_over",
    )
    school = await add_school(owner, configuration, **domains)
    place = await add_location(owner, configuration, school, chosen=chosen)
    person = await add_student(owner, configuration, place, LONG_NAME, "Bal")
    from_source = await add_student(
        owner, configuration, place, source_username="B" * len(LONG_NAME) + ".bal"
    )
    teacher = await add_staff(owner, configuration, school, "c" * len(LONG_NAME), "Bal")
    await named(engine_database, configuration)

    names = await names_of(owner, configuration)
    expected = [TOO_LONG] if flagged else []
    assert names[person].flags == names[from_source].flags == expected
    assert names[teacher].flags == []

    async with calling(database, configuration) as api:
        answer = await api.validate(person, "d" * len(LONG_NAME) + ".bal")
    warned = [warning["code"] for warning in answer.json()["warnings"]]
    assert warned == [f"username.{code}" for code in expected]
