"""Who signs in at the development issuer: nobody real, with the roles that were chosen."""

import json
from collections.abc import Iterable, Iterator, Sequence
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
    """A school, or one of its locations, with what it and its configuration are called."""

    school: str
    location: str | None
    label: str
    configuration: str

    @property
    def key(self) -> str:
        """What a form sends for it; numbers are the source's own and may hold any character."""
        return json.dumps([self.school, self.location])


Role = tuple[str, str]
"""(application, role)."""


def role_keys() -> dict[str, Role]:
    """Every role of the manual by the text a form sends for it."""
    return {
        f"{application}/{role}": (application.value, role)
        for application, roles in ROLES.items()
        for role in roles
    }


@dataclass(frozen=True, slots=True)
class Person:
    """Roles, each at a place."""

    name: str
    roles: tuple[tuple[Role, Place], ...] = ()
    operator: bool = False

    @property
    def subject(self) -> str:
        """The same for the same choice, so that history tells the same person."""
        held = [(role, place.key) for role, place in self.roles]
        return str(uuid5(_NAMESPACE, repr((held, self.operator))))

    def claims(self) -> dict[str, Any]:
        """In the form of docs/access.md."""
        claims: dict[str, Any] = {
            "sub": self.subject,
            "name": self.name,
            ROLES_CLAIM: [
                {"application": application, "role": role, **_where(place)}
                for (application, role), place in self.roles
            ],
        }
        return {**claims, OPERATOR_CLAIM: OPERATOR_VALUE} if self.operator else claims


def chosen_person(roles: Sequence[Role], places: Sequence[Place], *, operator: bool) -> Person:
    """With all of the roles at all of the places, named after them."""
    named = [f"{application} {role}" for application, role in roles]
    if operator:
        named.append("beheerder")
    where = places[0].label if len(places) == 1 else "alle scholen"
    held = tuple((role, place) for role in roles for place in places)
    return Person(f"{'; '.join(named) or 'zonder rol'} ({where})", held, operator)


@dataclass(frozen=True, slots=True)
class Ready:
    """A person to sign in as by one button; `roles` in words."""

    key: str
    button: str
    roles: str
    person: Person


def ready_operator() -> Ready:
    roles = "Ziet en wijzigt alles, ook wat een hele configuratie aangaat"
    return Ready("operator", "Beheerder", roles, Person("Beheerder", operator=True))


def ready_at(place: Place, locations: Sequence[Place]) -> Iterator[Ready]:
    """Those of a whole school, for both of its lists."""
    for button, role in (("Schrijven", "Alles schrijven"), ("Lezen", "Alles lezen")):
        held = tuple(((application, role), place) for application in ("iLeerlingen", "iPersoneel"))
        yield Ready(
            json.dumps([role, place.school]),
            button,
            f"iLeerlingen en iPersoneel: {role}",
            Person(f"{button} {place.label}", held),
        )
    if len(locations) > 1:
        yield _of_several_roles(place, locations[0], locations[1])
    none = ("iLeerlingen", "Personalia lezen")
    yield Ready(
        json.dumps(["none", place.school]),
        "Geen toegang",
        "iLeerlingen: Personalia lezen",
        Person(f"Geen toegang {place.label}", ((none, place),)),
    )


def _of_several_roles(school: Place, first: Place, second: Place) -> Ready:
    held: Iterable[tuple[Role, Place]] = (
        (("iLeerlingen", "Alles schrijven"), first),
        (("iLeerlingen", "Alles lezen"), second),
        (("iPersoneel", "Alles lezen"), school),
    )
    return Ready(
        json.dumps(["several", school.school]),
        "Verschillende rollen",
        "schrijft leerlingen van één vestiging, leest die van een andere en het personeel",
        Person(f"Verschillende rollen {school.label}", tuple(held)),
    )


def _where(place: Place) -> dict[str, str]:
    where = {"school": place.school}
    return where if place.location is None else {**where, "location": place.location}
