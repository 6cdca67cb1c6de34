"""An empty list says why it is empty, with the guide's causes (G "Troubleshooting")."""

from datetime import date

from playwright.async_api import expect

from shared.database import Database
from tests.arranging import add_location
from tests.username_engine.web.conftest import WRITER, Visits
from tests.username_engine.web.schools import SIX, a_school
from tests.username_engine.web.visitor import Visitor


async def says(visitor: Visitor, heading: str, *causes: str) -> None:
    await expect(visitor.page.get_by_role("heading", name=heading)).to_be_visible()
    for cause in causes:
        await expect(visitor.page.get_by_text(cause)).to_be_visible()
    await visitor.screenshot("why")


async def test_no_configuration(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    other = await a_school(owner)
    visitor = await visits.sign_in(
        operator=True, path=school.address_of(at_school=other.place.school_number)
    )
    cause = "Er is geen M365 koppeling/configuratie voor de aangemelde school/vestiging"
    await says(visitor, "Geen M365-koppeling", cause)


async def test_no_right(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    number = school.place.school_number
    south = await add_location(owner, school.configuration, number, "2", name="Campus Zuid")
    visitor = await visits.sign_in(
        WRITER,
        place=f"{school.label_of_school}, Campus Zuid",
        path=school.address,
    )
    assert south.number == "2"
    await says(
        visitor, "Geen rechten op deze lijst", "De gebruiker moet rechten hebben op het menu"
    )
    await expect(visitor.page.get_by_text("bert.ameel")).to_have_count(0)


async def test_no_active_enrolment(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    await school.enrol("Nora", "Wouters", "6B", start_date=date(2024, 11, 4))
    await school.named()
    visitor = await visits.sign_in(WRITER, place=school.label, path=school.address)
    await says(
        visitor,
        "Geen leerlingen met een actieve inschrijving",
        "(Tss 1/9 en 30/6) De leerling heeft een inschrijving met startdatum in de toekomst of de "
        "inschrijving heeft een einddatum in het verleden.",
        "De leerling heeft geen inschrijving in de geselecteerde school/vestiging voor het actieve "
        "schooljaar.",
    )


async def test_nobody_on_the_staff(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    visitor = await visits.sign_in("iPersoneel/Alles schrijven", place=school.whole_school)
    await says(
        visitor,
        "Geen personeelsleden in deze school",
        "Het personeelslid is niet gekoppeld aan de geselecteerde school.",
    )


async def test_names_being_made(owner: Database, visits: Visits) -> None:
    school = await a_school(owner)
    async with school.nobody_makes_names():
        await school.enrol("Nora", "Wouters", "6B")
        visitor = await visits.sign_in(WRITER, place=school.label, path=school.address, clock=True)
        await says(
            visitor,
            "De gebruikersnamen worden gemaakt",
            "De gebruikersnaam is nog niet aangemaakt na inschrijven van de leerling (kan tot 15 "
            "min. duren).",
        )
    await school.named()
    # And then they are there, by themselves.
    await visitor.page.clock.fast_forward(20_000)
    await visitor.rows(1)


async def test_no_match(owner: Database, visits: Visits) -> None:
    school = await a_school(owner, *SIX)
    visitor = await visits.at(school)
    await visitor.filter("Klas", "1Z")
    await says(visitor, "Geen rijen met deze filters", "Maak de zoekopdracht of de filters ruimer")
    # What was typed is there to be changed.
    await visitor.filter("Klas", "6A")
    await visitor.rows(3)
