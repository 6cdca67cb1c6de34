"""The names that a bulk rename gives to those who have one, and why others stay."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.local_parts import fold
from services.username_engine.engine.usernames import Username
from services.username_engine.errors import NotYetEditableError
from services.username_engine.usernames.account_links import ACCOUNT_RULE
from services.username_engine.usernames.allocation import NOBODY, Wish, allocate
from services.username_engine.usernames.candidates import Candidate, candidate
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.editing import EDITED_RULE
from services.username_engine.usernames.free_names import FreeNames
from services.username_engine.usernames.ledger import still_reserved
from services.username_engine.usernames.name_giving import Naming
from services.username_engine.usernames.naming import (
    SOURCE_RULE,
    NewUsername,
    Wanted,
    bare_names,
    renamed,
)
from services.username_engine.usernames.plan_rows import (
    NameFields,
    PlanRow,
    Reason,
    follows_format,
    name_fields,
    why_local_part,
)
from shared.database import among
from shared.tables import usernames

DEFAULT_SHARE_LIMIT: Final = 0.1
_CHUNK: Final = 5_000

_former = usernames.former_name.c


@dataclass(frozen=True, slots=True)
class Choices:
    """What a rename is asked to do."""

    include_edited: bool = False
    """Also names that somebody typed."""
    share_limit: float = DEFAULT_SHARE_LIMIT
    """The most of the configuration's names that the plan may rename, 0 to 1."""
    future_students: bool = False
    """An operator's word that who has not started may be renamed."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with the name he has."""

    person: Candidate
    """With the name's own domain and Sync."""
    fields: NameFields
    is_present: bool
    is_future: bool
    was_typed: bool
    is_account: bool

    @property
    def username(self) -> Username:
        return Username(self.fields["local_part"], self.fields["domain"])


def holder(row: Any, reference_date: date) -> Holder:
    is_present = row.start_date is not None
    return Holder(
        candidate(
            (
                row.person_id,
                row.given_name or "",
                row.family_name or "",
                None,
                row.start_date,
                row.is_student,
                row.is_staff,
                row.sync,
                row.domain,
            )
        ),
        {
            "local_part": row.local_part,
            "domain": row.domain,
            "sync": row.sync,
            "flags": row.flags,
            "rule": row.rule,
        },
        is_present,
        is_present and not row.is_staff and row.start_date > reference_date,
        row.rule == EDITED_RULE or row.was_edited,
        row.rule == ACCOUNT_RULE or row.is_account,
    )


class Renaming:
    """One look at what is free, and names by it."""

    def __init__(
        self, connection: AsyncConnection, naming: Naming, choices: Choices, *, is_named: bool
    ) -> None:
        self._connection = connection
        self._naming = naming
        self._configuration: Configuration = naming.configuration
        self._choices = choices
        self._is_named = is_named
        self._free = FreeNames(
            connection,
            naming.configuration,
            naming.now,
            naming.accounts.bare_names,
            former_is_shared=False,
        )
        self._taken: dict[str, frozenset[str]] = {}

    async def rows(self, holders: Sequence[Holder]) -> tuple[list[PlanRow], dict[Reason, int]]:
        """Those of names that change, then of those that stay; and who has none, by reason."""
        changing: list[tuple[Holder, Wanted]] = []
        staying: list[PlanRow] = []
        without_row: Counter[Reason] = Counter()
        for holder in holders:
            wanted = self._naming.wanted(holder.person)
            reason = self._stays(holder, wanted)
            if reason is None:
                changing.append((holder, wanted))
            elif self._is_named or reason in _TOLD:
                fields = holder.fields
                staying.append(PlanRow(holder.person.person_id, fields, fields, reason))
            else:
                without_row[reason] += 1
        if self._is_named and not self._choices.future_students:
            _refuse_future(staying)
        changed: list[PlanRow] = []
        for start in range(0, len(changing), _CHUNK):
            changed += await self._renamed(changing[start : start + _CHUNK])
        return [*changed, *staying], without_row

    def _stays(self, holder: Holder, wanted: Wanted) -> Reason | None:
        if not holder.is_present:
            return Reason.NOT_PRESENT
        if holder.is_future and not self._choices.future_students:
            return Reason.NOT_STARTED
        if follows_format(holder.username.folded, wanted, self._configuration):
            return Reason.FOLLOWS_FORMAT
        if holder.was_typed and not self._choices.include_edited:
            return Reason.EDITED
        if holder.is_account and not self._is_named:
            return Reason.ACCOUNT
        if holder.fields["rule"] == SOURCE_RULE and not self._is_named:
            return Reason.SOURCE
        return None

    async def _renamed(self, changing: Sequence[tuple[Holder, Wanted]]) -> list[PlanRow]:
        configuration = self._configuration
        given = await self._give_back(changing)
        rest = [each for each in changing if each[0].person.person_id not in given]
        local_parts = await allocate(
            [Wish(holder.person.person_id, wanted.candidates) for holder, wanted in rest],
            configuration.maximum_length,
            self._free.not_free,
            self._taken,
            rules=configuration.rules,
        )
        for (holder, _), local_part in zip(rest, local_parts, strict=True):
            given[holder.person.person_id] = local_part
        rows: list[PlanRow] = []
        for holder, wanted in changing:
            local_part = given[holder.person.person_id]
            name = self._new(holder, wanted, local_part)
            reason = why_local_part(fold(local_part), wanted, configuration.maximum_length)
            rows.append(PlanRow(holder.person.person_id, holder.fields, name_fields(name), reason))
        return rows

    def _new(self, holder: Holder, wanted: Wanted, local_part: str) -> NewUsername:
        person, maximum_length = holder.person, self._configuration.maximum_length
        flags = wanted.flags_of(local_part, maximum_length)
        bare = bare_names(wanted, maximum_length)
        flag = self._naming.accounts.flag(person.person_id, bare, local_part)
        if flag:
            flags = (*flags, flag)
        return renamed(person, self._configuration, holder.username, local_part, flags)

    async def _give_back(self, changing: Sequence[tuple[Holder, Wanted]]) -> dict[str, str]:
        """Former names of the persons that follow the format and are free: by person, the last.

        So a format that is turned back gives the names back, and not the next number each time.
        """
        wanted = {holder.person.person_id: wanted for holder, wanted in changing}
        found = await self._connection.execute(
            select(_former.person_id, _former.local_part)
            .where(
                _former.configuration_id == self._configuration.id,
                among(_former.person_id, list(wanted)),
                still_reserved(self._configuration.reuse_after_days, self._naming.now),
            )
            .order_by(_former.released_at.desc(), _former.folded)
        )
        fitting = [
            (person, local_part)
            for person, local_part in found
            if len(local_part) <= self._configuration.maximum_length
            and follows_format(fold(local_part), wanted[person], self._configuration)
        ]
        if not fitting:
            return {}
        not_free = await self._free.not_free([fold(local_part) for _, local_part in fitting])
        given: dict[str, str] = {}
        for person, local_part in fitting:
            folded = fold(local_part)
            allowed = person in not_free.get(folded, {person}) and folded not in self._taken
            if allowed and person not in given:
                given[person] = local_part
                self._taken[folded] = NOBODY
        return given


_TOLD: Final = frozenset({Reason.EDITED, Reason.ACCOUNT, Reason.SOURCE})
"""Why a name stays although the format makes another: worth a row."""


def _refuse_future(staying: Sequence[PlanRow]) -> None:
    future = sorted(row.person_id for row in staying if row.reason is Reason.NOT_STARTED)
    if future:
        raise NotYetEditableError(future)
