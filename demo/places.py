"""The school group's schools and locations, and their configurations."""

from random import Random

from demo.configurations import Configuration, LocationSheet, SchoolSheet
from demo.population import Location, School, uuid_of
from demo.school import LocationPlan

TENANT = "demo-tenant"
PROVIDER = "demo-provider"

LINDE = School("120345", "Atheneum De Linde", "LIND")
COLLEGE = School("001507", "College Ten Dale", "COLL")
VTI = School("042168", "VTI De Schans")

LINDELAAN = Location(LINDE.number, "1", "Lindelaan", "LL")
MOLENSTRAAT = Location(LINDE.number, "2", "Molenstraat", "MO")
BOVENBOUW = Location(COLLEGE.number, "1", "Bovenbouw", "BB")
EERSTE_GRAAD = Location(COLLEGE.number, "2", "Eerste graad", "EG")
NOORD = Location(VTI.number, "1", "Campus Noord", "N", main_structure="311")
KAAI = Location(VTI.number, "3", "Werkplaats Kaai", active=False)

SCHOOLS: tuple[tuple[School, tuple[LocationPlan, ...], int], ...] = (
    (
        LINDE,
        (
            LocationPlan(LINDELAAN, 205),
            LocationPlan(MOLENSTRAAT, 125, first_age=6, letters="jkl"),
        ),
        34,
    ),
    (COLLEGE, (LocationPlan(BOVENBOUW, 245), LocationPlan(EERSTE_GRAAD, 145)), 40),
    (VTI, (LocationPlan(NOORD, 190), LocationPlan(KAAI, 12, first_age=17)), 21),
)
"""Each school with its locations and the number of its staff."""


def tenant_configuration(seed: str, school_year: str) -> Configuration:
    """Microsoft adds the domain; Sync is on by default at one of the two locations."""
    return Configuration(
        name=TENANT,
        tenant_id=uuid_of(Random(f"{seed}/{TENANT}")),
        active_school_year=school_year,
        schools=(
            SchoolSheet(
                LINDE.number,
                (LocationSheet(LINDELAAN.number, True), LocationSheet(MOLENSTRAAT.number, False)),
            ),
        ),
        future_students="exclude",
        title_format="{startyear} {klas} {vestcode}",
    )


def provider_configuration(seed: str, school_year: str) -> Configuration:
    """We send the domain: a location's for students, a school's for staff."""
    college, first_grade, vti = "college-demo.be", "eerstegraad-demo.be", "vti-demo.be"
    return Configuration(
        name=PROVIDER,
        tenant_id=uuid_of(Random(f"{seed}/{PROVIDER}")),
        active_school_year=school_year,
        schools=(
            SchoolSheet(
                COLLEGE.number,
                (
                    LocationSheet(BOVENBOUW.number, True, college),
                    LocationSheet(EERSTE_GRAAD.number, False, first_grade),
                ),
                staff_domain=college,
            ),
            SchoolSheet(
                VTI.number,
                (
                    LocationSheet(NOORD.number, True, vti),
                    LocationSheet(KAAI.number, True, f"kaai.{vti}"),
                ),
                staff_domain=vti,
            ),
        ),
        maximum_length=64,
        domain_for_students="provider",
        domain_for_staff="provider",
        verified_domains=(college, first_grade, vti, f"kaai.{vti}", "scholengroep-demo.be"),
        removal_limit_percent=10,
    )
