"""The rows of plans: what becomes of each name and why, and what follows a format. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import digits
from typing import Any

from services.username_engine.engine.local_parts import fold
from services.username_engine.engine.suffixes import nth_candidate
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.naming import (
    FORMER_NAME_RULE,
    SOURCE_RULE,
    NewUsername,
    Wanted,
    bare_names,
)

NameFields = Mapping[str, Any]
"""All that a name's row holds: local_part, domain, sync, flags, rule."""


class Reason(StrEnum):
    """By what a name becomes what it does, or why it stays."""

    FORMAT = "format"
    """As the format makes it."""
    CANDIDATE = "candidate"
    """By a further candidate of the format: those before it are not free."""
    NUMBER = "number"
    """With a number: none of the format's candidates is free."""
    FORMER_NAME = "former_name"
    """The person had it before."""
    SOURCE = "source"
    """As the source calls the person; of a name that stays: it came from there."""
    DOMAIN_FIXED = "domain_fixed"
    """A student became staff: the school's domain is stored (creation, rule 8)."""
    RETIRED = "retired"
    """Its person left longer ago than the configuration reserves names."""
    EDITED = "edited"
    """Stays: somebody typed it."""
    ACCOUNT = "account"
    """Stays: it is that of an account of the tenant, approved as the person's."""
    NOT_STARTED = "not_started"
    """Stays: a future student's."""
    NOT_PRESENT = "not_present"
    """Stays: its person has left."""
    FOLLOWS_FORMAT = "follows_format"
    """Stays: it is what the format makes, with or without a number."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What a plan does to one name. `before` None: there is none yet; `after` None: it goes;
    equal: it stays, for the reason given."""

    person_id: str
    before: NameFields | None
    after: NameFields | None
    reason: Reason

    @property
    def changes(self) -> bool:
        return self.before != self.after


def name_fields(name: NewUsername) -> NameFields:
    return {
        "local_part": name.username.local_part,
        "domain": name.username.domain,
        "sync": name.sync,
        "flags": list(map(str, name.flags)),
        "rule": name.rule,
    }


def why_named(name: NewUsername, wanted: Wanted, maximum_length: int) -> Reason:
    """By what a person got the name, who would have liked one of `wanted`."""
    if name.rule == SOURCE_RULE:
        return Reason.SOURCE
    if name.rule == FORMER_NAME_RULE:
        return Reason.FORMER_NAME
    return why_local_part(name.username.folded, wanted, maximum_length)


def why_local_part(folded: str, wanted: Wanted, maximum_length: int) -> Reason:
    bare = bare_names(wanted, maximum_length)
    if folded == bare[0]:
        return Reason.FORMAT
    return Reason.CANDIDATE if folded in bare else Reason.NUMBER


def follows_format(folded: str, wanted: Wanted, configuration: Configuration) -> bool:
    """Whether a folded local part is one of the candidates, or the first of them with a number.

    Letter case does not count: names that differ in it alone are one name (M4.1.1).
    """
    if folded in bare_names(wanted, configuration.maximum_length):
        return True
    rules, maximum_length = configuration.rules, configuration.maximum_length
    trailing = len(folded) - len(folded.rstrip(digits))
    for length in range(1, min(trailing + 1, len(folded), maximum_length)):
        number = int(folded[-length:])
        n = number - rules.first_number + 2
        if n < 2 or len(str(number).zfill(rules.minimum_digits)) != length:
            continue
        if fold(nth_candidate(wanted.candidates[0], maximum_length, n, rules)) == folded:
            return True
    return False
