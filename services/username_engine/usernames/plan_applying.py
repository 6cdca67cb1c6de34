"""Applying a plan: exactly its rows, or nothing (docs/api.md, "Plans")."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import ColumnElement, TextClause, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import parse_format
from services.username_engine.errors import NoSchoolYearError
from services.username_engine.usernames.configurations import read_configuration
from services.username_engine.usernames.counters import (
    Progress,
    raise_counter,
    take_turn,
    write_progress,
)
from services.username_engine.usernames.events import Event, EventKind, record_events
from services.username_engine.usernames.ledger import release_names, retire_leavers
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.plan_errors import (
    Moved,
    OverShareLimitError,
    PlanAppliedError,
    PlanOutdatedError,
)
from services.username_engine.usernames.plan_rows import Reason
from services.username_engine.usernames.plan_storage import present_basis, read_plan
from services.username_engine.usernames.plans import Plan, PlanKind
from services.username_engine.usernames.proposals import Matching, renew_proposals
from services.username_engine.usernames.staff_domains import fix_staff_domains
from shared.clock import Clock
from shared.presence import active_year
from shared.tables import usernames

_row = usernames.plan_row.c
_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of names by a plan."""

    plan: Plan
    created: int = 0
    renamed: int = 0
    domains_fixed: int = 0
    retired: int = 0


_CREATE = text("""
    insert into usernames.username
        (configuration_id, person_id, local_part, domain, sync, flags, rule, revision)
    select configuration_id, person_id, after ->> 'local_part', after ->> 'domain',
        (after ->> 'sync')::boolean, array(select jsonb_array_elements_text(after -> 'flags')),
        after ->> 'rule', :revision
    from usernames.plan_row
    where configuration_id = :configuration_id and plan_id = :plan and before is null
    order by position
""")
_TELL_CREATED = text("""
    insert into usernames.event (configuration_id, person_id, actor, kind, after, rule)
    select configuration_id, person_id, :actor, :kind,
        after - 'rule' || jsonb_build_object('plan', plan_id::text), after ->> 'rule'
    from usernames.plan_row
    where configuration_id = :configuration_id and plan_id = :plan and before is null
    order by position
""")
# No row's name is another row's: the unique index may look at them in any order.
_RENAME = text("""
    update usernames.username name
    set local_part = planned.after ->> 'local_part',
        flags = array(select jsonb_array_elements_text(planned.after -> 'flags')),
        rule = planned.after ->> 'rule', version = name.version + 1, revision = :revision
    from usernames.plan_row planned
    where planned.configuration_id = :configuration_id and planned.plan_id = :plan
        and planned.before <> planned.after
        and name.configuration_id = :configuration_id and name.person_id = planned.person_id
        and name.local_part = planned.before ->> 'local_part'
""")
_TELL_RENAMED = text("""
    insert into usernames.event (configuration_id, person_id, actor, kind, before, after, rule)
    select configuration_id, person_id, :actor, :kind, before - 'sync' - 'flags',
        after - 'sync' - 'flags' || jsonb_build_object(
            'reserved', before ->> 'local_part', 'plan', plan_id::text
        ),
        after ->> 'rule'
    from usernames.plan_row
    where configuration_id = :configuration_id and plan_id = :plan and before <> after
    order by position
""")


async def apply_plan(
    connection: AsyncConnection, clock: Clock, configuration_id: int, plan_id: UUID, actor: str
) -> Applied:
    """Writes the plan's rows in the caller's transaction or, raising, nothing.

    Waits for a creation that is under way. Raises `UnknownPlanError`, `PlanAppliedError`,
    `PlanOutdatedError` and `OverShareLimitError`.
    """
    await lock_creation(connection, configuration_id)
    revision = await take_turn(connection, configuration_id)
    plan = await read_plan(connection, configuration_id, plan_id)
    if plan.applied_at is not None:
        raise PlanAppliedError
    moved = plan.basis.moved_to(await present_basis(connection, clock, configuration_id))
    if moved:
        raise PlanOutdatedError(moved)
    if plan.is_over_share_limit:
        raise OverShareLimitError(plan.changes, plan.names, plan.share_limit or 0.0)
    try:
        # The counters say that nothing moved; the unique index alone knows for certain.
        async with connection.begin_nested():
            applying = _Applying(connection, clock, configuration_id, plan, revision, actor)
            applied = await applying.apply()
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != asyncpg.UniqueViolationError.sqlstate:
            raise
        raise PlanOutdatedError([Moved.NAMES]) from None
    _log.info(
        "usernames.plan_applied",
        configuration=configuration_id,
        plan=str(plan_id),
        kind=plan.kind.value,
        changes=plan.changes,
    )
    return applied


class _Applying:
    """The writing of one plan, after all that could refuse it."""

    def __init__(
        self,
        connection: AsyncConnection,
        clock: Clock,
        configuration_id: int,
        plan: Plan,
        revision: int,
        actor: str,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._configuration_id = configuration_id
        self._plan = plan
        self._revision = revision
        self._actor = actor

    async def apply(self) -> Applied:
        if self._plan.kind is PlanKind.GENERATE:
            applied = await self._generate()
        else:
            applied = await self._rename()
        table, now = usernames.plan, self._clock.now()
        await self._connection.execute(
            update(table)
            .where(table.c.configuration_id == self._configuration_id, table.c.id == self._plan.id)
            .values(applied_at=now, applied_by=self._actor)
        )
        await record_events(self._connection, self._configuration_id, self._actor, [self._event()])
        return applied

    def _event(self) -> Event:
        after = {
            "plan": str(self._plan.id),
            "kind": self._plan.kind.value,
            "changes": self._plan.changes,
        }
        return Event(None, EventKind.PLAN_APPLIED, None, after)

    async def _rename(self) -> Applied:
        lost = await self._lost()
        await self._execute(_TELL_RENAMED, kind=EventKind.RENAMED)
        renamed = await self._execute(_RENAME)
        self._check(renamed)
        await release_names(self._connection, self._configuration_id, lost, self._clock.now())
        if renamed:
            await raise_counter(self._connection, self._configuration_id, self._revision)
        return Applied(self._plan, renamed=renamed)

    async def _generate(self) -> Applied:
        """The names, and what creation does beside them: with it names are complete."""
        connection, configuration_id = self._connection, self._configuration_id
        configuration = await read_configuration(connection, configuration_id)
        year = await active_year(connection, configuration_id)
        day = self._plan.basis.reference_date
        if year is None:
            raise NoSchoolYearError
        retiring = await self._persons(Reason.RETIRED)
        retired = 0
        if retiring:
            retired = await retire_leavers(connection, configuration, year, day)
        created = await self._create(
            Matching(configuration, parse_format(configuration.username_format), year, day)
        )
        fixing = await self._persons(Reason.DOMAIN_FIXED)
        if created or retired:
            await raise_counter(connection, configuration_id, self._revision)
        fixed = await fix_staff_domains(connection, configuration, year, day, fixing)
        self._check(created + retired + fixed)
        await write_progress(connection, configuration_id, Progress(self._plan.basis.counters, day))
        return Applied(self._plan, created=created, domains_fixed=fixed, retired=retired)

    async def _create(self, matching: Matching) -> int:
        # As creation does: before the names, whose owners may claim accounts.
        await renew_proposals(self._connection, matching)
        created = await self._execute(_CREATE)
        await self._execute(_TELL_CREATED, kind=EventKind.CREATED)
        return created

    def _check(self, written: int) -> None:
        """Rows that found nothing to change: somebody wrote without waiting for his turn."""
        if written != self._plan.changes:
            raise PlanOutdatedError([Moved.NAMES])

    async def _execute(self, statement: TextClause, kind: EventKind | None = None) -> int:
        parameters: dict[str, Any] = {
            "configuration_id": self._configuration_id,
            "plan": self._plan.id,
        }
        if kind is None:
            parameters["revision"] = self._revision
        else:
            parameters |= {"kind": kind.value, "actor": self._actor}
        return (await self._connection.execute(statement, parameters)).rowcount

    async def _lost(self) -> dict[str, str]:
        """The local parts that are given up, by person."""
        found = await self._connection.execute(
            select(_row.person_id, _row.before["local_part"].astext).where(
                *self._here(), _row.before != _row.after
            )
        )
        return {person: local_part for person, local_part in found}  # noqa: C416 - rows

    async def _persons(self, reason: Reason) -> list[str]:
        found = await self._connection.execute(
            select(_row.person_id).where(*self._here(), _row.reason == reason.value)
        )
        return list(found.scalars())

    def _here(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return (_row.configuration_id == self._configuration_id, _row.plan_id == self._plan.id)
