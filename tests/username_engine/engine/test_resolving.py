import pytest

from services.username_engine.engine.resolving import MissingDomainError, username_as_sent
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy

TENANT, PROVIDER = DomainPolicy.TENANT, DomainPolicy.PROVIDER


@pytest.mark.parametrize(
    ("case", "sent_as_staff", "students", "staff", "stored", "location", "sent"),
    [
        ("student, tenant", False, TENANT, PROVIDER, None, None, "jens.verwee"),
        ("student, tenant, once staff", False, TENANT, PROVIDER, "vti.be", None, "jens.verwee"),
        ("student, dynamic", False, PROVIDER, TENANT, None, "college.be", "jens.verwee@college.be"),
        ("student, moved", False, PROVIDER, TENANT, None, "vti.be", "jens.verwee@vti.be"),
        ("student, fixed", False, PROVIDER, TENANT, "fix.be", "vti.be", "jens.verwee@fix.be"),
        ("staff, tenant", True, PROVIDER, TENANT, None, "vti.be", "jens.verwee"),
        ("staff, stored", True, TENANT, PROVIDER, "school.be", "vti.be", "jens.verwee@school.be"),
    ],
)
def test_what_is_sent(
    case: str,
    sent_as_staff: bool,
    students: DomainPolicy,
    staff: DomainPolicy,
    stored: str | None,
    location: str | None,
    sent: str,
) -> None:
    assert (
        username_as_sent(
            "jens.verwee",
            stored,
            sent_as_staff=sent_as_staff,
            policies=DomainPolicies(students, staff),
            location_domain=location,
        )
        == sent
    ), case


@pytest.mark.parametrize(("sent_as_staff", "location"), [(True, "vti.be"), (False, None)])
def test_no_name_is_sent_without_the_domain_it_needs(
    sent_as_staff: bool, location: str | None
) -> None:
    with pytest.raises(MissingDomainError):
        username_as_sent(
            "jens.verwee",
            None,
            sent_as_staff=sent_as_staff,
            policies=DomainPolicies(PROVIDER, PROVIDER),
            location_domain=location,
        )
