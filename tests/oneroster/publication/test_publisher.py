"""What is published, and when: the data set of M, Bijlage 1 and the rules of docs/publication.md."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services.oneroster.publication.engine import EngineUnavailable
from services.oneroster.publication.publisher import NotPublishable, Publisher
from shared.clock import Clock
from shared.database import Database
from shared.tables import roster, sis
from tests.arranging import (
    YEAR,
    Arranged,
    Place,
    add_class,
    add_class_duty,
    add_class_enrolment,
    add_enrolment,
    add_location,
    add_membership,
    add_school,
    add_school_year,
    add_staff,
    add_student,
    change,
    change_configuration,
    new_configuration,
    remove,
)
from tests.oneroster.conftest import IN_OCTOBER, Publishing

BEFORE, AFTER = date(2024, 9, 30), date(2025, 1, 6)


async def _school(owner: Database, **choices: Any) -> tuple[Arranged, str, Place]:
    configuration = await new_configuration(owner, **choices)
    school = await add_school(
        owner,
        configuration,
        name="Zandpoort",
        staff_domain="college.be",
        student_domain="college.be",
    )
    place = await add_location(owner, configuration, school, "1", name="vestiging B")
    return configuration, school, place


async def test_the_objects_have_the_forms_of_the_manual(
    owner: Database, publishing: Publishing
) -> None:
    configuration, school, place = await _school(owner)
    student = await add_student(owner, configuration, place, "Mally", "Lassens")
    teacher = await add_staff(owner, configuration, school, "An", "De Smet")
    class_id = await add_class(owner, configuration, place, "Zesde J", code="6j", number="27689")
    await add_class_enrolment(owner, configuration, student, class_id)
    await add_class_duty(owner, configuration, teacher, class_id)

    published = await publishing.publish(configuration)

    stamp = published.edition.stamp.strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{published.edition.stamp.microsecond // 1000:03d}Z"
    )
    common = {"status": "active", "dateLastModified": stamp}

    def reference(path: str, kind: str, sourced_id: str) -> dict[str, str]:
        return {"href": f"/{path}/{sourced_id}", "sourcedId": sourced_id, "type": kind}

    org = reference("orgs", "org", place.sourced_id)
    assert await publishing.served(configuration, "academic_sessions") == {
        "2024-25": {
            "sourcedId": "2024-25",
            **common,
            "title": "Schooljaar 2024-25",
            "startDate": "2024-09-01",
            "endDate": "2025-06-30",
            "type": "schoolYear",
            "schoolYear": "2025",
        }
    }
    assert await publishing.served(configuration, "orgs") == {
        place.sourced_id: {
            "sourcedId": place.sourced_id,
            **common,
            "name": f"{school} - Zandpoort - vestiging B",
            "type": "school",
            "identifier": place.sourced_id,
        }
    }
    assert await publishing.served(configuration, "classes") == {
        class_id: {
            "sourcedId": class_id,
            **common,
            "title": "2024-25 Zesde J - vestiging B",
            "classCode": "6j",
            "classType": "homeroom",
            "course": reference("courses", "course", class_id),
            "school": org,
            "terms": [reference("academicSessions", "academicSession", "2024-25")],
        }
    }
    assert await publishing.served(configuration, "courses") == {
        class_id: {
            "sourcedId": class_id,
            **common,
            "title": "2024-25 Zesde J - vestiging B",
            "courseCode": "6j",
            "org": org,
        }
    }
    assert (await publishing.served(configuration, "users"))[student] == {
        "sourcedId": student,
        **common,
        "username": "mally.lassens",
        "enabledUser": "false",
        "givenName": "Mally",
        "familyName": "Lassens",
        "role": "student",
        "identifier": student,
        "orgs": [org],
    }
    assert await publishing.served(configuration, "enrollments") == {
        f"{person}-27689": {
            "sourcedId": f"{person}-27689",
            **common,
            "role": role,
            "user": reference("users", "user", person),
            "class": reference("classes", "class", class_id),
            "school": org,
            "beginDate": "2024-09-01",
            "endDate": "2025-06-30",
        }
        for person, role in ((student, "student"), (teacher, "teacher"))
    }


async def test_publishing_twice_without_a_change_writes_nothing(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    await add_student(owner, configuration, place)
    first = await publishing.publish(configuration)

    second = await publishing.publish(configuration)

    assert second.changed == 0
    assert second.edition == first.edition


async def test_a_change_that_is_not_served_makes_no_edition(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    student = await add_student(owner, configuration, place)
    first = await publishing.publish(configuration)

    await change(owner, configuration, sis.person, {"id": student}, birth_date=date(2010, 1, 1))
    second = await publishing.publish(configuration)

    assert (second.changed, second.edition.number) == (0, first.edition.number)


async def test_only_what_changed_moves_its_stamp(owner: Database, publishing: Publishing) -> None:
    configuration, _, place = await _school(owner)
    one = await add_student(owner, configuration, place, "Jan", "Peeters")
    other = await add_student(owner, configuration, place, "Piet", "Janssens")
    before = await publishing.publish(configuration)
    stood = await publishing.served(configuration, "users")

    await change(owner, configuration, sis.person, {"id": one}, given_name="Johan")
    after = await publishing.publish(configuration)

    users = await publishing.served(configuration, "users")
    assert after.changed == 1
    assert users[other] == stood[other]
    assert users[one]["givenName"] == "Johan"
    # A later official name never changes the username (rule 7).
    assert users[one]["username"] == "jan.peeters"
    assert users[one]["dateLastModified"] > stood[one]["dateLastModified"]
    assert after.edition.stamp > before.edition.stamp


async def test_what_drops_out_becomes_a_tombstone_with_its_last_body(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    student = await add_student(owner, configuration, place)
    class_id = await add_class(owner, configuration, place, number="7")
    await add_class_enrolment(owner, configuration, student, class_id)
    await publishing.publish(configuration)
    before = (await publishing.served(configuration, "users"))[student]

    await remove(owner, configuration, sis.enrolment, person_id=student)
    await publishing.publish(configuration)

    gone = (await publishing.served(configuration, "users", active=False))[student]
    assert await publishing.served(configuration, "users") == {}
    assert await publishing.served(configuration, "enrollments") == {}
    assert f"{student}-7" in await publishing.served(configuration, "enrollments", active=False)
    assert gone["dateLastModified"] > before["dateLastModified"]
    assert gone == before | {
        "status": "tobedeleted",
        "dateLastModified": gone["dateLastModified"],
    }


async def test_who_comes_back_is_active_again_with_the_same_name(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    student = await add_student(owner, configuration, place)
    await publishing.publish(configuration)
    await remove(owner, configuration, sis.enrolment, person_id=student)
    await publishing.publish(configuration)

    await change(owner, configuration, sis.enrolment, {"person_id": student}, removed_at=None)
    await publishing.publish(configuration)

    assert await publishing.usernames(configuration) == {student: "bert.ameel"}
    assert await publishing.served(configuration, "users", active=False) == {}


async def test_a_move_to_a_location_with_another_domain_renames_on_the_day(
    owner: Database, publishing: Publishing
) -> None:
    configuration = await new_configuration(owner, student_domain_policy="provider")
    college = await add_school(owner, configuration, student_domain="college.be")
    vti = await add_school(owner, configuration, student_domain="vti.be")
    first = await add_location(owner, configuration, college)
    second = await add_location(owner, configuration, vti)
    jens = await add_student(
        owner, configuration, first, "Jens", "Verwee", end_date=date(2024, 12, 20)
    )
    await add_enrolment(owner, configuration, jens, second, start_date=date(2024, 12, 21))

    published = await publishing.publish(configuration)
    assert await publishing.usernames(configuration) == {jens: "jens.verwee@college.be"}
    assert published.edition.valid_until == date(2024, 12, 21)

    await publishing.publish(configuration, date(2024, 12, 20))
    assert await publishing.usernames(configuration) == {jens: "jens.verwee@college.be"}

    await publishing.publish(configuration, date(2024, 12, 21))
    assert await publishing.usernames(configuration) == {jens: "jens.verwee@vti.be"}
    user = (await publishing.served(configuration, "users"))[jens]
    assert [org["sourcedId"] for org in user["orgs"]] == [second.sourced_id]


async def test_two_places_at_once_are_one_user_with_both_orgs(
    owner: Database, publishing: Publishing
) -> None:
    configuration, school, place = await _school(owner)
    other = await add_location(owner, configuration, school, "2")
    student = await add_student(owner, configuration, place)
    await add_enrolment(owner, configuration, student, other)

    published = await publishing.publish(configuration)

    user = (await publishing.served(configuration, "users"))[student]
    assert [org["sourcedId"] for org in user["orgs"]] == [place.sourced_id, other.sourced_id]
    assert published.edition.warnings == {"several_active_enrolments": 1}


@pytest.mark.parametrize(("included", "expected"), [(True, 1), (False, 0)])
async def test_future_students_are_in_the_feed_where_the_configuration_includes_them(
    owner: Database, publishing: Publishing, included: bool, expected: int
) -> None:
    configuration, _, place = await _school(owner, future_students=included)
    student = await add_student(owner, configuration, place, start_date=AFTER)
    class_id = await add_class(owner, configuration, place)
    await add_class_enrolment(owner, configuration, student, class_id, start_date=AFTER)

    await publishing.publish(configuration)

    assert len(await publishing.served(configuration, "users")) == expected
    assert len(await publishing.served(configuration, "enrollments")) == expected

    await publishing.publish(configuration, AFTER)
    assert len(await publishing.served(configuration, "users")) == 1
    assert len(await publishing.served(configuration, "enrollments")) == 1


async def test_who_is_student_and_staff_is_one_teacher_and_teaches_before_he_learns(
    owner: Database, publishing: Publishing
) -> None:
    configuration, school, place = await _school(owner)
    both = await add_student(owner, configuration, place)
    await add_membership(owner, configuration, both, school)
    class_id = await add_class(owner, configuration, place, number="9")
    await add_class_enrolment(owner, configuration, both, class_id)
    await add_class_duty(owner, configuration, both, class_id)

    await publishing.publish(configuration)

    (user,) = (await publishing.served(configuration, "users")).values()
    (enrollment,) = (await publishing.served(configuration, "enrollments")).values()
    assert user["role"] == "teacher"
    assert enrollment["role"] == "teacher"


async def test_a_class_enrolment_left_open_after_leaving_the_school_is_not_sent(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    elsewhere = await add_location(owner, configuration, await add_school(owner, configuration))
    student = await add_student(owner, configuration, place, end_date=BEFORE)
    await add_enrolment(owner, configuration, student, elsewhere, start_date=date(2024, 10, 1))
    class_id = await add_class(owner, configuration, place)
    await add_class_enrolment(owner, configuration, student, class_id)

    published = await publishing.publish(configuration)

    assert await publishing.served(configuration, "enrollments") == {}
    assert published.edition.warnings == {"class_enrolment_left_open": 1}


async def test_left_and_came_back_is_one_enrollment_with_the_dates_of_now(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    student = await add_student(owner, configuration, place)
    class_id = await add_class(owner, configuration, place)
    await add_class_enrolment(owner, configuration, student, class_id, end_date=BEFORE)
    await add_class_enrolment(owner, configuration, student, class_id, start_date=date(2024, 10, 7))

    await publishing.publish(configuration)

    (enrollment,) = (await publishing.served(configuration, "enrollments")).values()
    assert (enrollment["beginDate"], enrollment["endDate"]) == ("2024-10-07", "2025-06-30")


async def test_an_inactive_location_takes_its_org_classes_and_memberships_out(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    student = await add_student(owner, configuration, place)
    class_id = await add_class(owner, configuration, place)
    await add_class_enrolment(owner, configuration, student, class_id)
    await publishing.publish(configuration)

    await change(owner, configuration, sis.location, {"number": "1"}, active=False)
    await publishing.publish(configuration)

    for collection in ("orgs", "users", "classes", "courses", "enrollments"):
        assert await publishing.served(configuration, collection) == {}, collection

    await change(owner, configuration, sis.location, {"number": "1"}, active=True)
    await publishing.publish(configuration)
    assert await publishing.usernames(configuration) == {student: "bert.ameel"}


async def test_a_new_class_title_format_moves_the_classes_and_their_courses_only(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    student = await add_student(owner, configuration, place)
    class_id = await add_class(owner, configuration, place, "6j")
    await add_class_enrolment(owner, configuration, student, class_id)
    await publishing.publish(configuration)

    await change_configuration(owner, configuration, class_title_format="{startyear} {klas}")
    published = await publishing.publish(configuration)

    assert published.edition.counts == {"classes": 1, "courses": 1}
    (class_,) = (await publishing.served(configuration, "classes")).values()
    assert class_["title"] == "2024 6j"


async def test_a_renamed_location_reaches_everything_that_bears_its_name(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    await add_class(owner, configuration, place, "6j")
    await publishing.publish(configuration)

    await change(owner, configuration, sis.location, {"number": "1"}, name="Campus Noord")
    published = await publishing.publish(configuration)

    assert published.edition.counts == {"classes": 1, "courses": 1, "orgs": 1}


async def test_a_class_that_moves_takes_its_enrollments_along(
    owner: Database, publishing: Publishing
) -> None:
    configuration, school, place = await _school(owner)
    other = await add_location(owner, configuration, school, "2")
    student = await add_student(owner, configuration, place)
    class_id = await add_class(owner, configuration, place, "6j")
    await add_class_enrolment(owner, configuration, student, class_id)
    await publishing.publish(configuration)

    await change(owner, configuration, sis.class_, {"id": class_id}, location_number="2")
    published = await publishing.publish(configuration)

    assert published.edition.counts == {"classes": 1, "courses": 1, "enrollments": 1}
    (enrollment,) = (await publishing.served(configuration, "enrollments")).values()
    assert enrollment["school"]["sourcedId"] == other.sourced_id

    await remove(owner, configuration, sis.class_, id=class_id)
    await publishing.publish(configuration)
    assert await publishing.served(configuration, "enrollments") == {}
    assert await publishing.served(configuration, "classes") == {}


async def test_july_serves_the_last_day_and_august_the_first(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    student = await add_student(owner, configuration, place, end_date=date(2025, 6, 30))

    published = await publishing.publish(configuration, date(2024, 8, 20))
    assert published.edition.reference_date == date(2024, 9, 1)
    assert list(await publishing.served(configuration, "users")) == [student]

    await change(owner, configuration, sis.person, {"id": student}, given_name="Albert")
    in_july = await publishing.publish(configuration, date(2025, 7, 14))
    assert in_july.edition.reference_date == date(2025, 6, 30)
    again = await publishing.publish(configuration, date(2025, 7, 15))
    assert (again.changed, again.edition) == (0, in_july.edition)
    assert list(await publishing.served(configuration, "users")) == [student]


async def test_nothing_imported_is_nothing_to_publish(
    owner: Database, publishing: Publishing
) -> None:
    configuration = await new_configuration(owner, school_year=False)

    with pytest.raises(NotPublishable):
        await publishing.publish(configuration)


@pytest.mark.parametrize("half_way", [False, True])
async def test_without_a_whole_answer_of_the_engine_the_last_edition_stands(
    owner: Database, publishing: Publishing, half_way: bool
) -> None:
    configuration, _, place = await _school(owner)
    first = await add_student(owner, configuration, place, "Jan", "Peeters")
    before = await publishing.publish(configuration)
    await add_student(owner, configuration, place, "Piet", "Janssens")

    publishing.switch.running = half_way
    publishing.switch.dies_while_resolving = half_way
    with pytest.raises(EngineUnavailable):
        await publishing.publish(configuration)

    assert await publishing.usernames(configuration) == {first: "jan.peeters"}

    publishing.switch.running, publishing.switch.dies_while_resolving = True, False
    after = await publishing.publish(configuration)
    assert after.edition.number == before.edition.number + 1
    assert len(await publishing.usernames(configuration)) == 2


async def test_two_publishers_at_once_make_one_edition(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    await add_student(owner, configuration, place)

    editions = await asyncio.gather(*(publishing.publish(configuration) for _ in range(2)))

    assert {each.edition.number for each in editions} == {1}
    assert sorted(each.changed > 0 for each in editions) == [False, True]


async def test_the_stamp_always_increases(owner: Database, publishing: Publishing) -> None:
    configuration, _, place = await _school(owner)
    student = await add_student(owner, configuration, place)
    stamps = []
    for given_name in ("A", "B", "C", "D"):
        await change(owner, configuration, sis.person, {"id": student}, given_name=given_name)
        stamps.append((await publishing.publish(configuration, IN_OCTOBER)).edition.stamp)

    assert stamps == sorted(set(stamps))


class _DayOf(Clock):
    """A clock nobody set, on a given day."""

    def __init__(self, day: date) -> None:
        super().__init__(None)
        self._day = day

    def today(self) -> date:
        return self._day


async def test_a_year_switched_by_mistake_and_back_is_served_of_today(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    await add_school_year(
        owner, configuration, "2025-26", start_date=date(2025, 9, 1), end_date=date(2026, 6, 30)
    )
    student = await add_student(owner, configuration, place, end_date=date(2025, 1, 31))
    publisher = Publisher(publishing.database, publishing.engine, _DayOf(IN_OCTOBER))
    await publisher.publish(configuration.id)

    await change_configuration(owner, configuration, active_school_year="2025-26")
    await publisher.publish(configuration.id)
    assert await publishing.usernames(configuration) == {}
    await change_configuration(owner, configuration, active_school_year=YEAR)
    back = await publisher.publish(configuration.id)

    assert back.edition.reference_date == IN_OCTOBER
    assert list(await publishing.usernames(configuration)) == [student]


async def test_the_date_never_goes_back_by_itself(owner: Database, publishing: Publishing) -> None:
    configuration, _, place = await _school(owner)
    await add_student(owner, configuration, place)

    def on(day: date) -> Publisher:
        return Publisher(publishing.database, publishing.engine, _DayOf(day))

    await on(IN_OCTOBER).publish(configuration.id)
    for given_name in ("An", "Els"):
        await add_student(owner, configuration, place, given_name, "Peeters")
        behind = await on(IN_OCTOBER - timedelta(days=1)).publish(configuration.id)
        assert behind.edition.reference_date == IN_OCTOBER


async def _of_equal_ids(owner: Database, configuration: Arranged, place: Place) -> list[str]:
    """Two enrolments without ids of their own that compose the same one, as SDS files may."""
    persons = []
    for person_id, class_id in (("9a", "1-x"), ("9a-1", "x")):
        persons.append(await add_student(owner, configuration, place, person_id=person_id))
        await add_class(owner, configuration, place, class_id=class_id)
        await change(owner, configuration, sis.class_, {"id": class_id}, number=None)
        await add_class_enrolment(owner, configuration, person_id, class_id)
    return persons


async def test_of_two_enrollments_that_compose_one_id_always_the_same_is_served_and_flagged(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    one, other = await _of_equal_ids(owner, configuration, place)
    first = await publishing.publish(configuration)
    assert first.edition.warnings["equal_enrollment_ids"] == 1
    (served,) = (await publishing.served(configuration, "enrollments")).values()
    assert served["user"]["sourcedId"] == one

    await change_configuration(owner, configuration, removal_limit_percent=20)
    assert (await publishing.publish(configuration)).changed == 0

    await remove(owner, configuration, sis.enrolment, person_id=one)
    await publishing.publish(configuration)
    (served,) = (await publishing.served(configuration, "enrollments")).values()
    assert served["user"]["sourcedId"] == other


async def test_an_id_that_begins_to_collide_is_noticed_by_a_small_publication(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    await add_student(owner, configuration, place)
    await publishing.publish(configuration)
    await _of_equal_ids(owner, configuration, place)

    published = await publishing.publish(configuration)

    assert published.edition.warnings["equal_enrollment_ids"] == 1
    assert len(await publishing.served(configuration, "enrollments")) == 1


@pytest.mark.parametrize("first", [0, 1])
async def test_an_id_that_collides_without_changing_what_is_served_is_remembered(
    owner: Database, publishing: Publishing, first: int
) -> None:
    configuration, _, place = await _school(owner)
    persons = await _of_equal_ids(owner, configuration, place)
    later = {"person_id": persons[1 - first]}
    await change(owner, configuration, sis.class_enrolment, later, removed_at=Clock.now())
    await publishing.publish(configuration)
    await change(owner, configuration, sis.class_enrolment, later, removed_at=None)
    await publishing.publish(configuration)
    (served,) = (await publishing.served(configuration, "enrollments")).values()
    gone = served["user"]["sourcedId"]

    await remove(owner, configuration, sis.class_enrolment, person_id=gone)
    await publishing.publish(configuration)

    (served,) = (await publishing.served(configuration, "enrollments")).values()
    assert {gone, served["user"]["sourcedId"]} == set(persons)


async def test_tombstones_go_with_an_edition_after_four_hundred_days(
    owner: Database, publishing: Publishing
) -> None:
    configuration, _, place = await _school(owner)
    gone = await add_student(owner, configuration, place)
    await publishing.publish(configuration)
    await remove(owner, configuration, sis.enrolment, person_id=gone)
    await publishing.publish(configuration)
    async with owner.transaction() as connection:
        await connection.execute(
            update(roster.users)
            .where(roster.users.c.configuration_id == configuration.id)
            .values(date_last_modified=Clock.now() - timedelta(days=401))
        )
    assert list(await publishing.served(configuration, "users", active=False)) == [gone]

    await add_student(owner, configuration, place, "An", "Peeters")
    await publishing.publish(configuration)

    assert await publishing.served(configuration, "users", active=False) == {}
