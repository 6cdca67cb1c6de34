"""A first roll-out: a school of 500 with the accounts it has, up to the names that are sent."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert

from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.usernames.account_file import read_accounts
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.tenant_accounts import import_accounts
from shared.database import Database
from shared.tables import sis
from tests.arranging import FIRST_DAY, YEAR, Arranged, Place, raise_counter
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import Api, caller, calling, refused
from tests.username_engine.looking import AUTUMN, Name, names_of
from tests.username_engine.proposals_api import approve, proposed, provider, sent

_GIVEN = ("Jan", "Mia", "Lars", "Noor", "Emma", "Wout", "Lotte", "Finn", "Ella", "Seppe")
_FAMILY = ("Peeters", "Maes", "Claes", "Van den Berg", "D'Haene", "Goossens", "Aerts", "Lenaerts")
_HEADER = "userPrincipalName,displayName,givenName,surname,userType,department"
PERSONS = 500
OWN = 441
"""Ordinary ones with an account of the name that the format makes."""
PROPOSED = {"twin-1", "twin-2", "older", "younger", "moved", "twice", "otherwise"}
"""Others of whom an account probably is, whatever its name."""


@dataclass
class _School:
    """Persons by what they are in the story, and the tenant's accounts as lines of a file."""

    rows: list[dict[str, object]] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    def person(self, who: str, given: str, family: str, born: int = 2010) -> str:
        self.rows.append(
            {
                "id": who,
                "given_name": given,
                "family_name": family,
                "birth_date": date(born, 3, 1),
            }
        )
        return who

    def account(
        self, local_part: str, given: str, family: str, *, domain: str = "college.be", at: str = ""
    ) -> None:
        shown = f"{family} {given}"
        self.accounts.append(f"{local_part}@{domain},{shown},{given},{family},Member,{at}")


def _ordinary(school: _School, number: int) -> None:
    """Somebody of whom there is one, with an account of the name that the format makes."""
    given, family = _GIVEN[number % 10], _FAMILY[number // 10 % 8]
    # Every one of a name of his own.
    letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
    school.person(f"ordinary-{number:03d}", given, f"{family} {letters.title()}")
    name = f"{given}.{family}{letters}".lower().replace(" ", "").replace("'", "")
    if number % 10:
        school.account(name, given, f"{family.upper()} {letters.title()}")


def _school() -> _School:
    school = _School()
    for number in range(PERSONS - 10):
        _ordinary(school, number)
    # Two of one name and class, with an account each: nobody but a person can tell whose is whose.
    for who in ("twin-1", "twin-2"):
        school.person(who, "Tom", "Thys")
    school.account("tom.thys", "Tom", "Thys")
    school.account("tom.thys2", "Tom", "Thys")
    # Two of one name, of whom the birth year tells.
    school.person("older", "An", "Adams", 2008)
    school.person("younger", "An", "Adams", 2011)
    school.account("an.adams", "An", "Adams", at="2011")
    school.account("an.adams2", "An", "Adams", at="2008")
    # One with the address of an earlier school, one with an address in two domains.
    school.person("moved", "Bo", "Boons")
    school.account("bo.boons", "Bo", "Boons", domain="vti.be")
    school.person("twice", "Cas", "Cools")
    school.account("cas.cools", "Cas", "Cools")
    school.account("cas.cools", "Cas", "Cools", domain="college.onmicrosoft.com")
    # One whose account was made by another format, one whose name is a stranger's there.
    school.person("otherwise", "Dries", "Dox")
    school.account("ddox", "Dries", "Dox")
    school.person("stranger", "Els", "Engels")
    school.account("els.engels", "Elsbeth", "Engelsman")
    # A guest with the name of somebody without an account, and an account of nobody.
    school.person("guested", "Filip", "Faes")
    school.accounts.append("ffaes_gmail.com#EXT#@college.be,Faes Filip,Filip,Faes,Guest,")
    school.accounts.append("info@college.be,Onthaal,,,Member,")
    school.person("plain", "Gie", "Gys")
    assert len(school.rows) == PERSONS
    return school


async def _put(owner: Database, configuration: Arranged, place: Place, school: _School) -> None:
    same = {"configuration_id": configuration.id, "revision": 99}
    enrolled = {
        "school_number": place.school_number,
        "location_number": place.number,
        "school_year": YEAR,
        "start_date": FIRST_DAY,
    }
    async with owner.transaction() as connection:
        await connection.execute(insert(sis.person), [{**same, **row} for row in school.rows])
        await connection.execute(
            insert(sis.enrolment),
            [{**same, **enrolled, "person_id": row["id"]} for row in school.rows],
        )
        await raise_counter(connection, sis.revision_counter, configuration.id)


def _check_names(names: dict[str, Name]) -> None:
    """Who gets what before anybody has looked at it."""
    ordinary = [name for person, name in names.items() if person.startswith("ordinary")]
    own = [name for name in ordinary if name.flags == ["likely_existing_account"]]
    assert len(ordinary) == PERSONS - 10
    assert len(own) == len(ordinary) * 9 // 10
    assert not any(name.sync for name in own)
    assert not any(name.local_part[-1].isdigit() for name in ordinary)
    without = [name for name in ordinary if not name.flags]
    assert len(without) == len(ordinary) - len(own)
    assert all(name.sync for name in without)
    assert {names[who].local_part for who in ("twin-1", "twin-2")} == {"tom.thys3", "tom.thys4"}
    assert {names[who].local_part for who in ("older", "younger")} == {"an.adams3", "an.adams4"}
    for who in ("twin-1", "twin-2", "older", "younger", "twice", "stranger"):
        assert (names[who].sync, names[who].flags) == (False, ["name_taken_in_tenant"]), who
    for who in ("moved", "otherwise"):
        assert (names[who].sync, names[who].flags) == (False, ["likely_existing_account"]), who
    for who in ("guested", "plain"):
        assert (names[who].sync, names[who].flags) == (True, []), who


async def _approve_what_is_known(api: Api, writer: Principal) -> None:
    """All the sure ones at once, and those that somebody has to choose for one by one."""
    strengths = {
        item["person"]: item["strength"] for item in await proposed(api, writer, limit=1_000)
    }
    likely = {person for person, strength in strengths.items() if strength == "likely"}
    assert likely == {"twin-1", "twin-2", "twice", "stranger"}
    assert len(strengths) == len(likely) + OWN + 4

    done = (await approve(api, writer, all_sure=True)).json()
    assert done["total"] == OWN + 3
    assert done["left"] == [{"person": "moved", "reason": "domain_differs"}]
    chosen = {
        "moved": None,
        "twin-1": "tom.thys2@college.be",
        "twin-2": "tom.thys@college.be",
        "twice": "cas.cools@college.be",
    }
    assert (await approve(api, writer, persons=chosen)).json()["total"] == 4


async def _flagged(api: Api, writer: Principal, listed: dict[str, str]) -> dict[str, list[str]]:
    rows = await api.call("GET", "", writer, params={**listed, "limit": "1000"})
    return {row["person"]: row["flags"] for row in rows.json()["items"] if row["flags"]}


def _check_sent(names: dict[str, str], unasked: set[str], accounts: set[str]) -> None:
    """`unasked`: to whom Sync was given at once; `accounts`: the addresses that the tenant has."""
    assert len(names) == len(set(map(str.lower, names.values()))) == PERSONS
    expected = {
        "twin-1": "tom.thys2@college.be",
        "twin-2": "tom.thys@college.be",
        "older": "an.adams2@college.be",
        "younger": "an.adams@college.be",
        "moved": "bo.boons@vti.be",
        "twice": "cas.cools@college.be",
        "otherwise": "ddox@college.be",
        "stranger": "els.engels2@college.be",
        "guested": "filip.faes@college.be",
        "plain": "gie.gys@college.be",
    }
    assert {person: names[person] for person in expected} == expected
    found = {person for person, name in names.items() if name.lower() in accounts}
    assert len(found) == OWN + 7
    assert found.isdisjoint(unasked | {"stranger"})


async def test_everyone_gets_his_own_account_and_nobody_another_s(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await provider(owner)
    school = _school()
    file = read_accounts("\n".join([_HEADER, *school.accounts]).encode())
    await import_accounts(engine_database, AUTUMN, configuration.id, file, actor="tests")
    await _put(owner, configuration, place, school)
    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == PERSONS
    _check_names(await names_of(owner, configuration))
    unasked = set(await sent(engine_database, configuration))

    writer = caller(Right.WRITE, place.school_number, group=Group.STUDENTS)
    listed = {"group": "students", "at_school": place.school_number}
    async with calling(database, configuration) as api:
        early = await api.sync(writer, sync=True, list=listed, expected_total=PERSONS)
        waiting = set(refused(early, 409, "account.not_approved")["persons"])
        assert {each for each in waiting if not each.startswith("ordinary-")} == PROPOSED
        assert len(waiting) == OWN + len(PROPOSED)
        await _approve_what_is_known(api, writer)
        # Nothing is sent by approval alone.
        assert set(await sent(engine_database, configuration)) == unasked

        assert await _flagged(api, writer, listed) == {"stranger": ["name_taken_in_tenant"]}
        switched = await api.sync(writer, sync=True, list=listed, expected_total=PERSONS)
        assert switched.json()["total"] == PERSONS - len(unasked)

    accounts = {account.user_principal_name for account in file.accounts}
    _check_sent(await sent(engine_database, configuration), unasked, accounts)
