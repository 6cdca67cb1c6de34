"""3,000 rows: the first within a second, the last by scrolling, all of them released."""

import time

from playwright.async_api import Page, Route, expect

from shared.database import Database
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import a_school, add_many

MANY = 3_000
SECONDS = 1.0
"""From opening the address to the first rows (issue 5), on a machine that does nothing else."""

ROW_HEIGHT = 44
STEP = 550
"""Pixels of one turn of the wheel."""

# The rows that are seen, as [number, text], and what is wrong with where they are.
_SEEN_ROWS = """() => {
    const holder = document.querySelector('.tabulator-tableholder');
    const { top } = holder.getBoundingClientRect();
    const bottom = top + holder.clientHeight;
    const seen = [...holder.querySelectorAll('[role=row]')]
        .map((row) => [row, row.getBoundingClientRect()])
        .filter(([, at]) => at.bottom > top + 1 && at.top < bottom - 1);
    const faults = [];
    if (!seen.length) faults.push('nothing is drawn');
    seen.forEach(([row, at], nth) => {
        const before = nth ? seen[nth - 1][1].bottom : Math.min(at.top, top);
        if (Math.abs(at.top - before) > 0.5) faults.push(`a gap before ${row.innerText}`);
        const middle = Math.min(Math.max((at.top + at.bottom) / 2, top + 1), bottom - 1);
        const hit = document.elementFromPoint(at.left + 20, middle);
        if (!row.contains(hit)) faults.push(`${row.innerText} cannot be seen`);
    });
    if (seen.length && seen.at(-1)[1].bottom < bottom - 1) faults.push('a gap at the bottom');
    const rows = seen.map(([row]) => [
        Number(row.getAttribute('aria-rowindex')) - 1,
        [...row.querySelectorAll('[role=gridcell]')].slice(0, 2).map((at) => at.innerText.trim())
            .join(' '),
    ]);
    return { top: holder.scrollTop, most: holder.scrollHeight - holder.clientHeight, rows, faults };
}"""

# Milliseconds between frames, until it is asked for them.
_FRAMES = """() => {
    const frames = [];
    let before = performance.now();
    let running = true;
    const next = (now) => {
        frames.push(now - before);
        before = now;
        if (running) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    window.framesMeasured = () => {
        running = false;
        return frames;
    };
}"""


# How many elements are made, by whatever makes them.
_MADE = """() => {
    window.made = 0;
    for (const [owner, name] of [[Document, 'createElement'], [Node, 'cloneNode']]) {
        const make = owner.prototype[name];
        owner.prototype[name] = function (...given) {
            window.made += 1;
            return make.apply(this, given);
        };
    }
}"""


async def scrolled(page: Page, by: int) -> set[int]:
    """By the wheel to the end in that direction; the numbers of the rows that were seen."""
    found: set[int] = set()
    while True:
        here = await page.evaluate(_SEEN_ROWS)
        assert here["faults"] == [], here["top"]
        for number, text in here["rows"]:
            assert text == f"Leerling {number:04d} Voornaam{number:04d}"
            found.add(number)
        if here["top"] >= here["most"] - 1 if by > 0 else here["top"] <= 0:
            return found
        await page.mouse.wheel(0, by)
        await page.wait_for_function(
            "(top) => document.querySelector('.tabulator-tableholder').scrollTop !== top",
            arg=here["top"],
        )


async def test_rows_are_there_wherever_the_wheel_stops(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    await add_many(school, MANY)
    visitor = await visits.at(school)
    page = visitor.page
    await visitor.rows_counted(MANY)
    await expect(page.get_by_text("geladen")).to_have_count(0)
    await visitor.cell("Leerling 0003 Voornaam0003", "Leerling 0003").hover()
    assert await scrolled(page, STEP) == set(range(1, MANY + 1))
    await visitor.screenshot("bottom")
    # And faster, back.
    await scrolled(page, -5 * STEP)
    # Once more without looking, for `pytest -rP`: others work on the machine, so it is no assertion.
    await page.evaluate(_FRAMES)
    for _ in range(MANY * ROW_HEIGHT // (2 * STEP)):
        await page.mouse.wheel(0, 2 * STEP)
    frames: list[float] = sorted(await page.evaluate("framesMeasured()"))
    print(
        f"{len(frames)} frames: median {frames[len(frames) // 2]:.0f} ms, "
        f"99 of 100 within {frames[len(frames) * 99 // 100]:.0f} ms, longest {frames[-1]:.0f} ms"
    )
    await expect(visitor.row("Leerling 3000 Voornaam3000")).to_be_in_viewport()


async def test_three_thousand_rows(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    await add_many(school, MANY)
    visitor = await visits.at(school)
    page = visitor.page
    await expect(visitor.grid).to_have_attribute("aria-rowcount", str(MANY + 1))
    took: list[float] = []
    # Others work on the machine too: once undisturbed is enough.
    while not took or (min(took) >= SECONDS and len(took) < 8):
        began = time.perf_counter()
        await page.goto(school.address, wait_until="commit")
        await visitor.row("Leerling 0001 Voornaam0001").wait_for()
        took.append(time.perf_counter() - began)
    assert min(took) < SECONDS, took
    await expect(page.get_by_text("3.000 gebruikersnamen").locator("visible=true")).to_be_visible()
    await visitor.screenshot("first")
    # To the end by the wheel.
    await visitor.cell("Leerling 0003 Voornaam0003", "Leerling 0003").hover()
    last = visitor.row("Leerling 3000 Voornaam3000")
    await expect(page.get_by_text("geladen")).to_have_count(0)
    await page.mouse.wheel(0, 1_000_000)
    await last.wait_for()
    await expect(last).to_be_in_viewport(ratio=1)
    await expect(last).to_have_attribute("aria-rowindex", str(MANY + 1))
    await visitor.screenshot("last")
    # Only what can be seen is drawn.
    assert await visitor.grid.get_by_role("row").count() < 200
    # And by keys.
    await visitor.cell("Leerling 3000 Voornaam3000", "Voornaam3000").click()
    await page.keyboard.press("Control+Home")
    await expect(visitor.cell("Leerling 0001 Voornaam0001", "Leerling 0001")).to_be_focused()
    await page.keyboard.press("Control+End")
    await expect(last).to_be_in_viewport()
    assert "3000" in await visitor.focused()
    await visitor.filter("Naam", "leerling 29")
    await visitor.rows_counted(100)
    await visitor.filter("Naam", "")
    await visitor.rows_counted(MANY)
    await visitor.header_box.click()
    await expect(visitor.dialog.get_by_role("heading")).to_contain_text("3.000 gebruikersnamen")
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 3.000 gebruikersnamen")
    await expect(visitor.header_box).to_be_checked(checked=True)
    await visitor.screenshot("released")
    assert len(await school.synced()) == MANY


async def test_a_release_paints_the_rows_that_are_drawn(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    await add_many(school, MANY)
    visitor = await visits.at(school)
    page = visitor.page
    await visitor.rows_counted(MANY)
    await expect(page.get_by_text("geladen")).to_have_count(0)
    await visitor.cell("Leerling 0003 Voornaam0003", "Voornaam0003").click()
    await page.keyboard.press("Control+End")
    await expect(visitor.row("Leerling 3000 Voornaam3000")).to_be_in_viewport()
    listed: list[Route] = []

    async def hold(route: Route) -> None:
        listed.append(route)

    # As the release left them, before the list is asked for anew.
    await page.route("**/usernames?*", hold)
    await page.evaluate(_MADE)
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 3.000 gebruikersnamen")
    await expect(visitor.sync_box("Leerling 3000 Voornaam3000")).to_be_checked()
    # Some of each row, not all cells of it.
    assert await page.evaluate("window.made") < 5 * MANY
    # Those drawn before, and those never drawn.
    await visitor.cell("Leerling 3000 Voornaam3000", "Voornaam3000").click()
    await page.keyboard.press("Control+Home")
    await expect(visitor.sync_box("Leerling 0001 Voornaam0001")).to_be_checked()
    await page.mouse.wheel(0, 1_000 * ROW_HEIGHT)
    await expect(visitor.sync_box("Leerling 1001 Voornaam1001")).to_be_checked()
    for route in listed:
        await route.continue_()
    await page.unroute("**/usernames?*")
    await expect(visitor.header_box).to_be_checked(checked=True)
