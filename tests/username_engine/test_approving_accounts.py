"""Approving whose accounts are, below the API: exchanges, refusals, and second thoughts."""

from datetime import date

import pytest

from services.username_engine.errors import NotYetEditableError
from services.username_engine.usernames.account_errors import (
    AccountTakenError,
)
from services.username_engine.usernames.approving import Left, approve
from services.username_engine.usernames.editing import edit_username
from services.username_engine.usernames.proposal_list import LeftReason
from services.username_engine.usernames.releasing import Persons, set_sync
from shared.database import Database
from tests.arranging import (
    add_student,
)
from tests.username_engine.looking import AUTUMN, local_parts_of
from tests.username_engine.tenant_files import arranged, created, imported, proposed


async def test_approval_exchanges_names_that_were_made_the_wrong_way_round(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    first = await add_student(
        owner, configuration, place, person_id="1", birth_date=date(2008, 1, 1)
    )
    second = await add_student(
        owner, configuration, place, person_id="2", birth_date=date(2011, 1, 1)
    )
    await created(engine_database, configuration)
    await set_sync(
        engine_database, AUTUMN, configuration.id, Persons([first, second]), False, actor="tests"
    )
    await imported(
        engine_database,
        configuration,
        "bert.ameel@college.be,Bert Ameel 2011,Bert,Ameel,,",
        "bert.ameel2@college.be,Bert Ameel 2008,Bert,Ameel,,",
    )
    await approve(engine_database, AUTUMN, configuration.id, None, "tests")
    assert await local_parts_of(owner, configuration) == {
        first: "bert.ameel2",
        second: "bert.ameel",
    }


async def test_a_name_that_somebody_else_has_here_is_left_for_a_person_to_settle(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place, birth_date=date(2011, 1, 1))
    other = await add_student(owner, configuration, place, "Mia", "Maes")
    await created(engine_database, configuration)
    await set_sync(
        engine_database, AUTUMN, configuration.id, Persons([person, other]), False, actor="tests"
    )
    await edit_username(engine_database, AUTUMN, configuration.id, other, "b.ameel", actor="tests")
    await imported(engine_database, configuration, "b.ameel@college.be,,Bert,Ameel,,2011")

    done = await approve(engine_database, AUTUMN, configuration.id, None, "tests")
    assert (done.accounts, done.left) == ((), (Left(person, LeftReason.NAME_TAKEN),))
    with pytest.raises(AccountTakenError) as refused:
        await approve(engine_database, AUTUMN, configuration.id, [person], "tests")
    assert refused.value.members == {"persons": [person]}
    assert (await local_parts_of(owner, configuration))[person] == "bert.ameel"


async def test_a_future_students_account_waits_unless_an_operator_says_otherwise(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place, start_date=date(2025, 2, 1))
    await imported(engine_database, configuration, "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,")
    await created(engine_database, configuration)
    with pytest.raises(NotYetEditableError):
        await approve(engine_database, AUTUMN, configuration.id, [person], "tests")
    all_sure = await approve(engine_database, AUTUMN, configuration.id, None, "tests")
    assert all_sure.left == (Left(person, LeftReason.NOT_YET_EDITABLE),)
    done = await approve(
        engine_database, AUTUMN, configuration.id, [person], "tests", future_students=True
    )
    assert [str(each.after) for each in done.accounts] == ["bert.ameel"]


async def test_an_account_approved_for_the_wrong_person_can_be_given_to_the_right_one(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    wrong, right = [await add_student(owner, configuration, place) for _ in range(2)]
    bert = "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,"
    await imported(engine_database, configuration, bert)
    await created(engine_database, configuration)
    await approve(engine_database, AUTUMN, configuration.id, [wrong], "tests")
    await edit_username(engine_database, AUTUMN, configuration.id, wrong, "bert.a", actor="tests")

    await imported(engine_database, configuration, bert)
    assert {person for person, *_ in await proposed(owner, configuration)} == {right}
    await approve(engine_database, AUTUMN, configuration.id, [right], "tests")
    assert await local_parts_of(owner, configuration) == {wrong: "bert.a", right: "bert.ameel"}
    again = await imported(engine_database, configuration, bert)
    assert (again.links_kept, again.sure, again.likely) == (1, 0, 0)


async def test_who_gave_an_account_back_is_proposed_another_and_not_that_one_again(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    bert = "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,"
    await imported(engine_database, configuration, bert)
    await created(engine_database, configuration)
    await approve(engine_database, AUTUMN, configuration.id, [person], "tests")
    await edit_username(engine_database, AUTUMN, configuration.id, person, "bert.a", actor="tests")

    done = await imported(engine_database, configuration, bert)
    assert (done.sure, done.likely) == (0, 0)
    assert await proposed(owner, configuration) == set()

    await imported(engine_database, configuration, bert, "b.ameel@college.be,,Bert,Ameel,,")
    assert {(who, account) for who, account, _ in await proposed(owner, configuration)} == {
        (person, "b.ameel@college.be")
    }
