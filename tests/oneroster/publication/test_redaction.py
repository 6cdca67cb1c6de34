"""What a configuration no longer keeps is gone from tombstones, and from what pulls were reading."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import func, insert, select

from services.oneroster.publication import redaction
from services.oneroster.publication.visibility import enter
from services.oneroster.rostering.versions import Version
from shared.clock import Clock
from shared.database import Database
from shared.tables import roster, sis
from tests.arranging import (
    Arranged,
    Place,
    add_demographics,
    add_guardian,
    add_location,
    add_school,
    add_staff,
    add_student,
    change,
    change_configuration,
    new_configuration,
    remove,
)
from tests.oneroster.conftest import Publishing, Service
from tests.oneroster.rostering.validating import validator

ALL = {"keep_guardians": True, "keep_demographics": True, "keep_user_flags": True}
NONE = dict.fromkeys(ALL, False)
TOLD = {"birthDate": "2012-03-04", "sex": "unspecified", "cityOfBirth": "Aalst"}
SECRETS = (
    *("2012-03-04", "unspecified", "Aalst", "aalst"),
    *("Wilhelmina", "wilhelmina", "Lovelace", "lovelace", "mail.example", "R-17", "r-17"),
    *("+32 470", "+32 471"),
    *("freeLunch", "freelunch"),
)


@dataclass
class School:
    """A child that stays and one that left, with a guardian each, all that can be told of them."""

    owner: Database
    publishing: Publishing
    configuration: Arranged
    number: str
    place: Place
    child: str
    leaver: str
    guardian: str
    former: str

    async def switch(self, **choices: bool) -> int:
        await change_configuration(self.owner, self.configuration, **choices)
        return (await self.publishing.publish(self.configuration)).changed

    async def tombstones(self, table: str) -> dict[str, "Row"]:
        rows = await self.rows(table)
        return {row.sourced_id: row for row in rows if row.until is None and not row.active}

    async def rows(self, name: str) -> list["Row"]:
        table = next(each for each in roster.COLLECTIONS if each.name == name)
        async with self.owner.transaction() as connection:
            await enter(connection, self.configuration.id)
            found = await connection.execute(
                select(table).where(table.c.configuration_id == self.configuration.id)
            )
            return [
                Row(
                    row.sourced_id,
                    row.active,
                    row.until_edition,
                    row.date_last_modified,
                    row.body,
                    row.body_v1p2 or row.body,
                    row.fields or {},
                    row.username if table is roster.users else None,
                )
                for row in found
            ]

    async def stored(self) -> str:
        """All that is held of users and demographics, as one text."""
        rows = [*await self.rows("users"), *await self.rows("demographics")]
        return "\n".join(
            f"{row.v1p1} {row.v1p2} {orjson.dumps(row.fields).decode()} {row.username}"
            for row in rows
        )

    async def open_pull(self) -> None:
        now = Clock.now()
        async with self.publishing.database.transaction() as connection:
            await enter(connection, self.configuration.id)
            newest = select(func.max(roster.edition.c.number)).where(
                roster.edition.c.configuration_id == self.configuration.id
            )
            await connection.execute(
                insert(roster.pull).values(
                    configuration_id=self.configuration.id,
                    client_id="reader",
                    kind="full",
                    edition=newest.scalar_subquery(),
                    opened_at=now,
                    read_at=now,
                )
            )

    async def editions(self) -> int:
        """How many are held."""
        async with self.owner.transaction() as connection:
            await enter(connection, self.configuration.id)
            own = roster.edition.c.configuration_id == self.configuration.id
            return int((await connection.execute(select(func.count()).where(own))).scalar_one())


@dataclass(frozen=True)
class Row:
    sourced_id: str
    active: bool
    until: int | None
    stamp: datetime
    body: bytes
    body_v1p2: bytes
    fields: dict[str, Any]
    username: str | None

    @property
    def v1p1(self) -> dict[str, Any]:
        return _parsed(self.body)

    @property
    def v1p2(self) -> dict[str, Any]:
        return _parsed(self.body_v1p2)


def _parsed(body: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = orjson.loads(body.replace(b"\0", b"https://sds.example.be"))
    return parsed


@pytest.fixture
async def school(owner: Database, publishing: Publishing) -> School:
    configuration = await new_configuration(owner, **ALL, usernames_from_source="take_over")
    number = await add_school(owner, configuration)
    place = await add_location(owner, configuration, number)
    flags = ["freeLunch"]
    child = await add_student(owner, configuration, place, "Noor", user_flags=flags)
    leaver = await add_student(owner, configuration, place, "Emma", user_flags=flags)
    guardians = [
        await add_guardian(
            owner,
            configuration,
            each,
            given_name="Wilhelmina",
            family_name="Lovelace",
            role="aunt",
            identifier="R-17",
            source_username=f"lovelace.{each}@mail.example",
            email="wilhelmina@mail.example",
            phone="+32 470",
            sms="+32 471",
        )
        for each in (child, leaver)
    ]
    for each in (child, leaver):
        await add_demographics(owner, configuration, each, **TOLD)
    await publishing.publish(configuration)
    await remove(owner, configuration, sis.enrolment, person_id=leaver)
    await publishing.publish(configuration)
    return School(
        owner, publishing, configuration, number, place, child, leaver, guardians[0], guardians[1]
    )


def _bare(row: Row) -> dict[str, Any]:
    return {
        "sourcedId": row.sourced_id,
        "status": "tobedeleted",
        "dateLastModified": row.v1p1["dateLastModified"],
    }


async def test_while_all_is_kept_a_tombstone_is_the_last_whole_object(school: School) -> None:
    await school.switch(enabled_user=True)

    users = await school.tombstones("users")
    assert users[school.former].v1p1["email"] == "wilhelmina@mail.example"
    assert users[school.leaver].v1p1["metadata"] == {"microsoft.userFlags": "freeLunch"}
    assert [each["sourcedId"] for each in users[school.leaver].v1p1["agents"]] == [school.former]
    assert (await school.tombstones("demographics"))[school.leaver].v1p1["cityOfBirth"] == "Aalst"


async def test_demographics_leave_nothing_but_that_they_are_gone(school: School) -> None:
    stamp = (await school.tombstones("demographics"))[school.leaver].stamp

    await school.switch(keep_demographics=False)

    tombstones = await school.tombstones("demographics")
    assert set(tombstones) == {school.child, school.leaver}
    for row in tombstones.values():
        assert row.v1p1 == row.v1p2 == _bare(row)
        assert row.fields == {}
        validator(Version.V1P2, "DemographicsDType").validate(row.v1p2)
    # A consumer that took the tombstone before needs no second one.
    assert tombstones[school.leaver].stamp == stamp
    assert (await school.tombstones("users"))[school.former].v1p1["givenName"] == "Wilhelmina"


async def test_guardians_leave_ids_orgs_and_role(school: School) -> None:
    await school.switch(keep_guardians=False)

    tombstones = await school.tombstones("users")
    assert set(tombstones) == {school.leaver, school.guardian, school.former}
    org = school.place.sourced_id
    for guardian in (school.guardian, school.former):
        row = tombstones[guardian]
        reference = {"sourcedId": org, "type": "org"}
        v1p1 = {"href": f"https://sds.example.be/orgs/{org}", **reference}
        common = _bare(row) | {
            "username": guardian,
            "enabledUser": "false",
            "givenName": "-",
            "familyName": "-",
            "identifier": guardian,
        }
        assert row.v1p1 == common | {"role": "guardian", "orgs": [v1p1]}
        assert {name: value for name, value in row.v1p2.items() if name in common} == common
        assert set(row.v1p2) == {*common, "roles", "primaryOrg"}
        validator(Version.V1P1, "UserDType").validate(row.v1p1)
        validator(Version.V1P2, "UserDType").validate(row.v1p2)
        assert row.username == ""
        assert row.fields == {
            "enabledUser": "false",
            "givenName": "-",
            "familyName": "-",
            "identifier": guardian,
            "orgs": [org],
            "primaryOrg": org,
            "roles.roleType": ["primary"],
            "roles.role": ["ext:aunt"],
            "roles.org": [org],
        }
        assert b'"href":"\0/orgs/' in row.body
        assert b'"href":"\0/orgs/' in row.body_v1p2


@pytest.mark.parametrize(
    ("choice", "member", "filtered"),
    [
        ("keep_guardians", "agents", "agents"),
        ("keep_user_flags", "metadata", "metadata.microsoft.userFlags"),
    ],
)
async def test_who_left_loses_what_is_not_kept_and_nothing_else(
    school: School, choice: str, member: str, filtered: str
) -> None:
    before = (await school.tombstones("users"))[school.leaver]

    await school.switch(**{choice: False})

    after = (await school.tombstones("users"))[school.leaver]
    for former, later in ((before.v1p1, after.v1p1), (before.v1p2, after.v1p2)):
        del former[member]
        assert later == former
    del before.fields[filtered]
    assert (after.fields, after.username, after.stamp) == (
        before.fields,
        before.username,
        before.stamp,
    )
    validator(Version.V1P2, "UserDType").validate(after.v1p2)


async def test_a_member_of_staff_who_is_a_guardian_keeps_the_name_and_loses_the_children(
    owner: Database, school: School
) -> None:
    teacher = await add_staff(owner, school.configuration, school.number, "An")
    await add_guardian(owner, school.configuration, school.child, guardian_id=teacher)
    await school.publishing.publish(school.configuration)
    await remove(owner, school.configuration, sis.staff, person_id=teacher)
    await remove(owner, school.configuration, sis.guardianship, guardian_id=teacher)
    await school.publishing.publish(school.configuration)
    assert "agents" in (await school.tombstones("users"))[teacher].v1p1

    await school.switch(keep_guardians=False)

    gone = (await school.tombstones("users"))[teacher]
    assert (gone.v1p1["givenName"], gone.v1p1["role"]) == ("An", "teacher")
    assert "agents" not in gone.v1p1 | gone.v1p2 | gone.fields


async def test_one_after_the_other_all_is_gone_in_the_end(school: School) -> None:
    for choice in ("keep_user_flags", "keep_demographics", "keep_guardians"):
        await school.switch(**{choice: False})

    stored = await school.stored()
    assert [secret for secret in SECRETS if secret in stored] == []


async def test_a_pull_keeps_nothing_of_it(school: School) -> None:
    await school.open_pull()
    # Held for the pull by a version that is neither current nor gone.
    await change(
        school.owner, school.configuration, sis.person, {"id": school.child}, given_name="Nora"
    )
    await school.publishing.publish(school.configuration)
    await school.open_pull()
    assert await school.editions() == 2

    await school.switch(**NONE)

    stored = await school.stored()
    assert [secret for secret in SECRETS if secret in stored] == []
    assert await school.editions() == 1


async def test_what_pulls_alone_still_show_ends_them(
    owner: Database, publishing: Publishing, school: School
) -> None:
    # Afterwards neither a current object nor a tombstone has flags.
    await school.switch(keep_user_flags=False)
    await change(owner, school.configuration, sis.person, {"id": school.child}, user_flags=[])
    await school.switch(keep_user_flags=True)
    await change(owner, school.configuration, sis.person, {"id": school.child}, user_flags=["ELL"])
    await publishing.publish(school.configuration)
    await school.open_pull()
    await change(owner, school.configuration, sis.person, {"id": school.child}, user_flags=[])
    await publishing.publish(school.configuration)
    assert "ELL" in await school.stored()

    assert await school.switch(keep_user_flags=False) > 0

    assert "ELL" not in await school.stored()
    assert await school.editions() == 1


async def test_other_choices_end_no_pull(school: School) -> None:
    await school.switch(keep_guardians=False)
    await school.open_pull()

    await school.switch(enabled_user=True)

    assert await school.editions() == 2


async def test_the_pulls_of_another_configuration_go_on(
    owner: Database, publishing: Publishing, school: School
) -> None:
    await school.open_pull()
    other = await new_configuration(owner, **ALL)
    place = await add_location(owner, other, await add_school(owner, other))
    await add_demographics(owner, other, await add_student(owner, other, place), **TOLD)
    await publishing.publish(other)
    await change_configuration(owner, other, **NONE)
    await publishing.publish(other)

    await change(owner, school.configuration, sis.person, {"id": school.child}, given_name="Nora")
    await publishing.publish(school.configuration)

    assert await school.editions() == 2
    assert (await school.tombstones("demographics"))[school.leaver].v1p1["cityOfBirth"] == "Aalst"


async def test_where_only_tombstones_hold_it_they_lose_it_once(
    owner: Database, publishing: Publishing, school: School
) -> None:
    await remove(owner, school.configuration, sis.enrolment, person_id=school.child)
    await publishing.publish(school.configuration)
    await school.open_pull()

    assert await school.switch(**NONE) > 0

    stored = await school.stored()
    assert [secret for secret in SECRETS if secret in stored] == []
    assert await school.editions() == 1
    # Read whole again, and nothing is left to be done.
    assert await school.switch(**NONE) == 0
    assert await school.editions() == 1


async def test_batch_after_batch(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "BATCH", 2)
    for _ in range(5):
        child = await add_student(school.owner, school.configuration, school.place, "Piet")
        await add_demographics(school.owner, school.configuration, child, **TOLD)
    await school.publishing.publish(school.configuration)

    await school.switch(keep_demographics=False)

    tombstones = await school.tombstones("demographics")
    assert len(tombstones) == 7
    assert all(row.v1p1 == _bare(row) for row in tombstones.values())


async def test_kept_again_all_is_served_again(school: School) -> None:
    await school.switch(**NONE)

    await school.switch(**ALL)

    users = await school.publishing.served(school.configuration, "users")
    assert users[school.guardian]["email"] == "wilhelmina@mail.example"
    demographics = await school.publishing.served(school.configuration, "demographics")
    assert demographics[school.child]["cityOfBirth"] == "Aalst"
    # Of what is gone nothing comes back.
    assert (await school.tombstones("users"))[school.former].v1p1["givenName"] == "-"


async def test_a_consumer_in_the_middle_of_it_is_told_to_start_again(
    school: School, service: Service
) -> None:
    client = await service.client(school.configuration)
    first = await client.get("/users", params={"limit": 1})
    assert first.status_code == 200

    await school.switch(**NONE)

    for again in (
        await client.get("/users", params={"limit": 1, "offset": 1}),
        await client.http.get(first.links["next"]["url"]),
    ):
        assert again.status_code == 400
        assert "start again" in again.text
    demographics = await client.get("/demographics")
    assert (demographics.status_code, demographics.json()) == (200, {"demographics": []})
    delta = await client.get(
        "/demographics", params={"filter": "dateLastModified>'2000-01-01T00:00:00.000Z'"}
    )
    assert {each["sourcedId"] for each in delta.json()["demographics"]} == {
        school.child,
        school.leaver,
    }
    assert [secret for secret in SECRETS if secret in delta.text] == []
