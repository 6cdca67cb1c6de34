"""Each error of the manual's table: its words, what was typed, and nothing saved (G "Foutmelding")."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from shared.database import Database
from shared.tables import sis
from tests.arranging import change
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import SIX, School, a_school

TAKEN = "'mia.claes' is al in gebruik. Pas de gebruikersnaam aan."
DOMAIN = "De gebruikersnaam 'bert@school.be' mag geen domeinnaam bevatten in deze configuratie"


@pytest.mark.parametrize(
    ("policy", "typed", "error"),
    [
        pytest.param("tenant", "", "Gebruikersnaam mag niet leeg zijn", id="empty"),
        pytest.param("tenant", "bert ameel!", "Ongeldige gebruikersnaam", id="invalid"),
        pytest.param("provider", "bert@school", "Ongeldige gebruikersnaam", id="no_extension"),
        pytest.param("tenant", "mia.claes", TAKEN, id="taken"),
        pytest.param("tenant", "bert@school.be", DOMAIN, id="domain"),
    ],
)
async def test_a_refused_name_stays_in_its_cell_with_the_error(
    owner: Database, visits: Visits, policy: str, typed: str, error: str
) -> None:
    school = await a_school(owner, *SIX, policy=policy)
    before = await school.name_of("Ameel Bert")
    visitor = await visits.at(school)
    editor = await visitor.edit("Ameel Bert", "bert.ameel", typed)
    # While it is typed, beneath the cell.
    beneath = visitor.row("Ameel Bert").or_(visitor.page.locator("body")).get_by_text(error)
    await expect(beneath.locator("visible=true").first).to_be_visible()
    await visitor.screenshot("typing")
    await editor.press("Enter")
    await visitor.told(f"De gebruikersnaam '{typed}' is niet opgeslagen: {error}")
    await visitor.screenshot("refused")
    await expect(editor).to_have_value(typed)
    await expect(editor).to_be_focused()
    await expect(editor).to_have_attribute("aria-invalid", "true")
    assert await school.name_of("Ameel Bert") == before
    await editor.press("Escape")
    await expect(visitor.cell("Ameel Bert", "bert.ameel")).to_be_focused()


@pytest.mark.parametrize("way", ["click", "key"])
async def test_the_proposal_for_a_taken_name_is_one_press_away(
    owner: Database, visits: Visits, way: str
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit("Ameel Bert", "bert.ameel", "mia.claes")
    proposal = visitor.page.get_by_role("button", name="mia.claes2")
    await expect(proposal).to_be_visible()
    if way == "click":
        await proposal.click()
    else:
        await editor.press("Alt+Enter")
    await visitor.told("Gebruikersnaam 'mia.claes2' is opgeslagen")
    assert (await school.name_of("Ameel Bert")).local_part == "mia.claes2"
    # Nothing still says that it was not.
    await expect(visitor.page.get_by_text(TAKEN).locator("visible=true")).to_have_count(0)


async def test_an_error_is_gone_once_the_name_is_saved(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit("Ameel Bert", "bert.ameel", "mia.claes")
    await editor.press("Enter")
    refused = f"De gebruikersnaam 'mia.claes' is niet opgeslagen: {TAKEN}"
    await visitor.told(refused)
    await editor.fill("b.ameel")
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    await expect(visitor.message(refused)).to_have_count(0)


@asynccontextmanager
async def refusing_sync(owner: Database, school: School) -> AsyncIterator[None]:
    """The database takes no Sync of the configuration."""
    name = f"no_sync_in_{school.configuration.id}"

    async def alter(change: str) -> None:
        async with owner.transaction() as connection:
            await connection.execute(text(f"alter table usernames.username {change}"))

    condition = f"configuration_id <> {school.configuration.id} or not sync"
    await alter(f"add constraint {name} check ({condition}) not valid")
    try:
        yield
    finally:
        await alter(f"drop constraint {name}")


async def test_sync_that_cannot_be_saved_goes_back(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    visitor.complaints.server_may_fail = True
    box = visitor.sync_box("Ameel Bert")
    async with refusing_sync(owner, school):
        await box.click()
        await visitor.told("Opslaan sync mislukt")
    await expect(box).not_to_be_checked()
    await visitor.screenshot("failed")
    assert await school.synced() == set()
    # Another try succeeds.
    await box.click()
    await visitor.told("Sync staat aan voor Ameel Bert")
    await expect(box).to_be_checked()
    assert await school.synced() == {"Ameel Bert"}


async def test_a_release_that_cannot_be_saved_says_so(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    visitor.complaints.server_may_fail = True
    await visitor.rows(6)
    async with refusing_sync(owner, school):
        await visitor.header_box.click()
        await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
        await visitor.told("Opslaan sync mislukt")
    await visitor.screenshot("failed")
    await expect(visitor.header_box).not_to_be_checked()
    await expect(visitor.header_box).to_be_enabled()
    assert await school.synced() == set()


async def test_a_student_who_starts_later_cannot_be_changed_yet(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    # After the page was opened the administration moves the first day.
    where = {"person_id": school.persons["Ameel Bert"]}
    await change(owner, school.configuration, sis.enrolment, where, start_date=date(2024, 11, 4))
    error = (
        "Deze leerling is nog niet gestart: wijzigen kan vanaf de startdatum van de inschrijving"
    )
    editor = await visitor.edit("Ameel Bert", "bert.ameel", "b.ameel")
    await editor.press("Enter")
    await visitor.told(f"De gebruikersnaam 'b.ameel' is niet opgeslagen: {error}")
    await visitor.screenshot("refused")
    await expect(editor).to_have_value("b.ameel")
    assert (await school.name_of("Ameel Bert")).local_part == "bert.ameel"
    await editor.press("Escape")
    box = visitor.sync_box("Ameel Bert")
    await box.click()
    await visitor.told(error)
    await expect(box).not_to_be_checked()
    assert await school.synced() == set()
