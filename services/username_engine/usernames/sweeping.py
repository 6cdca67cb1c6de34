"""Finding configurations whose names may not be complete: what NOTIFY or a crash left undone."""

from typing import Any

import structlog
from sqlalchemy import Select, and_, func, select

from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.locks import only_sweeper
from shared.clock import Clock
from shared.database import Database
from shared.presence import ActiveYear
from shared.tables import access, sis, usernames

_log = structlog.stdlib.get_logger(__name__)


async def sweep(database: Database, clock: Clock) -> int:
    """Makes the missing names of every configuration that has moved since; how many names.

    The date moves, too: after midnight those who start that day are due. Does nothing while
    another process sweeps. A configuration that fails is logged and does not stop the others.
    """
    created = 0
    async with only_sweeper(database) as alone:
        if not alone:
            return 0
        for configuration_id in await moved_configurations(database, clock):
            try:
                created += (await create_missing(database, clock, configuration_id)).created
            except Exception:
                _log.exception("usernames.sweep_failed", configuration=configuration_id)
    return created


async def moved_configurations(database: Database, clock: Clock) -> list[int]:
    """Those whose counters or reference date are not the ones that names are complete for."""
    today = clock.today()
    async with database.transaction() as connection:
        rows = (await connection.execute(_progress_of_all())).all()
    return [
        configuration_id
        for configuration_id, label, start, end, complete, day in rows
        if not complete or day != ActiveYear(label, start, end).reference_date(today)
    ]


def _progress_of_all() -> Select[Any]:
    """Columns: id, the active year's label, start and end, whether names are complete for the
    counters (null: for none), and for which reference date they are."""
    of_all, done = access.configuration.c, usernames.progress.c
    counter, chosen, year = sis.revision_counter.c, access.revision.c, sis.school_year.c
    return (
        select(
            of_all.id,
            of_all.active_school_year,
            func.min(year.start_date),
            func.max(year.end_date),
            and_(
                done.sis_revision == func.coalesce(counter.revision, 0),
                done.access_revision == func.coalesce(chosen.revision, 0),
            ),
            done.reference_date,
        )
        .join(
            sis.school_year,
            and_(
                year.configuration_id == of_all.id,
                year.label == of_all.active_school_year,
                year.removed_at.is_(None),
            ),
        )
        .outerjoin(sis.revision_counter, counter.configuration_id == of_all.id)
        .outerjoin(access.revision, chosen.configuration_id == of_all.id)
        .outerjoin(usernames.progress, done.configuration_id == of_all.id)
        .group_by(
            of_all.id,
            counter.revision,
            chosen.revision,
            done.sis_revision,
            done.access_revision,
            done.reference_date,
        )
        .order_by(of_all.id)
    )
