"""The three formats, and how a bundle shows which it is."""

from enum import StrEnum

from intake.faults import BundleRefused, Fault
from intake.source import Source


class Format(StrEnum):
    BUNDLE = "bundle"
    ONEROSTER = "oneroster"
    SDS = "sds"


_SDS_FILES = ("orgs.csv", "users.csv", "roles.csv")


def found_format(source: Source) -> Format:
    """By the files that only one format has; raises BundleRefused where that does not tell."""
    found = []
    if "schools.csv" in source or "persons.csv" in source:
        found.append(Format.BUNDLE)
    if "manifest.csv" in source or _has_oneroster_columns(source):
        found.append(Format.ONEROSTER)
    elif all(name in source for name in _SDS_FILES):
        found.append(Format.SDS)
    if len(found) == 1:
        return found[0]
    text = (
        "files of more than one format are there"
        if found
        else "neither schools.csv (native), manifest.csv (OneRoster) nor orgs.csv, users.csv and "
        "roles.csv (School Data Sync) are there"
    )
    raise BundleRefused(
        [Fault(None, None, None, f"the format cannot be told: {text}; use --format")]
    )


def _has_oneroster_columns(source: Source) -> bool:
    """A OneRoster file without its manifest: then that is the fault, not its format."""
    if "users.csv" not in source:
        return False
    with source.open("users.csv") as file:
        header = file.readline(65536).lower()
    return b"enableduser" in header or b"orgsourcedids" in header
