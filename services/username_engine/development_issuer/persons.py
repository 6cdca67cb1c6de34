"""Who signs in at the development issuer: nobody real, with the roles that were ticked."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from services.username_engine.access.rights import ROLES

OPERATOR_CLAIM = "rosterbridge_operator"
OPERATOR_VALUE = "yes"
ROLES_CLAIM = "rosterbridge_roles"
_NAMESPACE = UUID("5d0c2b0e-3a55-4a6f-9d0c-3f6f3d1f0a55")


@dataclass(frozen=True, slots=True)
class Place:
    """A school, or one of its locations, with what it is called."""

    school: str
    location: str | None
    label: str

    @property
    def key(self) -> str:
        """What a form sends for it; numbers are the source's own and may hold any character."""
        return json.dumps([self.school, self.location])


def role_keys() -> dict[str, tuple[str, str]]:
    """Every role of the manual by the text a form sends for it."""
    return {
        f"{application}/{role}": (application.value, role)
        for application, roles in ROLES.items()
        for role in roles
    }


@dataclass(frozen=True, slots=True)
class Person:
    """Roles as (application, role), all at the same places."""

    roles: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]
    operator: bool

    @property
    def subject(self) -> str:
        """The same for the same choice, so that history tells the same person."""
        return str(uuid5(_NAMESPACE, repr((self.roles, self._keys(), self.operator))))

    @property
    def name(self) -> str:
        roles = [f"{application} {role}" for application, role in self.roles]
        if self.operator:
            roles.append("beheerder")
        where = self.places[0].label if len(self.places) == 1 else "alle scholen"
        return f"{'; '.join(roles) or 'zonder rol'} ({where})"

    def claims(self) -> dict[str, Any]:
        """In the form of docs/access.md."""
        claims: dict[str, Any] = {
            "sub": self.subject,
            "name": self.name,
            ROLES_CLAIM: [
                {"application": application, "role": role, **_where(place)}
                for application, role in self.roles
                for place in self.places
            ],
        }
        return {**claims, OPERATOR_CLAIM: OPERATOR_VALUE} if self.operator else claims

    def _keys(self) -> Iterable[str]:
        return [place.key for place in self.places]


def _where(place: Place) -> dict[str, str]:
    where = {"school": place.school}
    return where if place.location is None else {**where, "location": place.location}
