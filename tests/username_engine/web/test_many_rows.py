"""3,000 rows: the first within a second, the last by scrolling, all of them released."""

import time

from playwright.async_api import expect

from shared.database import Database
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import a_school, add_many

MANY = 3_000
SECONDS = 1.0
"""From opening the address to the first rows (issue 5), on a machine that does nothing else."""


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
    # Where the end is was only estimated: one goes on a little.
    for _ in range(8):
        await page.mouse.wheel(0, 500)
        await page.evaluate(
            "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"
        )
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
