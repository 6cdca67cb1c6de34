"""How the declared tables and the database are compared."""

from typing import Any

SCHEMAS = ("access", "sis", "usernames", "roster")


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "schema" or name in SCHEMAS


OPTIONS: dict[str, Any] = {
    "include_schemas": True,
    "include_name": include_name,
    "version_table_schema": "public",
}
