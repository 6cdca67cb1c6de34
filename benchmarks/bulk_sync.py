"""Sync on or off for all students of a school of 3,000 at once, by the header box of the list."""

from statistics import median

import httpx

from benchmarks.measuring import Figure, timed
from benchmarks.schools import LargeSchool, large_school

STUDENTS = 3_000
_ROUNDS = 6
_GOAL_SECONDS = 1.0


async def measure(server_url: str) -> list[Figure]:
    async with (
        large_school(server_url, "bulk_sync", STUDENTS) as school,
        school.signed_in() as browser,
    ):
        await _all(school, browser, sync=False)
        times = []
        changed = 0
        for turn in range(_ROUNDS):
            with timed() as watch:
                changed = await _all(school, browser, sync=turn % 2 == 0)
            times.append(watch.seconds)
        with timed() as again:
            await _all(school, browser, sync=_ROUNDS % 2 == 1)
    return [
        Figure(
            f"Sync of {changed:,} students at once: median",
            f"{median(times):.2f} s",
            f"under {_GOAL_SECONDS:.0f} s",
            median(times) < _GOAL_SECONDS,
        ),
        Figure("the same again, which changes nothing", f"{again.seconds:.2f} s"),
    ]


async def _all(school: LargeSchool, browser: httpx.AsyncClient, *, sync: bool) -> int:
    """How many were changed."""
    answer = await browser.post(
        f"{school.usernames}/sync", json={"sync": sync, "list": school.of({})}
    )
    return int(answer.raise_for_status().json()["total"])
