"""The native bundle (docs/bundle.md): nine files, straight into the staging tables."""

from intake.checks import Checks, Reference
from intake.kinds import (
    BOOLEAN,
    CLASS_KIND,
    DATE,
    IDENTIFIER,
    SCHOOL_YEAR,
    SIX_DIGITS,
    TEXT,
    UUID,
    WHOLE_NUMBER,
)
from intake.records import FileSpec, may, must
from intake.scopes import IN_SCHOOL, IN_SCHOOL_AND_YEAR, OF_CLASS

SCHOOLS = FileSpec(
    "schools.csv",
    "stage_school",
    (must("number", "number", SIX_DIGITS), must("name", "name", TEXT), may("code", "code", TEXT)),
)
LOCATIONS = FileSpec(
    "locations.csv",
    "stage_location",
    (
        must("school", "school_number", IDENTIFIER),
        must("number", "number", IDENTIFIER),
        must("name", "name", TEXT),
        may("code", "code", TEXT),
        may("main_structure", "main_structure", IDENTIFIER),
        may("active", "active", BOOLEAN, default="true"),
    ),
)
SCHOOL_YEARS = FileSpec(
    "school_years.csv",
    "stage_school_year",
    (
        must("school_year", "sourced_id", SCHOOL_YEAR),
        must("start_date", "start_date", DATE),
        must("end_date", "end_date", DATE),
    ),
)
PERSONS = FileSpec(
    "persons.csv",
    "stage_person",
    (
        must("person", "id", UUID),
        must("given_name", "given_name", TEXT, personal=True),
        must("family_name", "family_name", TEXT, personal=True),
        may("birth_date", "birth_date", DATE, personal=True),
    ),
)
ENROLMENTS = FileSpec(
    "enrolments.csv",
    "stage_enrolment",
    (
        must("person", "person_id", UUID),
        must("school", "school_number", IDENTIFIER),
        must("location", "location_number", IDENTIFIER),
        must("school_year", "school_year", IDENTIFIER),
        must("start_date", "start_date", DATE),
        may("end_date", "end_date", DATE),
    ),
)
CLASSES = FileSpec(
    "classes.csv",
    "stage_class",
    (
        must("class", "id", UUID),
        must("number", "number", IDENTIFIER),
        must("kind", "kind", CLASS_KIND),
        may("code", "code", TEXT),
        may("name", "name", TEXT),
        must("school", "school_number", IDENTIFIER),
        must("location", "location_number", IDENTIFIER),
        must("school_year", "school_year", IDENTIFIER),
    ),
)
CLASS_ENROLMENTS = FileSpec(
    "class_enrolments.csv",
    "stage_class_enrolment",
    (
        must("person", "person_id", UUID),
        must("class", "class_id", UUID),
        must("start_date", "start_date", DATE),
        may("end_date", "end_date", DATE),
    ),
)
STAFF = FileSpec(
    "staff.csv",
    "stage_staff",
    (
        must("person", "person_id", UUID),
        must("school", "school_number", IDENTIFIER),
        must("school_year", "school_year", IDENTIFIER),
        must("start_date", "start_date", DATE),
        may("end_date", "end_date", DATE),
        may("primary", "is_primary", BOOLEAN, default="false"),
    ),
)
CLASS_DUTIES = FileSpec(
    "class_duties.csv",
    "stage_class_duty",
    (
        must("person", "person_id", UUID),
        must("class", "class_id", UUID),
        must("duty", "duty", WHOLE_NUMBER),
        must("start_date", "start_date", DATE),
        may("end_date", "end_date", DATE),
    ),
)
FILES = (
    SCHOOLS,
    LOCATIONS,
    SCHOOL_YEARS,
    PERSONS,
    ENROLMENTS,
    CLASSES,
    CLASS_ENROLMENTS,
    STAFF,
    CLASS_DUTIES,
)

_KEYS = (
    (SCHOOLS, ("number",)),
    (LOCATIONS, ("school_number", "number")),
    (SCHOOL_YEARS, ("sourced_id",)),
    (PERSONS, ("id",)),
    (
        ENROLMENTS,
        ("person_id", "school_number", "location_number", "school_year", "start_date"),
    ),
    (CLASSES, ("id",)),
    (CLASSES, ("number",)),
    (CLASS_ENROLMENTS, ("person_id", "class_id", "start_date")),
    (STAFF, ("person_id", "school_number", "school_year", "start_date")),
    (CLASS_DUTIES, ("person_id", "class_id", "duty", "start_date")),
)

# What the manual makes of a location's numbers (M, Bijlage 1); `school_year` is its own label.
COMPLETION = (
    (
        "update stage_location set identifier = ids.id, sourced_id = ids.id, type = 'school' from ("
        " select school_number, number, concat_ws('-', school_number, number, main_structure) as id"
        " from stage_location) ids where ids.school_number = stage_location.school_number"
        " and ids.number = stage_location.number"
    ),
    "update stage_school_year set label = sourced_id",
)

# By table of `sis`, where a row `t` that the bundle lacks is removed: within the bundle's schools and
# school years. Persons never: their enrolments are.
REMOVAL_SCOPES = {
    "location": IN_SCHOOL,
    "class": IN_SCHOOL_AND_YEAR,
    "enrolment": IN_SCHOOL_AND_YEAR,
    "staff": IN_SCHOOL_AND_YEAR,
    "class_enrolment": OF_CLASS,
    "class_duty": OF_CLASS,
}


async def check(checks: Checks, incomplete: frozenset[str]) -> None:
    """`incomplete`: files some records of which could not be read; what refers to them is not judged."""
    for spec, keys in _KEYS:
        await checks.unique(spec, keys)
    for spec in (SCHOOL_YEARS, ENROLMENTS, CLASS_ENROLMENTS, STAFF, CLASS_DUTIES):
        await checks.dates_in_order(spec)
    for target, reference in _references():
        if target.name not in incomplete:
            await checks.references(reference)
    await checks.unique(
        LOCATIONS,
        ("sourced_id",),
        # A location that is there twice is a fault already.
        "not exists (select from stage_location o where o.school_number = s.school_number"
        " and o.number = s.number and o.line < s.line)",
        made_of=("school_number", "number", "main_structure"),
    )


def _references() -> list[tuple[FileSpec, Reference]]:
    def to(target: FileSpec, key: str, spec: FileSpec, column: str) -> tuple[FileSpec, Reference]:
        expected = f"expected a key of {target.name}"
        return target, Reference(spec, (column,), target.table, (key,), expected)

    def to_location(spec: FileSpec) -> tuple[FileSpec, Reference]:
        return LOCATIONS, Reference(
            spec,
            ("school_number", "location_number"),
            LOCATIONS.table,
            ("school_number", "number"),
            f"expected a key of {LOCATIONS.name}",
            # An unknown school is a fault of its own.
            "exists (select from stage_school k where k.number = s.school_number)",
        )

    return [
        *(
            to(SCHOOLS, "number", s, "school_number")
            for s in (LOCATIONS, ENROLMENTS, CLASSES, STAFF)
        ),
        *(to_location(spec) for spec in (ENROLMENTS, CLASSES)),
        *(to(SCHOOL_YEARS, "sourced_id", s, "school_year") for s in (ENROLMENTS, CLASSES, STAFF)),
        *(
            to(PERSONS, "id", spec, "person_id")
            for spec in (ENROLMENTS, CLASS_ENROLMENTS, STAFF, CLASS_DUTIES)
        ),
        *(to(CLASSES, "id", spec, "class_id") for spec in (CLASS_ENROLMENTS, CLASS_DUTIES)),
    ]
