"""A forgotten year switch is told, and only then."""

from datetime import date

import pytest

from services.oneroster.publication.year_alarm import raise_alarm
from shared.database import Database
from tests.arranging import new_configuration


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2025, 6, 30), False),
        (date(2025, 8, 14), False),
        (date(2025, 8, 15), True),
        (date(2025, 12, 1), True),
    ],
)
async def test_a_year_that_is_over_is_told_from_the_fifteenth_of_august(
    owner: Database, oneroster_database: Database, today: date, told: bool
) -> None:
    configuration = await new_configuration(owner)

    overdue = await raise_alarm(oneroster_database, today)

    assert (configuration.name in overdue) is told
