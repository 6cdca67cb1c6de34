"""Names that are not saved: the domain page's table over HTTP, in the language asked for."""

from datetime import date

import pytest
from sqlalchemy import insert

from shared.database import Database
from shared.tables import usernames
from tests.arranging import (
    add_staff,
    add_student,
    change_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import calling, named, refused, school_with
from tests.username_engine.looking import AUTUMN, names_of, revision_of

TENANT_ERRORS = [
    ("", 422, "username.empty", "Gebruikersnaam mag niet leeg zijn", None),
    ("  ", 422, "username.empty", "Gebruikersnaam mag niet leeg zijn", None),
    ("b..bal", 422, "username.invalid", "Ongeldige gebruikersnaam", None),
    ("b.bal\u0000", 422, "username.invalid", "Ongeldige gebruikersnaam", None),
    (
        "An.DeSmet",
        409,
        "username.taken",
        "'An.DeSmet' is al in gebruik. Pas de gebruikersnaam aan.",
        "Gebruikersnaam fout",
    ),
    (
        "b.bal@school.be",
        422,
        "username.domain_not_allowed",
        "De gebruikersnaam 'b.bal@school.be' mag geen domeinnaam bevatten in deze configuratie",
        "Domeinnaam fout",
    ),
]


@pytest.mark.parametrize(("typed", "status", "code", "detail", "title"), TENANT_ERRORS)
async def test_the_manuals_errors_where_the_tenant_assigns_the_domain(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    typed: str,
    status: int,
    code: str,
    detail: str,
    title: str | None,
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await add_staff(owner, configuration, place.school_number)
    await named(engine_database, configuration)
    before = (await names_of(owner, configuration), await revision_of(owner, configuration))

    async with calling(database, configuration) as api:
        answer = await api.edit(person, username=typed, sync=True)
        asked = await api.validate(person, typed)

    document = refused(answer, status, code)
    assert document["detail"] == detail
    assert title in {None, document["title"]}
    assert answer.headers["content-language"] == "nl"
    assert asked.json() == document
    assert before == (await names_of(owner, configuration), await revision_of(owner, configuration))


@pytest.mark.parametrize("typed", ["b@college", "b@be", "b@a@college.be", "b@college.locaal"])
async def test_a_bad_domain_or_one_without_extension_is_not_valid(
    owner: Database, engine_database: Database, database: TestDatabase, typed: str
) -> None:
    configuration, place = await school_with(owner, "provider")
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        document = refused(await api.edit(person, username=typed), 422, "username.invalid")

    assert document["detail"] == "Ongeldige gebruikersnaam"


async def test_staff_need_a_domain_where_the_provider_assigns_it_and_get_it_proposed(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner, "provider")
    person = await add_staff(owner, configuration, place.school_number)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        document = refused(await api.edit(person, username="an"), 422, "username.invalid")
        saved = await api.edit(person, username=document["proposal"])

    assert document["proposal"] == "an@staff.be"
    assert saved.json()["username"] == "an@staff.be"
    assert saved.json()["domain"] == "staff.be"


async def test_a_domain_outside_the_verified_ones_is_invalid_and_else_warned_about(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner, "provider")
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        saved = await api.edit(person, username="bert@elders.be")
        await change_configuration(owner, configuration, verified_domains=["school.be"])
        await api.edit(person, username="bert@school.be")
        refused(await api.edit(person, username="bert@elders.be"), 422, "username.invalid")

    assert saved.json()["warnings"] == [
        {
            "code": "username.domain_not_configured",
            "detail": "Het domein van 'bert@elders.be' is geen domein van deze configuratie",
        }
    ]


@pytest.mark.parametrize(
    ("asked", "spoken", "detail"),
    [
        (
            "nl-BE,nl;q=0.9,en;q=0.8",
            "nl",
            "'an.desmet' is al in gebruik. Pas de gebruikersnaam aan.",
        ),
        ("en-GB", "en", "'an.desmet' is already in use. Change the username."),
        ("fr", "fr", "'an.desmet' est déjà utilisé. Modifiez le nom d'utilisateur."),
        (
            "es, de;q=0.5, nl;q=0.4",
            "de",
            "'an.desmet' wird bereits verwendet. Ändern Sie den Benutzernamen.",
        ),
        ("es", "nl", "'an.desmet' is al in gebruik. Pas de gebruikersnaam aan."),
        ("", "nl", "'an.desmet' is al in gebruik. Pas de gebruikersnaam aan."),
    ],
)
async def test_the_language_is_the_one_asked_for(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    asked: str,
    spoken: str,
    detail: str,
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await add_staff(owner, configuration, place.school_number)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        answer = await api.edit(person, username="an.desmet", language=asked)

    document = refused(answer, 409, "username.taken")
    assert (answer.headers["content-language"], document["detail"]) == (spoken, detail)
    assert "Accept-Language" in answer.headers["vary"]


async def test_a_taken_name_comes_with_a_free_one(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    """Neither in use, nor kept for somebody, nor reserved, nor the tenant's, nor too long."""
    configuration, place = await school_with(
        owner, reserved_words=["jan.peters4"], username_maximum_length=11
    )
    persons = [
        await add_student(owner, configuration, place, given, "Peters", start_date=day)
        for given, day in (
            ("Jan", date(2024, 9, 1)),
            ("Jan", date(2024, 9, 2)),
            ("Jan", date(2024, 9, 3)),
            ("Mia", date(2024, 9, 1)),
        )
    ]
    await named(engine_database, configuration)
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.tenant_account).values(
                configuration_id=configuration.id,
                user_principal_name="jan.peters5@school.be",
                local_part="jan.peters5",
                domain="school.be",
                name_key="jan peters",
                imported_at=AUTUMN.now(),
            )
        )

    async with calling(database, configuration) as api:
        given_up = await api.edit(persons[2], username="iets")
        taken = refused(await api.validate(persons[3], "Jan.Peters"), 409, "username.taken")
        numbered = refused(await api.validate(persons[3], "jan.peters2"), 409, "username.taken")
        own = refused(await api.validate(persons[2], "jan.peters"), 409, "username.taken")
        saved = await api.edit(persons[3], username=taken["proposal"])

    assert given_up.status_code == 200
    # 2 is in use, 3 was somebody's, 4 is reserved, 5 is an account of the tenant.
    assert taken["proposal"] == "Jan.Peters6"
    assert numbered["proposal"] == "jan.peters6"
    # Who had 3 may have it back.
    assert own["proposal"] == "jan.peters3"
    assert saved.json()["username"] == "Jan.Peters6"


async def test_a_domain_stays_with_the_proposal(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner, "provider")
    person = await add_student(owner, configuration, place)
    await add_staff(owner, configuration, place.school_number)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        document = refused(
            await api.edit(person, username="an.desmet@elders.be"), 409, "username.taken"
        )

    assert document["proposal"] == "an.desmet2@elders.be"
