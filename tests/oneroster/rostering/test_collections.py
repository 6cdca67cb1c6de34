"""Collections and single objects of 1.1 as consumers read them (docs/oneroster.md)."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, update

from shared.database import Database
from shared.tables import access, sis
from tests.arranging import (
    Arranged,
    add_class,
    add_class_enrolment,
    add_location,
    add_school,
    add_staff,
    add_student,
    change,
    new_configuration,
    remove,
)
from tests.oneroster.conftest import ApiClient, Publishing, Service

BASE = "https://sds.example.be/ims/oneroster/v1p1"
COLLECTIONS = (
    "academicSessions",
    "orgs",
    "users",
    "classes",
    "enrollments",
    "courses",
    "demographics",
)


async def _class_of(owner: Database, pupils: int, **choices: Any) -> tuple[Arranged, list[str]]:
    configuration = await new_configuration(owner, **choices)
    school = await add_school(owner, configuration, student_domain="college.be")
    place = await add_location(owner, configuration, school)
    class_id = await add_class(owner, configuration, place, number="1")
    persons = []
    for number in range(pupils):
        person = await add_student(owner, configuration, place, "Jan", f"Peeters{chr(97 + number)}")
        await add_class_enrolment(owner, configuration, person, class_id)
        persons.append(person)
    await add_staff(owner, configuration, school)
    return configuration, sorted(persons)


def _links(header: str) -> dict[str, str]:
    return {relation: url for url, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


async def _ids(client: ApiClient, path: str, collection: str) -> list[str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return [each["sourcedId"] for each in answer.json()[collection]]


async def test_each_collection_has_its_wrapper_count_and_a_single_object(
    owner: Database, service: Service
) -> None:
    configuration, _ = await _class_of(owner, 2)
    client = await service.client(configuration)
    for collection in COLLECTIONS:
        answer = await client.get(f"/{collection}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        objects = answer.json()[collection]
        assert answer.headers["x-total-count"] == str(len(objects))
        for each in objects:
            single = await client.get(f"/{collection}/{each['sourcedId']}")
            (body,) = single.json().values()
            assert body == each
        if collection != "demographics":
            assert objects


async def test_references_are_absolute_and_lead_to_their_objects(
    owner: Database, service: Service
) -> None:
    configuration, _ = await _class_of(owner, 1)
    client = await service.client(configuration)
    (enrollment,) = (await client.get("/enrollments")).json()["enrollments"]
    for name in ("user", "class", "school"):
        reference = enrollment[name]
        assert reference["href"].startswith(f"{BASE}/")
        found = await client.http.get(reference["href"])
        (body,) = found.json().values()
        assert body["sourcedId"] == reference["sourcedId"]


async def test_pages_by_offset_hold_each_row_once_and_all_but_the_last_are_full(
    owner: Database, service: Service
) -> None:
    configuration, persons = await _class_of(owner, 7)
    client = await service.client(configuration)
    sizes, seen = [], []
    for offset in range(0, 12, 3):
        page = await client.get(f"/enrollments?limit=3&offset={offset}")
        assert page.headers["x-total-count"] == "7"
        ids = [each["sourcedId"] for each in page.json()["enrollments"]]
        sizes.append(len(ids))
        seen += ids
    assert sizes == [3, 3, 1, 0]
    assert seen == sorted(f"{person}-1" for person in persons)


async def test_links_lead_through_one_edition_while_the_data_moves(
    owner: Database, service: Service
) -> None:
    configuration, persons = await _class_of(owner, 5)
    client = await service.client(configuration)
    first = await client.get("/enrollments?limit=2&filter=status%3D%27active%27")
    links = _links(first.headers["link"])
    assert set(links) == {"first", "next", "last"}
    assert parse_qs(urlsplit(links["next"]).query)["filter"] == ["status='active'"]

    await remove(owner, configuration, sis.class_enrolment, person_id=persons[0])
    again = await client.get("/enrollments?limit=2&filter=status%3D%27active%27")
    assert again.headers["x-total-count"] == "4"

    seen = [each["sourcedId"] for each in first.json()["enrollments"]]
    while "next" in links:
        page = await client.http.get(links["next"])
        assert page.headers["x-total-count"] == "5"
        links = _links(page.headers["link"])
        seen += [each["sourcedId"] for each in page.json()["enrollments"]]
    assert seen == [f"{person}-1" for person in persons]


async def test_an_edition_that_is_not_held_is_refused_never_replaced(
    owner: Database, service: Service
) -> None:
    configuration, _ = await _class_of(owner, 1)
    client = await service.client(configuration)
    await client.get("/users")

    answer = await client.get("/users?offset=1&edition=99")

    assert answer.status_code == 400
    (info,) = answer.json()["statusInfoSet"]
    assert info["imsx_codeMinor"] == "invalid data"
    assert "start again" in info["imsx_description"]


async def test_a_request_never_gets_older_data_than_was_committed_before_it(
    owner: Database, service: Service
) -> None:
    configuration, persons = await _class_of(owner, 1)
    client = await service.client(configuration)
    await client.get("/users?limit=10")
    await change(owner, configuration, sis.person, {"id": persons[0]}, given_name="Johan")

    users = (await client.get("/users?limit=10")).json()["users"]

    assert {user["givenName"] for user in users} == {"Johan", "An"}


async def test_a_delta_holds_what_changed_with_its_tombstones_and_nothing_else(
    owner: Database, service: Service
) -> None:
    configuration, persons = await _class_of(owner, 3)
    client = await service.client(configuration)
    users = (await client.get("/users?filter=status='active'")).json()["users"]
    bookmark = max(user["dateLastModified"] for user in users)

    await remove(owner, configuration, sis.enrolment, person_id=persons[0])
    await change(owner, configuration, sis.person, {"id": persons[1]}, given_name="Johan")
    delta = (await client.get(f"/users?filter=dateLastModified>'{bookmark}'")).json()["users"]

    assert {(each["sourcedId"], each["status"]) for each in delta} == {
        (persons[0], "tobedeleted"),
        (persons[1], "active"),
    }
    full = await _ids(client, "/users?filter=status='active'", "users")
    assert persons[0] not in full
    gone = await client.get(f"/users/{persons[0]}")
    assert (gone.status_code, gone.json()["user"]["status"]) == (200, "tobedeleted")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("role='student'", 2),
        ("role='teacher'", 1),
        ("role='STUDENT'", 2),
        ("role='guardian'", 0),
        ("role!='student'", 1),
        ("role~'each'", 1),
        ("role='student' AND status='active'", 2),
        ("role='student' and status='tobedeleted'", 0),
        ("role='student' OR role='teacher'", 3),
        ("status='norecords'", 0),
        ("status!='norecords'", 3),
        ("status='active' AND dateLastModified>'2020-01-01T00:00:00.000Z'", 3),
        ("dateLastModified>'2020-01-01'", 3),
        ("dateLastModified>='2020-01-01T10:00:00Z'", 3),
        ("dateLastModified>'2020-01-01T10:00:00+02:00'", 3),
        ("dateLastModified<'2020-01-01T10:00:00.123'", 0),
        ("dateLastModified>'2999-01-01'", 0),
        ("sourcedId!='x'", 3),
        ("sourcedId='x' OR sourcedId='%'", 0),
        ("role=‘student’", 2),
        ("sourcedId='’'", 0),
    ],
)
async def test_filters(owner: Database, service: Service, text: str, expected: int) -> None:
    configuration, _ = await _class_of(owner, 2)
    client = await service.client(configuration)

    for parameters in ({"filter": text}, {"filter": text, "limit": "1"}):
        answer = await client.get("/users", params=parameters)
        assert answer.status_code == 200, answer.text
        assert answer.headers["x-total-count"] == str(expected)


async def test_an_or_reaches_no_other_configuration(owner: Database, service: Service) -> None:
    mine, persons = await _class_of(owner, 1)
    theirs, _ = await _class_of(owner, 2)
    await (await service.client(theirs)).get("/users")
    client = await service.client(mine)

    users = await _ids(client, "/users?filter=status='active' OR status!='active'", "users")

    assert len(users) == 2
    assert persons[0] in users


async def test_two_configurations_never_see_each_others_objects(
    owner: Database, service: Service
) -> None:
    mine, _ = await _class_of(owner, 1)
    theirs, _ = await _class_of(owner, 1)
    my_client, their_client = await service.client(mine), await service.client(theirs)
    for collection in COLLECTIONS:
        my_ids = set(await _ids(my_client, f"/{collection}", collection))
        their_ids = set(await _ids(their_client, f"/{collection}", collection))
        if collection != "academicSessions":
            assert not my_ids & their_ids
            for sourced_id in their_ids:
                assert (await my_client.get(f"/{collection}/{sourced_id}")).status_code == 404


@pytest.mark.parametrize(
    ("query", "minors"),
    [
        ("limit=0", ["invalid data"]),
        ("limit=-1", ["invalid data"]),
        ("limit=ten", ["invalid data"]),
        ("limit=1.5", ["invalid data"]),
        ("limit=", ["invalid data"]),
        ("limit=99999999999", ["invalid data"]),
        ("limit=²", ["invalid data"]),
        ("limit=1&limit=2", ["invalid data"]),
        ("offset=-1", ["invalid data"]),
        ("offset=x&limit=0", ["invalid data", "invalid data"]),
        ("filter=shoeSize='43'", ["invalid_filter_field"]),
        ("filter=role=student", ["invalid_filter_field"]),
        ("filter=", ["invalid_filter_field"]),
        ("filter=role%3D'a'%20AND%20role%3D'b'%20AND%20role%3D'c'", ["invalid_filter_field"]),
        ("filter=dateLastModified>'yesterday'", ["invalid_filter_field"]),
        ("filter=dateLastModified>'2026-02-30'", ["invalid_filter_field"]),
        ("filter=role%3D'%00'", ["invalid_filter_field"]),
        ("limit=0&filter=x", ["invalid data", "invalid_filter_field"]),
    ],
)
async def test_faults_of_parameters_are_told_all_at_once(
    owner: Database, service: Service, query: str, minors: list[str]
) -> None:
    configuration, _ = await _class_of(owner, 0)
    client = await service.client(configuration)

    answer = await client.get(f"/users?{query}")

    assert answer.status_code == 400
    assert sorted(info["imsx_codeMinor"] for info in answer.json()["statusInfoSet"]) == minors


async def test_unknown_parameters_are_ignored(owner: Database, service: Service) -> None:
    configuration, _ = await _class_of(owner, 1)
    client = await service.client(configuration)

    answer = await client.get("/users?limit%20=100&x=1&x=2")

    assert answer.headers["x-total-count"] == "2"


@pytest.mark.parametrize(
    "path",
    [
        "/ims/oneRoster/v1p1/users",
        "/IMS/OneRoster/V1P1/users/",
        "//ims/oneroster//v1p1/users",
    ],
)
async def test_the_base_url_may_be_written_otherwise(
    owner: Database, service: Service, path: str
) -> None:
    configuration, _ = await _class_of(owner, 1)
    client = await service.client(configuration)

    answer = await client.http.get(f"https://sds.example.be{path}?limit=1")

    assert answer.status_code == 200
    assert _links(answer.headers["link"])["next"].startswith(f"https://sds.example.be{path}?")


async def test_the_default_limit_is_the_clients(owner: Database, service: Service) -> None:
    configuration, _ = await _class_of(owner, 3)
    client = await service.client(configuration, default_limit=2)

    assert len(await _ids(client, "/users", "users")) == 2


async def test_ids_of_any_characters_are_found_by_their_reference(
    owner: Database, service: Service
) -> None:
    configuration, _ = await _class_of(owner, 0)
    school = await add_school(owner, configuration)
    odd = "a/b ?#%é\"',<x>"
    place = await add_location(owner, configuration, school, sourced_id=odd, identifier=odd)
    person = await add_student(owner, configuration, place, person_id="p/1 é")
    client = await service.client(configuration)

    users = (await client.get("/users")).json()["users"]
    (user,) = [each for each in users if each["sourcedId"] == person]
    answer = await client.http.get(user["orgs"][0]["href"])

    assert answer.json()["org"]["sourcedId"] == odd
    assert (await client.get("/users/p%2F1%20%C3%A9")).json()["user"]["sourcedId"] == person


@pytest.mark.parametrize(
    "class_id",
    [
        "https://school.be/class/1",
        "a//b",
        "a/",
        "/a",
        'a"b',
        "a\\b",
        "é\U0001f600",
        "%2F",
        "a,b",
        "l’école",
    ],
)
async def test_an_id_of_any_form_is_found_by_its_reference_and_by_a_filter(
    owner: Database, service: Service, class_id: str
) -> None:
    configuration, _ = await _class_of(owner, 0)
    school = await add_school(owner, configuration)
    place = await add_location(owner, configuration, school)
    await add_class(owner, configuration, place, class_id=class_id)
    student = await add_student(owner, configuration, place)
    await add_class_enrolment(owner, configuration, student, class_id)
    client = await service.client(configuration)

    (enrollment,) = (await client.get("/enrollments")).json()["enrollments"]
    answer = await client.http.get(enrollment["class"]["href"])

    assert answer.json()["class"]["sourcedId"] == class_id
    found = await client.get("/classes", params={"filter": f"sourcedId='{class_id}'"})
    assert [each["sourcedId"] for each in found.json()["classes"]] == [class_id]


async def test_errors_have_the_shape_of_one_point_one(owner: Database, service: Service) -> None:
    configuration, _ = await _class_of(owner, 0)
    client = await service.client(configuration)
    without_token = await client.get("/users", headers={"Authorization": ""})
    answers = {
        401: without_token,
        404: await client.get("/users/nobody"),
        405: await client.http.post(f"{BASE}/users"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        (info,) = answer.json()["statusInfoSet"]
        assert set(info) == {
            "imsx_codeMajor",
            "imsx_severity",
            "imsx_messageRefIdentifier",
            "imsx_operationRefIdentifier",
            "imsx_description",
            "imsx_codeMinor",
        }
        assert (info["imsx_codeMajor"], info["imsx_severity"]) == ("failure", "error")
    assert without_token.headers["www-authenticate"].startswith("Bearer")
    unknown_path = await client.get("/classGroups")
    assert unknown_path.json()["statusInfoSet"][0]["imsx_codeMinor"] == "unknown object"


async def test_scopes_narrow_what_a_token_reads(owner: Database, service: Service) -> None:
    configuration, _ = await _class_of(owner, 0)
    scope = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly"
    client = await service.client(configuration, scope=scope)

    assert (await client.get("/users")).status_code == 200
    refused = await client.get("/demographics")
    assert refused.status_code == 403
    assert refused.json()["statusInfoSet"][0]["imsx_codeMinor"] == "forbidden"


async def test_a_revoked_client_is_out_at_once(owner: Database, service: Service) -> None:
    configuration, _ = await _class_of(owner, 0)
    client = await service.client(configuration)
    assert (await client.get("/users")).status_code == 200

    async with owner.transaction() as connection:
        await connection.execute(
            update(access.client)
            .where(access.client.c.client_id == client.client_id)
            .values(revoked_at=func.now())
        )

    assert (await client.get("/users")).status_code == 401


async def test_without_any_edition_the_answer_is_503_never_an_empty_roster(
    owner: Database, service: Service, publishing: Publishing
) -> None:
    configuration, _ = await _class_of(owner, 1)
    client = await service.client(configuration)
    publishing.switch.running = False

    answer = await client.get("/users")

    assert answer.status_code == 503
    assert answer.json()["statusInfoSet"][0]["imsx_codeMinor"] == "server_busy"
    assert int(answer.headers["retry-after"]) > 0

    publishing.switch.running = True
    assert (await client.get("/users")).headers["x-total-count"] == "2"


async def test_with_the_engine_away_the_last_whole_edition_is_served(
    owner: Database, service: Service, publishing: Publishing
) -> None:
    configuration, persons = await _class_of(owner, 1)
    client = await service.client(configuration)
    await client.get("/users")
    publishing.switch.running = False
    await change(owner, configuration, sis.person, {"id": persons[0]}, given_name="Johan")

    users = (await client.get("/users")).json()["users"]

    assert {user["givenName"] for user in users} == {"Jan", "An"}


async def test_a_large_page_is_streamed_whole_and_in_order(
    owner: Database, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("reading.BLOCK", "reading.WHOLE", "routes.WHOLE", "positions.BLOCK"):
        monkeypatch.setattr(f"services.oneroster.rostering.{name}", 2)
    configuration, persons = await _class_of(owner, 5)
    client = await service.client(configuration)

    enrollments = await _ids(client, "/enrollments?limit=100000", "enrollments")
    assert enrollments == [f"{person}-1" for person in persons]
    assert await _ids(client, "/enrollments?limit=4&offset=1", "enrollments") == enrollments[1:]
    changed = await _ids(
        client, "/enrollments?limit=5&filter=dateLastModified>'2020-01-01'", "enrollments"
    )
    assert changed == enrollments
