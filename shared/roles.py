"""The database roles: one for each part that writes, named after the database.

Roles belong to a whole PostgreSQL cluster, so `rosterbridge_engine` of one database must not be that
of another beside it.
"""

from enum import StrEnum


class Role(StrEnum):
    INTAKE = "intake"
    ENGINE = "engine"
    ONEROSTER = "oneroster"
    OPERATOR = "operator"


def role_name(database: str, role: Role) -> str:
    return f"{database}_{role.value}"
