"""The alarm for a school year that nobody switched (M6.1).

The switch never fires by itself; forgotten, the old year's last day is served on. The manual's new
year is served from 15 August: from then on the operator hears of it.
"""

from datetime import date

import structlog
from prometheus_client import Gauge
from sqlalchemy import and_, func, select

from shared.database import Database
from shared.tables import access, sis

log = structlog.get_logger()

_MONTH, _DAY = 8, 15

_overdue = Gauge(
    "rosterbridge_school_year_switch_overdue",
    "Configurations whose active school year is over and was not switched by 15 August",
)


async def raise_alarm(database: Database, today: date) -> list[str]:
    """Logs each configuration that still waits for its year switch, and counts them; their names."""
    table, years = access.configuration, sis.school_year
    ended = func.max(years.c.end_date)
    async with database.transaction() as connection:
        rows = await connection.execute(
            select(table.c.name, ended)
            .join(
                years,
                and_(
                    years.c.configuration_id == table.c.id,
                    years.c.label == table.c.active_school_year,
                    years.c.removed_at.is_(None),
                ),
            )
            .group_by(table.c.name)
            .having(ended < today)
            .order_by(table.c.name)
        )
        overdue = [name for name, end in rows if today >= date(end.year, _MONTH, _DAY)]
    _overdue.set(len(overdue))
    for name in overdue:
        log.error("school_year.switch_overdue", configuration=name)
    return overdue
