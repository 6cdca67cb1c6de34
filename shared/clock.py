"""The date in Brussels and the time in UTC; a demo or a test can set the date."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


class Clock:
    """Dates are Brussels dates. `today` set by `ROSTERBRIDGE_TODAY` stands still; time never does."""

    def __init__(self, today: date | None = None) -> None:
        self._today = today

    def today(self) -> date:
        return self._today or datetime.now(BRUSSELS).date()

    @property
    def is_set(self) -> bool:
        """Whether an operator set the date, who alone may bring it back."""
        return self._today is not None

    @staticmethod
    def now() -> datetime:
        """UTC, cut to the millisecond: what every served timestamp is made of."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def timestamp_text(moment: datetime) -> str:
    """`2025-05-05T13:32:50.000Z`: UTC with exactly three millisecond digits (docs/oneroster.md)."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
