"""The configurations an import can write to, as intake needs to know them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg

from intake.faults import BundleRefused, Fault, WrongUse

# Generic to the type checker alone.
Connection: TypeAlias = "asyncpg.Connection[Any]"


@dataclass(frozen=True, slots=True)
class Configuration:
    id: int
    name: str
    active_school_year: str
    take_over_usernames: bool
    strip_student_domains: bool
    """The tenant assigns the students' domain: of a username taken over, its own is taken off."""
    strip_staff_domains: bool
    keep_guardians: bool
    keep_demographics: bool
    keep_user_flags: bool
    removal_limit_percent: int


async def all_configurations(connection: Connection) -> list[Configuration]:
    rows = await connection.fetch(
        "select id, name, active_school_year, usernames_from_source = 'take_over',"
        " student_domain_policy = 'tenant', staff_domain_policy = 'tenant', keep_guardians,"
        " keep_demographics, keep_user_flags, removal_limit_percent"
        " from access.configuration order by id"
    )
    return [Configuration(*row) for row in rows]


def named(configurations: Sequence[Configuration], name: str) -> Configuration:
    """Raises WrongUse for a name that is not there."""
    for configuration in configurations:
        if configuration.name == name:
            return configuration
    known = ", ".join(sorted(one.name for one in configurations)) or "none yet"
    raise WrongUse(f"there is no configuration {name!r} (there is: {known})")


def the_only_one(configurations: Sequence[Configuration]) -> Configuration:
    """What a OneRoster or SDS file goes to where none is named."""
    if not configurations:
        raise BundleRefused([Fault(None, None, None, APPLY_FIRST)])
    if len(configurations) > 1:
        known = ", ".join(sorted(one.name for one in configurations))
        raise WrongUse(f"a OneRoster or SDS file needs --configuration, one of: {known}")
    return configurations[0]


APPLY_FIRST = (
    "no school of this bundle belongs to a configuration: "
    "apply one first (rosterbridge configuration apply FILE.toml)"
)
