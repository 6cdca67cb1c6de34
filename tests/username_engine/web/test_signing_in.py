"""Who comes in, what he may choose, and that the choice stands in the address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from shared.database import Database
from tests.arranging import add_staff
from tests.username_engine.web.conftest import READER, WRITER, Visits, signed_in
from tests.username_engine.web.schools import SIX, a_school


async def test_a_writer_with_one_location_is_at_its_list_at_once(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(WRITER, place=school.label)
    await visitor.rows(6)
    assert await visitor.headers() == [
        "Naam",
        "Voornaam",
        "Sync?",
        "Gebruikersnaam",
        "Domeinnaam",
        "School",
        "Vestiging",
        "Klas",
        "Geboortedatum",
        "Aangemaakt op",
    ]
    await visitor.shows("Naam", [family for _, family, _ in SIX])
    await expect(visitor.sync_box("Ameel Bert")).to_be_enabled()
    chosen = parse_qs(urlsplit(visitor.page.url).query)
    assert chosen["group"] == ["students"]
    assert school.place.sourced_id in chosen["at_location"]
    await visitor.screenshot("list")


async def test_a_reader_looks_and_changes_nothing(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school, READER)
    await visitor.rows(6)
    await expect(visitor.page.get_by_text("Alleen lezen").first).to_be_visible()
    await expect(visitor.grid.get_by_role("checkbox")).to_have_count(0)
    await expect(visitor.cell("Ameel Bert", "Uit")).to_be_visible()
    await visitor.cell("Ameel Bert", "bert.ameel").dblclick()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.editor("Ameel Bert")).to_have_count(0)
    await visitor.screenshot("read_only")


async def test_a_writer_of_the_staff_sees_the_staff(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX, policy="provider")
    await add_staff(owner, school.configuration, school.place.school_number)
    school.persons["De Smet An"] = ""
    await school.named()
    visitor = await visits.sign_in("iPersoneel/Alles schrijven", place=school.whole_school)
    await visitor.rows(1)
    await visitor.shows("Gebruikersnaam", ["an.desmet@staff.be"])
    await visitor.shows("Domeinnaam", ["staff.be"])
    await visitor.screenshot("staff")


async def test_an_operator_chooses_among_all_schools(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX, name="GO! basisschool De Bron")
    visitor = await visits.sign_in(operator=True)
    await expect(
        visitor.page.get_by_role("heading", name="Welke lijst wil je openen?")
    ).to_be_visible()
    await visitor.screenshot("choosing")
    await visitor.page.goto(school.address_of(at_school=school.place.school_number))
    await visitor.rows(6)
    await visitor.screenshot("school")


async def test_who_has_no_rights_is_told_so(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in("iLeerlingen/Stages", place=school.label)
    await expect(
        visitor.page.get_by_role("heading", name="Je hebt nog geen toegang tot een lijst")
    ).to_be_visible()
    await expect(visitor.grid).to_have_count(0)
    await visitor.screenshot("no_rights")


async def test_one_chooses_a_place_and_the_address_follows(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX, policy="provider")
    await add_staff(owner, school.configuration, school.place.school_number)
    school.persons["De Smet An"] = ""
    await school.named()
    visitor = await visits.sign_in(
        "iBasis/Alles schrijven", "iPersoneel/Alles lezen", place=school.whole_school
    )
    page = visitor.page
    await (
        page.get_by_role("main")
        .get_by_role("link", name="Leerlingen")
        .or_(page.get_by_role("main").get_by_role("button", name="Leerlingen"))
        .or_(page.get_by_text("Alle vestigingen"))
        .first.click()
    )
    await visitor.rows(6)
    students = page.url
    await page.get_by_role("banner").get_by_text("Personeel", exact=True).click()
    await visitor.rows(1)
    assert parse_qs(urlsplit(page.url).query)["group"] == ["staff"]
    await expect(page.get_by_text("Alleen lezen").first).to_be_visible()
    await page.go_back()
    await visitor.rows(6)
    assert page.url == students


@pytest.mark.parametrize("whole", [False, True], ids=["location", "school"])
async def test_a_bookmark_leads_to_its_list_after_signing_in(
    owner: Database, visits: Visits, whole: bool
) -> None:
    school = await a_school(owner, *SIX)
    place = (
        {"at_school": school.place.school_number}
        if whole
        else {"at_location": school.place.sourced_id}
    )
    visitor = await visits.someone()
    await visitor.page.goto(school.address_of(**place))
    await visitor.screenshot("signed_out")
    await signed_in(visitor.page, "iBasis/Alles schrijven", place=school.whole_school)
    await visitor.rows(6)
    chosen = parse_qs(urlsplit(visitor.page.url).query)
    assert {key: chosen[key] for key in place} == {key: [value] for key, value in place.items()}


async def test_one_signs_out(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    page = visitor.page
    await page.get_by_label("Menu van").click()
    await visitor.screenshot("menu")
    await page.get_by_text("Afmelden").click()
    await expect(page.get_by_role("button", name="Aanmelden")).to_be_visible()
    await expect(visitor.grid).to_have_count(0)
    # Nor does the address let anybody in.
    await page.goto(school.address)
    await expect(page.get_by_role("button", name="Aanmelden")).to_be_visible()
    await expect(visitor.grid).to_have_count(0)
