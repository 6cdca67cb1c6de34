"""What is not a name in a request to edit: its language, its precondition, its body, its persons."""

import json
from datetime import timedelta

import httpx
import pytest

from services.username_engine.access.rights import Right
from shared.database import Database
from tests.arranging import Arranged, Place, add_location, add_school, add_student
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, caller, calling, named, school_with
from tests.username_engine.looking import AUTUMN, history_of, names_of

TOMORROW = AUTUMN.today() + timedelta(days=1)


async def a_student(owner: Database, engine_database: Database) -> tuple[Arranged, Place, str]:
    """Where the tenant assigns the domain; named `bert.ameel`."""
    configuration, place = await school_with(owner)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)
    return configuration, place, person


LANGUAGES = [
    ("nl", "nl"),
    ("nl-BE", "nl"),
    ("EN-us", "en"),
    ("fr-BE, nl;q=0.8", "fr"),
    ("en;q=0.5, fr;q=0.9, de;q=0.7", "fr"),
    ("de-DE-1996", "de"),
    ("es", "nl"),
    ("es, fr;q=0.1", "fr"),
    ("*", "nl"),
    ("es, *;q=0.5", "nl"),
    ("", "nl"),
    ("fr;q=0, en", "en"),
    ("en;q=0", "nl"),
    ("fr;q=0.0, de;q=0.001", "de"),
    ("en;q=nonsense, fr;q=0.5", "fr"),
    ("fr ; q = 0.9 , en ; q=0.2", "fr"),
    (",,;;q=,fr", "fr"),
    ("frisian", "nl"),
    ("de,fr", "de"),
    ("en;q=2, fr;q=0.4", "fr"),
    ("fr;q=nan, de;q=0.3", "de"),
    ("fr;q=-1, de;q=0.3", "de"),
    ("fr;q=1e400, de;q=0.3", "de"),
]


async def test_languages(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    texts = {
        "nl": "Gebruikersnaam mag niet leeg zijn",
        "en": "Username must not be empty",
        "fr": "Le nom d'utilisateur ne peut pas être vide",
        "de": "Der Benutzername darf nicht leer sein",
    }
    configuration, _, person = await a_student(owner, engine_database)

    async with calling(database, configuration) as api:
        for asked, language in LANGUAGES:
            answer = await api.edit(person, username="", language=asked)
            assert answer.headers["content-language"] == language, asked
            assert answer.json()["detail"] == texts[language], asked


PRECONDITIONS: list[tuple[str | None, int]] = [
    (None, 200),
    ('"1"', 200),
    ('"2"', 412),
    ('"0"', 412),
    ("*", 200),
    (' "1" ', 200),
    ('"7", "1"', 200),
    ('"7","8"', 412),
    ('W/"1"', 412),
    ('W/"1", "1"', 200),
    ("1", 200),
    ('"01"', 412),
    ('" 1"', 412),
    ('"\u0661"', 412),
    ('"9999999999999999999999"', 412),
    ('"a,1"', 412),
    ("", 412),
    ('"1', 412),
]


async def test_preconditions(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    persons = [await add_student(owner, configuration, place) for _ in PRECONDITIONS]
    await named(engine_database, configuration)
    before = await names_of(owner, configuration)

    async with calling(database, configuration) as api:
        for n, (person, (given, status)) in enumerate(zip(persons, PRECONDITIONS, strict=True)):
            path = f"/api/v1/configurations/{configuration.name}/usernames/{person}"
            api.door.principals[OPERATOR.subject] = OPERATOR
            headers = [("X-Caller", OPERATOR.subject)]
            if given is not None:
                headers.append(("If-Match", given))
            answer = await api.client.patch(
                path,
                json={"username": f"jan{n}", "sync": True},
                headers=httpx.Headers(headers, encoding="utf-8"),
            )
            assert answer.status_code == status, (given, answer.text)
            version = 2 if status == 200 else 1
            assert answer.headers["etag"] == f'"{version}"', given

    for n, (person, (given, status)) in enumerate(zip(persons, PRECONDITIONS, strict=True)):
        stored = (await names_of(owner, configuration))[person]
        if status == 200:
            assert (stored.local_part, stored.sync) == (f"jan{n}", True), given
        else:
            assert stored == before[person], given


FAULTY_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"jan"',
    b"{}",
    b'{"username": null}',
    b'{"username": 1}',
    b'{"username": ["jan"]}',
    b'{"username": {"jan": 1}}',
    b'{"sync": null}',
    b'{"sync": "yes"}',
    b'{"sync": 1}',
    b'{"sync": "true"}',
    b'{"usernam": "jan"}',
    b'{"username": "jan", "domain": "school.be"}',
    b'{"username": "\xff"}',
    b"\xff\xfe",
    b'{"username": "jan"',
    b"[" * 20_000,
]


async def test_faults_of_the_body_are_told_in_the_language_and_change_nothing(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, _, person = await a_student(owner, engine_database)
    before = await names_of(owner, configuration)

    async with calling(database, configuration) as api:
        api.door.principals[OPERATOR.subject] = OPERATOR
        path = f"/api/v1/configurations/{configuration.name}/usernames/{person}"
        for body in FAULTY_BODIES:
            details = set()
            for language in ("nl", "en", "fr", "de"):
                answer = await api.client.patch(
                    path,
                    content=body,
                    headers={
                        "X-Caller": OPERATOR.subject,
                        "Content-Type": "application/json",
                        "Accept-Language": language,
                    },
                )
                assert answer.status_code == 422, (body[:40], answer.text)
                assert answer.json()["code"] == "request.invalid"
                assert answer.headers["content-language"] == language
                details.add((answer.json()["title"], answer.json()["detail"]))
            assert len(details) == 4, (body[:40], details)

    assert await names_of(owner, configuration) == before


@pytest.mark.parametrize("typed", ["\ud800", "jan\udfff"])
async def test_half_a_character_is_no_name(
    owner: Database, engine_database: Database, database: TestDatabase, typed: str
) -> None:
    configuration, _, person = await a_student(owner, engine_database)

    async with calling(database, configuration) as api:
        api.door.principals[OPERATOR.subject] = OPERATOR
        for method, path, body in (
            ("PATCH", f"/{person}", {"username": typed}),
            ("POST", "/validate", {"person": person, "username": typed}),
            ("POST", "/validate", {"person": typed, "username": "jan"}),
            ("POST", "/sync", {"sync": True, "persons": [typed]}),
        ):
            answer = await api.client.request(
                method,
                f"/api/v1/configurations/{configuration.name}/usernames{path}",
                content=json.dumps(body),
                headers={"X-Caller": OPERATOR.subject, "Content-Type": "application/json"},
            )
            assert answer.status_code in {404, 422}, (body, answer.text)
            assert answer.json()["code"].split(".")[0] in {"username", "request"}


async def test_an_id_that_no_database_holds_is_unknown(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, _, person = await a_student(owner, engine_database)

    async with calling(database, configuration) as api:
        for strange in ("a\x00b", "\x00", "x" * 5_000, "..", "%", "\u00e9\U0001f600"):
            patched = await api.edit(strange, username="jan")
            asked = await api.validate(strange, "jan")
            bulk = await api.sync(sync=True, persons=[person, strange])
            assert [(each.status_code, each.json()["code"]) for each in (asked, bulk)] in (
                [(404, "username.unknown")] * 2,
                [(422, "request.invalid")] * 2,
            ), strange
            # A path `..` is taken apart by the client itself.
            if strange != "..":
                assert patched.status_code in {404, 422}, strange

    assert (await names_of(owner, configuration))[person].sync is False


async def test_bulk_is_for_all_or_for_none(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    here = [await add_student(owner, configuration, place, f"Kind{n}") for n in range(4)]
    future = await add_student(owner, configuration, place, "Later", start_date=TOMORROW)
    other_school = await add_school(owner, configuration, sync_by_default=False)
    elsewhere = await add_student(
        owner, configuration, await add_location(owner, configuration, other_school), "Ander"
    )
    foreign, foreign_place = await school_with(owner)
    stranger = await add_student(owner, foreign, foreign_place, "Vreemd")
    for each in (configuration, foreign):
        await named(engine_database, each)
    writer = caller(Right.WRITE, place.school_number)
    rows = {"group": "students", "at_school": place.school_number}

    async with calling(database, configuration) as api:
        with_future = await api.sync(writer, sync=True, persons=[*here, future])
        with_elsewhere = await api.sync(writer, sync=True, persons=[*here, elsewhere])
        with_stranger = await api.sync(writer, sync=True, persons=[*here, stranger])
        many = await api.sync(writer, sync=True, persons=[*here, *map(str, range(10_000))])
        assert {name.sync for name in (await names_of(owner, configuration)).values()} == {False}
        nobody = await api.sync(writer, sync=True, persons=[])
        doubled = await api.sync(writer, sync=True, persons=here[:2] * 3)
        by_filter = await api.sync(writer, sync=True, list={**rows, "given_name": "kind"})
        again = await api.sync(writer, sync=True, list={**rows, "given_name": "kind"})

    assert (with_future.status_code, with_future.json()["code"]) == (
        409,
        "username.not_yet_editable",
    )
    assert with_future.json()["persons"] == [future]
    assert (with_elsewhere.status_code, with_elsewhere.json()["persons"]) == (404, [elsewhere])
    assert (with_stranger.status_code, with_stranger.json()["persons"]) == (404, [stranger])
    assert many.status_code == 404, many.text[:300]
    assert (nobody.status_code, nobody.json()["total"], nobody.json()["selected"]) == (200, 0, 0)
    assert (doubled.json()["selected"], doubled.json()["total"]) == (2, 2)
    assert {item["person"] for item in doubled.json()["items"]} == set(here[:2])
    assert (by_filter.json()["selected"], by_filter.json()["total"]) == (4, 2)
    assert (again.json()["selected"], again.json()["total"]) == (4, 0)
    found = await names_of(owner, configuration)
    assert {person for person, name in found.items() if name.sync} == set(here)
    for person in here:
        kinds = [kind for kind, *_ in await history_of(owner, configuration, person)]
        assert kinds == ["created", "sync_set"]


async def test_no_text_of_a_request_reaches_the_database_that_it_does_not_take(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place, person = await a_student(owner, engine_database)
    students = {"group": "students", "at_school": place.school_number}

    async with calling(database, configuration) as api:
        for shown in ({"at_school": "\0"}, {"at_location": "\0"}):
            answer = await api.call(
                "PATCH",
                f"/{person}",
                json={"username": "jan"},
                params={"group": "students", **shown},
            )
            assert answer.status_code in {200, 422}, answer.text
        for text in ("\0", "\ud800"):
            for rows in (
                {**students, "q": text},
                {**students, "given_name": text},
                {"group": "students", "at_school": text},
                {"group": "staff", "at_location": text},
            ):
                body = json.dumps({"sync": True, "list": rows})
                answer = await api.client.post(
                    f"/api/v1/configurations/{configuration.name}/usernames/sync",
                    content=body,
                    headers={"X-Caller": OPERATOR.subject, "Content-Type": "application/json"},
                )
                assert answer.status_code in {200, 422}, (body, answer.text)

    assert (await names_of(owner, configuration))[person].sync is False


async def test_the_document_describes_what_is_refused(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, _, person = await a_student(owner, engine_database)
    prefix = "/api/v1/configurations/{configuration}/usernames"

    async with calling(database, configuration) as api:
        refusals = [
            await api.edit(person, username=typed) for typed in ("", "a b", "jan@school.be")
        ]
        refusals.append(await api.call("PATCH", f"/{person}", json={}))
        document = (await api.client.get("/openapi.json")).json()

    for method, path in (
        ("patch", f"{prefix}/{{person}}"),
        ("post", f"{prefix}/validate"),
        ("post", f"{prefix}/{{person}}/history/{{event}}/undo"),
    ):
        answer = document["paths"][path][method]["responses"]["422"]
        described = answer["content"]["application/problem+json"]
        schema = document["components"]["schemas"][described["schema"]["$ref"].split("/")[-1]]
        for refusal in refusals:
            assert refusal.json()["code"] in described["examples"], path
            assert set(schema["required"]) <= refusal.json().keys(), path
