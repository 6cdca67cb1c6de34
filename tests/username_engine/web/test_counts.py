"""How many rows there are, as it is read aloud: never a number of something else."""

from playwright.async_api import Page

from shared.database import Database
from tests.username_engine.web.conftest import WRITER, Visits, signed_in_before
from tests.username_engine.web.schools import SIX, a_school

# Whatever a live region ever has in it.
_LISTEN = """
window.heard = [];
new MutationObserver(() => {
    for (const region of document.querySelectorAll('[role=status]')) {
        const text = region.textContent;
        if (text && !window.heard.includes(text)) window.heard.push(text);
    }
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


async def heard(page: Page) -> list[str]:
    """In this order, once each."""
    said: list[str] = await page.evaluate("window.heard")
    return said


async def test_only_the_count_of_what_was_asked_is_told(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.someone()
    page = visitor.page
    await page.add_init_script(_LISTEN)
    await signed_in_before(page.context.request, [WRITER], school.label, operator=False)
    await page.goto(school.address)
    await visitor.rows(6)
    await page.get_by_label("Zoeken in alle kolommen").fill("6B")
    await visitor.rows(3)
    assert await heard(page) == ["6 gebruikersnamen", "3 gebruikersnamen na filteren"]
