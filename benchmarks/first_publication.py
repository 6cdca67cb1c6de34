"""Import, names and first publication of 50,000 persons, against a bare COPY of the same rows."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks.deployment import CONFIGURATION_ID, SCHOOL_YEAR, TODAY, deployment
from benchmarks.measuring import Figure, timed
from demo import Size, write_bundle_of_size
from intake import import_bundle

PERSONS = 50_000
_TIMES_COPY, _PLUS_SECONDS = 5, 5


async def measure(server_url: str) -> list[Figure]:
    with TemporaryDirectory(prefix="rosterbridge-bench-") as folder:
        bundle = write_bundle_of_size(
            Path(folder), Size(PERSONS), school_year=SCHOOL_YEAR, today=TODAY
        )
        files = [(path, _header(path)) for path in sorted(bundle.bundle.glob("*.csv"))]
        async with deployment(server_url, "first_publication") as deployed:
            await deployed.configure(bundle)
            with timed() as bare:
                rows = await _bare_copy(deployed.owner_url, files)
            with timed() as importing:
                await import_bundle(deployed.operator, bundle.bundle, today=TODAY)
            # The engine has begun by itself, at the import's commit: this waits for the rest.
            with timed() as naming:
                await deployed.engine.create_missing(CONFIGURATION_ID, TODAY)
            with timed() as publishing:
                published = await deployed.publisher.publish(CONFIGURATION_ID)
            with timed() as again:
                await import_bundle(deployed.operator, bundle.bundle, today=TODAY)
            with timed() as nothing:
                await deployed.publisher.publish(CONFIGURATION_ID)
    made = naming.seconds + publishing.seconds
    allowed = _TIMES_COPY * bare.seconds + _PLUS_SECONDS

    def against_copy(seconds: float) -> str:
        return f"{seconds:.2f} s  ({seconds / bare.seconds:.1f} x COPY)"

    return [
        Figure(f"bare COPY of {rows:,} rows", f"{bare.seconds:.2f} s"),
        Figure("import of the bundle", against_copy(importing.seconds)),
        Figure("the same bundle again", against_copy(again.seconds)),
        Figure("creation of the names", against_copy(naming.seconds)),
        Figure(
            f"first publication, {published.changed:,} objects", against_copy(publishing.seconds)
        ),
        Figure(
            "creation and publication together",
            against_copy(made),
            f"{_TIMES_COPY} x COPY + {_PLUS_SECONDS} s = {allowed:.2f} s",
            made <= allowed,
        ),
        Figure("publication without a change", f"{nothing.seconds * 1000:.0f} ms"),
    ]


def _header(path: Path) -> list[str]:
    with path.open(newline="") as file:
        return next(csv.reader(file))


async def _bare_copy(owner_url: str, files: list[tuple[Path, list[str]]]) -> int:
    """Each file as it is into a table of its columns, without keys or checks; the rows copied."""
    connection = await asyncpg.connect(owner_url)
    rows = 0
    try:
        for path, columns in files:
            table = f"bare_{path.stem}"
            declared = ", ".join(f'"{column}" text' for column in columns)
            await connection.execute(f"create table {table} ({declared})")
            status = await connection.copy_to_table(
                table, source=path, columns=columns, format="csv", header=True
            )
            rows += int(status.split()[-1])
    finally:
        await connection.close()
    return rows
