"""Nothing that somebody typed is lost unseen, whatever he does before it is saved."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Dialog, Page, Route, expect

from shared.database import Database
from tests.username_engine.web.conftest import WRITER, Visits, signed_in_before
from tests.username_engine.web.schools import SIX, a_school

PERSON = "Ameel Bert"
CHANGES = "**/usernames/*?*"


@asynccontextmanager
async def held_back(page: Page, method: str, url: str) -> AsyncIterator[asyncio.Event]:
    """Requests wait inside the block until the event is set."""
    go_on = asyncio.Event()

    async def wait(route: Route) -> None:
        if route.request.method == method:
            await go_on.wait()
        await route.continue_()

    await page.route(url, wait)
    try:
        yield go_on
    finally:
        go_on.set()
        await page.unroute_all(behavior="wait")


@pytest.mark.parametrize("way", ["Enter", "elsewhere"])
async def test_a_filter_gets_every_letter_after_an_edit(
    owner: Database, visits: Visits, way: str
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    if way == "Enter":
        await editor.press("Enter")
    field = visitor.page.get_by_label("Filter op Klas", exact=True)
    await field.click()
    await field.press_sequentially("6A", delay=120)
    await visitor.rows(3)
    await expect(field).to_have_value("6A")
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")


async def test_a_refused_name_outlasts_sorting_and_filtering(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    editor = await visitor.edit(PERSON, "bert.ameel", "mia.claes")
    await editor.press("Enter")
    await visitor.told("De gebruikersnaam 'mia.claes' is niet opgeslagen")
    await expect(
        visitor.messages.get_by_text(f"Gebruikersnaam fout – {PERSON}").first
    ).to_be_visible()
    await visitor.column("Voornaam").get_by_role("button").click()
    await expect(visitor.column("Voornaam")).to_have_attribute("aria-sort", "ascending")
    await expect(editor).to_have_value("mia.claes")
    await visitor.filter("Klas", "6B")
    await visitor.rows(3)
    await expect(editor).to_have_count(0)
    await visitor.filter("Klas", "")
    await visitor.rows(6)
    await expect(editor).to_have_value("mia.claes")
    await expect(editor).to_have_attribute("aria-invalid", "true")
    await editor.fill("b.ameel")
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    assert (await school.name_of(PERSON)).local_part == "b.ameel"


async def test_a_name_refused_while_its_row_is_away_comes_back_with_it(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    editor = await visitor.edit(PERSON, "bert.ameel", "mia.claes")
    async with held_back(visitor.page, "PATCH", CHANGES) as go_on:
        await editor.press("Enter")
        await visitor.filter("Klas", "6B")
        await visitor.rows(3)
        go_on.set()
        await visitor.told("De gebruikersnaam 'mia.claes' is niet opgeslagen")
    await visitor.filter("Klas", "")
    await visitor.rows(6)
    await expect(editor).to_have_value("mia.claes")
    assert (await school.name_of(PERSON)).local_part == "bert.ameel"


async def test_turning_the_screen_keeps_what_was_typed(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, size=(740, 600))
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    for width in (600, 740):
        await visitor.page.set_viewport_size({"width": width, "height": 600})
        await expect(visitor.column("Voornaam")).to_have_count(0 if width == 600 else 1)
        await expect(editor).to_have_value("b.ameel")
        await expect(editor).to_be_focused()
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    assert (await school.name_of(PERSON)).local_part == "b.ameel"


async def test_going_back_in_the_browser_saves_what_was_typed(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(WRITER, "iPersoneel/Alles schrijven", place=school.whole_school)
    await visitor.page.get_by_role("link", name="Campus Noord").click()
    await visitor.rows(6)
    await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    await visitor.page.go_back()
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    await visitor.is_somewhere()
    assert (await school.name_of(PERSON)).local_part == "b.ameel"


async def test_the_browser_asks_before_a_name_is_lost(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    visitor.page.on("dialog", stay)
    editor = await visitor.edit(PERSON, "bert.ameel", "mia.claes")
    await editor.press("Enter")
    await visitor.told("De gebruikersnaam 'mia.claes' is niet opgeslagen")
    await visitor.page.evaluate("setTimeout(() => location.reload())")
    async with asyncio.timeout(10):
        while asked != ["beforeunload"]:
            await asyncio.sleep(0.01)
    await expect(editor).to_have_value("mia.claes")
    await editor.press("Escape")
    await visitor.page.reload()
    await visitor.rows(6)
    assert asked == ["beforeunload"]


async def test_what_is_being_saved_cannot_be_taken_back(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    async with held_back(visitor.page, "PATCH", CHANGES) as go_on:
        await editor.press("Enter")
        await visitor.page.keyboard.press("Escape")
        await expect(editor).to_have_value("b.ameel")
        go_on.set()
        await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    await expect(visitor.cell(PERSON, "b.ameel")).to_be_focused()


async def test_what_is_typed_after_tab_is_the_next_name(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    async with held_back(visitor.page, "PATCH", CHANGES) as go_on:
        await editor.press("Tab")
        await visitor.page.keyboard.type("f.ben")
        go_on.set()
        await expect(visitor.editor("Benali Fatima")).to_have_value("f.ben")
    await visitor.page.keyboard.type("ali")
    await visitor.page.keyboard.press("Enter")
    await visitor.told("Gebruikersnaam 'f.benali' is opgeslagen")
    assert (await school.name_of(PERSON)).local_part == "b.ameel"
    assert (await school.name_of("Benali Fatima")).local_part == "f.benali"


async def test_a_name_whose_answer_was_lost_is_shown_as_saved(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")

    async def lose(route: Route) -> None:
        if route.request.method == "PATCH":
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    visitor.complaints.server_may_fail = True
    await visitor.page.route(CHANGES, lose)
    async with visitor.page.expect_response(lambda answer: "limit=" in answer.url):
        await editor.press("Enter")
        await visitor.told("De gebruikersnaam 'b.ameel' is niet opgeslagen")
    await visitor.page.unroute_all(behavior="wait")
    assert (await school.name_of(PERSON)).local_part == "b.ameel"
    await editor.press("Escape")
    await expect(visitor.cell(PERSON, "b.ameel")).to_be_visible()
    # It was oneself: nobody else's value is asked about.
    editor = await visitor.edit(PERSON, "b.ameel", "bart.ameel")
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'bart.ameel' is opgeslagen")


async def test_what_was_typed_is_never_saved_by_who_signs_in_afterwards(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    context = visitor.page.context
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    await context.clear_cookies()
    await editor.press("Enter")
    await expect(visitor.dialog).to_contain_text("Je sessie is afgelopen")
    other = "iBasis/Alles schrijven"
    await signed_in_before(context.request, (other,), school.label, operator=False)
    tab = await context.new_page()
    await tab.goto("/")
    await expect(visitor.dialog).to_have_count(0)
    await visitor.rows(6)
    await expect(visitor.cell(PERSON, "bert.ameel")).to_be_visible()
    assert (await school.name_of(PERSON)).version == 1


async def test_the_box_for_all_waits_for_the_rows_it_means(owner: Database, visits: Visits) -> None:
    """Who types a filter and presses at once still sees the rows from before."""
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.filter("Naam", "claes")
    await visitor.rows(1)
    async with held_back(visitor.page, "GET", "**/usernames?*") as go_on:
        await visitor.filter("Naam", "peeters")
        await expect(visitor.header_box).to_have_attribute("aria-disabled", "true")
        await visitor.header_box.click(force=True)
        await visitor.header_box.focus()
        await visitor.page.keyboard.press("Enter")
        await visitor.page.keyboard.press("Space")
        await visitor.shows("Naam", ["Claes"])
        go_on.set()
        await visitor.shows("Naam", ["Peeters"])
    await expect(visitor.header_box).to_have_attribute("aria-disabled", "false")
    assert await school.synced() == set()
    await visitor.header_box.click()
    await visitor.told("Sync staat aan voor 1 gebruikersnaam")
    assert await school.synced() == {"Peeters Zoë"}


async def test_sync_of_other_rows_is_shown_while_a_name_is_open(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit(PERSON, "bert.ameel", "mia.claes")
    await editor.press("Enter")
    await visitor.told("De gebruikersnaam 'mia.claes' is niet opgeslagen")
    box = visitor.sync_box("Verwee Jens")
    await box.click()
    await visitor.told("Sync staat aan voor Verwee Jens")
    await expect(box).to_be_checked()
    await expect(editor).to_have_value("mia.claes")
    await box.click()
    await visitor.told("Sync staat uit voor Verwee Jens")
    await expect(box).not_to_be_checked()
    assert await school.synced() == set()


async def test_a_name_that_met_no_engine_is_saved_on_leaving(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(WRITER, "iPersoneel/Alles schrijven", place=school.whole_school)
    await visitor.page.get_by_role("link", name="Campus Noord").click()
    await visitor.rows(6)
    visitor.complaints.server_may_fail = True
    await visitor.page.route(CHANGES, lambda route: route.abort())
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    await editor.press("Enter")
    await visitor.told("De gebruikersnaam 'b.ameel' is niet opgeslagen")
    await visitor.page.unroute_all(behavior="wait")
    await visitor.page.go_back()
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    assert (await school.name_of(PERSON)).local_part == "b.ameel"
