"""The session runs out while somebody works: what was typed stays, and is saved afterwards."""

import pytest
from playwright.async_api import Page, Request, expect

from shared.database import Database
from tests.username_engine.looking import history_of
from tests.username_engine.web.conftest import READER, WRITER, Visits, signed_in_before
from tests.username_engine.web.schools import SIX, School, a_school
from tests.username_engine.web.visitor import Visitor

PERSON = "Ameel Bert"
OTHER = (WRITER, READER)
"""Who may write too, and is another person."""


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


async def _someone_else_signs_in(visitor: Visitor, school: School) -> Page:
    """In another tab, whose page is left as it is: who may write there too."""
    context = visitor.page.context
    tab = await context.new_page()
    await tab.goto("/")
    await tab.get_by_label("Menu van").click()
    await tab.get_by_text("Afmelden").click()
    await expect(tab.get_by_role("button", name="Aanmelden")).to_be_visible()
    await signed_in_before(context.request, OTHER, school.label, operator=False)
    return tab


async def _is_of_the_other(visitor: Visitor) -> None:
    """The list is shown anew, to who is signed in."""
    await expect(visitor.editor(PERSON)).to_have_count(0)
    await expect(visitor.dialog).to_have_count(0)
    await visitor.rows(6)
    await visitor.page.get_by_label("Menu van").click()
    name = await visitor.page.evaluate(
        "async () => (await (await fetch('/api/v1/me')).json()).name"
    )
    await expect(visitor.page.locator(".person-name")).to_have_text(name)


async def _nothing_is_stored(school: School) -> None:
    name = await school.name_of(PERSON)
    assert (name.local_part, name.version, name.sync) == ("bert.ameel", 1, False)
    history = await history_of(school.owner, school.configuration, school.persons[PERSON])
    assert [kind for kind, *_ in history] == ["created"]


@pytest.mark.parametrize("is_checked", [True, False], ids=["checked", "at_once"])
async def test_what_one_typed_is_not_saved_as_anothers(
    owner: Database, visits: Visits, is_checked: bool
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    await _someone_else_signs_in(visitor, school)
    await visitor.page.bring_to_front()
    if is_checked:
        async with visitor.page.expect_response("**/validate*"):
            await editor.press("x")
    else:
        await editor.press("Enter")
    await _is_of_the_other(visitor)
    await _nothing_is_stored(school)


async def test_a_box_pressed_by_one_is_not_saved_as_anothers(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    await _someone_else_signs_in(visitor, school)
    await visitor.sync_box(PERSON).click()
    await _is_of_the_other(visitor)
    await expect(visitor.messages).to_have_count(1)
    await _nothing_is_stored(school)


async def test_the_page_is_at_once_of_who_signed_in_elsewhere(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    tab = await _someone_else_signs_in(visitor, school)
    await tab.goto("/")
    await _is_of_the_other(visitor)
    await _nothing_is_stored(school)


async def test_closing_the_question_signs_nobody_else_in(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    context = visitor.page.context
    editor = await visitor.edit(PERSON, "bert.ameel", "b.ameel")
    await context.clear_cookies()
    await editor.press("Enter")
    await expect(visitor.dialog).to_contain_text("Je sessie is afgelopen")
    # While nobody is signed in, what was typed stays.
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.dialog).to_have_count(0)
    await expect(editor).to_have_value("b.ameel")
    await editor.press("Enter")
    await expect(visitor.dialog).to_contain_text("Je sessie is afgelopen")
    await signed_in_before(context.request, OTHER, school.label, operator=False)
    await visitor.page.keyboard.press("Escape")
    await _is_of_the_other(visitor)
    await _nothing_is_stored(school)


async def test_a_name_typed_in_the_drawer_is_not_saved_as_anothers(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    methods: set[str] = set()

    def sent(request: Request) -> None:
        methods.add(request.method)

    visitor.page.on("request", sent)
    await visitor.page.get_by_role("button", name=f"Details van {PERSON}").click()
    await visitor.dialog.get_by_role("button", name="Wijzigen").click()
    await visitor.editor(PERSON).fill("b.ameel")
    tab = await _someone_else_signs_in(visitor, school)
    await tab.goto("/")
    await _is_of_the_other(visitor)
    await _nothing_is_stored(school)
    assert "PATCH" not in methods


async def test_the_browser_asks_before_a_name_in_the_drawer_is_lost(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    page = visitor.page
    await page.get_by_role("button", name=f"Details van {PERSON}").click()
    await visitor.dialog.get_by_role("button", name="Wijzigen").click()
    await visitor.editor(PERSON).fill("b.ameel")
    async with page.expect_event("dialog") as asked:
        await page.evaluate("setTimeout(() => location.reload())")
    dialog = await asked.value
    assert dialog.type == "beforeunload"
    await dialog.dismiss()
    await expect(visitor.editor(PERSON)).to_have_value("b.ameel")
    await visitor.editor(PERSON).press("Escape")
    await page.reload()
    await visitor.rows(6)


async def test_where_nothing_may_be_kept_the_list_is_shown_all_the_same(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(WRITER, place=school.label)
    await visitor.page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"]) {
            Object.defineProperty(window, name, {
                get() { throw new DOMException("forbidden", "SecurityError"); },
            });
        }"""
    )
    await visitor.page.goto(school.address)
    await visitor.rows(6)
    await visitor.column("Voornaam").get_by_role("button").click()
    await expect(visitor.column("Voornaam")).to_have_attribute("aria-sort", "ascending")
