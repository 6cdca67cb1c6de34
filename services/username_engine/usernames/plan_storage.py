"""Plans in the database: stored, listed and read; what has moved since is seen here too."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.usernames.counters import Counters, read_counters
from services.username_engine.usernames.plan_errors import UnknownPlanError
from services.username_engine.usernames.plan_rows import NameFields, PlanRow, Reason
from services.username_engine.usernames.plans import Basis, Draft, Plan, PlanKind
from shared.clock import Clock
from shared.database import driver_connection
from shared.presence import active_year
from shared.tables import sis, usernames

KEPT_FOR: Final = timedelta(days=30)

_plan = usernames.plan.c
_row = usernames.plan_row.c


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a plan with the person's official names, empty where the source forgot him."""

    person_id: str
    given_name: str
    family_name: str
    before: NameFields | None
    after: NameFields | None
    reason: Reason


async def present_basis(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    reference_date: date | None = None,
) -> Basis:
    """`reference_date`: of another day than today; held inside the school year too."""
    # The counters before anything they count: what comes in between then makes a plan outdated.
    counters, _ = await read_counters(connection, configuration_id)
    counter = usernames.revision_counter.c
    found = await connection.execute(
        select(counter.revision).where(counter.configuration_id == configuration_id)
    )
    year = await active_year(connection, configuration_id)
    asked = reference_date or clock.today()
    day = year.reference_date(asked) if year else asked
    return Basis(counters, found.scalar() or 0, day)


async def store_plan(
    connection: AsyncConnection, clock: Clock, configuration_id: int, draft: Draft, actor: str
) -> Plan:
    """Stores it with its rows, and lets go of plans that are too old."""
    now = clock.now()
    await connection.execute(
        delete(usernames.plan).where(
            _plan.configuration_id == configuration_id, _plan.made_at < now - KEPT_FOR
        )
    )
    plan = Plan(
        id=uuid4(),
        kind=draft.kind,
        made_at=now,
        made_by=actor,
        basis=draft.basis,
        parameters=draft.parameters,
        reasons=_reasons(draft),
        changes=sum(row.changes for row in draft.rows),
        names=await _names(connection, configuration_id),
    )
    stored = {
        "asked": dict(plan.parameters),
        "reasons": dict(plan.reasons),
        "changes": plan.changes,
        "names": plan.names,
    }
    await connection.execute(
        insert(usernames.plan).values(
            configuration_id=configuration_id,
            id=plan.id,
            kind=plan.kind.value,
            made_at=now,
            made_by=actor,
            sis_revision=plan.basis.counters.sis,
            access_revision=plan.basis.counters.access,
            usernames_revision=plan.basis.usernames,
            reference_date=plan.basis.reference_date,
            parameters=stored,
        )
    )
    await _store_rows(connection, configuration_id, plan.id, draft.rows)
    return plan


async def list_plans(
    connection: AsyncConnection, configuration_id: int, *, limit: int, offset: int = 0
) -> tuple[list[Plan], int]:
    """The newest first, and how many there are."""
    here = _plan.configuration_id == configuration_id
    total = (await connection.execute(select(func.count()).where(here))).scalar_one()
    found = await connection.execute(
        select(usernames.plan)
        .where(here)
        .order_by(_plan.made_at.desc(), _plan.id)
        .limit(limit)
        .offset(offset)
    )
    return [_plan_of(row) for row in found], total


async def read_plan(connection: AsyncConnection, configuration_id: int, plan_id: UUID) -> Plan:
    """Raises `UnknownPlanError`."""
    found = await connection.execute(
        select(usernames.plan).where(
            _plan.configuration_id == configuration_id, _plan.id == plan_id
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownPlanError
    return _plan_of(row)


async def read_rows(
    connection: AsyncConnection,
    configuration_id: int,
    plan_id: UUID,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[list[ShownRow], int]:
    """A part of a plan's rows in their order, and how many there are."""
    here = (_row.configuration_id == configuration_id, _row.plan_id == plan_id)
    total = (await connection.execute(select(func.count()).where(*here))).scalar_one()
    person = sis.person.c
    found = await connection.execute(
        select(
            _row.person_id,
            person.given_name,
            person.family_name,
            _row.before,
            _row.after,
            _row.reason,
        )
        .outerjoin(
            sis.person,
            (person.configuration_id == _row.configuration_id) & (person.id == _row.person_id),
        )
        .where(*here)
        .order_by(_row.position)
        .limit(limit)
        .offset(offset)
    )
    rows = [
        ShownRow(person_id, given or "", family or "", before, after, Reason(reason))
        for person_id, given, family, before, after, reason in found
    ]
    return rows, total


def _reasons(draft: Draft) -> dict[str, int]:
    counted = Counter(row.reason for row in draft.rows)
    counted.update(draft.without_row)
    return {reason.value: counted[reason] for reason in Reason if counted[reason]}


async def _names(connection: AsyncConnection, configuration_id: int) -> int:
    found = await connection.execute(
        select(func.count()).where(usernames.username.c.configuration_id == configuration_id)
    )
    return found.scalar_one()


async def _store_rows(
    connection: AsyncConnection, configuration_id: int, plan_id: UUID, rows: Iterable[PlanRow]
) -> None:
    driver = await driver_connection(connection)
    await driver.copy_records_to_table(
        usernames.plan_row.name,
        schema_name=usernames.SCHEMA,
        columns=[column.name for column in usernames.plan_row.c],
        records=[
            (
                configuration_id,
                plan_id,
                row.person_id,
                position,
                _json(row.before),
                _json(row.after),
                row.reason.value,
            )
            for position, row in enumerate(rows)
        ],
    )


def _json(fields: NameFields | None) -> str | None:
    return None if fields is None else orjson.dumps(fields).decode()


def _plan_of(row: Any) -> Plan:
    stored = row.parameters
    return Plan(
        id=row.id,
        kind=PlanKind(row.kind),
        made_at=row.made_at,
        made_by=row.made_by,
        basis=Basis(
            Counters(row.sis_revision, row.access_revision),
            row.usernames_revision,
            row.reference_date,
        ),
        parameters=stored["asked"],
        reasons=stored["reasons"],
        changes=stored["changes"],
        names=stored["names"],
        applied_at=row.applied_at,
        applied_by=row.applied_by,
    )
