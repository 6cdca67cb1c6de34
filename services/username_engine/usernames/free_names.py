"""Which names are free, and of those that are not, who may have them all the same."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import CompoundSelect, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.reserved import is_reserved
from services.username_engine.usernames.allocation import NOBODY, Reserved
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.ledger import still_reserved
from shared.database import among
from shared.tables import usernames

_name = usernames.username.c
_former = usernames.former_name.c
_account = usernames.tenant_account.c

_IN_USE, _FORMER, _ACCOUNT = range(3)
_NO_HOLDERS: Final[Mapping[str, str]] = {}


class FreeNames:
    """What the database says of names in one configuration, in the caller's transaction."""

    def __init__(
        self,
        connection: AsyncConnection,
        configuration: Configuration,
        now: datetime,
        account_holders: Mapping[str, str] = _NO_HOLDERS,
        *,
        former_is_shared: bool = True,
    ) -> None:
        """`now`: by which former names are still reserved. `account_holders`: person by folded
        local part, who gets it although an account has it. `former_is_shared`: of several persons
        who had a name each may have it again; otherwise none may."""
        self._connection = connection
        self._configuration = configuration
        self._now = now
        self._account_holders = account_holders
        self._former_is_shared = former_is_shared

    async def not_free(self, folded: Collection[str]) -> Reserved:
        """What is in use, was somebody's, is the tenant's, or is never generated."""
        words = self._configuration.reserved_words
        never = {name: NOBODY for name in folded if is_reserved(name, words)}
        return {**await self.reserved(folded, accounts=True), **never}

    async def reserved(self, folded: Collection[str], *, accounts: bool) -> Reserved:
        """The same without the names that are never generated, and accounts only if asked for."""
        statement = self._statement(folded, accounts=accounts)
        found: dict[str, frozenset[str]] = {}
        former: dict[str, set[str]] = {}
        for kind, name, person in await self._connection.execute(statement):
            if kind == _FORMER:
                former.setdefault(name, set()).add(person or "")
                continue
            holder = person or self._account_holders.get(name)
            allowed = frozenset({holder}) if kind == _ACCOUNT and holder else NOBODY
            found[name] = found.get(name, allowed) & allowed
        for name, persons in former.items():
            holders = frozenset(persons)
            if len(holders) > 1 and not self._former_is_shared:
                holders = NOBODY
            found[name] = found.get(name, holders) & holders
        return found

    def _statement(
        self, folded: Collection[str], *, accounts: bool
    ) -> "CompoundSelect[int, str, str | None]":
        """One question for all three, as this is asked for every few thousand persons."""
        configuration = self._configuration
        questions = [
            select(literal(_IN_USE), _name.folded, null()).where(
                _name.configuration_id == configuration.id, among(_name.folded, folded)
            ),
            select(literal(_FORMER), _former.folded, _former.person_id).where(
                _former.configuration_id == configuration.id,
                among(_former.folded, folded),
                still_reserved(configuration.reuse_after_days, self._now),
            ),
        ]
        if accounts:
            questions.append(
                select(literal(_ACCOUNT), _account.folded_local_part, _account.person_id).where(
                    _account.configuration_id == configuration.id,
                    among(_account.folded_local_part, folded),
                )
            )
        return union_all(*questions)
