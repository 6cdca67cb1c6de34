"""Writes the whole demo: a native bundle, a OneRoster file, three configurations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from demo.configurations import Release
from demo.native_bundle import BundleWriter
from demo.oneroster_csv import write_oneroster
from demo.oneroster_school import ONEROSTER, district, oneroster_configuration
from demo.places import provider_configuration, tenant_configuration
from demo.school_group import releases, school_group
from demo.school_year import calendar_of


@dataclass(frozen=True, slots=True)
class Demo:
    bundle: Path
    """A native bundle folder, for `demo-tenant` and `demo-provider`."""
    oneroster: Path
    """A OneRoster 1.1 CSV folder, for `oneroster_configuration`."""
    oneroster_configuration: str
    configurations: tuple[Path, ...]
    """The TOML files, to be applied before the import."""
    releases: tuple[Release, ...]
    """What is released by hand after the import."""
    school_year: str
    reference_day: date
    """The day the data is told from: `today`, held a day inside the school year."""
    counts: Mapping[str, int]
    """Rows of each file of the bundle."""
    oneroster_counts: Mapping[str, int]
    cases: Mapping[str, tuple[str, ...]]
    """Person ids (class ids where the key begins with `class_`) of the bundle's special cases."""
    oneroster_cases: Mapping[str, tuple[str, ...]]


def write_demo(folder: Path, *, school_year: str, today: date, seed: str = "rosterbridge") -> Demo:
    """Writes `bundle/`, `oneroster/` and `configurations/` under the folder.

    The same arguments give the same bytes. Another `today` moves dates only.
    """
    calendar = calendar_of(school_year, today)
    group, other = school_group(seed, calendar), district(seed, calendar)
    with BundleWriter(folder / "bundle", calendar) as writer:
        writer.write(group.rows)
    counts = write_oneroster(folder / "oneroster", other, calendar)
    sheets = (
        tenant_configuration(seed, school_year),
        provider_configuration(seed, school_year),
        oneroster_configuration(seed, school_year),
    )
    return Demo(
        bundle=folder / "bundle",
        oneroster=folder / "oneroster",
        oneroster_configuration=ONEROSTER,
        configurations=tuple(sheet.write(folder / "configurations") for sheet in sheets),
        releases=tuple(releases(group.cases)),
        school_year=school_year,
        reference_day=calendar.reference,
        counts=dict(writer.counts),
        oneroster_counts=counts,
        cases=group.cases,
        oneroster_cases=other.cases,
    )
