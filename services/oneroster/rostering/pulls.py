"""Pulls: a consumer reads one edition over its pages and collections (docs/publication.md, "Pulls").

Which pull a request belongs to is decided here, without I/O; `pull_store` keeps them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.oneroster.publication.pruning import PULL_IDLE, PULL_LONGEST
from services.oneroster.rostering.filters import Condition, Filter

# So long a request for a later page of a pull that has ended is told so.
REMEMBERED = timedelta(hours=24)
FULL = "full"

Begun = Literal["no", "probe", "page"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request for a page says about its pull."""

    kind: str
    """`full`, or the conditions on dateLastModified of a delta."""
    list: str | None
    """What is read whole under this name, or since a bookmark; None: a part of it, or below others."""
    key: bytes
    """Of path, filter, sort and fields."""
    offset: int
    limit: int
    bare: bool
    """Without any parameter: a count probe, or a first page."""

    @property
    def beginning(self) -> Begun:
        if self.offset:
            return "no"
        return "probe" if self.bare else "page"

    @property
    def end(self) -> int:
        """The offset behind its last row."""
        return self.offset + self.limit


@dataclass(frozen=True, slots=True)
class Pull:
    """One of the client's pulls of the asked kind, as of `now`."""

    id: int
    edition: int
    live: bool
    own: bool
    """The asking token reads it."""
    begun: Begun | None
    """How the asked key was begun in it; None where it is new to the pull."""
    reached: int
    """The offset behind the last row that was asked for under the key."""
    bookmark: datetime | None = None
    """Where the key's delta begins at the latest."""


@dataclass(frozen=True, slots=True)
class Join:
    """Read the pull, and note the key in it."""

    pull: Pull
    owns: bool = True
    """From here on it is the token's; not where the token goes on with an older one beside its own."""


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a pull at the newest edition."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The pull that this request goes on with has ended: to answer from another would skip rows."""


Choice = Join | Open | Gone


def is_live(opened_at: datetime, read_at: datetime, now: datetime) -> bool:
    """P5: it ends after twenty idle minutes, or after two hours."""
    return now - read_at <= PULL_IDLE and now - opened_at <= PULL_LONGEST


def choose(asked: Asked, pulls: Sequence[Pull]) -> Choice:
    """`pulls`: the client's of the asked kind, the latest first."""
    if asked.offset == 0:
        return _at_the_beginning(asked, pulls)
    return _further_on(asked, pulls)


def _at_the_beginning(asked: Asked, pulls: Sequence[Pull]) -> Choice:
    """P2: what is new to a pull joins it; what it has seen begins another."""
    pull = _live_one(pulls)
    if pull is None:
        return Open()
    if pull.begun in (None, "no") or (pull.begun == "probe" and not asked.bare):
        return Join(pull)
    return Open()


def _further_on(asked: Asked, pulls: Sequence[Pull]) -> Choice:
    """P3: the token's own pull with that key, else the client's that has come so far.

    Only who began at offset 0 goes on; another asks for a row by its index, of whatever is newest.
    """
    begun = [pull for pull in pulls if pull.begun in ("probe", "page")]
    own = next((pull for pull in begun if pull.own), None)
    if own is not None:
        return Join(own) if own.live else Gone()
    owns = not any(pull.own and pull.live for pull in pulls)
    so_far = [pull for pull in begun if pull.reached >= asked.offset]
    if so_far:
        return next((Join(pull, owns) for pull in so_far if pull.live), Gone())
    with_key = next((pull for pull in pulls if pull.live and pull.begun is not None), None)
    live = with_key or _live_one(pulls)
    return Join(live, owns or live.own) if live is not None else Open()


def _live_one(pulls: Sequence[Pull]) -> Pull | None:
    """The token's own, else the client's latest: a pipeline takes a token for each collection."""
    live = [pull for pull in pulls if pull.live]
    return next((pull for pull in live if pull.own), live[0] if live else None)


def begun_no_later(asked: Filter, bookmark: datetime | None) -> Filter:
    """A delta's filter, for a client whose own clock made its bookmark: the lower of both holds.

    A clock that is ahead would hide what changed between the last pull and its time.
    """
    if bookmark is None:
        return asked
    return replace(asked, conditions=tuple(_no_later(each, bookmark) for each in asked.conditions))


def _no_later(condition: Condition, bookmark: datetime) -> Condition:
    since, value = condition.operator in (">", ">="), condition.value
    if not since or not isinstance(value, datetime) or value <= bookmark:
        return condition
    # What the last pull saw has just this stamp.
    return replace(condition, operator=">", value=bookmark)
