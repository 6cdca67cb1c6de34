"""A name is corrected in its cell, and saved at once."""

import pytest
from playwright.async_api import expect

from shared.database import Database
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import SIX, a_school


async def test_enter_saves_and_a_green_message_says_so(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit("Benali Fatima", "fatima.benali", "fatma.benali")
    await expect(visitor.page.get_by_text("Vrij", exact=True).first).to_be_visible()
    await visitor.screenshot("free")
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'fatma.benali' is opgeslagen")
    await visitor.screenshot("saved")
    await expect(editor).to_have_count(0)
    await expect(visitor.cell("Benali Fatima", "fatma.benali")).to_be_visible()
    assert (await school.name_of("Benali Fatima")).local_part == "fatma.benali"
    # At the top, on the right.
    box = await visitor.message("Gebruikersnaam 'fatma.benali'").bounding_box()
    assert box is not None
    assert box["x"] > 720
    assert box["y"] < 200


async def test_escape_takes_back_what_was_typed(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit("Claes Mia", "mia.claes", "iets.anders")
    await editor.press("Escape")
    await expect(editor).to_have_count(0)
    await expect(visitor.cell("Claes Mia", "mia.claes")).to_be_focused()
    await expect(visitor.messages.get_by_role("button")).to_have_count(0)
    assert (await school.name_of("Claes Mia")).version == 1


async def test_tab_saves_and_goes_on(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit("Claes Mia", "mia.claes", "mia.claes-janssens")
    await editor.press("Tab")
    await visitor.told("Gebruikersnaam 'mia.claes-janssens' is opgeslagen")
    await expect(visitor.editor("Claes Mia")).to_have_count(0)
    await expect(visitor.editor("De Smet Lotte")).to_be_focused()
    assert (await school.name_of("Claes Mia")).local_part == "mia.claes-janssens"


async def test_going_elsewhere_with_the_mouse_loses_nothing_that_was_typed(
    owner: Database, visits: Visits
) -> None:
    """Every change is saved at once (G 5): it is saved, or still there to save."""
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.edit("Claes Mia", "mia.claes", "mia.claes-janssens")
    await visitor.cell("Verwee Jens", "6B").click()
    await expect(visitor.cell("Claes Mia", "mia.claes-janssens")).to_be_visible()
    await visitor.told("Gebruikersnaam 'mia.claes-janssens' is opgeslagen")
    assert (await school.name_of("Claes Mia")).local_part == "mia.claes-janssens"


@pytest.mark.parametrize("key", ["Enter", "F2", "typing"])
async def test_a_cell_is_opened_by_the_keyboard(owner: Database, visits: Visits, key: str) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    cell = visitor.cell("Ameel Bert", "bert.ameel")
    await cell.click()
    await expect(cell).to_be_focused()
    editor = visitor.editor("Ameel Bert")
    if key == "typing":
        await visitor.page.keyboard.type("bart")
        await expect(editor).to_have_value("bart")
    else:
        await visitor.page.keyboard.press(key)
        await expect(editor).to_have_value("bert.ameel")
        await editor.press("ControlOrMeta+a")
        await visitor.page.keyboard.type("bart")
    await visitor.page.keyboard.press("Enter")
    await visitor.told("Gebruikersnaam 'bart' is opgeslagen")
    await expect(visitor.cell("Ameel Bert", "bart")).to_be_focused()
    assert (await school.name_of("Ameel Bert")).local_part == "bart"


async def test_a_fixed_domain_can_be_given_and_a_strange_one_is_warned_of(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX, policy="provider")
    visitor = await visits.at(school)
    editor = await visitor.edit("Ameel Bert", "bert.ameel", "bert.ameel@elders.be")
    warning = "Het domein van 'bert.ameel@elders.be' is geen domein van deze configuratie"
    await expect(visitor.page.get_by_text(warning).locator("visible=true").first).to_be_visible()
    await visitor.screenshot("warning")
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'bert.ameel@elders.be' is opgeslagen")
    assert (await school.name_of("Ameel Bert")).domain == "elders.be"
