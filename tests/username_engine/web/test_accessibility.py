"""What axe-core finds on each screen, and what a screen reader is told of the grid."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect

from services.username_engine.web import serving
from shared.database import Database
from tests.username_engine.web.by_keys import press, tab_to
from tests.username_engine.web.conftest import READER, WRITER, Visits, signed_in
from tests.username_engine.web.schools import SIX, a_school, add_many
from tests.username_engine.web.test_accounts import FILE
from tests.username_engine.web.test_losing_a_race import both_typed
from tests.username_engine.web.test_small_screens import PHONE

AXE = Path(serving.__file__).parent / "page" / "node_modules" / "axe-core" / "axe.min.js"


@cache
def axe() -> str:
    return AXE.read_text("utf-8")


async def faults(page: Page) -> list[tuple[str, str, list[str]]]:
    """What is serious or critical: the rule, what it asks for, and where."""
    # Past the policy of the page, as extensions of browsers are.
    await page.evaluate(axe())
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], each["help"], [node["html"][:120] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


async def test_before_the_list(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.someone()
    page = visitor.page
    await page.goto("/")
    await expect(page.get_by_role("button", name="Aanmelden")).to_be_visible()
    assert await faults(page) == []
    await signed_in(
        page, "iBasis/Alles schrijven", "iPersoneel/Alles lezen", place=school.whole_school
    )
    await expect(page.get_by_role("heading", name="Welke lijst wil je openen?")).to_be_visible()
    assert await faults(page) == []


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["wide", "phone"])
async def test_the_list_and_what_opens_over_it(
    owner: Database, visits: Visits, screen: dict[str, Any]
) -> None:
    school = await a_school(owner, ("محمد", "علي", "6A"), *SIX)
    visitor = await visits.at(school, **screen)
    page = visitor.page
    await visitor.rows(7)
    assert await faults(page) == []
    await page.get_by_label("Menu van").click()
    assert await faults(page) == []
    await page.keyboard.press("Escape")
    await visitor.header_box.click()
    await expect(visitor.dialog).to_be_visible()
    assert await faults(page) == []
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 7 gebruikersnamen")
    assert await faults(page) == []


async def test_an_edit_and_its_error(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit("Ameel Bert", "bert.ameel", "mia.claes")
    await expect(visitor.page.get_by_role("button", name="mia.claes2")).to_be_visible()
    assert await faults(visitor.page) == []
    await editor.press("Enter")
    await visitor.told("De gebruikersnaam 'mia.claes' is niet opgeslagen")
    assert await faults(visitor.page) == []


@pytest.mark.parametrize("button", ["Details van Ameel Bert", "Kolommen", "Bestaande accounts"])
async def test_what_buttons_open(owner: Database, visits: Visits, button: str) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.page.get_by_role("button", name=button).click()
    await expect(visitor.dialog).to_be_visible()
    await visitor.screenshot("open")
    assert await faults(visitor.page) == []


async def test_an_empty_list_and_one_to_read(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    visitor = await visits.sign_in(WRITER, place=school.label, path=school.address)
    await expect(visitor.page.get_by_role("heading", name="Geen leerlingen")).to_be_visible()
    assert await faults(visitor.page) == []
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, READER)
    await visitor.rows(6)
    assert await faults(visitor.page) == []


async def test_the_issuers_own_page(owner: Database, visits: Visits) -> None:
    await a_school(owner, *SIX)
    visitor = await visits.someone()
    page = visitor.page
    await page.goto("/")
    await page.get_by_role("button", name="Aanmelden").click()
    await expect(page.get_by_text("Zelf rollen kiezen")).to_be_visible()
    assert await faults(page) == []
    await page.get_by_text("Zelf rollen kiezen").click()
    await expect(page.get_by_role("button", name="Aanmelden met deze rollen")).to_be_visible()
    assert await faults(page) == []


async def test_what_one_is_asked_who_loses_a_race(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await both_typed(school, visits)
    assert await faults(visitor.page) == []


async def test_the_filters_of_a_phone(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **PHONE)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="Filters", exact=True).click()
    await expect(visitor.dialog.get_by_label("Klas")).to_be_visible()
    assert await faults(visitor.page) == []


async def test_an_import_with_its_file(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(operator=True, path=school.address)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    choose = visitor.dialog.get_by_label("CSV-bestand")
    await tab_to(visitor.page, choose, most=12)
    assert await faults(visitor.page) == []
    file = FilePayload(name="users.csv", mimeType="text/csv", buffer=FILE.encode())
    await choose.set_input_files(file)
    asked = visitor.dialog.filter(has_text="Dit bestand inlezen?").last
    await expect(asked.get_by_role("button", name="Inlezen")).to_be_visible()
    assert await faults(visitor.page) == []
    await asked.get_by_role("button", name="Inlezen").click()
    await expect(visitor.dialog.get_by_role("row")).to_have_count(3)
    assert await faults(visitor.page) == []


async def test_every_other_empty_list(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    elsewhere = school.address_of(at_school=(await a_school(owner)).place.school_number)
    visitor = await visits.sign_in(operator=True, path=elsewhere)
    page = visitor.page
    await expect(page.get_by_role("heading", name="Geen M365-koppeling")).to_be_visible()
    assert await faults(page) == []
    await school.enrol("Nora", "Wouters", "6B", start_date=date(2024, 11, 4))
    await school.named()
    await page.goto(school.address)
    await expect(page.get_by_role("heading", name="met een actieve inschrijving")).to_be_visible()
    assert await faults(page) == []
    async with school.nobody_makes_names():
        await school.enrol("Jens", "Verwee", "6B")
        await page.goto(school.address)
        await expect(page.get_by_role("heading", name="worden gemaakt")).to_be_visible()
        assert await faults(page) == []
    await school.named()


async def test_a_list_that_is_scrolled_and_then_entered(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    await add_many(school, 200)
    visitor = await visits.at(school)
    page = visitor.page
    await visitor.rows_counted(200)
    await expect(page.get_by_text("geladen")).to_have_count(0)
    await visitor.grid.hover()
    await page.mouse.wheel(0, 4000)
    # 4000 of 44 pixels each.
    first = visitor.cell("Leerling 0092 Voornaam0092", "Leerling 0092")
    await expect(first).to_be_in_viewport()
    assert await faults(page) == []
    await tab_to(page, first)
    assert await faults(page) == []
    await press(page, "PageDown", "ArrowRight")
    assert await faults(page) == []
    await expect(visitor.row("Leerling 0102 Voornaam0102").locator(":focus")).to_have_count(1)


async def test_rows_columns_and_order_are_told(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    # The header is the first row.
    rows = visitor.grid.get_by_role("row")
    for nth in range(7):
        await expect(rows.nth(nth)).to_have_attribute("aria-rowindex", str(nth + 1))
    await visitor.column("Klas").get_by_role("button").click()
    await expect(visitor.column("Klas")).to_have_attribute("aria-sort", "ascending")
    await expect(visitor.grid.locator('[aria-sort="ascending"]')).to_have_count(1)
    await expect(visitor.page.get_by_text("Oplopend gesorteerd op Klas")).to_have_count(1)
    await visitor.filter("Klas", "6A")
    await visitor.rows(3)
    await expect(visitor.page.get_by_role("status").get_by_text("3 gebruikersnamen")).to_have_count(
        1
    )


@pytest.mark.parametrize(
    ("locale", "sign_in"), [("en-GB", "Sign in"), ("fr-BE", "Se connecter"), ("de-BE", "Anmelden")]
)
async def test_it_speaks_the_language_that_is_chosen(
    owner: Database, visits: Visits, locale: str, sign_in: str
) -> None:
    visitor = await visits.someone()
    await visitor.page.goto("/")
    # Dutch, whatever the browser prefers, until another is chosen.
    await expect(visitor.page.get_by_role("button", name="Aanmelden")).to_be_visible()
    language = locale.split("-")[0]
    await visitor.page.get_by_label("Taal").select_option(value=language)
    await expect(visitor.page.get_by_role("button", name=sign_in)).to_be_visible()
    await expect(visitor.page.locator("html")).to_have_attribute("lang", language)
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("button", name=sign_in)).to_be_visible()
