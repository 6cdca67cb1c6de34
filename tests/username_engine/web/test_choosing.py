"""The lists one can choose from, and what stands there for who has none."""

from playwright.async_api import expect

from shared.database import Database
from tests.arranging import add_location
from tests.username_engine.web.conftest import READER, Visits
from tests.username_engine.web.schools import SIX, a_school

# Of a link: the words of the place, and what says that it is only to be read.
_OVERLAP = """(link) => {
    const rectOf = (node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getBoundingClientRect();
    };
    const texts = document.createTreeWalker(link, NodeFilter.SHOW_TEXT);
    const rects = [];
    while (texts.nextNode()) rects.push(rectOf(texts.currentNode));
    return rects.some((one, i) => rects.some((other, j) => i < j
        && one.left < other.right && other.left < one.right
        && one.top < other.bottom && other.top < one.bottom));
}"""


async def test_places_that_are_only_to_be_read_are_legible(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    number = school.place.school_number
    for nth, name in (("2", "Lindel"), ("3", "Molen"), ("4", "Sint-Pieters-Leeuw")):
        await add_location(owner, school.configuration, number, nth, name=name)
    visitor = await visits.sign_in(READER, place=school.whole_school)
    links = visitor.page.get_by_role("main").get_by_role("link")
    await expect(links).to_have_count(5)
    await visitor.screenshot("read_only")
    for link in await links.all():
        await expect(link).to_contain_text("alleen lezen")
        assert not await link.evaluate(_OVERLAP), await link.inner_text()


async def test_who_has_no_list_is_told_in_the_middle(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in("iLeerlingen/Stages", place=school.label)
    heading = visitor.page.get_by_role(
        "heading", level=1, name="Je hebt nog geen toegang tot een lijst"
    )
    await expect(heading).to_be_visible()
    place = await heading.bounding_box()
    assert place is not None
    assert abs(place["x"] + place["width"] / 2 - 1440 / 2) < 8
    await visitor.screenshot("none")


async def test_an_address_of_no_list_says_so(owner: Database, visits: Visits) -> None:
    """And shows nothing that could be done with a list."""
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(
        READER,
        place=school.label,
        path="/?configuration=none&group=students&at_school=1",
    )
    page = visitor.page
    await expect(page.get_by_role("heading", name="Deze lijst bestaat niet")).to_be_visible()
    await visitor.screenshot("no_such_list")
    await expect(page.get_by_text("Alleen lezen").locator("visible=true")).to_have_count(0)
    for button in ("Exporteren naar CSV", "Opnieuw proberen"):
        await expect(page.get_by_role("button", name=button)).to_have_count(0)
    await page.get_by_role("link", name="Kies een lijst").click()
    await visitor.rows(6)
