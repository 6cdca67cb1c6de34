"""The filter grammar: every spelling consumers send, and no string that it can't judge."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.oneroster.rostering.filters import (
    MAXIMUM_LENGTH,
    Condition,
    Filter,
    FilterError,
    Operator,
    parse_filter,
)
from services.oneroster.rostering.resources import RESOURCES, FieldKind, Resource
from services.oneroster.rostering.versions import Version

OPERATORS: tuple[Operator, ...] = get_args(Operator)
USERS = RESOURCES[Version.V1P1]["users"]
ENROLLMENTS = RESOURCES[Version.V1P1]["enrollments"]
SESSIONS = RESOURCES[Version.V1P1]["academicSessions"]
ALL = [resource for of_version in RESOURCES.values() for resource in of_version.values()]

resources = st.sampled_from(ALL)
# What a filter is made of, in any order: most are broken, some are not.
FRAGMENTS = [
    "sourcedId", "status", "role", "dateLastModified", "orgs.sourcedId", "metadata.x", "title",
    "=", "!=", ">", "<", "~", ">=", "'", "’", "''", " AND ", " or ", "and", " ", "+", "\0", "%", "\\",
    "'active'", "'2026-01-01'", "x", "\ud800", "İ", "ß", "$1", "--", ";", "(", ")",
]  # fmt: skip
fragments = st.sampled_from(FRAGMENTS)
texts = st.one_of(st.text(), st.lists(fragments, max_size=12).map("".join))


def _one(text: str, resource: Resource = USERS) -> Condition:
    (condition,) = parse_filter(text, resource).conditions
    return condition


@given(texts, resources)
def test_whatever_is_sent_is_a_filter_or_a_filter_error(text: str, resource: Resource) -> None:
    try:
        parsed = parse_filter(text, resource)
    except FilterError:
        return
    assert 1 <= len(parsed.conditions) <= 2
    for condition in parsed.conditions:
        # Every field and the operator are literally in what was sent.
        assert condition.name in text
        assert condition.operator in text
        assert condition.field == resource.field(condition.name)
        str(condition.value).encode()


@st.composite
def _clauses(draw: st.DrawFn) -> tuple[str, str, Operator, str]:
    name = draw(st.sampled_from([name for name in USERS.fields if name != "dateLastModified"]))
    operator = draw(st.sampled_from(OPERATORS))
    # Without quotes, the value is whatever stands between the two.
    value = draw(
        st.text(
            st.characters(exclude_categories=["Cs"], exclude_characters="\0'‘’‚‛′"), max_size=30
        )
    )
    quote = draw(st.sampled_from("'‘’‛′"))
    space = st.sampled_from(["", " ", "  "])
    before, around, behind = draw(space), draw(space), draw(space)
    text = f"{before}{name}{around}{operator}{behind}{quote}{value}{quote}"
    return text, name, operator, value


@given(_clauses(), _clauses(), st.sampled_from(["AND", "OR", "and", "Or"]))
def test_what_was_written_is_what_is_read(
    first: tuple[str, str, Operator, str], second: tuple[str, str, Operator, str], logic: str
) -> None:
    parsed = parse_filter(f"{first[0]} {logic} {second[0]}", USERS)
    assert parsed.logic == logic.upper()
    for condition, (_, name, operator, value) in zip(
        parsed.conditions, (first, second), strict=True
    ):
        assert (condition.name, condition.operator) == (name, operator)
        by_code_points = condition.field.kind is FieldKind.IDENTIFIER
        assert condition.value == (value if by_code_points else value.casefold())


@pytest.mark.parametrize(
    "text",
    [
        "status='active'",
        "status = 'active'",
        "  status  =  'active'  ",
        "status='ACTIVE'",
        "status=‘active’",
        "status=’active’",
        "status=′active′",
        "status='active’",
    ],
)
def test_status_in_the_spellings_that_consumers_send(text: str) -> None:
    condition = _one(text)
    assert (condition.name, condition.operator, condition.value) == ("status", "=", "active")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-01", "00:00:00.000000"),
        ("2026-03-01T10:20", "10:20:00.000000"),
        ("2026-03-01T10:20:30", "10:20:30.000000"),
        ("2026-03-01 10:20:30", "10:20:30.000000"),
        ("2026-03-01T10:20:30Z", "10:20:30.000000"),
        ("2026-03-01t10:20:30.5z", "10:20:30.500000"),
        ("2026-03-01T10:20:30.123Z", "10:20:30.123000"),
        ("2026-03-01T10:20:30,123Z", "10:20:30.123000"),
        ("2026-03-01T10:20:30.1234567Z", "10:20:30.123456"),
        ("2026-03-01T10:20:30.123+02:00", "08:20:30.123000"),
        ("2026-03-01T10:20:30.123+0200", "08:20:30.123000"),
        ("2026-03-01T10:20:30+02", "08:20:30.000000"),
        # A plus sign that was not encoded.
        ("2026-03-01T10:20:30.123 02:00", "08:20:30.123000"),
        ("2026-03-01T10:20:30-05:30", "15:50:30.000000"),
    ],
)
def test_a_time_in_every_spelling(written: str, moment: str) -> None:
    value = _one(f"dateLastModified>'{written}'").value
    assert value == datetime.fromisoformat(f"2026-03-01T{moment}+00:00")


@pytest.mark.parametrize(
    "written",
    [
        "", "yesterday", "2026", "2026-02-30", "2026-13-01", "2026-01-01T25:00:00Z", "0000-01-01",
        "2026-01-01T10:00:00+02:75", "2026-01-01T10:00:00+99:00", "01/05/2023", "٢٠٢٦-٠١-٠١",
        "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00", "2026-01-01T10:00:00.1234567890Z",
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(written: str) -> None:
    for text, resource in (
        (f"dateLastModified>'{written}'", USERS),
        (f"beginDate<='{written}'", ENROLLMENTS),
        (f"endDate='{written}'", SESSIONS),
    ):
        with pytest.raises(FilterError, match="time"):
            parse_filter(text, resource)


def test_what_is_finer_than_a_microsecond_falls_between_two_milliseconds() -> None:
    kept = datetime(2026, 3, 1, 10, 20, 30, 123_000, tzinfo=UTC)
    finer = _one("dateLastModified>='2026-03-01T10:20:30.1230001Z'").value
    assert isinstance(finer, datetime)
    assert kept < finer < kept + timedelta(milliseconds=1)


@given(
    st.dates().map(lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)),
    st.tuples(st.dates(date(2, 1, 1), date(9998, 12, 31)), st.times()).map(
        lambda parts: datetime.combine(*parts, timezone(timedelta(hours=2)))
    ),
)
def test_a_day_compares_with_a_moment_as_its_midnight_utc(day: datetime, moment: datetime) -> None:
    value = _one(f"beginDate>'{moment.isoformat()}'", ENROLLMENTS).value
    assert isinstance(value, str)
    held = day.date().isoformat()
    assert (held > value) == (day > moment)
    assert (held < value) == (day < moment)
    assert (held == value) == (day == moment)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("familyName='O'Brien'", "o'brien"),
        ("familyName='d'Hondt' AND status='active'", "d'hondt"),
        ("familyName=''", ""),
        ("familyName=''''", "''"),
        ("familyName='%_\\'", "%_\\"),
        ("familyName='x; drop table roster.users'", "x; drop table roster.users"),
        ("familyName='E='", "e="),
        ("familyName=' AND x='", " and x="),
        ("familyName='STRASSE ß'", "strasse ss"),
    ],
)
def test_a_value_may_hold_anything(text: str, value: str) -> None:
    assert parse_filter(text, USERS).conditions[0].value == value


@pytest.mark.parametrize(
    "text",
    [
        "status='active' AND role='student' AND username='x'",
        "status='active' OR role='student' AND username='x'",
        "status='active'AND role='student'OR username~'x'",
    ],
)
def test_a_third_clause_is_refused_and_never_read_as_a_value(text: str) -> None:
    with pytest.raises(FilterError, match="more than"):
        parse_filter(text, USERS)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "status", "status=", "status=active", "='active'", "status='active", "status=active'",
        "status=='active'", "status<>'active'", "status='active' AND", "status='active' XOR role='x'",
        "status='active' role='student'", "(status='active')", "status LIKE 'a%'", "1=1",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text, USERS)


@pytest.mark.parametrize(
    "name",
    ["nickname", "Status", "sourcedid", "orgs.nonsense", "user.name", "metadata.", "roles.role"],
)
def test_a_field_the_model_lacks_is_refused_and_those_it_has_are_named(name: str) -> None:
    with pytest.raises(FilterError, match="givenName"):
        parse_filter(f"{name}='x'", USERS)


def test_both_unknown_fields_are_named() -> None:
    with pytest.raises(FilterError) as raised:
        parse_filter("nope='x' AND nix='y'", USERS)
    (description,) = raised.value.descriptions
    assert description.startswith("'nope', 'nix' can't be filtered on; users have: sourcedId,")


def test_a_fault_of_either_condition_is_told() -> None:
    with pytest.raises(FilterError) as raised:
        parse_filter("dateLastModified>'soon' OR nope='x'", USERS)
    assert len(raised.value.descriptions) == 2
    assert any("'nope'" in each for each in raised.value.descriptions)
    assert any("dateLastModified is compared" in each for each in raised.value.descriptions)
    with pytest.raises(FilterError) as raised:
        parse_filter("dateLastModified>'soon' AND dateLastModified<'later'", USERS)
    assert len(raised.value.descriptions) == 1


@pytest.mark.parametrize("name", ["orgs.href", "class.href"])
def test_the_address_of_a_reference_can_t_be_filtered_on(name: str) -> None:
    with pytest.raises(FilterError, match="can't be filtered on"):
        parse_filter(f"{name}~'x'", USERS if name.startswith("orgs") else ENROLLMENTS)


def test_each_version_has_its_own_fields() -> None:
    later = RESOURCES[Version.V1P2]["users"]
    for name in ("roles.role", "roles.org.sourcedId", "primaryOrg", "primaryOrg.type"):
        assert parse_filter(f"{name}='x'", later).conditions[0].name == name
        with pytest.raises(FilterError):
            parse_filter(f"{name}='x'", USERS)
    for name in ("role", "orgs", "orgs.sourcedId"):
        assert parse_filter(f"{name}='x'", USERS).conditions[0].name == name
        with pytest.raises(FilterError):
            parse_filter(f"{name}='x'", later)


def test_length_is_capped_and_nul_is_refused() -> None:
    with pytest.raises(FilterError, match=str(MAXIMUM_LENGTH)):
        parse_filter(f"familyName='{'x' * MAXIMUM_LENGTH}'", USERS)
    with pytest.raises(FilterError, match="NUL"):
        parse_filter("familyName='\0'", USERS)
    with pytest.raises(FilterError, match="surrogate"):
        parse_filter("familyName='\ud83d'", USERS)


def test_a_filter_knows_which_fields_it_names() -> None:
    parsed = parse_filter("status='active' OR dateLastModified>'2026-01-01'", USERS)
    assert parsed.names("status")
    assert parsed.names("dateLastModified")
    assert not parsed.names("role")
    assert not Filter().names("status")
