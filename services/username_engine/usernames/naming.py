"""The name a candidate should have, before it is known whether it is free. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from services.username_engine.engine.formats import UsernameFormat
from services.username_engine.engine.local_parts import (
    MICROSOFT_LOCAL_PART_LENGTH,
    MICROSOFT_USERNAME_LENGTH,
)
from services.username_engine.engine.usernames import DomainPolicy, Username
from services.username_engine.engine.validation import UsernameError, validate_username
from services.username_engine.usernames.candidates import Candidate
from services.username_engine.usernames.configurations import Configuration

SOURCE_RULE = "source"


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
            verified_domains=configuration.verified_domains,
        )
    except UsernameError:
        return SourceName(None, (NameFlag.SOURCE_NAME_INVALID,))
    return SourceName(valid.username, (NameFlag.DOMAIN_STRIPPED,) if stripped else ())


def base_name(candidate: Candidate, username_format: UsernameFormat) -> tuple[str, tuple[str, ...]]:
    """The generated name without a number, and its flags."""
    rendered = username_format.render(
        candidate.given_name, candidate.family_name, identifier=candidate.person_id
    )
    if not rendered.needs_review:
        return rendered.local_part, ()
    return rendered.local_part, (NameFlag.NEEDS_REVIEW, *sorted(rendered.flags))


def new_username(
    candidate: Candidate,
    configuration: Configuration,
    local_part: str,
    flags: tuple[str, ...],
) -> NewUsername:
    """A generated name with the domain it has from the start: none for students (M4.2.2)."""
    provided = configuration.policy(candidate.group) is DomainPolicy.PROVIDER
    domain = candidate.staff_domain if provided and candidate.group.is_staff else None
    if provided and candidate.group.is_staff and domain is None:
        flags = (*flags, NameFlag.DOMAIN_MISSING)
    username = Username(local_part, domain)
    return NewUsername(
        candidate.person_id,
        username,
        candidate.sync,
        configuration.username_format,
        (*flags, *_limit_flags(username)),
    )


def taken_over(candidate: Candidate, found: SourceName, username: Username) -> NewUsername:
    flags = (*found.flags, *_limit_flags(username))
    return NewUsername(candidate.person_id, username, candidate.sync, SOURCE_RULE, flags)


def _limit_flags(username: Username) -> tuple[str, ...]:
    if (
        len(username.local_part) > MICROSOFT_LOCAL_PART_LENGTH
        or len(str(username)) > MICROSOFT_USERNAME_LENGTH
    ):
        return (NameFlag.EXCEEDS_MICROSOFT_LIMIT,)
    return ()
