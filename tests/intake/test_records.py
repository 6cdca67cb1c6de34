"""Reading one file: lines, forms and memory."""

import csv
import io
import tracemalloc
import uuid
import zipfile
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.faults import BundleRefused, FaultLog, WarningLog
from intake.kinds import DATE, IDENTIFIER, SCHOOL_YEAR, TEXT
from intake.native import CLASS_ENROLMENTS
from intake.records import FileSpec, RecordReader, may, must
from intake.source import Source, open_source

SPEC = FileSpec("a.csv", "t", (must("id", "id", IDENTIFIER), may("text", "text", TEXT)))


class TextSource(Source):
    """One file, in memory."""

    def __init__(self, data: bytes) -> None:
        super().__init__(Path(), {"a.csv": "a.csv"}, None)
        self._data = data

    def open(self, name: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def read(data: bytes, spec: FileSpec = SPEC) -> tuple[list[list[str]], FaultLog]:
    faults = FaultLog()
    reader = RecordReader(TextSource(data), spec, faults, WarningLog(), lambda _: None)
    text = b"".join(reader.copy_chunks()).decode()
    return list(csv.reader(io.StringIO(text, newline=""))), faults


printable = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=20
).map(str.strip)
broken = st.lists(printable, min_size=1, max_size=3).map("\n".join).map(str.strip)


@given(st.lists(broken, max_size=20), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_every_record_comes_through_with_the_line_it_begins_on(
    texts: list[str], line_end: str, quoted: bool, marked: bool
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerow(["text", "id"])
    expected = []
    for number, text in zip(count(1), texts):
        begins = buffer.getvalue().count("\n") + 1
        writer.writerow([text, number])
        one_line = " ".join(part.strip() for part in text.split("\n") if part.strip())
        expected.append([str(begins), str(number), one_line])

    rows, faults = read(buffer.getvalue().encode("utf-8-sig" if marked else "utf-8"))

    assert faults.total == 0
    assert [[line, number, " ".join(text.split(" "))] for line, number, text in rows] == expected


@given(st.lists(printable.filter(bool), min_size=1, max_size=50), st.data())
def test_the_line_that_is_not_utf8_is_found(texts: list[str], data: st.DataObject) -> None:
    lines = [b"id,text", *(f"{number},x{number}".encode() for number, _ in enumerate(texts))]
    bad = data.draw(st.integers(1, len(lines) - 1))
    lines[bad] += b"\xe9"

    _, faults = read(b"\n".join(lines))

    with pytest.raises(BundleRefused) as refused:
        faults.refuse_if_any()
    assert [fault.line for fault in refused.value.faults] == [bad + 1]


@given(st.dates())
def test_every_date_as_iso_writes_it_and_nothing_else(day: object) -> None:
    text = str(day)
    within = "1900" <= text[:4] < "2200"
    assert DATE.bad([text]) == (set() if within else {text})
    assert DATE.bad([text.replace("-", "/"), f"{text}T00:00", text.replace("-", "")])


@given(st.integers(0, 9999), st.integers(0, 99))
def test_a_school_year_names_two_years_that_follow(first: int, second: int) -> None:
    label = f"{first:04d}-{second:02d}"
    assert (not SCHOOL_YEAR.bad([label])) == ((first + 1) % 100 == second)


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_large_file_is_read_in_bounded_memory(as_zip: bool, tmp_path: Path) -> None:
    """80,000 class enrolments, some 7 MB, within a fraction of that."""
    random = Random(1)
    folder = tmp_path / "bundle"
    folder.mkdir()
    with (folder / "class_enrolments.csv").open("w", encoding="utf-8") as file:
        file.write("person,class,start_date,end_date\n")
        for _ in range(80_000):
            person = uuid.UUID(int=random.getrandbits(128))
            file.write(f"{person},{person},2024-09-01,\n")
    path = folder
    if as_zip:
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(folder / "class_enrolments.csv", "class_enrolments.csv")

    with open_source(path) as source:
        reader = RecordReader(source, CLASS_ENROLMENTS, FaultLog(), WarningLog(), lambda _: None)
        tracemalloc.start()
        size = sum(len(chunk) for chunk in reader.copy_chunks())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert reader.count == 80_000
    assert size > 7_000_000
    assert peak < 5_000_000


def test_progress_adds_up_to_the_size_of_the_file(tmp_path: Path) -> None:
    data = b"id,text\n" + b"".join(b"%d,x\n" % number for number in range(10_000))
    (tmp_path / "a.csv").write_bytes(data)
    seen: list[int] = []
    with open_source(tmp_path) as source:
        reader = RecordReader(source, SPEC, FaultLog(), WarningLog(), seen.append)
        for _ in reader.copy_chunks():
            pass
    assert sum(seen) == len(data)
    assert len(seen) > 1
