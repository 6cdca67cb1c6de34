"""Without a mouse, from signing in to a saved bulk release; the focus is seen and never lost."""

from playwright.async_api import expect

from shared.database import Database
from tests.username_engine.web.by_keys import press, sees_the_focus, tab_to
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import SIX, a_school
from tests.username_engine.web.visitor import Visitor


async def test_from_signing_in_to_a_saved_release(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.someone()
    page = visitor.page
    await page.goto(school.address)
    await expect(page.get_by_role("button", name="Aanmelden")).to_be_visible()
    await tab_to(page, page.get_by_role("button", name="Aanmelden"))
    await page.keyboard.press("Enter")
    # Past all the schools that other tests made.
    await expect(page.get_by_role("heading", name="Aanmelden")).to_be_visible()
    buttons = await page.get_by_role("button").count()
    await tab_to(page, page.locator("summary"), most=buttons + 5)
    await press(page, "Enter")
    role = page.locator('input[value="iLeerlingen/Alles schrijven"]')
    await tab_to(page, role, most=20)
    await press(page, "Space")
    await expect(role).to_be_checked()
    await page.keyboard.press("Enter")
    await visitor.rows(6)
    # The filter of the class.
    await tab_to(page, page.get_by_role("searchbox"))
    await page.keyboard.type("6B")
    await visitor.rows(3)
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await visitor.screenshot("searched")
    # Into the grid, which is one stop; up to the header's box.
    await tab_to_the_grid(visitor)
    await press(page, "Control+Home", "ArrowUp", "ArrowUp")
    for _ in range(8):
        if "alle getoonde rijen" in await visitor.focused():
            break
        await press(page, "ArrowRight")
    assert "alle getoonde rijen" in await visitor.focused()
    await visitor.screenshot("header_box")
    await page.keyboard.press("Space")
    await expect(visitor.dialog).to_be_visible()
    await visitor.is_somewhere()
    # Whichever answer has the focus: the wanted one is looked for.
    await tab_to(page, visitor.dialog.get_by_role("button", name="Sync aanzetten"), most=6)
    await sees_the_focus(page, "Tab")
    await visitor.screenshot("confirmation")
    await page.keyboard.press("Enter")
    await visitor.told("Sync staat aan voor 3 gebruikersnamen")
    assert "alle getoonde rijen" in await visitor.focused()
    await sees_the_focus(page, "the answer")
    await visitor.screenshot("released")
    assert await school.synced() == {"De Smet Lotte", "Peeters Zoë", "Verwee Jens"}
    # Its undo can be reached as well.
    await tab_to(page, "Ongedaan maken")
    await page.keyboard.press("Enter")
    await visitor.told("Ongedaan gemaakt voor 3 gebruikersnamen")
    await visitor.is_somewhere()
    assert await school.synced() == set()


async def tab_to_the_grid(visitor: Visitor) -> None:
    for _ in range(25):
        await press(visitor.page, "Tab")
        if await visitor.grid.locator(":focus").count():
            return
    raise AssertionError("the grid is not reached by Tab")


async def test_arrows_lead_through_the_grid_which_is_one_stop(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    page = visitor.page
    await visitor.rows(6)
    await visitor.cell("Ameel Bert", "Bert").click()
    await press(page, "Home")
    await expect(visitor.cell("Ameel Bert", "Ameel")).to_be_focused()
    await press(page, "ArrowRight")
    await expect(visitor.cell("Ameel Bert", "Bert")).to_be_focused()
    await press(page, "ArrowDown")
    await expect(visitor.cell("Benali Fatima", "Fatima")).to_be_focused()
    await press(page, "ArrowRight")
    assert "Benali Fatima" in await visitor.focused()
    await page.keyboard.press("Space")
    await visitor.told("Sync staat aan voor Benali Fatima")
    assert "Benali Fatima" in await visitor.focused()
    await press(page, "Home")
    await expect(visitor.cell("Benali Fatima", "Benali")).to_be_focused()
    await press(page, "Control+End")
    assert "Verwee Jens" in await visitor.focused()
    # One Tab leaves it.
    await page.keyboard.press("Tab")
    assert await visitor.grid.locator(":focus").count() == 0
    await press(page, "Shift+Tab")
    assert await visitor.grid.locator(":focus").count() == 1


async def test_the_focus_stays_when_what_had_it_is_filtered_away(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.page.get_by_label("Filter op Sync?").select_option("Uit")
    await visitor.rows(6)
    await visitor.cell("Claes Mia", "mia.claes").click()
    await press(visitor.page, "ArrowLeft")
    await visitor.page.keyboard.press("Space")
    await visitor.told("Sync staat aan voor Claes Mia")
    await visitor.is_somewhere()


async def test_a_row_is_opened_and_left_by_keys(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.cell("Claes Mia", "Mia").click()
    await press(visitor.page, "End", "Enter")
    await expect(visitor.dialog).to_be_visible()
    await tab_to(visitor.page, "Wijzigen", most=8)
    await visitor.page.keyboard.press("Escape")
    # Closed, it is there for one more frame.
    await expect(visitor.page.locator("dialog")).to_have_count(0)
    assert "Claes Mia" in await visitor.focused()
    await press(visitor.page, "ArrowUp")
    assert "Benali Fatima" in await visitor.focused()


async def test_one_can_skip_to_the_list(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.page.reload()
    await visitor.rows(6)
    await visitor.page.keyboard.press("Tab")
    skip = visitor.page.get_by_role("link", name="Naar de lijst")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await visitor.screenshot("skip")
    address = visitor.page.url
    await visitor.page.keyboard.press("Enter")
    await visitor.page.keyboard.press("Tab")
    assert await visitor.page.locator("main :focus").count() == 1
    # The place is still in it.
    assert visitor.page.url.split("#")[0] == address
