"""A phone of 360 by 740, and a screen of 1440 at 200% zoom: all is there, and works."""

from typing import Any

import pytest
from playwright.async_api import expect

from shared.database import Database
from tests.username_engine.web.conftest import Visits, signed_in
from tests.username_engine.web.laid_out import faults_of
from tests.username_engine.web.schools import SIX, a_school
from tests.username_engine.web.visitor import Visitor

PHONE: dict[str, Any] = {
    "size": (360, 740),
    "device_scale_factor": 2,
    "has_touch": True,
}
ZOOMED: dict[str, Any] = {"size": (720, 450), "device_scale_factor": 2}
LONG = ("Anne-Sophie Marie-Christine", "Vandenbroucke-Van Overstraeten", "6A Latijn")


async def nothing_wrong(visitor: Visitor, moment: str, *, opened: bool = False) -> None:
    """But for what is `opened` above it, and covers some of it."""
    await visitor.screenshot(moment)
    assert await visitor.sideways() == 0
    faults = await faults_of(visitor.page)
    assert [fault for fault in faults if not (opened and " is under " in fault)] == []


@pytest.mark.parametrize("screen", [PHONE, ZOOMED], ids=["phone", "zoomed"])
async def test_every_screen_fits(owner: Database, visits: Visits, screen: dict[str, Any]) -> None:
    school = await a_school(
        owner, *SIX, LONG, policy="provider", name="GO! technisch atheneum Sint-Pieters-Leeuw"
    )
    visitor = await visits.someone(**screen)
    page = visitor.page
    await page.goto("/")
    await expect(page.get_by_role("button", name="Aanmelden")).to_be_visible()
    await nothing_wrong(visitor, "1_sign_in")
    await signed_in(
        page, "iBasis/Alles schrijven", "iPersoneel/Alles lezen", place=school.whole_school
    )
    await expect(page.get_by_role("heading", name="Welke lijst wil je openen?")).to_be_visible()
    await nothing_wrong(visitor, "2_choosing")
    await page.goto(school.address)
    await visitor.rows(7)
    await nothing_wrong(visitor, "3_list")
    await page.get_by_label("Menu van").click()
    await expect(page.get_by_role("button", name="Afmelden")).to_be_visible()
    await nothing_wrong(visitor, "4_menu", opened=True)
    await page.keyboard.press("Escape")
    await visitor.header_box.click()
    await expect(visitor.dialog).to_be_visible()
    await nothing_wrong(visitor, "5_confirmation")
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 7 gebruikersnamen")
    await nothing_wrong(visitor, "6_released")


async def test_a_phone_shows_three_columns_and_the_rest_in_the_row(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **PHONE)
    await visitor.rows(6)
    heads = visitor.grid.get_by_role("columnheader")
    await expect(heads).to_have_count(3)
    for head, text in zip(await heads.all(), ("Naam", "Sync?", "Gebruikersnaam"), strict=True):
        await expect(head).to_contain_text(text)
    await visitor.row("Ameel Bert").get_by_text("Ameel", exact=True).tap()
    await expect(visitor.dialog).to_be_visible()
    for value in ("Bert", "Campus Noord", "6A"):
        await expect(visitor.dialog.get_by_text(value, exact=True).first).to_be_visible()
    await nothing_wrong(visitor, "drawer")


async def test_a_name_is_corrected_on_a_phone(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **PHONE)
    await visitor.rows(6)
    await visitor.row("Ameel Bert").get_by_text("bert.ameel").tap()
    editor = visitor.editor("Ameel Bert")
    change = visitor.page.get_by_role("button", name="Wijzigen")
    await expect(editor.or_(change).first).to_be_visible()
    if await change.is_visible():
        await change.tap()
    await editor.fill("mia.claes")
    await expect(visitor.page.get_by_role("button", name="mia.claes2")).to_be_visible()
    await nothing_wrong(visitor, "taken", opened=True)
    await visitor.page.get_by_role("button", name="mia.claes2").tap()
    await visitor.told("Gebruikersnaam 'mia.claes2' is opgeslagen")
    await nothing_wrong(visitor, "saved")
    assert (await school.name_of("Ameel Bert")).local_part == "mia.claes2"


async def test_sync_and_filters_on_a_phone(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **PHONE)
    await visitor.sync_box("Claes Mia").click()
    await visitor.told("Sync staat aan voor Claes Mia")
    assert await school.synced() == {"Claes Mia"}
    filters = visitor.page.get_by_role("button", name="Filters", exact=True)
    await filters.click()
    await visitor.dialog.get_by_label("Klas").fill("6B")
    await nothing_wrong(visitor, "filters")
    await visitor.dialog.get_by_role("button", name="Toepassen").click()
    await visitor.rows(3)
    await nothing_wrong(visitor, "filtered")


async def test_a_finger_finds_the_boxes(owner: Database, visits: Visits) -> None:
    """At least 24 by 24 pixels (WCAG 2.2, 2.5.8): nobody opens a row who wants to release it."""
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **PHONE)
    await visitor.rows(6)
    box = await visitor.sync_box("Claes Mia").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    await visitor.page.touchscreen.tap(box["x"] + box["width"] / 2 + 11, middle - 11)
    await visitor.told("Sync staat aan voor Claes Mia")
    await expect(visitor.dialog).to_have_count(0)


@pytest.mark.parametrize("screen", [{}, PHONE, ZOOMED], ids=["wide", "phone", "zoomed"])
async def test_a_message_leaves_the_buttons_of_a_dialog_free(
    owner: Database, visits: Visits, screen: dict[str, Any]
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **screen)
    await visitor.sync_box("Claes Mia").click()
    await visitor.told("Sync staat aan voor Claes Mia")
    if screen is PHONE:
        await visitor.row("Claes Mia").get_by_text("Claes", exact=True).tap()
    else:
        await visitor.page.get_by_role("button", name="Details van Claes Mia").click()
    await expect(visitor.dialog.get_by_role("button", name="Wijzigen")).to_be_visible()
    await visitor.screenshot("drawer")
    assert [fault for fault in await faults_of(visitor.page) if " is under " in fault] == []


async def test_sync_and_filters_at_200_percent(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **ZOOMED)
    await visitor.sync_box("Claes Mia").click()
    await visitor.told("Sync staat aan voor Claes Mia")
    assert await school.synced() == {"Claes Mia"}
    filters = visitor.page.get_by_role("button", name="Filters", exact=True)
    in_header = visitor.page.get_by_label("Filter op Klas", exact=True)
    await expect(filters.or_(in_header).first).to_be_visible()
    if await filters.is_visible():
        await filters.click()
        await visitor.dialog.get_by_label("Klas").fill("6B")
        await visitor.dialog.get_by_role("button", name="Toepassen").click()
    else:
        await in_header.fill("6B")
    await visitor.rows(3)
    await nothing_wrong(visitor, "filtered")


async def test_a_name_is_corrected_at_200_percent(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **ZOOMED)
    await visitor.edit("Verwee Jens", "jens.verwee", "mia.claes")
    proposal = visitor.page.get_by_role("button", name="mia.claes2")
    # Of the last row as of the first.
    await expect(proposal).to_be_in_viewport(ratio=1)
    await visitor.screenshot("taken")
    await proposal.click()
    await visitor.told("Gebruikersnaam 'mia.claes2' is opgeslagen")
    assert (await school.name_of("Verwee Jens")).local_part == "mia.claes2"
