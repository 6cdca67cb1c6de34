"""The rules of docs/bundle.md, as faults found in a bundle folder."""

import re
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.demo.reading import Row, day, read

# As docs/bundle.md has them: every column, which of them may be empty, the key.
FILES = {
    "schools": ("number name code", "code", "number"),
    "locations": (
        "school number name code main_structure active",
        "code main_structure active",
        "school number",
    ),
    "school_years": ("school_year start_date end_date", "", "school_year"),
    "persons": ("person given_name family_name birth_date", "birth_date", "person"),
    "enrolments": (
        "person school location school_year start_date end_date",
        "end_date",
        "person school location school_year start_date",
    ),
    "classes": ("class number kind code name school location school_year", "code name", "class"),
    "class_enrolments": ("person class start_date end_date", "end_date", "person class start_date"),
    "staff": (
        "person school school_year start_date end_date primary",
        "end_date primary",
        "person school school_year start_date",
    ),
    "class_duties": (
        "person class duty start_date end_date",
        "end_date",
        "person class duty start_date",
    ),
}
REFERENCES = (
    ("locations", "school", "schools", "number"),
    ("enrolments", "person", "persons", "person"),
    ("enrolments", "school location", "locations", "school number"),
    ("enrolments", "school_year", "school_years", "school_year"),
    ("classes", "school location", "locations", "school number"),
    ("classes", "school_year", "school_years", "school_year"),
    ("class_enrolments", "person", "persons", "person"),
    ("class_enrolments", "class", "classes", "class"),
    ("staff", "person", "persons", "person"),
    ("staff", "school", "schools", "number"),
    ("staff", "school_year", "school_years", "school_year"),
    ("class_duties", "person", "persons", "person"),
    ("class_duties", "class", "classes", "class"),
)


def key_of(row: Row, columns: str) -> tuple[str, ...]:
    return tuple(row[column] for column in columns.split())


def faults(folder: Path) -> list[str]:
    """Everything in the bundle that docs/bundle.md does not allow; one school year assumed."""
    tables = {table: read(folder, table) for table in FILES}
    return [*_columns(tables), *_references(tables), *_values(tables), *_dates(tables)]


def _columns(tables: dict[str, list[Row]]) -> Iterator[str]:
    for table, (columns, optional, key) in FILES.items():
        for row in tables[table]:
            if list(row) != columns.split():
                yield f"{table}: columns {list(row)}"
            yield from (
                f"{table}: {column} is empty"
                for column in set(columns.split()) - set(optional.split())
                if not row[column].strip()
            )
        keys = Counter(key_of(row, key) for row in tables[table])
        yield from (f"{table}: {found} twice" for found, times in keys.items() if times > 1)
    numbers = Counter(row["number"] for row in tables["classes"])
    yield from (f"class number {found} twice" for found, times in numbers.items() if times > 1)


def _references(tables: dict[str, list[Row]]) -> Iterator[str]:
    for table, columns, target, target_columns in REFERENCES:
        known = {key_of(row, target_columns) for row in tables[target]}
        used = {key_of(row, columns) for row in tables[table]}
        yield from (f"{table}: {columns} {missing} unknown" for missing in used - known)


def _values(tables: dict[str, list[Row]]) -> Iterator[str]:
    for row in tables["schools"]:
        if not re.fullmatch(r"[0-9]{6}", row["number"]):
            yield f"school number {row['number']}"
    for identifier in (
        *(row["person"] for row in tables["persons"]),
        *(row["class"] for row in tables["classes"]),
    ):
        if str(uuid.UUID(identifier)) != identifier or uuid.UUID(identifier).version != 4:
            yield f"not a UUID: {identifier}"
    if not {row["kind"] for row in tables["classes"]} <= {"class", "subgroup"}:
        yield "class kind"
    if not {row["active"] for row in tables["locations"]} <= {"true", "false"}:
        yield "location active"
    if not {row["primary"] for row in tables["staff"]} <= {"true", "false"}:
        yield "staff primary"
    if not all(row["duty"].isdecimal() for row in tables["class_duties"]):
        yield "duty number"


def _dates(tables: dict[str, list[Row]]) -> Iterator[str]:
    (year,) = tables["school_years"]
    first, last = date.fromisoformat(year["start_date"]), date.fromisoformat(year["end_date"])
    for table in ("enrolments", "class_enrolments", "staff", "class_duties"):
        for row in tables[table]:
            start, end = date.fromisoformat(row["start_date"]), day(row["end_date"], last)
            if not first <= start <= end <= last:
                yield f"{table}: {row['start_date']} to {row['end_date']}"
    for row in tables["persons"]:
        if day(row["birth_date"], date(2000, 1, 1)) >= first:
            yield f"persons: born {row['birth_date']}"
