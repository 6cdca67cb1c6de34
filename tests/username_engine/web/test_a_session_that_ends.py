"""The session runs out while somebody works: what was typed stays, and is saved afterwards."""

from playwright.async_api import expect

from shared.database import Database
from tests.username_engine.web.conftest import WRITER, Visits, signed_in_before
from tests.username_engine.web.schools import SIX, a_school


async def test_what_was_typed_is_saved_after_signing_in_again(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    context = visitor.page.context
    editor = await visitor.edit("Ameel Bert", "bert.ameel", "b.ameel")
    await context.clear_cookies()
    await editor.press("Enter")
    await expect(visitor.dialog).to_contain_text("Je sessie is afgelopen")
    await visitor.screenshot("ended")
    async with context.expect_page() as opened:
        await visitor.dialog.get_by_role("button", name="Aanmelden in een nieuw tabblad").click()
    tab = await opened.value
    await tab.wait_for_load_state()
    # As the issuer's form would, without looking at it.
    await signed_in_before(context.request, (WRITER,), school.label, operator=False)
    await tab.goto("/")
    await expect(visitor.dialog).to_have_count(0)
    await visitor.told("Je bent opnieuw aangemeld")
    await visitor.page.bring_to_front()
    await expect(editor).to_have_value("b.ameel")
    await expect(editor).to_be_focused()
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    await visitor.screenshot("saved")
    assert (await school.name_of("Ameel Bert")).local_part == "b.ameel"


async def test_somebody_else_who_signs_in_sees_only_his_own(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    other = await a_school(owner, ("Nora", "Wouters"))
    visitor = await visits.at(school)
    await visitor.rows(6)
    context = visitor.page.context
    await context.clear_cookies()
    await visitor.sync_box("Ameel Bert").click()
    await expect(visitor.dialog).to_contain_text("Je sessie is afgelopen")
    await signed_in_before(
        context.request, ("iBasis/Alles schrijven",), other.label, operator=False
    )
    tab = await context.new_page()
    await tab.goto("/")
    await expect(visitor.dialog).to_have_count(0)
    await expect(visitor.page.get_by_text("Geen rechten op deze lijst")).to_be_visible()
