"""The school year and the day the data is told from."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

DAY = timedelta(days=1)
PAST_SPAN = 60
COMING_SPAN = 45


@dataclass(frozen=True, slots=True)
class Calendar:
    """A school year (1 September to 30 June) and a reference day well inside it: on every `today`
    but the first and the last day of the year it is today itself, else the nearest day that
    leaves room for a past and a coming change."""

    school_year: str
    start: date
    end: date
    reference: date

    @property
    def first_year(self) -> int:
        return self.start.year

    def past_day(self, rng: Random) -> date:
        """A day of the school year before the reference day, at most two months back."""
        span = min(PAST_SPAN, (self.reference - self.start).days)
        return self.reference - timedelta(days=1 + int(rng.random() * span))

    def coming_day(self, rng: Random) -> date:
        """A day of the school year after the reference day, at most six weeks on."""
        span = min(COMING_SPAN, (self.end - self.reference).days)
        return self.reference + timedelta(days=1 + int(rng.random() * span))

    def birth_date(self, rng: Random, age: int) -> date:
        """Born `age` years before the calendar year in which the school year begins."""
        return date(self.first_year - age, 1, 1) + timedelta(days=int(rng.random() * 365))


def calendar_of(school_year: str, today: date) -> Calendar:
    """`school_year` as `2026-27`; ValueError where it is not two years in a row."""
    parts = re.fullmatch(r"(\d{4})-(\d{2})", school_year)
    if parts is None or (int(parts[1]) + 1) % 100 != int(parts[2]):
        raise ValueError(f"not a school year such as 2026-27: {school_year!r}")
    first = int(parts[1])
    start, end = date(first, 9, 1), date(first + 1, 6, 30)
    return Calendar(school_year, start, end, min(max(today, start + DAY), end - DAY))


def school_year_of(today: date) -> str:
    """The school year a day falls in; July and August count to the coming one."""
    first = today.year if today.month >= 7 else today.year - 1
    return f"{first}-{(first + 1) % 100:02d}"
