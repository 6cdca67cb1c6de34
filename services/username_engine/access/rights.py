"""What a role allows in the list of usernames: the manual's table (M4.3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final


class Right(IntEnum):
    """Ordered: who may write may read, and of several roles the highest counts."""

    NONE = 0
    READ = 1
    WRITE = 2


class Group(StrEnum):
    """The two lists of usernames."""

    STUDENTS = "students"
    STAFF = "staff"


class Application(StrEnum):
    """The parts of the school's administration in which roles are given."""

    LEERLINGEN = "iLeerlingen"
    PERSONEEL = "iPersoneel"
    BASIS = "iBasis"

    @property
    def group(self) -> Group:
        """The list that its roles open."""
        return Group.STAFF if self is Application.PERSONEEL else Group.STUDENTS


ROLES: Final[Mapping[Application, Mapping[str, Right]]] = {
    Application.LEERLINGEN: {
        "Aanwezigheden": Right.NONE,
        "Schrijven zonder deliberatie": Right.WRITE,
        "Enkel inschrijven": Right.NONE,
        "Personalia lezen": Right.NONE,
        "Stages": Right.NONE,
        "Alles schrijven": Right.WRITE,
        "Algemeen lezen, rest schrijven": Right.WRITE,
        "Alles lezen": Right.READ,
    },
    Application.PERSONEEL: {
        "Enkel personalia lezen": Right.NONE,
        "Alles schrijven": Right.WRITE,
        "Alles lezen": Right.READ,
    },
    Application.BASIS: {
        "Algemeen lezen, rest schrijven": Right.WRITE,
        "Personalia lezen": Right.NONE,
        "Algemeen niet, rest lezen": Right.READ,
        "Alles schrijven": Right.WRITE,
        "Afwezigheden ingeven": Right.NONE,
        "Alles lezen": Right.READ,
        "iAanwezighedenLeerkrachten": Right.NONE,
    },
}
"""M4.3.2, in the manual's order."""


@dataclass(frozen=True, slots=True)
class CustomRole:
    """An "aangepaste rol": its own access where that is given, else that of the role below it."""

    access: Right | None = None
    based_on: str | None = None
    """A role of the manual in the same application."""


CustomRoles = Mapping[tuple[Application, str], CustomRole]


def right_of(application: str, role: str, custom_roles: CustomRoles) -> Right:
    """What `role` of `application` allows; NONE for what neither the manual nor the setting knows."""
    try:
        known = Application(application)
    except ValueError:
        return Right.NONE
    roles = ROLES[known]
    if role in roles:
        return roles[role]
    custom = custom_roles.get((known, role), CustomRole())
    if custom.access is not None:
        return custom.access
    return roles.get(custom.based_on or "", Right.NONE)
