"""What a query finds in a real database, measured against a plain reading of the same objects."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import orjson
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.oneroster.rostering.filters import Filter, FilterError, Operator, parse_filter
from services.oneroster.rostering.operations import OPERATIONS, Operation
from services.oneroster.rostering.query import Sort
from services.oneroster.rostering.resources import RESOURCES, FieldKind
from services.oneroster.rostering.sql import Selection
from services.oneroster.rostering.versions import Version
from shared.database import Database
from tests.oneroster.rostering.holding import (
    NEW_YEAR,
    Connection,
    Held,
    expected,
    fetch,
    hold,
    ids,
    reading,
    reference,
    references,
    some_configuration,
)

EDITION = 5
OPERATORS: tuple[Operator, ...] = get_args(Operator)
# Wildcards, quotes, case, signs beyond ASCII, and texts that begin alike.
TEXTS = [
    "", "a", "A", "aa", "b%", "%", "_", "b_", "B\\", "O'Brien", "Éva", "eva", "STRASSE", "straße",
    "ﬁn", "İ", "zé", "zz", "😀", "ÿ", "true", "false", "x,y",
]  # fmt: skip
DAYS = ["2025-09-01", "2025-12-31", "2026-01-01", "2026-06-30"]
MOMENTS = [NEW_YEAR + timedelta(milliseconds=each) for each in (-1, 0, 0, 1, 999, 86_400_000)]
METADATA = ["metadata.list", "metadata.microsoft.userFlags", "metadata.none"]
_COLLECTIONS = {
    (each.version, each.resource.collection): each
    for each in OPERATIONS
    if not each.single and each.path == f"/{each.resource.collection}"
}


def _operation(name: str, version: Version) -> Operation:
    return next(each for each in OPERATIONS if (each.id, each.version) == (name, version))


def _pick(number: int, step: int, values: list[Any], *, gaps: bool = True) -> Any:
    """Spread, the same for each run; absent now and then."""
    at = (number * 7 + step * 5) % (len(values) + (3 if gaps else 0))
    return values[at] if at < len(values) else None


def _texts(number: int, *names: str) -> dict[str, Any]:
    found = {name: _pick(number, step, TEXTS) for step, name in enumerate(names)}
    # What is empty is not served at all.
    return {name: value for name, value in found.items() if value}


def _list(number: int, step: int, values: list[str]) -> list[str] | None:
    given = [_pick(number, step + each, [value for value in values if value]) for each in range(3)]
    return list(dict.fromkeys(value for value in given[: number % 4] if value)) or None


def _lists(number: int, *names: str) -> dict[str, Any]:
    found = {name: _list(number, 3 * step, TEXTS) for step, name in enumerate(names)}
    return {name: value for name, value in found.items() if value}


IDS = ["o1", "O1", "o1%", "o 2", "é", "o'3"]


def _one(number: int, step: int, kind: str) -> dict[str, str] | None:
    found = _pick(number, step, IDS)
    return reference(kind, found) if found else None


def _many(number: int, step: int, kind: str) -> list[dict[str, str]] | None:
    found = _list(number, step, IDS)
    return references(kind, found) if found else None


def _values(table: str, n: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of 1.1, and what 1.2 has otherwise."""
    day, end = _pick(n, 1, DAYS), _pick(n, 2, DAYS)
    org = reference("org", IDS[n % len(IDS)])
    types = {"type": _pick(n, 4, ["term", "gradingPeriod", "schoolYear"], gaps=False)}
    role = _pick(n, 3, ["student", "teacher", "guardian"], gaps=False)
    otherwise = {"type": "ext:Other"} if n % 5 == 0 else {}
    match table:
        case "academic_sessions":
            dates = {"startDate": day, "endDate": end, "parent": _one(n, 2, "academicSession")}
            children = {"children": _many(n, 4, "academicSession")}
            return {**_texts(n, "title", "schoolYear"), **types, **dates, **children}, otherwise
        case "orgs":
            types = {"type": _pick(n, 4, ["school", "district"], gaps=False)}
            near = {"parent": _one(n, 2, "org"), "children": _many(n, 4, "org")}
            return {**_texts(n, "name", "identifier"), **types, **near}, otherwise
        case "courses":
            near = {"org": _one(n, 1, "org"), "schoolYear": _one(n, 2, "academicSession")}
            lists = _lists(n, "grades", "subjects", "subjectCodes")
            return {**_texts(n, "title", "courseCode"), **near, **lists}, {}
        case "classes":
            near = {"course": _one(n, 1, "course"), "school": org}
            lists = _lists(n, "grades", "subjects", "subjectCodes", "periods")
            terms = {"terms": _many(n, 2, "academicSession"), "classType": "Scheduled"}
            otherwise = {"classType": "ext:x"} if otherwise else {}
            return {**_texts(n, "title", "classCode", "location"), **near, **lists, **terms}, (
                otherwise
            )
        case "users":
            texts = _texts(
                n, "username", "enabledUser", "givenName", "familyName", "middleName", "identifier",
                "email", "sms", "phone",
            )  # fmt: skip
            # Usernames are unique, and some have none.
            texts |= {"username": f"{texts['username']}{n}"} if "username" in texts else {}
            near = {"orgs": _many(n, 1, "org"), "agents": _many(n, 2, "user")}
            flags = {"microsoft.userFlags": _pick(n, 1, TEXTS[1:]), "list": _list(n, 2, TEXTS)}
            metadata = {name: value for name, value in flags.items() if value}
            roles = [
                {
                    "roleType": kind,
                    "role": _pick(n, step, ["Student", "teacher", "ext:x"]),
                    "org": org,
                }
                for step, kind in enumerate(("primary", "secondary"))
            ]
            later = {
                "role": None,
                "orgs": None,
                "primaryOrg": org,
                "roles": [each for each in roles if each["role"]] or None,
            }
            first = {**texts, **near, **_lists(n, "grades"), "role": role, "metadata": metadata}
            return first, later
        case "enrollments":
            near = {
                "user": reference("user", IDS[n % 6]),
                "class": reference("class", IDS[n % 5]),
                "school": org,
            }
            return {**near, "role": role, "beginDate": day, "endDate": end}, {}
    return {"birthDate": day, **_texts(n, "sex", "asian", "cityOfBirth", "white")}, {}


def _without_nothing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _some(prefix: str = "") -> list[Held]:
    held = []
    for resource in RESOURCES[Version.V1P1].values():
        table = resource.table.name
        for number in range(40):
            first, later = _values(table, number)
            one = Held(
                table,
                f"{prefix}{_pick(number, 0, ['i', 'I', 'é', 'i%'], gaps=False)}{number}",
                _without_nothing(first),
                later,
                active=number % 6 != 5,
                modified=MOMENTS[number % len(MOMENTS)],
                editions=[(1, None), (EDITION, None), (2, EDITION + 1)][number % 3],
            )
            held.append(one)
            if number % 4 == 0:
                # What it was, and what it will be: of neither anything is seen.
                was = replace(one, editions=(0, one.editions[0]), active=True, modified=NEW_YEAR)
                held.append(was)
            if number % 4 == 1:
                until = one.editions[1] or EDITION + 1
                will = replace(one, editions=(until, None), active=True)
                held[-1] = replace(one, editions=(one.editions[0], until))
                held.append(will)
    return held


class Arrangement:
    """What a configuration holds, and a connection that reads it. (Hypothesis prints dataclasses whole.)"""

    def __init__(self, configuration_id: int, held: list[Held], connection: Connection) -> None:
        self.configuration_id = configuration_id
        self.held = held
        self.connection = connection


@pytest_asyncio.fixture(scope="module")
async def arranged(owner: Database, oneroster_database: Database) -> AsyncIterator[Arrangement]:
    """Two configurations full of objects; the first is read."""
    own, other = some_configuration(), some_configuration()
    await hold(owner, own, _some())
    await hold(owner, other, _some("other-"))
    async with reading(oneroster_database, own) as connection:
        yield Arrangement(own, _some(), connection)


@st.composite
def _filters(draw: st.DrawFn, operation: Operation) -> str:
    clauses = []
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from([*operation.resource.fields, *METADATA]))
        named = operation.resource.field(name)
        assert named is not None
        values = {
            FieldKind.IDENTIFIER: st.sampled_from([*IDS, "i0", "é2", "o", "%"]),
            FieldKind.STATUS: st.sampled_from(["active", "ToBeDeleted", "a", "norecords", ""]),
            FieldKind.DATE: st.sampled_from([*DAYS, "2026-01-01T10:00:00Z", "2026"]),
            FieldKind.TIMESTAMP: st.sampled_from([*(each.isoformat() for each in MOMENTS), "t00"]),
            FieldKind.TEXT: st.sampled_from([*TEXTS, "student", "term", "EXT:", "org", "b%3"]),
        }[named.kind]
        operator = draw(st.sampled_from(OPERATORS))
        value = draw(values | st.text("aé%_1\\", max_size=3))
        clauses.append(f"{name}{operator}'{value}'")
    return draw(st.sampled_from([" AND ", " OR "])).join(clauses)


@st.composite
def _selections(draw: st.DrawFn) -> tuple[Operation, Filter, Sort | None]:
    operation = draw(st.sampled_from(list(_COLLECTIONS.values())))
    asked = Filter()
    if draw(st.booleans()):
        try:
            asked = parse_filter(draw(_filters(operation)), operation.resource)
        except FilterError as error:
            # Only what is no time; a clause of the model's fields is always read.
            assert "time" in str(error)  # noqa: PT017
    sort = None
    if draw(st.booleans()):
        name = draw(st.sampled_from([*operation.resource.fields, *METADATA]))
        named = operation.resource.field(name)
        assert named is not None
        sort = Sort(name, named, draw(st.booleans()))
    return operation, asked, sort


_DATABASE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_DATABASE
@given(_selections())
async def test_a_query_finds_what_it_should_in_its_order(
    arranged: Arrangement, drawn: tuple[Operation, Filter, Sort | None]
) -> None:
    selection = Selection(drawn[0], (), arranged.configuration_id, EDITION, *drawn[1:])
    assert await ids(arranged.connection, selection) == expected(arranged.held, selection)


@_DATABASE
@given(_selections(), st.integers(1, 12), st.integers(1, 40))
async def test_a_crawl_by_boundaries_finds_each_row_once(
    arranged: Arrangement,
    drawn: tuple[Operation, Filter, Sort | None],
    every: int,
    limit: int,
) -> None:
    selection = Selection(drawn[0], (), arranged.configuration_id, EDITION, *drawn[1:])
    whole = expected(arranged.held, selection)
    boundaries = await fetch(arranged.connection, selection.boundaries(every))
    positions = [row["position"] for row in boundaries]
    total = positions[-1] if positions else 0
    assert total == len(whole)
    assert positions == sorted({*range(every, total + 1, every), *([total] if total else [])})

    keys = {row["position"]: tuple(row)[:-1] for row in boundaries}
    found: list[str] = []
    for offset in range(0, total, limit):
        start = offset // every * every
        statement = selection.page(limit=limit, after=keys.get(start), skip=offset - start)
        page = await fetch(arranged.connection, statement)
        found += [row["sourced_id"] for row in page]
        assert len(page) == min(limit, total - offset)
    assert found == whole


async def test_every_field_can_be_filtered_and_sorted_on_with_every_operator(
    arranged: Arrangement,
) -> None:
    value = {FieldKind.DATE: "2026-01-01", FieldKind.TIMESTAMP: "2026-01-01T00:00:00.000Z"}
    for operation in _COLLECTIONS.values():
        for name, named in operation.resource.fields.items():
            for operator in OPERATORS:
                text = f"{name}{operator}'{value.get(named.kind, 'a')}'"
                selection = Selection(
                    operation,
                    (),
                    arranged.configuration_id,
                    EDITION,
                    parse_filter(text, operation.resource),
                    Sort(name, named, descending=operator == "!="),
                )
                assert await ids(arranged.connection, selection) == expected(
                    arranged.held, selection
                ), text


async def test_no_more_is_found_with_a_filter_than_without(arranged: Arrangement) -> None:
    for operation in _COLLECTIONS.values():
        plain = Selection(operation, (), arranged.configuration_id, EDITION)
        everything = set(expected(arranged.held, plain))
        for text in ("sourcedId~'' OR sourcedId!='x'", "sourcedId='x' OR sourcedId>''"):
            asked = parse_filter(text, operation.resource)
            assert set(await ids(arranged.connection, replace(plain, filter=asked))) == everything


async def test_an_or_never_reaches_another_configuration(
    owner: Database, oneroster_database: Database
) -> None:
    own, other = some_configuration(), some_configuration()
    for configuration in (own, other):
        users = [
            Held("users", f"{configuration}-{each}", {"role": "student", "username": f"u{each}"})
            for each in range(3)
        ]
        await hold(owner, configuration, users)
    operation = _operation("getAllUsers", Version.V1P1)
    # The owner bypasses row-level security: what keeps to the configuration here is the text.
    async with owner.session_connection() as everything:
        for text in ("role='student' OR role!='student'", "username='u1' OR status!='nothing'"):
            asked = parse_filter(text, operation.resource)
            found = await ids(everything, Selection(operation, (), own, 1, asked))
            assert found
            assert all(each.startswith(f"{own}-") for each in found)
    async with reading(oneroster_database, own) as connection:
        assert await ids(connection, Selection(operation, (), other, 1)) == []


async def test_texts_of_statements_hold_no_value(arranged: Arrangement) -> None:
    operation = _operation("getAllUsers", Version.V1P2)
    texts = set()
    for name, value in (("givenName", "zoë"), ("givenName", "x' or true --")):
        asked = Filter((replace(_condition(operation, name), value=value),))
        selection = Selection(operation, (), arranged.configuration_id, EDITION, asked)
        for statement in (
            selection.page(limit=3, after=(value,), skip=2),
            selection.page(limit=4, after=(value,), skip=1),
            selection.boundaries(7),
            selection.single(value),
        ):
            assert value not in statement.text
            texts.add(statement.text)
    assert len(texts) == 3
    keys = {
        Selection(operation, (), 1, 1, parse_filter(f"metadata.{key}='x'", operation.resource))
        .page(limit=1)
        .text
        for key in ("a", "b.c")
    }
    assert len(keys) == 1


def _condition(operation: Operation, name: str) -> Any:
    return parse_filter(f"{name}='x'", operation.resource).conditions[0]


async def test_a_single_object_is_found_as_a_tombstone_too_and_only_in_its_edition(
    arranged: Arrangement,
) -> None:
    for (version, _), operation in _COLLECTIONS.items():
        table = operation.resource.table.name
        plain = Selection(operation, (), arranged.configuration_id, EDITION)
        for each in (held for held in arranged.held if held.table == table):
            (row,) = await fetch(arranged.connection, plain.single(each.sourced_id))
            body = orjson.loads(row["body"])
            otherwise = version is Version.V1P2 and each.v1p2
            assert body == {"sourcedId": each.sourced_id, "version": "1.2" if otherwise else "1.1"}
        assert await fetch(arranged.connection, plain.single("nobody")) == []
        assert await fetch(arranged.connection, replace(plain, edition=-1).single("i0")) == []


# A small roster: two schools, one of which nothing but a course belongs to, terms and their periods.
def _org(sourced_id: str, kind: str) -> Held:
    return Held("orgs", sourced_id, {"type": kind})


def _session(sourced_id: str, kind: str, parent: str | None = None) -> Held:
    values: dict[str, Any] = {"type": kind}
    if parent:
        values["parent"] = reference("academicSession", parent)
    return Held("academic_sessions", sourced_id, values)


def _class(sourced_id: str, school: str, course: str, *terms: str) -> Held:
    values = {
        "school": reference("org", school),
        "course": reference("course", course),
        "terms": references("academicSession", terms),
    }
    return Held("classes", sourced_id, values)


def _user(sourced_id: str, role: str, *roles: tuple[str, str]) -> Held:
    orgs = references("org", sorted({org for _, org in roles}))
    held = [
        {"roleType": "primary", "role": each, "org": reference("org", org)} for each, org in roles
    ]
    first = {"role": role, "orgs": orgs, "username": sourced_id}
    return Held("users", sourced_id, first, {"role": None, "orgs": None, "roles": held})


def _enrollment(user: str, class_: str, school: str, role: str = "student", **more: Any) -> Held:
    values = {
        "user": reference("user", user),
        "class": reference("class", class_),
        "school": reference("org", school),
        "role": role,
    }
    return Held("enrollments", f"{user}-{class_}", values, **more)


ROSTER = [
    _org("s1", "school"),
    _org("s2", "school"),
    _org("d", "district"),
    replace(_org("e", "school"), v1p2={"type": "ext:location"}),
    _session("y", "schoolYear"),
    _session("t1", "term", "y"),
    _session("t2", "term", "y"),
    _session("t3", "term"),
    _session("g1", "gradingPeriod", "t1"),
    _session("g2", "gradingPeriod", "t2"),
    Held("courses", "k1", {"org": reference("org", "d")}),
    Held("courses", "k2", {"org": reference("org", "s1")}),
    Held("courses", "k3", {"org": reference("org", "s2")}),
    _class("c1", "s1", "k1", "t1", "t3"),
    _class("c2", "s1", "k1", "y"),
    _class("c3", "s2", "k3", "t2"),
    replace(_class("c4", "s1", "k3", "t2"), active=False),
    _user("u1", "student", ("student", "s1")),
    _user("u2", "student", ("student", "s2"), ("student", "s1")),
    _user("both", "teacher", ("teacher", "s1"), ("student", "s1")),
    _user("u3", "teacher", ("teacher", "s2")),
    # A student at one school, a teacher at the other.
    _user("w", "teacher", ("teacher", "s1"), ("student", "s2")),
    _user("p", "guardian", ("guardian", "s1")),
    _enrollment("u1", "c1", "s1"),
    _enrollment("u1", "c2", "s1"),
    _enrollment("u2", "c1", "s1"),
    _enrollment("u2", "c3", "s2"),
    _enrollment("both", "c1", "s1", "teacher"),
    _enrollment("both", "c2", "s1"),
    _enrollment("u3", "c3", "s2", "teacher"),
    _enrollment("u3", "c1", "s1", active=False),
    _enrollment("u1", "c3", "s2", editions=(0, 1)),
    _enrollment("p", "c3", "s2", editions=(2, None)),
]
ANSWERS: list[tuple[str, tuple[str, ...], str, str | None]] = [
    # Operation, its parents, what 1.1 answers, and 1.2 where it is something else.
    ("getAllTerms", (), "t1 t2 t3", None),
    ("getAllGradingPeriods", (), "g1 g2", None),
    ("getAllSchools", (), "e s1 s2", "s1 s2"),
    ("getAllOrgs", (), "d e s1 s2", None),
    ("getAllStudents", (), "u1 u2", "both u1 u2 w"),
    ("getAllTeachers", (), "both u3 w", None),
    ("getCoursesForSchool", ("s1",), "k1 k2", None),
    ("getCoursesForSchool", ("s2",), "k3", None),
    ("getCoursesForSchool", ("d",), "k1", None),
    ("getClassesForSchool", ("s1",), "c1 c2", None),
    ("getEnrollmentsForSchool", ("s2",), "u2-c3 u3-c3", None),
    ("getStudentsForSchool", ("s1",), "u1 u2", "both u1 u2"),
    ("getStudentsForSchool", ("s2",), "u2", "u2 w"),
    ("getTeachersForSchool", ("s1",), "both w", None),
    ("getTeachersForSchool", ("s2",), "u3 w", "u3"),
    ("getTermsForSchool", ("s1",), "t1 t2 t3", None),
    ("getTermsForSchool", ("s2",), "t2", None),
    ("getTermsForSchool", ("d",), "", None),
    ("getEnrollmentsForClassInSchool", ("s1", "c1"), "both-c1 u1-c1 u2-c1", None),
    ("getEnrollmentsForClassInSchool", ("s2", "c1"), "", None),
    ("getStudentsForClassInSchool", ("s1", "c1"), "u1 u2", None),
    ("getStudentsForClassInSchool", ("s2", "c1"), "", None),
    ("getTeachersForClassInSchool", ("s1", "c1"), "both", None),
    ("getClassesForTerm", ("t1",), "c1", None),
    ("getClassesForTerm", ("t2",), "c3", None),
    ("getGradingPeriodsForTerm", ("t1",), "g1", None),
    ("getGradingPeriodsForTerm", ("y",), "", None),
    ("getClassesForCourse", ("k1",), "c1 c2", None),
    ("getClassesForStudent", ("u1",), "c1 c2", None),
    ("getClassesForStudent", ("both",), "c2", None),
    ("getClassesForTeacher", ("both",), "c1", None),
    ("getClassesForTeacher", ("u1",), "", None),
    ("getClassesForUser", ("both",), "c1 c2", None),
    ("getClassesForUser", ("p",), "", None),
    ("getStudentsForClass", ("c1",), "u1 u2", None),
    ("getStudentsForClass", ("c2",), "both u1", None),
    ("getTeachersForClass", ("c3",), "u3", None),
]


@pytest_asyncio.fixture(scope="module")
async def small(owner: Database, oneroster_database: Database) -> AsyncIterator[Arrangement]:
    configuration_id, neighbour = some_configuration(), some_configuration()
    for each in (configuration_id, neighbour):
        await hold(owner, each, ROSTER)
    # What a neighbour alone has: enrollments and classes of the same ids.
    await hold(owner, neighbour, [_enrollment("p", "c1", "s1"), _class("c9", "s1", "k3", "t2")])
    async with reading(oneroster_database, configuration_id) as connection:
        yield Arrangement(configuration_id, ROSTER, connection)


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(("name", "parents", "first", "second"), ANSWERS)
async def test_what_each_restricted_operation_answers(
    small: Arrangement,
    version: Version,
    name: str,
    parents: tuple[str, ...],
    first: str,
    second: str | None,
) -> None:
    answer = (first if version is Version.V1P1 or second is None else second).split()
    selection = Selection(_operation(name, version), parents, small.configuration_id, 1)
    assert await ids(small.connection, selection) == answer
    boundaries = await fetch(small.connection, selection.boundaries(100))
    assert [row["position"] for row in boundaries] == ([len(answer)] if answer else [])
    everyone = parse_filter("status='active' OR sourcedId!='x'", selection.operation.resource)
    within = await ids(small.connection, replace(selection, filter=everyone))
    assert set(answer) <= set(within)
    # Beside what is gone, an OR finds no more than the restriction lets through.
    assert set(within) - set(answer) <= {"c4", "u3-c1"}


@pytest.mark.parametrize("version", Version)
async def test_unknown_parents_have_nothing(small: Arrangement, version: Version) -> None:
    for operation in OPERATIONS:
        if operation.version is not version or operation.single:
            continue
        for parent in ("nobody", "", "' or true --", "%", "é😀"):
            parents = (parent,) * len(operation.parameters)
            if not parents:
                continue
            selection = Selection(operation, parents, small.configuration_id, 1)
            assert await ids(small.connection, selection) == []


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(
    ("name", "found", "not_found"),
    [
        ("getTerm", "t1", "g1"),
        ("getGradingPeriod", "g1", "t1"),
        ("getAcademicSession", "t1", "s1"),
        ("getSchool", "s1", "d"),
        ("getOrg", "d", "nobody"),
        ("getStudent", "u1", "u3"),
        ("getTeacher", "both", "u1"),
        ("getUser", "p", "c1"),
    ],
)
async def test_typed_single_objects_are_of_their_kind(
    small: Arrangement, version: Version, name: str, found: str, not_found: str
) -> None:
    selection = Selection(_operation(name, version), (), small.configuration_id, 1)
    assert len(await fetch(small.connection, selection.single(found))) == 1
    assert await fetch(small.connection, selection.single(not_found)) == []


async def test_who_is_both_is_a_single_student_on_1_2_alone(small: Arrangement) -> None:
    for version, rows in ((Version.V1P1, 0), (Version.V1P2, 1)):
        selection = Selection(_operation("getStudent", version), (), small.configuration_id, 1)
        assert len(await fetch(small.connection, selection.single("both"))) == rows


async def test_a_page_is_read_by_the_index_of_what_is_active(small: Arrangement) -> None:
    """Statements keep to the form that the partial index serves."""
    for operation in OPERATIONS:
        parents = ("x",) * (0 if operation.single else len(operation.parameters))
        text = Selection(operation, parents, 1, 1).page(limit=1).text
        assert re.search(r" and active order by ", text)
        assert not re.search(r"\blike\b", text, re.IGNORECASE)
