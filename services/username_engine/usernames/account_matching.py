"""Whose account in the tenant is probably whose. Pure.

What speaks for an account, the strongest first: the employee id is the person's; the local part is
the one that the format makes; given name and surname are the same, in any spelling and order. Of
persons with the same names the birth year or the class tells them apart, where the export has
words for it. What speaks against it is another name: whoever then links it decides that himself.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.username_engine.engine.transliteration import transliterate

_WORD: Final = re.compile(r"[^\W_]+")
_YEAR: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WITH_DIGIT: Final = re.compile(r"\S*[0-9]\S*")
_GUEST: Final = "#ext#"

MOST_PROPOSALS: Final = 25
"""For one person; of more nobody could choose."""


class Strength(StrEnum):
    SURE = "sure"
    """Nobody else comes into question, nor does another account."""
    LIKELY = "likely"


class Reason(StrEnum):
    """What speaks for a proposal; stable, for scripts and translations."""

    EMPLOYEE_ID = "employee_id"
    SAME_NAMES_AND_BIRTH_YEAR = "same_names_and_birth_year"
    SAME_NAMES_AND_CLASS = "same_names_and_class"
    EXACT_FORMAT = "exact_format"
    SAME_NAMES = "same_names"
    EXACT_FORMAT_OTHER_NAMES = "exact_format_other_names"
    """The account has other names: probably somebody's who is not in the source."""
    EMPLOYEE_ID_OTHER_NAMES = "employee_id_other_names"
    """Likewise: numbers of two administrations may meet by accident, and names change."""


_DECIDING: Final = frozenset(
    {Reason.EMPLOYEE_ID, Reason.SAME_NAMES_AND_BIRTH_YEAR, Reason.SAME_NAMES_AND_CLASS}
)
_OTHER_NAMES: Final = frozenset({Reason.EXACT_FORMAT_OTHER_NAMES, Reason.EMPLOYEE_ID_OTHER_NAMES})
_ALONE: Final = frozenset(Reason) - _OTHER_NAMES
_ORDER: Final = {reason: rank for rank, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is nobody's yet. The local part is folded, hints are in lower case."""

    user_principal_name: str
    local_part: str
    name_key: str
    """By `name_key` or `display_key`; empty where the export has no names."""
    employee_id: str | None
    hints: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claimant:
    """A person without a released name."""

    person_id: str
    local_parts: tuple[str, ...]
    """The folded candidates of the format, without a number."""
    name_key: str
    identifiers: frozenset[str]
    birth_year: int | None
    classes: frozenset[str] = frozenset()
    """Names and codes of the person's classes, in lower case without spaces."""


@dataclass(frozen=True, slots=True)
class Proposal:
    person_id: str
    user_principal_name: str
    strength: Strength
    reason: Reason


def name_key(*names: str) -> str:
    """The words of names without accents, in the order of the alphabet: `jan peters`.

    The same for `Peters Jan` and `Jan Peters`, so that it does not matter which is written first;
    hyphens and apostrophes part no words that spaces do not: `Anne-Marie` is `annemarie`.
    """
    words = (transliterate(word).text.replace("-", "") for name in names for word in name.split())
    return " ".join(sorted(filter(None, words)))


def display_key(display_name: str) -> str:
    """`name_key` of a name for showing, without what schools write beside it: `Ameel Bert (6A)`."""
    return name_key(_WITH_DIGIT.sub(" ", _BRACKETED.sub(" ", display_name)))


def are_other_names(one: str, other: str) -> bool:
    """Whether two keys are of two persons; not where either may be the other written differently.

    A second given name left out, an initial, `Vandenberg` for `Van den Berg`; or nothing at all.
    """
    ours, theirs = set(one.split()), set(other.split())
    left, right = ours - theirs, theirs - ours
    if not left or not right or sorted("".join(left)) == sorted("".join(right)):
        return False
    return not (_are_initials(left, right) or _are_initials(right, left))


def _are_initials(letters: Collection[str], words: Collection[str]) -> bool:
    return all(
        len(letter) == 1 and any(word.startswith(letter) for word in words) for letter in letters
    )


def is_guest(local_part: str) -> bool:
    """Whether the account is of another tenant's user: `jan_gmail.com#EXT#`."""
    return _GUEST in local_part.lower()


def hint_words(*texts: str) -> frozenset[str]:
    """The words in which a class or a birth year may be recognised, of columns that hold these."""
    return frozenset(
        word
        for text in texts
        for word in (*_WORD.findall(text.lower()), *_YEAR.findall(text), squeezed(text))
        if word
    )


def numbered_words(*names: str) -> frozenset[str]:
    """The same of names, in which most words are none: those with a digit, and what is bracketed."""
    return frozenset(
        word
        for name in names
        for part in (*_BRACKETED.findall(name), *_WITH_DIGIT.findall(name))
        for word in hint_words(part)
    )


def squeezed(text: str) -> str:
    """A class as it is compared: in lower case, without spaces and punctuation."""
    return "".join(_WORD.findall(text.lower()))


class AccountIndex:
    """Accounts by what persons are found by."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._by_local_part: defaultdict[str, list[Account]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Account]] = defaultdict(list)
        self._by_employee: defaultdict[str, list[Account]] = defaultdict(list)
        for account in accounts:
            self._by_local_part[account.local_part].append(account)
            if account.name_key:
                self._by_name[account.name_key].append(account)
            if account.employee_id:
                self._by_employee[account.employee_id].append(account)

    def concerns(self, person: Claimant) -> bool:
        """Whether any account may be the person's."""
        return (
            any(part in self._by_local_part for part in person.local_parts)
            or person.name_key in self._by_name
            or any(each in self._by_employee for each in person.identifiers)
        )

    def accounts_of(self, person: Claimant) -> dict[str, Reason]:
        """By user principal name: each account that may be the person's, for the best reason."""
        found: dict[str, Reason] = {}
        for account, reason in self._pairs(person):
            known = found.get(account.user_principal_name, reason)
            found[account.user_principal_name] = min(known, reason, key=_ORDER.__getitem__)
        return found

    def exact(self, person: Claimant) -> list[Account]:
        """The accounts with a local part that the format makes for the person."""
        return [
            account for part in person.local_parts for account in self._by_local_part.get(part, ())
        ]

    def is_alone(self, local_part: str) -> bool:
        """Whether one account has it, in one of the tenant's domains only."""
        return len(self._by_local_part.get(local_part, ())) == 1

    def _pairs(self, person: Claimant) -> Iterator[tuple[Account, Reason]]:
        for identifier in person.identifiers:
            for account in self._by_employee.get(identifier, ()):
                other = are_other_names(account.name_key, person.name_key)
                yield account, Reason.EMPLOYEE_ID_OTHER_NAMES if other else Reason.EMPLOYEE_ID
        for account in self.exact(person):
            yield account, _with_hint(account, person, _exact_reason(account, person))
        for account in self._by_name.get(person.name_key, ()):
            yield account, _with_hint(account, person, Reason.SAME_NAMES)


def _exact_reason(account: Account, person: Claimant) -> Reason:
    if are_other_names(account.name_key, person.name_key):
        return Reason.EXACT_FORMAT_OTHER_NAMES
    return Reason.EXACT_FORMAT


def _with_hint(account: Account, person: Claimant, otherwise: Reason) -> Reason:
    if account.name_key != person.name_key:
        return otherwise
    if person.birth_year and str(person.birth_year) in account.hints:
        return Reason.SAME_NAMES_AND_BIRTH_YEAR
    if account.hints & person.classes:
        return Reason.SAME_NAMES_AND_CLASS
    return otherwise


def propose(persons: Collection[Claimant], index: AccountIndex) -> list[Proposal]:
    """Each person's probable accounts, by person and account.

    Sure: an employee id, or the same names with the birth year or class, that fit only this person
    and this account; otherwise an account that is the only one for its person and has no other
    person. An account that is surely somebody's is not proposed to others; of very many the
    likeliest alone are.
    """
    edges = {person.person_id: found for person in persons if (found := index.accounts_of(person))}
    decided = _only_pairs(edges, _DECIDING)
    taken = {account: person for person, account in decided.items()}
    rest: dict[str, dict[str, Reason]] = {}
    for person, accounts in edges.items():
        if person not in decided:
            left = {name: why for name, why in accounts.items() if name not in taken}
            if left:
                rest[person] = left
    alone = _only_pairs(
        {person: accounts for person, accounts in edges.items() if person not in decided},
        _ALONE,
    )
    return [
        *(
            Proposal(person, account, Strength.SURE, edges[person][account])
            for person, account in decided.items()
        ),
        *(
            Proposal(
                person,
                account,
                Strength.SURE if alone.get(person) == account else Strength.LIKELY,
                reason,
            )
            for person, accounts in rest.items()
            for account, reason in _likeliest(accounts)
        ),
    ]


def _likeliest(accounts: Mapping[str, Reason]) -> list[tuple[str, Reason]]:
    found = list(accounts.items())
    if len(found) > MOST_PROPOSALS:
        found.sort(key=lambda each: (_ORDER[each[1]], len(each[0]), each[0]))
    return found[:MOST_PROPOSALS]


def _only_pairs(
    edges: Mapping[str, Mapping[str, Reason]], reasons: Collection[Reason]
) -> dict[str, str]:
    """Account by person, where for these reasons each is the other's only one."""
    accounts: dict[str, list[str]] = {}
    persons: defaultdict[str, list[str]] = defaultdict(list)
    for person, found in edges.items():
        accounts[person] = [account for account, reason in found.items() if reason in reasons]
        for account in accounts[person]:
            persons[account].append(person)
    return {
        person: own[0]
        for person, own in accounts.items()
        if len(own) == 1 and persons[own[0]] == [person]
    }


def holders_of_bare_names(persons: Iterable[Claimant], index: AccountIndex) -> dict[str, str]:
    """Person by folded local part: who gets the name although an account has it.

    The account is the only one with the local part and has no other names, and nobody else's name
    by the format would be the same.
    """
    claimants: defaultdict[str, set[str]] = defaultdict(set)
    for person in persons:
        for account in index.exact(person):
            if index.is_alone(account.local_part):
                claims = _exact_reason(account, person) is Reason.EXACT_FORMAT
                claimants[account.local_part].add(person.person_id if claims else "")
    return {
        part: next(iter(those))
        for part, those in claimants.items()
        if len(those) == 1 and "" not in those
    }
