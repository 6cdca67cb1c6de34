"""The username as sent to Microsoft (M4.2)."""

from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy


class MissingDomainError(ValueError):
    """The provider assigns the domain, and there is none: such a name must not be sent."""


def username_as_sent(
    local_part: str,
    stored_domain: str | None,
    *,
    sent_as_staff: bool,
    policies: DomainPolicies,
    location_domain: str | None,
) -> str:
    """The name on the reference date; `location_domain` is that of the place of the active
    enrolment (a future student's: of the enrolment on his start date), and only counts for
    students.

    Raises `MissingDomainError` where the provider assigns the domain and none is known.
    """
    policy = policies.staff if sent_as_staff else policies.students
    if policy is DomainPolicy.TENANT:
        return local_part
    # Staff's domain is never dynamic, so a location's is no way out for them.
    domain = stored_domain or (None if sent_as_staff else location_domain)
    if domain is None:
        raise MissingDomainError("no domain is known for a name that must be sent with one")
    return f"{local_part}@{domain}"
