"""Moodle's enrolment plugin: its synchronisation, and the calls of its conformance runner.

Facts from moodlehq/moodle-enrol_oneroster and catalyst/moodle-enrol_oneroster: pages of 200 until
one is short, parameters in the order limit, offset, sort, orderBy, filter, fields, encoded by
PHP's rawurlencode; single objects in the middle of a collection; dates without a time.
"""

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote, quote_plus

import pytest

from tests.conformance.deployment import Client, District
from tests.conformance.wire import Answer, Object, exchange, get, ids, require_fault

PAGE: Final = 200
SCOPE: Final = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster.readonly"
# Its commands, and the collection it looks for in the answer.
COLLECTIONS: Final = {
    "users": "users",
    "students": "users",
    "teachers": "users",
    "orgs": "orgs",
    "schools": "orgs",
    "courses": "courses",
    "classes": "classes",
    "academicSessions": "academicSessions",
    "terms": "academicSessions",
    "gradingPeriods": "academicSessions",
    "enrollments": "enrollments",
}
SINGLE: Final = {
    "users": "user",
    "orgs": "org",
    "courses": "course",
    "classes": "class",
    "academicSessions": "academicSession",
    "enrollments": "enrollment",
}


class Moodle:
    """A token of its own for one run; each request recorded by nobody, each answer read once."""

    def __init__(self, client: Client) -> None:
        self._base = client.v1p1
        # urlencode on both halves, as RFC 6749 §2.3.1 says.
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}".encode()
        answer = exchange(
            "POST",
            client.token_url,
            {
                "Authorization": f"Basic {base64.b64encode(pair).decode()}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            f"grant_type=client_credentials&scope={quote_plus(SCOPE)}",
        )
        granted = answer.document()
        assert granted["expires_in"] > 20
        assert granted.get("scope", SCOPE) == SCOPE
        self._headers = {"Authorization": f"Bearer {granted['access_token']}", "Accept": "*/*"}

    def get(self, path: str, **parameters: str | int) -> Answer:
        asked = "&".join(
            f"{name}={quote(str(value), safe='')}" for name, value in parameters.items()
        )
        return get(f"{self._base}{path}" + (f"?{asked}" if asked else ""), self._headers)

    def pages(self, path: str, **parameters: str) -> Iterator[list[Object]]:
        """Until one is short; the next is asked only when this one has been worked through."""
        collection = COLLECTIONS[path.rsplit("/", 1)[-1]]
        if path in {"/users", "/students", "/teachers"}:
            parameters = {"sort": "familyName", **parameters}
        offset = 0
        while True:
            answer = self.get(path, limit=PAGE, offset=offset, **parameters)
            items = answer.items(collection)
            yield items
            offset += PAGE
            if len(items) < PAGE:
                assert answer.total == offset - PAGE + len(items)
                return

    def all(self, path: str, **parameters: str) -> list[Object]:
        items = [item for page in self.pages(path, **parameters) for item in page]
        ids(items)
        return items

    def single(self, collection: str, sourced_id: str) -> Object:
        return self.get(f"/{collection}/{quote(sourced_id, safe='')}").item(SINGLE[collection])


@pytest.fixture(scope="module")
def moodle(client: Client) -> Moodle:
    return Moodle(client)


def by_family_name(item: Object) -> tuple[str, str]:
    return item["familyName"].casefold(), item["sourcedId"]


# The synchronisation


def test_a_full_synchronisation(client: Client, district: District) -> None:
    moodle = Moodle(client)
    users: dict[str, Object] = {}
    for page in moodle.pages("/users", sort="familyName"):
        for item in page:
            assert item["sourcedId"] not in users
            users[item["sourcedId"]] = item
        # Its agents and orgs are read one by one before the next page is asked.
        for agent in [agent for item in page for agent in item.get("agents", ())][:5]:
            assert moodle.single("users", agent["sourcedId"])["status"] == "active"
    assert len(users) > PAGE
    assert list(users) == ids(sorted(users.values(), key=by_family_name))

    classes: dict[str, Object] = {}
    for school in (item for item in moodle.all("/orgs") if item["type"] == "school"):
        place = f"/schools/{school['sourcedId']}"
        assert moodle.single("orgs", school["sourcedId"]) == school
        terms = moodle.all(f"{place}/terms")
        assert {item["type"] for item in terms} == {"term"}
        for item in moodle.all(f"{place}/classes"):
            classes[item["sourcedId"]] = item
            assert item["school"]["sourcedId"] == school["sourcedId"]
            assert {term["sourcedId"] for term in item["terms"]} <= set(ids(terms))
        for item in moodle.all(f"{place}/enrollments"):
            assert item["user"]["sourcedId"] in users
            assert item["class"]["sourcedId"] in classes
            assert date.fromisoformat(item["beginDate"]) <= date.fromisoformat(item["endDate"])
    assert len(classes) == len(district.rows["classes"])


def test_a_synchronisation_of_what_changed_since_a_day(client: Client, district: District) -> None:
    """Users and classes since a date; enrolments whole, their users and classes one by one."""
    moodle = Moodle(client)
    stamped = {item["dateLastModified"][:10] for item in moodle.all("/orgs")}
    before = date.fromisoformat(min(stamped))
    after = date.fromisoformat(max(stamped)) + timedelta(days=1)
    assert len(moodle.all("/users", filter=f"dateLastModified>'{before}'")) > PAGE
    assert moodle.all("/users", filter=f"dateLastModified>'{after}'") == []

    largest = Counter(row["schoolSourcedId"] for row in district.rows["enrollments"])
    school = largest.most_common(1)[0][0]
    assert moodle.all(f"/schools/{school}/classes", filter=f"dateLastModified>'{before}'")
    assert moodle.all(f"/schools/{school}/classes", filter=f"dateLastModified>'{after}'") == []
    pages = moodle.pages(f"/schools/{school}/enrollments")
    first = next(pages)
    for item in first[:10]:
        user = moodle.single("users", item["user"]["sourcedId"])
        assert school in ids(user["orgs"])
        class_ = moodle.single("classes", item["class"]["sourcedId"])
        assert class_["school"]["sourcedId"] == school
        assert moodle.single("courses", class_["course"]["sourcedId"])["org"]
        for term in class_["terms"]:
            assert moodle.single("academicSessions", term["sourcedId"])["type"] == "term"
    rest = [item for page in pages for item in page]
    assert len(ids(first + rest)) > PAGE


def test_a_date_means_the_beginning_of_that_day_in_utc(moodle: Moodle) -> None:
    everything = moodle.all("/orgs")
    day = everything[0]["dateLastModified"][:10]
    assert {item["dateLastModified"][:10] for item in everything} == {day}
    for operator in (">", ">="):
        since = moodle.all("/orgs", filter=f"dateLastModified{operator}'{day}'")
        assert sorted(since, key=by_id) == everything
    assert moodle.all("/orgs", filter=f"dateLastModified<'{day}'") == []


def test_enrollments_by_a_bare_reference_to_their_class(moodle: Moodle) -> None:
    everything = moodle.all("/enrollments")
    for class_ in moodle.all("/classes")[:3]:
        own = moodle.all("/enrollments", filter=f"class='{class_['sourcedId']}'")
        assert own == [
            item for item in everything if item["class"]["sourcedId"] == class_["sourcedId"]
        ]
    assert moodle.all("/enrollments", filter="class='K-0001'") == [], "ids are told exactly"


def test_users_of_a_school_by_a_dotted_reference(moodle: Moodle) -> None:
    everything = moodle.all("/users")
    for school in ids(moodle.all("/schools")):
        own = moodle.all("/users", filter=f"orgs.sourcedId='{school}'")
        assert own == [item for item in everything if school in ids(item["orgs"])] != []


def test_a_user_who_is_not_there_is_not_found(moodle: Moodle) -> None:
    require_fault(moodle.get("/users/nobody"), 404, "unknown object")


def test_the_scope_it_asks_for_does_not_open_demographics(moodle: Moodle) -> None:
    require_fault(moodle.get("/demographics", limit=PAGE, offset=0), 403, "forbidden")


# Its conformance runner


@pytest.mark.parametrize("path", COLLECTIONS)
def test_each_collection_and_one_of_it_by_id(moodle: Moodle, path: str) -> None:
    first = next(moodle.pages(f"/{path}"))[0]
    single = moodle.get(f"/{path}/{first['sourcedId']}")
    assert single.item(SINGLE[COLLECTIONS[path]]) == first


Whole = dict[str, list[Object]]
Belongs = Callable[[Object, str, Whole], bool]


def _enrolled(role: str | None) -> Belongs:
    """Classes of a person; in which role, if it matters."""
    return lambda item, one, whole: any(
        enrollment["class"]["sourcedId"] == item["sourcedId"]
        and enrollment["user"]["sourcedId"] == one
        and role in (None, enrollment["role"])
        for enrollment in whole["enrollments"]
    )


def _member(role: str) -> Belongs:
    """People of a class."""
    return lambda item, one, whole: any(
        enrollment["class"]["sourcedId"] == one
        and enrollment["user"]["sourcedId"] == item["sourcedId"]
        and enrollment["role"] == role
        for enrollment in whole["enrollments"]
    )


def _taught_at(item: Object, one: str, whole: Whole) -> bool:
    """Terms of the classes of a school."""
    return any(
        class_["school"]["sourcedId"] == one and item["sourcedId"] in ids(class_["terms"])
        for class_ in whole["classes"]
    )


BELOW: Final[dict[str, dict[str, Belongs]]] = {
    "schools": {
        "classes": lambda item, one, _: item["school"]["sourcedId"] == one,
        "courses": lambda item, one, _: item["org"]["sourcedId"] == one,
        "enrollments": lambda item, one, _: item["school"]["sourcedId"] == one,
        "students": lambda item, one, _: one in ids(item["orgs"]),
        "teachers": lambda item, one, _: one in ids(item["orgs"]),
        "terms": _taught_at,
    },
    "students": {"classes": _enrolled("student")},
    "teachers": {"classes": _enrolled("teacher")},
    "users": {"classes": _enrolled(None)},
    "courses": {"classes": lambda item, one, _: item["course"]["sourcedId"] == one},
    "classes": {"students": _member("student"), "teachers": _member("teacher")},
    "terms": {
        "classes": lambda item, one, _: one in ids(item["terms"]),
        "gradingPeriods": lambda item, one, _: item["parent"]["sourcedId"] == one,
    },
}


@pytest.fixture(scope="module")
def whole(client: Client) -> Whole:
    moodle = Moodle(client)
    return {path: moodle.all(f"/{path}") for path in COLLECTIONS}


@pytest.mark.parametrize(
    ("parent", "below"), [(parent, below) for parent in BELOW for below in BELOW[parent]]
)
def test_what_is_below_one_of_a_collection(
    moodle: Moodle, whole: Whole, parent: str, below: str
) -> None:
    def expected(one: str) -> list[Object]:
        return [item for item in whole[below] if BELOW[parent][below](item, one, whole)]

    # The first of which something is expected, as well as the very first.
    first = ids(whole[parent])[0]
    for one in (first, next(one for one in ids(whole[parent]) if expected(one))):
        found = moodle.all(f"/{parent}/{one}/{below}")
        assert sorted(found, key=by_id) == sorted(expected(one), key=by_id)


def by_id(item: Object) -> str:
    return str(item["sourcedId"])


def test_what_is_below_a_class_in_a_school(moodle: Moodle) -> None:
    class_ = next(moodle.pages("/classes"))[0]
    place = f"/schools/{class_['school']['sourcedId']}/classes/{class_['sourcedId']}"
    enrolled = moodle.all(f"{place}/enrollments")
    assert enrolled == moodle.all("/enrollments", filter=f"class='{class_['sourcedId']}'") != []
    for path, role in (("students", "student"), ("teachers", "teacher")):
        people = moodle.all(f"{place}/{path}")
        assert set(ids(people)) == {
            item["user"]["sourcedId"] for item in enrolled if item["role"] == role
        }
        assert ids(people) == ids(moodle.all(f"/classes/{class_['sourcedId']}/{path}"))
    elsewhere = next(
        school for school in ids(moodle.all("/schools")) if school != class_["school"]["sourcedId"]
    )
    assert moodle.all(f"/schools/{elsewhere}/classes/{class_['sourcedId']}/enrollments") == []


def test_a_value_with_a_space(moodle: Moodle) -> None:
    everything = moodle.all("/users")
    name = next(item["givenName"] for item in everything if " " in item["givenName"])
    found = moodle.all("/users", filter=f"givenName='{name}'")
    assert found == [item for item in everything if item["givenName"].casefold() == name.casefold()]
    assert moodle.all("/users", filter="givenName='Colin Robert'") == []


def test_a_user_by_address(moodle: Moodle) -> None:
    first = next(item for item in moodle.all("/users") if "email" in item)
    assert moodle.all("/users", filter=f"email='{first['email']}'") == [first]


def test_sorted_backwards(moodle: Moodle) -> None:
    backwards = moodle.all("/users", sort="sourcedId", orderBy="desc")
    assert ids(backwards) == sorted(ids(moodle.all("/users")), reverse=True)


def test_a_selection_of_fields(moodle: Moodle) -> None:
    everything = moodle.all("/users")
    selected = moodle.all("/users", fields="sourcedId,email")
    assert selected == [
        {name: item[name] for name in ("sourcedId", "email") if name in item} for item in everything
    ]
