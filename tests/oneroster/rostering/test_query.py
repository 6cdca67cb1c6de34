"""The parameters of a request: what is read of them, all faults at once, and the links."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.oneroster.errors import CodeMinor, Fault, InvalidRequest
from services.oneroster.rostering.operations import OPERATIONS, Operation
from services.oneroster.rostering.query import (
    LARGEST,
    Query,
    links,
    parse_query,
    parse_single_query,
)
from services.oneroster.rostering.versions import Version

URL = "https://sds.example.be/ims/oneroster/v1p1/users"


def _operation(name: str = "getAllUsers", version: Version = Version.V1P1) -> Operation:
    return next(each for each in OPERATIONS if (each.id, each.version) == (name, version))


def _parse(text: str, version: Version = Version.V1P1) -> Query:
    return parse_query(text.encode(), _operation(version=version), 100)


def _faults(text: str, version: Version = Version.V1P1) -> tuple[Fault, ...]:
    with pytest.raises(InvalidRequest) as raised:
        _parse(text, version)
    return raised.value.faults


def _codes(text: str, version: Version = Version.V1P1) -> list[CodeMinor]:
    return [fault.code_minor for fault in _faults(text, version)]


def _told(text: str, version: Version) -> tuple[Fault, ...]:
    """As warnings or as faults."""
    try:
        return _parse(text, version).warnings
    except InvalidRequest as refused:
        return refused.faults


@given(
    st.one_of(
        st.binary(max_size=60),
        st.lists(
            st.tuples(
                st.sampled_from(["limit", "offset", "filter", "sort", "orderBy", "fields", "x"]),
                st.text(max_size=12),
            ).map(lambda pair: f"{pair[0]}={quote(pair[1], errors='replace')}".encode()),
            max_size=5,
        ).map(b"&".join),
    ),
    st.sampled_from(OPERATIONS),
)
def test_whatever_is_sent_is_a_query_or_a_refusal(sent: bytes, operation: Operation) -> None:
    try:
        query = parse_query(sent, operation, 100)
    except InvalidRequest:
        return
    assert 1 <= query.limit <= LARGEST
    assert 0 <= query.offset <= LARGEST
    header = links(URL, query, 1, 1000)
    assert header.isascii()
    assert header.isprintable()
    addresses = re.findall(r'<([^<>,\s"]*)>; rel="(?:first|last|next|prev)"', header)
    assert len(addresses) == len(header.split(", "))


def test_without_parameters_the_client_s_own_limit_holds() -> None:
    query = _parse("")
    assert (query.limit, query.offset, query.sort, query.fields) == (100, 0, None, None)
    assert query.bare
    assert not _parse("limit=100").bare
    assert not _parse("x").bare


def test_an_unknown_parameter_is_ignored() -> None:
    assert _parse("limit%20=7").limit == 100
    assert _parse("offset=2&_=1").offset == 2


@pytest.mark.parametrize(
    "text",
    [
        "limit=0", "limit=-1", "limit=", "limit=ten", "limit=1.0", "limit=1e3", "limit=٣", "limit=%201",
        "limit=2147483648", "limit=99999999999", "limit=1_0", "limit=1&limit=1", "offset=-1", "offset=x",
        "offset=2147483648", "offset=0&offset=1", "edition=0", "edition=x", "orderBy=sideways",
        "orderBy=", "orderBy=asc&orderBy=asc", "sort=username&sort=username",
    ],
)  # fmt: skip
@pytest.mark.parametrize("version", Version)
def test_a_parameter_out_of_its_bounds_is_refused(text: str, version: Version) -> None:
    assert _codes(text, version) == [CodeMinor.INVALID_DATA]


def test_the_largest_limit_and_offset_are_honoured() -> None:
    query = _parse(f"limit={LARGEST}&offset={LARGEST}")
    assert (query.limit, query.offset) == (LARGEST, LARGEST)


def test_all_faults_are_told_at_once() -> None:
    text = "limit=0&offset=-1&edition=x&filter=nope&orderBy=up&fields=&sort=nope"
    assert _codes(text) == [
        *[CodeMinor.INVALID_DATA] * 3,
        CodeMinor.INVALID_FILTER_FIELD,
        CodeMinor.INVALID_DATA,
        CodeMinor.INVALID_BLANK_SELECTION_FIELD,
        CodeMinor.INVALID_SORT_FIELD,
    ]
    assert _codes(text, Version.V1P2) == [
        *[CodeMinor.INVALID_DATA] * 3,
        CodeMinor.INVALID_FILTER_FIELD,
        *[CodeMinor.INVALID_DATA] * 3,
    ]


def test_what_1_1_only_warns_of_is_told_with_a_fault() -> None:
    faults = _faults("limit=abc&sort=nope&fields=nix")
    assert [fault.code_minor for fault in faults] == [
        CodeMinor.INVALID_DATA,
        CodeMinor.INVALID_SORT_FIELD,
        CodeMinor.INVALID_SELECTION_FIELD,
    ]
    assert "'nope'" in faults[1].description
    assert "'nix'" in faults[2].description
    # Nothing is answered, in whichever order.
    assert not any("They come" in fault.description for fault in faults)


@pytest.mark.parametrize("version", Version)
def test_both_conditions_of_a_filter_are_faulted(version: Version) -> None:
    (fault,) = _faults("filter=nope='x' AND nix='y'", version)
    assert fault.code_minor is CodeMinor.INVALID_FILTER_FIELD
    assert "'nope', 'nix'" in fault.description
    faults = _faults("filter=nope='x' OR dateLastModified>'soon'", version)
    assert [fault.code_minor for fault in faults] == [CodeMinor.INVALID_FILTER_FIELD] * 2


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("fields=nope,alsonope,givenName", Version.V1P1),
        ("fields=nope,alsonope,givenName", Version.V1P2),
        ("fields=nope&fields=alsonope", Version.V1P2),
        ("fields=nope&fields=alsonope", Version.V1P1),
        ("fields=,nope,,alsonope", Version.V1P1),
        ("fields=,nope&fields=alsonope", Version.V1P2),
    ],
)
def test_every_unknown_selection_is_named(text: str, version: Version) -> None:
    told = _told(text, version)
    (unknown,) = [each for each in told if each.code_minor is CodeMinor.INVALID_SELECTION_FIELD]
    assert "'nope', 'alsonope'" in unknown.description
    assert "blank" not in unknown.description
    assert any("blank" in each.description for each in told) == ("=," in text)
    assert "sourcedId, status, dateLastModified" in unknown.description


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("parameter", ["sort", "fields"])
def test_what_is_unknown_is_quoted_and_the_known_fields_are_listed(
    parameter: str, version: Version
) -> None:
    (told,) = _told(f"{parameter}=colour", version)
    assert "'colour'" in told.description
    assert "users have: sourcedId, status," in told.description
    assert ("orgs" if version is Version.V1P1 else "roles") in told.description


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("parameter", ["sort", "fields"])
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("no%0Ape", r"'no\npe'"),
        ("%1B[31m", r"'\x1b[31m'"),
        ("a%00b", r"'a\x00b'"),
        ("%E2%80%AEdesrever", r"'\u202edesrever'"),
        ("Ţara", "'Ţara'"),
    ],
)
def test_what_does_not_print_is_shown_escaped(
    sent: str, shown: str, parameter: str, version: Version
) -> None:
    (told,) = _told(f"{parameter}={sent}", version)
    assert shown in told.description
    assert told.description.isprintable()


@pytest.mark.parametrize("version", Version)
def test_many_unknown_names_are_counted(version: Version) -> None:
    (told,) = _told("fields=" + ",".join(f"nope{number}" for number in range(500)), version)
    assert "'nope0', 'nope1'" in told.description
    assert "480 more" in told.description
    assert "nope499" not in told.description
    (twice,) = _told("fields=nope,nope", version)
    assert twice.description.count("nope") == 1


def test_sort_and_its_direction() -> None:
    sort = _parse("sort=familyName&orderBy=desc").sort
    assert sort is not None
    assert (sort.name, sort.descending) == ("familyName", True)
    for text in ("sort=familyName", "sort=familyName&orderBy=asc", "orderBy=ASC&sort=familyName"):
        sort = _parse(text).sort
        assert sort is not None
        assert not sort.descending
    assert _parse("orderBy=desc").sort is None
    assert _parse("sort=metadata.x").sort is not None


@pytest.mark.parametrize("name", ["", "nope", "users", "metadata.%00", "x" * 5000])
def test_an_unknown_sort_field_warns_on_1_1_and_is_refused_on_1_2(name: str) -> None:
    query = _parse(f"sort={name}&orderBy=desc")
    assert query.sort is None
    (warning,) = query.warnings
    assert warning.code_minor is CodeMinor.INVALID_SORT_FIELD
    assert warning.description.endswith("They come in their default order.")
    assert len(warning.description) < 1200
    assert _codes(f"sort={name}", Version.V1P2) == [CodeMinor.INVALID_DATA]


def test_fields_are_the_model_s_top_level_names() -> None:
    assert _parse("fields=givenName,%20sourcedId,givenName").fields == ("givenName", "sourcedId")
    assert _parse("fields=orgs,metadata,role").fields == ("orgs", "metadata", "role")


@pytest.mark.parametrize("text", ["nope", "givenName,nope", "orgs.sourcedId", "roles"])
def test_an_unknown_selection_warns_on_1_1_and_is_refused_on_1_2(text: str) -> None:
    query = _parse(f"fields={text}")
    assert query.fields is None
    assert [each.code_minor for each in query.warnings] == [CodeMinor.INVALID_SELECTION_FIELD]
    if text != "roles":
        assert _codes(f"fields={text}", Version.V1P2) == [CodeMinor.INVALID_SELECTION_FIELD]


@pytest.mark.parametrize("text", ["", "%20", ",", "givenName,", "givenName,,username"])
def test_a_blank_selection_is_refused_on_both(text: str) -> None:
    assert _codes(f"fields={text}") == [CodeMinor.INVALID_BLANK_SELECTION_FIELD]
    assert _codes(f"fields={text}", Version.V1P2) == [CodeMinor.INVALID_DATA]


def test_fields_may_repeat_on_1_2_alone() -> None:
    text = "fields=givenName&fields=roles,sourcedId"
    assert _parse(text, Version.V1P2).fields == ("givenName", "roles", "sourcedId")
    assert _codes("fields=givenName&fields=sourcedId") == [CodeMinor.INVALID_DATA]


def test_of_a_single_object_only_fields_is_read() -> None:
    operation = _operation("getUser")
    query = parse_single_query(b"limit=0&filter=nope&sort=nope&fields=givenName", operation)
    assert query.fields == ("givenName",)
    assert query.warnings == ()
    with pytest.raises(InvalidRequest):
        parse_single_query(b"fields=", operation)


@pytest.mark.parametrize(
    ("text", "delta"),
    [
        ("", None),
        ("filter=status='active'", None),
        (
            "filter=dateLastModified%3E'2026-01-01T00:00:00.000Z'",
            "dateLastModified>2026-01-01 00:00:00+00:00",
        ),
        (
            "filter=status='active'%20AND%20dateLastModified>=’2026-01-01’",
            "dateLastModified>=2026-01-01 00:00:00+00:00",
        ),
    ],
)
def test_a_delta_is_known_by_its_clause(text: str, delta: str | None) -> None:
    assert _parse(text).delta == delta


def test_one_delta_in_two_spellings_is_one() -> None:
    spellings = ("2026-01-01", "2026-01-01T01:00:00%2B01:00", "2026-01-01T01:00:00.000+01:00")
    deltas = {_parse(f"filter=dateLastModified>'{each}'").delta for each in spellings}
    assert len(deltas) == 1


@pytest.mark.parametrize(
    ("filter_", "identity"),
    [
        ("sourcedId='x'", True),
        ("username='x'", True),
        ("username='x' AND status='active'", True),
        ("username='x' OR sourcedId='y'", True),
        ("username='x' OR status='active'", False),
        ("username!='x'", False),
        ("username~'x'", False),
        ("orgs.sourcedId='x'", False),
    ],
)
def test_identity_binds_the_whole_filter(filter_: str, identity: bool) -> None:
    assert _parse(f"filter={quote(filter_)}").identity is identity


def test_a_key_is_of_the_list_and_not_of_its_page_or_spelling() -> None:
    same = [
        "",
        "limit=5",
        "offset=10&limit=5&edition=3",
        "_=7",
        "orderBy=asc",
    ]
    assert len({_parse(text).key("/users") for text in same}) == 1
    spelled = ["filter=status='active'", "filter=%20status%20=%20‘ACTIVE’&limit=9"]
    assert len({_parse(text).key("/users") for text in spelled}) == 1
    others = [
        "filter=status='active'",
        "filter=status!='active'",
        "filter=status='active' AND role='student'",
        "filter=status='active' OR role='student'",
        "sort=username",
        "sort=username&orderBy=desc",
        "fields=username",
        "",
    ]
    keys = {_parse(text).key(path) for text in others for path in ("/users", "/classes/1/students")}
    assert len(keys) == 2 * len(others)
    assert {len(key) for key in keys} == {16}


def _addresses(header: str) -> dict[str, str]:
    return {relation: url for url, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


def test_links_repeat_the_client_s_own_parameters() -> None:
    text = "fields=givenName,role&sort=username&filter=status='active'&offset=10&limit=5&mine=1"
    found = _addresses(links(URL, _parse(text), 7, 23))
    assert set(found) == {"first", "prev", "next", "last"}
    offsets = {"first": "0", "prev": "5", "next": "15", "last": "20"}
    for relation, url in found.items():
        assert "," not in url
        asked = parse_qs(urlsplit(url).query)
        assert asked == {
            "fields": ["givenName,role"],
            "sort": ["username"],
            "filter": ["status='active'"],
            "offset": [offsets[relation]],
            "limit": ["5"],
            "mine": ["1"],
            "edition": ["7"],
        }


def test_repeated_fields_stay_repeated_in_links() -> None:
    query = _parse("fields=givenName&fields=roles&limit=1", Version.V1P2)
    url = _addresses(links(URL, query, 1, 9))["next"]
    assert parse_qs(urlsplit(url).query)["fields"] == ["givenName", "roles"]


def test_on_the_last_page_last_is_what_was_asked_for() -> None:
    text = "limit=5&offset=20&filter=status%3D'active'"
    found = _addresses(links(URL, _parse(text), 7, 23))
    assert found["last"] == f"{URL}?{text}"
    assert "next" not in found


def test_following_next_ends_at_the_total() -> None:
    seen, text = [], "limit=4"
    while True:
        query = _parse(text)
        seen.append(query.offset)
        found = _addresses(links(URL, query, 1, 10))
        if "next" not in found:
            break
        text = urlsplit(found["next"]).query
    assert seen == [0, 4, 8]
