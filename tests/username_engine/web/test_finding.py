"""Filter per column, search, sort, and the file of what is shown."""

import csv
from pathlib import Path

from playwright.async_api import expect

from shared.database import Database
from tests.username_engine.web.conftest import Visits
from tests.username_engine.web.schools import SIX, a_school
from tests.username_engine.web.visitor import Visitor


async def exported(visitor: Visitor) -> list[list[str]]:
    async with visitor.page.expect_download() as downloading:
        await visitor.page.get_by_role("button", name="Exporteren naar CSV").click()
    download = await downloading.value
    assert download.suggested_filename.endswith(".csv")
    return rows_of(Path(await download.path()))


def rows_of(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened, delimiter=";"))


async def test_each_column_has_its_filter(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.filter("Klas", "6b")
    await visitor.rows(3)
    await visitor.filter("Voornaam", "zoe")
    await visitor.rows(1)
    await visitor.shows("Naam", ["Peeters"])
    await expect(visitor.page.get_by_text("1 gebruikersnaam na filteren").first).to_be_visible()
    await visitor.screenshot("filtered")
    await visitor.page.get_by_role("button", name="Filters wissen").click()
    await visitor.rows(6)
    await expect(visitor.page.get_by_label("Filter op Klas")).to_have_value("")
    await expect(visitor.page.get_by_label("Filter op Voornaam")).to_have_value("")
    await visitor.sync_box("Claes Mia").click()
    await visitor.told("Sync staat aan voor Claes Mia")
    await visitor.page.get_by_label("Filter op Sync?").select_option("Aan")
    await visitor.rows(1)
    await visitor.shows("Naam", ["Claes"])


async def test_a_search_goes_over_all_columns(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.page.get_by_role("searchbox", name="Zoeken in alle kolommen").fill("6a benali")
    await visitor.rows(1)
    await visitor.shows("Naam", ["Benali"])
    await visitor.page.get_by_role("searchbox", name="Zoeken in alle kolommen").fill("niemand")
    await visitor.rows(0)
    await expect(
        visitor.page.get_by_role("heading", name="Geen rijen met deze filters")
    ).to_be_visible()
    await visitor.screenshot("nobody")
    await visitor.page.get_by_role("main").get_by_role("button", name="wissen").last.click()
    await visitor.rows(6)


async def test_a_column_is_sorted_both_ways(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.rows(6)
    head = visitor.column("Voornaam")
    await head.get_by_role("button").click()
    await expect(head).to_have_attribute("aria-sort", "ascending")
    await visitor.shows("Voornaam", sorted(given for given, _, _ in SIX))
    await head.get_by_role("button").click()
    await expect(head).to_have_attribute("aria-sort", "descending")
    await visitor.shows("Voornaam", sorted((g for g, _, _ in SIX), reverse=True))
    await visitor.screenshot("sorted")


async def test_the_file_is_what_is_shown(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.sync_box("Peeters Zoë").click()
    await visitor.told("Sync staat aan voor Peeters Zoë")
    await visitor.page.get_by_role("button", name="Kolommen").click()
    for column in ("School", "Geboortedatum", "Aangemaakt op"):
        await visitor.dialog.get_by_role("checkbox", name=column, exact=True).uncheck()
    await visitor.screenshot("columns")
    await visitor.dialog.get_by_role("button", name="Sluiten").last.click()
    await visitor.filter("Klas", "6B")
    await visitor.rows(3)
    await visitor.column("Voornaam").get_by_role("button").click()
    await expect(visitor.column("Voornaam")).to_have_attribute("aria-sort", "ascending")
    await visitor.shows("Voornaam", ["Jens", "Lotte", "Zoë"])
    headers = await visitor.headers()
    shown = [await visitor.texts(column) for column in headers]
    file = await exported(visitor)
    assert file == [headers, *map(list, zip(*shown, strict=True))]
    await visitor.told("Geëxporteerd naar CSV")
    await visitor.screenshot("exported")


async def test_rows_with_a_flag_are_one_press_away(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX, ("محمد", "علي", "6A"))
    visitor = await visits.at(school)
    await visitor.rows(7)
    flagged = visitor.page.get_by_role("button", name="1 aandachtspunt")
    await flagged.click()
    await visitor.rows(1)
    await visitor.screenshot("flagged")
    await visitor.shows("Naam", ["علي"])
    headers, *rows = await exported(visitor)
    assert [row[headers.index("Naam")] for row in rows] == ["علي"]
    # What is released is what is shown.
    await visitor.header_box.click()
    await visitor.told("Sync staat aan voor")
    assert await school.synced() == {"علي محمد"}
    await flagged.click()
    await visitor.rows(7)
