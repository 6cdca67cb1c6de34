"""Deltas are exact: applied over an earlier roster they give the roster of now (issue 3, point 5).

Random histories of changes from fixed seeds, read by HTTP step by step. Then what single rules say
about tombstones, changes within a millisecond, and a consumer's own clock.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
import time_machine
from sqlalchemy import func, select, update

from shared.clock import Clock, timestamp_text
from shared.database import Database
from shared.tables import roster, sis
from tests.arranging import (
    Arranged,
    Place,
    add_class,
    add_class_enrolment,
    add_location,
    add_school,
    add_student,
    change,
    new_configuration,
    remove,
)
from tests.oneroster.conftest import IN_OCTOBER, ApiClient, Publishing, Service
from tests.oneroster.publication.test_incremental import History

COLLECTIONS = ("academicSessions", "orgs", "users", "classes", "enrollments")
V1P1 = "/ims/oneroster/v1p1"
V1P2 = "/ims/oneroster/rostering/v1p2"
STEPS = 12

Key = tuple[str, str]
Roster = dict[Key, dict[str, Any]]


@dataclass(frozen=True)
class Moment:
    """What a consumer had pulled at one time, and the bookmarks it may have taken there."""

    roster: Roster
    bookmarks: Mapping[str, str]


async def _read(
    client: ApiClient, base: str, collection: str, limit: int, filter_: str
) -> list[dict[str, Any]]:
    """All pages of a collection, by offsets."""
    objects: list[dict[str, Any]] = []
    total = None
    while total is None or len(objects) < total:
        answer = await client.http.get(
            f"{base}/{collection}",
            params={"limit": limit, "offset": len(objects), "filter": filter_},
        )
        assert answer.status_code == 200, answer.text
        assert total in (None, int(answer.headers["x-total-count"]))
        total = int(answer.headers["x-total-count"])
        page = answer.json()[collection]
        assert len(page) == min(limit, total - len(objects))
        objects += page
    assert len({each["sourcedId"] for each in objects}) == len(objects)
    return objects


async def _full(client: ApiClient, base: str = V1P1, limit: int = 100) -> Roster:
    found: Roster = {}
    for collection in COLLECTIONS:
        for each in await _read(client, base, collection, limit, "status='active'"):
            assert each["status"] == "active"
            found[collection, each["sourcedId"]] = each
    return found


async def _delta(client: ApiClient, bookmark: str, base: str = V1P1, limit: int = 100) -> Roster:
    """Tombstones among it."""
    found: Roster = {}
    for collection in COLLECTIONS:
        changed = f"dateLastModified>'{bookmark}'"
        for each in await _read(client, base, collection, limit, changed):
            assert each["dateLastModified"] > bookmark
            found[collection, each["sourcedId"]] = each
    return found


def _applied(before: Roster, delta: Roster) -> Roster:
    after = {**before, **delta}
    return {key: body for key, body in after.items() if body["status"] == "active"}


def _greatest(bodies: Iterable[Mapping[str, Any]]) -> str:
    return max(str(body["dateLastModified"]) for body in bodies)


async def _stamp(owner: Database, configuration: Arranged) -> datetime:
    """Of the newest edition."""
    edition = roster.edition.c
    statement = select(func.max(edition.stamp)).where(edition.configuration_id == configuration.id)
    async with owner.transaction() as connection:
        stamp: datetime = (await connection.execute(statement)).scalar_one()
        return stamp


async def _moment(owner: Database, configuration: Arranged, pulled: Roster) -> Moment:
    """Before anything else is published: what comes has a later stamp than any of these."""
    stamp = await _stamp(owner, configuration)
    between = stamp + max(Clock.now() - stamp, timedelta()) / 2
    return Moment(
        pulled,
        {
            "stamp": timestamp_text(stamp),
            "greatest": _greatest(pulled.values()),
            "between": timestamp_text(between),
        },
    )


@pytest.mark.parametrize(("seed", "base"), [(0, V1P1), (1, V1P1), (2, V1P1), (3, V1P1), (4, V1P2)])
async def test_deltas_from_any_earlier_bookmark_give_the_roster_of_now(
    owner: Database, engine_database: Database, service: Service, seed: int, base: str
) -> None:
    chance = random.Random(f"deltas {seed}")
    configuration = await new_configuration(
        owner,
        future_students=chance.random() < 0.5,
        student_domain_policy="provider",
        staff_domain_policy="provider",
    )
    history = History(
        owner,
        engine_database,
        configuration,
        chance,
        with_courses=seed % 2 == 0,
        dated=chance.choice((0.1, 0.6)),
        today=IN_OCTOBER,
    )
    await history.begin()
    client = await service.client(configuration, name="full")
    of_deltas = await service.client(configuration, name="deltas")
    moments = [await _moment(owner, configuration, await _full(client, base))]
    seen_tombstones = 0
    for number in range(STEPS):
        history.told.append("|")
        for _ in range(3):
            await history.step()
            # The service's date stands still: what days bring is told by publication's own test.
            history.today = IN_OCTOBER
        now = await _full(client, base, limit=chance.choice((3, 100)))
        last = number == STEPS - 1
        for index, moment in enumerate(moments):
            if not last and index not in (0, len(moments) - 1):
                continue
            kinds = (
                sorted(moment.bookmarks)
                if last or index
                else [chance.choice(("stamp", "greatest"))]
            )
            for kind in kinds:
                limit = chance.choice((3, 100))
                delta = await _delta(of_deltas, moment.bookmarks[kind], base, limit)
                seen_tombstones += sum(each["status"] == "tobedeleted" for each in delta.values())
                assert _applied(moment.roster, delta) == now, (index, kind, history.told)
        moments.append(await _moment(owner, configuration, now))
    assert seen_tombstones
    assert len({moment.bookmarks["stamp"] for moment in moments}) > STEPS // 2


@dataclass
class School:
    """A class of students."""

    owner: Database
    publishing: Publishing
    configuration: Arranged
    place: Place
    class_id: str
    students: list[str]

    async def rename(self, student: str, given_name: str) -> None:
        await change(
            self.owner, self.configuration, sis.person, {"id": student}, given_name=given_name
        )

    async def take_out(self, student: str) -> None:
        await remove(self.owner, self.configuration, sis.enrolment, person_id=student)

    async def publish(self) -> None:
        await self.publishing.publish(self.configuration)

    async def backdate(self, student: str, moment: datetime) -> None:
        """All that is served of a student was last changed then."""
        for table, column in ((roster.users, "sourced_id"), (roster.enrollments, "user_id")):
            async with self.owner.transaction() as connection:
                changed = await connection.execute(
                    update(table)
                    .where(table.c.configuration_id == self.configuration.id)
                    .where(table.c[column] == student, table.c.until_edition.is_(None))
                    .values(date_last_modified=moment)
                )
                assert changed.rowcount == 1


@pytest_asyncio.fixture
async def school(owner: Database, publishing: Publishing) -> School:
    configuration = await new_configuration(owner)
    number = await add_school(owner, configuration)
    place = await add_location(owner, configuration, number)
    class_id = await add_class(owner, configuration, place)
    students = []
    for name in ("A", "B", "C", "D"):
        students.append(await add_student(owner, configuration, place, "Jan", f"Peeters{name}"))
        await add_class_enrolment(owner, configuration, students[-1], class_id)
    made = School(owner, publishing, configuration, place, class_id, students)
    await made.publish()
    return made


def _of_users(found: Roster) -> dict[str, str]:
    return {
        sourced_id: body["status"]
        for (collection, sourced_id), body in found.items()
        if collection == "users"
    }


def _names(found: Roster) -> dict[str, str]:
    return {
        sourced_id: body["givenName"]
        for (collection, sourced_id), body in found.items()
        if collection == "users"
    }


@pytest.mark.parametrize("base", [V1P1, V1P2])
async def test_tombstones_are_in_deltas_and_in_no_full_pull(
    school: School, service: Service, base: str
) -> None:
    client = await service.client(school.configuration)
    before = await _full(client, base)
    gone, renamed, *_ = school.students
    await school.take_out(gone)
    await school.rename(renamed, "Piet")

    now = await _full(client, base)
    delta = await _delta(client, _greatest(before.values()), base)

    assert gone not in _of_users(now)
    assert _of_users(delta) == {gone: "tobedeleted", renamed: "active"}
    stood = before["users", gone]
    assert delta["users", gone] == {
        **stood,
        "status": "tobedeleted",
        "dateLastModified": delta["users", gone]["dateLastModified"],
    }
    statuses = [body["status"] for (name, _), body in delta.items() if name == "enrollments"]
    assert statuses == ["tobedeleted"]
    without_filter = await client.http.get(f"{base}/users", params={"limit": 100, "offset": 0})
    assert gone not in {each["sourcedId"] for each in without_filter.json()["users"]}


async def test_who_comes_back_is_active_in_the_next_delta(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    gone = school.students[0]
    await school.take_out(gone)
    without = await _full(client)
    bookmark = timestamp_text(await _stamp(school.owner, school.configuration))
    await change(
        school.owner, school.configuration, sis.enrolment, {"person_id": gone}, removed_at=None
    )

    delta = await _delta(client, bookmark)

    assert _of_users(delta) == {gone: "active"}
    assert _applied(without, delta) == await _full(client)


async def test_gone_and_back_between_two_deltas_is_active(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    before = await _full(client)
    gone = school.students[0]
    await school.take_out(gone)
    await school.publish()
    await change(
        school.owner, school.configuration, sis.enrolment, {"person_id": gone}, removed_at=None
    )

    delta = await _delta(client, _greatest(before.values()))

    assert _of_users(delta) == {gone: "active"}
    assert _applied(before, delta) == await _full(client)


# Two changes within a millisecond.


async def test_changes_published_within_one_millisecond_are_all_seen(
    school: School, service: Service
) -> None:
    """The clock stands still: each edition is of the same time, and still later than the last."""
    client = await service.client(school.configuration)
    roster = await _full(client)
    seen: list[str] = []
    instant = Clock.now() + timedelta(seconds=1)
    for number, student in enumerate((*school.students, *school.students)):
        await school.rename(student, f"Piet{number}")
        with time_machine.travel(instant, tick=False):
            await school.publish()
        delta = await _delta(client, _greatest(roster.values()))
        assert _names(delta) == {student: f"Piet{number}"}
        roster = _applied(roster, delta)
        seen.append(_greatest(roster.values()))
    assert seen == sorted(set(seen))
    assert roster == await _full(client)
    first, last = (datetime.fromisoformat(each) for each in (seen[0], seen[-1]))
    assert first == instant
    assert last - first == timedelta(milliseconds=len(seen) - 1)


async def test_of_two_changes_within_one_millisecond_the_first_is_no_bookmark_for_the_second(
    school: School, service: Service
) -> None:
    """A consumer that read between them, and one that read after both, end alike."""
    between, after = [
        await service.client(school.configuration, name=name) for name in ("between", "after")
    ]
    before = await _full(after)
    one, other, *_ = school.students
    instant = Clock.now() + timedelta(seconds=1)
    with time_machine.travel(instant, tick=False):
        await school.rename(one, "Piet")
        await school.publish()
    first = await _full(between)
    with time_machine.travel(instant, tick=False):
        await school.rename(other, "Joris")
        await school.publish()

    both = await _delta(after, _greatest(before.values()))
    second = await _delta(between, _greatest(first.values()))

    assert _names(both) == {one: "Piet", other: "Joris"}
    assert _names(second) == {other: "Joris"}
    assert _applied(first, second) == _applied(before, both) == await _full(after)


async def test_a_clock_that_steps_back_hides_nothing(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    roster = await _full(client)
    with time_machine.travel(Clock.now() - timedelta(hours=1), tick=False):
        await school.rename(school.students[0], "Piet")
        await school.publish()

    delta = await _delta(client, _greatest(roster.values()))

    assert _names(delta) == {school.students[0]: "Piet"}


# How long tombstones are kept.


async def test_tombstones_are_kept_four_hundred_days(school: School, service: Service) -> None:
    client = await service.client(school.configuration)
    before = await _full(client)
    old, younger, there, other = school.students
    for student in (old, younger):
        await school.take_out(student)
    await school.publish()
    await school.backdate(old, Clock.now() - timedelta(days=401))
    await school.backdate(younger, Clock.now() - timedelta(days=399))
    for student in (there, other):
        await school.backdate(student, Clock.now() - timedelta(days=500))
    await school.rename(other, "Piet")

    delta = await _delta(client, "2020-01-01T00:00:00.000Z")

    assert _of_users(delta) == {younger: "tobedeleted", there: "active", other: "active"}
    ids = {key[1] for key in delta if key[0] == "enrollments"}
    assert len(ids) == 3
    assert set(_of_users(before)) == set(school.students)
    gone = await client.get(f"/users/{old}")
    assert gone.status_code == 404
    assert (await client.get(f"/users/{younger}")).json()["user"]["status"] == "tobedeleted"


async def test_a_delta_that_is_being_read_keeps_its_old_tombstones(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    old, renamed, *_ = school.students
    await school.take_out(old)
    await school.publish()
    await school.backdate(old, Clock.now() - timedelta(days=401))
    parameters = {"filter": "dateLastModified>'2020-01-01'", "limit": "2"}
    first = await client.get("/users", params={**parameters, "offset": "0"})
    assert first.headers["x-total-count"] == "4"
    await school.rename(renamed, "Piet")
    await school.publish()

    second = await client.get("/users", params={**parameters, "offset": "2"})

    assert second.headers["x-total-count"] == "4"
    pages = [*first.json()["users"], *second.json()["users"]]
    assert {each["sourcedId"] for each in pages} == set(school.students)
    afterwards = await client.get("/users", params={**parameters, "offset": "0", "limit": "9"})
    assert {each["sourcedId"] for each in afterwards.json()["users"]} == set(school.students[1:])


# A consumer whose own clock makes the bookmark.


@pytest.mark.parametrize(
    ("off_by", "by_clock"),
    [
        (timedelta(hours=-3), False),
        (timedelta(hours=-3), True),
        (timedelta(), False),
        (timedelta(), True),
        (timedelta(minutes=10), True),
        (timedelta(hours=5), True),
    ],
)
async def test_a_consumer_of_its_own_clock_loses_nothing(
    school: School, service: Service, off_by: timedelta, by_clock: bool
) -> None:
    """Its bookmark is when it began the pull before, by a clock that is wrong."""
    client = await service.client(school.configuration, bookmarks_by_clock=by_clock)
    judge = await service.client(school.configuration, name="judge")
    began = datetime.now(UTC) + off_by
    pulled = await _full(client)
    chance = random.Random(7)
    for number in range(6):
        student = chance.choice(school.students)
        if chance.random() < 0.4:
            removed = None if chance.random() < 0.5 else func.now()
            await change(
                school.owner,
                school.configuration,
                sis.enrolment,
                {"person_id": student},
                removed_at=removed,
            )
        else:
            await school.rename(student, f"Piet{number}")
        bookmark, began = timestamp_text(began), datetime.now(UTC) + off_by
        delta: Roster = {}
        for collection in COLLECTIONS:
            for each in await _read(client, V1P1, collection, 2, f"dateLastModified>'{bookmark}'"):
                delta[collection, each["sourcedId"]] = each
        pulled = _applied(pulled, delta)
        assert pulled == await _full(judge), number


async def test_a_bookmark_of_the_consumers_day_brings_all_of_that_day(
    school: School, service: Service
) -> None:
    """Moodle's, which is a date alone: 00:00 UTC."""
    client = await service.client(school.configuration)
    pulled = await _full(client)
    await school.rename(school.students[0], "Piet")
    delta: Roster = {}
    for collection in COLLECTIONS:
        day = f"{min(body['dateLastModified'] for body in pulled.values())[:10]}"
        for each in await _read(client, V1P1, collection, 100, f"dateLastModified>='{day}'"):
            delta[collection, each["sourcedId"]] = each

    assert _applied(pulled, delta) == await _full(client)
