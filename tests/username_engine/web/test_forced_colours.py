"""With the colours of the system alone, as in Windows' high contrast, one still sees what is what."""

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from shared.database import Database
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import SIX, a_school

FORCED: dict[str, Any] = {"forced_colors": "active"}


async def style(element: Locator, *properties: str) -> list[str]:
    found: list[str] = await element.evaluate(
        "(at, properties) => properties.map((each) => getComputedStyle(at)[each])",
        list(properties),
    )
    return found


async def test_what_is_chosen_differs_from_what_is_not(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **FORCED)
    page = visitor.page
    await visitor.rows(6)
    await visitor.sync_box("Claes Mia").click()
    await visitor.told("Sync staat aan voor Claes Mia")
    await visitor.screenshot("list")
    groups = page.get_by_role("group", name="Lijst").get_by_role("button")
    students, staff = [await style(each, "backgroundColor") for each in await groups.all()]
    assert students != staff
    chip = page.get_by_role("button", name="5 wachten op vrijgave")
    off = await style(chip, "backgroundColor", "color")
    await chip.click()
    await visitor.rows(5)
    await visitor.screenshot("waiting")
    assert await style(chip, "backgroundColor", "color") != off


@pytest.mark.parametrize("label", ["Taal", "School of vestiging"])
async def test_a_select_has_its_arrow(owner: Database, visits: Visits, label: str) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **FORCED)
    select = visitor.page.get_by_role("banner").get_by_label(label).first
    # The one that the page draws is a background, which is left out.
    assert await style(select, "appearance") != ["none"]


async def test_what_floats_has_an_edge(owner: Database, visits: Visits) -> None:
    """Its shadow and its colour are not drawn."""
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **FORCED)
    page = visitor.page
    await visitor.rows(6)
    await visitor.header_box.click()
    await visitor.screenshot("question")
    assert await style(visitor.dialog, "borderTopStyle") == ["solid"]
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 6 gebruikersnamen")
    await visitor.screenshot("message")
    card = visitor.messages.locator(".notice")
    assert await style(card, "borderTopStyle") == ["solid"]
    await visitor.dismiss()
    await page.get_by_label("Menu van").click()
    await expect(page.get_by_role("button", name="Afmelden")).to_be_visible()
    await visitor.screenshot("menu")
