"""Sync per row, and for what is filtered by the box in the header, with its confirmation and undo."""

import asyncio
import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Route, expect

from shared.database import Database
from tests.arranging import add_enrolment, add_location, add_person
from tests.username_engine.tenant_files import imported
from tests.username_engine.web.conftest import READER, WRITER, Visits
from tests.username_engine.web.schools import SIX, School, a_school
from tests.username_engine.web.visitor import Visitor

CLASS_6B = {"De Smet Lotte", "Peeters Zoë", "Verwee Jens"}
ALL = {f"{family} {given}" for given, family, _ in SIX}


async def test_sync_of_one_row_is_saved_at_once(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    box = visitor.sync_box("Claes Mia")
    await box.click()
    await visitor.told("Sync staat aan voor Claes Mia")
    await expect(box).to_be_checked()
    await expect(visitor.row("Claes Mia").get_by_text("Aan", exact=True)).to_be_visible()
    assert await school.synced() == {"Claes Mia"}
    await expect(visitor.page.get_by_text("5 wachten op vrijgave")).to_be_visible()
    await visitor.screenshot("on")
    await box.click()
    await visitor.told("Sync staat uit voor Claes Mia")
    await expect(box).not_to_be_checked()
    assert await school.synced() == set()
    await expect(visitor.page.get_by_text("6 wachten op vrijgave")).to_be_visible()


async def test_the_header_box_has_three_states(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    box = visitor.header_box
    await expect(box).to_be_checked(checked=False)
    for person in sorted(CLASS_6B):
        await visitor.sync_box(person).click()
        await visitor.told(f"Sync staat aan voor {person}")
        await expect(box).to_be_checked(indeterminate=True)
    await visitor.screenshot("some")
    # It is of the rows that the filter leaves.
    await visitor.filter("Klas", "6B")
    await visitor.rows(3)
    await expect(box).to_be_checked(checked=True)
    await visitor.screenshot("all")
    await visitor.filter("Klas", "6A")
    await visitor.rows(3)
    await expect(box).to_be_checked(checked=False)
    await visitor.screenshot("none")


async def test_a_filtered_class_is_released_and_taken_back(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.sync_box("Peeters Zoë").click()
    await visitor.told("Sync staat aan voor Peeters Zoë")
    await visitor.sync_box("Ameel Bert").click()
    await visitor.told("Sync staat aan voor Ameel Bert")
    await visitor.filter("Klas", "6b")
    await visitor.rows(3)
    await visitor.header_box.click()
    dialog = visitor.dialog
    await expect(
        dialog.get_by_role("heading", name="Sync aanzetten voor 2 gebruikersnamen?")
    ).to_be_visible()
    await expect(dialog).to_contain_text("Van de 3 getoonde rijen wijzigen er 2.")
    await expect(dialog).to_contain_text("Dit zijn alleen de rijen die aan je filters voldoen.")
    await expect(dialog).to_contain_text("volgende synchronisatie")
    await visitor.screenshot("confirmation")
    await dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 2 gebruikersnamen")
    await expect(visitor.header_box).to_be_checked(checked=True)
    for person in CLASS_6B:
        await expect(visitor.sync_box(person)).to_be_checked()
    await visitor.screenshot("released")
    assert await school.synced() == {*CLASS_6B, "Ameel Bert"}
    # Only of those whom it changed.
    await visitor.messages.get_by_role("button", name="Ongedaan maken").click()
    await visitor.told("Ongedaan gemaakt voor 2 gebruikersnamen")
    await expect(visitor.header_box).to_be_checked(indeterminate=True)
    await visitor.screenshot("undone")
    assert await school.synced() == {"Peeters Zoë", "Ameel Bert"}


async def test_to_cancel_changes_nothing(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.header_box.click()
    # What it means is heard with the question.
    await expect(visitor.dialog).to_have_accessible_description(re.compile("tweemaal per dag"))
    await visitor.dialog.get_by_role("button", name="Annuleren").click()
    await expect(visitor.dialog).to_have_count(0)
    await expect(visitor.header_box).to_be_checked(checked=False)
    await visitor.header_box.click()
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.dialog).to_have_count(0)
    await expect(visitor.header_box).to_be_checked(checked=False)
    assert await school.synced() == set()


@pytest.mark.parametrize("key", ["Space", "Enter"])
async def test_a_hasty_second_key_changes_nothing(
    owner: Database, visits: Visits, key: str
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    keyboard = visitor.page.keyboard
    await visitor.rows(6)
    await visitor.header_box.focus()
    await keyboard.press(key)
    await expect(visitor.dialog).to_be_visible()
    await expect(visitor.dialog.get_by_role("button", name="Annuleren")).to_be_focused()
    await keyboard.press(key)
    await expect(visitor.dialog).to_have_count(0)
    await expect(visitor.header_box).to_be_checked(checked=False)
    assert await school.synced() == set()


async def test_all_rows_go_off_with_what_that_means(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 6 gebruikersnamen")
    assert await school.synced() == ALL
    await visitor.header_box.click()
    dialog = visitor.dialog
    await expect(
        dialog.get_by_role("heading", name="Sync uitzetten voor 6 gebruikersnamen?")
    ).to_be_visible()
    await expect(dialog).to_contain_text("verdwijnen uit de groepen")
    await visitor.screenshot("confirmation")
    await dialog.get_by_role("button", name="Sync uitzetten").click()
    await visitor.told("Sync staat uit voor 6 gebruikersnamen")
    await expect(visitor.header_box).to_be_checked(checked=False)
    assert await school.synced() == set()


async def test_who_waits_for_release_is_one_press_away(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.sync_box("Claes Mia").click()
    await visitor.told("Sync staat aan voor Claes Mia")
    await visitor.page.get_by_role("button", name="5 wachten op vrijgave").click()
    await visitor.rows(5)
    assert "Claes" not in await visitor.texts("Naam")
    await visitor.page.get_by_role("button", name="5 wachten op vrijgave").click()
    await visitor.rows(6)


async def test_a_list_that_changed_meanwhile_is_asked_about_again(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.header_box.click()
    await expect(visitor.dialog.get_by_role("heading")).to_contain_text("6 gebruikersnamen")
    await school.enrol("Nora", "Wouters", "6B")
    await school.named()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await expect(visitor.dialog.get_by_role("heading")).to_contain_text("7 gebruikersnamen")
    await visitor.screenshot("asked_again")
    assert await school.synced() == set()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 7 gebruikersnamen")
    assert await school.synced() == {*ALL, "Wouters Nora"}


@dataclass
class _Left:
    """Who pressed for a list of six, chose another one, and what was asked of the engine then."""

    school: School
    visitor: Visitor
    held: Route


async def _left(school: School, visits: Visits) -> _Left:
    number = school.place.school_number
    await add_location(school.owner, school.configuration, number, "2", name="Campus Zuid")
    visitor = await visits.sign_in(WRITER, place=school.whole_school, path=school.address)
    await visitor.rows(6)
    asked: asyncio.Queue[Route] = asyncio.Queue()
    await visitor.page.route("**/usernames/sync", asked.put)
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    held = await asked.get()
    places = visitor.page.get_by_label("School of vestiging")
    await places.select_option(label=f"{school.name} – Campus Zuid")
    await visitor.rows_counted(0)
    return _Left(school, visitor, held)


async def test_a_list_that_was_left_asks_nothing_about_its_change(
    owner: Database, visits: Visits
) -> None:
    left = await _left(await a_school(owner, *SIX), visits)
    await left.school.enrol("Nora", "Wouters", "6B")
    await left.school.named()
    await left.held.continue_()
    await left.visitor.told(f"In de lijst {left.school.location_name}: De lijst is intussen")
    await left.visitor.screenshot("told")
    await expect(left.visitor.dialog).to_have_count(0)
    await expect(left.visitor.messages.get_by_role("button")).to_have_count(1)
    assert await left.school.synced() == set()


async def test_a_list_that_was_left_asks_nothing_about_its_accounts(
    owner: Database, engine_database: Database, visits: Visits
) -> None:
    school = await a_school(owner)
    row = "b.ameel@school.be,Bert Ameel,Bert,Ameel,,"
    await imported(engine_database, school.configuration, row)
    async with school.nobody_makes_names():
        for student in SIX:
            await school.enrol(*student)
    await school.named()
    left = await _left(school, visits)
    await left.held.continue_()
    await left.visitor.told(f"In de lijst {school.location_name}: ")
    await left.visitor.screenshot("told")
    await expect(left.visitor.dialog).to_have_count(0)
    assert await school.synced() == set()


async def test_what_was_released_in_a_list_that_was_left_says_where(
    owner: Database, visits: Visits
) -> None:
    left = await _left(await a_school(owner, *SIX), visits)
    await left.held.continue_()
    where = f"In de lijst {left.school.location_name}"
    await left.visitor.told(f"{where}: Sync staat aan voor 6 gebruikersnamen")
    assert await left.school.synced() == ALL
    await left.visitor.page.unroute("**/usernames/sync")
    await left.visitor.messages.get_by_role("button", name="Ongedaan maken").click()
    await left.visitor.told(f"{where}: Ongedaan gemaakt voor 6 gebruikersnamen")
    assert await left.school.synced() == set()


async def test_only_the_last_release_can_be_undone(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    for action, done in (("aanzetten", "aan"), ("uitzetten", "uit")):
        await visitor.header_box.click()
        await visitor.dialog.get_by_role("button", name=f"Sync {action}").click()
        await visitor.told(f"Sync staat {done} voor 6 gebruikersnamen")
    undo = visitor.messages.get_by_role("button", name="Ongedaan maken")
    await expect(undo).to_have_count(1)
    await undo.click()
    await visitor.told("Ongedaan gemaakt voor 6 gebruikersnamen")
    assert await school.synced() == ALL


async def test_what_was_saved_is_shown_though_its_answer_was_lost(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    visitor.complaints.server_may_fail = True
    await visitor.rows(6)

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.fulfill(status=504, body="")

    await visitor.page.route("**/usernames/sync", lose)
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Opslaan sync mislukt")
    await expect(visitor.header_box).to_be_checked(checked=True)
    await expect(visitor.sync_box("Claes Mia")).to_be_checked()
    await expect(visitor.message("Opslaan sync mislukt")).to_be_visible()
    # The same of taking it back.
    await visitor.page.unroute("**/usernames/sync")
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync uitzetten").click()
    await visitor.told("Sync staat uit voor 6 gebruikersnamen")
    await visitor.page.route("**/usernames/sync", lose)
    await visitor.messages.get_by_role("button", name="Ongedaan maken").click()
    await visitor.told("Opslaan sync mislukt")
    await expect(visitor.header_box).to_be_checked(checked=True)
    assert await school.synced() == ALL


async def test_only_who_may_be_changed_is_released(owner: Database, visits: Visits) -> None:
    """Of a whole school, by who writes at one location and reads another."""
    school = await a_school(owner, *SIX)
    number = school.place.school_number
    south = await add_location(owner, school.configuration, number, "2", name="Campus Zuid")
    for given, family in (("Nora", "Wouters"), ("Tom", "Zeman")):
        person = await add_person(owner, school.configuration, given, family)
        school.persons[f"{family} {given}"] = person
        await add_enrolment(owner, school.configuration, person, south)
    await school.named()
    visitor = await visits.someone()
    page = visitor.page
    await page.goto(school.address_of(at_school=number))
    await page.get_by_role("button", name="Aanmelden").click()
    ready = f"Verschillende rollen, {school.label_of_school}"
    await page.get_by_role("button", name=ready).click()
    await visitor.rows(8)
    await visitor.header_box.click()
    await expect(
        visitor.dialog.get_by_role("heading", name="Sync aanzetten voor 6 gebruikersnamen?")
    ).to_be_visible()
    await expect(visitor.dialog).to_contain_text("Van de 8 getoonde rijen wijzigen er 6.")
    await expect(visitor.dialog).to_contain_text(
        "2 rijen kan je alleen lezen: die blijven zoals ze zijn."
    )
    await visitor.screenshot("confirmation")
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 6 gebruikersnamen")
    await expect(visitor.header_box).to_be_checked(checked=True)
    assert await school.synced() == ALL
    # And back.
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync uitzetten").click()
    await visitor.told("Sync staat uit voor 6 gebruikersnamen")
    assert await school.synced() == set()


async def test_a_reader_has_no_boxes_to_press(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, READER)
    await visitor.rows(6)
    await expect(visitor.grid.get_by_role("checkbox")).to_have_count(0)
    saving: list[str] = []
    visitor.page.on(
        "request", lambda asked: saving.append(asked.url) if asked.method != "GET" else None
    )
    for person in ("Ameel Bert", "Claes Mia"):
        await visitor.cell(person, "Uit").click()
        await visitor.page.keyboard.press("Space")
        await expect(visitor.dialog).to_have_count(0)
        # All that it does for a reader.
        await visitor.page.keyboard.press("Enter")
        await expect(visitor.dialog).to_have_accessible_name(person)
        await visitor.page.keyboard.press("Escape")
        await expect(visitor.dialog).to_have_count(0)
    await visitor.column("Sync?").get_by_role("button", name="Sync?", exact=True).click()
    await visitor.page.keyboard.press("Space")
    await expect(visitor.dialog).to_have_count(0)
    assert (saving, await school.synced()) == ([], set())
