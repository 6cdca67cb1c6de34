"""Somebody else saved the row meanwhile: both values are shown, and one chooses."""

import pytest
from playwright.async_api import expect

from shared.database import Database
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import SIX, School, a_school
from tests.username_engine.web.visitor import Visitor

PERSON = "Ameel Bert"


async def both_typed(school: School, visits: Visits) -> Visitor:
    """Els and Jan have the list open; Jan saves first, and Els is asked."""
    els = await visits.at(school)
    jan = await visits.at(school, "iBasis/Alles schrijven")
    editor = await els.edit(PERSON, "bert.ameel", "van.els")
    theirs = await jan.edit(PERSON, "bert.ameel", "van.jan")
    await theirs.press("Enter")
    await jan.told("Gebruikersnaam 'van.jan' is opgeslagen")
    await els.page.bring_to_front()
    await editor.press("Enter")
    await expect(els.dialog).to_be_visible()
    await expect(els.dialog).to_contain_text("van.els")
    await expect(els.dialog).to_contain_text("van.jan")
    await expect(els.dialog).to_contain_text("Iemand anders heeft dit intussen gewijzigd")
    # A second Enter overwrites nobody.
    await expect(els.dialog.get_by_role("button", name="Huidige behouden")).to_be_focused()
    return els


@pytest.mark.parametrize(
    ("choice", "kept"), [("Huidige behouden", "van.jan"), ("Mijn wijziging opslaan", "van.els")]
)
async def test_both_names_are_shown_and_one_is_chosen(
    owner: Database, visits: Visits, choice: str, kept: str
) -> None:
    school = await a_school(owner, *SIX)
    els = await both_typed(school, visits)
    await els.screenshot("both")
    assert (await school.name_of(PERSON)).local_part == "van.jan"
    await els.dialog.get_by_role("button", name=choice).click()
    await expect(els.dialog).to_have_count(0)
    await expect(els.cell(PERSON, kept)).to_be_visible()
    await expect(els.editor(PERSON)).to_have_count(0)
    await expect(els.cell(PERSON, kept)).to_be_focused()
    await els.screenshot("chosen")
    assert (await school.name_of(PERSON)).local_part == kept


async def test_to_decide_later_keeps_what_was_typed(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    els = await both_typed(school, visits)
    await els.page.keyboard.press("Escape")
    await expect(els.dialog).to_have_count(0)
    await expect(els.editor(PERSON)).to_have_value("van.els")
    await expect(els.editor(PERSON)).to_be_focused()
    assert (await school.name_of(PERSON)).local_part == "van.jan"
    await els.page.keyboard.press("Enter")
    await els.told("Gebruikersnaam 'van.els' is opgeslagen")
    assert (await school.name_of(PERSON)).local_part == "van.els"


@pytest.mark.parametrize("typed", ["van.els", "bert.ameel"])
async def test_a_list_that_looked_again_meanwhile_overwrites_nobody(
    owner: Database, visits: Visits, typed: str
) -> None:
    """While Els types, or only has the cell open, her list learns of Jan's name by itself."""
    school = await a_school(owner, *SIX)
    els = await visits.at(school, clock=True)
    await els.rows(6)
    jan = await visits.at(school, "iBasis/Alles schrijven")
    editor = await els.edit(PERSON, "bert.ameel", typed)
    theirs = await jan.edit(PERSON, "bert.ameel", "van.jan")
    await theirs.press("Enter")
    await jan.told("Gebruikersnaam 'van.jan' is opgeslagen")
    other = await jan.edit("Benali Fatima", "fatima.benali", "f.benali")
    await other.press("Enter")
    await jan.told("Gebruikersnaam 'f.benali' is opgeslagen")
    await els.page.bring_to_front()
    await els.page.clock.fast_forward(20_000)
    # The other rows are shown as they are.
    await expect(els.cell("Benali Fatima", "f.benali")).to_be_visible()
    await editor.press("Enter")
    if typed == "van.els":
        await expect(els.dialog).to_contain_text("van.jan")
        await els.dialog.get_by_role("button", name="Huidige behouden").click()
    await expect(els.cell(PERSON, "van.jan")).to_be_visible()
    assert (await school.name_of(PERSON)).local_part == "van.jan"


async def test_sync_that_somebody_else_set_is_not_overwritten_unasked(
    owner: Database, visits: Visits
) -> None:
    """Els turns Sync on for a name that Jan has just changed: she sees whose name it is."""
    school = await a_school(owner, *SIX)
    els = await visits.at(school)
    await els.rows(6)
    jan = await visits.at(school, "iBasis/Alles schrijven")
    editor = await jan.edit(PERSON, "bert.ameel", "van.jan")
    await editor.press("Enter")
    await jan.told("Gebruikersnaam 'van.jan' is opgeslagen")
    await els.sync_box(PERSON).click()
    await expect(els.dialog).to_contain_text("Iemand anders heeft dit intussen gewijzigd")
    await els.screenshot("asked")
    assert await school.synced() == set()
    await els.dialog.get_by_role("button", name="Mijn wijziging opslaan").click()
    await els.told(f"Sync staat aan voor {PERSON}")
    await expect(els.cell(PERSON, "van.jan")).to_be_visible()
    assert await school.synced() == {PERSON}
