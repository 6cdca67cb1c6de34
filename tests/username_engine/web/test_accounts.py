"""Accounts that the tenant has already: proposals are approved, and none is doubled unasked."""

import pytest
from playwright.async_api import FilePayload, Route, expect

from shared.database import Database
from tests.username_engine.looking import names_of
from tests.username_engine.tenant_files import imported
from tests.username_engine.web.conftest import READER, Visits
from tests.username_engine.web.schools import SIX, School, a_school
from tests.username_engine.web.visitor import Visitor

BERT = "b.ameel@school.be,Bert Ameel,Bert,Ameel,,"
MIA = "mclaes@school.be,Mia Claes,Mia,Claes,,"
FATIMA = "FBenali@school.be,Fatima Benali,Fatima,Benali,,"
DOMAINS = (
    "bert.ameel@school.be,Bert Ameel,Bert,Ameel,,",
    "fatima.benali@elsewhere.be,Fatima Benali,Fatima,Benali,,",
    "mia.claes@school.be,Mia Claes,Mia,Claes,,",
    "lotte.desmet@school.local,Lotte De Smet,Lotte,De Smet,,",
)
ZOE = "zoe.peeters@school.be,Zoe Peeters,Zoe,Peeters,,"
FILE = "\n".join(
    (
        "userPrincipalName,displayName,givenName,surname",
        "b.ameel@school.be,Bert Ameel,Bert,Ameel",
        "mclaes@school.be,Mia Claes,Mia,Claes",
    )
)


@pytest.fixture
async def school(owner: Database, engine_database: Database) -> School:
    """Six students, of whom three probably have an account."""
    school = await a_school(owner)
    await imported(engine_database, school.configuration, BERT, MIA, FATIMA)
    async with school.nobody_makes_names():
        for student in SIX:
            await school.enrol(*student)
    await school.named()
    return school


async def choose_file(visitor: Visitor, content: bytes) -> None:
    """In the dialog of the accounts, as an operator."""
    file = FilePayload(name="users.csv", mimeType="text/csv", buffer=content)
    await visitor.dialog.get_by_label("CSV-bestand").set_input_files(file)


async def test_one_is_approved(visits: Visits, school: School) -> None:
    visitor = await visits.at(school)
    button = visitor.page.get_by_role("button", name="Bestaande accounts")
    await expect(button).to_contain_text("3 voorstellen wachten op koppeling")
    await visitor.screenshot("waiting")
    await button.click()
    approve = visitor.dialog.get_by_role("button", name="b.ameel@school.be koppelen aan Ameel Bert")
    await expect(visitor.dialog.get_by_text("Zelfde namen").first).to_be_visible()
    await visitor.screenshot("proposed")
    await approve.click()
    await visitor.told("1 account gekoppeld")
    await expect(approve).to_have_count(0)
    await visitor.is_somewhere()
    await visitor.screenshot("approved")
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.cell("Ameel Bert", "b.ameel")).to_be_visible()
    await expect(button).to_contain_text("2 voorstellen wachten op koppeling")
    saved = await school.name_of("Ameel Bert")
    assert (saved.local_part, saved.sync) == ("b.ameel", False)


async def test_all_the_sure_ones_are_approved(visits: Visits, school: School) -> None:
    visitor = await visits.at(school)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    sure = visitor.dialog.get_by_text("zeker", exact=True)
    await expect(visitor.dialog.get_by_role("row")).to_have_count(4)
    count = await sure.count()
    assert count > 0
    await visitor.dialog.get_by_role("button", name=f"{count} zekere koppelen").click()
    await expect(visitor.dialog.last).to_contain_text(f"{count} accounts koppelen?")
    await visitor.screenshot("asked")
    await visitor.dialog.last.get_by_role("button", name="Koppelen", exact=True).click()
    await visitor.told(f"{count} accounts gekoppeld")
    await visitor.is_somewhere()
    assert (await school.name_of("Claes Mia")).local_part == "mclaes"


async def test_a_list_is_not_released_over_accounts_that_nobody_approved(
    visits: Visits, school: School
) -> None:
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    asked = visitor.dialog.filter(has_text="3 personen hebben waarschijnlijk al een account")
    await expect(asked).to_be_visible()
    await visitor.screenshot("asked")
    assert await school.synced() == set()
    await asked.get_by_role("button", name="Bestaande accounts nakijken").click()
    await expect(visitor.dialog.get_by_role("row")).to_have_count(4)
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.dialog).to_have_count(0)
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await asked.get_by_role("button", name="Toch aanzetten").click()
    await visitor.told("Sync staat aan voor 6 gebruikersnamen")
    assert len(await school.synced()) == 6


async def test_one_released_over_an_account_is_warned_of(visits: Visits, school: School) -> None:
    visitor = await visits.at(school)
    await visitor.sync_box("Ameel Bert").click()
    await visitor.told("Sync staat aan voor Ameel Bert")
    await visitor.told("al een account dat niemand goedgekeurd heeft")
    await visitor.screenshot("warned")
    assert await school.synced() == {"Ameel Bert"}


async def test_rows_to_look_at_are_filtered_released_and_exported(
    visits: Visits, school: School
) -> None:
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="3 aandachtspunten").click()
    await visitor.rows(3)
    await visitor.shows("Naam", ["Ameel", "Benali", "Claes"])
    async with visitor.page.expect_download() as download:
        await visitor.page.get_by_role("button", name="Exporteren naar CSV").click()
    lines = (await (await download.value).path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 4
    await visitor.header_box.click()
    await visitor.dialog.get_by_role("button", name="Sync aanzetten").click()
    await visitor.dialog.get_by_role("button", name="Toch aanzetten").click()
    await visitor.told("Sync staat aan voor 3 gebruikersnamen")
    assert await school.synced() == {"Ameel Bert", "Benali Fatima", "Claes Mia"}


async def test_an_operator_imports_a_file_after_seeing_what_it_would_do(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(operator=True, path=school.address)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    await expect(visitor.dialog).to_contain_text("Er zijn geen voorstellen voor deze lijst")
    await expect(visitor.dialog).to_contain_text("Voorstellen komen er na het inlezen")
    await visitor.screenshot("nothing_yet")
    await choose_file(visitor, FILE.encode())
    asked = visitor.dialog.filter(has_text="Dit bestand inlezen?").last
    await expect(asked).to_contain_text("2 accounts: 2 nieuw, 0 niet meer in het bestand.")
    await visitor.screenshot("asked")
    await asked.get_by_role("button", name="Inlezen").click()
    await visitor.told("2 accounts ingelezen")
    await expect(visitor.dialog.get_by_role("row")).to_have_count(3)
    await expect(visitor.dialog).to_contain_text("2 accounts bekend, ingelezen op")
    await visitor.screenshot("imported")
    await choose_file(visitor, b"name,colour\nx,y\n")
    await visitor.told("regel 1, kolom userPrincipalName: ontbreekt in de kopregel")
    await visitor.screenshot("refused")


async def test_the_faults_of_a_file_are_told_in_the_language_of_the_page(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(operator=True, path=school.address)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    await choose_file(
        visitor, b"userPrincipalName,surname\nameel,x\nmia@a.be,x\nMia@a.be,x\nan@a.be\n"
    )
    await visitor.told("regel 2, kolom userPrincipalName: is geen naam@domein")
    for fault in (
        "regel 4, kolom userPrincipalName: staat al op regel 3",
        "regel 5: heeft 1 waarde, de kopregel heeft er 2",
    ):
        await expect(visitor.message(fault)).to_be_visible()
    await visitor.screenshot("faults")
    # What was said in the dialog is not of the list behind it.
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.dialog).to_have_count(0)
    await expect(visitor.message("Inlezen is niet gelukt")).to_have_count(0)


async def test_accounts_of_others_leave_the_list_without_proposals(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.sign_in(operator=True, path=school.address)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    await choose_file(
        visitor, b"userPrincipalName,displayName\nsecretariaat@school.be,Secretariaat\n"
    )
    asked = visitor.dialog.filter(has_text="Dit bestand inlezen?").last
    await expect(asked).to_contain_text("1 account: 1 nieuw, 0 niet meer in het bestand.")
    await expect(asked).not_to_contain_text("gekoppeld account")
    await asked.get_by_role("button", name="Inlezen").click()
    await visitor.told("1 account ingelezen")
    await expect(visitor.dialog).to_contain_text("Er zijn geen voorstellen voor deze lijst")
    await expect(visitor.dialog).to_contain_text("geen van de ingelezen accounts")
    await expect(visitor.dialog).not_to_contain_text("Voorstellen komen er na het inlezen")
    await visitor.screenshot("nothing_for_this_list")


async def test_who_may_not_import_reads_where_proposals_come_from(
    owner: Database, visits: Visits
) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    await expect(visitor.dialog).to_contain_text("Er zijn geen voorstellen voor deze lijst")
    await expect(visitor.dialog).to_contain_text("vraag dan de beheerder om het in te lezen")
    await expect(visitor.dialog.get_by_text("CSV-bestand")).to_have_count(0)
    await visitor.screenshot("empty")


@pytest.fixture
async def domains(owner: Database, engine_database: Database) -> School:
    """Four students with sure accounts: one in another domain, one in a domain that none may have."""
    school = await a_school(owner, policy="provider")
    await imported(engine_database, school.configuration, *DOMAINS)
    async with school.nobody_makes_names():
        for student in SIX[:4]:
            await school.enrol(*student)
    await school.named()
    return school


async def test_those_are_counted_whom_the_engine_approves(visits: Visits, domains: School) -> None:
    visitor = await visits.at(domains)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    await expect(visitor.dialog.get_by_text("zeker", exact=True)).to_have_count(4)
    await visitor.screenshot("proposed")
    await visitor.dialog.get_by_role("button", name="Alle 2 zekere koppelen").click()
    await expect(visitor.dialog.last).to_contain_text("2 accounts koppelen?")
    await visitor.dialog.last.get_by_role("button", name="Koppelen", exact=True).click()
    await visitor.told("2 accounts gekoppeld")
    await expect(visitor.dialog.get_by_text("zeker", exact=True)).to_have_count(2)
    await expect(visitor.dialog.get_by_role("button", name="zekere koppelen")).to_have_count(0)


async def test_an_account_that_cannot_be_approved_says_why_and_has_no_button(
    visits: Visits, domains: School
) -> None:
    visitor = await visits.at(domains)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    barred = visitor.dialog.get_by_role("row").filter(has_text="lotte.desmet@school.local")
    await expect(barred).to_contain_text(
        "een gebruikersnaam mag hier het domein van het account niet hebben"
    )
    await expect(barred).not_to_contain_text("wordt vastgelegd")
    await expect(barred.get_by_role("button")).to_have_count(0)
    other = visitor.dialog.get_by_role("row").filter(has_text="fatima.benali@elsewhere.be")
    await expect(other).to_contain_text("Het domein elsewhere.be wordt vastgelegd")
    await other.get_by_role("button").click()
    await visitor.told("1 account gekoppeld")


async def test_where_others_approved_them_meanwhile_it_is_no_success(
    visits: Visits, domains: School
) -> None:
    visitor, other = await visits.at(domains), await visits.at(domains)
    for each in (visitor, other):
        await each.page.get_by_role("button", name="Bestaande accounts").click()
        await each.dialog.get_by_role("button", name="Alle 2 zekere koppelen").click()
    await other.dialog.last.get_by_role("button", name="Koppelen", exact=True).click()
    await other.told("2 accounts gekoppeld")
    await visitor.dialog.last.get_by_role("button", name="Koppelen", exact=True).click()
    await visitor.told("Er viel niets meer te koppelen")
    await expect(visitor.message("gekoppeld")).to_have_count(0)
    await expect(visitor.dialog.get_by_role("button", name="zekere koppelen")).to_have_count(0)
    await visitor.is_somewhere()
    await visitor.screenshot("nothing_approved")
    # It is of the accounts: the list behind them knows nothing of it.
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.dialog).to_have_count(0)
    await expect(visitor.message("Er viel niets meer te koppelen")).to_have_count(0)


async def test_what_was_proposed_since_is_not_linked_unseen(
    engine_database: Database, visits: Visits, domains: School
) -> None:
    visitor = await visits.at(domains)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    await visitor.dialog.get_by_role("button", name="Alle 2 zekere koppelen").click()
    await expect(visitor.dialog.last).to_contain_text("2 accounts koppelen?")
    async with domains.nobody_makes_names():
        await domains.enrol(*SIX[4])
    await imported(engine_database, domains.configuration, *DOMAINS, ZOE)
    await domains.named()
    before = await names_of(domains.owner, domains.configuration)
    await visitor.dialog.last.get_by_role("button", name="Koppelen", exact=True).click()
    await visitor.told("De lijst is intussen gewijzigd; er is niets opgeslagen")
    await expect(visitor.dialog.last).to_contain_text("3 accounts koppelen?")
    await visitor.screenshot("asked_again")
    assert await names_of(domains.owner, domains.configuration) == before
    # The new one is there to be looked at.
    await visitor.dialog.last.get_by_role("button", name="Annuleren").click()
    await expect(visitor.dialog.get_by_text("zoe.peeters@school.be")).to_be_visible()
    await visitor.dialog.get_by_role("button", name="Alle 3 zekere koppelen").click()
    await visitor.dialog.last.get_by_role("button", name="Koppelen", exact=True).click()
    await visitor.told("3 accounts gekoppeld")


async def test_a_second_press_while_it_links_does_nothing(visits: Visits, school: School) -> None:
    visitor = await visits.at(school)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    approve = visitor.dialog.get_by_role("button", name="b.ameel@school.be koppelen aan Ameel Bert")
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await visitor.page.route("**/proposals/approve", hold)
    await approve.click()
    await expect(visitor.dialog.get_by_text("Accounts worden gekoppeld")).to_be_visible()
    await approve.click()
    await visitor.dialog.get_by_role("button", name="zekere koppelen").click()
    await expect(visitor.dialog).to_have_count(1)
    await visitor.screenshot("linking")
    (one,) = held
    await one.continue_()
    await visitor.told("1 account gekoppeld")
    await expect(approve).to_have_count(0)
    assert len(held) == 1


async def test_what_is_pressed_in_a_row_is_one_line(
    owner: Database, engine_database: Database, visits: Visits
) -> None:
    school = await a_school(owner, policy="provider")
    account = "bartholomeus.vandenbroucke-vanderstraeten@leerling.een-lange-domeinnaam.school.be"
    names = ("Bartholomeus", "Vandenbroucke-Vanderstraeten")
    row = f"{account},{' '.join(names)},{names[0]},{names[1]},,"
    await imported(engine_database, school.configuration, row)
    async with school.nobody_makes_names():
        await school.enrol(*names, "6A")
    await school.named()
    visitor = await visits.at(school)
    await visitor.page.get_by_role("button", name="Bestaande accounts").click()
    approve = visitor.dialog.get_by_role("button", name=f"{account} koppelen")
    await expect(approve).to_be_visible()
    box = await approve.bounding_box()
    assert box is not None
    assert box["height"] < 40


async def test_a_flag_leads_to_the_accounts(visits: Visits, school: School) -> None:
    visitor = await visits.at(school)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="Details van Ameel Bert").click()
    await visitor.screenshot("drawer")
    await visitor.dialog.get_by_role("button", name="Bestaande accounts", exact=True).click()
    approve = visitor.dialog.get_by_role("button", name="b.ameel@school.be koppelen")
    await approve.click()
    await visitor.told("1 account gekoppeld")
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.dialog).to_have_count(0)
    assert "Ameel Bert" in await visitor.focused()


async def test_a_flag_leads_a_reader_nowhere(visits: Visits, school: School) -> None:
    visitor = await visits.at(school, READER)
    await visitor.rows(6)
    await visitor.page.get_by_role("button", name="Details van Ameel Bert").click()
    await expect(visitor.dialog).to_contain_text("Heeft waarschijnlijk al een account")
    await expect(visitor.dialog.get_by_role("button", name="Bestaande accounts")).to_have_count(0)


async def test_a_reader_is_not_led_to_what_he_cannot_approve(
    visits: Visits, school: School
) -> None:
    visitor = await visits.at(school, READER)
    await visitor.rows(6)
    await expect(visitor.page.get_by_role("button", name="Bestaande accounts")).to_have_count(0)
    await visitor.screenshot("reader")
