"""Usernames as values: a local part, a domain where one is fixed to it, and who assigns it."""

from dataclasses import dataclass
from enum import StrEnum

from services.username_engine.engine.local_parts import fold


class Group(StrEnum):
    """What a person is in a configuration. Someone who is both is treated as staff."""

    STUDENT = "student"
    STAFF = "staff"
    BOTH = "both"

    @property
    def is_staff(self) -> bool:
        return self is not Group.STUDENT


class DomainPolicy(StrEnum):
    """Who assigns the domain (M4.2)."""

    TENANT = "tenant"
    """School Data Sync or Microsoft 365 adds it; none is sent."""
    PROVIDER = "provider"
    """It is sent with the name."""


@dataclass(frozen=True, slots=True)
class DomainPolicies:
    """A configuration's policy for each group."""

    students: DomainPolicy
    staff: DomainPolicy

    def of(self, group: Group) -> DomainPolicy:
        return self.staff if group.is_staff else self.students


@dataclass(frozen=True, slots=True)
class Username:
    """A local part as typed or generated, and the domain fixed to it (lower-case A-labels)."""

    local_part: str
    domain: str | None = None

    def __str__(self) -> str:
        return self.local_part if self.domain is None else f"{self.local_part}@{self.domain}"

    @property
    def folded(self) -> str:
        """What it is unique by in its configuration: the domain does not count (M4.3.3)."""
        return fold(self.local_part)
