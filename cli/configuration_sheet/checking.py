"""Sheets against each other and against the configurations there are: who may have what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cli.configuration_sheet.mistakes import Mistake
from cli.configuration_sheet.reading import UNREADABLE_TENANT
from cli.configuration_sheet.sheet import ConfigurationSheet


@dataclass(frozen=True, slots=True)
class Claims:
    """What configurations in the database have of what the sheets ask for; values are names."""

    tenants: Mapping[UUID, str]
    schools: Mapping[str, str]
    school_years: Mapping[str, str]
    """The active school year by configuration."""


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A sheet with the name of its file; None where the file could not be read as TOML."""

    file: str
    sheet: ConfigurationSheet | None


def check_claims(files: Sequence[SheetFile], claims: Claims) -> list[list[Mistake]]:
    """The mistakes of each file. A school or tenant may go from one configuration to another when
    both are among the files: then what they say holds, not what the database has."""
    check = _Check(files, claims)
    return [list(check.mistakes(file)) for file in files]


class _Check:
    def __init__(self, files: Sequence[SheetFile], claims: Claims) -> None:
        self._claims = claims
        self._names = {file.sheet.name for file in files if file.sheet}
        self._file_of_name: dict[str, str] = {}
        self._file_of_tenant: dict[UUID, str] = {}
        self._file_of_school: dict[str, str] = {}

    def mistakes(self, file: SheetFile) -> Iterator[Mistake]:
        """Of the files in turn; a file that asks for what an earlier one has is the mistaken one."""
        sheet = file.sheet
        if sheet is None:
            return
        if sheet.name:
            yield from self._name(file.file, sheet)
        if sheet.tenant_id != UNREADABLE_TENANT:
            yield from self._tenant(file.file, sheet)
        for index, school in enumerate(sheet.schools, start=1):
            if school.number:
                yield from self._school(file.file, sheet.name, index, school.number)

    def _name(self, file: str, sheet: ConfigurationSheet) -> Iterator[Mistake]:
        other = self._file_of_name.setdefault(sheet.name, file)
        if other != file:
            yield Mistake("name", f"{sheet.name} is in {other} too", "each configuration once")
        year = self._claims.school_years.get(sheet.name)
        if year and sheet.active_school_year and year != sheet.active_school_year:
            yield Mistake(
                "active_school_year",
                f"the configuration serves {year}, and a sheet does not switch it",
                f"{year}, or first: rosterbridge year switch {sheet.name} "
                f"{sheet.active_school_year}",
            )

    def _tenant(self, file: str, sheet: ConfigurationSheet) -> Iterator[Mistake]:
        other = self._file_of_tenant.setdefault(sheet.tenant_id, file)
        holder = self._holder(file, other, sheet.name, self._claims.tenants.get(sheet.tenant_id))
        if holder:
            yield Mistake(
                "tenant_id", f"the tenant belongs to {holder}", "a tenant in one configuration only"
            )

    def _school(self, file: str, name: str, index: int, number: str) -> Iterator[Mistake]:
        other = self._file_of_school.setdefault(number, file)
        holder = self._holder(file, other, name, self._claims.schools.get(number))
        if holder:
            yield Mistake(
                f"schools[{index}].number",
                f"the school belongs to {holder}",
                "a school in one configuration only",
                f"school {number}",
            )

    def _holder(self, file: str, other: str, name: str, stored: str | None) -> str | None:
        if other != file:
            return f"the configuration in {other}"
        if stored and stored != name and stored not in self._names:
            return f"configuration {stored}"
        return None
