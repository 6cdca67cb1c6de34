"""A row opens to all that is known of it, to what happened to it, and to undo."""

from playwright.async_api import Locator, expect

from shared.database import Database
from tests.username_engine.web.conftest import READER, Visits
from tests.username_engine.web.schools import SIX, a_school
from tests.username_engine.web.visitor import Visitor


async def opened(visitor: Visitor, person: str) -> Locator:
    await visitor.page.get_by_role("button", name=f"Details van {person}").click()
    await expect(visitor.dialog).to_be_visible()
    return visitor.dialog


async def test_what_happened_is_told_and_can_be_undone(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit("Ameel Bert", "bert.ameel", "b.ameel")
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    await visitor.sync_box("Ameel Bert").click()
    await visitor.told("Sync staat aan voor Ameel Bert")
    drawer = await opened(visitor, "Ameel Bert")
    for event in (
        "Aangemaakt als bert.ameel",
        "Gewijzigd van bert.ameel naar b.ameel",
        "Sync aangezet",
    ):
        await expect(drawer.get_by_text(event, exact=True)).to_be_visible()
    for value in ("GO! atheneum Brakel", "Campus Noord", "6A", "Ameel", "Bert"):
        await expect(drawer.get_by_text(value, exact=True).first).to_be_visible()
    await visitor.screenshot("drawer")
    await drawer.get_by_role(
        "button", name="Ongedaan maken: Gewijzigd van bert.ameel naar b.ameel"
    ).click()
    await visitor.told("Ongedaan gemaakt")
    await expect(visitor.message("Sync staat aan voor Ameel Bert")).to_have_count(0)
    await expect(drawer.get_by_text("Gewijzigd van b.ameel naar bert.ameel")).to_be_visible()
    await visitor.is_somewhere()
    await visitor.screenshot("undone")
    saved = await school.name_of("Ameel Bert")
    assert (saved.local_part, saved.sync) == ("bert.ameel", True)
    await visitor.page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    await expect(visitor.cell("Ameel Bert", "bert.ameel")).to_be_visible()


async def test_an_undo_says_that_it_is_one_and_twice_that_it_was_done(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.sync_box("Ameel Bert").click()
    await visitor.told("Sync staat aan voor Ameel Bert")
    drawer = await opened(visitor, "Ameel Bert")
    undo = drawer.get_by_role("button", name="Ongedaan maken: Sync aangezet", exact=True)
    await undo.click()
    await visitor.told("Ongedaan gemaakt")
    await expect(
        drawer.get_by_text("Sync uitgezet (door ongedaan maken)", exact=True)
    ).to_be_visible()
    await visitor.dismiss()
    await undo.click()
    await visitor.told("Er viel niets ongedaan te maken: het staat al zo")
    await expect(visitor.message("Ongedaan gemaakt")).to_have_count(0)
    assert await school.synced() == set()


async def test_a_name_is_corrected_in_the_drawer(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    drawer = await opened(visitor, "Ameel Bert")
    await drawer.get_by_role("button", name="Wijzigen").click()
    editor = visitor.editor("Ameel Bert")
    await editor.fill("mia.claes")
    await editor.press("Enter")
    error = "'mia.claes' is al in gebruik. Pas de gebruikersnaam aan."
    await visitor.told(f"De gebruikersnaam 'mia.claes' is niet opgeslagen: {error}")
    await visitor.screenshot("refused")
    await editor.fill("b.ameel")
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    await expect(drawer.get_by_text("b.ameel", exact=True).first).to_be_visible()
    await visitor.is_somewhere()
    await visitor.page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    await expect(visitor.cell("Ameel Bert", "b.ameel")).to_be_visible()
    assert (await school.name_of("Ameel Bert")).local_part == "b.ameel"


async def test_closing_brings_one_back_to_the_row(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    drawer = await opened(visitor, "Claes Mia")
    await drawer.get_by_role("button", name="Sluiten").first.click()
    await expect(drawer).to_have_count(0)
    assert "Claes Mia" in await visitor.focused()


async def test_a_reader_sees_the_history_and_no_undo(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, READER)
    drawer = await opened(visitor, "Ameel Bert")
    await expect(drawer.get_by_text("Aangemaakt als bert.ameel")).to_be_visible()
    for button in ("Ongedaan maken", "Wijzigen"):
        await expect(drawer.get_by_role("button", name=button)).to_have_count(0)
    await visitor.screenshot("drawer")


async def test_a_flag_says_what_to_do(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, ("محمد", "علي", "6A"), *SIX)
    visitor = await visits.at(school)
    await visitor.rows(7)
    drawer = await opened(visitor, "علي محمد")
    await expect(drawer.get_by_role("heading", name="Aandachtspunten")).to_be_visible()
    await expect(drawer).to_contain_text("Alleen medeklinkers")
    await expect(drawer).to_contain_text("Vul de klinkers aan zoals de persoon zijn naam schrijft")
    await visitor.screenshot("drawer")
