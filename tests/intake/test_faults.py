"""Bad native bundles: each names file, line and column, and leaves the database as it was."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from intake import BundleRefused, Fault, import_bundle
from intake.source import ZipLimits
from shared.database import Database
from tests.intake.conftest import Configure, NativeBundle, digest, school_number

Where = tuple[str | None, int | None, str | None]
Spoil = Callable[[Path], object]

UNKNOWN = "11111111-2222-4333-8444-555555555555"


def edit(name: str, old: str, new: str, times: int = 1) -> Spoil:
    """Replaces text in a file of the bundle; the first line is 1, rows begin on 2."""

    def spoil(folder: Path) -> None:
        path = folder / name
        before = path.read_text(encoding="utf-8")
        after = before.replace(old, new, times)
        assert after != before
        path.write_text(after, encoding="utf-8", newline="")

    return spoil


def line(name: str, number: int, change: Callable[[str], str]) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        lines = path.read_text(encoding="utf-8").split("\n")
        lines[number - 1] = change(lines[number - 1])
        path.write_text("\n".join(lines), encoding="utf-8", newline="")

    return spoil


def field(name: str, number: int, position: int, value: str) -> Spoil:
    def change(text: str) -> str:
        fields = text.split(",")
        fields[position] = value
        return ",".join(fields)

    return line(name, number, change)


def again(name: str, number: int) -> Spoil:
    """Repeats a line at the file's end."""

    def spoil(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text + text.split("\n")[number - 1] + "\n", encoding="utf-8", newline="")

    return spoil


def raw(name: str, old: bytes, new: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        path.write_bytes(path.read_bytes().replace(old, new, 1))

    return spoil


def remove(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


# A bundle of one school has its six students on lines 2 to 7 of persons.csv, the teacher on 8.
SPOILED: dict[str, tuple[Spoil, Where, str]] = {
    "windows-1252": (
        raw("persons.csv", b"D'Hondt", b"D\xe9"),
        ("persons.csv", 8, None),
        "save it as UTF-8",
    ),
    "utf-16": (
        lambda folder: (folder / "persons.csv").write_text("person,given_name\n", "utf-16"),
        ("persons.csv", 1, None),
        "UTF-16",
    ),
    "missing file": (remove("staff.csv"), ("staff.csv", None, None), "not there"),
    "empty file": (
        lambda folder: (folder / "staff.csv").write_text(""),
        ("staff.csv", 1, None),
        "header",
    ),
    "missing column": (
        edit("persons.csv", "given_name", "first_name"),
        ("persons.csv", 1, "given_name"),
        "not there",
    ),
    "duplicate column": (
        edit("persons.csv", "birth_date", "given_name"),
        ("persons.csv", 1, "given_name"),
        "twice",
    ),
    "semicolons": (
        lambda folder: (folder / "schools.csv").write_text("number;name;code\n123456;A;B\n"),
        ("schools.csv", 1, None),
        "semicolons",
    ),
    "too many fields": (
        line("persons.csv", 4, lambda text: text + ",x"),
        ("persons.csv", 4, None),
        "4 fields were expected, found 5",
    ),
    "too few fields": (
        line("persons.csv", 4, lambda text: text.rpartition(",")[0]),
        ("persons.csv", 4, None),
        "4 fields were expected, found 3",
    ),
    "unclosed quote": (
        field("persons.csv", 5, 1, '"Noor'),
        ("persons.csv", 5, None),
        "never closed",
    ),
    "text after a quote": (
        field("persons.csv", 5, 1, '"Noor"x'),
        ("persons.csv", 5, None),
        "closing quote",
    ),
    "NUL": (field("persons.csv", 3, 1, "No\0or"), ("persons.csv", 3, None), "NUL"),
    "empty required": (
        field("persons.csv", 3, 1, " "),
        ("persons.csv", 3, "given_name"),
        "expected text, it is empty",
    ),
    "empty identifier": (
        field("classes.csv", 2, 1, ""),
        ("classes.csv", 2, "number"),
        "expected an identifier, it is empty",
    ),
    "control character in a name": (
        field("persons.csv", 3, 2, "Am\x07eel"),
        ("persons.csv", 3, "family_name"),
        "control",
    ),
    "bad UUID": (field("persons.csv", 2, 0, "12345"), ("persons.csv", 2, "person"), "UUID"),
    "Belgian date": (
        field("enrolments.csv", 3, 4, "1/05/2023"),
        ("enrolments.csv", 3, "start_date"),
        "YYYY-MM-DD",
    ),
    "impossible date": (
        field("enrolments.csv", 3, 5, "2023-02-30"),
        ("enrolments.csv", 3, "end_date"),
        "YYYY-MM-DD",
    ),
    "compact date": (
        field("enrolments.csv", 3, 4, "20240901"),
        ("enrolments.csv", 3, "start_date"),
        "YYYY-MM-DD",
    ),
    "end before start": (
        field("enrolments.csv", 3, 5, "2024-08-31"),
        ("enrolments.csv", 3, "end_date"),
        "on or after",
    ),
    "school year ends before it starts": (
        field("school_years.csv", 2, 2, "2023-06-30"),
        ("school_years.csv", 2, "end_date"),
        "on or after",
    ),
    "bad boolean": (
        field("locations.csv", 2, 5, "ja"),
        ("locations.csv", 2, "active"),
        "true or false",
    ),
    "bad number": (
        field("class_duties.csv", 2, 2, "two"),
        ("class_duties.csv", 2, "duty"),
        "whole number",
    ),
    "bad kind": (
        field("classes.csv", 2, 2, "klas"),
        ("classes.csv", 2, "kind"),
        "class or subgroup",
    ),
    "bad school year label": (
        field("school_years.csv", 2, 0, "2024-26"),
        ("school_years.csv", 2, "school_year"),
        "2024-25",
    ),
    "institution number of five digits": (
        field("schools.csv", 2, 0, "12345"),
        ("schools.csv", 2, "number"),
        "six digits",
    ),
    "identifier over 255 characters": (
        field("classes.csv", 2, 1, "9" * 256),
        ("classes.csv", 2, "number"),
        "255",
    ),
    "duplicate person": (again("persons.csv", 4), ("persons.csv", 9, "person"), "line 4"),
    "duplicate school": (again("schools.csv", 2), ("schools.csv", 3, "number"), "line 2"),
    "duplicate location": (
        again("locations.csv", 2),
        ("locations.csv", 4, "school, number"),
        "line 2",
    ),
    "duplicate enrolment": (
        again("enrolments.csv", 2),
        ("enrolments.csv", 8, "person, school, location, school_year, start_date"),
        "line 2",
    ),
    "duplicate class number": (
        lambda folder: (folder / "classes.csv").write_text(
            (folder / "classes.csv").read_text()
            + (folder / "classes.csv")
            .read_text()
            .split("\n")[1]
            .replace((folder / "classes.csv").read_text().split("\n")[1][:8], "00000000")
            + "\n"
        ),
        ("classes.csv", 3, "number"),
        "line 2",
    ),
    "unknown person": (
        field("enrolments.csv", 3, 0, UNKNOWN),
        ("enrolments.csv", 3, "person"),
        "persons.csv",
    ),
    "unknown school": (
        field("staff.csv", 2, 1, "999999"),
        ("staff.csv", 2, "school"),
        "schools.csv",
    ),
    "unknown location": (
        field("enrolments.csv", 3, 2, "77"),
        ("enrolments.csv", 3, "school, location"),
        "locations.csv",
    ),
    "unknown school year": (
        field("enrolments.csv", 3, 3, "2023-24"),
        ("enrolments.csv", 3, "school_year"),
        "school_years.csv",
    ),
    "unknown class": (
        field("class_enrolments.csv", 3, 1, UNKNOWN),
        ("class_enrolments.csv", 3, "class"),
        "classes.csv",
    ),
    "unknown teacher": (
        field("class_duties.csv", 2, 0, UNKNOWN),
        ("class_duties.csv", 2, "person"),
        "persons.csv",
    ),
}


def place(fault: Fault) -> Where:
    return fault.file, fault.line, fault.column


@pytest.mark.parametrize("kind", SPOILED)
async def test_a_fault_is_named_and_nothing_is_written(
    kind: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    spoil, where, expected = SPOILED[kind]
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools)
    await import_bundle(intake_database, bundle.write(tmp_path / "good"))
    before = await digest(owner, configuration)
    bundle["persons"][0][1] = "Changed"
    folder = bundle.write(tmp_path / "bad")
    spoil(folder)

    with pytest.raises(BundleRefused) as refused:
        await import_bundle(intake_database, folder)

    faults = [fault for fault in refused.value.faults if place(fault) == where]
    assert faults, refused.value
    assert expected in str(faults[0])
    assert await digest(owner, configuration) == before


async def test_only_the_fault_itself_is_named(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    """A lost record does not make faults of all that refers to it."""
    configuration = await configure()
    folder = NativeBundle(*configuration.schools).write(tmp_path / "bundle")
    line("persons.csv", 4, lambda text: text + ",x")(folder)

    with pytest.raises(BundleRefused) as refused:
        await import_bundle(intake_database, folder)

    assert [place(fault) for fault in refused.value.faults] == [("persons.csv", 4, None)]


async def test_faults_of_all_files_are_named_at_once_up_to_a_limit(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools, students=30)
    for row in bundle["enrolments"]:
        row[4] = "1/09/2024"
    for row in bundle["class_enrolments"]:
        row[1] = UNKNOWN
    folder = bundle.write(tmp_path / "bundle")

    with pytest.raises(BundleRefused) as refused:
        await import_bundle(intake_database, folder, fault_limit=40)

    assert len(refused.value.faults) == 40
    assert {fault.file for fault in refused.value.faults} == {
        "enrolments.csv",
        "class_enrolments.csv",
    }
    assert refused.value.more == 20
    assert str(refused.value).endswith("and 20 more")


async def test_a_line_is_the_physical_one_on_which_the_record_begins(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools)
    bundle["classes"][0][4] = "1A\nLatijn\nGrieks"
    bundle["classes"].append(
        [UNKNOWN, "77", "klas", "", "", configuration.schools[0], "1", "2024-25"]
    )
    folder = bundle.write(tmp_path / "bundle")

    with pytest.raises(BundleRefused) as refused:
        await import_bundle(intake_database, folder)

    assert [place(fault) for fault in refused.value.faults] == [("classes.csv", 5, "kind")]


@pytest.mark.parametrize(
    ("position", "value"), [(1, "Geheim\x01"), (2, "Geheim\x01"), (3, "Geheim")]
)
async def test_the_value_of_a_personal_column_is_never_shown(
    position: int,
    value: str,
    intake_database: Database,
    configure: Configure,
    tmp_path: Path,
) -> None:
    configuration = await configure()
    bundle = NativeBundle(*configuration.schools)
    bundle["persons"][0][position] = value
    folder = bundle.write(tmp_path / "bundle")

    with pytest.raises(BundleRefused) as refused:
        await import_bundle(intake_database, folder)

    assert "Geheim" not in str(refused.value)
    assert refused.value.faults[0].line == 2


def test_a_value_that_helps_is_shown_shortened() -> None:
    fault = Fault("a.csv", 2, "start_date", "expected a date", "1/05/2023")
    assert str(fault) == "a.csv, line 2, column start_date: expected a date, found '1/05/2023'"


def zipped(folder: Path, *, inside: str = "", name: str = "bundle.zip") -> Path:
    path = folder.parent / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{inside}{file.name}")
    return path


def truncated(folder: Path) -> Path:
    path = zipped(folder)
    path.write_bytes(path.read_bytes()[:-40])
    return path


def damaged(folder: Path) -> Path:
    path = zipped(folder)
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("persons.csv")
    data = bytearray(path.read_bytes())
    # Past the member's local header, into what it compressed.
    data[member.header_offset + 60] ^= 0xFF
    path.write_bytes(bytes(data))
    return path


def traversing(folder: Path) -> Path:
    return zipped(folder, inside="../")


def encrypted(folder: Path) -> Path:
    path = zipped(folder)
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(signature)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(signature, position + 4)
    path.write_bytes(bytes(data))
    return path


def two_bundles(folder: Path) -> Path:
    path = folder.parent / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"a/{file.name}")
            archive.write(file, f"b/{file.name}")
    return path


def zips_in_zip(folder: Path) -> Path:
    inner, path = zipped(folder), folder.parent / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "school1.zip")
    return path


def bomb(folder: Path) -> Path:
    (folder / "persons.csv").write_bytes(b"0" * 20_000_000)
    return zipped(folder)


def empty_folder(folder: Path) -> Path:
    (folder.parent / "empty").mkdir()
    return folder.parent / "empty"


def both_formats(folder: Path) -> Path:
    (folder / "manifest.csv").write_text("propertyName,value\n")
    return folder


def no_format(folder: Path) -> Path:
    (folder.parent / "other").mkdir()
    (folder.parent / "other" / "leerlingen.csv").write_text("naam\n")
    return folder.parent / "other"


def no_zip(folder: Path) -> Path:
    (folder.parent / "bundle.zip").write_text("schools.csv")
    return folder.parent / "bundle.zip"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (no_zip, "neither"),
        (truncated, "neither"),
        (damaged, "damaged"),
        (traversing, "outside"),
        (encrypted, "encrypted"),
        (two_bundles, "2 folders"),
        (zips_in_zip, "one by one"),
        (bomb, "200 times"),
        (empty_folder, "CSV files was expected"),
        (lambda folder: folder.parent / "nowhere", "nothing is there"),
        (both_formats, "--format"),
        (no_format, "--format"),
    ],
)
async def test_what_cannot_be_opened_is_refused(
    spoil: Callable[[Path], Path],
    expected: str,
    owner: Database,
    intake_database: Database,
    configure: Configure,
    tmp_path: Path,
) -> None:
    configuration = await configure()
    before = await digest(owner, configuration)
    path = spoil(NativeBundle(*configuration.schools).write(tmp_path / "bundle"))

    with pytest.raises(BundleRefused, match=expected):
        await import_bundle(intake_database, path)

    assert await digest(owner, configuration) == before


async def test_a_zip_larger_than_allowed_is_refused(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    configuration = await configure()
    path = zipped(NativeBundle(*configuration.schools).write(tmp_path / "bundle"))

    with pytest.raises(BundleRefused, match="1,000 bytes"):
        await import_bundle(intake_database, path, zip_limits=ZipLimits(uncompressed_bytes=1000))


async def test_a_bundle_of_unknown_schools_says_to_apply_a_configuration_first(
    intake_database: Database, tmp_path: Path
) -> None:
    folder = NativeBundle(school_number()).write(tmp_path / "bundle")

    with pytest.raises(BundleRefused, match="configuration apply"):
        await import_bundle(intake_database, folder)


async def faults_of(
    database: Database, configure: Configure, folder: Path, *spoils: Spoil
) -> list[Fault]:
    """All that is said of a bundle of one school, spoilt so."""
    configuration = await configure()
    NativeBundle(*configuration.schools).write(folder)
    for spoil in spoils:
        spoil(folder)
    with pytest.raises(BundleRefused) as refused:
        await import_bundle(database, folder)
    assert not refused.value.more
    return list(refused.value.faults)


async def test_a_lost_record_hides_no_fault_of_the_other_rows(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    faults = await faults_of(
        intake_database,
        configure,
        tmp_path / "bundle",
        line("enrolments.csv", 3, lambda text: text + ",x"),
        field("enrolments.csv", 5, 0, UNKNOWN),
    )

    assert [place(fault) for fault in faults] == [
        ("enrolments.csv", 3, None),
        ("enrolments.csv", 5, "person"),
    ]


@pytest.mark.parametrize("end", [b'"Noor', b"No\0or", b"No\xe9or"])
async def test_what_stands_above_an_unreadable_record_is_judged(
    end: bytes, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    def unreadable(folder: Path) -> None:
        path = folder / "persons.csv"
        path.write_bytes(path.read_bytes() + b"x," * 20_000 + b"\n" + UNKNOWN.encode() + b"," + end)

    faults = await faults_of(
        intake_database,
        configure,
        tmp_path / "bundle",
        field("persons.csv", 3, 3, "4/03/2012"),
        unreadable,
    )

    places = [place(fault) for fault in faults]
    assert ("persons.csv", 3, "birth_date") in places
    assert ("persons.csv", 10, None) in places


async def test_a_faulty_key_makes_no_faults_of_what_refers_to_it(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    faults = await faults_of(
        intake_database,
        configure,
        tmp_path / "bundle",
        field("schools.csv", 2, 0, "1507"),
        field("enrolments.csv", 3, 3, "2023-24"),
    )

    assert [place(fault) for fault in faults] == [
        ("schools.csv", 2, "number"),
        ("enrolments.csv", 3, "school_year"),
    ]


async def test_a_faulty_key_hides_no_other_unknown_one(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    faults = await faults_of(
        intake_database,
        configure,
        tmp_path / "bundle",
        field("persons.csv", 2, 0, "12345"),
        field("enrolments.csv", 4, 0, UNKNOWN),
    )

    assert ("enrolments.csv", 4, "person") in [place(fault) for fault in faults]


async def test_one_cell_has_one_fault(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    faults = await faults_of(
        intake_database,
        configure,
        tmp_path / "bundle",
        field("enrolments.csv", 3, 0, "12345"),
        again("locations.csv", 2),
    )

    found = {place(fault): fault.found for fault in faults}
    assert len(faults) == 2
    assert found == {
        ("locations.csv", 4, "school, number"): None,
        ("enrolments.csv", 3, "person"): "12345",
    }


async def test_locations_of_one_identifier_name_the_columns_it_is_made_of(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    def two_of_one_identifier(folder: Path) -> None:
        path = folder / "locations.csv"
        school = path.read_text(encoding="utf-8").split("\n")[1].split(",")[0]
        path.write_text(path.read_text(encoding="utf-8") + f"{school},2-311,Markt,,,\n")

    faults = await faults_of(intake_database, configure, tmp_path / "bundle", two_of_one_identifier)

    assert [place(fault) for fault in faults] == [
        ("locations.csv", 4, "school, number, main_structure")
    ]


async def test_an_unknown_location_is_shown_with_its_school(
    intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    (fault,) = await faults_of(
        intake_database, configure, tmp_path / "bundle", field("enrolments.csv", 3, 2, "77")
    )

    assert fault.found is not None
    assert fault.found.endswith(", 77")


async def test_a_path_without_a_name_is_named(
    intake_database: Database, configure: Configure
) -> None:
    await configure()

    with pytest.raises(BundleRefused, match=r"^/: a folder of CSV files was expected"):
        await import_bundle(intake_database, Path("/"))
