"""Columns are hidden, moved and made wider, and are so when one comes back."""

import pytest
from playwright.async_api import Page, expect

from shared.database import Database
from tests.username_engine.tenant_files import imported
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import SIX, School, a_school
from tests.username_engine.web.visitor import Visitor


async def back_again(visitor: Visitor) -> Visitor:
    """In a tab of his own browser, as on another day."""
    page: Page = await visitor.page.context.new_page()
    await page.goto(visitor.page.url)
    await visitor.page.close()
    return Visitor(page, visitor.name, visitor.complaints)


async def width(visitor: Visitor, column: str) -> float:
    box = await visitor.column(column).bounding_box()
    assert box is not None
    return box["width"]


async def test_columns_are_found_as_they_were_left(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="Kolommen").click()
    for column in ("School", "Domeinnaam"):
        await visitor.dialog.get_by_role("checkbox", name=column, exact=True).uncheck()
    for _ in range(5):
        await visitor.dialog.get_by_role("button", name="Klas naar voren").click()
    await visitor.screenshot("dialog")
    await visitor.dialog.get_by_role("button", name="Sluiten").last.click()
    await expect(visitor.column("School")).to_have_count(0)
    left = await visitor.headers()
    assert {"School", "Domeinnaam"}.isdisjoint(left)
    assert left.index("Klas") < left.index("Gebruikersnaam")
    await visitor.column("Voornaam").get_by_role("button").click()
    await expect(visitor.column("Voornaam")).to_have_attribute("aria-sort", "ascending")
    # Its edge, by the mouse.
    box = await visitor.column("Naam").bounding_box()
    assert box is not None
    before = box["width"]
    edge, middle = box["x"] + box["width"] - 1, box["y"] + 20
    await visitor.page.mouse.move(edge, middle)
    await visitor.page.mouse.down()
    await visitor.page.mouse.move(edge + 90, middle, steps=4)
    await visitor.page.mouse.up()
    wide = await width(visitor, "Naam")
    assert wide > before + 60
    await visitor.screenshot("left")
    visitor = await back_again(visitor)
    await visitor.rows(6)
    assert await visitor.headers() == left
    assert abs(await width(visitor, "Naam") - wide) < 2
    await expect(visitor.column("Voornaam")).to_have_attribute("aria-sort", "ascending")
    await visitor.shows("Voornaam", sorted(given for given, _, _ in SIX))
    await visitor.screenshot("back")
    await visitor.page.get_by_role("button", name="Kolommen").click()
    await visitor.dialog.get_by_role("button", name="Standaardinstelling").click()
    await visitor.dialog.get_by_role("button", name="Sluiten").last.click()
    await expect(visitor.column("School")).to_be_visible()


async def test_a_column_is_dragged_to_another_place(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    source = await visitor.column("Klas").bounding_box()
    target = await visitor.column("Voornaam").bounding_box()
    assert source is not None
    assert target is not None
    mouse = visitor.page.mouse
    await mouse.move(source["x"] + 20, source["y"] + 20)
    await mouse.down()
    await mouse.move(target["x"] + 60, target["y"] + 20, steps=12)
    await mouse.move(target["x"] + 10, target["y"] + 20, steps=4)
    # It begins after it has been held for a moment.
    await expect(visitor.page.locator(".tabulator-moving").or_(visitor.grid).first).to_be_visible()
    await mouse.up()
    await expect(visitor.grid).to_be_visible()
    headers = await visitor.headers()
    assert headers.index("Klas") < headers.index("Sync?")


async def test_a_column_is_moved_and_made_wider_by_keys(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.column("Voornaam").get_by_role("button").focus()
    await visitor.page.keyboard.press("Control+ArrowRight")
    await expect(visitor.grid.get_by_role("columnheader").nth(1)).to_contain_text("Sync?")
    headers = await visitor.headers()
    assert headers[:3] == ["Naam", "Sync?", "Voornaam"]
    assert "Voornaam" in await visitor.focused()
    before = await width(visitor, "Voornaam")
    await visitor.page.keyboard.press("Shift+ArrowRight")
    await visitor.page.keyboard.press("Shift+ArrowRight")
    assert await width(visitor, "Voornaam") > before
    assert "Voornaam" in await visitor.focused()


@pytest.fixture
async def with_flags(owner: Database, engine_database: Database) -> School:
    """Thirteen students who probably have an account."""
    school = await a_school(owner, policy="provider")
    numbers = [chr(ord("a") + nth) for nth in range(13)]
    accounts = [f"{each}@school.be,,Voor{each},Leer{each},," for each in numbers]
    await imported(engine_database, school.configuration, *accounts)
    async with school.nobody_makes_names():
        for each in numbers:
            await school.enrol(f"Voor{each}", f"Leer{each}", "6A")
    await school.named()
    return school


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
async def test_titles_and_domains_are_whole_on_a_common_screen(
    owner: Database, visits: Visits, language: str
) -> None:
    school = await a_school(owner, *SIX, policy="provider")
    visitor = await visits.at(school)
    await visitor.rows(6)
    if language != "nl":
        await visitor.page.get_by_label("Taal").first.select_option(value=language)
        await expect(visitor.page.locator("html")).to_have_attribute("lang", language)
    grid = visitor.page.get_by_role("grid")
    headers = grid.get_by_role("columnheader").get_by_role("button")
    await expect(headers).to_have_count(10)
    cut = {}
    for nth in range(10):
        await headers.nth(nth).click()
        await expect(grid.get_by_role("columnheader").nth(nth)).to_have_attribute(
            "aria-sort", "ascending"
        )
        title = headers.nth(nth).locator("span").first
        cut[await title.inner_text()] = await title.evaluate(
            "each => each.scrollWidth - each.clientWidth"
        )
    assert not any(cut.values()), cut
    assert await grid.evaluate("each => each.scrollWidth - each.clientWidth") <= 0
    await visitor.screenshot(language)


@pytest.mark.parametrize(
    ("language", "width"),
    [("nl", 1440), ("fr", 1440), ("de", 1440), ("en", 1440), ("nl", 1280), ("nl", 1024)],
)
async def test_a_press_in_the_toolbar_leaves_the_table_where_it_is(
    visits: Visits, with_flags: School, language: str, width: int
) -> None:
    visitor = await visits.at(with_flags, size=(width, 900))
    await visitor.rows_counted(13)
    grid = visitor.page.get_by_role("grid")
    if language != "nl":
        dutch = await grid.element_handle()
        await visitor.page.get_by_label("Taal").first.select_option(value=language)
        # The page is made anew.
        await dutch.wait_for_element_state("hidden")
    await expect(grid).to_have_attribute("aria-rowcount", "14")
    chips = visitor.page.locator(".chip")
    await expect(chips.nth(1)).to_be_visible()
    box = await grid.bounding_box()
    assert box is not None
    await visitor.screenshot(f"{width}_before")
    await chips.nth(1).click()
    await expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
    await expect(visitor.page.locator(".tool-clear")).to_be_visible()
    await visitor.screenshot(f"{width}_pressed")
    assert await grid.bounding_box() == box
    search = visitor.page.get_by_role("searchbox")
    cut = """each => {
        const paper = document.createElement('canvas').getContext('2d');
        const style = getComputedStyle(each);
        paper.font = style.font;
        const room = each.clientWidth - parseFloat(style.paddingLeft) -
            parseFloat(style.paddingRight);
        return paper.measureText(each.placeholder).width - room;
    }"""
    assert await search.evaluate(cut) <= 0
