"""The two services as processes of their own: what happens when data moves or one is away.

Each test takes the database as it finds it, changes the bundle and says what must follow.
"""

import signal
import uuid

from tests.e2e.conftest import NATIVE, Apart
from tests.e2e.consumer import COLLECTIONS, Consumer, Object, Pull
from tests.e2e.differences import differences
from tests.e2e.oracle import Row
from tests.e2e.processes import until

PROVIDER = "demo-provider"
YESTERDAY, TODAY = "2026-10-14", "2026-10-15"
SCHOOL, LOCATION = "001507", "1"
ORG = "001507-1"


def classes_at(apart: Apart, school: str, location: str) -> list[Row]:
    return apart.bundle.of("classes", kind="class", school=school, location=location)


def newcomer(apart: Apart, given: str, family: str) -> str:
    """A new student at the location, in its first class."""
    person = str(uuid.uuid4())
    class_ = classes_at(apart, SCHOOL, LOCATION)[0]
    apart.bundle.add("persons", person=person, given_name=given, family_name=family)
    apart.bundle.add(
        "enrolments",
        person=person,
        school=SCHOOL,
        location=LOCATION,
        school_year="2026-27",
        start_date="2026-10-01",
    )
    apart.bundle.add(
        "class_enrolments", person=person, start_date="2026-10-01", **{"class": class_["class"]}
    )
    return person


def ordinary_students(apart: Apart) -> list[str]:
    """Students of the location who are nowhere else, each in one class of it."""
    classes = {row["class"] for row in classes_at(apart, SCHOOL, LOCATION)}
    enrolments = apart.bundle.rows["enrolments"]
    return [
        row["person"]
        for row in apart.bundle.of("enrolments", school=SCHOOL, location=LOCATION, end_date="")
        if row["start_date"] < YESTERDAY
        and [one["person"] for one in enrolments].count(row["person"]) == 1
        and not apart.bundle.of("staff", person=row["person"])
        and len(_class_rows(apart, row["person"], classes)) == 1
    ]


def _class_rows(apart: Apart, person: str, classes: set[str]) -> list[Row]:
    return [
        row
        for row in apart.bundle.of("class_enrolments", person=person)
        if row["class"] in classes and (not row["end_date"] or row["end_date"] > TODAY)
    ]


def rename(apart: Apart, person: str, given: str) -> None:
    (row,) = apart.bundle.of("persons", person=person)
    row["given_name"] = given


def leave(apart: Apart, person: str) -> None:
    for name in ("enrolments", "class_enrolments"):
        for row in apart.bundle.of(name, person=person):
            row["end_date"] = YESTERDAY


def change_class(apart: Apart, person: str) -> None:
    own = {row["class"] for row in classes_at(apart, SCHOOL, LOCATION)}
    (row,) = _class_rows(apart, person, own)
    row["end_date"] = YESTERDAY
    other = min(own - {row["class"]})
    apart.bundle.add("class_enrolments", person=person, start_date=TODAY, **{"class": other})


def move_to_other_school(apart: Apart, person: str) -> None:
    leave(apart, person)
    apart.bundle.add(
        "enrolments",
        person=person,
        school="042168",
        location="1",
        school_year="2026-27",
        start_date=TODAY,
    )


def applied(old: Pull, delta: Pull) -> Pull:
    """What a consumer holds after a delta."""
    held = {}
    for collection in COLLECTIONS:
        held[collection] = dict(old[collection])
        for key, item in delta[collection].items():
            held[collection].pop(key, None)
            if item["status"] == "active":
                held[collection][key] = item
    return held


def bookmark(pull: Pull) -> str:
    return max(str(item["dateLastModified"]) for items in pull.values() for item in items.values())


def test_the_feed_is_exactly_what_the_bundle_and_the_defaults_say(apart: Apart) -> None:
    with apart.both():
        for configuration in NATIVE:
            with apart.consumer(configuration) as consumer:
                assert differences(apart.expected(configuration), consumer.everything()) == {}


def test_a_delta_holds_exactly_what_changed(apart: Apart) -> None:
    with apart.both(), apart.consumer(PROVIDER) as consumer:
        apart.expected(PROVIDER)
        old = consumer.everything()
        renamed, leaver, classmate, mover = (
            person for person in ordinary_students(apart)[:4] if person in old["users"]
        )
        rename(apart, renamed, "Zoë-Fleur")
        leave(apart, leaver)
        change_class(apart, classmate)
        move_to_other_school(apart, mover)
        new_one = newcomer(apart, "Hendrika", "Nieuwkomer")
        apart.import_bundle()

        new = consumer.everything()
        delta = consumer.everything(filter=f"dateLastModified>'{bookmark(old)}'")

        assert differences(apart.expected(PROVIDER), new) == {}
        assert applied(old, delta) == new
        for collection in COLLECTIONS:
            assert delta[collection].keys() == _changed(old[collection], new[collection])
        assert delta["users"].keys() == {renamed, leaver, mover, new_one}
        assert delta["users"][leaver] == {
            **old["users"][leaver],
            "status": "tobedeleted",
            "dateLastModified": delta["users"][leaver]["dateLastModified"],
        }
        assert consumer.get(f"/users/{leaver}").json() == {"user": delta["users"][leaver]}
        assert delta["users"][renamed]["givenName"] == "Zoë-Fleur"
        assert delta["users"][renamed]["username"] == old["users"][renamed]["username"]
        local = str(old["users"][mover]["username"]).removesuffix("@college-demo.be")
        assert delta["users"][mover]["username"] == f"{local}@vti-demo.be"
        assert delta["users"][new_one]["username"] == "hendrika.nieuwkomer@college-demo.be"

        apart.import_bundle()
        assert consumer.everything() == new, "the same bundle again moves nothing"


def _changed(old: dict[str, Object], new: dict[str, Object]) -> set[str]:
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def test_a_released_location_is_in_the_next_pull(apart: Apart) -> None:
    org = "120345-2"
    with apart.both(), apart.consumer("demo-tenant") as consumer:
        apart.expected("demo-tenant")
        before = consumer.everything()["users"]
        assert not _students_at(before, org)

        apart.command(
            "usernames", "release", "demo-tenant", "--location", org, "--group", "students"
        )
        after = consumer.everything()["users"]
        assert len(_students_at(after, org)) > 100

        apart.command(
            *("usernames", "release", "demo-tenant", "--location", org, "--group", "students"),
            "--off",
        )
        assert consumer.everything()["users"].keys() == before.keys()


def _students_at(users: dict[str, Object], org: str) -> list[str]:
    return [
        key
        for key, user in users.items()
        if user["role"] == "student" and org in {one["sourcedId"] for one in user["orgs"]}
    ]


def test_the_last_whole_edition_is_served_while_the_engine_is_stopped(apart: Apart) -> None:
    with (
        apart.both(opening_wait=1) as (engine, _),
        apart.consumer(PROVIDER) as consumer,
    ):
        before = _settled(apart, consumer)
        engine.send(signal.SIGSTOP)
        person = ordinary_students(apart)[0]
        rename(apart, person, "Wachtend")
        apart.import_bundle()

        assert consumer.everything() == before

        engine.send(signal.SIGCONT)
        until(
            "the change is served",
            lambda: consumer.everything()["users"][person]["givenName"] == "Wachtend",
        )
        assert differences(apart.expected(PROVIDER), consumer.everything()) == {}


def test_an_engine_killed_during_publication_never_leaves_a_part(apart: Apart) -> None:
    with apart.oneroster(opening_wait=1) as oneroster:
        with apart.engine() as engine, apart.consumer(PROVIDER) as consumer:
            before = _settled(apart, consumer)
            (location,) = apart.bundle.of("locations", school=SCHOOL, number=LOCATION)
            location["name"] += " (nieuw)"
            leave(apart, ordinary_students(apart)[0])
            newcomer(apart, "Tijdens", "Publicatie")
            # Some of the names have arrived when the engine dies.
            apart.relay.hold_after(8192)
            apart.import_bundle()
            assert apart.relay.held.wait(20), "no publication asked for all names"
            assert consumer.everything() == before, "while it publishes"
            engine.kill()
            apart.relay.cut()
            assert consumer.everything() == before, "without the engine"
        oneroster.require_alive()
        with apart.engine(), apart.consumer(PROVIDER) as consumer:
            until(
                "the change is served",
                lambda: consumer.everything()["orgs"][ORG]["name"].endswith("(nieuw)"),
            )
            assert differences(apart.expected(PROVIDER), consumer.everything()) == {}


def test_the_engine_goes_on_while_the_oneroster_service_is_away(apart: Apart) -> None:
    with apart.engine():
        person = newcomer(apart, "Alleen", "Thuis")
        apart.import_bundle()
        until("the name is made", lambda: apart.has_name(person), seconds=10)
        with apart.oneroster(), apart.consumer(PROVIDER) as consumer:
            served = consumer.everything()
            assert served["users"][person]["username"] == "alleen.thuis@college-demo.be"
            assert differences(apart.expected(PROVIDER), served) == {}


def test_names_missing_after_a_crash_are_made_when_the_engine_is_back(apart: Apart) -> None:
    person = newcomer(apart, "Na", "Decrash")
    apart.import_bundle()
    assert not apart.has_name(person)
    with apart.engine():
        until("the name is made", lambda: apart.has_name(person), seconds=10)


def _settled(apart: Apart, consumer: Consumer) -> Pull:
    """What is served once the data there is by now has been published."""
    expected = apart.expected(PROVIDER)
    until("the roster is published", lambda: not differences(expected, consumer.everything()))
    return consumer.everything()
