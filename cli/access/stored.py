"""Configurations as the database has them: as sheets, and what else it knows about them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.configuration_sheet.checking import Claims
from cli.configuration_sheet.sheet import (
    ConfigurationSheet,
    LocationSheet,
    Privacy,
    SchoolSheet,
)
from services.username_engine.engine.rules import Rules
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from shared.database import among
from shared.tables import access, roster, sis, usernames


class UnknownConfigurationsError(LookupError):
    """No configuration has these names."""

    def __init__(self, names: Collection[str], known: Collection[str]) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = sorted(names)
        self.known = sorted(known)


@dataclass(frozen=True, slots=True)
class StoredConfiguration:
    id: int
    revision: int
    sheet: ConfigurationSheet


async def stored_configurations(
    connection: AsyncConnection, names: Collection[str] | None = None
) -> dict[str, StoredConfiguration]:
    """By name, in the order of names; of `names` those that exist, without it all."""
    table, counter = access.configuration, access.revision
    found = await connection.execute(
        select(table, func.coalesce(counter.c.revision, 0).label("revision"))
        .outerjoin(counter, counter.c.configuration_id == table.c.id)
        .where(among(table.c.name, names))
        .order_by(table.c.name)
    )
    rows = found.mappings().all()
    schools = await _schools(connection, [row["id"] for row in rows])
    return {
        row["name"]: StoredConfiguration(row["id"], row["revision"], _sheet(row, schools))
        for row in rows
    }


async def known_configurations(
    connection: AsyncConnection, names: Collection[str]
) -> dict[str, StoredConfiguration]:
    """Raises `UnknownConfigurationsError` unless all of `names` exist."""
    found = await stored_configurations(connection, names)
    if missing := set(names) - set(found):
        table = access.configuration
        known = (await connection.execute(select(table.c.name))).scalars().all()
        raise UnknownConfigurationsError(missing, known)
    return found


def _sheet(row: RowMapping, schools: Mapping[int, tuple[SchoolSheet, ...]]) -> ConfigurationSheet:
    return ConfigurationSheet(
        name=row["name"],
        tenant_id=row["tenant_id"],
        active_school_year=row["active_school_year"],
        username_format=row["username_format"],
        maximum_length=row["username_maximum_length"],
        rules=Rules.from_json(row["username_rules"]),
        reserved_words=tuple(row["reserved_words"]),
        reuse_after_days=row["reuse_after_days"],
        domain_policies=DomainPolicies(
            students=DomainPolicy(row["student_domain_policy"]),
            staff=DomainPolicy(row["staff_domain_policy"]),
        ),
        from_source=row["usernames_from_source"],
        verified_domains=tuple(row["verified_domains"]),
        future_students=row["future_students"],
        title_format=row["class_title_format"],
        enabled_user=row["enabled_user"],
        privacy=Privacy(
            guardians=row["keep_guardians"],
            demographics=row["keep_demographics"],
            user_flags=row["keep_user_flags"],
        ),
        removal_limit_percent=row["removal_limit_percent"],
        schools=schools.get(row["id"], ()),
    )


async def _schools(
    connection: AsyncConnection, configuration_ids: Collection[int]
) -> dict[int, tuple[SchoolSheet, ...]]:
    school, location = access.school, access.location
    locations: defaultdict[tuple[int, str], list[LocationSheet]] = defaultdict(list)
    places = await connection.execute(
        select(location)
        .where(location.c.configuration_id.in_(configuration_ids))
        .order_by(location.c.number)
    )
    for place in places.mappings():
        locations[place["configuration_id"], place["school_number"]].append(
            LocationSheet(place["number"], place["student_domain"], place["sync_by_default"])
        )
    schools: defaultdict[int, tuple[SchoolSheet, ...]] = defaultdict(tuple)
    rows = await connection.execute(
        select(school)
        .where(school.c.configuration_id.in_(configuration_ids))
        .order_by(school.c.number)
    )
    for row in rows.mappings():
        key = (row["configuration_id"], row["number"])
        schools[row["configuration_id"]] += (
            SchoolSheet(
                number=row["number"],
                staff_domain=row["staff_domain"],
                student_domain=row["student_domain"],
                sync_by_default=row["sync_by_default"],
                # A row of a school whose locations all take part holds a choice, no membership.
                locations=() if row["all_locations"] else tuple(locations[key]),
            ),
        )
    return dict(schools)


def configuration_columns(sheet: ConfigurationSheet) -> dict[str, Any]:
    """The row of access.configuration that `stored_configurations` reads as this sheet."""
    return {
        "name": sheet.name,
        "tenant_id": sheet.tenant_id,
        "active_school_year": sheet.active_school_year,
        "username_format": sheet.username_format,
        "username_maximum_length": sheet.maximum_length,
        "username_rules": sheet.rules.to_json(),
        "reserved_words": list(sheet.ordered().reserved_words),
        "reuse_after_days": sheet.reuse_after_days,
        "student_domain_policy": sheet.domain_policies.students.value,
        "staff_domain_policy": sheet.domain_policies.staff.value,
        "usernames_from_source": sheet.from_source,
        "verified_domains": list(sheet.ordered().verified_domains),
        "future_students": sheet.future_students,
        "class_title_format": sheet.title_format,
        "enabled_user": sheet.enabled_user,
        "keep_guardians": sheet.privacy.guardians,
        "keep_demographics": sheet.privacy.demographics,
        "keep_user_flags": sheet.privacy.user_flags,
        "removal_limit_percent": sheet.removal_limit_percent,
    }


async def claims_on(connection: AsyncConnection, sheets: Collection[ConfigurationSheet]) -> Claims:
    """Who has the tenants and schools that the sheets ask for, and which year each serves."""
    configuration, school = access.configuration, access.school
    tenants: list[UUID] = [sheet.tenant_id for sheet in sheets]
    rows = await connection.execute(
        select(
            configuration.c.name, configuration.c.tenant_id, configuration.c.active_school_year
        ).where(
            or_(
                configuration.c.tenant_id.in_(tenants),
                configuration.c.name.in_([sheet.name for sheet in sheets]),
            )
        )
    )
    found = rows.all()
    numbers = [school.number for sheet in sheets for school in sheet.schools]
    schools = await connection.execute(
        select(school.c.number, configuration.c.name)
        .join(configuration, configuration.c.id == school.c.configuration_id)
        .where(school.c.number.in_(numbers))
    )
    return Claims(
        tenants={row.tenant_id: row.name for row in found},
        schools=dict(schools.all()),
        school_years={row.name: row.active_school_year for row in found},
    )


async def has_been_pulled(connection: AsyncConnection, configuration_id: int) -> bool:
    # Schema `roster` is under row-level security, which asks whose rows are read.
    await connection.execute(
        text("select set_config('rosterbridge.configuration', :id, true)"),
        {"id": str(configuration_id)},
    )
    use = roster.client_use
    pulled = select(exists().where(use.c.configuration_id == configuration_id))
    return bool((await connection.execute(pulled)).scalar_one())


async def names_outside(
    connection: AsyncConnection, configuration_id: int, domains: Collection[str]
) -> int:
    """How many usernames hold a domain that is none of `domains`; 0 where there are none of these."""
    if not domains:
        return 0
    name = usernames.username.c
    outside = select(func.count()).where(
        name.configuration_id == configuration_id, name.domain.not_in(domains)
    )
    return int((await connection.execute(outside)).scalar_one())


async def imported_locations(
    connection: AsyncConnection, configuration_id: int
) -> dict[str, frozenset[str]]:
    """The active locations by school, of the schools that intake has brought."""
    school, location = sis.school, sis.location
    imported: dict[str, set[str]] = {}
    rows = await connection.execute(
        select(school.c.number, location.c.number)
        .outerjoin(
            location,
            (location.c.configuration_id == school.c.configuration_id)
            & (location.c.school_number == school.c.number)
            & location.c.active
            & location.c.removed_at.is_(None),
        )
        .where(school.c.configuration_id == configuration_id, school.c.removed_at.is_(None))
    )
    for number, place in rows:
        imported.setdefault(number, set()).update({place} if place else ())
    return {number: frozenset(places) for number, places in imported.items()}
