"""Names that are saved with a warning, over HTTP."""

import pytest
from sqlalchemy import insert

from shared.database import Database
from shared.tables import usernames
from tests.arranging import (
    add_student,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import calling, named, school_with
from tests.username_engine.looking import AUTUMN


@pytest.mark.parametrize(
    ("theirs", "typed"),
    [
        ("o.neil", "oneil"),
        ("oneil", "O'Neil"),
        ("-oneil", "oneil"),
        ("x", "x-"),
        ("on.eil", "o.neil"),
    ],
)
async def test_a_name_like_anothers_but_for_punctuation_warns_and_saves(
    owner: Database, engine_database: Database, database: TestDatabase, theirs: str, typed: str
) -> None:
    configuration, place = await school_with(owner)
    other = await add_student(owner, configuration, place)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        first = await api.edit(other, username=theirs)
        asked = await api.validate(person, typed)
        saved = await api.edit(person, username=typed)
        alone = await api.edit(person, username="iets.anders")

    assert first.json()["warnings"] == alone.json()["warnings"] == []
    assert asked.json()["warnings"] == saved.json()["warnings"]
    assert saved.json()["warnings"] == [
        {
            "code": "username.folded_twin",
            "detail": f"'{typed}' verschilt alleen in leestekens van de gebruikersnaam van "
            "iemand anders",
        }
    ]
    assert (saved.json()["username"], saved.status_code) == (typed, 200)


async def test_anothers_former_name_warns_saves_and_stands_in_both_histories(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    bart = await add_student(owner, configuration, place, "B", "Bal")
    boris = await add_student(owner, configuration, place, "Boris", "Bal")
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        await api.edit(bart, username="b.bal_EX")
        taken = await api.edit(boris, username="b.bal")
        back = await api.edit(boris, username="boris.bal")
        his_own = await api.edit(bart, username="b.bal")
        of_bart = await api.history(bart)

    assert [warning["code"] for warning in taken.json()["warnings"]] == [
        "username.former_of_another"
    ]
    assert back.json()["warnings"] == []
    # Boris had it meanwhile.
    assert [warning["code"] for warning in his_own.json()["warnings"]] == [
        "username.former_of_another"
    ]
    kinds = [(event["kind"], event["before"], event["after"]) for event in of_bart["items"]]
    assert kinds[1] == ("former_name_taken", {"local_part": "b.bal"}, None)
    assert kinds[2][2]["reserved"] == "b.bal"


async def test_a_reserved_name_and_an_account_of_the_tenant_warn_and_save(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner, reserved_words=["sinterklaas"])
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.tenant_account).values(
                configuration_id=configuration.id,
                user_principal_name="bertje@school.be",
                local_part="bertje",
                domain="school.be",
                name_key="ameel bert",
                imported_at=AUTUMN.now(),
            )
        )

    async with calling(database, configuration) as api:
        answers = [
            await api.edit(person, username=typed)
            for typed in ("Postmaster", "sinterklaas", "Bertje", "a" * 65)
        ]

    assert [[warning["code"] for warning in answer.json()["warnings"]] for answer in answers] == [
        ["username.reserved"],
        ["username.reserved"],
        ["username.account_exists"],
        ["username.exceeds_microsoft_limit"],
    ]
