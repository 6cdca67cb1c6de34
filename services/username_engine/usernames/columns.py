"""The rows and the ten columns of the list of usernames (M4.3.3). Pure."""

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

NO_CLASS: Final = "<Geen>"
"""A student who is in no class yet (M4.3.3)."""


class Column(StrEnum):
    """The keys of the columns, in the order in which the manual shows them."""

    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    SYNC = "sync"
    USERNAME = "username"
    DOMAIN = "domain"
    SCHOOL = "school"
    LOCATION = "location"
    CLASS = "class"
    BIRTH_DATE = "birth_date"
    CREATED_ON = "created_on"

    @property
    def place(self) -> int:
        """Where a `ListRow` has it."""
        return _PLACES[self]

    @property
    def header(self) -> str:
        """The manual's name of it."""
        return _HEADERS[self]


class ListRow(NamedTuple):
    """A person with a username, as the list shows him at one place; a tuple, for its cost."""

    person: str
    family_name: str
    given_name: str
    sync: bool
    username: str
    """As stored: with a domain only where one is fixed to it."""
    domain: str | None
    """The default of the location or school where the provider assigns it."""
    school: str
    location: str | None
    class_: str | None
    """`NO_CLASS` for a student without one."""
    birth_date: date | None
    created_on: date
    """In Brussels."""
    flags: tuple[str, ...]
    version: int
    editable: bool = False
    """Whether the caller may change it; nobody may in what is kept for many callers."""


_PLACES: Final = {column: place for place, column in enumerate(Column, start=1)}
_HEADERS: Final = dict(
    zip(
        Column,
        (
            "Naam",
            "Voornaam",
            "Sync?",
            "Gebruikersnaam",
            "Domeinnaam",
            "School",
            "Vestiging",
            "Klas",
            "Geboortedatum",
            "Aangemaakt op",
        ),
        strict=True,
    )
)
