"""Messages stand at the top right, where they hide nothing that one needs."""

from typing import Any

import pytest
from playwright.async_api import FloatRect, Locator, expect

from shared.database import Database
from tests.username_engine.web.conftest import READER, WRITER, Visits, signed_in_before
from tests.username_engine.web.laid_out import faults_of
from tests.username_engine.web.schools import SIX, a_school
from tests.username_engine.web.test_small_screens import PHONE, ZOOMED
from tests.username_engine.web.visitor import Visitor

TABLET: dict[str, Any] = {"size": (1024, 768)}

# What has the focus is what one meets where it stands.
_FOCUS_IS_MET = """() => {
    const at = document.activeElement;
    const { left, right, top, bottom } = at.getBoundingClientRect();
    const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return at !== document.body && met !== null && (at.contains(met) || met.contains(at));
}"""

_IS_AT_THE_TOP = "() => document.querySelector('.notice').getBoundingClientRect().top < 40"


async def place_of(message: Locator) -> FloatRect:
    place = await message.bounding_box()
    assert place is not None
    return place


async def released(visitor: Visitor) -> None:
    """Everybody, with the message that offers to undo it."""
    await visitor.rows(6)
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Sync staat aan voor 6 gebruikersnamen")


@pytest.mark.parametrize(
    "screen", [{}, TABLET, PHONE, ZOOMED], ids=["wide", "tablet", "phone", "zoomed"]
)
async def test_a_message_covers_neither_toolbar_nor_table(
    owner: Database, visits: Visits, screen: dict[str, Any]
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **screen)
    await released(visitor)
    await visitor.screenshot("undo")
    await visitor.page.wait_for_function(_IS_AT_THE_TOP)
    assert await faults_of(visitor.page) == []


async def test_what_a_message_covers_is_seen_when_it_has_the_focus(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **TABLET)
    page = visitor.page
    await released(visitor)
    message = visitor.message("Sync staat aan voor 6")
    at_the_top = await place_of(message)
    await page.get_by_label("Menu van").focus()
    await page.wait_for_function(_FOCUS_IS_MET)
    await visitor.screenshot("aside")
    assert await place_of(message) != at_the_top
    await page.keyboard.press("Tab")
    await page.wait_for_function(_FOCUS_IS_MET)
    # And back again.
    await page.get_by_label("Zoeken in alle kolommen").focus()
    await page.wait_for_function(_IS_AT_THE_TOP)
    assert await place_of(message) == at_the_top


async def test_an_error_says_first_what_kind_it_is(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, **TABLET)
    visitor.complaints.server_may_fail = True
    await visitor.rows(6)
    await visitor.page.route("**/usernames/sync", lambda route: route.fulfill(status=503))
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.told("Opslaan sync mislukt")
    await visitor.told("Er ging iets mis op de server. Probeer het opnieuw.")
    await expect(visitor.messages.locator("strong")).to_have_text("Opslaan sync mislukt")
    await visitor.screenshot("error")
    assert await faults_of(visitor.page) == []


async def test_an_undo_is_offered_for_a_minute(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, clock=True)
    await released(visitor)
    undo = visitor.messages.get_by_role("button", name="Ongedaan maken")
    await visitor.page.clock.fast_forward(50_000)
    await expect(undo).to_be_visible()
    await visitor.page.clock.fast_forward(15_000)
    await expect(undo).to_have_count(0)


async def warned(visitor: Visitor) -> None:
    """Below are a failure of a drawer that is closed again, and what can be undone."""
    await released(visitor)
    await visitor.page.get_by_role("button", name="Details van Ameel Bert").click()
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.dialog).to_have_count(0)
    editor = await visitor.edit("Ameel Bert", "bert.ameel", "mia.claes")
    await editor.press("Enter")
    await visitor.told("De gebruikersnaam 'mia.claes' is niet opgeslagen")
    await editor.press("Escape")


async def test_messages_go_back_to_where_they_stood(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await warned(visitor)
    await expect(
        visitor.page.locator("#page").get_by_role("region", name="Meldingen")
    ).to_have_count(1)
    await expect(visitor.messages).to_have_count(1)


async def test_messages_are_gone_with_who_signs_out(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await warned(visitor)
    await visitor.page.get_by_label("Menu van").press("Enter")
    await visitor.page.get_by_role("button", name="Afmelden").press("Enter")
    await expect(visitor.page.get_by_role("button", name="Aanmelden")).to_be_visible()
    await expect(visitor.messages).to_have_count(0)
    await expect(visitor.page.get_by_text("mia.claes")).to_have_count(0)


async def test_the_next_person_meets_no_messages(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    context = visitor.page.context
    await warned(visitor)
    await signed_in_before(context.request, (WRITER, READER), school.label, operator=False)
    await (await context.new_page()).goto("/")
    await expect(visitor.page.get_by_role("button", name="Ongedaan maken")).to_have_count(0)
    await visitor.rows(6)
    await expect(visitor.messages).to_have_count(1)
    await expect(visitor.messages.get_by_role("button")).to_have_count(0)


async def test_messages_are_gone_with_their_language(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await warned(visitor)
    await visitor.page.get_by_label("Taal").first.select_option("en")
    await expect(visitor.page.get_by_role("grid", name="Usernames")).to_be_visible()
    await expect(visitor.messages).to_have_count(0)
    await expect(visitor.page.get_by_role("region", name="Messages")).to_have_count(1)
    await visitor.screenshot("english")
