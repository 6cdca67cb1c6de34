"""A domain that is put on or taken off a name there is: what the name then says of itself."""

from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.domain_policies import follow_domain_policies
from shared.database import Database
from tests.arranging import (
    Arranged,
    add_location,
    add_membership,
    add_school,
    add_student,
    change_configuration,
    new_configuration,
)
from tests.username_engine.looking import AUTUMN, names_of

GIVEN, FAMILY = "a" * 30, "b" * 30
LONG_DOMAIN = f"{'c' * 50}.be"
"""With the 61 characters of the name more than the 113 that Microsoft takes."""


async def turned(owner: Database, configuration: Arranged, staff: DomainPolicy) -> None:
    other = {
        DomainPolicy.TENANT: DomainPolicy.PROVIDER,
        DomainPolicy.PROVIDER: DomainPolicy.TENANT,
    }[staff]
    await change_configuration(owner, configuration, staff_domain_policy=staff.value)
    async with owner.transaction() as connection:
        await follow_domain_policies(
            connection,
            configuration.id,
            DomainPolicies(students=DomainPolicy.TENANT, staff=other),
            DomainPolicies(students=DomainPolicy.TENANT, staff=staff),
            today=AUTUMN.today(),
            actor="tests",
        )


async def test_a_name_that_its_domain_makes_too_long_for_microsoft_is_flagged_whenever_it_comes(
    owner: Database, engine_database: Database
) -> None:
    configuration = await new_configuration(owner, staff_domain_policy="provider")
    school = await add_school(owner, configuration, staff_domain=LONG_DOMAIN)
    place = await add_location(owner, configuration, school)
    person = await add_student(owner, configuration, place, GIVEN, FAMILY)

    async def domain_and_flags() -> tuple[str | None, list[str]]:
        name = (await names_of(owner, configuration))[person]
        return name.domain, name.flags

    await create_missing(engine_database, AUTUMN, configuration.id)
    assert await domain_and_flags() == (None, [])

    await add_membership(owner, configuration, person, school)
    await create_missing(engine_database, AUTUMN, configuration.id)
    too_long = (LONG_DOMAIN, ["exceeds_microsoft_limit"])
    assert await domain_and_flags() == too_long

    await turned(owner, configuration, DomainPolicy.TENANT)
    assert await domain_and_flags() == (None, [])
    await turned(owner, configuration, DomainPolicy.PROVIDER)
    assert await domain_and_flags() == too_long
