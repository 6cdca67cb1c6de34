"""Searching, filtering, sorting, and the CSV file: without a database."""

import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.usernames.columns import Column, ListRow
from services.username_engine.usernames.csv_export import csv_of
from services.username_engine.usernames.dutch_order import dutch_key
from services.username_engine.usernames.list_filters import ListFilters, SortKey, ordered


def row(person: str = "p", **columns: Any) -> ListRow:
    return ListRow(
        **{
            "person": person,
            "family_name": "Lassens",
            "given_name": "Mally",
            "sync": True,
            "username": "mally.lassens",
            "domain": "college.be",
            "school": "Heilig-Hartcollege",
            "location": "Hoofdvestiging",
            "class_": "6j",
            "birth_date": date(2012, 3, 5),
            "created_on": date(2024, 8, 20),
            "flags": (),
            "version": 1,
            **columns,
        }
    )


@pytest.mark.parametrize(
    "in_order",
    [
        ["André", "Andréa", "Andrew"],
        ["Zoe", "Zoë", "Zoef"],
        ["Ängström", "Appel", "Øbro", "Oost", "Özdemir", "Peeters"],
        ["6j", "6k", "10a"],
        ["<Geen>", "1A", "2A", "10A", "Latijn"],
        ["De Smet", "De Smet 2", "Debacker", "Desmet"],
        ["D'haese", "d'Hondt", "dael"],
        ["bert.ameel", "bert.ameel2", "bert.ameel10", "bert.ameela"],
        ["", "a"],
        ["Laskaris", "Łaski", "Laszlo"],
    ],
)
def test_dutch_order(in_order: list[str]) -> None:
    backwards = in_order[::-1]
    assert sorted(backwards, key=dutch_key) == in_order


def test_case_and_zeros_before_a_number_make_no_order() -> None:
    assert dutch_key("PEETERS") == dutch_key("peeters")
    assert dutch_key("06j") == dutch_key("6J")


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_are_ordered_as_numbers(one: int, other: int) -> None:
    assert (dutch_key(f"{one}a") < dutch_key(f"{other}a")) is (one < other)


ROWS = [
    row("1", family_name="Peeters", given_name="Zoë", class_="10a", sync=False, birth_date=None),
    row("2", family_name="Ameel", given_name="Bert", class_="6j", created_on=date(2024, 9, 2)),
    row("3", family_name="Peeters", given_name="An", class_="6j", domain=None),
    row("4", family_name="Ameel", given_name="Bert", class_="<Geen>", birth_date=date(2011, 1, 1)),
    row("5", family_name="Özdemir", given_name="Ali", class_="6k", location="Zuid", school="VTI"),
]


@pytest.mark.parametrize(
    ("sort", "persons"),
    [
        ("", "24531"),
        ("family_name", "24531"),
        ("-family_name", "31524"),
        ("-family_name,given_name", "31524"),
        ("given_name", "53241"),
        ("sync", "12453"),
        ("-sync", "24531"),
        ("class", "42351"),
        ("-class", "15234"),
        ("class,-family_name", "43251"),
        ("domain", "32451"),
        ("school", "24315"),
        ("location", "24315"),
        ("username", "24531"),
        ("birth_date", "14253"),
        ("-birth_date", "25341"),
        ("created_on", "45312"),
        ("-created_on", "24531"),
    ],
)
def test_every_column_sorts_and_ties_follow_by_name_and_person(sort: str, persons: str) -> None:
    keys = [
        SortKey(Column(key.removeprefix("-")), key.startswith("-"))
        for key in sort.split(",")
        if key
    ]
    for rows in (ROWS, ROWS[::-1]):
        assert "".join(each.person for each in ordered(rows, keys)) == persons


@pytest.mark.parametrize(
    ("search", "persons"),
    [
        ("", "12345"),
        ("peeters", "13"),
        ("zoe", "1"),
        ("ZOË", "1"),
        ("ozdemir", "5"),
        # Words may stand in different columns, in any order.
        ("an peet", "3"),
        ("6j bert", "2"),
        ("bert ameel 2011", "4"),
        ("01/01/2011", "4"),
        ("1/1/2011", "4"),
        ("2011-01-01", "4"),
        ("<geen>", "4"),
        ("zuid vti", "5"),
        ("2/9/2024", "2"),
        ("  ", "12345"),
        ("nobody", ""),
        # No pattern, whatever the database would make of it.
        ("%", ""),
        ("_", ""),
        ("p%s", ""),
        ("'", ""),
        ("\0", ""),
        ("zo\u0065\u0308", "1"),
        ("peeters " * 5_000, "13"),
        ("x" * 10_000, ""),
    ],
)
def test_the_search_goes_over_all_columns(search: str, persons: str) -> None:
    found = ListFilters(search=search).of(ROWS)
    assert "".join(each.person for each in found) == persons


@pytest.mark.parametrize(
    ("column", "text", "persons"),
    [
        ("family_name", "EETER", "13"),
        ("given_name", "zoe", "1"),
        ("username", "lassens", "12345"),
        ("domain", "college", "1245"),
        ("school", "vti", "5"),
        ("location", "hoofd", "1234"),
        ("class", "6", "235"),
        ("class", " 6j ", "23"),
        ("birth_date", "2011", "4"),
        ("created_on", "02/09/2024", "2"),
        ("family_name", "%", ""),
        ("username", "mally_lassens", ""),
        ("class", "<geen>", "4"),
        # One column alone, and not its words apart.
        ("family_name", "bert", ""),
        ("given_name", "bert ameel", ""),
    ],
)
def test_a_filter_looks_in_its_column(column: str, text: str, persons: str) -> None:
    found = ListFilters(contains={Column(column): text}).of(ROWS)
    assert "".join(each.person for each in found) == persons


def test_sync_is_filtered_exactly_and_filters_hold_together() -> None:
    assert [each.person for each in ListFilters(sync=False).of(ROWS)] == ["1"]
    both = ListFilters(search="bert", contains={Column.CLASS: "6j"}, sync=True)
    assert [each.person for each in both.of(ROWS)] == ["2"]


def written(rows: Sequence[ListRow], columns: Sequence[Column] = tuple(Column)) -> str:
    return b"".join(csv_of(rows, columns)).decode("utf-8")


def test_the_file_cell_by_cell() -> None:
    assert written([row(), row(sync=False, domain=None, birth_date=None, class_="<Geen>")]) == (
        "\N{BYTE ORDER MARK}Naam;Voornaam;Sync?;Gebruikersnaam;Domeinnaam;School;Vestiging;Klas;"
        "Geboortedatum;Aangemaakt op\r\n"
        "Lassens;Mally;Aan;mally.lassens;college.be;Heilig-Hartcollege;Hoofdvestiging;6j;"
        "2012-03-05;2024-08-20\r\n"
        "Lassens;Mally;Uit;mally.lassens;;Heilig-Hartcollege;Hoofdvestiging;<Geen>;;2024-08-20\r\n"
    )


def test_columns_are_those_asked_for_in_their_order() -> None:
    chosen = [Column.CLASS, Column.FAMILY_NAME, Column.SYNC]
    assert written([row()], chosen) == ("\N{BYTE ORDER MARK}Klas;Naam;Sync?\r\n6j;Lassens;Aan\r\n")


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\r\n", "＝", "＋", "－", "＠"]
)
def test_no_cell_begins_a_formula(sign: str) -> None:
    formula = f'{sign}HYPERLINK("http://evil.example";"x")'
    text = written([row(family_name=formula)], [Column.FAMILY_NAME, Column.CLASS])
    (_, (cell, class_)) = csv.reader(StringIO(text, newline=""), delimiter=";")
    assert cell == f"'{formula}"
    assert class_ == "6j"


def test_separators_quotes_and_lines_stay_in_their_cell() -> None:
    name = 'De "Grote"; Smet\r\nen zoon'
    text = written([row(family_name=name)], [Column.FAMILY_NAME])
    assert list(csv.reader(StringIO(text, newline=""), delimiter=";"))[1] == [name]


@pytest.mark.parametrize("separator", [",", ";", "\t", "\n", "\r"])
def test_no_separator_of_whatever_spreadsheet_opens_a_cell(separator: str) -> None:
    name = f'Smet{separator}=HYPERLINK("http://evil.example")'
    text = written([row(family_name=name)], [Column.FAMILY_NAME, Column.CLASS])
    line = text.removeprefix("\N{BYTE ORDER MARK}Naam;Klas\r\n")
    assert line == '"' + name.replace('"', '""') + '";6j\r\n'


def test_a_line_is_there_even_where_its_only_cell_is_empty() -> None:
    text = written([row(domain=None), row()], [Column.DOMAIN])
    assert list(csv.reader(StringIO(text.removeprefix("\N{BYTE ORDER MARK}"), newline=""))) == [
        ["Domeinnaam"],
        [""],
        ["college.be"],
    ]


@given(st.lists(st.text(), min_size=2, max_size=2))
def test_whatever_a_name_is_made_of_stays_in_its_cell(names: list[str]) -> None:
    text = written(
        [row(family_name=names[0], given_name=names[1])], [Column.FAMILY_NAME, Column.GIVEN_NAME]
    )
    (_, cells) = csv.reader(StringIO(text, newline=""), delimiter=";")
    assert [cell.removeprefix("'") for cell in cells] == [name.removeprefix("'") for name in names]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)


def test_a_large_file_comes_in_parts_and_whole() -> None:
    rows = [row(str(number), username=f"name{number}") for number in range(1_201)]
    parts = list(csv_of(rows, [Column.USERNAME]))
    assert len(parts) == 3
    lines = b"".join(parts).decode("utf-8-sig").split("\r\n")
    assert lines == ["Gebruikersnaam", *(each.username for each in rows), ""]


def test_an_empty_list_has_its_headers() -> None:
    assert written([], [Column.FAMILY_NAME]) == "\N{BYTE ORDER MARK}Naam\r\n"
