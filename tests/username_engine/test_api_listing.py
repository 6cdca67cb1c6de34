"""The list over HTTP: its parameters, its paging, its file, and what one can choose."""

import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.usernames.accessible import accessible_configurations
from shared.database import Database
from tests.arranging import (
    Place,
    add_class,
    add_class_enrolment,
    add_location,
    add_school,
    add_staff,
    add_student,
    new_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, caller, calling, named, school_with

NOBODY = Principal("00none", "Nobody")


@dataclass
class Listed:
    """A school of two locations with three students and a teacher, all named."""

    api: Api
    place: Place
    south: Place
    students: dict[str, str]

    async def get(self, who: Principal = OPERATOR, /, **params: str) -> httpx.Response:
        return await self.api.call("GET", "", who, params=params)

    async def rows(self, who: Principal = OPERATOR, /, **params: str) -> Any:
        answer = await self.get(who, **self.of_school(**params))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def file(self, who: Principal = OPERATOR, /, **params: str) -> httpx.Response:
        return await self.api.call("GET", ".csv", who, params=self.of_school(**params))

    def of_school(self, **params: str) -> dict[str, str]:
        return {"group": "students", "at_school": self.place.school_number, **params}


@pytest.fixture
async def listed(
    owner: Database, engine_database: Database, database: TestDatabase
) -> AsyncIterator[Listed]:
    configuration, place = await school_with(owner, policy="provider")
    south = await add_location(owner, configuration, place.school_number, "2", name="Zuid")
    students = {
        name: await add_student(
            owner, configuration, where, name, family, birth_date=date(2012, 3, 5)
        )
        for name, family, where in (
            ("Mally", "Lassens", place),
            ("Zoë", "Özdemir", place),
            ("Bert", "=Ameel", south),
        )
    }
    class_id = await add_class(owner, configuration, place, "6j")
    await add_class_enrolment(owner, configuration, students["Mally"], class_id)
    await add_staff(owner, configuration, place.school_number)
    await named(engine_database, configuration)
    async with calling(database, configuration) as api:
        yield Listed(api, place, south, students)


def family_names(document: Any) -> list[str]:
    return [item["family_name"] for item in document["items"]]


async def test_a_row_is_as_the_contract_has_it(listed: Listed) -> None:
    answer = await listed.get(
        group="students", at_location=listed.place.sourced_id, given_name="mally"
    )
    assert answer.headers["cache-control"] == "no-store"
    (item,) = answer.json()["items"]
    assert date.fromisoformat(item.pop("created_on"))
    assert answer.json() | {"items": [item]} == {
        "items": [
            {
                "person": listed.students["Mally"],
                "family_name": "Lassens",
                "given_name": "Mally",
                "sync": False,
                "username": "mally.lassens",
                "domain": "school.be",
                "school": "GO! atheneum",
                "location": "Hoofdvestiging",
                "class": "6j",
                "birth_date": "2012-03-05",
                "flags": [],
                "version": 1,
                "editable": True,
            }
        ],
        "total": 1,
        "sync_on": 0,
        "waiting": 2,
        "reason": None,
    }


async def test_it_is_searched_filtered_and_sorted(listed: Listed) -> None:
    assert family_names(await listed.rows()) == ["=Ameel", "Lassens", "Özdemir"]
    assert family_names(await listed.rows(q="zuid")) == ["=Ameel"]
    assert family_names(await listed.rows(**{"class": "geen"})) == ["=Ameel", "Özdemir"]
    assert family_names(await listed.rows(location="hoofd", sort="-given_name")) == [
        "Özdemir",
        "Lassens",
    ]
    await listed.api.edit(listed.students["Mally"], sync=True)
    assert family_names(await listed.rows(sync="true")) == ["Lassens"]
    assert family_names(await listed.rows(sync="false")) == ["=Ameel", "Özdemir"]
    # An empty filter is none.
    assert (await listed.rows(q="", family_name=""))["total"] == 3


async def test_pages_have_the_total_of_all(listed: Listed) -> None:
    first = await listed.rows(limit="2")
    second = await listed.rows(limit="2", offset="2")
    assert family_names(first) + family_names(second) == ["=Ameel", "Lassens", "Özdemir"]
    beyond = await listed.rows(offset="3")
    none = await listed.rows(limit="0")
    assert first["total"] == second["total"] == beyond["total"] == none["total"] == 3
    assert (beyond["items"], beyond["reason"], none["items"]) == ([], None, [])
    filtered = await listed.rows(q="zuid", limit="1")
    assert filtered["total"] == 1


async def test_staff_are_another_list(listed: Listed) -> None:
    document = await listed.rows(group="staff")
    (item,) = document["items"]
    assert (item["username"], item["domain"]) == ("an.desmet@staff.be", "staff.be")
    assert (item["location"], item["class"]) == ("Hoofdvestiging, Zuid", None)


async def test_rows_and_total_are_those_of_the_caller_s_places(listed: Listed) -> None:
    number = listed.place.school_number
    at_south = caller(Right.READ, number, "2")
    seen = await listed.rows(at_south)
    assert (family_names(seen), seen["total"], seen["reason"]) == (["=Ameel"], 1, None)
    assert (await listed.rows(caller(Right.READ, number)))["total"] == 3

    empty = {"items": [], "total": 0, "sync_on": 0, "waiting": 0, "reason": "no_right"}
    staff_only = caller(Right.WRITE, number, group=Group.STAFF)
    assert await listed.rows(staff_only) == empty
    assert (await listed.rows(staff_only, group="staff"))["total"] == 1
    assert await listed.rows(at_south, group="staff") == empty
    assert await listed.rows(NOBODY) == empty
    assert await listed.rows(caller(Right.NONE, number)) == empty
    nobody_s = await listed.file(NOBODY)
    assert nobody_s.text.splitlines()[1:] == []


async def test_an_empty_list_has_a_reason(listed: Listed) -> None:
    unknown = await listed.get(group="students", at_location="nowhere")
    assert (unknown.status_code, unknown.json()["reason"]) == (200, "no_configuration")
    assert (await listed.rows(q="nobody"))["reason"] == "no_match"


@pytest.mark.parametrize(
    ("params", "faults"),
    [
        ({}, {"query.group", "query.at_school"}),
        (
            {"group": "pupils", "at_location": "1", "at_school": "2", "sync": "maybe"},
            {"query.group", "query.at_school", "query.sync"},
        ),
        (
            {"group": "staff", "at_school": "", "sort": "name,-age", "limit": "-1", "offset": "x"},
            {"query.at_school", "query.sort", "query.limit", "query.offset"},
        ),
        (
            {"group": "staff", "at_school": "1", "familyname": "x", "limit": "5001"},
            {"query.familyname", "query.limit"},
        ),
        ({"group": "staff", "at_school": "1", "sort": "class,-class"}, {"query.sort"}),
    ],
)
async def test_all_faults_are_told_at_once(
    listed: Listed, params: dict[str, str], faults: set[str]
) -> None:
    answer = await listed.get(**params)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "request.invalid")
    assert {fault["location"] for fault in problem["errors"]} == faults


@pytest.mark.parametrize("suffix", ["", ".csv"])
@pytest.mark.parametrize(
    "again", ["group=staff", "q=Lassens", "sync=true", "at_school=1", "sort=class", "limit=1"]
)
async def test_a_parameter_given_twice_is_refused_and_not_half_read(
    listed: Listed, suffix: str, again: str
) -> None:
    await listed.rows()
    query = f"group=students&at_school={listed.place.school_number}&q=a&sync=false&sort=sync"
    answer = await listed.api.client.get(
        f"/api/v1/configurations/{listed.api.configuration.name}/usernames{suffix}"
        f"?{query}&limit=5&{again}",
        headers={"X-Caller": OPERATOR.subject},
    )
    name = again.partition("=")[0]
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "request.invalid"
    assert answer.json()["errors"] == [
        {"location": f"query.{name}", "detail": "is given 2 times, and may be once"}
    ]


@pytest.mark.parametrize(
    "path", ["plans", "history", "proposals", "usernames/{person}/history", "usernames/{person}"]
)
async def test_no_operation_takes_a_parameter_twice(listed: Listed, path: str) -> None:
    await listed.rows()
    method = "PATCH" if path.endswith("{person}") else "GET"
    path = path.format(person=listed.students["Mally"])
    answer = await listed.api.client.request(
        method,
        f"/api/v1/configurations/{listed.api.configuration.name}/{path}",
        params=[("group", "students"), ("group", "students"), ("at_school", "1")],
        headers={"X-Caller": OPERATOR.subject},
        json={"sync": True} if method == "PATCH" else None,
    )
    assert answer.status_code == 422, answer.text
    faults = answer.json()["errors"]
    assert {"location": "query.group", "detail": "is given 2 times, and may be once"} in faults


async def test_choices_take_each_parameter_once_and_no_other(listed: Listed) -> None:
    await listed.rows()
    for query, fault in (("limit=1&limit=2", "query.limit"), ("limt=5", "query.limt")):
        answer = await listed.api.client.get(
            f"/api/v1/configurations?{query}", headers={"X-Caller": OPERATOR.subject}
        )
        assert answer.status_code == 422
        assert [each["location"] for each in answer.json()["errors"]] == [fault]


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\\", "\0", "x" * 10_000, "a " * 5_000, "＝"])
@pytest.mark.parametrize("key", ["q", "family_name", "class", "birth_date", "username"])
async def test_signs_mean_themselves_in_a_filter(listed: Listed, key: str, text: str) -> None:
    document = await listed.rows(**{key: text})
    # The one family name with an equals sign: its full-width form is searched for as itself.
    found = ["=Ameel"] if text == "＝" and key in {"q", "family_name"} else []
    if key == "q" and text.startswith("a "):
        found = ["=Ameel", "Lassens", "Özdemir"]
    assert (family_names(document), document["total"]) == (found, len(found))


async def test_the_refusal_is_in_the_asked_language(listed: Listed) -> None:
    await listed.rows()
    answer = await listed.api.client.get(
        "/api/v1/configurations/nowhere/usernames",
        params=listed.of_school(),
        headers={"X-Caller": OPERATOR.subject, "Accept-Language": "nl"},
    )
    assert (answer.status_code, answer.headers["content-language"]) == (404, "nl")


async def test_pages_follow_on_while_names_change(listed: Listed) -> None:
    """In the order by name, in which nothing moves when usernames and Sync are edited."""
    first = await listed.rows(limit="1")
    await listed.api.edit(listed.students["Mally"], username="aaa.first", sync=True)
    rest = await listed.rows(limit="2", offset="1")
    assert family_names(first) + family_names(rest) == ["=Ameel", "Lassens", "Özdemir"]


async def test_a_fault_says_what_to_mend(listed: Listed) -> None:
    answer = await listed.get(group="staff", at_school="1", sort="name,class,-age")
    (fault,) = answer.json()["errors"]
    assert fault["detail"] == (
        "'name', 'age' are not columns; the columns are family_name, given_name, sync, username, "
        "domain, school, location, class, birth_date, created_on"
    )


@pytest.mark.parametrize("name", ["nowhere", "no%00where"])
async def test_an_unknown_configuration_is_not_found(listed: Listed, name: str) -> None:
    await listed.rows(OPERATOR)
    for suffix in ("", ".csv"):
        answer = await listed.api.client.get(
            f"/api/v1/configurations/{name}/usernames{suffix}",
            params=listed.of_school(),
            headers={"X-Caller": OPERATOR.subject},
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "configuration.unknown")


async def test_the_file_is_what_the_screen_shows(listed: Listed) -> None:
    answer = await listed.file(columns="class,family_name,sync,username", sort="-family_name")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    cells = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert cells == [
        ["Klas", "Naam", "Sync?", "Gebruikersnaam"],
        ["<Geen>", "Özdemir", "Uit", "zoe.ozdemir"],
        ["6j", "Lassens", "Uit", "mally.lassens"],
        ["<Geen>", "'=Ameel", "Uit", "bert.ameel"],
    ]
    filtered = await listed.file(columns="given_name", q="zuid")
    assert filtered.content.decode("utf-8-sig") == "Voornaam\r\nBert\r\n"
    part = await listed.file(columns="given_name", offset="1", limit="1")
    assert part.content.decode("utf-8-sig") == "Voornaam\r\nMally\r\n"
    everything = await listed.file()
    assert everything.content.decode("utf-8-sig").splitlines()[0].count(";") == 9


@pytest.mark.parametrize("columns", ["", "name", "class,class", "class,"])
async def test_columns_that_are_none_are_refused(listed: Listed, columns: str) -> None:
    answer = await listed.file(columns=columns)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["location"] == "query.columns"


async def choices(api: Api, who: Principal, /, **params: str) -> Any:
    api.door.principals[who.subject] = who
    answer = await api.client.get(
        "/api/v1/configurations", params=params, headers={"X-Caller": who.subject}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_one_chooses_among_the_places_one_has_a_right_to(
    owner: Database, listed: Listed
) -> None:
    number, configuration = listed.place.school_number, listed.api.configuration
    await add_school(owner, configuration, name="VTI")
    other = await new_configuration(owner)
    elsewhere = await add_location(owner, other, await add_school(owner, other))
    grants = frozenset(
        {
            Grant(Group.STUDENTS, Right.READ, number, "1"),
            Grant(Group.STUDENTS, Right.WRITE, number, "2"),
            Grant(Group.STAFF, Right.READ, number),
        }
    )
    assert await choices(listed.api, Principal("00u2", "Els", grants=grants)) == {
        "items": [
            {
                "name": configuration.name,
                "school_year": "2024-25",
                "schools": [
                    {
                        "number": number,
                        "name": "GO! atheneum",
                        "students": "write",
                        "staff": "read",
                        "locations": [
                            {
                                "sourced_id": listed.place.sourced_id,
                                "number": "1",
                                "name": "Hoofdvestiging",
                                "students": "read",
                            },
                            {
                                "sourced_id": listed.south.sourced_id,
                                "number": "2",
                                "name": "Zuid",
                                "students": "write",
                            },
                        ],
                    }
                ],
            }
        ],
        "total": 1,
    }
    assert await choices(listed.api, NOBODY) == {"items": [], "total": 0}
    at_south = await choices(listed.api, caller(Right.READ, number, "2"))
    ((school,),) = [each["schools"] for each in at_south["items"]]
    assert (school["students"], school["staff"]) == ("read", "none")
    assert [place["number"] for place in school["locations"]] == ["2"]
    staff = await choices(listed.api, caller(Right.WRITE, number, group=Group.STAFF))
    ((school,),) = [each["schools"] for each in staff["items"]]
    assert (school["students"], school["staff"], school["locations"]) == ("none", "write", [])
    both = Principal(
        "00u3",
        "Els",
        grants=grants | {Grant(Group.STUDENTS, Right.READ, elsewhere.school_number)},
    )
    assert (await choices(listed.api, both))["total"] == 2
    first, second = [
        (await choices(listed.api, both, limit="1", offset=offset))["items"] for offset in "01"
    ]
    assert {first[0]["name"], second[0]["name"]} == {configuration.name, other.name}


async def test_the_staff_s_list_is_opened_by_no_right_to_a_location(listed: Listed) -> None:
    """Staff belong to schools: there is nothing to choose."""
    number = listed.place.school_number
    at_location = caller(Right.WRITE, number, "1", group=Group.STAFF)
    assert await choices(listed.api, at_location) == {"items": [], "total": 0}
    assert (await choices(listed.api, caller(Right.READ, number, "1")))["total"] == 1


async def test_choices_cost_the_same_however_many_there_are(
    owner: Database, engine_database: Database
) -> None:
    schools = []
    for _ in range(3):
        configuration, place = await school_with(owner)
        await add_location(owner, configuration, place.school_number, "2", name="Zuid")
        schools.append((configuration.name, place.school_number))

    async def chosen(numbers: list[str]) -> tuple[dict[str, list[Any]], int]:
        grants = frozenset(Grant(Group.STUDENTS, Right.READ, number) for number in numbers)
        statements: list[str] = []
        async with engine_database.snapshot() as connection:

            @event.listens_for(connection.sync_connection, "before_cursor_execute")
            def note(_: Any, __: Any, statement: str, *___: Any) -> None:
                statements.append(statement)

            found = await accessible_configurations(
                connection, Principal("00u4", "Els", grants=grants), limit=10
            )
        seen = {
            each.name: [
                (school.school.number, [at.location.name for at in school.locations])
                for school in each.schools
            ]
            for each in found.items
        }
        return seen, len(statements)

    expected = {name: [(number, ["Hoofdvestiging", "Zuid"])] for name, number in schools}
    assert await chosen([number for _, number in schools]) == (expected, 2)
    first, number = schools[0]
    assert await chosen([number]) == ({first: expected[first]}, 2)
    assert await chosen([]) == ({}, 2)


async def test_an_operator_chooses_among_all(listed: Listed) -> None:
    document = await choices(listed.api, OPERATOR, limit="100")
    assert document["total"] >= 1
    offset = 0
    found: list[Any] = []
    while offset < document["total"]:
        page = await choices(listed.api, OPERATOR, limit="100", offset=str(offset))
        found += [each for each in page["items"] if each["name"] == listed.api.configuration.name]
        offset += 100
    ((school,),) = [each["schools"] for each in found]
    assert (school["students"], school["staff"]) == ("write", "write")
    assert len(school["locations"]) == 2
