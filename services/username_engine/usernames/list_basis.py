"""What the lists of a configuration depend on: while it is the same, so is every one of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy
from services.username_engine.errors import UnknownConfigurationError
from services.username_engine.usernames import list_statements
from services.username_engine.usernames.counters import Counters
from shared.database import driver_connection
from shared.presence import ActiveYear

Driver: TypeAlias = "asyncpg.Connection[Any]"


@dataclass(frozen=True, slots=True)
class Moment:
    """What "active" means to the list of a configuration."""

    configuration_id: int
    day: date
    """The reference date."""
    first_day: date
    """Of the active school year."""
    school_years: tuple[str, ...]
    """Ids that the source gives the active year; a OneRoster file may give it several."""

    @property
    def arguments(self) -> tuple[int, Sequence[str], date]:
        """The first three of every statement."""
        return self.configuration_id, self.school_years, self.day


@dataclass(frozen=True, slots=True)
class ListBasis:
    """How far each schema has come, and what the list takes from the configuration."""

    configuration_id: int
    counters: Counters
    usernames: int
    policies: DomainPolicies
    moment: Moment | None
    """None while no data of the active school year has arrived."""


@dataclass(frozen=True, slots=True)
class OpenedLists:
    """The lists of a configuration, in the transaction that reads them."""

    connection: AsyncConnection
    driver: Driver
    """Below the connection."""
    basis: ListBasis


async def open_lists(
    connection: AsyncConnection, configuration_id: int, today: date
) -> OpenedLists:
    """By one statement, so that to say "as before" costs no more.

    Raises `UnknownConfigurationError`.
    """
    driver = await driver_connection(connection)
    row = await driver.fetchrow(list_statements.BASIS, configuration_id)
    if row is None:
        raise UnknownConfigurationError(configuration_id)
    sis, access, usernames, students, staff, label, school_years, first_day, last_day = row
    moment = None
    if school_years:
        day = ActiveYear(label, first_day, last_day).reference_date(today)
        moment = Moment(configuration_id, day, first_day, tuple(school_years))
    policies = DomainPolicies(students=DomainPolicy(students), staff=DomainPolicy(staff))
    basis = ListBasis(configuration_id, Counters(sis, access), usernames, policies, moment)
    return OpenedLists(connection, driver, basis)


@asynccontextmanager
async def planned_for_a_place(driver: Driver) -> AsyncIterator[None]:
    """For statements that read a whole place; no other of the transaction is planned so."""
    await driver.execute(list_statements.PLAN_FOR_A_PLACE)
    yield
    # Not after an error: that undoes the transaction, and the savepoint with it.
    await driver.execute(list_statements.PLAN_AS_BEFORE)
