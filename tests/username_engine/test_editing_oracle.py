"""What the domain page and Microsoft's rules say of a typed name, case by case and in every setting.

Each case is asked first (`validate`) and then saved, and the two have to agree: in the answer, in
what is warned of, and in that nothing moves where it is refused.
"""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from shared.database import Database
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    add_staff,
    add_student,
    change_configuration,
)
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import Api, calling, named, school_with
from tests.username_engine.looking import history_of, names_of, revision_of

SETTINGS = [(group, policy) for group in ("students", "staff") for policy in ("tenant", "provider")]

EMPTY, INVALID, TAKEN = "username.empty", "username.invalid", "username.taken"
NOT_ALLOWED = "username.domain_not_allowed"
FOREIGN = "username.domain_not_configured"
TOO_LONG = "username.exceeds_microsoft_limit"

DUTCH = {
    EMPTY: "Gebruikersnaam mag niet leeg zijn",
    INVALID: "Ongeldige gebruikersnaam",
    TAKEN: "'{typed}' is al in gebruik. Pas de gebruikersnaam aan.",
    NOT_ALLOWED: "De gebruikersnaam '{typed}' mag geen domeinnaam bevatten in deze configuratie",
}

NOTHING = ["", " ", "\t", " \r\n ", "\u00a0", "\u3000"]
ALLOWED = [
    "jan",
    "JAN.Peters",
    "b.bal_EX",
    "o'neil",
    "a!b#c^d~e",
    "9",
    "_jan",
    "jan-",
    "a" * 64,
]
NOT_ALLOWED_CHARACTERS = [f"ja{character}n" for character in ' "$%&()*+,/:;<=>?[\\]`{|}\t\n\x7f']
NOT_PLAIN = [
    "jos\u00e9",
    "jose\u0301",
    "\uff4a\uff41\uff4e",  # full width
    "\u212aim",  # the Kelvin sign, whose lower case is k
    "stra\u00dfe",
    "\u0131an",  # dotless i
    "\u0436\u0430\u043d",
    "\u5f35\u4e09",
    "jan\U0001f600",
    "jan\u200b",
    "jan\u202e",
    "jan\u00ad",
    "o\u2019neil",  # a typographic apostrophe
    "jan\x00",
    "jan\u2013p",
]
DOTS = [".", "..", ".jan", "jan.", "jan..peters"]
BAD_DOMAINS = [
    "school",  # no extension
    "be",  # a public suffix alone
    "co.uk",
    "school.notatld",
    ".be",
    "school..be",
    ".school.be",
    "school.be.",
    "-school.be",
    "school-.be",
    "sch ool.be",
    "sch_ool.be",
    "school.be/x",
    "school.be:25",
    "[127.0.0.1]",
    "127.0.0.1",
    "school.be@school.be",
    "a" * 64 + ".be",
    "school.be\x00",
    "\u3002be",
]


@dataclass
class Person:
    """Somebody who is edited; `own` is the name that creation gave."""

    id: str
    group: str
    provides: bool
    own: str


def answered(answer: httpx.Response) -> tuple[str, frozenset[str]]:
    """The code of the error, or `saved`, and the codes of the warnings."""
    body = answer.json()
    if answer.status_code == 200:
        return "saved", frozenset(warning["code"] for warning in body["warnings"])
    assert answer.headers["content-type"] == "application/problem+json"
    return body["code"], frozenset()


async def ask_and_save(api: Api, person: str, typed: str) -> tuple[str, frozenset[str]]:
    asked = await api.validate(person, typed)
    saved = await api.edit(person, username=typed)
    assert answered(asked) == answered(saved), (typed, asked.text, saved.text)
    code, warnings = answered(saved)
    if code == "saved":
        differ = ("version", "changed", "changed_at")
        seen = [{k: v for k, v in a.json().items() if k not in differ} for a in (asked, saved)]
        assert seen[0] == seen[1], typed
        assert asked.json()["changed"] == saved.json()["changed"]
    else:
        assert asked.json() == saved.json()
        document = saved.json()
        assert document["status"] == saved.status_code
        # What surrounds the name is not part of it.
        assert document["username"].strip() == typed.strip()
        assert document["detail"] == DUTCH[code].format(typed=document["username"])
    return code, warnings


async def somebody(
    owner: Database, engine_database: Database, group: str, policy: str, **choices: Any
) -> tuple[Arranged, Place, Person]:
    configuration, place = await school_with(owner, policy, **choices)
    if group == "students":
        person = await add_student(owner, configuration, place, "Bert", "Ameel")
    else:
        person = await add_staff(owner, configuration, place.school_number, "Bert", "Ameel")
    await named(engine_database, configuration)
    own = "bert.ameel@staff.be" if (group, policy) == ("staff", "provider") else "bert.ameel"
    return configuration, place, Person(person, group, policy == "provider", own)


def bare(person: Person, warnings: frozenset[str] = frozenset()) -> tuple[str, frozenset[str]]:
    """What a good name without a domain comes to."""
    if person.group == "staff" and person.provides:
        return INVALID, frozenset()
    return "saved", warnings


def with_domain(
    person: Person, warnings: frozenset[str] = frozenset()
) -> tuple[str, frozenset[str]]:
    return ("saved", warnings) if person.provides else (NOT_ALLOWED, frozenset())


@pytest.mark.parametrize(("group", "policy"), SETTINGS)
async def test_good_names(
    owner: Database, engine_database: Database, database: TestDatabase, group: str, policy: str
) -> None:
    configuration, _, person = await somebody(owner, engine_database, group, policy)

    async with calling(database, configuration) as api:
        for typed in ALLOWED:
            assert await ask_and_save(api, person.id, typed) == bare(person), typed
            assert await ask_and_save(api, person.id, f" {typed}\t") == bare(person), typed
            fixed = f"{typed}@school.be"
            assert await ask_and_save(api, person.id, fixed) == with_domain(person), typed
            stored = (await names_of(owner, configuration))[person.id]
            if person.provides:
                assert (stored.local_part, stored.domain) == (typed, "school.be")
            elif group == "students":
                assert (stored.local_part, stored.domain) == (typed, None)


@pytest.mark.parametrize(("group", "policy"), SETTINGS)
async def test_bad_names_change_nothing(
    owner: Database, engine_database: Database, database: TestDatabase, group: str, policy: str
) -> None:
    configuration, _, person = await somebody(owner, engine_database, group, policy)
    before = (
        await names_of(owner, configuration),
        await revision_of(owner, configuration),
        await history_of(owner, configuration, person.id),
    )

    async with calling(database, configuration) as api:
        for typed in NOTHING:
            assert (await ask_and_save(api, person.id, typed))[0] == EMPTY, repr(typed)
        # No rule of theirs looks at the group.
        characters = NOT_ALLOWED_CHARACTERS + NOT_PLAIN if group == "students" else []
        for typed in [*characters, *DOTS, "a" * 76, "a" * 5_000]:
            assert (await ask_and_save(api, person.id, typed))[0] == INVALID, repr(typed)
            if person.provides:
                assert (await ask_and_save(api, person.id, f"{typed}@school.be"))[0] == INVALID
        for domain in ["", *BAD_DOMAINS]:
            code, _ = await ask_and_save(api, person.id, f"jan@{domain}")
            assert code in ({INVALID} if person.provides else {INVALID, NOT_ALLOWED}), domain
        for typed in ("@school.be", "@", " @ ", "@@"):
            code, _ = await ask_and_save(api, person.id, typed)
            assert code in ({INVALID} if person.provides else {INVALID, NOT_ALLOWED}), typed

    assert before == (
        await names_of(owner, configuration),
        await revision_of(owner, configuration),
        await history_of(owner, configuration, person.id),
    )


@pytest.mark.parametrize("group", ["students", "staff"])
async def test_domains(
    owner: Database, engine_database: Database, database: TestDatabase, group: str
) -> None:
    configuration, _, person = await somebody(owner, engine_database, group, "provider")
    good = {
        "school.be": frozenset[str](),
        "staff.be": frozenset[str](),
        "SCHOOL.be": frozenset[str](),
        "elsewhere.be": frozenset({FOREIGN}),
        "leerling.school.be": frozenset({FOREIGN}),
        "school.co.uk": frozenset({FOREIGN}),
        "contoso.onmicrosoft.com": frozenset({FOREIGN}),
        "xn--cole-9oa.be": frozenset({FOREIGN}),
    }

    async with calling(database, configuration) as api:
        for domain, warnings in good.items():
            found = await ask_and_save(api, person.id, f"jan@{domain}")
            assert found == ("saved", warnings), domain
            stored = (await names_of(owner, configuration))[person.id].domain
            assert stored is not None
            assert stored.lower() == domain.lower()


@pytest.mark.parametrize("group", ["students", "staff"])
async def test_only_verified_domains_once_they_are_listed(
    owner: Database, engine_database: Database, database: TestDatabase, group: str
) -> None:
    configuration, _, person = await somebody(
        owner, engine_database, group, "provider", verified_domains=["School.be", "staff.be"]
    )

    async with calling(database, configuration) as api:
        for domain in ("school.be", "SCHOOL.BE", "staff.be"):
            assert await ask_and_save(api, person.id, f"jan@{domain}") == ("saved", frozenset())
        for domain in ("elsewhere.be", "sub.school.be", "xschool.be"):
            assert (await ask_and_save(api, person.id, f"jan@{domain}"))[0] == INVALID, domain


@pytest.mark.parametrize(("group", "policy"), SETTINGS)
async def test_lengths(
    owner: Database, engine_database: Database, database: TestDatabase, group: str, policy: str
) -> None:
    configuration, _, person = await somebody(owner, engine_database, group, policy)
    shorter, _, other = await somebody(
        owner, engine_database, group, policy, username_maximum_length=20
    )
    domain = "d" * 45 + ".be"  # 48 characters

    async with calling(database, configuration) as api:
        long = frozenset({TOO_LONG})
        assert await ask_and_save(api, person.id, "a" * 64) == bare(person)
        assert await ask_and_save(api, person.id, "a" * 65) == bare(person, long)
        assert await ask_and_save(api, person.id, "a" * 75) == bare(person, long)
        assert (await ask_and_save(api, person.id, "a" * 76))[0] == INVALID
        if person.provides:
            foreign = frozenset({FOREIGN})
            fits = await ask_and_save(api, person.id, "a" * 64 + "@" + domain)
            assert fits == ("saved", foreign)
            exceeds = await ask_and_save(api, person.id, "a" * 64 + "@d" + domain)
            assert exceeds == ("saved", foreign | long)
    async with calling(database, shorter) as api:
        end = "@staff.be" if other.provides else ""
        assert await ask_and_save(api, other.id, "a" * 20 + end) == ("saved", frozenset())
        assert (await ask_and_save(api, other.id, "a" * 21 + end))[0] == INVALID


async def test_the_places_long_domain_counts_for_a_student_without_one(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, _ = await school_with(owner, "provider")
    school = await add_school(owner, configuration, student_domain="d" * 46 + ".be")
    place = await add_location(owner, configuration, school)
    person = await add_student(owner, configuration, place)
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        assert await ask_and_save(api, person, "a" * 63) == ("saved", frozenset())
        assert await ask_and_save(api, person, "a" * 64) == ("saved", frozenset({TOO_LONG}))


@pytest.mark.parametrize(("group", "policy"), SETTINGS)
async def test_other_peoples_names(
    owner: Database, engine_database: Database, database: TestDatabase, group: str, policy: str
) -> None:
    configuration, place, person = await somebody(
        owner, engine_database, group, policy, reserved_words=["sinterklaas"]
    )
    pupil = await add_student(owner, configuration, place, "Mia", "Maes")
    teacher = await add_staff(owner, configuration, place.school_number, "Oscar", "Neil")
    await named(engine_database, configuration)
    end = "@staff.be" if person.own.endswith("@staff.be") else ""
    teachers_end = "@staff.be" if person.provides else ""

    async with calling(database, configuration) as api:

        async def comes_to(typed: str) -> tuple[str, frozenset[str]]:
            return await ask_and_save(api, person.id, typed + end)

        for taken in ("mia.maes", "MIA.maes", " mia.maes ", "oscar.neil"):
            assert (await comes_to(taken.strip()))[0] == TAKEN, taken
        if person.provides:
            for taken in ("mia.maes@school.be", "MIA.MAES@elsewhere.be", "oscar.neil@school.be"):
                assert (await ask_and_save(api, person.id, taken))[0] == TAKEN, taken
        proposal = (await api.edit(person.id, username=f"mia.maes{end}")).json()["proposal"]
        assert proposal == f"mia.maes2{end}"
        assert await ask_and_save(api, person.id, proposal) == ("saved", frozenset())
        # The own name, in other letters, and again, and a name one had.
        assert await comes_to("mia.maes2") == ("saved", frozenset())
        assert (await api.edit(person.id, username=f"mia.maes2{end}")).json()["changed"] is False
        assert await comes_to("Mia.Maes2") == ("saved", frozenset())
        assert (await names_of(owner, configuration))[person.id].local_part == "Mia.Maes2"
        assert await comes_to("bert.ameel") == ("saved", frozenset())
        # Somebody else's: what they had, what is like theirs.
        assert (await api.edit(pupil, username="m.maes")).status_code == 200
        former = frozenset({"username.former_of_another"})
        assert await comes_to("Mia.Maes") == ("saved", former)
        assert (await api.edit(pupil, username="mia.maes")).json()["code"] == TAKEN
        await api.edit(teacher, username=f"o.neil{teachers_end}")
        twin = frozenset({"username.folded_twin"})
        for typed in ("oneil", "O'Neil", "o-neil", "o_neil"):
            assert await comes_to(typed) == ("saved", twin), typed
        reserved = frozenset({"username.reserved"})
        for typed in ("postmaster", "Admin", "sinterklaas"):
            assert await comes_to(typed) == ("saved", reserved), typed


async def test_staffs_proposal_is_free_and_of_a_verified_domain(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place, person = await somebody(owner, engine_database, "staff", "provider")
    await add_student(owner, configuration, place, "Mia", "Maes")
    await named(engine_database, configuration)

    async with calling(database, configuration) as api:
        taken = await api.validate(person.id, "mia.maes")
        own = await api.validate(person.id, "bert.ameel")
        assert (await api.edit(person.id, username=taken.json()["proposal"])).status_code == 200
        await change_configuration(owner, configuration, verified_domains=["school.be"])
        elsewhere = await api.edit(person.id, username="jan")

    assert [answer.json()["code"] for answer in (taken, own, elsewhere)] == [INVALID] * 3
    assert [answer.json()["proposal"] for answer in (taken, own, elsewhere)] == [
        "mia.maes2@staff.be",
        "bert.ameel@staff.be",
        None,
    ]


async def test_what_asked_for_a_look_is_settled_by_a_new_name_alone(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    person = await add_student(
        owner, configuration, place, "\u0645\u062d\u0645\u062f", "\u0639\u0644\u064a"
    )
    await named(engine_database, configuration)
    before = (await names_of(owner, configuration))[person]
    assert before.flags

    async with calling(database, configuration) as api:
        same = await api.validate(person, before.local_part)
        with_sync = await api.edit(person, sync=True)
        asked = await api.validate(person, "san.zhang")
        saved = await api.edit(person, username="san.zhang")

    assert same.json()["flags"] == with_sync.json()["flags"] == before.flags
    assert asked.json()["flags"] == saved.json()["flags"] == []
