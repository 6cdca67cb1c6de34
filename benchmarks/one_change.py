"""One changed person among many, until it is served; and how that grows with their number."""

import csv
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks.changing import publish_users, rename
from benchmarks.deployment import CONFIGURATION_ID, SCHOOL_YEAR, TODAY, deployment
from benchmarks.measuring import Figure, milliseconds, timed
from demo import Size, write_bundle_of_size
from intake import import_bundle

SMALL, LARGE = 5_000, 50_000
_ROUNDS = 7
_GOAL_SECONDS, _GOAL_RATIO = 1.0, 2.0


async def measure(server_url: str) -> list[Figure]:
    small = await _until_served(server_url, SMALL)
    large = await _until_served(server_url, LARGE)
    ratio = large.from_commit / small.from_commit
    return [
        Figure(f"from the commit of the change, among {SMALL:,}", milliseconds(small.from_commit)),
        Figure(
            f"from the commit of the change, among {LARGE:,}",
            milliseconds(large.from_commit),
            f"under {_GOAL_SECONDS:.0f} s",
            large.from_commit < _GOAL_SECONDS,
        ),
        Figure(
            f"{LARGE:,} against {SMALL:,}",
            f"{ratio:.2f} x",
            f"at most {_GOAL_RATIO:.0f} x",
            ratio <= _GOAL_RATIO,
        ),
        Figure(
            f"with the import of its school's bundle ({large.school:,} rows), among {LARGE:,}",
            milliseconds(large.with_import),
        ),
        Figure(
            f"with the import of its school's bundle ({small.school:,} rows), among {SMALL:,}",
            milliseconds(small.with_import),
        ),
    ]


class _Times:
    def __init__(self, school_rows: int) -> None:
        self.school = school_rows
        self.commits: list[float] = []
        self.imports: list[float] = []

    @property
    def from_commit(self) -> float:
        return median(self.commits)

    @property
    def with_import(self) -> float:
        return median(self.imports)


async def _until_served(server_url: str, persons: int) -> _Times:
    with TemporaryDirectory(prefix="rosterbridge-bench-") as folder:
        root = Path(folder)
        bundle = write_bundle_of_size(root, Size(persons), school_year=SCHOOL_YEAR, today=TODAY)
        async with deployment(server_url, f"one_change_{persons}") as deployed:
            await deployed.configure(bundle)
            await import_bundle(deployed.operator, bundle.bundle, today=TODAY)
            await deployed.publisher.publish(CONFIGURATION_ID)
            # As on a server that has been up for a while.
            owner = await asyncpg.connect(deployed.owner_url)
            await owner.execute("analyze")
            school = _SchoolBundle(bundle.bundle, root / "school")
            times = _Times(school.rows)
            for round_number in range(_ROUNDS):
                with timed() as committed:
                    await rename(deployed, owner, [school.person])
                times.commits.append(committed.seconds)
                school.rename(f"Import{round_number}")
                with timed() as imported:
                    await import_bundle(deployed.operator, school.folder, today=TODAY)
                    await publish_users(deployed, 1)
                times.imports.append(imported.seconds)
            await owner.close()
            return times


class _SchoolBundle:
    """The bundle of the first school alone: what its own export would hold."""

    def __init__(self, bundle: Path, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        files = {path.name: _read(path) for path in bundle.glob("*.csv")}
        number = files["schools.csv"][0]["number"]
        own = {
            "schools.csv": files["schools.csv"][:1],
            "school_years.csv": files["school_years.csv"],
            **{
                name: [row for row in files[name] if row["school"] == number]
                for name in ("locations.csv", "enrolments.csv", "classes.csv", "staff.csv")
            },
        }
        classes = {row["class"] for row in own["classes.csv"]}
        for name in ("class_enrolments.csv", "class_duties.csv"):
            own[name] = [row for row in files[name] if row["class"] in classes]
        persons = {row["person"] for name in _OF_PERSONS for row in own[name]}
        own["persons.csv"] = [row for row in files["persons.csv"] if row["person"] in persons]
        for name, rows in own.items():
            _write(folder / name, rows, list(files[name][0]))
        self.rows = sum(map(len, own.values()))
        # Somebody who is there today, so that the change is one that is served.
        self.person = own["staff.csv"][0]["person"]

    def rename(self, given_name: str) -> None:
        rows = _read(self.folder / "persons.csv")
        for row in rows:
            if row["person"] == self.person:
                row["given_name"] = given_name
        _write(self.folder / "persons.csv", rows, list(rows[0]))


_OF_PERSONS = ("enrolments.csv", "staff.csv", "class_enrolments.csv", "class_duties.csv")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]], columns: list[str]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
