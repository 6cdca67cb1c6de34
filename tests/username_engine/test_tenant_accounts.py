"""The accounts a tenant has already: a first roll-out, approval, and August with namesakes."""

import asyncio
from datetime import date
from typing import Any

import pytest

from services.username_engine.errors import NoUsernameError
from services.username_engine.usernames import creation
from services.username_engine.usernames.account_errors import (
    AccountTakenError,
    AmbiguousProposalError,
    NoProposalError,
)
from services.username_engine.usernames.account_file import read_accounts
from services.username_engine.usernames.account_matching import Reason, Strength
from services.username_engine.usernames.approving import approve
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.ledger import former_holders
from services.username_engine.usernames.name_giving import LikelyAccounts
from services.username_engine.usernames.proposals import likely_accounts
from services.username_engine.usernames.tenant_accounts import import_accounts
from shared.database import Database
from tests.arranging import (
    add_class,
    add_class_enrolment,
    add_location,
    add_school,
    add_school_year,
    add_staff,
    add_student,
    new_configuration,
)
from tests.username_engine.looking import AUTUMN, history_of, local_parts_of, names_of
from tests.username_engine.tenant_files import (
    HEADER,
    arranged,
    created,
    imported,
    proposals,
    proposed,
)


async def test_at_a_first_roll_out_everyone_keeps_his_own_name_until_it_is_approved(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    bert = await add_student(owner, configuration, place)
    mia = await add_student(owner, configuration, place, "Mia", "Maes")
    await imported(engine_database, configuration, "Bert.Ameel@college.be,Bert Ameel,Bert,Ameel,,")

    assert await created(engine_database, configuration) == 2

    found = await names_of(owner, configuration)
    assert (found[bert].local_part, found[bert].sync) == ("bert.ameel", False)
    assert found[bert].flags == ["likely_existing_account"]
    assert (found[mia].local_part, found[mia].sync, found[mia].flags) == ("mia.maes", True, [])
    assert await proposed(owner, configuration) == {(bert, "bert.ameel@college.be", Strength.SURE)}

    done = await approve(engine_database, AUTUMN, configuration.id, None, "tests")

    assert [each.person_id for each in done.accounts] == [bert]
    after = (await names_of(owner, configuration))[bert]
    assert (after.local_part, after.sync, after.flags) == ("Bert.Ameel", False, [])
    assert await proposed(owner, configuration) == set()
    kind, actor, before, linked = (await history_of(owner, configuration, bert))[-1]
    assert (kind, actor, before) == ("linked", "tests", {"local_part": "bert.ameel"})
    assert linked["user_principal_name"] == "bert.ameel@college.be"
    again = await approve(engine_database, AUTUMN, configuration.id, None, "tests")
    assert again.accounts == ()


async def test_who_arrives_while_accounts_are_compared_is_not_named_as_if_there_were_none(
    owner: Database, engine_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration, place = await arranged(owner)
    await add_student(owner, configuration, place)
    await imported(
        engine_database,
        configuration,
        "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,",
        "mia.maes@college.be,Mia Maes,Mia,Maes,,",
    )
    late: list[str] = []

    async def compare_before_somebody_arrives(*arguments: Any) -> LikelyAccounts:
        accounts = await likely_accounts(*arguments)
        if not late:
            late.append(await add_student(owner, configuration, place, "Mia", "Maes"))
        return accounts

    monkeypatch.setattr(creation, "likely_accounts", compare_before_somebody_arrives)
    await created(engine_database, configuration)
    await created(engine_database, configuration)

    (mia,) = late
    name = (await names_of(owner, configuration))[mia]
    assert (name.local_part, name.sync, name.flags) == (
        "mia.maes",
        False,
        ["likely_existing_account"],
    )


async def test_an_account_is_nobody_elses_name_and_namesakes_are_flagged(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    await imported(
        engine_database,
        configuration,
        "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,",
        "bert.ameel2@college.be,Bert Ameel,Bert,Ameel,,",
    )
    one = await add_student(owner, configuration, place)
    other = await add_staff(owner, configuration, place.school_number, "Bert", "Ameel")
    await created(engine_database, configuration)

    found = await names_of(owner, configuration)
    assert {found[one].local_part, found[other].local_part} == {"bert.ameel3", "bert.ameel4"}
    for name in found.values():
        assert (name.sync, name.flags) == (False, ["name_taken_in_tenant"])
    assert {strength for *_, strength in await proposed(owner, configuration)} == {Strength.LIKELY}
    assert len(await proposed(owner, configuration)) == 4
    done = await approve(engine_database, AUTUMN, configuration.id, None, "tests")
    assert done.accounts == ()

    with pytest.raises(AmbiguousProposalError):
        await approve(engine_database, AUTUMN, configuration.id, [one], "tests")
    with pytest.raises(NoUsernameError):
        await approve(engine_database, AUTUMN, configuration.id, ["nobody"], "tests")
    elsewhere = {one: "bert@college.be"}
    with pytest.raises(NoProposalError):
        await approve(engine_database, AUTUMN, configuration.id, elsewhere, "tests")
    same = {one: "bert.ameel@college.be", other: "bert.ameel@college.be"}
    with pytest.raises(AccountTakenError):
        await approve(engine_database, AUTUMN, configuration.id, same, "tests")
    both = {one: "Bert.Ameel@college.be", other: "bert.ameel2@college.be"}
    await approve(engine_database, AUTUMN, configuration.id, both, "tests")

    assert await local_parts_of(owner, configuration) == {one: "bert.ameel", other: "bert.ameel2"}
    given_up = found[one].local_part
    async with owner.transaction() as connection:
        assert await former_holders(connection, configuration.id, given_up) == [one]
    newcomer = await add_student(owner, configuration, place)
    await created(engine_database, configuration)
    name = (await names_of(owner, configuration))[newcomer]
    # Neither an account's name nor one that somebody had.
    assert (name.local_part, name.sync, name.flags) == ("bert.ameel5", True, [])


async def test_a_secretary_in_august_with_two_new_pupils_of_one_name(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    present = await add_student(owner, configuration, place)
    await created(engine_database, configuration)
    assert (await names_of(owner, configuration))[present].sync
    # By now School Data Sync has made the account.
    await imported(engine_database, configuration, "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,")
    new = [await add_student(owner, configuration, place) for _ in range(2)]
    await created(engine_database, configuration)

    found = await names_of(owner, configuration)
    assert {found[person].local_part for person in new} == {"bert.ameel2", "bert.ameel3"}
    assert all(found[person].sync and not found[person].flags for person in new)
    assert await proposed(owner, configuration) == set()


async def test_birth_year_class_and_employee_id_tell_namesakes_apart(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    older = await add_student(owner, configuration, place, birth_date=date(2008, 5, 1))
    younger = await add_student(owner, configuration, place, birth_date=date(2011, 5, 1))
    an, ann = [
        await add_student(owner, configuration, place, "An", "Van den Berg") for _ in range(2)
    ]
    await add_class_enrolment(
        owner, configuration, ann, await add_class(owner, configuration, place, "6 Latijn A")
    )
    teacher = await add_staff(
        owner, configuration, place.school_number, "Jan", "Claes", identifier="P-77"
    )
    done = await imported(
        engine_database,
        configuration,
        "bert.ameel@college.be,Ameel Bert,Bert,Ameel,,",
        "bert.ameel2011@college.be,Ameel Bert,Bert,Ameel,,",
        "avdb@college.be,Van den Berg An,An,Van den Berg,,6 Latijn A",
        "avdb2@college.be,Van den Berg An,An,Van den Berg,,5B",
        "claes@college.be,J. Claes,,,P-77,",
    )

    found = {
        (each.person_id, each.strength): each for each in await proposals(owner, configuration)
    }
    sure = {person: each for (person, strength), each in found.items() if strength == "sure"}
    assert {person: each.user_principal_name for person, each in sure.items()} == {
        younger: "bert.ameel2011@college.be",
        ann: "avdb@college.be",
        teacher: "claes@college.be",
    }
    assert sure[younger].reason is Reason.SAME_NAMES_AND_BIRTH_YEAR
    assert sure[ann].reason is Reason.SAME_NAMES_AND_CLASS
    assert sure[teacher].reason is Reason.EMPLOYEE_ID
    assert found[older, Strength.LIKELY].user_principal_name == "bert.ameel@college.be"
    assert found[an, Strength.LIKELY].user_principal_name == "avdb2@college.be"
    assert (done.sure, done.likely) == (3, 2)
    assert await created(engine_database, configuration) == 5
    assert not any(name.sync for name in (await names_of(owner, configuration)).values())


async def test_an_account_with_other_names_is_not_taken_for_the_persons(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    await imported(
        engine_database, configuration, "bert.ameel@college.be,Berta Ameels,Berta,Ameels,,"
    )
    await created(engine_database, configuration)

    name = (await names_of(owner, configuration))[person]
    assert (name.local_part, name.sync) == ("bert.ameel2", False)
    assert name.flags == ["name_taken_in_tenant"]
    assert {strength for *_, strength in await proposed(owner, configuration)} == {Strength.LIKELY}


async def test_a_released_name_is_asked_nothing(owner: Database, engine_database: Database) -> None:
    configuration, place = await arranged(owner)
    await add_student(owner, configuration, place)
    await created(engine_database, configuration)
    done = await imported(
        engine_database, configuration, "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,"
    )
    assert (done.sure, done.likely) == (0, 0)
    assert await proposed(owner, configuration) == set()


async def test_another_file_replaces_the_accounts_and_keeps_what_was_approved(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    bert = "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,"
    await imported(engine_database, configuration, bert, "old@college.be,,,,,")
    await created(engine_database, configuration)
    await approve(engine_database, AUTUMN, configuration.id, [person], "tests")

    done = await imported(engine_database, configuration, bert, "mia.maes@college.be,,,,,")
    assert (done.accounts, done.added, done.removed) == (2, 1, 1)
    assert (done.links_kept, done.links_dropped) == (1, 0)
    assert await proposed(owner, configuration) == set()
    mia = await add_student(owner, configuration, place, "Mia", "Maes")
    namesake = await add_student(owner, configuration, place)
    await created(engine_database, configuration)
    found = await names_of(owner, configuration)
    assert (found[mia].local_part, found[mia].sync) == ("mia.maes", False)
    assert (found[namesake].local_part, found[namesake].flags) == ("bert.ameel2", [])

    gone = await imported(engine_database, configuration, "mia.maes@college.be,,,,,")
    assert (gone.links_kept, gone.links_dropped) == (0, 1)


async def test_a_dry_run_of_an_import_changes_nothing(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    accounts = read_accounts(f"{HEADER}\nbert.ameel@college.be,,Bert,Ameel,,".encode())
    planned = await import_accounts(
        engine_database, AUTUMN, configuration.id, accounts, actor="tests", dry_run=True
    )
    assert (planned.accounts, planned.sure) == (1, 1)
    await created(engine_database, configuration)
    assert (await names_of(owner, configuration))[person].sync


async def test_sixteen_creators_share_the_tenants_names_without_a_duplicate(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    await imported(
        engine_database,
        configuration,
        *(f"bert.ameel{n}@college.be,Bert Ameel,Bert,Ameel,," for n in ("", 3, 7)),
        "mia.maes@college.be,Mia Maes,Mia,Maes,,",
    )
    mia = await add_student(owner, configuration, place, "Mia", "Maes")
    berts = [await add_student(owner, configuration, place) for _ in range(24)]

    async with asyncio.timeout(60):
        done = await asyncio.gather(
            *(create_missing(engine_database, AUTUMN, configuration.id) for _ in range(16))
        )

    assert sum(each.created for each in done) == 25
    found = await local_parts_of(owner, configuration)
    assert found[mia] == "mia.maes"
    free = [n for n in range(2, 40) if n not in {3, 7}][:24]
    assert {found[person] for person in berts} == {f"bert.ameel{n}" for n in free}


async def test_accounts_are_imported_before_there_is_any_data(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, school_year=False)
    school = await add_school(owner, configuration, sync_by_default=True)
    done = await imported(
        engine_database, configuration, "bert.ameel@college.be,Bert Ameel,Bert,Ameel,,"
    )
    assert (done.accounts, done.sure, done.likely) == (1, 0, 0)

    await add_school_year(owner, configuration)
    person = await add_student(
        owner, configuration, await add_location(owner, configuration, school)
    )
    await created(engine_database, configuration)
    name = (await names_of(owner, configuration))[person]
    assert (name.local_part, name.sync) == ("bert.ameel", False)
    assert await proposed(owner, configuration) == {
        (person, "bert.ameel@college.be", Strength.SURE)
    }
