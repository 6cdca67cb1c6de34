from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.formats import UsernameFormat, parse_format
from services.username_engine.engine.limits import (
    LimitCode,
    LimitWarning,
    exceeds_limits,
    limit_warnings,
)
from services.username_engine.engine.rules import Rules
from services.username_engine.engine.suffixes import nth_candidate
from tests.username_engine.engine.names import ANY_TEXT, FORMATS, NAMES, RULES, unhurried


@pytest.mark.parametrize(
    ("local_part", "domain", "code"),
    [
        ("bert.ameel", "college.be", None),
        ("a" * 64, None, None),
        ("a" * 65, None, LimitCode.LOCAL_PART),
        ("a" * 65, "college.be", LimitCode.LOCAL_PART),
        ("a" * 64, "d" * 45 + ".be", None),
        ("a" * 64, "d" * 46 + ".be", LimitCode.USERNAME),
        ("bert ameel", None, LimitCode.CHARACTERS),
        ("bert.", "college.be", LimitCode.CHARACTERS),
        ("", None, LimitCode.CHARACTERS),
    ],
)
def test_names(local_part: str, domain: str | None, code: LimitCode | None) -> None:
    assert exceeds_limits(local_part, domain) is code


@pytest.mark.parametrize(
    ("text", "maximum_length", "domains", "warnings"),
    [
        ("voornaam.naam", 64, ["college.be"], []),
        ("voornaam.naam", 75, [], [LimitWarning(LimitCode.LOCAL_PART, 75, 64)]),
        (
            "voornaam.naam",
            75,
            ["a.be", f"{'d' * 50}.be", "b.be"],
            [
                LimitWarning(LimitCode.LOCAL_PART, 75, 64),
                LimitWarning(LimitCode.USERNAME, 129, 113, f"{'d' * 50}.be"),
            ],
        ),
        (
            "voornaam.naam",
            64,
            [f"{'d' * 46}.be"],
            [LimitWarning(LimitCode.USERNAME, 114, 113, f"{'d' * 46}.be")],
        ),
        # A format of parts has its own bound.
        ("{voornaam:1}{naam:8}", 75, ["college.be"], []),
        ("{voornaam:1}{naam:8} | {naam}", 75, [], [LimitWarning(LimitCode.LOCAL_PART, 75, 64)]),
        ("{voornaam:40}.{naam:40}", 75, [], [LimitWarning(LimitCode.LOCAL_PART, 75, 64)]),
        ("{voornaam:20}.{naam:40}", 75, [], [LimitWarning(LimitCode.LOCAL_PART, 68, 64)]),
        ("{voornaam:1}[.{naam}]", 75, [], [LimitWarning(LimitCode.LOCAL_PART, 75, 64)]),
    ],
)
def test_configurations(
    text: str, maximum_length: int, domains: list[str], warnings: list[LimitWarning]
) -> None:
    found = limit_warnings(parse_format(text), maximum_length=maximum_length, domains=domains)

    assert list(found) == warnings


def test_a_warning_says_how_long_and_with_which_domain() -> None:
    (long,) = limit_warnings(
        parse_format("{voornaam}"), maximum_length=60, domains=["school." + "d" * 50 + ".be"]
    )

    assert str(long) == (
        f"names may have 121 characters in all, with school.{'d' * 50}.be; Microsoft takes 113"
    )


@unhurried
@given(
    FORMATS,
    RULES,
    st.integers(8, 90),
    st.lists(st.sampled_from(["a.be", "d" * 40 + ".be", "d" * 60 + ".be"]), max_size=2),
    st.one_of(NAMES, st.text("abcü ", min_size=60, max_size=90)),
    NAMES,
    ANY_TEXT,
    st.integers(1, 10_000),
)
def test_without_a_warning_no_name_exceeds_the_limits(
    username_format: UsernameFormat,
    rules: Rules,
    maximum_length: int,
    domains: list[str],
    given_name: str,
    family_name: str,
    identifier: str,
    n: int,
) -> None:
    rendered = username_format.candidates(
        given_name, family_name, identifier=identifier, rules=rules, start_year=2026
    )
    bases = [one.local_part for one in rendered]
    names = [nth_candidate(base, maximum_length, 1) for base in bases]
    names.append(nth_candidate(bases[0], maximum_length, n, rules))
    warned = {
        warning.code
        for warning in limit_warnings(
            username_format, maximum_length=maximum_length, domains=domains, rules=rules
        )
    }

    for name, domain in product(names, (*domains, None)):
        assert exceeds_limits(name, domain) in {None, *warned}
