"""Approving accounts over HTTP whose domain is, or is not, the one that would be sent."""

import pytest

from shared.database import Database
from tests.arranging import (
    FIRST_DAY,
    add_location,
    add_school,
    add_staff,
    add_student,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import calling, refused
from tests.username_engine.looking import history_of, names_of
from tests.username_engine.proposals_api import approve, arranged, call, proposed, provider, sent


async def test_a_students_account_with_the_location_s_domain_stays_dynamic(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await provider(owner)
    person = await add_student(owner, configuration, place)
    await arranged(engine_database, configuration, ("bert.ameel@College.be", "Bert", "Ameel"))
    async with calling(database, configuration) as api:
        (item,) = await proposed(api)
        assert (item["username_as_sent"], item["domain_differs"]) == (
            "bert.ameel@college.be",
            False,
        )
        done = (await approve(api, all_sure=True)).json()
        assert [each["domain_fixed"] for each in done["items"]] == [False]
    assert (await names_of(owner, configuration))[person].domain is None


async def test_an_account_with_another_domain_is_linked_by_name_alone_and_then_found_by_the_sync(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await provider(owner)
    student = await add_student(owner, configuration, place)
    teacher = await add_staff(owner, configuration, place.school_number)
    await arranged(
        engine_database,
        configuration,
        ("bert.ameel@vti.be", "Bert", "Ameel"),
        ("an.desmet@college.be", "An", "De Smet"),
    )
    before = await names_of(owner, configuration)
    assert (before[teacher].domain, before[student].domain) == ("staf.be", None)
    async with calling(database, configuration) as api:
        items = {item["person"]: item for item in await proposed(api)}
        assert items[student]["username_as_sent"] == "bert.ameel@college.be"
        assert items[teacher]["username_as_sent"] == "an.desmet@staf.be"
        assert [item["domain_differs"] for item in items.values()] == [True, True]

        would = (await call(api, "GET", "proposals/sure")).json()
        all_sure = (await approve(api, all_sure=True)).json()
        assert would == {"total": 0, "left": all_sure["left"]}
        assert (all_sure["items"], {left["reason"] for left in all_sure["left"]}) == (
            [],
            {"domain_differs"},
        )
        assert await names_of(owner, configuration) == before

        done = (await approve(api, persons=[student, teacher], language="en")).json()
        await api.sync(sync=True, persons=[student, teacher])

    found = {item["person"]: item for item in done["items"]}
    assert all(item["domain_fixed"] for item in found.values())
    assert found[student]["username"] == "bert.ameel@vti.be"
    assert found[student]["warnings"] == [
        {
            "code": "username.domain_not_configured",
            "detail": "The domain of 'bert.ameel@vti.be' is not one of this configuration",
        }
    ]
    assert (found[teacher]["before"], found[teacher]["username"]) == (
        "an.desmet@staf.be",
        "an.desmet@college.be",
    )
    assert found[teacher]["warnings"] == []
    # What is sent is the address that the account has.
    assert await sent(engine_database, configuration) == {
        student: "bert.ameel@vti.be",
        teacher: "an.desmet@college.be",
    }
    _, _, was, became = (await history_of(owner, configuration, teacher))[1]
    assert (was["domain"], became["domain"]) == ("staf.be", "college.be")


@pytest.mark.parametrize(
    ("domain", "verified"), [("vti.be", ["college.be", "staf.be"]), ("college.local", [])]
)
async def test_an_account_whose_domain_no_username_may_have_is_refused(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    domain: str,
    verified: list[str],
) -> None:
    configuration, place = await provider(owner, verified_domains=verified)
    person = await add_student(owner, configuration, place)
    await arranged(engine_database, configuration, (f"bert.ameel@{domain}", "Bert", "Ameel"))
    async with calling(database, configuration) as api:
        document = refused(await approve(api, persons=[person]), 409, "proposal.domain_not_allowed")
        assert document["persons"] == [person]
        (item,) = await proposed(api)
        assert (item["can_approve"], item["why_not"]) == (False, "domain_not_allowed")
        all_sure = (await approve(api, all_sure=True)).json()
        assert all_sure["left"] == [{"person": person, "reason": "domain_not_allowed"}]
    assert (await names_of(owner, configuration))[person].version == 1


async def test_staff_of_a_school_without_a_domain_get_their_account_s(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration = await new_configuration(owner, staff_domain_policy="provider")
    school = await add_school(owner, configuration)
    await add_location(owner, configuration, school)
    person = await add_staff(owner, configuration, school, start_date=FIRST_DAY)
    await arranged(engine_database, configuration, ("an.desmet@staf.be", "An", "De Smet"))
    assert "domain_missing" in (await names_of(owner, configuration))[person].flags
    async with calling(database, configuration) as api:
        (item,) = await proposed(api)
        assert (item["username_as_sent"], item["domain_differs"]) == (None, True)
        await approve(api, persons=[person])
    name = (await names_of(owner, configuration))[person]
    assert (name.domain, name.flags) == ("staf.be", [])
