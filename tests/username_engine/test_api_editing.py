"""Editing one name over HTTP: the domain page's table, word for word, and who may."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.api import writing
from services.username_engine.usernames.counters import take_turn
from shared.database import Database
from shared.roles import Role
from shared.tables import usernames
from tests.arranging import (
    Arranged,
    add_class,
    add_class_enrolment,
    add_enrolment,
    add_location,
    add_membership,
    add_school,
    add_staff,
    add_student,
    change_configuration,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, caller, calling, named, school_with
from tests.username_engine.looking import AUTUMN, history_of, names_of, revision_of

READ, WRITE = Right.READ, Right.WRITE
TOMORROW = AUTUMN.today() + timedelta(days=1)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["code"]) == (status, code)
    return document


async def test_the_row_is_answered_as_saved_with_its_version_as_etag(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place, birth_date=date(2012, 3, 5))
    class_id = await add_class(owner, configuration, place, "6j")
    await add_class_enrolment(owner, configuration, person, class_id)
    await named(engine_database, configuration)
    writer = caller(WRITE, place.school_number, place.number)

    async with calling(database, configuration) as api:
        answer = await api.edit(person, writer, if_match='"1"', username=" b.bal_EX ", sync=True)

    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"2"'
    assert answer.headers["cache-control"] == "no-store"
    row = answer.json()
    assert row.pop("created_on")
    assert row == {
        "person": person,
        "family_name": "Ameel",
        "given_name": "Bert",
        "sync": True,
        "username": "b.bal_EX",
        "domain": None,
        "school": "GO! atheneum",
        "location": "Hoofdvestiging",
        "class": "6j",
        "birth_date": "2012-03-05",
        "flags": [],
        "version": 2,
        "changed": True,
        "warnings": [],
    }
    name = (await names_of(owner, configuration))[person]
    assert (name.local_part, name.sync, name.version) == ("b.bal_EX", True, 2)
    events = await history_of(owner, configuration, person)
    assert [(kind, actor) for kind, actor, _, _ in events[1:]] == [
        ("sync_set", "Els Claes <00u1>"),
        ("edited", "Els Claes <00u1>"),
    ]


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


async def test_who_did_not_see_the_present_version_is_told_both_values(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        assert (await api.edit(person, if_match='"1"', username="first")).status_code == 200
        answer = await api.edit(person, if_match='"1"', username="second", language="en")
        weak = await api.edit(person, if_match='W/"2"', username="second")
        unknown = await api.edit(person, if_match="nonsense", username="second")
        several = await api.edit(person, if_match='"1", "2"', username="second")
        whatever = await api.edit(person, if_match="*", username="third")
        unconditional = await api.edit(person, username="fourth")

    document = refused(answer, 412, "version.conflict")
    assert document["version"] == 2
    assert document["present"] == {"username": "first", "sync": False}
    assert document["given"] == {"username": "second", "sync": False}
    assert document["detail"].startswith("Somebody else changed this meanwhile")
    assert answer.headers["etag"] == '"2"'
    refused(weak, 412, "version.conflict")
    refused(unknown, 412, "version.conflict")
    assert [several.json()["version"], whatever.json()["version"]] == [3, 4]
    assert unconditional.json()["version"] == 5


async def test_the_same_request_again_is_answered_alike(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        first = await api.edit(person, if_match='"1"', username="bert", sync=True)
        counter = await revision_of(owner, configuration)
        again = await api.edit(person, if_match='"1"', username="bert", sync=True)

    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    assert {**again.json(), "changed": True} == first.json()
    assert await revision_of(owner, configuration) == counter
    assert len(await history_of(owner, configuration, person)) == 3


async def test_validate_answers_the_row_as_it_would_be_and_saves_nothing(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    before = (await names_of(owner, configuration), await revision_of(owner, configuration))

    async with calling(database, configuration) as api:
        asked = await api.validate(person, " b.bal ")
        same = await api.validate(person, "bert.ameel")

    assert asked.status_code == 200, asked.text
    assert (asked.json()["username"], asked.json()["version"]) == ("b.bal", 1)
    assert (asked.json()["changed"], same.json()["changed"]) == (True, False)
    assert before == (await names_of(owner, configuration), await revision_of(owner, configuration))


async def test_a_future_student_waits_even_for_operators(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place, start_date=TOMORROW)
    await named(engine_database, configuration)
    writer = caller(WRITE, place.school_number)

    async with calling(database, configuration) as api:
        for who in (writer, OPERATOR):
            for answer in (
                await api.edit(person, who, username="bert"),
                await api.edit(person, who, sync=True),
                await api.validate(person, "bert", who),
                await api.sync(who, sync=True, persons=[person]),
            ):
                document = refused(answer, 409, "username.not_yet_editable")
                assert document["persons"] == [person]
        elsewhere = caller(WRITE, place.school_number, "99")
        refused(await api.edit(person, elsewhere, username="bert"), 404, "username.unknown")
        # Nothing of it was saved.
        assert (await names_of(owner, configuration))[person].version == 1


async def test_rights_by_list_and_place(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    second = await add_location(owner, configuration, place.school_number, "2")
    student = await add_student(owner, configuration, place)
    teacher = await add_staff(owner, configuration, place.school_number)
    left = await add_student(owner, configuration, place, "Weg", "Weg")
    await named(engine_database, configuration)
    number = place.school_number
    cases: list[tuple[Principal, str, int]] = [
        (caller(WRITE, number), student, 200),
        (caller(WRITE, number, place.number), student, 200),
        (caller(READ, number), student, 403),
        (caller(WRITE, number, second.number), student, 404),
        (caller(WRITE, number, group=Group.STAFF), student, 404),
        (Principal("00u2", "Nobody"), student, 404),
        (caller(WRITE, number, group=Group.STAFF), teacher, 200),
        (caller(READ, number, group=Group.STAFF), teacher, 403),
        (caller(WRITE, number), teacher, 404),
        (caller(WRITE, number, place.number, group=Group.STAFF), teacher, 404),
        (OPERATOR, left, 200),
        (OPERATOR, "nobody", 404),
        (OPERATOR, "no\u0000body", 404),
    ]

    async with calling(database, configuration) as api:
        for who, person, status in cases:
            for answer in (
                await api.edit(person, who, sync=True),
                await api.validate(person, "iets", who),
                await api.sync(who, sync=True, persons=[person]),
            ):
                assert answer.status_code == status, (who.grants, answer.text)
        read_and_write = Principal(
            "00u3",
            "Els",
            grants=frozenset(
                {
                    Grant(Group.STUDENTS, READ, number),
                    Grant(Group.STUDENTS, WRITE, number, place.number),
                }
            ),
        )
        assert (await api.edit(student, read_and_write, sync=False)).status_code == 200


async def test_a_teacher_of_several_schools_is_any_writers(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    other = await add_school(owner, configuration)
    teacher = await add_staff(owner, configuration, place.school_number)
    await add_membership(
        owner, configuration, teacher, other, end_date=AUTUMN.today() - timedelta(days=1)
    )
    await named(engine_database, configuration)
    here = caller(READ, place.school_number, group=Group.STAFF)
    # There she turned inactive this school year, and still stands in the list (G).
    there = caller(WRITE, other, group=Group.STAFF)
    both = Principal("00u4", "Els", grants=here.grants | there.grants)

    async with calling(database, configuration) as api:
        refused(await api.edit(teacher, here, username="an"), 403, "auth.forbidden")
        assert (await api.edit(teacher, there, username="an")).json()["username"] == "an"
        assert (await api.edit(teacher, both, username="an2")).json()["username"] == "an2"


async def test_a_student_is_edited_where_he_is_now(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    second = await add_location(owner, configuration, place.school_number, "2")
    mover = await add_student(owner, configuration, place, end_date=AUTUMN.today())
    await add_enrolment(owner, configuration, mover, second, start_date=TOMORROW)
    gone = await add_student(
        owner, configuration, place, "Gone", "Gone", end_date=AUTUMN.today() - timedelta(days=1)
    )
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.username).values(
                configuration_id=configuration.id,
                person_id=gone,
                local_part="gone",
                sync=True,
                rule="by hand",
                revision=1,
            )
        )
    await named(engine_database, configuration)
    number = place.school_number

    async with calling(database, configuration) as api:
        now = await api.edit(mover, caller(WRITE, number, place.number), sync=True)
        coming = await api.edit(mover, caller(WRITE, number, second.number), sync=False)
        left = await api.edit(gone, caller(WRITE, number), sync=False)
        of_operator = await api.edit(gone, sync=False)

    assert (now.status_code, now.json()["location"]) == (200, "Hoofdvestiging")
    refused(coming, 404, "username.unknown")
    refused(left, 404, "username.unknown")
    assert (of_operator.json()["sync"], of_operator.json()["family_name"]) == (False, "Gone")


async def test_other_configurations_are_out_of_reach(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    other, elsewhere = await school_with(owner)
    person = await add_student(owner, other, elsewhere)
    await named(engine_database, other)
    writer = caller(WRITE, elsewhere.school_number)

    async with calling(database, configuration) as api:
        refused(await api.edit(person, writer, username="x"), 404, "username.unknown")
        refused(await api.edit(person, username="x"), 404, "username.unknown")
    nowhere = Arranged(0, "no-such-configuration")
    async with calling(database, nowhere) as api:
        answer = await api.edit(person, username="x", language="fr")
    refused(answer, 404, "configuration.unknown")
    assert answer.json()["detail"] == "Cette configuration n'existe pas"
    assert place.school_number != elsewhere.school_number


@pytest.mark.parametrize(
    "body",
    [{}, {"sync": "yes"}, {"sync": 1}, {"username": 7}, {"username": "x", "extra": 1}, [], None],
)
async def test_a_request_that_asks_for_nothing_or_for_nonsense_is_refused(
    owner: Database, engine_database: Database, database: TestDatabase, body: Any
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        refused(await api.call("PATCH", f"/{person}", json=body), 422, "request.invalid")


async def test_an_id_with_slashes_is_a_person(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place, person_id="a/b c/history")
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        edited = await api.edit(person, username="bert")
        history = await api.history(person)

    assert edited.json()["person"] == person
    assert history["items"][0]["after"]["local_part"] == "bert"


async def test_the_row_is_of_the_list_asked_for(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await add_membership(owner, configuration, person, place.school_number)
    class_id = await add_class(owner, configuration, place, "6j")
    await add_class_enrolment(owner, configuration, person, class_id)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        as_student = await api.call(
            "PATCH",
            f"/{person}",
            json={"sync": True},
            params={"group": "students", "at_location": place.sourced_id},
        )
        as_staff = await api.call(
            "PATCH",
            f"/{person}",
            json={"sync": True},
            params={"group": "staff", "at_school": place.school_number},
        )

    assert as_student.json()["class"] == "6j"
    assert as_staff.json()["class"] != "6j"


async def test_of_two_editors_at_once_one_is_told(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        answers = await asyncio.gather(
            *(api.edit(person, if_match='"1"', username=f"editor{n}") for n in range(8))
        )

    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    for answer in answers:
        if answer is not won[0]:
            document = refused(answer, 412, "version.conflict")
            assert document["present"]["username"] == won[0].json()["username"]
    assert (await names_of(owner, configuration))[person].version == 2


async def test_two_persons_one_name_at_once(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    persons = [await add_student(owner, configuration, place) for _ in range(6)]
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        answers = await asyncio.gather(
            *(api.edit(person, username="de.naam") for person in persons)
        )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 409, 409, 409, 409, 409]
    proposals = {answer.json().get("proposal") for answer in answers} - {None}
    assert proposals == {"de.naam2"}


async def test_an_edit_and_a_creation_at_once_never_share_a_name(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place, "Mia", "Maes")
    await named(engine_database, configuration)
    for _ in range(5):
        await add_student(owner, configuration, place)

    async with calling(database, configuration) as api:
        edited, _ = await asyncio.gather(
            api.edit(person, username="bert.ameel"), named(engine_database, configuration)
        )

    assert edited.status_code in {200, 409}
    found = [name.local_part.lower() for name in (await names_of(owner, configuration)).values()]
    assert len(found) == len(set(found)) == 6


async def test_sync_that_the_database_does_not_take_is_said_so(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    caplog: pytest.LogCaptureFixture,
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration, role=Role.ONEROSTER) as api:
        single = await api.edit(person, sync=True)
        many = await api.sync(sync=True, persons=[person])

    assert refused(single, 503, "sync.not_saved")["detail"] == "Opslaan sync mislukt"
    assert refused(many, 503, "sync.not_saved")["detail"] == "Opslaan sync mislukt"
    assert single.headers["retry-after"] == "1"
    assert not (await names_of(owner, configuration))[person].sync
    logged = [
        record.getMessage() for record in caplog.records if "not_saved" in record.getMessage()
    ]
    assert len(logged) == 2
    assert person not in "".join(logged)


async def test_who_does_not_get_his_turn_is_told_to_try_again(
    owner: Database,
    engine_database: Database,
    database: TestDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "LOCK_TIMEOUT", "50ms")
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api, owner.transaction() as connection:
        await take_turn(connection, configuration.id)
        name = await api.edit(person, username="bert")
        sync = await api.edit(person, sync=True)

    assert refused(name, 503, "username.busy")["detail"].endswith("Probeer het opnieuw.")
    refused(sync, 503, "sync.not_saved")


async def test_a_configuration_without_its_school_year_edits_nothing(
    owner: Database, database: TestDatabase
) -> None:
    configuration = await new_configuration(owner, school_year=False)
    async with owner.transaction() as connection:
        await connection.execute(
            insert(usernames.username).values(
                configuration_id=configuration.id,
                person_id="somebody",
                local_part="somebody",
                sync=False,
                rule="by hand",
                revision=0,
            )
        )

    async with calling(database, configuration) as api:
        refused(await api.edit("somebody", sync=True), 409, "configuration.no_school_year")
