"""Who is in the list in July, in August and during the year (M6.2), and that a new name comes by itself."""

from datetime import date

import pytest
from playwright.async_api import expect

from shared.database import Database
from tests.arranging import add_school_year, change_configuration
from tests.conftest import TestDatabase
from tests.username_engine.web.conftest import Visits, engine_on_a_port
from tests.username_engine.web.schools import SIX, School, a_school

NEXT_YEAR = "2025-26"


async def leaver_and_newcomer(owner: Database) -> School:
    """One leaves at Christmas, one on the last day; one starts in the next school year."""
    school = await a_school(owner)
    await school.enrol("Karel", "Kerstmis", "6A", end_date=date(2024, 12, 20))
    await school.enrol("Jonas", "Juni", "6A", end_date=date(2025, 6, 30))
    await add_school_year(
        owner,
        school.configuration,
        NEXT_YEAR,
        start_date=date(2025, 9, 1),
        end_date=date(2026, 6, 30),
    )
    await school.named()
    return school


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (date(2024, 10, 7), ["Juni", "Kerstmis"]),
        (date(2025, 6, 30), ["Juni"]),
        (date(2025, 7, 15), ["Juni"]),
    ],
    ids=["october", "last_day", "july"],
)
async def test_until_the_year_is_switched_its_last_day_is_shown(
    owner: Database, database: TestDatabase, visits: Visits, today: date, shown: list[str]
) -> None:
    school = await leaver_and_newcomer(owner)
    with engine_on_a_port(database, today) as engine:
        visitor = await visits.at(school, engine=engine)
        await visitor.rows(len(shown))
        await visitor.shows("Naam", shown)
        await visitor.screenshot("list")
        await visits.leave()


async def test_in_august_who_starts_in_september_is_shown(
    owner: Database, database: TestDatabase, visits: Visits
) -> None:
    school = await leaver_and_newcomer(owner)
    await school.enrol(
        "Sofie",
        "September",
        start_date=date(2025, 9, 1),
        school_year=NEXT_YEAR,
    )
    await school.enrol("Otto", "Oktober", start_date=date(2025, 10, 1), school_year=NEXT_YEAR)
    await change_configuration(owner, school.configuration, active_school_year=NEXT_YEAR)
    await school.named()
    with engine_on_a_port(database, date(2025, 8, 20)) as engine:
        visitor = await visits.at(school, engine=engine)
        await visitor.rows(1)
        await visitor.shows("Naam", ["September"])
        await visitor.screenshot("list")
        # And can be released.
        await visitor.sync_box("September Sofie").click()
        await visitor.told("Sync staat aan voor September Sofie")
        await visits.leave()


async def test_a_future_student_appears_on_the_day(
    owner: Database, database: TestDatabase, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    await school.enrol("Nora", "Wouters", "6B", start_date=date(2024, 10, 8))
    await school.named()
    visitor = await visits.at(school)
    await visitor.rows(6)
    with engine_on_a_port(database, date(2024, 10, 8)) as engine:
        visitor = await visits.at(school, engine=engine)
        await visitor.rows(7)
        await expect(visitor.row("Wouters Nora")).to_be_visible()
        await visits.leave()


async def test_a_new_name_appears_by_itself_and_is_marked(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in("iLeerlingen/Alles schrijven", place=school.label, clock=True)
    await visitor.rows(6)
    await expect(visitor.page.get_by_text("nieuw", exact=True)).to_have_count(0)
    await school.enrol("Nora", "Wouters", "6B")
    await school.named()
    # It looks every quarter of a minute.
    await visitor.page.clock.fast_forward(20_000)
    await visitor.rows(7)
    await expect(visitor.row("Wouters Nora").get_by_text("nieuw", exact=True)).to_be_visible()
    await expect(visitor.page.get_by_text("7 wachten op vrijgave")).to_be_visible()
    await visitor.screenshot("new")
    # Who listens hears of it.
    await expect(visitor.page.get_by_role("status").get_by_text("1 nieuwe")).to_have_count(1)


async def test_who_is_typing_is_not_disturbed(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in("iLeerlingen/Alles schrijven", place=school.label, clock=True)
    editor = await visitor.edit("Claes Mia", "mia.claes", "nog.niet.klaar")
    # It will stand above.
    await school.enrol("Nora", "Aerts", "6B")
    await school.named()
    async with visitor.page.expect_response(lambda answer: "/usernames?" in answer.url):
        await visitor.page.clock.fast_forward(20_000)
    await expect(editor).to_be_focused()
    await expect(editor).to_have_value("nog.niet.klaar")
    await editor.press("Enter")
    await visitor.told("Gebruikersnaam 'nog.niet.klaar' is opgeslagen")
    await visitor.rows(7)
    await expect(visitor.cell("Claes Mia", "nog.niet.klaar")).to_be_visible()
    await expect(visitor.row("Aerts Nora")).to_be_visible()
    assert (await school.name_of("Claes Mia")).local_part == "nog.niet.klaar"
    assert (await school.name_of("Aerts Nora")).version == 1


async def test_what_somebody_else_saves_appears_by_itself(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in("iLeerlingen/Alles schrijven", place=school.label, clock=True)
    await visitor.rows(6)
    other = await visits.at(school, "iBasis/Alles schrijven")
    await other.sync_box("Claes Mia").click()
    await other.told("Sync staat aan voor Claes Mia")
    editor = await other.edit("Ameel Bert", "bert.ameel", "b.ameel")
    await editor.press("Enter")
    await other.told("Gebruikersnaam 'b.ameel' is opgeslagen")
    await visitor.page.bring_to_front()
    await visitor.page.clock.fast_forward(20_000)
    await expect(visitor.cell("Ameel Bert", "b.ameel")).to_be_visible()
    await expect(visitor.sync_box("Claes Mia")).to_be_checked()
    await expect(visitor.header_box).to_be_checked(indeterminate=True)
    # Their rows are nobody's news.
    await expect(visitor.page.get_by_text("nieuw", exact=True)).to_have_count(0)


async def test_the_first_names_appear_in_an_empty_list(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    visitor = await visits.sign_in("iLeerlingen/Alles schrijven", place=school.label, clock=True)
    await expect(
        visitor.page.get_by_role("heading", name="Geen leerlingen met een actieve inschrijving")
    ).to_be_visible()
    await school.enrol("Nora", "Wouters", "6B")
    await school.named()
    await visitor.page.clock.fast_forward(20_000)
    await visitor.rows(1)
    await expect(visitor.row("Wouters Nora")).to_be_visible()
