"""A deployment whose configuration holds one large school among others, for what a school's staff does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

import asyncpg
import httpx

from benchmarks.browsers import browser
from benchmarks.deployment import CONFIGURATION_ID, SCHOOL_YEAR, TODAY, Deployment, deployment
from demo import SizedBundle
from demo.configurations import Configuration, SchoolSheet
from demo.native_bundle import BundleWriter
from demo.population import Draft, Location, School
from demo.school import STUDENTS_PER_STAFF, LocationPlan, fill_school
from demo.school_year import calendar_of
from intake import import_bundle
from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import Group, Right

CONFIGURATION = "bench-schools"
_LARGE, _OTHERS, _OTHER_STUDENTS = "300000", 12, 2_000


@dataclass(frozen=True)
class LargeSchool:
    """The school; beside it a dozen others of 2,000 students are in the same configuration."""

    deployment: Deployment
    number: str = _LARGE

    @property
    def usernames(self) -> str:
        """Path of its list in the API."""
        return f"/api/v1/configurations/{CONFIGURATION}/usernames"

    def of(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Parameters for its students, all of them, unless they say otherwise."""
        place = {} if "at_location" in parameters else {"at_school": self.number}
        return {"group": "students", **place, **parameters}

    def signed_in(self) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        """A browser of somebody who may write in both of its lists."""
        grants = frozenset(Grant(group, Right.WRITE, self.number) for group in Group)
        return browser(self.deployment.engine_url, Principal("bench", "Benchmarks", grants=grants))


@asynccontextmanager
async def large_school(server_url: str, database: str, students: int) -> AsyncIterator[LargeSchool]:
    """Imported and named, in a database of its own in the server."""
    with TemporaryDirectory(prefix="rosterbridge-bench-") as folder:
        bundle = _bundle(Path(folder), students)
        async with deployment(server_url, database) as deployed:
            await deployed.configure(bundle)
            await import_bundle(deployed.operator, bundle.bundle, today=TODAY)
            await deployed.engine.create_missing(CONFIGURATION_ID, TODAY)
            owner = await asyncpg.connect(deployed.owner_url)
            # As on a server that has been up for a while.
            await owner.execute("vacuum analyze")
            await owner.close()
            yield LargeSchool(deployed)


def _bundle(folder: Path, students: int) -> SizedBundle:
    calendar = calendar_of(SCHOOL_YEAR, TODAY)
    class_numbers = count(1)
    sizes = [students, *[_OTHER_STUDENTS] * _OTHERS]
    numbers = [str(int(_LARGE) + place) for place in range(len(sizes))]
    with BundleWriter(folder / "bundle", calendar) as writer:
        for number, size in zip(numbers, sizes, strict=True):
            draft = Draft(Random(f"schools/{number}"), calendar, class_numbers)  # noqa: S311
            school = School(number, f"School {number}", f"S{number}")
            fill_school(draft, school, _plans(number, size), size // STUDENTS_PER_STAFF)
            writer.write(draft.rows)
    sheet = Configuration(
        name=CONFIGURATION,
        tenant_id=str(UUID(int=1)),
        active_school_year=SCHOOL_YEAR,
        schools=tuple(
            SchoolSheet(
                number,
                staff_domain=f"school{number}.be",
                student_domain=f"leerling.school{number}.be",
            )
            for number in numbers
        ),
        domain_for_students="provider",
        domain_for_staff="provider",
    )
    sheet.write(folder / "configurations")
    return SizedBundle(folder / "bundle", folder / "configurations", dict(writer.counts))


def _plans(number: str, students: int) -> tuple[LocationPlan, ...]:
    """Two locations, a third of the students at the second."""
    second = students // 3
    return (
        LocationPlan(Location(number, "1", "Hoofdgebouw", "H"), students - second),
        LocationPlan(Location(number, "2", "Stationsstraat", "S"), second),
    )
