"""Configurations, bundles and what `sis` holds, for the tests of intake."""

import csv
import functools
import secrets
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from intake.staging import SIS_TABLES
from shared.database import Database

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class TestConfiguration:
    __test__ = False

    id: int
    name: str
    schools: tuple[str, ...]


Configure = Callable[..., Awaitable[TestConfiguration]]


def school_number() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


async def make_configuration(owner: Database, *schools: str, **choices: Any) -> TestConfiguration:
    """A configuration of its own, as `configuration apply` would make it."""
    numbers = schools or (school_number(),)
    values = {
        "name": f"c-{secrets.token_hex(6)}",
        "tenant": uuid.uuid4(),
        "active_school_year": "2024-25",
        "usernames_from_source": "ignore",
        "student_domain_policy": "tenant",
        "staff_domain_policy": "tenant",
        "keep_guardians": False,
        "keep_demographics": False,
        "keep_user_flags": False,
        "removal_limit_percent": 10,
        **choices,
    }
    async with owner.transaction() as connection:
        made = await connection.execute(
            text(
                "insert into access.configuration (name, tenant_id, active_school_year,"
                " username_format, username_maximum_length, student_domain_policy,"
                " staff_domain_policy, usernames_from_source, verified_domains,"
                " future_students, class_title_format, enabled_user, keep_guardians,"
                " keep_demographics, keep_user_flags, removal_limit_percent)"
                " values (:name, :tenant, :active_school_year, '{voornaam}.{familienaam}', 75,"
                " :student_domain_policy, :staff_domain_policy, :usernames_from_source, '{}', true, '{klas}', false,"
                " :keep_guardians, :keep_demographics, :keep_user_flags,"
                " :removal_limit_percent) returning id"
            ),
            values,
        )
        number = made.scalar_one()
        for school in numbers:
            await connection.execute(
                text(
                    "insert into access.school (configuration_id, number, sync_by_default,"
                    " all_locations) values (:id, :number, false, true)"
                ),
                {"id": number, "number": school},
            )
    return TestConfiguration(number, str(values["name"]), numbers)


@pytest.fixture
def configure(owner: Database) -> Configure:
    return functools.partial(make_configuration, owner)


async def rows_of(owner: Database, table: str, configuration: TestConfiguration) -> Rows:
    """The rows of a table of `sis`, by key."""
    async with owner.transaction() as connection:
        found = await connection.execute(
            text(f'select * from sis."{table}" where configuration_id = :id order by 2, 3'),
            {"id": configuration.id},
        )
        return [dict(row) for row in found.mappings()]


async def standing(owner: Database, table: str, configuration: TestConfiguration) -> Rows:
    return [row for row in await rows_of(owner, table, configuration) if not row["removed_at"]]


async def revision_of(owner: Database, configuration: TestConfiguration) -> int | None:
    async with owner.transaction() as connection:
        found = await connection.execute(
            text("select revision from sis.revision where configuration_id = :id"),
            {"id": configuration.id},
        )
        return found.scalar_one_or_none()


async def digest(owner: Database, *configurations: TestConfiguration) -> str:
    """Of every row of `sis` of these configurations, and of their counters."""
    tables = [*(table.stored for table in SIS_TABLES), "sis.revision"]
    query = " union all ".join(
        f"select t::text as line from {table} t where configuration_id = any(:ids)"
        for table in tables
    )
    async with owner.transaction() as connection:
        found = await connection.execute(
            text(f"select md5(string_agg(line, chr(10) order by line)) from ({query}) q"),
            {"ids": [one.id for one in configurations]},
        )
        return str(found.scalar_one())


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


NATIVE_HEADERS = {
    "schools": ("number", "name", "code"),
    "locations": ("school", "number", "name", "code", "main_structure", "active"),
    "school_years": ("school_year", "start_date", "end_date"),
    "persons": ("person", "given_name", "family_name", "birth_date"),
    "enrolments": ("person", "school", "location", "school_year", "start_date", "end_date"),
    "classes": ("class", "number", "kind", "code", "name", "school", "location", "school_year"),
    "class_enrolments": ("person", "class", "start_date", "end_date"),
    "staff": ("person", "school", "school_year", "start_date", "end_date", "primary"),
    "class_duties": ("person", "class", "duty", "start_date", "end_date"),
}


def identifier(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


class NativeBundle:
    """A small native bundle that a test can change: rows as lists, by file."""

    def __init__(self, *schools: str, students: int = 6, seed: int = 1) -> None:
        random = Random(seed)
        self.files: dict[str, list[list[Any]]] = {name: [] for name in NATIVE_HEADERS}
        self.files["school_years"].append(["2024-25", "2024-09-01", "2025-06-30"])
        for position, school in enumerate(schools):
            self._add_school(school, position, students, random)

    def _add_school(self, school: str, position: int, students: int, random: Random) -> None:
        files = self.files
        files["schools"].append([school, f"School {school}", "SC"])
        files["locations"].append([school, "1", "Kerkstraat", "KS", "", "true"])
        files["locations"].append([school, "2", "Markt", "", "311", ""])
        school_class = identifier(random)
        number = f"{school}{position}"
        files["classes"].append([school_class, number, "class", "1A", "1A", school, "1", "2024-25"])
        for _ in range(students):
            person = identifier(random)
            files["persons"].append([person, "Noor", "Ameel", "2012-03-04"])
            files["enrolments"].append([person, school, "1", "2024-25", "2024-09-01", ""])
            files["class_enrolments"].append([person, school_class, "2024-09-01", ""])
        teacher = identifier(random)
        files["persons"].append([teacher, "Bert", "D'Hondt", ""])
        files["staff"].append([teacher, school, "2024-25", "2024-09-01", "", "true"])
        files["class_duties"].append([teacher, school_class, 2, "2024-09-01", ""])

    def __getitem__(self, name: str) -> list[list[Any]]:
        return self.files[name]

    def write(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        for name, header in NATIVE_HEADERS.items():
            write_csv(folder / f"{name}.csv", header, self.files[name])
        return folder
