"""Storing which account is whose: the name, the link, the ledger and the history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, Text, bindparam, delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.usernames import Username
from services.username_engine.usernames.events import Event, EventKind, record_events
from services.username_engine.usernames.ledger import release_names
from services.username_engine.usernames.naming import NameFlag
from shared.database import among
from shared.tables import usernames

ACCOUNT_RULE: Final = "account"

_name = usernames.username.c
_account = usernames.tenant_account.c
_former = usernames.former_name.c
_proposal = usernames.proposal.c


@dataclass(frozen=True, slots=True)
class Link:
    """An account that is, or becomes, a person's: `username` with it, `before` without."""

    person_id: str
    user_principal_name: str
    before: Username
    username: Username
    version: int = 0
    """Of the name, where it is linked already."""

    @property
    def gives_up_name(self) -> bool:
        return self.before.folded != self.username.folded


async def linked_already(
    connection: AsyncConnection, configuration_id: int, wanted: Mapping[str, str | None]
) -> dict[str, Link]:
    """By person: who has this account, or where none is named any, and its name too."""
    found = await connection.execute(
        select(
            _account.person_id,
            _account.user_principal_name,
            _name.local_part,
            _name.domain,
            _name.version,
        )
        .join(
            usernames.username,
            (_name.configuration_id == _account.configuration_id)
            & (_name.person_id == _account.person_id)
            & (_name.folded == _account.folded_local_part),
        )
        .where(
            _account.configuration_id == configuration_id,
            among(_account.person_id, list(wanted)),
        )
        .order_by(_account.user_principal_name)
    )
    linked: dict[str, Link] = {}
    for person, account, local_part, domain, version in found:
        if (wanted[person] or account).lower() == account:
            username = Username(local_part, domain)
            linked.setdefault(person, Link(person, account, username, username, version))
    return linked


async def former_holders_of(
    connection: AsyncConnection, configuration_id: int, links: Collection[Link]
) -> dict[str, list[str]]:
    """By person: others to whom the name that he gets belonged before."""
    getting = {link.username.folded: link.person_id for link in links if link.gives_up_name}
    found = await connection.execute(
        select(_former.folded, _former.person_id)
        .where(_former.configuration_id == configuration_id, among(_former.folded, list(getting)))
        .order_by(_former.folded, _former.person_id)
    )
    holders: dict[str, list[str]] = {}
    for folded, holder in found:
        if holder != getting[folded]:
            holders.setdefault(getting[folded], []).append(holder)
    return holders


# By way of names that nobody can have, so that persons may exchange theirs: the unique index looks
# at every row by itself.
_ASIDE = text("""
    update usernames.username
    set local_part = '@' || person_id
    where configuration_id = :configuration_id and person_id = any(:persons)
""").bindparams(bindparam("persons", type_=ARRAY(Text)))
_RENAME = text("""
    update usernames.username name
    set local_part = linked.local_part, domain = linked.domain, version = name.version + 1,
        revision = :revision, rule = :rule,
        flags = array_remove(
            array_remove(array_remove(name.flags, :likely), :taken),
            case when linked.domain is not null then :domain_missing end
        )
    from unnest(:persons, :local_parts, :domains) as linked (person_id, local_part, domain)
    where name.configuration_id = :configuration_id and name.person_id = linked.person_id
    returning name.person_id, name.version
""").bindparams(
    *(bindparam(name, type_=ARRAY(Text)) for name in ("persons", "local_parts", "domains"))
)
_LINK = text("""
    update usernames.tenant_account account
    set person_id = linked.person_id
    from unnest(:persons, :accounts) as linked (person_id, user_principal_name)
    where account.configuration_id = :configuration_id
        and account.user_principal_name = linked.user_principal_name
""").bindparams(bindparam("persons", type_=ARRAY(Text)), bindparam("accounts", type_=ARRAY(Text)))


async def write_links(
    connection: AsyncConnection,
    configuration_id: int,
    revision: int,
    links: Sequence[Link],
    former_holders: Mapping[str, Sequence[str]],
    actor: str,
    now: datetime,
) -> dict[str, int]:
    """The versions of the names; in the transaction of a writer who has taken his turn.

    The names must be free. `former_holders`: by person, as `former_holders_of` found them; it stands in
    their histories.
    """
    persons = [link.person_id for link in links]
    accounts = [link.user_principal_name for link in links]
    of_these = {"configuration_id": configuration_id, "persons": persons}
    await connection.execute(_ASIDE, of_these)
    renamed = await connection.execute(
        _RENAME,
        {
            **of_these,
            "local_parts": [link.username.local_part for link in links],
            "domains": [link.username.domain for link in links],
            "revision": revision,
            "rule": ACCOUNT_RULE,
            "likely": NameFlag.LIKELY_EXISTING_ACCOUNT.value,
            "taken": NameFlag.NAME_TAKEN_IN_TENANT.value,
            "domain_missing": NameFlag.DOMAIN_MISSING.value,
        },
    )
    versions = {person: version for person, version in renamed}  # noqa: C416 - rows
    await connection.execute(_LINK, {**of_these, "accounts": accounts})
    await connection.execute(
        delete(usernames.proposal).where(
            _proposal.configuration_id == configuration_id,
            among(_proposal.person_id, persons) | among(_proposal.user_principal_name, accounts),
        )
    )
    lost = {link.person_id: link.before.local_part for link in links if link.gives_up_name}
    await release_names(connection, configuration_id, lost, now)
    taken = [
        _taken(link, holder) for link in links for holder in former_holders.get(link.person_id, ())
    ]
    await record_events(connection, configuration_id, actor, taken)
    # In one statement, as there may be one for everybody.
    same = {"configuration_id": configuration_id, "actor": actor, "rule": ACCOUNT_RULE}
    linked = [{**same, **_linked(link)} for link in links]
    await connection.execute(insert(usernames.event), linked)
    return versions


def _taken(link: Link, holder: str) -> Event:
    """Of somebody else's history only that the name is gone, not whose it is."""
    lost = {"local_part": link.username.local_part}
    return Event(holder, EventKind.FORMER_NAME_TAKEN, lost, None, ACCOUNT_RULE)


def _linked(link: Link) -> dict[str, Any]:
    fixed = link.before.domain != link.username.domain
    before = {"local_part": link.before.local_part}
    after = {
        "local_part": link.username.local_part,
        "user_principal_name": link.user_principal_name,
    }
    if link.gives_up_name:
        after["reserved"] = link.before.local_part
    return {
        "person_id": link.person_id,
        "kind": EventKind.LINKED.value,
        "before": {**before, "domain": link.before.domain} if fixed else before,
        "after": {**after, "domain": link.username.domain} if fixed else after,
    }
