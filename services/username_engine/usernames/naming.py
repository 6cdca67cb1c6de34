"""The name a candidate should have, before it is known whether it is free. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from services.username_engine.engine.formats import Rendered, UsernameFormat
from services.username_engine.engine.limits import exceeds_limits
from services.username_engine.engine.local_parts import fold
from services.username_engine.engine.suffixes import nth_candidate
from services.username_engine.engine.usernames import DomainPolicy, Group, Username
from services.username_engine.engine.validation import UsernameError, validate_username
from services.username_engine.usernames.candidates import Candidate
from services.username_engine.usernames.configurations import Configuration

SOURCE_RULE = "source"
FORMER_NAME_RULE = "former name"


class NameFlag(StrEnum):
    """Why somebody should look at a name, beside the reasons of `formats.ReviewFlag`."""

    NEEDS_REVIEW = "needs_review"
    """Transliteration left too little; the reason stands beside it."""
    SOURCE_NAME_INVALID = "source_name_invalid"
    """The source's name could not be taken over; this one was generated."""
    SOURCE_NAME_TAKEN = "source_name_taken"
    """Likewise, as somebody had it."""
    DOMAIN_STRIPPED = "domain_stripped"
    """The source's name had a domain, and the tenant assigns it here."""
    DOMAIN_MISSING = "domain_missing"
    """Staff of a school without a domain where the provider assigns it: not sent."""
    EXCEEDS_MICROSOFT_LIMIT = "exceeds_microsoft_limit"
    LIKELY_EXISTING_ACCOUNT = "likely_existing_account"
    """The tenant has an account that is probably this person's: Sync is off until it is approved."""
    NAME_TAKEN_IN_TENANT = "name_taken_in_tenant"
    """An account in the tenant has the name that the format makes, and whose it is is not certain."""


@dataclass(frozen=True, slots=True)
class NewUsername:
    """A row for usernames.username."""

    person_id: str
    username: Username
    sync: bool
    rule: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceName:
    """What the source calls a candidate: the name as it would be stored, or why it cannot be."""

    username: Username | None
    flags: tuple[str, ...] = ()


def source_name(candidate: Candidate, configuration: Configuration) -> SourceName:
    """The source's name by the rules for typed ones; under the tenant policy without its domain."""
    typed = (candidate.source_username or "").strip()
    policy = configuration.policy(candidate.group)
    local_part, _, domain = typed.partition("@")
    stripped = policy is DomainPolicy.TENANT and bool(domain)
    if stripped:
        typed = local_part
    elif policy is DomainPolicy.PROVIDER and not domain and candidate.group.is_staff:
        typed = f"{typed}@{candidate.staff_domain or ''}"
    try:
        valid = validate_username(
            typed,
            group=candidate.group,
            policy=policy,
            maximum_length=configuration.maximum_length,
            dynamic_domain=configuration.dynamic_domain(candidate.group),
            verified_domains=configuration.verified_domains,
        )
    except UsernameError:
        return SourceName(None, (NameFlag.SOURCE_NAME_INVALID,))
    return SourceName(valid.username, (NameFlag.DOMAIN_STRIPPED,) if stripped else ())


@dataclass(frozen=True, slots=True)
class Wanted:
    """The names that would suit a person, the best first, without numbers."""

    candidates: tuple[str, ...]
    flags: tuple[tuple[str, ...], ...]
    """Of each candidate, why somebody should look at it."""

    def flags_of(self, local_part: str, maximum_length: int) -> tuple[str, ...]:
        """Those of the candidate that became `local_part`; with a number that is the first."""
        if not any(self.flags):
            return ()
        bare = bare_names(self, maximum_length)
        folded = fold(local_part)
        return self.flags[bare.index(folded) if folded in bare else 0]


def wanted_names(
    given_name: str,
    family_name: str,
    person_id: str,
    configuration: Configuration,
    username_format: UsernameFormat,
    start_year: int,
) -> Wanted:
    """The candidates of the format, as `nth_candidate` takes them.

    `start_year` is that of the active school year.
    """
    rendered = username_format.candidates(
        given_name,
        family_name,
        identifier=person_id,
        rules=configuration.rules,
        start_year=start_year,
    )
    return Wanted(
        tuple(each.local_part for each in rendered), tuple(_review_flags(each) for each in rendered)
    )


def _review_flags(rendered: Rendered) -> tuple[str, ...]:
    return (NameFlag.NEEDS_REVIEW, *sorted(rendered.flags)) if rendered.needs_review else ()


def bare_names(wanted: Wanted, maximum_length: int) -> tuple[str, ...]:
    """The candidates as they are when they are free: cut, and folded."""
    return tuple(fold(nth_candidate(each, maximum_length, 1)) for each in wanted.candidates)


def new_username(
    candidate: Candidate,
    configuration: Configuration,
    local_part: str,
    flags: tuple[str, ...],
    *,
    held: bool = False,
    rule: str | None = None,
) -> NewUsername:
    """A generated name with the domain it has from the start: none for students (M4.2.2).

    `held`: Sync stays off until somebody has looked, whatever the default says. `rule`: by what
    the name was made, if not by the format.
    """
    provided = configuration.policy(candidate.group) is DomainPolicy.PROVIDER
    domain = candidate.staff_domain if provided and candidate.group.is_staff else None
    username = Username(local_part, domain)
    return NewUsername(
        candidate.person_id,
        username,
        candidate.sync and not held,
        rule or configuration.username_format,
        _with_flags_as_sent(flags, username, candidate.group, configuration),
    )


def renamed(
    candidate: Candidate,
    configuration: Configuration,
    before: Username,
    local_part: str,
    flags: tuple[str, ...],
) -> NewUsername:
    """The name that a bulk rename gives: domain and Sync stay, the flags are those of a new one.

    `candidate.sync` is the name's own.
    """
    username = Username(local_part, before.domain)
    return NewUsername(
        candidate.person_id,
        username,
        candidate.sync,
        configuration.username_format,
        _with_flags_as_sent(flags, username, candidate.group, configuration),
    )


def _with_flags_as_sent(
    flags: tuple[str, ...], username: Username, group: Group, configuration: Configuration
) -> tuple[str, ...]:
    provided = configuration.policy(group) is DomainPolicy.PROVIDER
    if provided and group.is_staff and username.domain is None:
        flags = (*flags, NameFlag.DOMAIN_MISSING)
    return (*flags, *_limit_flags(username, group, configuration))


def taken_over(
    candidate: Candidate, configuration: Configuration, found: SourceName, username: Username
) -> NewUsername:
    flags = (*found.flags, *_limit_flags(username, candidate.group, configuration))
    return NewUsername(candidate.person_id, username, candidate.sync, SOURCE_RULE, flags)


def _limit_flags(username: Username, group: Group, configuration: Configuration) -> tuple[str, ...]:
    domain = username.domain or configuration.dynamic_domain(group)
    exceeds = exceeds_limits(username.local_part, domain)
    return (NameFlag.EXCEEDS_MICROSOFT_LIMIT,) if exceeds else ()
