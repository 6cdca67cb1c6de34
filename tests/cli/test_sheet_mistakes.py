"""Every mistake in a sheet is named at once, with its key and what was expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.configuration_sheet.checking import Claims, SheetFile, check_claims
from cli.configuration_sheet.mistakes import Mistake
from cli.configuration_sheet.reading import read_sheet
from cli.configuration_sheet.sheet import (
    ConfigurationSheet,
    LocationSheet,
    Privacy,
    SchoolSheet,
    changes_between,
)
from cli.configuration_sheet.writing import sheet_text
from services.username_engine.engine.rules import LetterCase, Rules, Transliteration
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy

RIGHT = """
name = "college"
tenant_id = "7f9c2ba4-e88f-427d-8a2b-6a4f4bd3e9c1"
active_school_year = "2026-27"
[usernames]
format = "{voornaam}.{familienaam}"
maximum_length = 64
domain_for_students = "provider"
domain_for_staff = "provider"
from_source = "ignore"
verified_domains = ["college.be", "vti.be"]
reserved_words = ["kantine"]
reuse_after_days = 730
[usernames.rules]
particles = "keep"
first_number = 2
[students]
future = "include"
[classes]
title_format = "{klas}"
[feed]
enabled_user = false
[privacy]
guardians = false
[intake]
removal_limit_percent = 10
[[schools]]
number = "001507"
staff_domain = "college.be"
  [[schools.locations]]
  number = "1"
  student_domain = "college.be"
[[schools]]
number = "001508"
staff_domain = "vti.be"
student_domain = "vti.be"
sync_by_default = true
"""


def mistakes_in(text: str) -> dict[str, Mistake]:
    return {mistake.path: mistake for mistake in read_sheet(text.encode()).mistakes}


def test_a_right_sheet_has_no_mistake() -> None:
    reading = read_sheet(RIGHT.encode())

    assert reading.mistakes == ()
    assert reading.sheet is not None
    assert [school.number for school in reading.sheet.schools] == ["001507", "001508"]


@pytest.mark.parametrize(
    ("right", "wrong", "path", "said"),
    [
        ('name = "college"', 'name = "College"', "name", "lower-case"),
        ('name = "college"', 'name = "col--lege"', "name", "single hyphens"),
        ('name = "college"', "name = 12", "name", "whole number"),
        ('name = "college"', "", "name", "missing"),
        ("-e88f-", "-e88-", "tenant_id", "not a tenant id"),
        ('"2026-27"', '"2026-28"', "active_school_year", "2026-27"),
        ('"2026-27"', '"2026"', "active_school_year", "such as 2026-27"),
        ("{voornaam}.{familienaam}", "leerling", "usernames.format", "{voornaam}"),
        ("{voornaam}.{familienaam}", "{voornaam}.{klas}", "usernames.format", "'klas'"),
        ("{voornaam}.{familienaam}", "x" * 62 + "{naam}", "usernames.format", "no room"),
        ("= 64", "= 76", "usernames.maximum_length", "from 8 to 75"),
        ("= 64", "= 7", "usernames.maximum_length", "from 8 to 75"),
        ("= 64", "= 64.0", "usernames.maximum_length", "whole number"),
        ("= 64", "= true", "usernames.maximum_length", "whole number"),
        (
            'domain_for_students = "provider"',
            'domain_for_students = "school"',
            "usernames.domain_for_students",
            '"tenant" or "provider"',
        ),
        ('domain_for_staff = "provider"', "", "usernames.domain_for_staff", "missing"),
        ('"ignore"', '"takeover"', "usernames.from_source", "take_over"),
        (', "vti.be"]', ', "vti.be", "x.internal"]', "usernames.verified_domains[3]", "internal"),
        ('["college.be", "vti.be"]', '"college.be"', "usernames.verified_domains", "a list"),
        ('["kantine"]', '["kantine", "de kok"]', "usernames.reserved_words[2]", "letters"),
        ('["kantine"]', '"kantine"', "usernames.reserved_words", "a list"),
        ("= 730", "= 0", "usernames.reuse_after_days", "from 1 to"),
        ("= 730", '= "never"', "usernames.reuse_after_days", "a whole number"),
        ('particles = "keep"', 'particles = "x"', "usernames.rules.particles", '"initials"'),
        ("first_number = 2", "first_number = -1", "usernames.rules.first_number", "from 0"),
        ("particles", "particle", "usernames.rules.particle", "particles?"),
        ("[usernames.rules]", "[[usernames.rules]]", "usernames.rules", "[usernames.rules]"),
        (
            "{voornaam}.{familienaam}",
            "{voornaam}.{familienaam",
            "usernames.format",
            "perhaps {voornaam}.{familienaam}",
        ),
        ('future = "include"', "future = true", "students.future", '"include" or "exclude"'),
        ('future = "include"', "", "students.future", "missing"),
        ('title_format = "{klas}"', 'title_format = "{klass}"', "classes.title_format", "{klas}"),
        ("enabled_user = false", 'enabled_user = "no"', "feed.enabled_user", "true or false"),
        ("percent = 10", "percent = 101", "intake.removal_limit_percent", "from 0 to 100"),
        ("guardians", "guardian", "privacy.guardian", "guardians?"),
        ("[privacy]", "[privat]", "privat", "privacy?"),
        ("[feed]\nenabled_user = false", "[[feed]]", "feed", "[feed]"),
        ('number = "001507"', "number = 1507", "schools[1].number", "in quotes"),
        ('staff_domain = "college.be"', "", "schools[1].staff_domain", "provider assigns"),
        (
            'staff_domain = "college.be"',
            'staff_domain = "college"',
            "schools[1].staff_domain",
            "no extension",
        ),
        (
            '  student_domain = "college.be"',
            "",
            "schools[1].locations[1].student_domain",
            "provider assigns",
        ),
        (
            '  student_domain = "college.be"',
            '  student_domain = "ander.be"',
            "schools[1].locations[1].student_domain",
            "verified",
        ),
        ('\nstudent_domain = "vti.be"', "", "schools[2].student_domain", "provider assigns"),
        ('"001508"', '"001507"', "schools[2].number", "twice"),
        ("sync_by_default = true", "locations = []", "schools[2].locations", "empty"),
        ("sync_by_default = true", "locations = [1]", "schools[2].locations[1]", "a table"),
        ("sync_by_default = true", "sync_default = true", "schools[2].sync_default", "sync_by"),
    ],
)
def test_a_mistake_is_named_by_its_key(right: str, wrong: str, path: str, said: str) -> None:
    assert right in RIGHT

    found = mistakes_in(RIGHT.replace(right, wrong))

    assert list(found) == [path]
    assert said in f"{found[path].problem} {found[path].expected}"


def test_a_location_twice_in_its_school_is_named_with_its_place() -> None:
    again = '  [[schools.locations]]\n  number = "1"\n  student_domain = "vti.be"\n[[schools]]'
    found = mistakes_in(RIGHT.replace('[[schools]]\nnumber = "001508"', f"{again}\nnumber = 'x'"))

    assert found["schools[1].locations[2].number"].place == "school 001507, location 1"


def test_all_mistakes_are_named_at_once() -> None:
    text = RIGHT.replace('"college"', '"!"').replace("= 64", "= 1").replace('"1"', "1")

    assert list(mistakes_in(text)) == [
        "name",
        "usernames.maximum_length",
        "schools[1].locations[1].number",
    ]


def test_an_empty_file_lacks_every_key_that_must_be_there() -> None:
    assert set(mistakes_in("")) == {
        "name",
        "tenant_id",
        "active_school_year",
        "usernames.format",
        "usernames.domain_for_students",
        "usernames.domain_for_staff",
        "students.future",
        "schools",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'name = "a"\ntenant: x', "line 2, column 7"),
        (b'name = "a"\nname = "b"', "line 2"),
        (b'name = "a', "line 1"),
        (b"number = 001507", "line 1"),
        (b'name = "a"\nx = "\xe9"', "not UTF-8 (line 2)"),
    ],
)
def test_what_is_no_toml_is_named_with_its_line(content: bytes, said: str) -> None:
    (mistake,) = read_sheet(content).mistakes

    assert said in mistake.problem


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read_sheet(b"\xef\xbb\xbf" + RIGHT.encode()) == read_sheet(RIGHT.encode())


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert read_sheet(text.encode("utf-8", "surrogatepass")).mistakes


def test_domains_and_formats_are_kept_in_one_form_whatever_their_spelling() -> None:
    respelt = RIGHT.replace("{voornaam}.{familienaam}", "{Voornaam.naam}").replace(
        '"vti.be"', '"VTI.be"'
    )

    assert read_sheet(respelt.encode()).sheet == read_sheet(RIGHT.encode()).sheet


NO_CLAIMS = Claims({}, {}, {})


def checked(*files: tuple[str, str], claims: Claims = NO_CLAIMS) -> list[list[str]]:
    sheets = [SheetFile(name, read_sheet(text.encode()).sheet) for name, text in files]
    return [[mistake.path for mistake in found] for found in check_claims(sheets, claims)]


def test_what_two_files_both_ask_for_is_a_mistake_of_the_second() -> None:
    second = RIGHT.replace('"college"', '"vti"')

    assert checked(("one.toml", RIGHT), ("two.toml", second)) == [
        [],
        ["tenant_id", "schools[1].number", "schools[2].number"],
    ]
    assert "name" in checked(("one.toml", RIGHT), ("two.toml", RIGHT))[1]


def test_what_another_configuration_has_is_a_mistake_unless_it_is_applied_too() -> None:
    sheet = read_sheet(RIGHT.encode()).sheet
    assert sheet is not None
    claims = Claims({sheet.tenant_id: "vti"}, {"001508": "vti"}, {})
    without = RIGHT.replace('"college"', '"vti"').replace("7f9c2ba4", "00000001")
    without = without.replace('"001508"', '"2"').replace('"001507"', '"3"')

    assert checked(("a", RIGHT), claims=claims) == [["tenant_id", "schools[2].number"]]
    assert checked(("a", RIGHT), ("b", without), claims=claims) == [[], []]


def test_a_sheet_does_not_switch_the_school_year() -> None:
    claims = Claims({}, {}, {"college": "2025-26"})

    assert checked(("a", RIGHT), claims=claims) == [["active_school_year"]]


numbers = st.from_regex(r"[0-9]{1,6}", fullmatch=True)
domains = st.sampled_from(["college.be", "vti.be", "xn--caf-dma.be", "school.co.uk"])
flags = st.booleans()
locations = st.builds(LocationSheet, numbers, st.none() | domains, st.none() | flags)
schools = st.builds(
    SchoolSheet,
    numbers,
    domains,
    domains,
    flags,
    st.lists(locations, max_size=3, unique_by=lambda place: place.number).map(tuple),
)
policies = st.sampled_from(DomainPolicy)
sheets = st.builds(
    ConfigurationSheet,
    name=st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True),
    tenant_id=st.uuids(),
    active_school_year=st.sampled_from(["2026-27", "1999-00"]),
    username_format=st.sampled_from(
        ["{voornaam}.{familienaam}", "{voornaam:1}[.{familienaam:7}]", "{familienaam} | {voornaam}"]
    ),
    maximum_length=st.integers(8, 75),
    rules=st.builds(
        Rules,
        transliteration=st.sampled_from(Transliteration),
        letter_case=st.sampled_from(LetterCase),
        first_number=st.integers(0, 999),
        minimum_digits=st.integers(1, 4),
    ),
    reserved_words=st.lists(st.sampled_from(["kantine", "a.b", "o'neil"])).map(tuple),
    reuse_after_days=st.none() | st.integers(1, 10_000),
    domain_policies=st.builds(DomainPolicies, policies, policies),
    from_source=st.sampled_from(["ignore", "take_over"]),
    future_students=flags,
    title_format=st.sampled_from(["{klas}", '"{klas}" \\ {vestiging}', "{klas} é"]),
    enabled_user=flags,
    privacy=st.builds(Privacy, flags, flags, flags),
    removal_limit_percent=st.integers(0, 100),
    schools=st.lists(schools, max_size=3, unique_by=lambda school: school.number).map(tuple),
)


@given(sheets)
def test_what_is_shown_of_a_configuration_can_be_applied_again(sheet: ConfigurationSheet) -> None:
    reading = read_sheet(sheet_text(sheet).encode())

    assert reading.mistakes == ()
    assert reading.sheet == sheet.ordered()


@given(sheets, sheets)
def test_two_sheets_are_the_same_configuration_if_nothing_changes_between_them(
    one: ConfigurationSheet, other: ConfigurationSheet
) -> None:
    assert changes_between(one, one) == ()
    # A name is no change: configurations are found by it.
    same = sheet_text(one).partition("\n")[2] == sheet_text(other).partition("\n")[2]
    assert (changes_between(one, other) == ()) == same
