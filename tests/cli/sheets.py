"""Intake sheets as a school fills them in, with names and numbers that no other test has."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.arranging import YEAR, random_school_number


@dataclass
class Sheet:
    """A sheet whose parts a test replaces; `text` is the file."""

    name: str = field(default_factory=lambda: f"configuration-{secrets.token_hex(6)}")
    tenant_id: str = field(default_factory=lambda: str(uuid4()))
    school: str = field(default_factory=random_school_number)
    active_school_year: str = YEAR
    usernames: dict[str, str] = field(
        default_factory=lambda: {
            "format": '"{voornaam}.{familienaam}"',
            "maximum_length": "64",
            "domain_for_students": '"tenant"',
            "domain_for_staff": '"tenant"',
        }
    )
    future: str = "exclude"
    rest: str = ""
    """Further tables, before the schools."""
    schools: str | None = None
    """All of the schools' tables, instead of `school` alone."""

    @property
    def text(self) -> str:
        usernames = "\n".join(f"{key} = {value}" for key, value in self.usernames.items())
        return f"""
name = "{self.name}"
tenant_id = "{self.tenant_id}"
active_school_year = "{self.active_school_year}"
[usernames]
{usernames}
[students]
future = "{self.future}"
{self.rest}
{self.schools if self.schools is not None else school_table(self.school)}
"""

    def write(self, folder: Path) -> Path:
        path = folder / f"{self.name}.toml"
        path.write_text(self.text, encoding="utf-8")
        return path


def school_table(number: str, keys: str = "", **locations: str) -> str:
    """A school; `locations` are their further keys by number, such as `at_1="…"`."""
    table = f'[[schools]]\nnumber = "{number}"\n{keys}\n'
    for at, more in locations.items():
        table += f'  [[schools.locations]]\n  number = "{at.removeprefix("at_")}"\n  {more}\n'
    return table
