import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.local_parts import is_legal_local_part
from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.usernames import (
    DomainPolicies,
    DomainPolicy,
    Group,
    Username,
)
from services.username_engine.engine.validation import (
    UsernameError,
    ValidUsername,
    parse_username,
    validate_username,
)

STUDENT, STAFF, BOTH = Group.STUDENT, Group.STAFF, Group.BOTH
TENANT, PROVIDER = DomainPolicy.TENANT, DomainPolicy.PROVIDER
CONFIGURED = frozenset({"college.be", "vti.be"})


def validate(
    typed: str,
    group: Group = STUDENT,
    policy: DomainPolicy = PROVIDER,
    *,
    maximum_length: int = 75,
    stored_domain: str | None = None,
    dynamic_domain: str | None = None,
    verified_domains: frozenset[str] = frozenset(),
) -> ValidUsername:
    return validate_username(
        typed,
        group=group,
        policy=policy,
        maximum_length=maximum_length,
        stored_domain=stored_domain,
        dynamic_domain=dynamic_domain,
        configured_domains=CONFIGURED,
        verified_domains=verified_domains,
    )


def refused(*args: object, **kwargs: object) -> UsernameError:
    with pytest.raises(UsernameError) as caught:
        validate(*args, **kwargs)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("typed", "group", "policy", "username"),
    [
        ("jan.peters", STUDENT, TENANT, Username("jan.peters")),
        ("jan.peters", STAFF, TENANT, Username("jan.peters")),
        ("jan.peters", STUDENT, PROVIDER, Username("jan.peters")),
        ("  b.bal_EX ", STUDENT, TENANT, Username("b.bal_EX")),
        ("jan.peters@VTI.be", STUDENT, PROVIDER, Username("jan.peters", "vti.be")),
        ("jan.peters@vti.be", STAFF, PROVIDER, Username("jan.peters", "vti.be")),
        ("jan.peters@vti.be", BOTH, PROVIDER, Username("jan.peters", "vti.be")),
        ("departs-from_the.format!", STUDENT, TENANT, Username("departs-from_the.format!")),
    ],
)
def test_may_be_saved(typed: str, group: Group, policy: DomainPolicy, username: Username) -> None:
    assert validate(typed, group, policy) == ValidUsername(username)


@pytest.mark.parametrize("typed", ["", "  ", "\t\n", "\u00a0"])
def test_empty(typed: str) -> None:
    assert refused(typed).code is MessageCode.EMPTY


@pytest.mark.parametrize("policy", [TENANT, PROVIDER])
@pytest.mark.parametrize(
    "typed", ["jan peters", ".jan", "jan.", "jan..p", "é", "@vti.be", "jan@", "jan\u200bp", "@"]
)
def test_not_valid(typed: str, policy: DomainPolicy) -> None:
    error = refused(typed, STUDENT, policy)

    assert error.code is MessageCode.INVALID
    assert error.typed == typed


@pytest.mark.parametrize(
    "typed", ["jan@college", "jan@be", "jan@college.locaal", "jan@a@college.be", "jan@-x.be"]
)
def test_bad_domain_or_no_extension(typed: str) -> None:
    assert refused(typed).code is MessageCode.INVALID


@pytest.mark.parametrize("group", list(Group))
@pytest.mark.parametrize("typed", ["jan.peters@college.be", "jan.peters@college"])
def test_no_domain_where_the_tenant_assigns_it(typed: str, group: Group) -> None:
    error = refused(typed, group, TENANT)

    assert error.code is MessageCode.DOMAIN_NOT_ALLOWED
    assert error.typed == typed


@pytest.mark.parametrize("group", [STAFF, BOTH])
def test_staff_without_domain_gets_a_proposal_with_the_stored_one(group: Group) -> None:
    error = refused("Jan.Peters", group, PROVIDER, stored_domain="college.be")

    assert error.code is MessageCode.INVALID
    assert error.proposal == Username("Jan.Peters", "college.be")
    assert str(error.proposal) == "Jan.Peters@college.be"


def test_staff_without_any_domain_gets_no_proposal() -> None:
    assert refused("jan.peters", STAFF, PROVIDER).proposal is None


def test_the_maximum_length_is_of_the_local_part() -> None:
    assert validate("a" * 8 + "@college.be", maximum_length=8).username.local_part == "a" * 8
    assert refused("a" * 9 + "@college.be", maximum_length=8).code is MessageCode.INVALID


def test_a_domain_of_no_school_is_saved_with_a_warning() -> None:
    result = validate("jan@elders.be")

    assert result.username == Username("jan", "elders.be")
    assert result.warnings == (MessageCode.DOMAIN_NOT_CONFIGURED,)


def test_once_verified_domains_are_listed_any_other_is_invalid() -> None:
    verified = frozenset({"college.be", "tenant.be"})

    assert validate("jan@tenant.be", verified_domains=verified).warnings == ()
    assert refused("jan@elders.be", verified_domains=verified).code is MessageCode.INVALID
    assert refused("jan@vti.be", verified_domains=verified).code is MessageCode.INVALID


@pytest.mark.parametrize(
    ("typed", "warned"),
    [
        ("a" * 64, False),
        ("a" * 65, True),
        ("a" * 64 + "@" + "b" * 37 + ".college.be", False),
        ("a" * 64 + "@" + "b" * 38 + ".college.be", True),
    ],
)
def test_names_longer_than_microsoft_takes_are_warned_about(typed: str, warned: bool) -> None:
    warnings = validate(typed).warnings

    assert (MessageCode.EXCEEDS_MICROSOFT_LIMIT in warnings) is warned


@pytest.mark.parametrize(
    ("typed", "dynamic_domain", "warned"),
    [
        ("a" * 60, "b" * 52, False),
        ("a" * 60, "b" * 53, True),
        ("a" * 60, None, False),
        ("a" * 60 + "@college.be", "b" * 53, False),
    ],
)
def test_a_name_without_a_domain_is_measured_with_the_longest_it_may_be_sent_with(
    typed: str, dynamic_domain: str | None, warned: bool
) -> None:
    warnings = validate(typed, dynamic_domain=dynamic_domain).warnings

    assert (MessageCode.EXCEEDS_MICROSOFT_LIMIT in warnings) is warned


def test_error_text_holds_no_name() -> None:
    error = refused("jan.peters@college.be", STUDENT, TENANT)

    assert str(error) == "username.domain_not_allowed"


def test_policy_of_a_person_who_is_both_is_that_of_staff() -> None:
    policies = DomainPolicies(students=PROVIDER, staff=TENANT)

    assert [policies.of(group) for group in (STUDENT, STAFF, BOTH)] == [PROVIDER, TENANT, TENANT]


def test_uniqueness_regards_neither_case_nor_domain() -> None:
    assert Username("Jan.P", "vti.be").folded == Username("jan.p").folded


@given(
    st.one_of(st.text(), st.from_regex(r"[a-z.' ]{0,5}@[a-z.]{0,8}\.be", fullmatch=True)),
    st.sampled_from(Group),
    st.sampled_from(DomainPolicy),
)
def test_any_text_is_refused_or_gives_a_name_that_is_valid_again(
    typed: str, group: Group, policy: DomainPolicy
) -> None:
    try:
        result = validate(typed, group, policy)
    except UsernameError:
        return
    assert is_legal_local_part(result.username.local_part, 75)
    assert parse_username(str(result.username)) == result.username
    assert validate(str(result.username), group, policy) == result
