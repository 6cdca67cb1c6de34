"""The switch of configurations to another school year: one operation, all or nothing (M6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Table, and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.access.revisions import raise_counter, take_turn
from cli.access.stored import StoredConfiguration, known_configurations
from services.username_engine.usernames.configuration_events import record_change
from services.username_engine.usernames.events import OPERATOR
from shared.presence import participating_locations
from shared.tables import access, sis


@dataclass(frozen=True, slots=True)
class SchoolInYear:
    """What intake has brought of a school for a school year, at what takes part."""

    number: str
    students: int
    classes: int


@dataclass(frozen=True, slots=True)
class YearOfConfiguration:
    label: str
    is_imported: bool
    """Its dates are known."""
    schools: tuple[SchoolInYear, ...]

    @property
    def students(self) -> int:
        return sum(school.students for school in self.schools)

    @property
    def classes(self) -> int:
        return sum(school.classes for school in self.schools)


@dataclass(frozen=True, slots=True)
class Switch:
    """A configuration and its two years; nothing to do where they are the same."""

    configuration: str
    old: YearOfConfiguration
    new: YearOfConfiguration

    @property
    def is_change(self) -> bool:
        return self.old.label != self.new.label

    @property
    def missing(self) -> tuple[str, ...]:
        """What of the new year has not been imported: switched to, it would be missing in the
        feed. A school is compared with itself in the old year."""
        if not self.is_change:
            return ()
        if not self.new.is_imported:
            return (f"school year {self.new.label}",)
        missing: list[str] = []
        for old, new in zip(self.old.schools, self.new.schools, strict=True):
            if old.students and not new.students:
                missing.append(f"enrolments of school {old.number}")
            if old.classes and not new.classes:
                missing.append(f"classes of school {old.number}")
        if not missing and not self.new.students:
            missing.append("enrolments")
        return tuple(missing)

    @property
    def warnings(self) -> tuple[str, ...]:
        if not self.is_change:
            return ()
        warnings = [f"{what}: not imported yet" for what in self.missing]
        if self.new.label < self.old.label:
            warnings.append(f"{self.new.label} lies before {self.old.label}")
        if not warnings:
            warnings += [
                f"school {new.number} has less than half the students of {self.old.label}: "
                "is its import complete?"
                for old, new in zip(self.old.schools, self.new.schools, strict=True)
                if new.students * 2 < old.students
            ]
        return tuple(warnings)


class YearNotImportedError(Exception):
    """The new year's data is not there; nothing was switched."""

    def __init__(self, switches: Sequence[Switch]) -> None:
        super().__init__(", ".join(switch.configuration for switch in switches if switch.missing))
        self.switches = tuple(switches)


async def switch_year(
    connection: AsyncConnection, names: Collection[str], year: str, *, force: bool
) -> tuple[Switch, ...]:
    """Switches all of `names` to `year`, or none.

    Raises `UnknownConfigurationsError`, and without `force` `YearNotImportedError`.
    """
    await take_turn(connection)
    stored = await known_configurations(connection, names)
    await take_turn(connection, [configuration.id for configuration in stored.values()])
    switches = [
        Switch(
            name,
            await _year(connection, found, found.sheet.active_school_year),
            await _year(connection, found, year),
        )
        for name, found in stored.items()
    ]
    if not force and any(switch.missing for switch in switches):
        raise YearNotImportedError(switches)
    for switch in switches:
        if switch.is_change:
            await _write(connection, stored[switch.configuration].id, switch)
    return tuple(switches)


async def _write(connection: AsyncConnection, configuration_id: int, switch: Switch) -> None:
    table, year = access.configuration, switch.new.label
    await connection.execute(
        update(table).where(table.c.id == configuration_id).values(active_school_year=year)
    )
    await raise_counter(connection, configuration_id)
    await record_change(
        connection,
        configuration_id,
        OPERATOR,
        "year switch",
        {"active_school_year": switch.old.label},
        {"active_school_year": year},
    )


async def _year(
    connection: AsyncConnection, configuration: StoredConfiguration, label: str
) -> YearOfConfiguration:
    years = sis.school_year.c
    is_imported = select(
        exists().where(
            years.configuration_id == configuration.id,
            years.label == label,
            years.removed_at.is_(None),
        )
    )
    students = await _counts(connection, _students(configuration.id, label))
    classes = await _counts(connection, _classes(configuration.id, label))
    return YearOfConfiguration(
        label,
        bool((await connection.execute(is_imported)).scalar_one()),
        tuple(
            SchoolInYear(
                school.number, students.get(school.number, 0), classes.get(school.number, 0)
            )
            for school in configuration.sheet.ordered().schools
        ),
    )


async def _counts(connection: AsyncConnection, statement: Select[str, int]) -> dict[str, int]:
    return dict((await connection.execute(statement)).all())


def _per_school(
    table: Table, identifier: str, configuration_id: int, label: str
) -> Select[str, int]:
    """The distinct `identifier` of a year at participating locations, by school."""
    place, years = participating_locations(configuration_id), sis.school_year
    return (
        select(table.c.school_number, func.count(table.c[identifier].distinct()))
        .join(
            place,
            and_(
                place.c.school_number == table.c.school_number,
                place.c.number == table.c.location_number,
            ),
        )
        .join(
            years,
            and_(
                years.c.configuration_id == table.c.configuration_id,
                years.c.sourced_id == table.c.school_year,
                years.c.label == label,
                years.c.removed_at.is_(None),
            ),
        )
        .where(table.c.configuration_id == configuration_id, table.c.removed_at.is_(None))
        .group_by(table.c.school_number)
    )


def _students(configuration_id: int, label: str) -> Select[str, int]:
    return _per_school(sis.enrolment, "person_id", configuration_id, label)


def _classes(configuration_id: int, label: str) -> Select[str, int]:
    return _per_school(sis.class_, "id", configuration_id, label)
