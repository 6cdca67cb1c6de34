"""Whom a command on many usernames means: a place's students or staff, or single persons."""

from typing import Annotated

import typer

from services.username_engine.engine.usernames import Group
from services.username_engine.usernames.releasing import GroupAt, Persons

_GROUPS = {"students": Group.STUDENT, "staff": Group.STAFF}

Location = Annotated[str | None, typer.Option(help="A location, by its sourcedId.")]
School = Annotated[str | None, typer.Option(help="A school, by institution number.")]
GroupName = Annotated[str | None, typer.Option("--group", help="students or staff, of the place.")]
PersonIds = Annotated[
    list[str] | None,
    typer.Option("--person", help="A person, by id; can be given many times."),
]


def selection_of(
    location: str | None, school: str | None, group: str | None, persons: list[str] | None
) -> Persons | GroupAt:
    """Raises `typer.BadParameter`."""
    if sum(map(bool, (location, school, persons))) != 1:
        raise typer.BadParameter("give one of --location, --school and --person")
    if persons:
        if group:
            raise typer.BadParameter("--group goes with --location or --school")
        return Persons(persons)
    if group not in _GROUPS:
        raise typer.BadParameter("--group must be students or staff")
    return GroupAt(_GROUPS[group], location=location, school=school)
