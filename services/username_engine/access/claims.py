"""A person's rights as the issuer's claims give them; the claims' names are settings (docs/access.md)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from services.username_engine.access.principal import Grant, Principal
from services.username_engine.access.rights import (
    ROLES,
    Application,
    CustomRole,
    CustomRoles,
    Right,
    right_of,
)
from shared.settings import CustomRoleSetting, EngineSettings, SettingsError

# A session has to fit in a cookie.
_MAXIMUM_NAME = 200


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Where in the claims a person's name, roles and being an operator are found."""

    name: str
    roles: str
    application: str
    role: str
    school: str
    location: str
    operator: str | None
    operator_value: str | None

    @classmethod
    def of(cls, settings: EngineSettings) -> Self:
        return cls(
            name=settings.oidc_name_claim,
            roles=settings.oidc_roles_claim,
            application=settings.oidc_application_field,
            role=settings.oidc_role_field,
            school=settings.oidc_school_field,
            location=settings.oidc_location_field,
            operator=settings.oidc_operator_claim,
            operator_value=settings.oidc_operator_value,
        )


@dataclass(frozen=True, slots=True)
class ClaimsReader:
    names: ClaimNames
    custom_roles: CustomRoles

    @classmethod
    def of(cls, settings: EngineSettings) -> Self:
        """Raises `SettingsError`."""
        return cls(ClaimNames.of(settings), custom_roles_of(settings.custom_roles))

    def principal(self, claims: Mapping[str, Any]) -> Principal:
        """Of claims that were verified. What does not have the documented form gives no right."""
        name = claims.get(self.names.name)
        return Principal(
            subject=str(claims["sub"]),
            name=_shown(name) if isinstance(name, str) else "",
            operator=self._is_operator(claims),
            grants=frozenset(self._grants(claims.get(self.names.roles))),
        )

    def _is_operator(self, claims: Mapping[str, Any]) -> bool:
        if self.names.operator is None or self.names.operator_value is None:
            return False
        held = claims.get(self.names.operator)
        return self.names.operator_value in (held if isinstance(held, list) else [held])

    def _grants(self, entries: object) -> Iterator[Grant]:
        if not isinstance(entries, list):
            return
        for entry in map(_opened, entries):
            grant = self._grant(entry)
            if grant is not None and grant.right is not Right.NONE:
                yield grant

    def _grant(self, entry: Mapping[str, Any]) -> Grant | None:
        application, role = entry.get(self.names.application), entry.get(self.names.role)
        school, location = entry.get(self.names.school), entry.get(self.names.location)
        if not all(map(_is_text, (application, role, school))):
            return None
        # A number, or an empty text, must not become the right to a whole school.
        if location is not None and not _is_text(location):
            return None
        right = right_of(str(application), str(role), self.custom_roles)
        if right is Right.NONE:
            return None
        return Grant(Application(str(application)).group, right, str(school), location)


def _is_text(value: object) -> bool:
    """Some characters, all of them such as a database and a cookie take."""
    return isinstance(value, str) and value != "" and value.isprintable()


def _shown(name: str) -> str:
    """On one line, of what can be shown and kept: it goes into the history."""
    spaced = " ".join(name.split())
    return "".join(each for each in spaced if each.isprintable())[:_MAXIMUM_NAME]


def _opened(entry: object) -> Mapping[str, Any]:
    """An entry; some issuers write each as a text that holds JSON."""
    if isinstance(entry, str):
        try:
            entry = json.loads(entry)
        except (ValueError, RecursionError):
            return {}
    return entry if isinstance(entry, dict) else {}


_ACCESS = {"none": Right.NONE, "read": Right.READ, "write": Right.WRITE}


def custom_roles_of(settings: Iterable[CustomRoleSetting]) -> CustomRoles:
    """Raises `SettingsError` for a role of the manual's, one given twice, and a base unknown to it."""
    roles: dict[tuple[Application, str], CustomRole] = {}
    faults = []
    for setting in settings:
        application = Application(setting.application)
        key, of_the_manual = (application, setting.role), ROLES[application]
        if setting.role in of_the_manual:
            faults.append(f"{setting.role} of {application} is the manual's own role")
        if setting.based_on is not None and setting.based_on not in of_the_manual:
            faults.append(f"{setting.role} of {application} is based on no role of the manual")
        if key in roles:
            faults.append(f"{setting.role} of {application} is there twice")
        access = None if setting.access is None else _ACCESS[setting.access]
        roles[key] = CustomRole(access, setting.based_on)
    if faults:
        raise SettingsError("\n".join(f"ROSTERBRIDGE_CUSTOM_ROLES: {fault}" for fault in faults))
    return roles
