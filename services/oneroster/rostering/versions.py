"""The two versions of OneRoster that are served, from the same published rows."""

from enum import StrEnum

_SPECIFICATION = "https://purl.imsglobal.org/spec/or"


class Version(StrEnum):
    """Named as scopes and paths name them."""

    V1P1 = "v1p1"
    V1P2 = "v1p2"

    @property
    def number(self) -> str:
        return "1.1" if self is Version.V1P1 else "1.2"

    @property
    def base_path(self) -> str:
        return _BASE_PATHS[self]

    def scope(self, name: str) -> str:
        """`roster.readonly` → `https://purl.imsglobal.org/spec/or/v1p1/scope/roster.readonly`."""
        return f"{_SPECIFICATION}/{self}/scope/{name}"


_BASE_PATHS = {
    Version.V1P1: "/ims/oneroster/v1p1",
    Version.V1P2: "/ims/oneroster/rostering/v1p2",
}


def version_of(path: str) -> Version:
    """The version whose shapes an answer on this path takes; 1.1 where none is named."""
    return Version.V1P2 if path.lower().startswith(Version.V1P2.base_path) else Version.V1P1
