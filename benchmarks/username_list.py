"""The list of usernames of a school of 3,000 students, as a browser that is signed in asks for it.

Each screen twice: after an edit, when the school is read from the database, and while nothing has
changed, when the engine has kept its rows (ADR 13).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from itertools import cycle
from statistics import median, quantiles

import httpx

from benchmarks.measuring import Figure, milliseconds, timed
from benchmarks.schools import LargeSchool, large_school

STUDENTS = 3_000
_ROUNDS, _WARMING = 40, 8
_GOAL_SECONDS, _NOT_MODIFIED_GOAL_SECONDS = 0.05, 0.005

_SCREENS: Mapping[str, Mapping[str, str]] = {
    "first screen, 100 rows": {},
    "sorted by class and birth date": {"sort": "class,-birth_date"},
    "sorted by username": {"sort": "username"},
    "searched for two words": {"q": "an 4"},
    "filtered by class": {"class": "4"},
    "a page of 100 in the middle": {"offset": "1500"},
    "at one location": {"at_location": "300000-2"},
    "staff": {"group": "staff"},
}


async def measure(server_url: str) -> list[Figure]:
    async with (
        large_school(server_url, "username_list", STUDENTS) as school,
        school.signed_in() as browser,
    ):
        screens = [
            figure
            for what, asked in _SCREENS.items()
            for figure in await _screen(school, browser, what, asked)
        ]
        return [
            *screens,
            await _not_modified(school, browser),
            await _file(school, browser),
            await _edit(school, browser),
        ]


async def _screen(
    school: LargeSchool, browser: httpx.AsyncClient, what: str, asked: Mapping[str, str]
) -> list[Figure]:
    params = {"limit": "100", **school.of(asked)}
    edits = _edits(school, browser)
    edited = await _times(browser, school.usernames, params, before=lambda: anext(edits))
    unchanged = await _times(browser, school.usernames, params)
    return [
        _under(_GOAL_SECONDS, f"{what}, after an edit: median, 95 %", edited),
        _under(_GOAL_SECONDS, f"{what}, unchanged: median, 95 %", unchanged),
    ]


async def _not_modified(school: LargeSchool, browser: httpx.AsyncClient) -> Figure:
    params = {"limit": "100", **school.of({})}
    known = (await browser.get(school.usernames, params=params)).headers["ETag"]
    headers = {"If-None-Match": known}
    times = await _times(browser, school.usernames, params, headers=headers, status=304)
    return _under(_NOT_MODIFIED_GOAL_SECONDS, "304 to If-None-Match: median, 95 %", times)


def _under(goal: float, what: str, times: Sequence[float]) -> Figure:
    half, most = median(times), quantiles(times, n=20)[-1]
    return Figure(
        what,
        f"{milliseconds(half)}, {milliseconds(most)}",
        f"under {goal * 1000:.0f} ms",
        most < goal,
    )


async def _edits(school: LargeSchool, browser: httpx.AsyncClient) -> AsyncIterator[None]:
    """Each switches the Sync of another person in the list."""
    listed = await browser.get(school.usernames, params=school.of({"limit": "100"}))
    for row in cycle(listed.raise_for_status().json()["items"]):
        row["sync"] = not row["sync"]
        answer = await browser.patch(
            f"{school.usernames}/{row['person']}",
            params=school.of({}),
            json={"sync": row["sync"]},
        )
        answer.raise_for_status()
        yield


async def _file(school: LargeSchool, browser: httpx.AsyncClient) -> Figure:
    times = await _times(browser, f"{school.usernames}.csv", school.of({}))
    return Figure("all of it as CSV: median", milliseconds(median(times)))


async def _edit(school: LargeSchool, browser: httpx.AsyncClient) -> Figure:
    """Of a Sync, whose answer is the row as the list has it."""
    edits = _edits(school, browser)
    await anext(edits)
    times = []
    for _ in range(_ROUNDS):
        with timed() as watch:
            await anext(edits)
        times.append(watch.seconds)
    return Figure("an edit of one row: median", milliseconds(median(times)))


async def _times(
    browser: httpx.AsyncClient,
    path: str,
    params: Mapping[str, str],
    *,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    before: Callable[[], Awaitable[None]] | None = None,
) -> list[float]:
    """Seconds until the whole answer is there, over one kept connection; without those of `before`."""
    times = []
    for _ in range(_WARMING + _ROUNDS):
        if before is not None:
            await before()
        with timed() as watch:
            answer = await browser.get(path, params=params, headers=headers)
        if answer.status_code != status:
            raise RuntimeError(f"{answer.status_code} instead of {status}")
        times.append(watch.seconds)
    return times[_WARMING:]
