"""Whether a typed username may be saved (M4.3.3; G "Foutmelding"), but for its being free."""

from collections.abc import Collection
from dataclasses import dataclass

from services.username_engine.engine.domains import DomainError, normalise_domain
from services.username_engine.engine.limits import exceeds_limits
from services.username_engine.engine.local_parts import is_legal_local_part
from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.usernames import DomainPolicy, Group, Username


class UsernameError(ValueError):
    """A username that is not saved.

    `typed` is the name as typed, trimmed; `proposal` a name that could be saved instead. Neither
    is in the text of the exception, which may end up in a log.
    """

    def __init__(self, code: MessageCode, typed: str, proposal: Username | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.typed = typed
        self.proposal = proposal


@dataclass(frozen=True, slots=True)
class ValidUsername:
    """A username that may be saved once it is free, and what its editor should be told."""

    username: Username
    warnings: tuple[MessageCode, ...] = ()


def parse_username(typed: str) -> Username:
    """A typed username, trimmed, its case kept; the domain in its normal form.

    Raises `UsernameError` `username.empty` or `username.invalid`.
    """
    local_part, domain = _split(typed.strip())
    if not is_legal_local_part(local_part):
        raise UsernameError(MessageCode.INVALID, typed.strip())
    if domain is None:
        return Username(local_part)
    try:
        return Username(local_part, normalise_domain(domain))
    except DomainError as error:
        raise UsernameError(MessageCode.INVALID, typed.strip()) from error


def validate_username(
    typed: str,
    *,
    group: Group,
    policy: DomainPolicy,
    maximum_length: int,
    stored_domain: str | None = None,
    dynamic_domain: str | None = None,
    configured_domains: Collection[str] = (),
    verified_domains: Collection[str] = (),
) -> ValidUsername:
    """`typed` by the rules for edits, for a person of `group` whose domain `policy` assigns.

    `maximum_length` is the configuration's, of the local part. `stored_domain` is the one fixed
    to the person's present name, `dynamic_domain` the longest that may be added to one without,
    which is then measured with it. The two collections are normalised domains: those that the
    configuration gives its schools and locations, and those verified in the tenant, where known.

    Raises `UsernameError` with `username.empty`, `username.domain_not_allowed` or
    `username.invalid`; the last with a proposal where staff's name lacks only its domain.
    """
    text = typed.strip()
    local_part, domain = _split(text)
    if domain and local_part and policy is DomainPolicy.TENANT:
        # Before the domain's own validity: another domain would not help.
        raise UsernameError(MessageCode.DOMAIN_NOT_ALLOWED, text)
    username = parse_username(text)
    if len(username.local_part) > maximum_length:
        raise UsernameError(MessageCode.INVALID, text)
    if username.domain is None and policy is DomainPolicy.PROVIDER and group.is_staff:
        raise UsernameError(
            MessageCode.INVALID, text, _with_stored(username, stored_domain, verified_domains)
        )
    if username.domain is not None and verified_domains and username.domain not in verified_domains:
        raise UsernameError(MessageCode.INVALID, text)
    known_domains = {*configured_domains, *verified_domains}
    return ValidUsername(username, _warnings(username, known_domains, dynamic_domain))


def _with_stored(
    username: Username, stored_domain: str | None, verified_domains: Collection[str]
) -> Username | None:
    """`username` with the domain fixed to the present name, if that would be valid now."""
    if stored_domain is None or (verified_domains and stored_domain not in verified_domains):
        return None
    return Username(username.local_part, stored_domain)


def _split(text: str) -> tuple[str, str | None]:
    """Local part and domain, the latter None without an @; further @ stay in the domain."""
    if not text:
        raise UsernameError(MessageCode.EMPTY, text)
    local_part, at, domain = text.partition("@")
    return local_part, domain if at else None


def _warnings(
    username: Username, known_domains: Collection[str], dynamic_domain: str | None
) -> tuple[MessageCode, ...]:
    warnings: list[MessageCode] = []
    if username.domain is not None and username.domain not in known_domains:
        warnings.append(MessageCode.DOMAIN_NOT_CONFIGURED)
    if exceeds_limits(username.local_part, username.domain or dynamic_domain):
        warnings.append(MessageCode.EXCEEDS_MICROSOFT_LIMIT)
    return tuple(warnings)
